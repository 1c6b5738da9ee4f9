/// The evaluation of one macro over a list, a map or an optional value.
///
/// - Units: costs follow the loop that cel-go makes of the macro.
struct CELWalk {
    typealias Macro = CELExpression.Comprehension.Macro

    let place: Int
    let macro: Macro
    let variableCount: Int
    let condition: CELNode?
    let body: CELNode

    mutating func run(_ range: CELValue, _ context: inout CELContext) throws(CELEvaluationError) -> CELValue {
        switch macro {
        case .bind:
            context.locals.append(range)
            defer { context.locals.removeLast() }
            return try context.evaluate(body)
        case .optMap, .optFlatMap:
            guard case .optional(let wrapped) = range else { throw .noSuchOverload }
            guard let wrapped else { return .optional(nil) }
            context.locals.append(wrapped)
            defer { context.locals.removeLast() }
            let value = try context.evaluate(body)
            if macro == .optMap { return .optional(value) }
            guard case .optional = value else { throw .noSuchOverload }
            return value
        case .all: return try quantified(range, decisive: false, &context)
        case .exists: return try quantified(range, decisive: true, &context)
        case .existsOne:
            var count = 0
            try forEach(range, &context) { (context) throws(CELEvaluationError) in
                guard case .bool(let flag) = try context.evaluate(body) else { throw .noSuchOverload }
                try context.charge(flag ? 2 : 1)
                if flag { count += 1 }
                return true
            }
            try context.charge(2)
            return .bool(count == 1)
        case .map, .transformList:
            var result: [CELValue] = []
            try context.charge(10)
            try forEach(range, &context) { (context) throws(CELEvaluationError) in
                guard try passes(&context) else { return true }
                result.append(try context.evaluate(body))
                try context.charge(12)
                return true
            }
            try context.charge(1)
            return .list(CELList(result))
        case .filter:
            var result: [CELValue] = []
            try context.charge(10)
            try forEach(range, &context) { (context) throws(CELEvaluationError) in
                guard case .bool(let flag) = try context.evaluate(body) else { throw .noSuchOverload }
                if flag { result.append(context.locals[place]) }
                try context.charge(flag ? 13 : 1)
                return true
            }
            try context.charge(1)
            return .list(CELList(result))
        case .sortBy:
            guard case .list = range else { throw .noSuchOverload }
            var elements: [CELValue] = []
            var keys: [CELValue] = []
            try context.charge(20)
            try forEach(range, &context) { (context) throws(CELEvaluationError) in
                elements.append(context.locals[place])
                keys.append(try context.evaluate(body))
                try context.charge(12)
                return true
            }
            return .list(CELList(try CELLibrary.sorted(elements, by: keys, &context)))
        case .transformMap: return try transformed(range, &context)
        case .transformMapEntry: return try transformed(range, &context)
        }
    }

    private func passes(_ context: inout CELContext) throws(CELEvaluationError) -> Bool {
        guard let condition else { return true }
        guard case .bool(let flag) = try context.evaluate(condition) else { throw .noSuchOverload }
        return flag
    }

    /// `all` and `exists`: one decisive answer outweighs errors.
    private func quantified(_ range: CELValue, decisive: Bool, _ context: inout CELContext) throws(CELEvaluationError) -> CELValue {
        var answer = !decisive
        var failure: CELEvaluationError?
        try forEach(range, &context) { (context) throws(CELEvaluationError) in
            try context.charge(decisive ? 4 : 3)
            do throws(CELEvaluationError) {
                guard case .bool(let flag) = try context.evaluate(body) else { throw CELEvaluationError.noSuchOverload }
                if flag == decisive {
                    answer = decisive
                    return false
                }
            } catch {
                if error.isCostLimit { throw error }
                failure = failure ?? error
            }
            return true
        }
        try context.charge(1)
        if answer == decisive { return .bool(decisive) }
        if let failure { throw failure }
        return .bool(answer)
    }

    private func transformed(_ range: CELValue, _ context: inout CELContext) throws(CELEvaluationError) -> CELValue {
        var result: [(key: CELValue, value: CELValue)] = []
        var seen: Set<CELMap.Key> = []
        try context.charge(30)
        try forEach(range, &context) { (context) throws(CELEvaluationError) in
            guard try passes(&context) else { return true }
            let value = try context.evaluate(body)
            try context.charge(2)
            if macro == .transformMap {
                result.append((context.locals[place], value))
                return true
            }
            guard case .map(let entries) = value else { throw .noSuchOverload }
            for (key, entry) in entries {
                if let known = CELMap.Key(key), !seen.insert(known).inserted {
                    throw CELEvaluationError("insert failed: key \(CELText.plain(key) ?? "") already exists")
                }
                result.append((key, entry))
            }
            return true
        }
        return .map(CELMap(result))
    }

    /// Sets the variables to each element in turn, until the body answers false.
    private func forEach(
        _ range: CELValue, _ context: inout CELContext, _ body: (inout CELContext) throws(CELEvaluationError) -> Bool
    ) throws(CELEvaluationError) {
        let depth = context.locals.count
        defer { context.locals.removeLast(context.locals.count - depth) }
        for _ in 0..<variableCount { context.locals.append(.null) }
        switch range {
        case .list(let list):
            for (index, element) in list.enumerated() {
                if variableCount == 2 {
                    context.locals[place] = .int(Int64(index))
                    context.locals[place + 1] = element
                } else {
                    context.locals[place] = element
                }
                guard try body(&context) else { return }
            }
        case .map(let map):
            for (key, value) in map {
                context.locals[place] = key
                if variableCount == 2 { context.locals[place + 1] = value }
                guard try body(&context) else { return }
            }
        default: throw .noSuchOverload
        }
    }
}
