import KubernetesObjects

/// Applies a namespace's LimitRanges: defaults for containers, and bounds for containers, pods and claims.
///
/// - Source: kubernetes `plugin/pkg/admission/limitranger`, v1.36.
package struct LimitRanger: AdmissionPlugin {
    package let name = "LimitRanger"
    static let annotation = "kubernetes.io/limit-ranger"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        guard subresource.isEmpty || subresource == "resize" else { return false }
        switch resource {
        case .pods: return operation == .create || (operation == .update && subresource == "resize")
        case .persistentVolumeClaims: return operation == .create || operation == .update
        default: return false
        }
    }

    private func limits(_ attributes: AdmissionAttributes, _ context: AdmissionContext) -> [Value] {
        context.store.list(.limitRanges, namespace: attributes.namespace).flatMap { $0["spec"]?.list("limits") ?? [] }
    }

    // MARK: Defaults

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard attributes.groupResource == .pods, attributes.operation == .create else { return }
        var requests = Fields()
        var limits = Fields()
        for limit in self.limits(attributes, context) where limit.text("type") == "Container" {
            for entry in limit.map("defaultRequest") where requests[entry.key] == nil { requests[entry.key] = entry.value }
            for entry in limit.map("default") where limits[entry.key] == nil { limits[entry.key] = entry.value }
        }
        if requests.isEmpty, limits.isEmpty { return }
        var notes: [String] = []
        for (field, what) in [("containers", "container"), ("initContainers", "init container")] {
            guard var containers = attributes.object["spec", field]?.arrayValue else { continue }
            for index in containers.indices {
                let name = containers[index].text("name")
                for (kind, defaults) in [("requests", requests), ("limits", limits)] {
                    var set: [String] = []
                    for entry in defaults where containers[index]["resources", kind, entry.key] == nil {
                        containers[index]["resources", kind, entry.key] = entry.value
                        set.append(entry.key)
                    }
                    if !set.isEmpty {
                        notes.append("\(set.sorted().joined(separator: ", ")) \(kind == "requests" ? "request" : "limit") for \(what) \(name)")
                    }
                }
            }
            attributes.object["spec", field] = .array(containers)
        }
        if !notes.isEmpty {
            attributes.object["metadata", "annotations", Self.annotation] = .string(
                "LimitRanger plugin set: " + notes.joined(separator: "; "))
        }
    }

    // MARK: Bounds

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        let limits = limits(attributes, context)
        if limits.isEmpty { return }
        var problems: [String] = []
        if attributes.groupResource == .persistentVolumeClaims {
            let requests = attributes.object["spec", "resources", "requests"]?.fields ?? Fields()
            for limit in limits where limit.text("type") == "PersistentVolumeClaim" {
                for entry in limit.map("min").sorted() {
                    guard let bound = Quantity(entry.value) else { continue }
                    guard let request = Quantity(requests[entry.key]) else {
                        problems.append("minimum \(entry.key) usage per PersistentVolumeClaim is \(bound).  No request is specified")
                        continue
                    }
                    if request < bound { problems.append("minimum \(entry.key) usage per PersistentVolumeClaim is \(bound), but request is \(request)") }
                }
                for entry in limit.map("max").sorted() {
                    guard let bound = Quantity(entry.value), let request = Quantity(requests[entry.key]) else { continue }
                    if request > bound { problems.append("maximum \(entry.key) usage per PersistentVolumeClaim is \(bound), but request is \(request)") }
                }
            }
        } else {
            let spec = attributes.object["spec"] ?? [:]
            for limit in limits {
                switch limit.text("type") {
                case "Container":
                    for container in spec.list("containers") + spec.list("initContainers") {
                        let resources = container["resources"] ?? [:]
                        Self.check(limit, "Container", resources.map("requests"), resources.map("limits"), into: &problems)
                    }
                case "Pod":
                    let total = PodResources.total(of: spec)
                    Self.check(limit, "Pod", total.requests, total.limits, into: &problems)
                default: break
                }
            }
        }
        if problems.isEmpty { return }
        var seen: Set<String> = []
        problems = problems.filter { seen.insert($0).inserted }
        throw attributes.forbidden(problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]")
    }

    private static func check(_ limit: Value, _ type: String, _ requests: Fields, _ limits: Fields, into problems: inout [String]) {
        for entry in limit.map("min").sorted() {
            guard let bound = Quantity(entry.value) else { continue }
            let lead = "minimum \(entry.key) usage per \(type) is \(bound)"
            guard let request = Quantity(requests[entry.key]) else {
                problems.append("\(lead).  No request is specified")
                continue
            }
            if request < bound {
                problems.append("\(lead), but request is \(request)")
            } else if let given = Quantity(limits[entry.key]), given < bound {
                problems.append("\(lead), but limit is \(given)")
            }
        }
        for entry in limit.map("max").sorted() {
            guard let bound = Quantity(entry.value) else { continue }
            let lead = "maximum \(entry.key) usage per \(type) is \(bound)"
            guard let given = Quantity(limits[entry.key]) else {
                problems.append("\(lead).  No limit is specified")
                continue
            }
            if given > bound {
                problems.append("\(lead), but limit is \(given)")
            } else if let request = Quantity(requests[entry.key]), request > bound {
                problems.append("\(lead), but request is \(request)")
            }
        }
        for entry in limit.map("maxLimitRequestRatio").sorted() {
            guard let bound = Quantity(entry.value) else { continue }
            let lead = "\(entry.key) max limit to request ratio per \(type) is \(bound)"
            guard let request = Quantity(requests[entry.key]), request.sign > 0 else {
                problems.append("\(lead), but no request is specified or request is 0")
                continue
            }
            guard let given = Quantity(limits[entry.key]), given.sign > 0 else {
                problems.append("\(lead), but no limit is specified or limit is 0")
                continue
            }
            let ratio = given.doubleValue / request.doubleValue
            if ratio > bound.doubleValue { problems.append("\(lead), but provided ratio is \(sixDigits(ratio))") }
        }
    }

    /// A number with six digits after the point, as Go's `%f`.
    private static func sixDigits(_ number: Double) -> String {
        let scaled = (number * 1_000_000).rounded()
        guard scaled.isFinite, abs(scaled) < 9e15 else { return "\(number)" }
        let whole = Int64(scaled)
        let fraction = String(abs(whole % 1_000_000))
        return "\(whole / 1_000_000)." + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
    }
}

/// What a pod asks for in all.
///
/// - Source: k8s.io/component-helpers `resource`: containers and sidecars added up, at least the largest init container, plus overhead.
package enum PodResources {
    package static func total(of spec: Value) -> (requests: Fields, limits: Fields) { (sum("requests", spec), sum("limits", spec)) }

    private static func sum(_ kind: String, _ spec: Value) -> Fields {
        var total: [String: Quantity] = [:]
        func add(_ resources: Fields, to sum: inout [String: Quantity]) {
            for entry in resources {
                if let amount = Quantity(entry.value) { sum[entry.key] = sum[entry.key].map { $0 + amount } ?? amount }
            }
        }
        for container in spec.list("containers") { add(container["resources"]?.map(kind) ?? Fields(), to: &total) }
        var sidecars: [String: Quantity] = [:]
        var largest: [String: Quantity] = [:]
        for container in spec.list("initContainers") {
            let own = container["resources"]?.map(kind) ?? Fields()
            var need = sidecars
            add(own, to: &need)
            if container.text("restartPolicy") == "Always" {
                add(own, to: &total)
                add(own, to: &sidecars)
                need = sidecars
            }
            for (name, amount) in need { largest[name] = max(largest[name] ?? .zero, amount) }
        }
        for (name, amount) in largest where amount > total[name] ?? .zero { total[name] = amount }
        if let own = spec["resources"]?.map(kind) {
            for entry in own { total[entry.key] = Quantity(entry.value) ?? .zero }
        }
        for entry in spec.map("overhead") where kind == "requests" || total[entry.key] != nil {
            if let amount = Quantity(entry.value) { total[entry.key] = total[entry.key].map { $0 + amount } ?? amount }
        }
        return Fields(total.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.description)) })
    }
}
