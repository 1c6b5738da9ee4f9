import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Gives each node a range of pod addresses.
///
/// - Order: ranges go out from the lowest; one that was given back goes out again.
/// - Source: kube-controller-manager `nodeipam`, RangeAllocator.
package struct NodeRangeController: Controller {
    package let name = "node-ipam-controller"
    package let interests: [GroupResource] = [.nodes]
    private let base: UInt32
    private let count: Int
    private let mask: Int
    private var taken: [Int: String] = [:]
    private var indexOf: [String: Int] = [:]
    private var lowestFree = 0

    /// Nil when the settings give nodes no range.
    package init?(clusterCIDR: String, nodeMask: Int) {
        let parts = clusterCIDR.split(separator: "/")
        guard parts.count == 2, let bits = Int(parts[1]), (1...32).contains(bits), (bits...30).contains(nodeMask) else { return nil }
        let octets = parts[0].split(separator: ".").compactMap { UInt32($0) }
        guard octets.count == 4, octets.allSatisfy({ $0 < 256 }) else { return nil }
        base = octets.reduce(0) { $0 << 8 | $1 } & (UInt32.max << UInt32(32 - bits))
        count = 1 << (nodeMask - bits)
        mask = nodeMask
    }

    private func range(_ index: Int) -> String {
        let address = base &+ UInt32(truncatingIfNeeded: index) << UInt32(32 - mask)
        return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)/\(mask)"
    }

    private func index(of range: String) -> Int? {
        let octets = range.prefix { $0 != "/" }.split(separator: ".").compactMap { UInt32($0) }
        guard octets.count == 4 else { return nil }
        let address = octets.reduce(0) { $0 << 8 | ($1 & 255) }
        guard address >= base else { return nil }
        let index = Int((address - base) >> UInt32(32 - mask))
        return index < count ? index : nil
    }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        let name = event.key.name
        if event.change == .deleted {
            if let index = indexOf.removeValue(forKey: name) {
                taken[index] = nil
                lowestFree = min(lowestFree, index)
            }
            return []
        }
        if let range = event.object["spec"]?["podCIDR"]?.stringValue {
            if indexOf[name] == nil, let index = index(of: range) {
                indexOf[name] = index
                taken[index] = name
            }
            return []
        }
        return event.change == .added ? ownKey(event) : []
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let node = view.get(key), node["spec"]?["podCIDR"] == nil else { return .done }
        var plan = Plan()
        if indexOf[key.name] == nil {
            while lowestFree < count, taken[lowestFree] != nil { lowestFree += 1 }
            guard lowestFree < count else {
                plan.event(
                    on: NodeLifecycleController.reference(node), reason: "CIDRNotAvailable",
                    message: "Node \(key.name) status is now: CIDRNotAvailable")
                return plan
            }
            taken[lowestFree] = key.name
            indexOf[key.name] = lowestFree
        }
        let text = range(indexOf[key.name] ?? 0)
        plan.add(.patch(key, .strategicMerge, ["spec": ["podCIDR": .string(text), "podCIDRs": [.string(text)]]]))
        return plan
    }
}
