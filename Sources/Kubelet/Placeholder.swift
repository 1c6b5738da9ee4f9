// The room Kubelet.
