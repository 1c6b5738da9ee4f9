import APIMachinery
import KubernetesObjects

/// Whether a component that runs as a Deployment of its own is installed, and with which arguments.
///
/// - Shape: it is there while a Deployment with a container of its image has an available replica.
struct ComponentInstallation: Sendable {
    let imageName: String
    /// The Deployments that run it, with their containers' command and arguments.
    private var found: [NamespacedName: [String]] = [:]

    init(imageName: String) { self.imageName = imageName }

    /// Takes note of a Deployment; true when that made a difference.
    mutating func note(_ event: StoreEvent) -> Bool {
        let name = NamespacedName(namespace: event.key.namespace, name: event.key.name)
        let arguments = event.change == .deleted ? nil : arguments(of: event.object)
        guard found[name] != arguments else { return false }
        found[name] = arguments
        return true
    }

    /// The arguments of the first that is there; nil when none is.
    var arguments: [String]? { found.min { $0.key < $1.key }?.value }
    var namespace: String { found.keys.min()?.namespace ?? "kube-system" }

    private func arguments(of deployment: Value) -> [String]? {
        guard (deployment["status"]?["availableReplicas"]?.intValue ?? 0) > 0 else { return nil }
        for container in deployment["spec"]?["template"]?["spec"]?["containers"]?.elements ?? [] {
            guard Self.repository(container["image"]?.stringValue ?? "") == imageName else { continue }
            return ((container["command"]?.elements ?? []) + (container["args"]?.elements ?? [])).compactMap(\.stringValue)
        }
        return nil
    }

    /// The last part of an image's repository: `vpa-updater` of `registry.k8s.io/autoscaling/vpa-updater:1.5.1`.
    static func repository(_ image: String) -> String {
        let bare = image.split(separator: "@").first ?? ""
        let last = bare.split(separator: "/").last ?? ""
        return String(last.split(separator: ":").first ?? "")
    }
}
