import KubernetesObjects

/// Sorts objects by a field, as `--sort-by` does.
///
/// - Order: numbers by size, quantities by amount, other strings naturally (`a2` before `a10`); objects without the field first.
/// - Source: k8s.io/kubectl `pkg/cmd/get/sorter.go`.
struct SortBy {
    let field: String
    private let path: JSONPathTemplate

    init(_ text: String) throws(Failure) {
        field = (try? relaxedPath(text)) ?? text
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
        return objects.indices.sorted { left, right in
            switch (keys[left], keys[right]) {
            case (nil, nil), (.null?, .null?): return left < right
            case (nil, _), (.null?, _): return true
            case (_, nil), (_, .null?): return false
            case (let a?, let b?):
                let result = Self.compare(a, b)
                return result == 0 ? left < right : result < 0
            }
        }
    }

    private static func compare(_ left: Value, _ right: Value) -> Int {
        if case .string(let a) = left, case .string(let b) = right {
            if let x = ResourceAmount(a), let y = ResourceAmount(b) { return x.milli == y.milli ? 0 : x.milli < y.milli ? -1 : 1 }
            return natural(a, b)
        }
        let (a, b) = (left.doubleValue ?? 0, right.doubleValue ?? 0)
        return a == b ? 0 : a < b ? -1 : 1
    }

    /// Compares with runs of digits taken as numbers.
    static func natural(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left.utf8), Array(right.utf8))
        var (i, j) = (0, 0)
        func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
        while i < a.count, j < b.count {
            if isDigit(a[i]), isDigit(b[j]) {
                var (startA, startB) = (i, j)
                while startA < a.count, a[startA] == 48 { startA += 1 }
                while startB < b.count, b[startB] == 48 { startB += 1 }
                var (endA, endB) = (startA, startB)
                while endA < a.count, isDigit(a[endA]) { endA += 1 }
                while endB < b.count, isDigit(b[endB]) { endB += 1 }
                if endA - startA != endB - startB { return endA - startA < endB - startB ? -1 : 1 }
                for offset in 0..<(endA - startA) where a[startA + offset] != b[startB + offset] {
                    return a[startA + offset] < b[startB + offset] ? -1 : 1
                }
                (i, j) = (endA, endB)
            } else {
                if a[i] != b[j] { return a[i] < b[j] ? -1 : 1 }
                i += 1
                j += 1
            }
        }
        return a.count - i == b.count - j ? 0 : a.count - i < b.count - j ? -1 : 1
    }
}
