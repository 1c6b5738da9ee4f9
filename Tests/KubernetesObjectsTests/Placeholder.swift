// Tests of KubernetesObjects.
