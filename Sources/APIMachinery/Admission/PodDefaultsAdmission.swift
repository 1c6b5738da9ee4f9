import KubernetesObjects

/// Lets pods stay five minutes on a node that is not ready or cannot be reached.
///
/// - Source: kubernetes `plugin/pkg/admission/defaulttolerationseconds`, v1.36.
package struct DefaultTolerationSeconds: AdmissionPlugin {
    package let name = "DefaultTolerationSeconds"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        resource == .pods && subresource.isEmpty && (operation == .create || operation == .update)
    }

    /// What is added, as trees that all pods share.
    private static let added: [(key: String, toleration: Value)] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].map {
        ($0, ["key": .string($0), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300])
    }
    private static let onlyAdded = Value.array(added.map(\.toleration))

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        var tolerations = attributes.object["spec"]?.list("tolerations") ?? []
        let before = tolerations.count
        if before == 0 {
            attributes.object["spec", "tolerations"] = Self.onlyAdded
            return
        }
        for (key, toleration) in Self.added {
            let isTolerated = tolerations[..<before].contains {
                let own = $0.text("key")
                let effect = $0.text("effect")
                return (own == key || own.isEmpty) && (effect == "NoExecute" || effect.isEmpty)
            }
            if !isTolerated { tolerations.append(toleration) }
        }
        if tolerations.count > before { attributes.object["spec", "tolerations"] = .array(tolerations) }
    }
}

/// Gives pods the number of their priority class, and keeps one default class.
///
/// - Source: kubernetes `plugin/pkg/admission/priority`, v1.36.
package struct PriorityAdmission: AdmissionPlugin {
    package let name = "Priority"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        guard subresource.isEmpty, operation == .create || operation == .update else { return false }
        return (resource == .pods && operation == .create) || resource == .priorityClasses
    }

    /// The classes that are always there.
    private static let system: [String: Int] = ["system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000]

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard attributes.groupResource == .pods else { return }
        let spec = attributes.object["spec"] ?? [:]
        var className = spec.text("priorityClassName")
        var priority = 0
        var policy = "PreemptLowerPriority"
        if className.isEmpty {
            if let found = defaultClass(context) {
                className = found.name
                priority = found.int("value") ?? 0
                policy = found.present("preemptionPolicy")?.stringValue ?? policy
            }
        } else if let found = context.store.get(.priorityClasses, name: className) {
            priority = found.int("value") ?? 0
            policy = found.present("preemptionPolicy")?.stringValue ?? policy
        } else if let system = Self.system[className] {
            priority = system
        } else {
            throw attributes.forbidden("no PriorityClass with name \(className) was found")
        }
        if let given = spec.int("priority"), given != priority {
            throw attributes.forbidden(
                "the integer value of priority (\(given)) must not be provided in pod spec; priority admission controller computed \(priority) from the given PriorityClass name")
        }
        if let given = spec.present("preemptionPolicy")?.stringValue, given != policy {
            throw attributes.forbidden(
                "the string value of PreemptionPolicy (\(given)) must not be provided in pod spec; priority admission controller computed \(policy) from the given PriorityClass name")
        }
        if !className.isEmpty { attributes.object["spec", "priorityClassName"] = .string(className) }
        attributes.object["spec", "priority"] = Value(priority)
        attributes.object["spec", "preemptionPolicy"] = .string(policy)
    }

    /// The default class; of several the one with the lowest value.
    private func defaultClass(_ context: AdmissionContext) -> Value? {
        context.store.list(.priorityClasses).filter { $0.flag("globalDefault") }.min { ($0.int("value") ?? 0) < ($1.int("value") ?? 0) }
    }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard attributes.groupResource == .priorityClasses, attributes.object.flag("globalDefault") else { return }
        if let other = defaultClass(context), other.name != attributes.object.name {
            throw attributes.forbidden("PriorityClass \(other.name) is already marked as default. Only one default can exist")
        }
    }
}

/// Merges a pod's runtime class into it.
///
/// - Source: kubernetes `plugin/pkg/admission/runtimeclass`, v1.36.
package struct RuntimeClassAdmission: AdmissionPlugin {
    package let name = "RuntimeClass"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        resource == .pods && operation == .create && subresource.isEmpty
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard let className = attributes.object["spec"]?.present("runtimeClassName")?.stringValue else { return }
        guard let found = context.store.get(.runtimeClasses, name: className) else {
            throw attributes.forbidden("pod rejected: RuntimeClass \(goQuoted(className)) not found")
        }
        if let overhead = found["overhead", "podFixed"] {
            if let given = attributes.object["spec"]?.present("overhead"), given != overhead {
                throw attributes.forbidden("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
            }
            attributes.object["spec", "overhead"] = overhead
        }
        guard let scheduling = found.present("scheduling") else { return }
        for entry in scheduling.map("nodeSelector") {
            if let own = attributes.object["spec", "nodeSelector", entry.key], own != entry.value {
                throw attributes.forbidden("conflict: runtimeClass.scheduling.nodeSelector[\(entry.key)] = \(entry.value.stringValue ?? ""); pod.spec.nodeSelector[\(entry.key)] = \(own.stringValue ?? "")")
            }
            attributes.object["spec", "nodeSelector", entry.key] = entry.value
        }
        var tolerations = attributes.object["spec"]?.list("tolerations") ?? []
        for toleration in scheduling.list("tolerations") where !tolerations.contains(toleration) { tolerations.append(toleration) }
        if !tolerations.isEmpty { attributes.object["spec", "tolerations"] = .array(tolerations) }
    }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard let spec = attributes.object["spec"], let given = spec.present("overhead"), !given.isEmptyValue else { return }
        let found = spec.present("runtimeClassName")?.stringValue.flatMap { context.store.get(.runtimeClasses, name: $0) }
        if found?["overhead", "podFixed"] == nil {
            throw attributes.forbidden("pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")
        }
    }
}
