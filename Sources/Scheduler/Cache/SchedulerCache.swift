import APIMachinery
import KubernetesObjects

/// The cluster as the scheduler sees it: nodes with what runs on them, and running counts for every rule in use.
///
/// - Invariants: a pod is on at most one node; used amounts are the sums over the pods; a counter of the present
///   `generation` holds what a scan over all pods would find.
/// - Bounds: adding or removing a pod costs a step a counter of its namespace; nothing scans all pods but the
///   first use of a counter and a change of node labels.
package struct SchedulerCache: Sendable {
    package internal(set) var nodes = NodeTable()
    package private(set) var pods: [String: (pod: PodInfo, slot: Int)] = [:]
    /// Changes when a node comes, goes, or changes its labels, taints or schedulability.
    package private(set) var generation = 0
    package private(set) var namespaceLabels: [String: [String: String]] = [:]
    /// How many placed pods have each priority.
    private var priorities: [Int: Int] = [:]
    /// For every image name the nodes that have it.
    package private(set) var imageNodes: [String: Int] = [:]

    var topologies: [Topology] = []
    private var topologyIndex: [String: Int] = [:]
    private(set) var counters: [PodCounter] = []
    private var counterIndex: [CounterKey: Int] = [:]
    private(set) var carried: [CarriedTerm] = []
    private var carriedIndex: [CarriedTerm.Key: Int] = [:]
    private(set) var eligibilities: [EligibilityKey: Eligibility] = [:]
    private var selections: [NodeSelection: (generation: Int, matches: [Bool])] = [:]

    /// Above this many counters or memoised selections the table is begun anew.
    static let memoMax = 512

    package init() {}

    // MARK: Nodes

    package mutating func setNode(_ node: Value) {
        let name = node.name
        let slot = nodes.slot(name)
        let labels = stringMap(node["metadata"]?["labels"])
        let taints = Taint.list(ofNode: node)
        let unschedulable = node["spec"]?["unschedulable"]?.boolValue == true
        let isNew = !nodes.numbers[slot].flags.contains(.exists)
        var flags: NodeNumbers.Flags = .exists
        if unschedulable { flags.insert(.unschedulable) }
        if taints.contains(where: { $0.effect != .preferNoSchedule }) { flags.insert(.repels) }
        if taints.contains(where: { $0.effect == .preferNoSchedule }) { flags.insert(.deters) }
        let changed = isNew || nodes.details[slot].labels != labels || nodes.details[slot].taints != taints || nodes.numbers[slot].flags != flags
        nodes.numbers[slot].flags = flags
        nodes.touch(slot)
        setAllocatable(node, slot)
        setImages(node, slot)
        guard changed else { return }
        let labelsChanged = nodes.details[slot].labels != labels
        nodes.details[slot].labels = labels
        nodes.details[slot].taints = taints
        nodes.join(slot, zone: Self.zone(labels))
        generation += 1
        for index in topologies.indices { setDomain(slot, in: index) }
        if labelsChanged, !nodes.details[slot].pods.isEmpty { recountCarried() }
        if !isNew || !nodes.details[slot].pods.isEmpty { return }
        keepCountersCurrent(addedEmpty: slot)
    }

    /// A node without pods changes no count, so counters stay current, unless they hold a rule on which nodes count.
    private mutating func keepCountersCurrent(addedEmpty slot: Int) {
        for index in counters.indices where counters[index].generation == generation - 1 && counters[index].key.eligibility == nil {
            counters[index].generation = generation
        }
    }

    package mutating func removeNode(_ name: String) {
        guard let slot = nodes.slots[name], nodes.numbers[slot].flags.contains(.exists) else { return }
        nodes.numbers[slot].flags = []
        nodes.touch(slot)
        nodes.leave(slot)
        for image in nodes.details[slot].images.keys { dropImage(image) }
        nodes.details[slot].images = [:]
        nodes.details[slot].labels = [:]
        nodes.details[slot].taints = []
        generation += 1
        for index in topologies.indices { setDomain(slot, in: index) }
        if !nodes.details[slot].pods.isEmpty { recountCarried() }
        nodes.releaseIfEmpty(slot)
    }

    private static func zone(_ labels: [String: String]) -> String {
        let region = labels["topology.kubernetes.io/region"] ?? labels["failure-domain.beta.kubernetes.io/region"] ?? ""
        let zone = labels["topology.kubernetes.io/zone"] ?? labels["failure-domain.beta.kubernetes.io/zone"] ?? ""
        return region.isEmpty && zone.isEmpty ? "" : "\(region):\0:\(zone)"
    }

    private mutating func setAllocatable(_ node: Value, _ slot: Int) {
        let allocatable = node["status"]?["allocatable"]?.fields ?? Fields()
        var extended: [String: Int64] = [:]
        var numbers = nodes.numbers[slot]
        (numbers.cpu, numbers.memory, numbers.ephemeral, numbers.podsMax) = (0, 0, 0, 0)
        for (name, amount) in allocatable {
            switch name {
            case "cpu": numbers.cpu = ResourceAmount.milli(amount)
            case "memory": numbers.memory = ResourceAmount.whole(amount)
            case "ephemeral-storage": numbers.ephemeral = ResourceAmount.whole(amount)
            case "pods": numbers.podsMax = ResourceAmount.whole(amount)
            default: extended[name] = ResourceAmount.whole(amount)
            }
        }
        nodes.numbers[slot] = numbers
        nodes.details[slot].extended = extended
    }

    private mutating func setImages(_ node: Value, _ slot: Int) {
        let list = node["status"]?["images"]?.elements ?? []
        if list.isEmpty, nodes.details[slot].images.isEmpty { return }
        var images: [String: Int64] = [:]
        for image in list {
            let size = Int64(image["sizeBytes"]?.intValue ?? 0)
            for name in image["names"]?.elements ?? [] { if let name = name.stringValue { images[name] = size } }
        }
        if images == nodes.details[slot].images { return }
        for name in nodes.details[slot].images.keys { dropImage(name) }
        for name in images.keys { imageNodes[name, default: 0] += 1 }
        nodes.details[slot].images = images
    }

    private mutating func dropImage(_ name: String) {
        guard let count = imageNodes[name] else { return }
        imageNodes[name] = count > 1 ? count - 1 : nil
    }

    package mutating func setNamespace(_ name: String, labels: [String: String]?) {
        guard namespaceLabels[name] != labels else { return }
        namespaceLabels[name] = labels
        for index in counters.indices where counters[index].key.terms.contains(where: { $0.namespaceSelector != nil }) {
            counters[index].generation = -1
        }
    }

    // MARK: Pods

    /// Puts a pod on a node, in place of what was known of it.
    package mutating func place(_ pod: PodInfo, on node: String) {
        let slot = nodes.slot(node)
        if let known = pods[pod.uid] { take(known.pod, known.slot) }
        if topologies.contains(where: { $0.domainOf.count <= slot }) { growDomains() }
        pods[pod.uid] = (pod, slot)
        add(pod, slot)
    }

    package mutating func removePod(uid: String) {
        guard let known = pods.removeValue(forKey: uid) else { return }
        take(known.pod, known.slot)
        nodes.releaseIfEmpty(known.slot)
    }

    /// Whether some placed pod is less important than this priority.
    package func hasPods(below priority: Int) -> Bool { priorities.keys.contains { $0 < priority } }

    private mutating func add(_ pod: PodInfo, _ slot: Int) {
        nodes.touch(slot)
        priorities[pod.priority, default: 0] += 1
        nodes.numbers[slot].add(pod.requests)
        nodes.details[slot].pods.append(pod)
        for resource in pod.requests.extended {
            nodes.details[slot].usedExtended[resource.name] = clampedSum(nodes.details[slot].usedExtended[resource.name] ?? 0, resource.amount)
        }
        if !pod.hostPorts.isEmpty { nodes.details[slot].ports += pod.hostPorts }
        count(pod, slot, by: 1)
    }

    private mutating func take(_ pod: PodInfo, _ slot: Int) {
        nodes.touch(slot)
        if let count = priorities[pod.priority] { priorities[pod.priority] = count > 1 ? count - 1 : nil }
        nodes.numbers[slot].subtract(pod.requests)
        if let index = nodes.details[slot].pods.lastIndex(where: { $0.uid == pod.uid }) { nodes.details[slot].pods.remove(at: index) }
        for resource in pod.requests.extended {
            nodes.details[slot].usedExtended[resource.name] = clampedSum(nodes.details[slot].usedExtended[resource.name] ?? 0, -resource.amount)
        }
        for port in pod.hostPorts {
            if let index = nodes.details[slot].ports.firstIndex(of: port) { nodes.details[slot].ports.remove(at: index) }
        }
        count(pod, slot, by: -1)
    }

    /// Takes a pod off its node for a moment; `restore` puts it back.
    mutating func lift(_ pod: PodInfo, _ slot: Int) { take(pod, slot) }
    mutating func restore(_ pod: PodInfo, _ slot: Int) { add(pod, slot) }

    private mutating func count(_ pod: PodInfo, _ slot: Int, by change: Int32) {
        for index in counters.indices where counters[index].generation == generation {
            let key = counters[index].key
            if matches(pod, key), isEligible(slot, key.eligibility) {
                let domain = topologies[counters[index].topology].domainOf[slot]
                if domain >= 0 { counters[index].add(change, domain: domain) }
            }
        }
        carry(pod, slot, by: Int64(change))
    }

    private func matches(_ pod: PodInfo, _ key: CounterKey) -> Bool {
        if key.skipsTerminating, pod.isTerminating { return false }
        for term in key.terms where !term.covers(namespace: pod.key.namespace, labels: pod.labels, namespaceLabels: namespaceLabels) { return false }
        return true
    }

    private func isEligible(_ slot: Int, _ key: EligibilityKey?) -> Bool {
        guard nodes.numbers[slot].flags.contains(.exists) else { return false }
        guard let key else { return true }
        return eligibilities[key].map { slot < $0.isEligible.count && $0.isEligible[slot] } ?? false
    }

    // MARK: Topologies

    mutating func topology(_ key: String) -> Int {
        if let index = topologyIndex[key] {
            if topologies[index].domainOf.count < nodes.numbers.count { growDomains() }
            return index
        }
        topologies.append(Topology(key: key))
        topologyIndex[key] = topologies.count - 1
        growDomains()
        return topologies.count - 1
    }

    private mutating func growDomains() {
        for index in topologies.indices {
            for slot in topologies[index].domainOf.count..<max(nodes.numbers.count, topologies[index].domainOf.count) { setDomain(slot, in: index) }
        }
    }

    private mutating func setDomain(_ slot: Int, in index: Int) {
        let domain = topologies[index].id(nodes.details[slot].labels[topologies[index].key])
        while topologies[index].domainOf.count <= slot { topologies[index].domainOf.append(-1) }
        topologies[index].domainOf[slot] = domain
    }

    // MARK: Counters

    /// The index of an up-to-date counter.
    mutating func counter(_ key: CounterKey) -> Int {
        if let index = counterIndex[key] {
            if counters[index].generation != generation { rebuild(index) }
            return index
        }
        if counters.count >= Self.memoMax {
            counters = []
            counterIndex = [:]
        }
        counters.append(PodCounter(key: key, topology: topology(key.topologyKey)))
        counterIndex[key] = counters.count - 1
        rebuild(counters.count - 1)
        return counters.count - 1
    }

    private mutating func rebuild(_ index: Int) {
        let key = counters[index].key
        if let wanted = key.eligibility { refreshEligibility(wanted) }
        _ = topology(key.topologyKey)
        var fresh = PodCounter(key: key, topology: counters[index].topology)
        fresh.generation = generation
        for slot in nodes.details.indices where !nodes.details[slot].pods.isEmpty && isEligible(slot, key.eligibility) {
            let domain = topologies[fresh.topology].domainOf[slot]
            if domain < 0 { continue }
            for pod in nodes.details[slot].pods where matches(pod, key) { fresh.add(1, domain: domain) }
        }
        counters[index] = fresh
    }

    mutating func refreshEligibility(_ key: EligibilityKey) {
        if eligibilities[key]?.generation == generation { return }
        if eligibilities.count >= Self.memoMax {
            eligibilities = [:]
            counters = []
            counterIndex = [:]
        }
        var fresh = Eligibility()
        fresh.generation = generation
        fresh.isEligible = nodes.details.indices.map { slot in
            guard nodes.numbers[slot].flags.contains(.exists) else { return false }
            let detail = nodes.details[slot]
            if let selection = key.selection, !selection.matches(name: detail.name, labels: detail.labels) { return false }
            if let tolerations = key.tolerations, detail.taints.contains(where: { $0.effect != .preferNoSchedule && !tolerations.tolerates($0) }) {
                return false
            }
            return key.topologyKeys.allSatisfy { detail.labels[$0] != nil }
        }
        for name in key.topologyKeys {
            let index = topology(name)
            var seen = [Bool](repeating: false, count: topologies[index].count)
            var domains: [Int32] = []
            for slot in fresh.isEligible.indices where fresh.isEligible[slot] {
                let domain = topologies[index].domainOf[slot]
                if domain >= 0, !seen[Int(domain)] {
                    seen[Int(domain)] = true
                    domains.append(domain)
                }
            }
            fresh.domains[index] = domains
        }
        eligibilities[key] = fresh
    }

    /// For each slot whether a selection matches it.
    mutating func matches(of selection: NodeSelection) -> [Bool] {
        if let known = selections[selection], known.generation == generation { return known.matches }
        if selections.count >= Self.memoMax { selections = [:] }
        let matches = nodes.details.map { selection.matches(name: $0.name, labels: $0.labels) }
        selections[selection] = (generation, matches)
        return matches
    }

    // MARK: Carried terms

    private mutating func carry(_ pod: PodInfo, _ slot: Int, by sign: Int64) {
        for term in pod.antiAffinity { carry(.requiredAnti, term, slot, sign, sign) }
        for term in pod.affinity { carry(.requiredAffinity, term, slot, sign, sign) }
        for entry in pod.preferredAffinity { carry(.preferred, entry.term, slot, sign * entry.weight, sign) }
        for entry in pod.preferredAntiAffinity { carry(.preferred, entry.term, slot, -sign * entry.weight, sign) }
    }

    private mutating func carry(_ kind: CarriedTerm.Kind, _ term: PodTerm, _ slot: Int, _ weight: Int64, _ sign: Int64) {
        let key = CarriedTerm.Key(kind: kind, term: term)
        let index: Int
        if let known = carriedIndex[key] {
            index = known
        } else {
            index = carried.count
            carried.append(CarriedTerm(key: key, topology: topology(term.topologyKey)))
            carriedIndex[key] = index
        }
        carried[index].carriers += Int(sign)
        let domains = topologies[carried[index].topology].domainOf
        carried[index].add(weight, domain: slot < domains.count ? domains[slot] : -1)
    }

    private mutating func recountCarried() {
        carried = []
        carriedIndex = [:]
        for slot in nodes.details.indices { for pod in nodes.details[slot].pods { carry(pod, slot, by: 1) } }
    }
}
