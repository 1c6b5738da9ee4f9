import KubernetesObjects

/// The names, labels and claims that belong to an ordinal of a StatefulSet.
enum StatefulIdentity {
    static let revisionLabel = "controller-revision-hash"
    static let hashLabel = "controller.kubernetes.io/hash"
    static let nameLabel = "statefulset.kubernetes.io/pod-name"
    static let indexLabel = "apps.kubernetes.io/pod-index"

    /// The set and the ordinal that a pod's name says; nil for a name of another shape.
    static func split(_ name: String) -> (parent: String, ordinal: Int)? {
        guard let dash = name.lastIndex(of: "-") else { return nil }
        let digits = name[name.index(after: dash)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let ordinal = Int(digits), ordinal <= Int(Int32.max) else { return nil }
        return (String(name[..<dash]), ordinal)
    }

    static func parent(of name: String) -> String? { split(name)?.parent }
    static func ordinal(of pod: Value) -> Int { split(pod.name)?.ordinal ?? -1 }

    static func podName(_ set: Value, _ ordinal: Int) -> String { "\(set.name)-\(ordinal)" }
    static func claimName(_ template: Value, _ set: Value, _ ordinal: Int) -> String { "\(template.name)-\(set.name)-\(ordinal)" }

    /// The pod that a claim is of.
    static func podName(ofClaim claim: String, set: Value) -> String {
        guard let ordinal = split(claim)?.ordinal else { return "" }
        return podName(set, ordinal)
    }

    /// The pod of an ordinal by a template.
    static func pod(_ set: Value, template: Value, revision: String, ordinal: Int) -> Value {
        var pod = PodCreation.pod(from: template, owner: set, reference: set.controllerReference(apiVersion: "apps/v1", kind: "StatefulSet"))
        pod["metadata", default: [:]]["name"] = .string(podName(set, ordinal))
        pod["spec", default: [:]]["hostname"] = .string(podName(set, ordinal))
        if let service = set.specString("serviceName"), !service.isEmpty { pod["spec", default: [:]]["subdomain"] = .string(service) }
        identify(&pod, set, ordinal)
        pod["metadata", default: [:]]["labels", default: [:]][revisionLabel] = .string(revision)
        return pod
    }

    /// Gives a pod the labels and volumes of its ordinal.
    static func identify(_ pod: inout Value, _ set: Value, _ ordinal: Int) {
        pod["metadata", default: [:]]["labels", default: [:]][nameLabel] = .string(podName(set, ordinal))
        pod["metadata", default: [:]]["labels", default: [:]][indexLabel] = .string(String(ordinal))
        let templates = set["spec"]?["volumeClaimTemplates"]?.elements ?? []
        if templates.isEmpty { return }
        var volumes: [Value] = templates.map { template in
            ["name": .string(template.name), "persistentVolumeClaim": ["claimName": .string(claimName(template, set, ordinal))]]
        }
        let names = Set(templates.map(\.name))
        volumes += (pod["spec"]?["volumes"]?.elements ?? []).filter { !names.contains($0["name"]?.stringValue ?? "") }
        pod["spec", default: [:]]["volumes"] = .array(volumes)
    }

    static func matches(_ pod: Value, _ set: Value) -> Bool {
        guard let (parent, ordinal) = split(pod.name) else { return false }
        return parent == set.name && pod.label(nameLabel) == pod.name && pod.label(indexLabel) == String(ordinal)
    }

    /// The claim of a template for an ordinal.
    static func claim(_ template: Value, _ set: Value, _ ordinal: Int) -> Value {
        var claim = template
        claim["apiVersion"] = "v1"
        claim["kind"] = "PersistentVolumeClaim"
        claim["status"] = nil
        claim["metadata", default: [:]]["name"] = .string(claimName(template, set, ordinal))
        claim["metadata", default: [:]]["namespace"] = .string(set.namespace)
        claim["metadata", default: [:]]["creationTimestamp"] = nil
        for (key, value) in set["spec"]?["selector"]?["matchLabels"]?.fields ?? Fields() {
            claim["metadata", default: [:]]["labels", default: [:]][key] = value
        }
        if deletesClaims(set, when: "whenDeleted") { claim["metadata", default: [:]]["ownerReferences"] = [ownerReference(set, "StatefulSet", "apps/v1")] }
        return claim
    }

    static func deletesClaims(_ set: Value, when moment: String) -> Bool {
        set["spec"]?["persistentVolumeClaimRetentionPolicy"]?[moment]?.stringValue == "Delete"
    }

    static func ownerReference(_ owner: Value, _ kind: String, _ apiVersion: String) -> Value {
        ["apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(owner.name), "uid": .string(owner.uid), "controller": true]
    }
}
