import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// The environment of a container, from its spec and the objects it names.
///
/// - Source: kubelet `makeEnvironmentVariables` and `kubelet/envvars`.
enum ContainerEnvironment {
    /// The variables in the order in which a runtime gets them; later ones replace earlier ones of the same name.
    static func make(
        _ spec: Value, pod: Value, image: ImageProfile, hostIP: String, podIP: String, node: NodeDescription?, sources: EnvironmentSources
    ) -> [EnvironmentVariable] {
        if let kept = sources.kept { return kept }
        var pod = pod
        if let metadata = sources.metadata { pod["metadata"] = metadata }
        var order: [String] = []
        var values: [String: String] = [:]
        func set(_ name: String, _ value: String) {
            if values.updateValue(value, forKey: name) == nil { order.append(name) }
        }
        for (name, value) in image.environment { set(name, value) }
        set("HOSTNAME", hostName(pod))
        set("HOME", image.user == 0 ? "/root" : "/home")
        for (name, value) in sources.services.list { set(name, value) }
        for source in spec["envFrom"]?.elements ?? [] {
            let prefix = source["prefix"]?.stringValue ?? ""
            if let name = source["configMapRef"]?["name"]?.stringValue, let object = sources.configMaps[name] {
                for (key, value) in (object["data"]?.fields ?? Fields()).sorted() { set(prefix + key, value.stringValue ?? "") }
            }
            if let name = source["secretRef"]?["name"]?.stringValue, let object = sources.secrets[name] {
                for (key, value) in (object["data"]?.fields ?? Fields()).sorted() { set(prefix + key, decoded(value)) }
            }
        }
        for entry in spec["env"]?.elements ?? [] {
            guard let name = entry["name"]?.stringValue else { continue }
            if let text = entry["value"]?.stringValue {
                set(name, expand(text, values))
            } else if let source = entry["valueFrom"] {
                if let value = value(source, spec: spec, pod: pod, hostIP: hostIP, podIP: podIP, node: node, sources) { set(name, value) }
            } else {
                set(name, "")
            }
        }
        return order.map { ($0, values[$0] ?? "") }
    }

    static func hostName(_ pod: Value) -> String {
        let name = pod["spec"]?["hostname"]?.stringValue ?? ""
        if pod["spec"]?["hostNetwork"]?.boolValue == true { return pod["spec"]?["nodeName"]?.stringValue ?? pod.name }
        return String((name.isEmpty ? pod.name : name).prefix(63))
    }

    private static func decoded(_ value: Value?) -> String {
        value?.stringValue.flatMap { Base64.decode($0) }.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func value(
        _ source: Value, spec: Value, pod: Value, hostIP: String, podIP: String, node: NodeDescription?, _ sources: EnvironmentSources
    ) -> String? {
        if let reference = source["configMapKeyRef"], let key = reference["key"]?.stringValue {
            return sources.configMaps[reference["name"]?.stringValue ?? ""]?["data"]?[key]?.stringValue
        }
        if let reference = source["secretKeyRef"], let key = reference["key"]?.stringValue {
            guard let value = sources.secrets[reference["name"]?.stringValue ?? ""]?["data"]?[key] else { return nil }
            return decoded(value)
        }
        if let path = source["fieldRef"]?["fieldPath"]?.stringValue { return DownwardAPI.field(path, pod: pod, hostIP: hostIP, podIP: podIP) }
        if let reference = source["resourceFieldRef"] { return DownwardAPI.resource(reference, container: spec, pod: pod, node: node) }
        return nil
    }

    /// The variables that a text refers to as `$(NAME)`; `$$(NAME)` is none.
    static func references(in text: String) -> [String] {
        var names: [String] = []
        scan(text) { if case .reference(let name) = $0 { names.append(String(name)) } }
        return names
    }

    /// `$(NAME)` replaced by variables that came before; `$$` stands for `$`.
    static func expand(_ text: String, _ values: [String: String]) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        scan(text) { piece in
            switch piece {
            case .text(let plain): result += plain
            case .reference(let name): result += values[String(name)] ?? "$(\(name))"
            }
        }
        return result
    }

    private enum Piece {
        case text(Substring)
        case reference(Substring)
    }

    /// Reads a text once, from its start to its end.
    ///
    /// - Source: k8s.io/kubernetes `third_party/forked/golang/expansion`.
    private static func scan(_ text: String, _ visit: (Piece) -> Void) {
        let bytes = text.utf8
        var rest = text[...]
        // Behind the last bracket nothing closes a reference.
        let lastClose = bytes.lastIndex(of: UInt8(ascii: ")")) ?? bytes.startIndex
        while let dollar = rest.utf8.firstIndex(of: UInt8(ascii: "$")) {
            if dollar > rest.startIndex { visit(.text(rest[..<dollar])) }
            rest = rest[bytes.index(after: dollar)...]
            switch rest.utf8.first {
            case UInt8(ascii: "$"):
                visit(.text(rest.prefix(1)))
                rest = rest.dropFirst()
            case UInt8(ascii: "(") where rest.startIndex < lastClose:
                let close = rest.utf8.firstIndex(of: UInt8(ascii: ")")) ?? lastClose
                visit(.reference(rest[bytes.index(after: rest.startIndex)..<close]))
                rest = rest[bytes.index(after: close)...]
            default: visit(.text("$"))
            }
        }
        if !rest.isEmpty { visit(.text(rest)) }
    }
}

/// Fields of a pod as its containers may see them.
///
/// - Source: kubelet `fieldpath` and `resource.ExtractContainerResourceValue`.
enum DownwardAPI {
    static func field(_ path: String, pod: Value, hostIP: String, podIP: String) -> String? {
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return pod.namespace
        case "metadata.uid": return pod.uid
        case "spec.nodeName": return pod["spec"]?["nodeName"]?.stringValue
        case "spec.serviceAccountName": return pod["spec"]?["serviceAccountName"]?.stringValue
        case "status.hostIP", "status.hostIPs": return hostIP
        case "status.podIP", "status.podIPs": return podIP
        case "metadata.labels": return map(pod.labels)
        case "metadata.annotations": return map(pod.annotations)
        default: break
        }
        for (prefix, fields) in [("metadata.labels['", pod.labels), ("metadata.annotations['", pod.annotations)] where path.hasPrefix(prefix) && path.hasSuffix("']") {
            return fields[String(path.dropFirst(prefix.count).dropLast(2))]?.stringValue ?? ""
        }
        return nil
    }

    private static func map(_ fields: Fields) -> String {
        fields.sorted().map { "\($0.key)=\(GoText.quoted($0.value.stringValue ?? ""))" }.joined(separator: "\n")
    }

    static func resource(_ reference: Value, container: Value, pod: Value, node: NodeDescription?) -> String? {
        guard let path = reference["resource"]?.stringValue else { return nil }
        var subject = container
        if let name = reference["containerName"]?.stringValue, !name.isEmpty {
            subject = (pod["spec"]?["containers"]?.elements ?? []).first { $0["name"]?.stringValue == name } ?? container
        }
        let parts = path.split(separator: ".").map(String.init)
        guard parts.count == 2 else { return nil }
        var quantity = Quantity(subject["resources"]?[parts[0]]?[parts[1]])
        if quantity == nil, parts[0] == "limits" {
            if parts[1] == "cpu" { quantity = node.map { Quantity(milliValue: Int64($0.allocatableMilliCPU)) } }
            if parts[1] == "memory" { quantity = node.map { Quantity(Int64($0.allocatableMemoryKiB) * 1024) } }
            if parts[1] == "ephemeral-storage" { quantity = node.map { Quantity(Int64($0.ephemeralKiB) * 1024) } }
        }
        guard let quantity else { return "0" }
        let divisor = Quantity(reference["divisor"])
        let (value, unit) = (quantity.milliValue, divisor.map { $0.isZero ? 1000 : $0.milliValue } ?? 1000)
        return String((value + unit - 1) / max(unit, 1))
    }
}
