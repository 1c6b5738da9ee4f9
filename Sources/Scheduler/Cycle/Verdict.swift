/// What the filters say of one node: nothing, or the reasons why not.
///
/// - Shape: a bit a reason; `unresolvable` is set when removing pods from the node would not help.
package struct Verdict: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let unschedulable = Verdict(rawValue: 1 << 0)
    package static let otherName = Verdict(rawValue: 1 << 1)
    package static let taint = Verdict(rawValue: 1 << 2)
    package static let nodeAffinity = Verdict(rawValue: 1 << 3)
    package static let ports = Verdict(rawValue: 1 << 4)
    package static let tooManyPods = Verdict(rawValue: 1 << 5)
    package static let cpu = Verdict(rawValue: 1 << 6)
    package static let memory = Verdict(rawValue: 1 << 7)
    package static let ephemeral = Verdict(rawValue: 1 << 8)
    package static let extended = Verdict(rawValue: 1 << 9)
    package static let diskConflict = Verdict(rawValue: 1 << 10)
    package static let tooManyVolumes = Verdict(rawValue: 1 << 11)
    package static let volumeNode = Verdict(rawValue: 1 << 12)
    package static let volumeBinding = Verdict(rawValue: 1 << 13)
    package static let volumeZone = Verdict(rawValue: 1 << 14)
    package static let spread = Verdict(rawValue: 1 << 15)
    package static let spreadLabel = Verdict(rawValue: 1 << 16)
    package static let podAffinity = Verdict(rawValue: 1 << 17)
    package static let podAntiAffinity = Verdict(rawValue: 1 << 18)
    package static let existingAntiAffinity = Verdict(rawValue: 1 << 19)
    package static let volumeMissing = Verdict(rawValue: 1 << 20)
    package static let addedAffinity = Verdict(rawValue: 1 << 21)
    package static let notPreFiltered = Verdict(rawValue: 1 << 22)
    package static let claimInUse = Verdict(rawValue: 1 << 23)
    package static let unresolvable = Verdict(rawValue: 1 << 31)

    /// The reasons that have one text each.
    static let texts: [(verdict: Verdict, text: String)] = [
        (.unschedulable, "node(s) were unschedulable"),
        (.otherName, "node(s) didn't match the requested node name"),
        (.taint, "node(s) had untolerated taint(s)"),
        (.nodeAffinity, "node(s) didn't match Pod's node affinity/selector"),
        (.ports, "node(s) didn't have free ports for the requested pod ports"),
        (.tooManyPods, "Too many pods"),
        (.cpu, "Insufficient cpu"),
        (.memory, "Insufficient memory"),
        (.ephemeral, "Insufficient ephemeral-storage"),
        (.diskConflict, "node(s) had no available disk"),
        (.tooManyVolumes, "node(s) exceed max volume count"),
        (.volumeNode, "node(s) didn't match PersistentVolume's node affinity"),
        (.volumeBinding, "node(s) didn't find available persistent volumes to bind"),
        (.volumeZone, "node(s) had no available volume zone"),
        (.spread, "node(s) didn't match pod topology spread constraints"),
        (.spreadLabel, "node(s) didn't match pod topology spread constraints (missing required label)"),
        (.podAffinity, "node(s) didn't match pod affinity rules"),
        (.podAntiAffinity, "node(s) didn't match pod anti-affinity rules"),
        (.existingAntiAffinity, "node(s) didn't satisfy existing pods anti-affinity rules"),
        (.volumeMissing, "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"),
        (.addedAffinity, "node(s) didn't match scheduler-enforced node affinity"),
        (.notPreFiltered, "node(s) didn't satisfy plugin(s) [NodeAffinity]"),
        (.claimInUse, "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"),
    ]
}

/// How many nodes were refused for which reasons, and the message that tells it.
///
/// - Source: kube-scheduler `FitError.Error`.
package struct FitReport: Sendable {
    package let nodeCount: Int
    package var reasons: [String: Int] = [:]
    /// Set when the pod was refused before any node was looked at.
    package var beforehand = ""
    /// What trying to make room said.
    package var afterwards = ""

    package init(nodeCount: Int) { self.nodeCount = nodeCount }

    package var message: String {
        var text = "0/\(nodeCount) nodes are available:"
        if !beforehand.isEmpty {
            text += " \(beforehand)."
        } else {
            let parts = reasons.map { "\($0.value) \($0.key)" }.sorted()
            if !parts.isEmpty { text += " \(parts.joined(separator: ", "))." }
        }
        if !afterwards.isEmpty { text += " \(afterwards)" }
        return text
    }
}
