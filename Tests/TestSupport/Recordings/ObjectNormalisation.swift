import KubernetesObjects

/// The rules by which recorded and simulated objects are made comparable.
///
/// - Source: the section "Objects" of the recordings' description.
enum ObjectNormalisation {
    /// A service CA of the distribution behind the recordings, which is no part of Kubernetes.
    static let distributionObject = "openshift-service-ca.crt"

    static func isLeftOut(_ object: Value) -> Bool {
        let name = object.name
        return name == distributionObject || name == "kube-root-ca.crt" || name.hasPrefix("openshift-") || name.hasPrefix("system:openshift")
    }

    static func normalised(_ original: Value, names: VolatileNames, keepsManagedFields: Bool) -> Value {
        var object = original
        let kind = object.kind
        for key in ["uid", "resourceVersion", "creationTimestamp", "selfLink"] { object["metadata", default: [:]][key] = nil }
        let managed = object["metadata"]?["managedFields"]
        object["metadata", default: [:]]["managedFields"] = nil
        if keepsManagedFields, let entries = managed?.arrayValue {
            let cut = entries.map { entry -> Value in
                var entry = entry
                entry["time"] = nil
                return entry
            }
            object["metadata", default: [:]]["managedFields"] = .array(cut.sorted { key(of: $0).lexicographicallyPrecedes(key(of: $1)) })
        }
        if object["metadata"]?["ownerReferences"] != nil {
            object["metadata", default: [:]]["ownerReferences", default: []].modifyElements { list in
                for index in list.indices { list[index]["uid"] = nil }
            }
        }
        switch kind {
        case "EndpointSlice", "Endpoints":
            object["metadata", default: [:]]["generation"] = nil
            if object["metadata"]?["annotations"] != nil {
                object["metadata", default: [:]]["annotations", default: [:]]["endpoints.kubernetes.io/last-change-trigger-time"] = nil
                if object.annotations.isEmpty { object["metadata", default: [:]]["annotations"] = nil }
            }
        case "Service":
            if object["spec"]?["ports"] != nil {
                object["spec", default: [:]]["ports", default: []].modifyElements { list in
                    for index in list.indices {
                        if let port = list[index]["nodePort"]?.intValue, names.nodePorts.contains(port) { list[index]["nodePort"] = "<nodePort>" }
                    }
                }
            }
            if let port = object["spec"]?["healthCheckNodePort"]?.intValue, port != 0, !names.inputs.contains(String(port)) {
                object["spec", default: [:]]["healthCheckNodePort"] = "<nodePort>"
            }
        case "Node": return node(object, names: names)
        case "Lease": object["spec"] = [:]
        default: break
        }
        return masked(object, names: names, path: [])
    }

    private static func key(of entry: Value) -> [String] {
        [entry["manager"]?.stringValue ?? "", entry["operation"]?.stringValue ?? "", entry["subresource"]?.stringValue ?? ""]
    }

    private static func node(_ node: Value, names: VolatileNames) -> Value {
        var metadata: Value = ["name": .string(node.name)]
        if !node.labels.isEmpty { metadata["labels"] = .object(node.labels) }
        var annotations = node.annotations
        annotations.removeAll { entry in ["volumes.", "node.alpha", "csi.", "kubeadm."].contains { entry.key.hasPrefix($0) } }
        if !annotations.isEmpty { metadata["annotations"] = .object(annotations) }
        var spec: Value = [:]
        for key in ["taints", "unschedulable"] { if let value = node["spec"]?[key] { spec[key] = value } }
        var conditions: [Value] = []
        if let ready = node.condition("Ready") {
            var cut: Value = [:]
            for key in ["type", "status", "reason"] { if let value = ready[key] { cut[key] = value } }
            conditions.append(cut)
        }
        let short: Value = ["apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": ["conditions": .array(conditions)]]
        return masked(short, names: names, path: [], stripsTimes: true)
    }

    private static func masked(_ value: Value, names: VolatileNames, path: [String], stripsTimes: Bool = false) -> Value {
        switch value {
        case .object(let fields):
            var result = Fields()
            for (key, original) in fields {
                var value = original
                if stripsTimes, key == "timeAdded" { continue }
                if key == "sources", case .array(let list) = value {
                    value = .array(list.filter { $0["configMap"]?["name"]?.stringValue != distributionObject })
                }
                if key == "resourceVersion", path.last == "claimRef" { continue }
                if key == "started" || key == "user", fields.contains("restartCount") { continue }
                if key == "terminated", value["exitCode"]?.intValue == 0, (value["reason"]?.stringValue ?? "").isEmpty { value["reason"] = "Completed" }
                let isSet = !value.isEmptyValue
                if key == "containerID", isSet {
                    value = "<containerID>"
                } else if key == "imageID", isSet {
                    value = "<imageID>"
                } else if key == "observedTime" || (key == "lastProbeTime" && isSet) {
                    value = "<time>"
                } else if key == "nodeName", isSet, names.masksNodes {
                    value = "<node>"
                } else {
                    value = masked(value, names: names, path: path + [key], stripsTimes: false)
                    if key == "conditions", case .array(let list) = value {
                        value = .array(list.sorted { ($0["type"]?.stringValue ?? "") < ($1["type"]?.stringValue ?? "") })
                    }
                    if key == "endpoints", case .array(let list) = value { value = .array(list.sorted { canonical($0) < canonical($1) }) }
                }
                result[names.masked(key)] = value
            }
            return .object(result)
        case .array(let list): return .array(list.map { masked($0, names: names, path: path + ["[]"], stripsTimes: stripsTimes) })
        case .string(let text): return .string(names.masked(text))
        default: return value
        }
    }

    /// A text that is the same for equal values, to sort by.
    static func canonical(_ value: Value) -> String { value.json(.compact, sortedKeys: true) }

    /// Removes the value at a dotted path, through lists.
    static func drop(_ path: ArraySlice<String>, from value: inout Value) {
        guard let first = path.first else { return }
        switch value {
        case .array:
            value.modifyElements { list in for index in list.indices { drop(path, from: &list[index]) } }
        case .object:
            if path.count == 1 {
                value[first] = nil
            } else if value[first] != nil {
                drop(path.dropFirst(), from: &value[first, default: [:]])
            }
        default: break
        }
    }
}
