// The room Cluster.
