// The room Autoscaling.
