import APIMachinery
import KubernetesObjects

/// What a container's environment is made of, as it was when the container started: later changes of these objects do not reach it.
///
/// - Source: kubelet `makeEnvironmentVariables`, which runs once for each start.
struct EnvironmentSources: Sendable {
    var services: ServiceVariables
    var configMaps: [String: Value] = [:]
    var secrets: [String: Value] = [:]
    /// The pod's metadata, where the environment shows labels or annotations.
    var metadata: Value?
    /// The variables themselves, when they are older than what is known of the objects.
    var kept: [EnvironmentVariable]?

    init(_ spec: Value, pod: Value, services: ServiceVariables, in view: ClusterView) {
        self.services = services
        for source in spec["envFrom"]?.elements ?? [] { take(source["configMapRef"], source["secretRef"], pod, view) }
        for entry in spec["env"]?.elements ?? [] {
            guard let source = entry["valueFrom"] else { continue }
            take(source["configMapKeyRef"], source["secretKeyRef"], pod, view)
            if source["fieldRef"]?["fieldPath"]?.stringValue?.hasPrefix("metadata.") == true { metadata = pod["metadata"] }
        }
    }

    private mutating func take(_ configMap: Value?, _ secret: Value?, _ pod: Value, _ view: ClusterView) {
        if let name = configMap?["name"]?.stringValue { configMaps[name] = view.get(.configMaps, namespace: pod.namespace, name: name) }
        if let name = secret?["name"]?.stringValue { secrets[name] = view.get(.secrets, namespace: pod.namespace, name: name) }
    }

    /// Whether a container that started now would get the same.
    func isCurrent(_ spec: Value, pod: Value, services: ServiceVariables, in view: ClusterView) -> Bool {
        if kept != nil || services.versions != self.services.versions { return false }
        let now = EnvironmentSources(spec, pod: pod, services: services, in: view)
        return now.configMaps.mapValues(\.resourceVersion) == configMaps.mapValues(\.resourceVersion)
            && now.secrets.mapValues(\.resourceVersion) == secrets.mapValues(\.resourceVersion)
            && now.metadata?["labels"] == metadata?["labels"] && now.metadata?["annotations"] == metadata?["annotations"]
    }
}

/// One variable of a container's environment.
typealias EnvironmentVariable = (name: String, value: String)

/// `WEB_SERVICE_HOST` and its kin for the Services of a namespace, and those of the API server.
///
/// - Source: kubelet `envvars.FromServices`.
final class ServiceVariables: Sendable {
    /// The resource versions of the Services it was made of.
    let versions: [String]
    let list: [EnvironmentVariable]

    /// - Parameters:
    ///   - namespace: empty for those of the API server only.
    ///   - known: what was made earlier; it is given back when no Service has changed since.
    static func of(namespace: String, known: ServiceVariables? = nil, in view: ClusterView) -> ServiceVariables {
        var services: [Value] = []
        if let kubernetes = view.get(.services, namespace: "default", name: "kubernetes") { services.append(kubernetes) }
        if !namespace.isEmpty {
            for service in view.list(.services, namespace: namespace) where !(service.namespace == "default" && service.name == "kubernetes") { services.append(service) }
        }
        if let known, known.versions.elementsEqual(services.lazy.map(\.resourceVersion)) { return known }
        return ServiceVariables(services)
    }

    private init(_ services: [Value]) {
        versions = services.map(\.resourceVersion)
        var result: [EnvironmentVariable] = []
        for service in services {
            guard let address = service["spec"]?["clusterIP"]?.stringValue, !address.isEmpty, address != "None",
                let ports = service["spec"]?["ports"]?.elements, let first = ports.first?["port"]?.intValue
            else { continue }
            let name = Self.variable(service.name)
            result.append(("\(name)_SERVICE_HOST", address))
            result.append(("\(name)_SERVICE_PORT", String(first)))
            for port in ports {
                guard let portName = port["name"]?.stringValue, !portName.isEmpty, let number = port["port"]?.intValue else { continue }
                result.append(("\(name)_SERVICE_PORT_\(Self.variable(portName))", String(number)))
            }
            result.append(("\(name)_PORT", "tcp://\(address):\(first)"))
            for port in ports {
                guard let number = port["port"]?.intValue else { continue }
                let kind = port["protocol"]?.stringValue ?? "TCP"
                let prefix = "\(name)_PORT_\(number)_\(kind)"
                result.append((prefix, "\(kind.lowercased())://\(address):\(number)"))
                result.append(("\(prefix)_PROTO", kind.lowercased()))
                result.append(("\(prefix)_PORT", String(number)))
                result.append(("\(prefix)_ADDR", address))
            }
        }
        list = result
    }

    private static func variable(_ name: String) -> String {
        name.uppercased().split(separator: "-", omittingEmptySubsequences: false).joined(separator: "_")
    }
}
