// The room ServiceNetwork.
