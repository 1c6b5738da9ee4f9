// Tests of KubernetesSchema.
