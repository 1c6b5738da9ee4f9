import HashTreeCollections
import KubernetesObjects
import SimulationKernel

/// The objects of a cluster with their revisions: what etcd and the watch cache are to a real one.
///
/// A value: a copy is a snapshot.
///
/// - Invariants: every write takes the next revision and stamps it on the object as `metadata.resourceVersion`;
///   revisions never go back; the log holds every change since `compactedRevision` in order.
/// - Order: lists come sorted by `namespace/name`, as etcd's keys do.
/// - Indexes: by controller UID, by owner UID, pods by node. They are kept up by `put` and `remove` alone.
package struct Store: Sendable {
    package private(set) var revision: UInt64
    /// Changes up to this revision are no longer in the log.
    package private(set) var compactedRevision: UInt64
    /// How many objects there are in all.
    package private(set) var count = 0

    private var tables: [GroupResource: ResourceTable] = [:]
    private var dependents = TreeDictionary<String, SlotTable<ObjectKey, Bool>>()
    private var podsByNode = TreeDictionary<String, SlotTable<NamespacedName, Bool>>()
    private var log = ChangeLog()
    /// How many changes the log keeps before the older half is dropped.
    package var logCapacity = 20_000

    package init(firstRevision: UInt64 = 1) {
        revision = firstRevision
        compactedRevision = firstRevision
    }

    // MARK: Reading

    package func get(_ key: ObjectKey) -> Value? {
        tables[key.resource]?.spaces[key.namespace]?.objects[key.name]
    }

    package func get(_ resource: GroupResource, namespace: String = "", name: String) -> Value? {
        tables[resource]?.spaces[namespace]?.objects[name]
    }

    /// All objects of a resource, in one namespace or (nil) in all, sorted.
    package func list(_ resource: GroupResource, namespace: String? = nil) -> [Value] { Array(sorted(resource, namespace: namespace)) }

    /// The same without taking out those that nobody looks at.
    package func sorted(_ resource: GroupResource, namespace: String? = nil) -> SortedObjects {
        var objects = SortedObjects()
        guard let table = tables[resource] else { return objects }
        if let namespace {
            if let space = table.spaces[namespace] { objects.append(space) }
        } else {
            for namespace in table.namespaces { objects.append(table.spaces[namespace]!) }
        }
        return objects
    }

    /// The revision of the last change of a resource's objects; 0 while there was none.
    package func revision(of resource: GroupResource) -> UInt64 { tables[resource]?.revision ?? 0 }

    /// Calls `body` with each object of a resource in no order that means anything, but always the same.
    package func forEach(_ resource: GroupResource, namespace: String? = nil, _ body: (Value) throws -> Void) rethrows {
        guard let table = tables[resource] else { return }
        if let namespace {
            try table.spaces[namespace]?.objects.forEach { try body($1) }
            return
        }
        for namespace in table.namespaces { try table.spaces[namespace]!.objects.forEach { try body($1) } }
    }

    package func count(_ resource: GroupResource, namespace: String? = nil) -> Int {
        guard let table = tables[resource] else { return 0 }
        if let namespace { return table.spaces[namespace]?.objects.count ?? 0 }
        return table.spaces.values.reduce(0) { $0 + $1.objects.count }
    }

    /// The resources that have objects, sorted.
    package var resources: [GroupResource] { tables.filter { !$0.value.spaces.isEmpty }.keys.sorted() }

    /// Objects of a resource whose controller reference has this UID, in the order of their creation.
    package func controlled(_ resource: GroupResource, by uid: String) -> [Value] {
        guard let table = tables[resource], let names = table.byController[uid] else { return [] }
        var result: [Value] = []
        result.reserveCapacity(names.count)
        names.forEach { name, _ in
            if let object = table.spaces[name.namespace]?.objects[name.name] { result.append(object) }
        }
        return result
    }

    /// The keys of all objects that have an owner reference to this UID.
    package func dependents(of uid: String) -> [ObjectKey] { dependents[uid]?.keys ?? [] }

    /// The pods bound to a node, in the order in which they were bound.
    package func pods(onNode node: String) -> [Value] {
        guard let names = podsByNode[node], let table = tables[.pods] else { return [] }
        return names.keys.compactMap { table.spaces[$0.namespace]?.objects[$0.name] }
    }

    /// The changes after a revision, oldest first; nil when some of them were compacted away.
    package func changes(after revision: UInt64) -> ArraySlice<StoreEvent>? {
        if revision < compactedRevision { return nil }
        return log.after(revision)
    }

    /// All objects of a resource as they were at a revision; nil when the log does not reach back that far.
    package func list(_ resource: GroupResource, namespace: String? = nil, at past: UInt64) -> [Value]? {
        guard let later = changes(after: past) else { return nil }
        var before: [ObjectKey: Value?] = [:]
        for event in later where event.key.resource == resource && before[event.key] == nil { before[event.key] = .some(event.old) }
        if before.isEmpty { return list(resource, namespace: namespace) }
        var result: [(key: ObjectKey, object: Value)] = []
        for object in list(resource, namespace: namespace) {
            let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
            if before[key] == nil { result.append((key, object)) }
        }
        for (key, object) in before {
            if let object, namespace == nil || key.namespace == namespace { result.append((key, object)) }
        }
        return result.map { (order: $0.key.namespace + "/" + $0.key.name, object: $0.object) }.sorted { $0.order < $1.order }.map(\.object)
    }

    // MARK: Writing

    /// Stores an object under a key at the next revision, and returns the event of the change.
    @discardableResult
    package mutating func put(_ object: Value, at key: ObjectKey, cause: TraceID) -> StoreEvent {
        revision += 1
        var stored = object
        stored["metadata", default: [:]]["resourceVersion"] = .string(String(revision))
        let old = get(key)
        if old == nil { count += 1 }
        tables[key.resource, default: ResourceTable()].set(stored, at: key, revision)
        reindex(from: old, to: stored, key)
        let event = StoreEvent(change: old == nil ? .added : .modified, key: key, object: stored, old: old, revision: revision, cause: cause)
        append(event)
        return event
    }

    /// Removes an object at the next revision, and returns the event of the change.
    ///
    /// `last` is the state it is remembered by where that differs from the stored one.
    @discardableResult
    package mutating func remove(_ key: ObjectKey, cause: TraceID, last: Value? = nil) -> StoreEvent? {
        guard let stored = get(key) else { return nil }
        revision += 1
        count -= 1
        reindex(from: stored, to: nil, key)
        var old = last ?? stored
        tables[key.resource]?.revision = revision
        tables[key.resource]?.spaces[key.namespace]?.remove(key.name)
        if tables[key.resource]?.spaces[key.namespace]?.objects.isEmpty == true { tables[key.resource]?.spaces[key.namespace] = nil }
        old["metadata", default: [:]]["resourceVersion"] = .string(String(revision))
        let event = StoreEvent(change: .deleted, key: key, object: old, old: stored, revision: revision, cause: cause)
        append(event)
        return event
    }

    /// Drops the log up to a revision; watches from before it are refused afterwards.
    package mutating func compact(through revision: UInt64) {
        guard revision > compactedRevision else { return }
        compactedRevision = min(revision, self.revision)
        log.drop(through: compactedRevision)
    }

    /// Sets the revision of a store that is being loaded.
    package mutating func restore(revision: UInt64) {
        self.revision = max(self.revision, revision)
        compactedRevision = self.revision
        log.removeAll()
    }

    /// Lets the log reach further back: watches may begin from then on. Changes that do not end where the log begins are left out.
    package mutating func recall(_ past: PastChanges) {
        guard past.since < compactedRevision, past.changes.last.map({ $0.revision <= compactedRevision }) ?? true else { return }
        log.prepend(past.changes)
        compactedRevision = past.since
    }

    /// Puts an object back as it was saved, its resource version included, without an event.
    package mutating func restore(_ object: Value, at key: ObjectKey) {
        let old = get(key)
        if old == nil { count += 1 }
        let saved = UInt64(object.resourceVersion)
        tables[key.resource, default: ResourceTable()].set(object, at: key, saved ?? revision)
        reindex(from: old, to: object, key)
        if let saved, saved > revision {
            revision = saved
            compactedRevision = saved
        }
    }

    // MARK: Indexes

    private mutating func append(_ event: StoreEvent) {
        log.append(event)
        if log.count > logCapacity, let dropped = log.dropOldest(keeping: logCapacity / 2) { compactedRevision = dropped }
    }

    /// Moves an object in the indexes. Most writes change nothing that an index looks at, and a binding only where the pod runs.
    private mutating func reindex(from old: Value?, to new: Value?, _ key: ObjectKey) {
        let name = NamespacedName(namespace: key.namespace, name: key.name)
        let (oldOwners, owners) = (old?["metadata"]?["ownerReferences"], new?["metadata"]?["ownerReferences"])
        if oldOwners != owners {
            for reference in oldOwners?.elements ?? [] { removeOwner(reference, of: key, name) }
            for reference in owners?.elements ?? [] { addOwner(reference, of: key, name) }
        }
        guard key.resource == .pods else { return }
        let (oldNode, node) = (old?["spec"]?["nodeName"]?.stringValue ?? "", new?["spec"]?["nodeName"]?.stringValue ?? "")
        if oldNode != node {
            if !oldNode.isEmpty { podsByNode[oldNode]?[name] = nil }
            if !node.isEmpty { podsByNode[node, default: SlotTable()][name] = true }
        }
    }

    private mutating func addOwner(_ reference: Value, of key: ObjectKey, _ name: NamespacedName) {
        guard let uid = reference["uid"]?.stringValue else { return }
        dependents[uid, default: SlotTable()][key] = true
        if reference["controller"]?.boolValue == true { tables[key.resource]!.byController[uid, default: SlotTable()][name] = true }
    }

    private mutating func removeOwner(_ reference: Value, of key: ObjectKey, _ name: NamespacedName) {
        guard let uid = reference["uid"]?.stringValue else { return }
        dependents[uid]?[key] = nil
        if dependents[uid]?.isEmpty == true { dependents[uid] = nil }
        guard reference["controller"]?.boolValue == true else { return }
        tables[key.resource]?.byController[uid]?[name] = nil
        if tables[key.resource]?.byController[uid]?.isEmpty == true { tables[key.resource]?.byController[uid] = nil }
    }
}

/// Changes from before a store was loaded.
package struct PastChanges: Sendable {
    /// Every change after this revision is among them.
    package var since: UInt64
    /// Oldest first, up to where the store's own log begins.
    package var changes: [StoreEvent]

    package init(since: UInt64, changes: [StoreEvent]) {
        self.since = since
        self.changes = changes
    }
}

/// A namespace and a name in it.
package struct NamespacedName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(namespace)/\(name)" }

    package static func < (left: NamespacedName, right: NamespacedName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// The objects of one resource.
struct ResourceTable: Sendable {
    /// Of the last change.
    var revision: UInt64 = 0
    var spaces: [String: NamespaceTable] = [:]
    /// The namespaces in the order of their objects' keys.
    var namespaces: [String] { spaces.count == 1 ? Array(spaces.keys) : spaces.keys.sorted { $0 + "/" < $1 + "/" } }
    var byController = TreeDictionary<String, SlotTable<NamespacedName, Bool>>()

    mutating func set(_ object: Value, at key: ObjectKey, _ revision: UInt64) {
        self.revision = max(self.revision, revision)
        spaces[key.namespace, default: NamespaceTable()].set(object, name: key.name)
    }
}
