import APIMachinery
import KubernetesObjects

extension Describer {
    func node() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        let roles = Self.roles(object)
        text.field("Roles", roles.isEmpty ? "<none>" : roles.joined(separator: ","))
        text.labels("Labels", object.labels)
        text.annotations("Annotations", object.annotations)
        text.field("CreationTimestamp", rfc1123(object["metadata", "creationTimestamp"]))
        taints(&text)
        text.field("Unschedulable", spec["unschedulable"]?.boolValue == true ? "true" : "false")
        lease(&text)
        nodeConditions(&text)
        text.line(0, "Addresses:")
        for address in status["addresses"]?.elements ?? [] {
            text.field(address["type"]?.stringValue ?? "", address["address"]?.stringValue ?? "", level: 1)
        }
        for (title, key) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
            guard let list = status[key]?.fields, !list.isEmpty else { continue }
            text.line(0, "\(title):")
            for (name, quantity) in list.sorted() { text.field(name, goText(quantity), level: 1) }
        }
        text.line(0, "System Info:")
        let info = status["nodeInfo"] ?? [:]
        for (title, key) in [
            ("Machine ID", "machineID"), ("System UUID", "systemUUID"), ("Boot ID", "bootID"), ("Kernel Version", "kernelVersion"),
            ("OS Image", "osImage"), ("Operating System", "operatingSystem"), ("Architecture", "architecture"),
            ("Container Runtime Version", "containerRuntimeVersion"), ("Kubelet Version", "kubeletVersion"),
        ] {
            text.field(title, info[key]?.stringValue ?? "", level: 1)
        }
        if let range = spec["podCIDR"]?.stringValue, !range.isEmpty { text.field("PodCIDR", range) }
        let ranges = spec["podCIDRs"]?.elements ?? []
        if !ranges.isEmpty { text.field("PodCIDRs", ranges.map(goText).joined(separator: ",")) }
        if let provider = spec["providerID"]?.stringValue, !provider.isEmpty { text.field("ProviderID", provider) }
        do throws(Failure) {
            let pods = try list(.pods, namespace: "", fields: "spec.nodeName=\(object.name),status.phase!=Succeeded,status.phase!=Failed")
            nodePods(pods, &text)
        } catch {
            guard error.status?.isForbidden == true else { throw error }
            text.field("Pods", "not authorized")
        }
        guard showEvents else { return text.aligned }
        return finish(text, events: events(uid: object.uid, kind: "Node") + events(uid: object.name, kind: "Node"))
    }

    static func roles(_ node: Value) -> [String] {
        var roles: Set<String> = []
        for (key, value) in node.labels {
            if key.hasPrefix("node-role.kubernetes.io/") {
                let role = String(key.dropFirst("node-role.kubernetes.io/".count))
                if !role.isEmpty { roles.insert(role) }
            } else if key == "kubernetes.io/role", let role = value.stringValue, !role.isEmpty {
                roles.insert(role)
            }
        }
        return roles.sorted()
    }

    private func taints(_ text: inout DescribeText) {
        let taints = (spec["taints"]?.elements ?? []).map { taint in
            (order: "\(taint["effect"]?.stringValue ?? ""),\(taint["key"]?.stringValue ?? "")", text: Taint(taint).text)
        }
        text.put(0, "Taints:\t")
        if taints.isEmpty { text.line(0, "<none>") }
        for (index, taint) in taints.sorted(by: { $0.order < $1.order }).enumerated() { text.line(0, (index > 0 ? "\t" : "") + taint.text) }
    }

    private func lease(_ text: inout DescribeText) {
        do throws(Failure) {
            let lease = try get(GroupResource("leases", group: "coordination.k8s.io"), namespace: "kube-node-lease", name: object.name)
            text.line(0, "Lease:")
            text.field("HolderIdentity", lease["spec", "holderIdentity"]?.stringValue ?? "<unset>", level: 1)
            text.field("AcquireTime", lease["spec", "acquireTime"].map(rfc1123) ?? "<unset>", level: 1)
            text.field("RenewTime", lease["spec", "renewTime"].map(rfc1123) ?? "<unset>", level: 1)
        } catch {
            text.field("Lease", "Failed to get lease: \(error.plainText)")
        }
    }

    private func nodeConditions(_ text: inout DescribeText) {
        let conditions = status["conditions"]?.elements ?? []
        if conditions.isEmpty { return }
        text.line(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage")
        text.line(1, "----\t------\t-----------------\t------------------\t------\t-------")
        for condition in conditions {
            let cells = [
                (condition["type"]?.stringValue ?? "") + " ", (condition["status"]?.stringValue ?? "") + " ",
                rfc1123(condition["lastHeartbeatTime"]) + " ", rfc1123(condition["lastTransitionTime"]) + " ",
                (condition["reason"]?.stringValue ?? "") + " ", condition["message"]?.stringValue ?? "",
            ]
            text.line(1, cells.joined(separator: "\t"))
        }
    }

    private func nodePods(_ pods: [Value], _ text: inout DescribeText) {
        var room = status["allocatable"]?.fields ?? Fields()
        if room.isEmpty { room = status["capacity"]?.fields ?? Fields() }
        func available(_ name: String) -> ResourceAmount { room[name].flatMap { ResourceAmount(goText($0)) } ?? .zero }
        func share(_ amount: ResourceAmount, _ name: String) -> String {
            let whole = available(name).milli
            let percent = whole == 0 ? 0 : Int(Double(amount.milli) / Double(whole) * 100)
            return "\(amount.text) (\(percent)%)"
        }
        text.field("Non-terminated Pods", "(\(pods.count) in total)")
        text.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge")
        text.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---")
        var requests: [String: ResourceAmount] = [:]
        var limits: [String: ResourceAmount] = [:]
        for pod in pods {
            let wanted = PodResources.total(pod, "requests")
            let allowed = PodResources.total(pod, "limits")
            for (name, amount) in wanted { requests[name, default: .zero] = requests[name, default: .zero] + amount }
            for (name, amount) in allowed { limits[name, default: .zero] = limits[name, default: .zero] + amount }
            text.line(
                1,
                "\(pod.namespace)\t\(pod.name)\t\t\(share(wanted["cpu"] ?? .zero, "cpu"))\t\(share(allowed["cpu"] ?? .zero, "cpu"))\t\(share(wanted["memory"] ?? .zero, "memory"))\t\(share(allowed["memory"] ?? .zero, "memory"))\t\(text.since(pod["metadata", "creationTimestamp"]))"
            )
        }
        text.line(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)")
        text.line(1, "Resource\tRequests\tLimits")
        text.line(1, "--------\t--------\t------")
        let huge = room.map(\.key).filter { $0.hasPrefix("hugepages-") }.sorted()
        for name in ["cpu", "memory", "ephemeral-storage"] + huge {
            text.line(1, "\(name)\t\(share(requests[name] ?? .zero, name))\t\(share(limits[name] ?? .zero, name))")
        }
        let standard: Set = ["cpu", "memory", "ephemeral-storage", "pods", "storage"]
        for name in room.map(\.key).filter({ !standard.contains($0) && !$0.hasPrefix("hugepages-") }).sorted() {
            text.line(1, "\(name)\t\((requests[name] ?? .zero).text)\t\((limits[name] ?? .zero).text)")
        }
    }
}

/// What a pod's containers ask for, or may use at most, together.
///
/// - Source: k8s.io/component-helpers `resource.PodRequests`: restartable init containers add up, others count alone.
enum PodResources {
    static func total(_ pod: Value, _ key: String) -> [String: ResourceAmount] {
        func amounts(_ container: Value) -> [String: ResourceAmount] {
            var result: [String: ResourceAmount] = [:]
            for (name, quantity) in container["resources", key]?.fields ?? [:] { result[name] = ResourceAmount(goText(quantity)) }
            return result
        }
        var sum: [String: ResourceAmount] = [:]
        for container in pod["spec", "containers"]?.elements ?? [] {
            for (name, amount) in amounts(container) { sum[name, default: .zero] = sum[name, default: .zero] + amount }
        }
        var sidecars: [String: ResourceAmount] = [:]
        var first: [String: ResourceAmount] = [:]
        for container in pod["spec", "initContainers"]?.elements ?? [] {
            let own = amounts(container)
            if container["restartPolicy"]?.stringValue == "Always" {
                for (name, amount) in own {
                    sum[name, default: .zero] = sum[name, default: .zero] + amount
                    sidecars[name, default: .zero] = sidecars[name, default: .zero] + amount
                }
            } else {
                for (name, amount) in own {
                    let together = (sidecars[name] ?? .zero) + amount
                    if together.milli > (first[name] ?? .zero).milli { first[name] = together }
                }
            }
            for (name, amount) in sidecars where amount.milli > (first[name] ?? .zero).milli { first[name] = amount }
        }
        for (name, amount) in first where amount.milli > (sum[name] ?? .zero).milli { sum[name] = amount }
        for (name, quantity) in pod["spec", "resources", key]?.fields ?? [:] { sum[name] = ResourceAmount(goText(quantity)) }
        for (name, quantity) in pod["spec", "overhead"]?.fields ?? [:] {
            guard let amount = ResourceAmount(goText(quantity)), key == "requests" || sum[name] != nil else { continue }
            sum[name, default: .zero] = sum[name, default: .zero] + amount
        }
        return sum
    }
}

/// A taint of a node: `key=value:Effect`.
struct Taint: Equatable {
    var key: String
    var value: String
    var effect: String

    init(key: String, value: String, effect: String) {
        self.key = key
        self.value = value
        self.effect = effect
    }

    init(_ taint: Value) {
        key = taint["key"]?.stringValue ?? ""
        value = taint["value"]?.stringValue ?? ""
        effect = taint["effect"]?.stringValue ?? ""
    }

    var text: String {
        if effect.isEmpty { return value.isEmpty ? key : "\(key)=\(value):" }
        return value.isEmpty ? "\(key):\(effect)" : "\(key)=\(value):\(effect)"
    }
}
