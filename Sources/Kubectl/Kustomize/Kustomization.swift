import KubernetesObjects
struct Kustomization {
    static func build(_ directory: String, _ invocation: Invocation) throws(Failure) -> [Value] { [] }
}
