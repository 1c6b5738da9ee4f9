extension JSONPath {
    /// Evaluates a template.
    ///
    /// - Bounds: no more than `resultsMax` values at any moment.
    struct Evaluator {
        let nodes: [Node]
        let allowsMissingKeys: Bool
        /// Ranges that were begun and not ended.
        private var openRanges = 0
        private var hasBegun = false
        private var hasEnded = false
        private var steps = 0

        private static let stepsMax = 5_000_000

        init(nodes: [Node], allowsMissingKeys: Bool) {
            self.nodes = nodes
            self.allowsMissingKeys = allowsMissingKeys
        }

        /// Evaluates from a part on until the `end` of the open range; returns the results and the part after that.
        mutating func run(from start: Int, on input: [Value]) throws(Failure) -> (results: [[Value]], next: Int) {
            var results: [[Value]] = []
            var index = start
            while index < nodes.count {
                let found = try walk(input, nodes[index])
                index += 1
                if hasEnded {
                    hasEnded = false
                    return (results, index)
                }
                guard hasBegun else {
                    results.append(found)
                    continue
                }
                hasBegun = false
                openRanges += 1
                var next = nodes.count
                // An empty range is walked once without a value, to find its end.
                for value in found.isEmpty ? [nil] : found.map(Optional.some) {
                    let inner = try run(from: index, on: value.map { [$0] } ?? [])
                    if value != nil { results += inner.results }
                    next = inner.next
                }
                openRanges -= 1
                index = next
            }
            return (results, index)
        }

        private mutating func walk(_ input: [Value], _ node: Node) throws(Failure) -> [Value] {
            steps += 1 + input.count
            if steps > Self.stepsMax { throw Failure("the template visits too many values") }
            switch node {
            case .text(let text): return [.string(text)]
            case .list(let nodes): return try walk(input, nodes)
            case .field(let name): return try field(input, name)
            case .slice(let slice): return try self.slice(input, slice)
            case .filter(let left, let comparison, let right): return try filter(input, left, comparison, right)
            case .int(let number): return input.map { _ in .int(Int64(number)) }
            case .float(let number): return input.map { _ in Value(number) }
            case .bool(let flag): return input.map { _ in .bool(flag) }
            case .wildcard: return input.flatMap(Self.children)
            case .recursive:
                var result: [Value] = []
                try descend(input, into: &result)
                return result
            case .union(let lists):
                var result: [Value] = []
                for list in lists { result += try walk(input, list) }
                return result
            case .identifier(let name): return try identifier(input, name)
            }
        }

        private mutating func walk(_ input: [Value], _ nodes: [Node]) throws(Failure) -> [Value] {
            var current = input
            for node in nodes { current = try walk(current, node) }
            return current
        }

        private mutating func identifier(_ input: [Value], _ name: String) throws(Failure) -> [Value] {
            switch name {
            case "range":
                hasBegun = true
                return input
            case "end":
                guard openRanges > 0 else { throw Failure("not in range, nothing to end") }
                hasEnded = true
                return []
            default: throw Failure("unrecognized identifier \(name)")
            }
        }

        private func field(_ input: [Value], _ name: String) throws(Failure) -> [Value] {
            if input.isEmpty { return [] }
            var result: [Value] = []
            var hasOnlyNull = true
            for value in input {
                if value.isNull { continue }
                hasOnlyNull = false
                if let found = value[name] { result.append(found) }
            }
            if result.isEmpty, !allowsMissingKeys, !hasOnlyNull || !input.isEmpty { throw Failure("\(name) is not found") }
            return result
        }

        private static func children(_ value: Value) -> [Value] {
            switch value {
            case .object(let fields): fields.sorted().map(\.value)
            case .array(let elements): elements
            default: []
            }
        }

        /// Values with parts, and those parts; to Go the parts of a text are its bytes, which are never shown.
        private mutating func descend(_ input: [Value], into result: inout [Value]) throws(Failure) {
            for value in input {
                if case .string(let text) = value, !text.isEmpty { result.append(value) }
                let children = Self.children(value)
                steps += 1 + children.count
                if steps > Self.stepsMax { throw Failure("the template visits too many values") }
                if children.isEmpty { continue }
                result.append(value)
                try descend(children, into: &result)
            }
        }

        private func slice(_ input: [Value], _ slice: Slice) throws(Failure) -> [Value] {
            var result: [Value] = []
            for value in input {
                if value.isNull { continue }
                guard case .array(let elements) = value else { throw Failure("\(GoText.typeName(value)) is not array or slice") }
                let count = elements.count
                var start = slice.start ?? 0
                if start < 0 { start &+= count }
                var end = slice.end ?? count
                if end < 0 || end == 0 && slice.isSingle { end &+= count }
                guard start != end else { return result }
                guard start >= 0, start < count else { throw Failure("array index out of bounds: index \(start), length \(count)") }
                guard end >= 0, end <= count else { throw Failure("array index out of bounds: index \(end - 1), length \(count)") }
                guard start < end else { throw Failure("starting index \(start) is greater than ending index \(end)") }
                if let step = slice.step, step <= 0 { throw Failure("step must be > 0") }
                for index in stride(from: start, to: end, by: slice.step ?? 1) { result.append(elements[index]) }
            }
            return result
        }

        private mutating func filter(
            _ input: [Value], _ left: [Node], _ comparison: String, _ right: [Node]
        ) throws(Failure) -> [Value] {
            var result: [Value] = []
            for value in input {
                guard case .array(let elements) = value else {
                    throw Failure("\(GoText.plain(value)) is not array or slice and cannot be filtered")
                }
                for element in elements {
                    if comparison == "exists" {
                        if let found = try? walk([element], left), !found.isEmpty { result.append(element) }
                        continue
                    }
                    let lefts = try walk([element], left)
                    if lefts.isEmpty { continue }
                    let rights = try walk([element], right)
                    if rights.isEmpty { continue }
                    guard lefts.count == 1, rights.count == 1 else { throw Failure("can only compare one element at a time") }
                    if try Self.compare(lefts[0], comparison, rights[0]) { result.append(element) }
                }
            }
            return result
        }

        private static func compare(_ left: Value, _ comparison: String, _ right: Value) throws(Failure) -> Bool {
            guard ["==", "!=", "<", "<=", ">", ">="].contains(comparison) else { throw Failure("unrecognized filter operator \(comparison)") }
            let order: Int
            switch (left, right) {
            case (.string(let a), .string(let b)): order = a == b ? 0 : a < b ? -1 : 1
            case (.int(let a), .int(let b)): order = a == b ? 0 : a < b ? -1 : 1
            case (.number(let a), .number(let b)):
                order = a.doubleValue == b.doubleValue ? 0 : a.doubleValue < b.doubleValue ? -1 : 1
            case (.bool(let a), .bool(let b)):
                guard comparison == "==" || comparison == "!=" else { throw Failure("invalid type for comparison") }
                order = a == b ? 0 : 1
            case (.null, _), (_, .null), (.array, _), (.object, _), (_, .array), (_, .object):
                throw Failure("invalid type for comparison")
            default: throw Failure("incompatible types for comparison")
            }
            switch comparison {
            case "==": return order == 0
            case "!=": return order != 0
            case "<": return order < 0
            case "<=": return order <= 0
            case ">": return order > 0
            default: return order >= 0
            }
        }
    }
}
