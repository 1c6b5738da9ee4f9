import KubernetesObjects
import SimulationKernel

/// How far a student is with the labs: what `labrunner progress` shows.
///
/// - Shape: JSON `{"formatVersion": 1, "labs": {NAME: {started, attempts, points, pointsMax, passed, lastChecked}}}`.
package struct Progress: Sendable {
    package static let formatVersion = 1

    package struct Entry: Sendable, Hashable {
        package var started: Instant?
        package var attempts = 0
        /// The best result so far.
        package var points = 0
        package var pointsMax = 0
        package var isPassed = false
        package var lastChecked: Instant?

        package init() {}
    }

    /// By lab.
    package private(set) var entries: [String: Entry] = [:]

    package init() {}

    /// Reads what `json` wrote; nil for anything else.
    package init?(json text: String) {
        guard let value = try? Value(parsingJSON: text), value["formatVersion"]?.intValue == Self.formatVersion, let labs = value["labs"]?.fields else { return nil }
        for (name, lab) in labs {
            var entry = Entry()
            entry.started = lab["started"]?.stringValue.flatMap { Instant(rfc3339: $0) }
            entry.attempts = lab["attempts"]?.intValue ?? 0
            entry.points = lab["points"]?.intValue ?? 0
            entry.pointsMax = lab["pointsMax"]?.intValue ?? 0
            entry.isPassed = lab["passed"]?.boolValue ?? false
            entry.lastChecked = lab["lastChecked"]?.stringValue.flatMap { Instant(rfc3339: $0) }
            entries[name] = entry
        }
    }

    package var json: String {
        var labs = Fields()
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            var lab: Value = ["attempts": Value(entry.attempts), "points": Value(entry.points), "pointsMax": Value(entry.pointsMax), "passed": .bool(entry.isPassed)]
            if let started = entry.started { lab["started"] = .string(started.rfc3339) }
            if let checked = entry.lastChecked { lab["lastChecked"] = .string(checked.rfc3339) }
            labs[name] = lab
        }
        let value: Value = ["formatVersion": Value(Self.formatVersion), "labs": .object(labs)]
        return value.json(.indented(by: 2)) + "\n"
    }

    package mutating func start(_ lab: String, at time: Instant) {
        if entries[lab, default: Entry()].started == nil { entries[lab, default: Entry()].started = time }
    }

    /// Keeps a result; the best one counts.
    package mutating func record(_ lab: String, points: Int, of most: Int, passed: Bool, at time: Instant) {
        var entry = entries[lab] ?? Entry()
        entry.attempts += 1
        entry.lastChecked = time
        if passed || points >= entry.points || entry.pointsMax != most { entry.points = points }
        entry.pointsMax = most
        entry.isPassed = entry.isPassed || passed
        entries[lab] = entry
    }
}
