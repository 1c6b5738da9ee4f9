/// What an expression may cost at worst, worked out before it runs.
///
/// - Bounds: one walk over the expression; costs past 64 bits stay at the largest number.
/// - Source: cel-go `checker/cost.go` and apiserver `cel/library/cost.go`, of which the upper bounds count here.
struct CELCostEstimate {
    /// The shapes of the variables around the node being looked at.
    private var locals: [CELShape] = []
    private let variables: [String: CELShape]

    init(variables: [String: CELShape]) { self.variables = variables }

    typealias Estimate = (cost: UInt64, shape: CELShape)

    mutating func estimate(_ node: CELNode) -> Estimate {
        switch node {
        case .constant(let value): return (0, Self.shape(of: value))
        case .local(let place): return (1, locals.indices.contains(place) ? locals[place] : .unknown)
        case .variable(let name): return (1, variables[name] ?? .unknown)
        case .select(let operand, let field, _):
            let (cost, shape) = estimate(operand)
            return (cost.plus(1), shape.member(field))
        case .has(let operand, _): return (estimate(operand).cost, .scalar)
        case .index(let operand, let key, _):
            let (cost, shape) = estimate(operand)
            return (cost.plus(estimate(key).cost).plus(1), shape.element)
        case .and(let left, let right), .or(let left, let right):
            return (estimate(left).cost.plus(estimate(right).cost), .scalar)
        case .conditional(let condition, let yes, let no):
            let (a, b) = (estimate(yes), estimate(no))
            return (estimate(condition).cost.plus(max(a.cost, b.cost)), a.shape.union(b.shape))
        case .equals(let left, let right, _):
            let (a, b) = (estimate(left), estimate(right))
            return (a.cost.plus(b.cost).plus(min(a.shape.size, b.shape.size).tenth), .scalar)
        case .call(let function, let nodes):
            let arguments = nodes.map { estimate($0) }
            let sum = arguments.reduce(0 as UInt64) { $0.plus($1.cost) }
            let (cost, shape) = Self.call(function, arguments.map(\.shape))
            return (sum.plus(cost), shape)
        case .list(let nodes, _):
            let elements = nodes.map { estimate($0) }
            let shape = elements.dropFirst().reduce(elements.first?.shape ?? .unknown) { $0.union($1.shape) }
            return (elements.reduce(10 as UInt64) { $0.plus($1.cost) }, .list(shape, max: UInt64(nodes.count)))
        case .map(let entries, let typeName):
            var cost: UInt64 = typeName == nil ? 30 : 40
            var shape: CELShape?
            for entry in entries {
                let value = estimate(entry.value)
                cost = cost.plus(estimate(entry.key).cost).plus(value.cost)
                shape = shape?.union(value.shape) ?? value.shape
            }
            return (cost, .map(shape ?? .unknown, max: UInt64(entries.count)))
        case .comprehension(_, let macro, let count, let range, let condition, let body):
            return comprehension(macro, count, range, condition, body)
        }
    }

    private static func shape(of value: CELValue) -> CELShape {
        switch value {
        case .string(let text): .text(max: UInt64(text.unicodeScalars.count))
        case .bytes(let bytes): .text(max: UInt64(bytes.count))
        default: .scalar
        }
    }

    // MARK: Macros

    /// What the loop costs that cel-go makes of a macro: before it, with each element, after it.
    private mutating func comprehension(
        _ macro: CELExpression.Comprehension.Macro, _ variableCount: Int, _ range: CELNode, _ condition: CELNode?, _ body: CELNode
    ) -> Estimate {
        let (rangeCost, rangeShape) = estimate(range)
        switch macro {
        case .bind: locals.append(rangeShape)
        case .optMap, .optFlatMap: locals.append(rangeShape)
        default:
            if variableCount == 2 {
                locals.append(.scalar)
                locals.append(rangeShape.element)
            } else {
                locals.append(rangeShape.walked)
            }
        }
        let walked = locals.last ?? .unknown
        let inner = estimate(body)
        let conditionCost = condition.map { estimate($0).cost } ?? 0
        locals.removeLast(macro == .bind || macro == .optMap || macro == .optFlatMap ? 1 : variableCount)
        let count = rangeShape.size
        func loop(_ before: UInt64, _ each: UInt64, _ after: UInt64) -> UInt64 {
            rangeCost.plus(before).plus(count.times(each.plus(conditionCost))).plus(after)
        }
        switch macro {
        case .bind: return (rangeCost.plus(10).plus(inner.cost), inner.shape)
        case .optMap, .optFlatMap: return (rangeCost.plus(inner.cost).plus(12), .unknown)
        case .all: return (loop(0, inner.cost.plus(3), 1), .scalar)
        case .exists: return (loop(0, inner.cost.plus(4), 1), .scalar)
        case .existsOne: return (loop(0, inner.cost.plus(2), 2), .scalar)
        case .filter: return (loop(10, inner.cost.plus(13), 1), .list(walked, max: count))
        case .map, .transformList: return (loop(10, inner.cost.plus(12), 1), .list(inner.shape, max: count))
        case .sortBy: return (loop(20, inner.cost.plus(13), 2), .list(walked, max: count))
        case .transformMap: return (loop(30, inner.cost.plus(3), 1), .map(inner.shape, max: count))
        case .transformMapEntry: return (loop(30, inner.cost.plus(3), 1), .map(inner.shape.element, max: count))
        }
    }

    // MARK: Functions

    private static func call(_ function: CELFunction, _ shapes: [CELShape]) -> Estimate {
        let name = function.name
        let first = shapes.first ?? .unknown
        let second = shapes.count > 1 ? shapes[1] : .unknown
        switch name {
        case "_+_" where shapes.count == 2:
            switch (first, second) {
            case (.list(let a, let left), .list(let b, let right)): return (1, .list(a.union(b), max: left.plus(right)))
            case (.text(let left), .text(let right)): return (left.plus(right).tenth, .text(max: left.plus(right)))
            case (.unknown, .text), (.text, .unknown): return (UInt64.max.tenth, .text(max: .max))
            default: return (1, .scalar)
            }
        case "_<_", "_<=_", "_>_", "_>=_":
            if case .text = first { return (min(first.size, second.size).tenth, .scalar) }
            if case .text = second { return (min(first.size, second.size).tenth, .scalar) }
            return (1, .scalar)
        case "_in_", "in", "@in": if case .map = second { return (1, .scalar) } else { return (second.size, .scalar) }
        case "startsWith", "endsWith": return (second.size.tenth, .scalar)
        case "contains": return (first.size.tenth.times(second.size.tenth), .scalar)
        case "matches": return (first.size.plus(1).tenth.times(second.size.quarter), .scalar)
        case "find", "findAll":
            let cost = first.size.plus(1).tenth.times(second.size.quarter)
            return (cost, name == "find" ? .text(max: first.size) : .list(.text(max: first.size), max: first.size))
        case "lowerAscii", "upperAscii", "substring", "trim", "strings.quote": return (first.size.tenth, .text(max: first.size))
        case "replace":
            // At worst every byte is replaced, and what is empty is found before each byte and at the end.
            let third = shapes.count > 2 ? shapes[2].size : 1
            return (first.size.fifth, .text(max: max(first.size, first.size.plus(1).times(third).plus(first.size))))
        case "split": return (first.size.fifth, .list(.text(max: first.size), max: first.size))
        case "join":
            let separators = shapes.count > 1 && first.size > 0 ? second.size.times(first.size - 1) : 0
            let size = first.size.times(first.element.size).plus(separators)
            return (size.tenth, .text(max: size))
        case "isSorted", "sum", "min", "max", "indexOf", "lastIndexOf":
            switch first {
            case .list(let element, let count):
                var each: UInt64 = 1
                if case .text(let size) = element { each = each.plus(size.tenth) }
                return (count.times(each), name == "isSorted" || name.hasSuffix("ndexOf") ? .scalar : element)
            case .text(let size): return (size.tenth, .scalar)
            default: return (1, .scalar)
            }
        case "sets.contains", "sets.intersects": return (first.size.times(second.size).plus(1), .scalar)
        case "sets.equivalent": return (first.size.times(second.size).times(2).plus(1), .scalar)
        case "distinct", "flatten", "sort", "reverse", "slice": return (first.size, first)
        case "url": return (first.size.tenth, .scalar)
        // The estimate takes these to be methods, and so leaves out what they read.
        case "isURL", "ip", "isIP", "cidr", "isCIDR", "quantity", "isQuantity", "semver", "isSemver", "timestamp", "duration", "int", "uint", "double",
            "bool":
            return (1, .scalar)
        case "containsIP", "containsCIDR":
            // Addresses have 16 bytes at most.
            let read = second.isText ? second.size.tenth : 0
            return (name == "containsIP" ? (4 as UInt64).plus(read) : (7 as UInt64).plus(read), .scalar)
        case "string":
            if case .text = first { return (1, first) }
            return (1, .text(max: first.size == .max ? .max : 64))
        case "format": return (first.size.plus(second.size).tenth, .text(max: .max))
        case "value", "orValue", "or", "optional.of", "optional.ofNonZeroValue": return (1, first)
        default: return (1, isScalar(function) ? .scalar : .unknown)
        }
    }

    /// Whether all that a function gives is of a fixed size.
    private static func isScalar(_ function: CELFunction) -> Bool {
        let fixed: Set<CELType> = [.bool, .int, .uint, .double, .timestamp, .duration]
        return function.signatures.allSatisfy { CELSignature($0).map { fixed.contains($0.result) } ?? false }
    }
}

extension CELProgram {
    /// What the expression may cost at worst, given how large the values of its variables may be.
    package func costAtWorst(_ variables: [String: CELShape]) -> UInt64 {
        var estimate = CELCostEstimate(variables: variables)
        return estimate.estimate(node).cost
    }
}

extension UInt64 {
    func plus(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    func times(_ other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }

    /// What walking over so many bytes costs.
    var tenth: UInt64 { self == .max ? .max : self / 10 + (self % 10 == 0 ? 0 : 1) }
    /// What walking over so many bytes and writing as many costs.
    var fifth: UInt64 { self == .max ? .max : self / 5 + (self % 5 == 0 ? 0 : 1) }
    /// How many expressions a pattern of so many bytes may hold.
    var quarter: UInt64 { self == .max ? .max : self / 4 + (self % 4 == 0 ? 0 : 1) }
}
