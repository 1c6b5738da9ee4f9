// The room Eksctl.
