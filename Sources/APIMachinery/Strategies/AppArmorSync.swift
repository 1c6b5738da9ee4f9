import KubernetesObjects

/// Keeps the AppArmor profiles of a new pod's fields and those of its old annotations alike.
///
/// - Source: kubernetes `pkg/registry/core/pod/strategy.go` `applyAppArmorVersionSkew`, v1.36.
enum AppArmorSync {
    private static let annotation = SecurityAnnotation.appArmor
    private static let lists = ["initContainers", "containers", "ephemeralContainers"]

    static func apply(_ pod: inout Value) {
        let spec = pod["spec"] ?? [:]
        guard concerns(pod, spec) else { return }
        let ofPod = spec["securityContext"]?.present(annotation.field)
        for list in lists {
            for (index, container) in spec.list(list).enumerated() {
                let key = annotation.prefix + container.text("name")
                let own = container["securityContext"]?.present(annotation.field)
                if let text = pod.annotation(key) {
                    // One that is the pod's already need not be said again.
                    guard own == nil, let profile = annotation.profile(of: text), profile != ofPod else { continue }
                    var containers = pod["spec"]?.list(list) ?? []
                    containers[index]["securityContext", default: [:]][annotation.field] = profile
                    pod["spec", default: [:]][list] = .array(containers)
                } else if let text = (own ?? ofPod).flatMap(annotation.text) {
                    pod["metadata", default: [:]]["annotations", default: [:]][key] = .string(text)
                }
            }
        }
    }

    /// What is said of annotations that are taken over, and of those that mean nothing.
    static func warnings(_ pod: Value) -> [String] {
        let spec = pod["spec"] ?? [:]
        guard concerns(pod, spec) else { return [] }
        let ofPod = spec["securityContext"]?.present(annotation.field)
        return lists.flatMap { spec.list($0) }.compactMap { container in
            let key = annotation.prefix + container.text("name")
            guard container["securityContext"]?.has(annotation.field) != true, let text = pod.annotation(key) else { return nil }
            if let profile = annotation.profile(of: text), profile == ofPod { return nil }
            return "metadata.annotations[\(key)]: deprecated since v1.30; use the \"appArmorProfile\" field instead"
        }
    }

    /// Whether anything of a pod speaks of AppArmor.
    private static func concerns(_ pod: Value, _ spec: Value) -> Bool {
        if spec["os"]?.text("name") == "windows" { return false }
        return spec["securityContext"]?.has(annotation.field) == true
            || lists.contains { spec.list($0).contains { $0["securityContext"]?.has(annotation.field) == true } }
            || pod.annotations.contains { annotation.container(of: $0.key) != nil }
    }
}
