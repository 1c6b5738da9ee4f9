#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension SchedulerCache {
    static let hostnameKey = "kubernetes.io/hostname"

    /// Prefers domains with fewer pods of the kind.
    ///
    /// - Source: kube-scheduler PodTopologySpread `Score` and `NormalizeScore`.
    mutating func scoreSpread(
        _ pod: PodInfo, _ feasible: [Int32], _ soft: [SpreadConstraint], _ needsAllKeys: Bool, _ weight: Int64, _ totals: inout [Int64]
    ) {
        struct Part {
            var counter: Int
            var topology: Int
            var factor: Double
            var offset: Double
        }
        let keys = soft.map(\.topologyKey)
        let topologyOfKey = keys.map { topology($0) }
        var ignored = [Bool](repeating: false, count: feasible.count)
        if needsAllKeys {
            for (index, slot) in feasible.enumerated() {
                ignored[index] = topologyOfKey.contains { topologies[$0].domainOf[Int(slot)] < 0 }
            }
        }
        let counted = ignored.count { !$0 }
        var parts: [Part] = []
        for (position, constraint) in soft.enumerated() {
            let eligibility = EligibilityKey(
                selection: constraint.honorsAffinity ? pod.selection : nil, tolerations: constraint.honorsTaints ? pod.tolerations : nil,
                topologyKeys: needsAllKeys ? keys : [])
            let isTrivial = eligibility.selection == nil && eligibility.tolerations == nil && !needsAllKeys
            if !isTrivial { refreshEligibility(eligibility) }
            let term = PodTerm(namespaces: [pod.key.namespace], selector: constraint.selector, topologyKey: constraint.topologyKey)
            let isHost = constraint.topologyKey == Self.hostnameKey
            let counter = counter(
                CounterKey(
                    terms: [term], topologyKey: constraint.topologyKey, skipsTerminating: true,
                    eligibility: isTrivial || isHost ? nil : eligibility))
            var size = counted
            if !isHost {
                // One place more for nodes without the label, which have no domain.
                let topology = topologies[topologyOfKey[position]]
                var seen = [Bool](repeating: false, count: topology.count + 1)
                size = 0
                for (index, slot) in feasible.enumerated() where !ignored[index] {
                    let domain = Int(topology.domainOf[Int(slot)]) + 1
                    if (domain > 0 || !needsAllKeys) && !seen[domain] {
                        seen[domain] = true
                        size += 1
                    }
                }
            }
            parts.append(
                Part(
                    counter: counter, topology: topologyOfKey[position], factor: log(Double(size + 2)), offset: Double(constraint.maxSkew - 1)))
        }
        var raw = [Int64](repeating: 0, count: feasible.count)
        var most: Int64 = 0
        var least = Int64.max
        for (index, slot) in feasible.enumerated() where !ignored[index] {
            var score = 0.0
            for part in parts {
                let domain = topologies[part.topology].domainOf[Int(slot)]
                if domain >= 0 { score += Double(counters[part.counter].count(domain)) * part.factor + part.offset }
            }
            raw[index] = Int64(score.rounded(.toNearestOrAwayFromZero))
            most = max(most, raw[index])
            least = min(least, raw[index])
        }
        for index in totals.indices where !ignored[index] {
            totals[index] += (most == 0 ? Self.scoreMax : Self.scoreMax * (most + least - raw[index]) / most) * weight
        }
    }
}
