import KubernetesObjects
import Synchronization

/// The objects of a resource in the order of etcd's keys, found one by one as they are asked for.
///
/// - Order: by `namespace/name` as bytes, so that `a-b/x` comes before `a/x`.
/// - Invariants: a view on the tables as they were; hold it no longer than the request takes, or the next write copies them.
package struct SortedObjects: RandomAccessCollection, Sendable {
    private var parts: [(names: [String], table: NamespaceTable)] = []
    package private(set) var endIndex = 0
    package var startIndex: Int { 0 }

    init() {}

    mutating func append(_ table: NamespaceTable) {
        let names = table.names
        parts.append((names, table))
        endIndex += names.count
    }

    package subscript(index: Int) -> Value {
        var index = index
        for part in parts {
            if index < part.names.count { return part.table.objects[part.names[index]]! }
            index -= part.names.count
        }
        preconditionFailure("no object \(index) among \(endIndex)")
    }
}

/// The objects of one resource in one namespace.
struct NamespaceTable: Sendable {
    private(set) var objects = SlotTable<String, Value>()
    private var order = NameOrder()

    /// The names of the objects, sorted.
    var names: [String] { order.names { objects.keys.sorted() } }

    mutating func set(_ object: Value, name: String) {
        let count = objects.count
        objects[name] = object
        if objects.count != count { order.forget() }
    }

    mutating func remove(_ name: String) {
        objects[name] = nil
        order.forget()
    }
}

/// The names of a table in order: sorted when somebody lists them, and again only after one came or went.
private struct NameOrder: Sendable {
    private final class Memo: Sendable {
        let names = Mutex<[String]?>(nil)
    }
    private var memo: Memo?

    func names(_ sort: () -> [String]) -> [String] {
        guard let memo else { return sort() }
        return memo.names.withLock { names in
            if let names { return names }
            let sorted = sort()
            names = sorted
            return sorted
        }
    }

    /// Copies of the table keep what they know.
    mutating func forget() {
        if isKnownUniquelyReferenced(&memo), memo?.names.withLock({ $0 == nil }) == true { return }
        memo = Memo()
    }
}
