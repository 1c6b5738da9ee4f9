import KubernetesObjects
import SimulationKernel

/// The cells of nodes, namespaces, configuration, storage, access and everything else.
extension CellMaker {
    var node: [Value] {
        var states: [String] = []
        if let ready = object.condition("Ready") { states.append(ready["status"]?.stringValue == "True" ? "Ready" : "NotReady") }
        if states.isEmpty { states.append("Unknown") }
        if spec["unschedulable"]?.boolValue == true { states.append("SchedulingDisabled") }
        var roles: Set<String> = []
        for (key, value) in object.labels {
            if key.hasPrefix("node-role.kubernetes.io/") {
                let role = String(key.dropFirst("node-role.kubernetes.io/".count))
                if !role.isEmpty { roles.insert(role) }
            } else if key == "kubernetes.io/role", let role = value.stringValue, !role.isEmpty {
                roles.insert(role)
            }
        }
        func address(_ type: String) -> Value {
            let found = (status["addresses"]?.elements ?? []).first { $0["type"]?.stringValue == type }
            return string(found?["address"], or: "<none>")
        }
        let info = status["nodeInfo"]
        return [
            name, .string(states.joined(separator: ",")), .string(roles.isEmpty ? "<none>" : roles.sorted().joined(separator: ",")), age,
            string(info?["kubeletVersion"]), address("InternalIP"), address("ExternalIP"), string(info?["osImage"], or: "<unknown>"),
            string(info?["kernelVersion"], or: "<unknown>"), string(info?["containerRuntimeVersion"], or: "<unknown>"),
        ]
    }

    var namespace: [Value] { [name, string(status["phase"]), age] }
    var secret: [Value] { [name, string(object["type"]), Value(object["data"]?.fields?.count ?? 0), age] }
    var configMap: [Value] {
        [name, Value((object["data"]?.fields?.count ?? 0) + (object["binaryData"]?.fields?.count ?? 0)), age]
    }
    var serviceAccount: [Value] { [name, age] }

    var event: [Value] {
        let eventTime = sinceText(object["eventTime"])
        var first = sinceText(object["firstTimestamp"])
        if object["firstTimestamp"]?.stringValue == nil { first = eventTime }
        var last = sinceText(object["lastTimestamp"])
        if object["lastTimestamp"]?.stringValue == nil { last = first }
        var count = object["count"]?.intValue ?? 0
        if let series = object["series"], !series.isNull {
            last = sinceText(series["lastObservedTime"])
            count = series["count"]?.intValue ?? 0
        } else if count == 0 {
            count = 1
        }
        let involved = object["involvedObject"]
        let kind = Self.text(involved?["kind"]).lowercased()
        let target = Self.text(involved?["name"])
        var component = Self.text(object["source"]?["component"])
        if component.isEmpty { component = Self.text(object["reportingComponent"]) }
        var host = Self.text(object["source"]?["host"])
        if host.isEmpty { host = Self.text(object["reportingInstance"]) }
        let source = [component, host].filter { !$0.isEmpty }.joined(separator: ", ")
        return [
            .string(last), string(object["type"]), string(object["reason"]), .string(target.isEmpty ? kind : "\(kind)/\(target)"),
            string(involved?["fieldPath"]), .string(source), .string(Self.text(object["message"]).trimmed), .string(first), Value(count), name,
        ]
    }

    var resourceQuota: [Value] {
        var requests: [String] = []
        var limits: [String] = []
        for (resource, hard) in (status["hard"]?.fields ?? [:]).sorted() {
            let used = Self.text(status["used"]?[resource])
            let text = "\(resource): \(used.isEmpty ? "0" : used)/\(Self.text(hard))"
            if resource.hasPrefix("limits.") { limits.append(text) } else { requests.append(text) }
        }
        return [name, .string(requests.joined(separator: ", ")), .string(limits.joined(separator: ", ")), age]
    }

    // MARK: Storage

    var persistentVolume: [Value] {
        var claim = ""
        if let reference = spec["claimRef"], !reference.isNull {
            claim = "\(Self.text(reference["namespace"]))/\(Self.text(reference["name"]))"
        }
        return [
            name, .string(Self.text(spec["capacity"]?["storage"])), .string(Self.accessModes(spec["accessModes"])),
            string(spec["persistentVolumeReclaimPolicy"]), object.isBeingDeleted ? "Terminating" : string(status["phase"]), .string(claim),
            string(spec["storageClassName"]), string(spec["volumeAttributesClassName"], or: "<unset>"), string(status["reason"]), age,
            string(spec["volumeMode"], or: "<unset>"),
        ]
    }

    var persistentVolumeClaim: [Value] {
        let isBound = !Self.text(spec["volumeName"]).isEmpty
        let storageClass = object.annotation("volume.beta.kubernetes.io/storage-class") ?? Self.text(spec["storageClassName"])
        return [
            name, object.isBeingDeleted ? "Terminating" : string(status["phase"]), string(spec["volumeName"]),
            .string(isBound ? Self.text(status["capacity"]?["storage"]) : ""), .string(isBound ? Self.accessModes(status["accessModes"]) : ""),
            .string(storageClass), string(spec["volumeAttributesClassName"], or: "<unset>"), age, string(spec["volumeMode"], or: "<unset>"),
        ]
    }

    var storageClass: [Value] {
        let isDefault =
            object.annotation("storageclass.kubernetes.io/is-default-class") == "true"
            || object.annotation("storageclass.beta.kubernetes.io/is-default-class") == "true"
        return [
            .string(object.name + (isDefault ? " (default)" : "")), string(object["provisioner"]), string(object["reclaimPolicy"], or: "Delete"),
            string(object["volumeBindingMode"], or: "Immediate"), Self.flag(object["allowVolumeExpansion"]), age,
        ]
    }

    var volumeAttachment: [Value] {
        [
            name, string(spec["attacher"]), string(spec["source"]?["persistentVolumeName"]), string(spec["nodeName"]), Self.flag(status["attached"]),
            age,
        ]
    }

    var csiDriver: [Value] {
        let modes = (spec["volumeLifecycleModes"]?.elements ?? []).map(Self.text)
        let tokens = (spec["tokenRequests"]?.elements ?? []).map { Self.text($0["audience"]) }
        return [
            name, Self.flag(spec["attachRequired"], or: true), Self.flag(spec["podInfoOnMount"]), Self.flag(spec["storageCapacity"]),
            .string(tokens.isEmpty ? "<unset>" : tokens.joined(separator: ",")), Self.flag(spec["requiresRepublish"]),
            .string(modes.isEmpty ? "<none>" : modes.joined(separator: ",")), age,
        ]
    }

    var csiNode: [Value] { [name, Value(spec["drivers"]?.elements.count ?? 0), age] }
    var csiStorageCapacity: [Value] { [name, string(object["storageClassName"]), .string(Self.text(object["capacity"]))] }

    // MARK: Access and admission

    var roleBinding: [Value] {
        let subjects = object["subjects"]?.elements ?? []
        func names(_ kind: String) -> Value {
            let list = subjects.filter { $0["kind"]?.stringValue == kind }.map { subject in
                kind == "ServiceAccount" ? "\(Self.text(subject["namespace"]))/\(Self.text(subject["name"]))" : Self.text(subject["name"])
            }
            return .string(list.joined(separator: ", "))
        }
        let role = object["roleRef"]
        return [
            name, .string("\(Self.text(role?["kind"]))/\(Self.text(role?["name"]))"), age, names("User"), names("Group"), names("ServiceAccount"),
        ]
    }

    var signingRequest: [Value] {
        let seconds = spec["expirationSeconds"]?.intValue
        let types = Set((status["conditions"]?.elements ?? []).map { Self.text($0["type"]) })
        var state = types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending"
        if types.contains("Failed") { state += ",Failed" }
        if !Self.text(status["certificate"]).isEmpty { state += ",Issued" }
        return [
            name, age, string(spec["signerName"], or: "<none>"), string(spec["username"]),
            .string(seconds.map { humanDuration(.seconds($0)) } ?? "<none>"), .string(state),
        ]
    }

    var lease: [Value] { [name, string(spec["holderIdentity"]), age] }

    var leaseCandidate: [Value] {
        [
            name, string(spec["leaseName"]), string(spec["binaryVersion"]), string(spec["emulationVersion"]), string(spec["strategy"]), age,
        ]
    }

    var storageVersion: [Value] {
        let versions = (status["storageVersions"]?.elements ?? []).map { Self.text($0["apiServerID"]) }
        return [name, string(status["commonEncodingVersion"]), .string(versions.joined(separator: ",")), age]
    }

    var priorityClass: [Value] {
        [name, number(object["value"]), Self.flag(object["globalDefault"]), age, string(object["preemptionPolicy"], or: "PreemptLowerPriority")]
    }

    func webhooks(_ field: String = "webhooks") -> [Value] { [name, Value(object[field]?.elements.count ?? 0), age] }

    func admissionPolicy(_ field: String) -> [Value] {
        let kind = spec["paramKind"].map { "\(Self.text($0["apiVersion"]))/\(Self.text($0["kind"]))" } ?? "<unset>"
        return [name, Value(spec[field]?.elements.count ?? 0), .string(kind), age]
    }

    var policyBinding: [Value] {
        var parameter = "<unset>"
        if let reference = spec["paramRef"], !reference.isNull {
            let namespace = Self.text(reference["namespace"])
            let referred = Self.text(reference["name"])
            parameter = namespace.isEmpty ? (referred.isEmpty ? "*" : referred) : "\(namespace)/\(referred.isEmpty ? "*" : referred)"
        }
        return [name, string(spec["policyName"]), .string(parameter), age]
    }

    var apiService: [Value] {
        let service = spec["service"]
        let target = service == nil || service == .null ? "Local" : "\(Self.text(service?["namespace"]))/\(Self.text(service?["name"]))"
        var available = "Unknown"
        if let condition = object.condition("Available") {
            available = Self.text(condition["status"])
            let reason = Self.text(condition["reason"])
            if available != "True", !reason.isEmpty { available += " (\(reason))" }
        }
        return [name, .string(target), .string(available), age]
    }

    var componentStatus: [Value] {
        let condition = object["conditions"]?.elements.first { Self.text($0["type"]) == "Healthy" } ?? [:]
        let states = ["True": "Healthy", "False": "Unhealthy"]
        return [name, .string(states[Self.text(condition["status"])] ?? "Unknown"), string(condition["message"]), string(condition["error"])]
    }

    var flowSchema: [Value] {
        let missing = object.condition("Dangling").map { Self.text($0["status"]) } ?? "?"
        return [
            name, string(spec["priorityLevelConfiguration"]?["name"]), number(spec["matchingPrecedence"]),
            string(spec["distinguisherMethod"]?["type"], or: "<none>"), age, .string(missing),
        ]
    }

    var priorityLevel: [Value] {
        let limited = spec["limited"]
        let queuing = limited?["limitResponse"]?["queuing"]
        func shown(_ value: Value?) -> Value { value?.intValue.map { Value($0) } ?? "<none>" }
        return [
            name, string(spec["type"]), shown(limited?["nominalConcurrencyShares"] ?? spec["exempt"]?["nominalConcurrencyShares"]),
            shown(queuing?["queues"]), shown(queuing?["handSize"]), shown(queuing?["queueLengthLimit"]), age,
        ]
    }

    var runtimeClass: [Value] { [name, string(object["handler"]), age] }

    var resourceClaim: [Value] {
        var states: [String] = []
        if object.isBeingDeleted { states.append("deleted") }
        if status["allocation"] != nil { states.append("allocated") }
        if !(status["reservedFor"]?.elements ?? []).isEmpty { states.append("reserved") }
        return [name, .string(states.isEmpty ? "pending" : states.joined(separator: ",")), age]
    }

    var resourceSlice: [Value] {
        [name, string(spec["nodeName"], or: "<unset>"), string(spec["driver"]), string(spec["pool"]?["name"]), age]
    }

    var scale: [Value] { [name, number(spec["replicas"]), number(status["replicas"]), age] }

    /// Kinds without columns of their own show when they were made.
    var plain: [Value] { [name, string(object["metadata"]?["creationTimestamp"], or: "<unknown>")] }
}
