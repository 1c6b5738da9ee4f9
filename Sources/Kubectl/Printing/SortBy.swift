import KubernetesObjects

/// Sorts objects by a field, as `--sort-by` does.
///
/// - Order: numbers by size, quantities by amount, other strings by their letters (`a10` before `a2`); objects without the field first.
/// - Source: k8s.io/kubectl `pkg/cmd/get/sorter.go`.
struct SortBy {
    let field: String
    private let path: JSONPathTemplate

    init(_ text: String) throws(Failure) {
        field = try relaxedPath(text)
        do { path = try JSONPathTemplate(field, allowsMissingKeys: true) } catch { throw Failure(error.message) }
    }

    /// The positions in order.
    ///
    /// - Parameter inTable: the objects are those of a table's rows, which kubectl calls by another type.
    /// - Throws: when no object has the field, or, as a text, when its values have no order.
    func order(_ objects: [Value], inTable: Bool = false) throws(Failure) -> [Int] {
        var keys: [Value?] = []
        for object in objects { keys.append(((try? path.results(object)) ?? []).first?.first) }
        if !objects.isEmpty, keys.allSatisfy({ $0 == nil }) {
            throw Failure("couldn't find any field with path \(goQuoted(field)) in the list of objects")
        }
        do throws(Failure) { return try Self.sorted(keys) } catch {
            let type = inTable ? "[][][]reflect.Value" : "*unstructured.Unstructured"
            throw .text("F0105 09:00:00.000000       1 sorter.go:350] Field \(field) in \(type) is an unsortable type: interface, err: \(error.plainText)")
        }
    }

    /// The positions of keys in order.
    ///
    /// - Order: kubectl says of two objects without the field that each comes first, and Go's sort makes of it what it makes.
    /// - Throws: what is wrong with two values that were compared.
    static func sorted(_ keys: [Value?]) throws(Failure) -> [Int] {
        try GoSort.order(keys.count) { left, right throws(Failure) in
            guard let a = keys[left] else { return true }
            guard let b = keys[right] else { return false }
            if a.isNull || b.isNull { return a.isNull && !b.isNull }
            return try precedes(a, b)
        }
    }

    private static func precedes(_ left: Value, _ right: Value) throws(Failure) -> Bool {
        switch (left, right) {
        case (.string(let a), .string(let b)):
            if let x = ResourceAmount(a), let y = ResourceAmount(b) { return x.milli < y.milli }
            return a < b
        case (.int(let a), .int(let b)): return a < b
        case (.number, .number): return (left.doubleValue ?? 0) < (right.doubleValue ?? 0)
        case (.object, _): throw Failure("unsortable type: map[string]interface {}")
        case (.array, _): throw Failure("unsortable type: []interface {}")
        case (.bool, _): throw Failure("unsortable type: bool")
        default: throw Failure("unsortable interface: interface")
        }
    }
}
