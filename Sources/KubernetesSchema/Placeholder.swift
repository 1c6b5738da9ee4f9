// The room KubernetesSchema.
