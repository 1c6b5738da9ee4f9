/// The order in which discovery lists groups and versions, and which version the store keeps.
///
/// - Source: the priorities of kube-aggregator's built-in APIServices (v1.36), and `CompareKubeAwareVersionStrings`.
package enum GroupOrder {
    /// Group priorities; groups that are not here are custom and come after, by name.
    private static let priorities: [String: Int] = [
        "": 18000, "apiregistration.k8s.io": 17999, "apps": 17800, "events.k8s.io": 17750, "authentication.k8s.io": 17700,
        "authorization.k8s.io": 17600, "autoscaling": 17500, "batch": 17400, "certificates.k8s.io": 17300,
        "networking.k8s.io": 17200, "policy": 17100, "rbac.authorization.k8s.io": 17000, "storage.k8s.io": 16800,
        "storagemigration.k8s.io": 16799, "apiextensions.k8s.io": 16700, "admissionregistration.k8s.io": 16701,
        "scheduling.k8s.io": 16600, "coordination.k8s.io": 16500, "node.k8s.io": 16300, "discovery.k8s.io": 16200,
        "resource.k8s.io": 16200, "flowcontrol.apiserver.k8s.io": 16100, "internal.apiserver.k8s.io": 16000,
        "metrics.k8s.io": 100,
    ]
    private static let customPriority = 1000

    package static func priority(of group: String) -> Int { priorities[group] ?? customPriority }

    /// The resources in discovery order: groups, then versions most preferred first, then plurals.
    static func sorted(_ resources: [ResourceType]) -> [ResourceType] {
        var places: [String: Int] = [:]
        func place(of type: ResourceType) -> Int {
            if let known = places[type.group] { return known }
            let place = -priority(of: type.group)
            places[type.group] = place
            return place
        }
        let keyed = resources.map { (type: $0, place: place(of: $0), rank: VersionRank($0.version)) }
        return keyed.sorted { left, right in
            if left.place != right.place { return left.place < right.place }
            if left.type.group != right.type.group { return left.type.group < right.type.group }
            if left.rank != right.rank { return left.rank > right.rank }
            if left.type.version != right.type.version { return left.type.version < right.type.version }
            return left.type.plural < right.type.plural
        }.map(\.type)
    }

    /// The version in which the store keeps a built-in resource.
    static func storageVersion(of plural: String, group: String, version: String) -> String {
        switch (group, plural) {
        case ("autoscaling", "horizontalpodautoscalers"): "v2"
        case ("", _): "v1"
        default: storageVersions["\(plural).\(group)"] ?? (VersionRank(version).isStable ? "v1" : version)
        }
    }

    /// Resources with several versions, and the one that is kept.
    private static let storageVersions = [
        "deviceclasses.resource.k8s.io": "v1", "resourceclaims.resource.k8s.io": "v1", "resourceclaimtemplates.resource.k8s.io": "v1",
        "resourceslices.resource.k8s.io": "v1", "ipaddresses.networking.k8s.io": "v1", "servicecidrs.networking.k8s.io": "v1",
        "mutatingadmissionpolicies.admissionregistration.k8s.io": "v1", "mutatingadmissionpolicybindings.admissionregistration.k8s.io": "v1",
        "volumeattributesclasses.storage.k8s.io": "v1", "clustertrustbundles.certificates.k8s.io": "v1beta1",
        "leasecandidates.coordination.k8s.io": "v1beta1", "devicetaintrules.resource.k8s.io": "v1beta2",
    ]
}

/// How a version ranks beside others: stable over beta over alpha, then higher numbers first; other names come last.
package struct VersionRank: Comparable, Sendable {
    private let stability: Int
    private let major: Int
    private let minor: Int

    package init(_ version: String) {
        if version == "v1" { (stability, major, minor) = (3, 1, 0); return }
        var rest = Substring(version)
        func number() -> Int? {
            let digits = rest.prefix { $0 >= "0" && $0 <= "9" }
            rest = rest.dropFirst(digits.count)
            return digits.count > 9 ? nil : Int(digits)
        }
        guard rest.first == "v" else { (stability, major, minor) = (0, 0, 0); return }
        rest = rest.dropFirst()
        guard let first = number() else { (stability, major, minor) = (0, 0, 0); return }
        if rest.isEmpty { (stability, major, minor) = (3, first, 0); return }
        for (word, rank) in [("beta", 2), ("alpha", 1)] where rest.hasPrefix(word) {
            rest = rest.dropFirst(word.count)
            if let second = number(), rest.isEmpty { (stability, major, minor) = (rank, first, second); return }
        }
        (stability, major, minor) = (0, 0, 0)
    }

    /// Whether the version is neither alpha nor beta.
    package var isStable: Bool { stability == 3 }

    package static func < (left: VersionRank, right: VersionRank) -> Bool {
        (left.stability, left.major, left.minor) < (right.stability, right.major, right.minor)
    }
}
