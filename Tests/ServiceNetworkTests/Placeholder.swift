// Tests of ServiceNetwork.
