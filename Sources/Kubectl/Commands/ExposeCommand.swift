import APIMachinery
import KubernetesObjects

/// `kubectl expose`.
enum ExposeCommand {
    static let flags: [FlagSpec] = [
        FlagSpec("port", "Port of the service."), FlagSpec("target-port", "Port of the pods, a number or a name."),
        FlagSpec("protocol", "TCP, UDP or SCTP."), FlagSpec("type", "Type of the service."), FlagSpec("name", "Name of the service."),
        FlagSpec("labels", short: "l", "Labels of the service, KEY=VALUE, divided by commas."),
        FlagSpec("selector", "Labels of the pods, KEY=VALUE, divided by commas."), FlagSpec("cluster-ip", "Address, or None for a headless service."),
        FlagSpec("external-ip", "Address outside of the cluster."), FlagSpec("load-balancer-ip", "Address of the load balancer."),
        FlagSpec("session-affinity", "None or ClientIP."),
    ]

    static let command = Command(
        name: "expose", summary: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
        usage: "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]",
        flags: SharedFlags.filename("the object") + SharedFlags.output + flags + [
            SharedFlags.dryRun, SharedFlags.record, SharedFlags.fieldManager("kubectl-expose"), FlagSpec("overrides", "Fields to change, as JSON."),
            FlagSpec("override-type", fallback: "merge", "How overrides are merged: json, merge or strategic."),
            .flag("save-config", nil, "Keep the configuration in the last-applied annotation."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static let kinds: Set = ["ReplicationController", "Service", "Pod", "Deployment", "ReplicaSet"]

    private static func run(_ invocation: Invocation) throws(Failure) {
        var query = try ResourceQuery(invocation, arguments: invocation.arguments)
        query.labelSelector = nil
        let failures = try query.find(invocation).visiting { (info) throws(Failure) in
            if !kinds.contains(info.entry.kind) { throw Failure("cannot expose a \(info.entry.kind)\(info.entry.group.isEmpty ? "" : ".\(info.entry.group)")") }
            let service = try self.service(for: info, invocation)
            try Creation.create(
                try Overrides.apply(to: service, invocation), .services, failing: nil, operation: "exposed", annotating: .whenSent, invocation)
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func service(for info: ResourceInfo, _ invocation: Invocation) throws(Failure) -> Value {
        let flags = invocation.flags
        let spec = info.object["spec"] ?? [:]
        var selector = Fields()
        if flags.string("selector").isEmpty {
            selector = try introspect(info, spec)
        } else {
            selector = try labels(flags.string("selector"))
        }
        if selector.isEmpty { throw Failure("selector must be specified") }
        let containerPorts = ports(of: info)
        var numbers = flags.string("port").split(separator: ",").map(String.init)
        if numbers.isEmpty {
            for port in containerPorts where !numbers.contains(port.number) { numbers.append(port.number) }
            if numbers.isEmpty, flags.string("cluster-ip") != "None" { throw Failure("couldn't find port via --port flag or introspection") }
        }
        var entries: [Value] = []
        for (index, number) in numbers.enumerated() {
            guard let port = Int(number) else { throw Failure("strconv.Atoi: parsing \(goQuoted(number)): invalid syntax") }
            let named = flags.string("protocol")
            let protocols = named.isEmpty ? containerPorts.filter { $0.number == number }.map(\.proto) : [named]
            for proto in protocols.isEmpty ? ["TCP"] : protocols {
                var entry: Value = [:]
                if numbers.count > 1 { entry["name"] = .string("port-\(index + 1)") } else if protocols.count > 1 { entry["name"] = .string("port-1-\(proto.lowercased())") }
                entry["protocol"] = .string(proto)
                entry["port"] = Value(port)
                entry["targetPort"] = flags.string("target-port").isEmpty ? Value(port) : intOrString(flags.string("target-port"))
                entries.append(entry)
            }
        }
        let name = flags.string("name").isEmpty ? String(info.name.prefix(63)) : flags.string("name")
        var own = flags.string("labels").isEmpty ? info.object.labels : try labels(flags.string("labels"))
        own = own.sorted()
        var result: Value = [:]
        if !entries.isEmpty { result["ports"] = .array(entries) }
        if !selector.isEmpty { result["selector"] = .object(selector.sorted()) }
        for (flag, field) in [("cluster-ip", "clusterIP"), ("type", "type"), ("session-affinity", "sessionAffinity"), ("load-balancer-ip", "loadBalancerIP")]
        where !flags.string(flag).isEmpty && (field != "loadBalancerIP" || flags.string("type") == "LoadBalancer") {
            result[field] = .string(flags.string(flag))
        }
        let affinity = flags.string("session-affinity")
        if !["", "None", "ClientIP"].contains(affinity) { throw Failure("unknown session affinity: \(affinity)") }
        if !flags.string("external-ip").isEmpty { result["externalIPs"] = [.string(flags.string("external-ip"))] }
        return [
            "kind": "Service", "apiVersion": "v1", "metadata": try Creation.metadata(invocation, name: name, labels: own), "spec": result,
            "status": ["loadBalancer": [:]],
        ]
    }

    /// The labels by which the pods of an object are found.
    private static func introspect(_ info: ResourceInfo, _ spec: Value) throws(Failure) -> Fields {
        let prefix = "couldn't retrieve selectors via --selector flag or introspection: "
        switch info.entry.kind {
        case "Pod":
            if info.object.labels.isEmpty { throw Failure(prefix + "the pod has no labels and cannot be exposed") }
            return info.object.labels
        case "Service":
            guard let selector = spec["selector"]?.fields, !selector.isEmpty else {
                throw Failure(prefix + "the service has no pod selector set")
            }
            return selector
        case "ReplicationController": return spec["selector"]?.fields ?? Fields()
        default:
            let labels = spec["selector", "matchLabels"]?.fields ?? Fields()
            if labels.isEmpty { throw Failure(prefix + "invalid \(info.entry.kind.lowercased()): no selectors, therefore cannot be exposed") }
            if !(spec["selector", "matchExpressions"]?.elements ?? []).isEmpty {
                let shown = (spec["selector", "matchExpressions"]?.elements ?? []).map { expression in
                    "{Key:\(expression["key"]?.stringValue ?? "") Operator:\(expression["operator"]?.stringValue ?? "") Values:\(goText(expression["values"] ?? []))}"
                }
                throw Failure(prefix + "couldn't convert expressions - \"[\(shown.joined(separator: " "))]\" to map-based selector format")
            }
            return labels
        }
    }

    private static func ports(of info: ResourceInfo) -> [(number: String, proto: String)] {
        if info.entry.kind == "Service" {
            return (info.object["spec", "ports"]?.elements ?? []).map {
                ("\($0["port"]?.intValue ?? 0)", $0["protocol"]?.stringValue ?? "TCP")
            }
        }
        let pod = info.entry.kind == "Pod" ? info.object["spec"] : info.object["spec", "template", "spec"]
        return (pod?["containers"]?.elements ?? []).flatMap { container in
            (container["ports"]?.elements ?? []).map { ("\($0["containerPort"]?.intValue ?? 0)", $0["protocol"]?.stringValue ?? "TCP") }
        }
    }

    /// `a=b,c=d` as labels.
    static func labels(_ text: String) throws(Failure) -> Fields {
        var result = Fields()
        for part in text.split(separator: ",").map(String.init) {
            let halves = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            if halves.count != 2 { throw Failure("unexpected label spec: \(part)") }
            result[halves[0]] = .string(halves[1])
        }
        return result
    }
}

/// `--overrides` and `--override-type`.
enum Overrides {
    static func apply(to object: Value, _ invocation: Invocation) throws(Failure) -> Value {
        let text = invocation.flags.string("overrides")
        if text.isEmpty { return object }
        let patch: Value
        do { patch = try Value(parsingJSON: text) } catch {
            switch invocation.flags.string("override-type") {
            case "merge": throw Failure("Invalid JSON Patch")
            case "strategic": throw Failure("invalid JSON document")
            case "json": throw Failure(error.message)
            case let type: throw Failure("invalid override type: \(type)")
            }
        }
        let (group, version) = splitAPIVersion(object.apiVersion)
        let types: [String: PatchType] = ["json": .json, "merge": .merge, "strategic": .strategicMerge]
        guard let type = types[invocation.flags.string("override-type")] else { throw Failure("invalid override type: \(invocation.flags.string("override-type"))") }
        if type == .json, patch.arrayValue == nil { throw Failure("json: cannot unmarshal object into Go value of type jsonpatch.Patch") }
        let entry = ResourceEntry(
            group: group, version: version, plural: "", singular: "", kind: object.kind, shortNames: [], categories: [], isNamespaced: true, verbs: [])
        return try LocalPatch.apply(patch, type, to: ResourceInfo(entry: entry, namespace: "", name: object.name, object: object))
    }
}
