import KubernetesObjects

/// What the server warns of in the ports of a pod's containers.
///
/// - Bounds: a port is compared with those of its number and protocol, and no more than `warningsMax` warnings are made, of which a
///   server sends far fewer.
/// - Source: kubernetes `pkg/api/pod/warnings.go`, v1.36.
enum PortWarnings {
    static let warningsMax = 1_000

    private struct Seen {
        var hostPort: Int
        var hostIP: String
        var path: FieldPath
    }

    private struct Key: Hashable {
        var number: Int
        var name: String
    }

    static func of(_ spec: Value, at path: FieldPath) -> [String] {
        var names: [String: FieldPath] = [:]
        var seen: [Key: [Seen]] = [:]
        var warnings: [String] = []
        for (container, place) in PodSpecWarnings.containers(spec, at: path) {
            for (index, port) in container.list("ports").enumerated() {
                if warnings.count >= warningsMax { return warnings }
                let at = (place / "ports")[index]
                let new = Seen(hostPort: port.int("hostPort") ?? 0, hostIP: port.text("hostIP"), path: at)
                if !new.hostIP.isEmpty, new.hostPort == 0 { warnings.append("\(at): hostIP set without hostPort: \(shown(port))") }
                let name = port.text("name")
                if !name.isEmpty {
                    if let other = names[name] {
                        warnings.append(
                            "\(at): duplicate port name \(goQuoted(name)) with \(other), services and probes that select ports by name will use \(other)")
                    } else {
                        names[name] = at
                    }
                }
                let key = Key(number: port.int("containerPort") ?? 0, name: port.text("protocol"))
                for other in seen[key] ?? [] {
                    guard warnings.count < warningsMax else { break }
                    if let conflict = conflict(new, other) { warnings.append("\(at): \(conflict) with \(other.path)") }
                }
                seen[key, default: []].append(new)
            }
        }
        return warnings
    }

    private static func conflict(_ new: Seen, _ other: Seen) -> String? {
        if new.hostIP == other.hostIP, new.hostPort == other.hostPort { return "duplicate port definition" }
        if new.hostPort == 0 || other.hostPort == 0 { return "overlapping port definition" }
        if new.hostPort == other.hostPort, new.hostIP.isEmpty != other.hostIP.isEmpty { return "dangerously ambiguous port definition" }
        return nil
    }

    /// A port as Go prints its struct.
    private static func shown(_ port: Value) -> String {
        "{Name:\(port.text("name")) HostPort:\(port.int("hostPort") ?? 0) ContainerPort:\(port.int("containerPort") ?? 0) Protocol:\(port.text("protocol")) HostIP:\(port.text("hostIP"))}"
    }
}
