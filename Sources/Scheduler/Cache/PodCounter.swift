/// What is counted in every domain of a topology: pods that match all of some terms, on nodes that count.
struct CounterKey: Hashable, Sendable {
    var terms: [PodTerm]
    var topologyKey: String
    /// Spreading leaves pods out that are being deleted; affinity does not.
    var skipsTerminating: Bool
    var eligibility: EligibilityKey?
}

/// Which nodes count for spreading.
struct EligibilityKey: Hashable, Sendable {
    var selection: NodeSelection?
    /// The pod's tolerations when taints are honoured; nil when they are not.
    var tolerations: [Toleration]?
    /// Labels that a node must have.
    var topologyKeys: [String]
}

/// Pods of one kind by domain.
///
/// - Invariants: kept up with every pod that comes or goes while `generation` is the cache's; rebuilt on use otherwise.
struct PodCounter: Sendable {
    let key: CounterKey
    var topology: Int
    var counts: [Int32] = []
    var total = 0
    var generation = -1

    mutating func add(_ change: Int32, domain: Int32) {
        let index = Int(domain)
        if index >= counts.count { counts.append(contentsOf: repeatElement(0, count: index + 1 - counts.count)) }
        counts[index] += change
        total += Int(change)
    }

    @inline(__always) func count(_ domain: Int32) -> Int32 {
        domain >= 0 && Int(domain) < counts.count ? counts[Int(domain)] : 0
    }
}

/// A term that pods in the cluster carry, with the weight of its carriers by domain.
struct CarriedTerm: Sendable {
    enum Kind: Hashable, Sendable { case requiredAnti, requiredAffinity, preferred }

    struct Key: Hashable, Sendable {
        var kind: Kind
        var term: PodTerm
    }

    let key: Key
    var topology: Int
    var weights: [Int64] = []
    var carriers = 0

    mutating func add(_ weight: Int64, domain: Int32) {
        guard domain >= 0 else { return }
        let index = Int(domain)
        if index >= weights.count { weights.append(contentsOf: repeatElement(0, count: index + 1 - weights.count)) }
        weights[index] += weight
    }

    @inline(__always) func weight(_ domain: Int32) -> Int64 {
        domain >= 0 && Int(domain) < weights.count ? weights[Int(domain)] : 0
    }
}

/// The values of one node label, numbered.
struct Topology: Sendable {
    let key: String
    private(set) var ids: [String: Int32] = [:]
    /// The number of the value of each slot; -1 without the label.
    var domainOf: [Int32] = []

    var count: Int { ids.count }

    init(key: String) { self.key = key }

    mutating func id(_ value: String?) -> Int32 {
        guard let value else { return -1 }
        if let id = ids[value] { return id }
        let id = Int32(ids.count)
        ids[value] = id
        return id
    }
}

/// For each slot whether it counts, and the domains that have a slot that does.
struct Eligibility: Sendable {
    var generation = -1
    var isEligible: [Bool] = []
    /// By topology: the domains with an eligible node.
    var domains: [Int: [Int32]] = [:]
}
