import KubernetesObjects

/// What a pod asks of a node.
///
/// - Units: CPU in thousandths of a core, memory and storage in bytes.
/// - Source: component-helpers `resource.PodRequests`: containers add up, init containers count by their maximum with
///   the sidecars started before them, the overhead is added, and requests of the pod as a whole win.
package struct PodRequests: Hashable, Sendable {
    package var cpu: Int64 = 0
    package var memory: Int64 = 0
    package var ephemeral: Int64 = 0
    /// Every other resource, sorted by name.
    package var extended: [Extended] = []
    /// With what is assumed of containers that ask for nothing: what spreading by load counts.
    package var assumedCPU: Int64 = 0
    package var assumedMemory: Int64 = 0

    package struct Extended: Hashable, Sendable {
        package var name: String
        package var amount: Int64
    }

    package static let assumedCPUOfContainer: Int64 = 100
    package static let assumedMemoryOfContainer: Int64 = 200 * 1024 * 1024

    package init() {}

    package init(podSpec spec: Value?) {
        var total = Tally()
        var sidecars = Tally()
        var initPeak = Tally()
        for container in spec?["containers"]?.elements ?? [] { total.add(Tally(container)) }
        for container in spec?["initContainers"]?.elements ?? [] {
            var step = Tally(container)
            if container["restartPolicy"]?.stringValue == "Always" {
                total.add(step)
                sidecars.add(step)
                step = sidecars
            } else {
                step.add(sidecars)
            }
            initPeak.raise(to: step)
        }
        total.raise(to: initPeak)
        if let whole = spec?["resources"]?["requests"]?.fields {
            for (name, amount) in whole {
                total.amounts[name] = ResourceAmount.of(name, amount)
                if name == "cpu" { total.assumedCPU = ResourceAmount.milli(amount) }
                if name == "memory" { total.assumedMemory = ResourceAmount.whole(amount) }
            }
        }
        for (name, amount) in spec?["overhead"]?.fields ?? Fields() {
            let extra = ResourceAmount.of(name, amount)
            total.amounts[name] = clampedSum(total.amounts[name] ?? 0, extra)
            if name == "cpu" { total.assumedCPU = clampedSum(total.assumedCPU, extra) }
            if name == "memory" { total.assumedMemory = clampedSum(total.assumedMemory, extra) }
        }
        (assumedCPU, assumedMemory) = (total.assumedCPU, total.assumedMemory)
        for name in total.amounts.keys.sorted() {
            let amount = total.amounts[name] ?? 0
            switch name {
            case "cpu": cpu = amount
            case "memory": memory = amount
            case "ephemeral-storage": ephemeral = amount
            default: extended.append(Extended(name: name, amount: amount))
            }
        }
    }

    package var isNothing: Bool { cpu == 0 && memory == 0 && ephemeral == 0 && extended.isEmpty }

    private struct Tally {
        var amounts: [String: Int64] = [:]
        var assumedCPU: Int64 = 0
        var assumedMemory: Int64 = 0

        init() {}

        init(_ container: Value) {
            let requests = container["resources"]?["requests"]
            for (name, amount) in requests?.fields ?? Fields() { amounts[name] = ResourceAmount.of(name, amount) }
            assumedCPU = amounts["cpu"] ?? PodRequests.assumedCPUOfContainer
            assumedMemory = amounts["memory"] ?? PodRequests.assumedMemoryOfContainer
        }

        mutating func add(_ other: Tally) {
            for (name, amount) in other.amounts { amounts[name] = clampedSum(amounts[name] ?? 0, amount) }
            assumedCPU = clampedSum(assumedCPU, other.assumedCPU)
            assumedMemory = clampedSum(assumedMemory, other.assumedMemory)
        }

        mutating func raise(to other: Tally) {
            for (name, amount) in other.amounts { amounts[name] = max(amounts[name] ?? 0, amount) }
            assumedCPU = max(assumedCPU, other.assumedCPU)
            assumedMemory = max(assumedMemory, other.assumedMemory)
        }
    }
}

/// A sum that stays at the ends of the range instead of overflowing.
@inlinable package func clampedSum(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? (right < 0 ? .min : .max) : sum
}
