import KubernetesObjects

/// Sorts objects by a field, as `--sort-by` does.
///
/// - Order: numbers by size, quantities by amount, other strings by their letters (`a10` before `a2`); objects without the field first.
/// - Source: k8s.io/kubectl `pkg/cmd/get/sorter.go`. Differs: more than a dozen equal objects keep their order.
struct SortBy {
    let field: String
    private let path: JSONPathTemplate
    /// Up to so many are sorted by insertion.
    private static let insertionMax = 12

    init(_ text: String) throws(Failure) {
        field = try relaxedPath(text)
        do { path = try JSONPathTemplate(field, allowsMissingKeys: true) } catch { throw Failure(error.message) }
    }

    /// The positions in order.
    ///
    /// - Throws: when no object has the field, or its values have no order.
    func order(_ objects: [Value]) throws(Failure) -> [Int] {
        var keys: [Value?] = []
        for object in objects { keys.append(((try? path.results(object)) ?? []).first?.first) }
        if !objects.isEmpty, keys.allSatisfy({ $0 == nil }) {
            throw Failure("couldn't find any field with path \(goQuoted(field)) in the list of objects")
        }
        if objects.count > 1 {
            for key in keys {
                let type: String
                switch key {
                case .object: type = "map[string]interface {}"
                case .array: type = "[]interface {}"
                case .bool: type = "bool"
                default: continue
                }
                throw .text(
                    "F0105 09:00:00.000000       1 sorter.go:350] Field \(field) in *unstructured.Unstructured is an unsortable type: interface, err: unsortable type: \(type)"
                )
            }
        }
        return Self.sorted(keys)
    }

    /// The positions of keys in order.
    ///
    /// Go sorts a dozen or fewer by insertion, and kubectl says of two objects without the field that each comes first: they end up reversed.
    static func sorted(_ keys: [Value?]) -> [Int] {
        func precedes(_ left: Int, _ right: Int) -> Bool {
            guard let a = keys[left] else { return true }
            guard let b = keys[right] else { return false }
            if a.isNull || b.isNull { return a.isNull && !b.isNull }
            return compare(a, b) < 0
        }
        var order = Array(keys.indices)
        if order.count > insertionMax {
            return order.sorted { left, right in
                if keys[left] == nil, keys[right] == nil { return left < right }
                return precedes(left, right) || (!precedes(right, left) && left < right)
            }
        }
        for start in order.indices.dropFirst() {
            var index = start
            while index > 0, precedes(order[index], order[index - 1]) {
                order.swapAt(index, index - 1)
                index -= 1
            }
        }
        return order
    }

    private static func compare(_ left: Value, _ right: Value) -> Int {
        if case .string(let a) = left, case .string(let b) = right {
            if let x = ResourceAmount(a), let y = ResourceAmount(b) { return x.milli == y.milli ? 0 : x.milli < y.milli ? -1 : 1 }
            return a == b ? 0 : a < b ? -1 : 1
        }
        let (a, b) = (left.doubleValue ?? 0, right.doubleValue ?? 0)
        return a == b ? 0 : a < b ? -1 : 1
    }
}
