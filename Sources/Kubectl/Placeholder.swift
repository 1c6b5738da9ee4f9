// The room Kubectl.
