extension CELContext {
    /// The value of a node.
    ///
    /// - Order: arguments from left to right; `&&`, `||`, `all` and `exists` may answer in spite of an error beside them.
    mutating func evaluate(_ node: CELNode) throws(CELEvaluationError) -> CELValue {
        switch node {
        case .constant(let value): return value
        case .local(let place):
            try charge(1)
            guard locals.indices.contains(place) else { throw CELEvaluationError("no such attribute") }
            return locals[place]
        case .variable(let name):
            try charge(1)
            guard let value = bindings[name] else { throw CELEvaluationError("no such attribute(s): \(name)") }
            return value
        case .select(let operand, let field, let isOptional):
            let target = try evaluate(operand)
            try charge(1)
            return try Self.select(target, .string(field), isOptional: isOptional)
        case .has(let operand, let field):
            let target = try evaluate(operand)
            try charge(1)
            return .bool(Self.has(target, field))
        case .index(let operand, let key, let isOptional):
            let target = try evaluate(operand)
            let index = try evaluate(key)
            try charge(1)
            return try Self.select(target, index, isOptional: isOptional)
        case .and(let left, let right): return try logical(left, right, decisive: false)
        case .or(let left, let right): return try logical(left, right, decisive: true)
        case .conditional(let condition, let yes, let no):
            guard case .bool(let flag) = try evaluate(condition) else { throw .noSuchOverload }
            return try evaluate(flag ? yes : no)
        case .equals(let left, let right, let isNegated):
            let a = try evaluate(left)
            let b = try evaluate(right)
            try charge(1)
            if a.size > 1, b.size > 1 { try chargeWalk(min(a.size, b.size)) }
            return .bool(a.equals(b) != isNegated)
        case .call(let function, let nodes):
            var arguments: [CELValue] = []
            arguments.reserveCapacity(nodes.count)
            for node in nodes { arguments.append(try evaluate(node)) }
            try charge(1)
            return try function.body(arguments, &self)
        case .list(let nodes, let optional): return try list(nodes, optional)
        case .map(let entries, let typeName):
            try charge(typeName == nil ? 30 : 40)
            var result: [(key: CELValue, value: CELValue)] = []
            for entry in entries {
                let key = try evaluate(entry.key)
                let value = try evaluate(entry.value)
                guard CELMap.Key(key) != nil else { throw CELEvaluationError("unsupported key type: \(key.type.runtimeName)") }
                if entry.isOptional {
                    guard case .optional(let wrapped) = value else { throw CELEvaluationError("cannot initialize optional entry '\(CELText.plain(key) ?? "")' from non-optional") }
                    if let wrapped { result.append((key, wrapped)) }
                } else {
                    result.append((key, value))
                }
            }
            return .map(CELMap(result, typeName: typeName))
        case .comprehension(let place, let macro, let variableCount, let range, let condition, let body):
            var walk = CELWalk(place: place, macro: macro, variableCount: variableCount, condition: condition, body: body)
            return try walk.run(try evaluate(range), &self)
        }
    }

    private mutating func logical(_ left: CELNode, _ right: CELNode, decisive: Bool) throws(CELEvaluationError) -> CELValue {
        var failure: CELEvaluationError?
        for node in [left, right] {
            do throws(CELEvaluationError) {
                guard case .bool(let flag) = try evaluate(node) else {
                    failure = failure ?? .noSuchOverload
                    continue
                }
                if flag == decisive { return .bool(decisive) }
            } catch {
                if error.isCostLimit { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!decisive)
    }

    private mutating func list(_ nodes: [CELNode], _ optional: Set<Int>) throws(CELEvaluationError) -> CELValue {
        try charge(10)
        var result: [CELValue] = []
        result.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            let value = try evaluate(node)
            if optional.contains(index) {
                guard case .optional(let wrapped) = value else {
                    throw CELEvaluationError("cannot initialize optional list element from non-optional value")
                }
                if let wrapped { result.append(wrapped) }
            } else {
                result.append(value)
            }
        }
        return .list(CELList(result))
    }

    // MARK: Fields and elements

    private static func has(_ target: CELValue, _ field: String) -> Bool {
        switch target {
        case .map(let map): map[field] != nil
        case .optional(let wrapped?): has(wrapped, field)
        default: false
        }
    }

    /// A field or an element; of an optional, or asked for with `?`, it is optional itself.
    static func select(_ target: CELValue, _ key: CELValue, isOptional: Bool) throws(CELEvaluationError) -> CELValue {
        if case .optional(let wrapped) = target {
            guard let wrapped else { return .optional(nil) }
            return try select(wrapped, key, isOptional: true)
        }
        switch target {
        case .map(let map):
            guard CELMap.Key(key) != nil else {
                if case .double = key, isOptional { return .optional(nil) }
                if case .double = key { throw .noSuchKey(key) }
                throw CELEvaluationError("unsupported key type: \(key.type.runtimeName)")
            }
            if let value = map[key] { return isOptional ? .optional(value) : value }
        case .list(let list):
            let index: Int64
            switch key {
            case .int(let number): index = number
            case .uint(let number): index = Int64(clamping: number)
            case .double(let number):
                guard let whole = Int64(exactly: number) else { throw CELEvaluationError("unsupported index value: \(number)") }
                index = whole
            default: throw CELEvaluationError("unsupported index type '\(key.type.runtimeName)' in list")
            }
            if index >= 0, index < list.count {
                let value = list[Int(index)]
                return isOptional ? .optional(value) : value
            }
            if !isOptional { throw .indexOutOfBounds(index) }
        default:
            if !isOptional {
                if case .null = target { throw .noSuchKey(key) }
                throw .noSuchOverload
            }
        }
        if isOptional { return .optional(nil) }
        throw .noSuchKey(key)
    }
}
