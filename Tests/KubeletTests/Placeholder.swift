// Tests of Kubelet.
