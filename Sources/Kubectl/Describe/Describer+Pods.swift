import APIMachinery
import KubernetesObjects

extension Describer {
    func pod() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        if let priority = spec["priority"]?.intValue { text.field("Priority", "\(priority)") }
        for (title, key) in [("Priority Class Name", "priorityClassName"), ("Runtime Class Name", "runtimeClassName"), ("Service Account", "serviceAccountName")] {
            if let name = spec[key]?.stringValue, !name.isEmpty { text.field(title, name) }
        }
        let node = spec["nodeName"]?.stringValue ?? ""
        text.field("Node", node.isEmpty ? "<none>" : "\(node)/\(status["hostIP"]?.stringValue ?? "")")
        if let start = status["startTime"] { text.field("Start Time", rfc1123(start)) }
        text.labels("Labels", object.labels)
        text.annotations("Annotations", object.annotations)
        let phase = status["phase"]?.stringValue ?? ""
        if object.isBeingDeleted, phase != "Failed", phase != "Succeeded" {
            text.field("Status", "Terminating (lasts \(text.since(object["metadata", "deletionTimestamp"])))")
            text.field("Termination Grace Period", "\(object.deletionGracePeriodSeconds ?? 0)s")
        } else {
            text.field("Status", phase)
        }
        for (title, key) in [("Reason", "reason"), ("Message", "message")] {
            if let value = status[key]?.stringValue, !value.isEmpty { text.field(title, value) }
        }
        if let profile = spec["securityContext", "seccompProfile"] {
            text.field("SeccompProfile", profile["type"]?.stringValue ?? "")
            if profile["type"]?.stringValue == "Localhost" { text.field("LocalhostProfile", profile["localhostProfile"]?.stringValue ?? "") }
        }
        text.field("IP", status["podIP"]?.stringValue ?? "")
        let addresses = status["podIPs"]?.elements ?? []
        if addresses.isEmpty {
            text.field("IPs", "<none>")
        } else {
            text.line(0, "IPs:")
            for address in addresses { text.field("IP", address["ip"]?.stringValue ?? "", level: 1) }
        }
        if let controlledBy { text.field("Controlled By", controlledBy) }
        if let nominated = status["nominatedNodeName"]?.stringValue, !nominated.isEmpty { text.field("NominatedNodeName", nominated) }
        if let resources = spec["resources"] {
            text.line(0, "Resources:")
            text.resources(resources, level: 1)
        }
        podContainers(&text)
        podConditions(&text)
        text.volumes(spec["volumes"]?.elements ?? [])
        text.field("QoS Class", status["qosClass"]?.stringValue ?? QualityOfService.of(object["spec"] ?? [:]))
        text.labels("Node-Selectors", spec["nodeSelector"]?.fields)
        text.tolerations("Tolerations", spec["tolerations"]?.elements ?? [])
        text.spread(spec["topologySpreadConstraints"]?.elements ?? [])
        let mirror = object.annotation("kubernetes.io/config.mirror")
        return try finish(text, uid: mirror ?? object.uid, kind: "")
    }

    private func podContainers(_ text: inout DescribeText) {
        let groups = [
            ("Init Containers", "initContainers", "initContainerStatuses"), ("Containers", "containers", "containerStatuses"),
            ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
        ]
        for (title, key, statusKey) in groups {
            let containers = spec[key]?.elements ?? []
            if containers.isEmpty, key != "containers" { continue }
            text.containers(title, containers, statuses: status[statusKey]?.elements ?? [], pod: object)
        }
    }

    private func podConditions(_ text: inout DescribeText) {
        let conditions = status["conditions"]?.elements ?? []
        let gates = spec["readinessGates"]?.elements ?? []
        if !gates.isEmpty {
            text.line(0, "Readiness Gates:\n  Type\tStatus")
            for gate in gates {
                let found = conditions.first { $0["type"] == gate["conditionType"] }
                text.line(1, "\(gate["conditionType"]?.stringValue ?? "") \t\(found?["status"]?.stringValue ?? "<none>") ")
            }
        }
        if conditions.isEmpty { return }
        text.line(0, "Conditions:\n  Type\tStatus")
        for condition in conditions { text.line(1, "\(condition["type"]?.stringValue ?? "") \t\(condition["status"]?.stringValue ?? "") ") }
    }
}
