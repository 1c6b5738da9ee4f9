import KubernetesObjects
import SimulationKernel

/// Who manages which fields of an object: the contents of `metadata.managedFields`.
struct ManagedFields {
    struct Manager: Hashable {
        var name: String
        /// `Apply` or `Update`.
        var operation: String
        /// Empty for appliers in comparisons: an applier is the same in every version.
        var apiVersion: String
        var subresource: String

        /// Two entries are of one manager when these agree.
        var identity: Manager { operation == "Apply" ? Manager(name: name, operation: operation, apiVersion: "", subresource: subresource) : self }

        /// As conflicts name it: `"ci"`, `"kubectl-edit" using apps/v1`.
        var description: String {
            var text = goQuoted(name)
            if !subresource.isEmpty { text += " with subresource \(goQuoted(subresource))" }
            return operation == "Update" ? "\(text) using \(apiVersion)" : text
        }
    }

    /// What one manager has set.
    ///
    /// - Invariants: an entry that nobody changed is written as it was read, and its fields are read only when somebody asks.
    struct Entry {
        private(set) var manager: Manager
        private(set) var time: String
        private var parsed: FieldSet?
        private var stored: Value

        init(manager: Manager, time: String, set: FieldSet) {
            self.manager = manager
            self.time = time
            parsed = set
            stored = .null
        }

        /// An entry as it is stored; nil for one that is none.
        init?(_ value: Value) {
            guard let operation = value["operation"]?.stringValue, let version = value["apiVersion"]?.stringValue else { return nil }
            manager = Manager(
                name: value["manager"]?.stringValue ?? "", operation: operation, apiVersion: version,
                subresource: value["subresource"]?.stringValue ?? "")
            time = value["time"]?.stringValue ?? ""
            stored = value
        }

        var set: FieldSet { parsed ?? FieldSet(fieldsV1: stored["fieldsV1"] ?? .null) }

        var isEmpty: Bool { parsed?.isEmpty ?? stored["fieldsV1"]?.isEmptyValue ?? true }

        /// Whether one of these paths is in the set.
        func overlaps(_ paths: FieldSet) -> Bool {
            if let parsed { return !parsed.intersection(paths).isEmpty }
            return paths.overlaps(fieldsV1: stored["fieldsV1"] ?? .null)
        }

        mutating func change(_ set: FieldSet, by manager: Manager? = nil, at time: String? = nil) {
            parsed = set
            stored = .null
            if let manager { self.manager = manager }
            if let time { self.time = time }
        }

        var value: Value {
            guard let parsed else { return stored }
            var value: Value = ["manager": .string(manager.name), "operation": .string(manager.operation)]
            value["apiVersion"] = .string(manager.apiVersion)
            if !time.isEmpty { value["time"] = .string(time) }
            value["fieldsType"] = "FieldsV1"
            value["fieldsV1"] = parsed.fieldsV1
            if !manager.subresource.isEmpty { value["subresource"] = .string(manager.subresource) }
            return value
        }
    }

    var entries: [Entry] = []

    init() {}

    init(_ value: Value?) {
        for element in value?.elements ?? [] {
            guard let entry = Entry(element) else { continue }
            if let place = entries.firstIndex(where: { $0.manager.identity == entry.manager.identity }) {
                entries[place].change(entries[place].set.union(entry.set))
            } else {
                entries.append(entry)
            }
        }
    }

    /// The list as it is stored; nil when there is nothing to store.
    ///
    /// - Order: appliers first, then by time, manager, version, subresource.
    var value: Value? {
        if entries.isEmpty { return nil }
        if entries.count == 1 { return [entries[0].value] }
        let sorted = entries.sorted {
            ($0.manager.operation, $0.time, $0.manager.name, $0.manager.apiVersion, $0.manager.subresource)
                < ($1.manager.operation, $1.time, $1.manager.name, $1.manager.apiVersion, $1.manager.subresource)
        }
        return .array(sorted.map(\.value))
    }

    subscript(manager: Manager) -> Entry? { entries.first { $0.manager.identity == manager.identity } }

    mutating func set(_ set: FieldSet, of manager: Manager, time: String?) {
        let place = entries.firstIndex { $0.manager.identity == manager.identity }
        if set.isEmpty {
            if let place { entries.remove(at: place) }
        } else if let place {
            entries[place].change(set, by: manager, at: time)
        } else {
            entries.append(Entry(manager: manager, time: time ?? "", set: set))
        }
    }

    /// Takes fields from everybody else that a manager has changed, and from all what is gone.
    mutating func giveUp(_ comparison: TypedTree.Comparison, except manager: Manager?) {
        let gone = comparison.added.union(comparison.modified).union(comparison.removed)
        for index in entries.indices where entries[index].manager.identity != manager?.identity && entries[index].overlaps(gone) {
            entries[index].change(entries[index].set.subtracting(gone))
        }
        entries.removeAll(where: \.isEmpty)
    }

    /// Above this many updaters the oldest are put together as `ancient-changes`.
    static let updatersMax = 10

    mutating func cap() {
        let updaters = entries.indices.filter { entries[$0].manager.operation == "Update" }
        guard updaters.count > Self.updatersMax else { return }
        let oldest = updaters.sorted { (entries[$0].time, entries[$0].manager.name) < (entries[$1].time, entries[$1].manager.name) }
            .prefix(updaters.count - Self.updatersMax + 1)
        var byVersion: [String: (set: FieldSet, time: String)] = [:]
        for index in oldest {
            let entry = entries[index]
            let known = byVersion[entry.manager.apiVersion]
            byVersion[entry.manager.apiVersion] = (known?.set.union(entry.set) ?? entry.set, max(known?.time ?? "", entry.time))
        }
        let gone = Set(oldest)
        entries = entries.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
        for version in byVersion.keys.sorted() {
            let manager = Manager(name: "ancient-changes", operation: "Update", apiVersion: version, subresource: "")
            let (set, time) = byVersion[version]!
            self.set((self[manager]?.set ?? FieldSet()).union(set), of: manager, time: time)
        }
    }

    // MARK: What is never managed

    /// Fields that the system owns.
    static let stripped: FieldSet = {
        var set = FieldSet()
        for path in [
            ["f:apiVersion"], ["f:kind"], ["f:metadata"], ["f:metadata", "f:name"], ["f:metadata", "f:namespace"],
            ["f:metadata", "f:creationTimestamp"], ["f:metadata", "f:selfLink"], ["f:metadata", "f:uid"], ["f:metadata", "f:clusterName"],
            ["f:metadata", "f:generation"], ["f:metadata", "f:managedFields"], ["f:metadata", "f:resourceVersion"],
            ["f:metadata", "f:deletionTimestamp"], ["f:metadata", "f:deletionGracePeriodSeconds"],
        ] { set.insert(path[...]) }
        return set
    }()
}
