// Tests of Kubectl.
