import KubernetesObjects

/// A pod that is an nginx ingress controller, and how it was started.
///
/// - Source: ingress-nginx, its command line and its standard manifests.
struct NginxController {
    /// What IngressClasses name it by.
    var controllerClass = "k8s.io/ingress-nginx"
    /// The class that ingresses name by annotation.
    var className = "nginx"
    var servesWithoutClass = false
    /// `namespace/name` of the Service for what no rule matches; empty for its own 404.
    var defaultService = ""
    var ports: Set<Int> = []
    var securePorts: Set<Int> = []

    /// The standard controller, where there is no pod to look at.
    init() {}

    /// Nil for a pod that is something else.
    init?(_ pod: NetworkTables.PodEntry) {
        let isLabelled = pod.labels["app.kubernetes.io/name"]?.stringValue == "ingress-nginx" && pod.labels["app.kubernetes.io/component"]?.stringValue == "controller"
        let containers = pod.object["spec"]?["containers"]?.elements ?? []
        guard let container = containers.first(where: { Self.isController(image: $0["image"]?.stringValue ?? "") }) ?? (isLabelled ? containers.first : nil) else { return nil }
        for word in (container["command"]?.elements ?? []) + (container["args"]?.elements ?? []) {
            guard let text = word.stringValue, text.hasPrefix("--") else { continue }
            let parts = text.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
            let value = parts.count > 1 ? parts[1] : "true"
            switch parts.first {
            case "controller-class": controllerClass = value
            case "ingress-class": className = value
            case "watch-ingress-without-class": servesWithoutClass = value == "true"
            case "default-backend-service": defaultService = value
            default: break
            }
        }
        for port in container["ports"]?.elements ?? [] {
            guard let number = port["containerPort"]?.intValue else { continue }
            switch port["name"]?.stringValue ?? "" {
            case "https":
                ports.insert(number)
                securePorts.insert(number)
            case "http", "": ports.insert(number)
            default: break
            }
        }
        if ports.isEmpty { (ports, securePorts) = ([80, 443], [443]) }
        if securePorts.isEmpty, ports.contains(443) { securePorts = [443] }
    }

    private static func isController(image: String) -> Bool {
        // Asked of every pod that a request reaches: a walk over bytes, where searching by characters took most of a request's time.
        names.contains { name in image.utf8.indices.contains { image.utf8[$0...].starts(with: name) } }
    }

    /// What the images of the project and of those who build it anew are called.
    private static let names = ["ingress-nginx/controller", "nginx-ingress-controller"].map { Array($0.utf8) }

    /// Whether it serves an ingress.
    func serves(_ ingress: Value, classes: [String: Value]) -> Bool {
        if let name = ingress["spec"]?["ingressClassName"]?.stringValue { return classes[name]?["spec"]?["controller"]?.stringValue == controllerClass }
        if let name = ingress.annotation("kubernetes.io/ingress.class") { return name == className }
        return servesWithoutClass
            || classes.values.contains {
                $0["spec"]?["controller"]?.stringValue == controllerClass && $0.annotation("ingressclass.kubernetes.io/is-default-class") == "true"
            }
    }
}
