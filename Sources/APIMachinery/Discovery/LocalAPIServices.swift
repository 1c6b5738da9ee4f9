import KubernetesObjects
import KubernetesSchema

/// The APIService objects of what the server serves itself.
///
/// - Source: kube-apiserver `pkg/controlplane/apiserver`, kube-aggregator `autoregister` and its CRD registration.
package enum LocalAPIServices {
    /// Versions of a group that are not ranked as stable ones are.
    private static let priorities = ["v1": 15, "v2": 30, "v1beta1": 12, "v1beta2": 13, "v1alpha1": 9]

    /// One object for each group and version of the built-in resources.
    static func builtIn(_ index: ResourceIndex) -> [Value] {
        var seen: Set<String> = []
        var result: [Value] = []
        for served in index.all where served.custom == nil && served.type.group != "metrics.k8s.io" {
            let (group, version) = (served.type.group, served.type.version)
            guard seen.insert("\(group)/\(version)").inserted else { continue }
            result.append(
                object(
                    group: group, version: version, groupPriority: GroupOrder.priority(of: group),
                    versionPriority: group.isEmpty ? 1 : priorities[version] ?? 1, managed: "onstart"))
        }
        return result
    }

    /// The object of a version of a custom resource's group.
    static func custom(group: String, version: String) -> Value {
        object(group: group, version: version, groupPriority: 1000, versionPriority: 100, managed: "true")
    }

    private static func object(group: String, version: String, groupPriority: Int, versionPriority: Int, managed: String) -> Value {
        var spec: Value = [:]
        if !group.isEmpty { spec["group"] = .string(group) }
        spec["groupPriorityMinimum"] = Value(groupPriority)
        spec["version"] = .string(version)
        spec["versionPriority"] = Value(versionPriority)
        return [
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
            "metadata": ["name": .string("\(version).\(group)"), "labels": ["kube-aggregator.kubernetes.io/automanaged": .string(managed)]],
            "spec": spec,
        ]
    }

    /// The condition of an API that the server serves itself.
    static func available(at time: String) -> Value {
        [
            "lastTransitionTime": .string(time), "message": "Local APIServices are always available", "reason": "Local", "status": "True",
            "type": "Available",
        ]
    }
}

extension GenericAPIServer {
    /// Puts the APIServices of the built-in groups, as they are when a control plane has started.
    package mutating func installAPIServices() {
        for object in LocalAPIServices.builtIn(resources) { installAPIService(object) }
    }

    private mutating func installAPIService(_ object: Value) {
        var object = object
        object["status"] = ["conditions": [LocalAPIServices.available(at: now.rfc3339)]]
        install(object, at: ObjectKey(.apiServices, name: object.name))
    }

    /// Brings the APIServices of a custom group in line with the definitions of the group.
    mutating func followAPIServices(ofGroup group: String, versions: [String]) {
        for version in versions {
            let key = ObjectKey(.apiServices, name: "\(version).\(group)")
            let isServed = resources.all.contains { $0.custom != nil && $0.type.group == group && $0.type.version == version }
            if isServed, store.get(key) == nil {
                installAPIService(LocalAPIServices.custom(group: group, version: version))
            } else if !isServed, let old = store.get(key), old.label("kube-aggregator.kubernetes.io/automanaged") == "true",
                let scope = try? componentScope(key.resource, namespace: "", name: key.name, .apiServer, "crd-registration", nil)
            {
                remove(key, last: old, scope)
            }
        }
    }
}
