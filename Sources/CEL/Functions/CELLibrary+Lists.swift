import KubernetesObjects

extension CELLibrary {
    private static let comparable = ["int", "uint", "double", "bool", "string", "bytes", "timestamp", "duration"]
    /// The types of keys that lists are sorted by.
    static let sortable: Set<CELType> = [.int, .uint, .double, .bool, .string, .bytes, .timestamp, .duration]
    private static let summable = ["int", "uint", "double", "duration"]

    /// Functions on lists.
    static let lists: [CELFunction] = [
        list("isSorted", comparable.map { "list(\($0)).() bool" }) { list, _, context throws(CELEvaluationError) in
            for index in 0..<max(0, list.count - 1) {
                guard let order = list[index].compares(list[index + 1]) else { throw CELEvaluationError.noSuchOverload }
                if order > 0 { return .bool(false) }
            }
            return .bool(true)
        },
        list("sum", summable.map { "list(\($0)).() \($0)" }) { list, _, context throws(CELEvaluationError) in
            guard var sum = list.first else { return .int(0) }
            guard let add = functions["_+_"] else { throw CELEvaluationError.noSuchOverload }
            switch sum {
            case .int, .uint, .double, .duration: break
            default: throw CELEvaluationError.noSuchOverload
            }
            for element in list.dropFirst() { sum = try add.body([sum, element], &context) }
            return sum
        },
        list("min", comparable.map { "list(\($0)).() \($0)" }) { list, _, context throws(CELEvaluationError) in try extreme(list, "min", wanted: -1) },
        list("max", comparable.map { "list(\($0)).() \($0)" }) { list, _, context throws(CELEvaluationError) in try extreme(list, "max", wanted: 1) },
        list("indexOf", ["list(A).(A) int"]) { list, arguments, _ throws(CELEvaluationError) in
            for (index, element) in list.enumerated() where element.equals(arguments[1]) { return .int(Int64(index)) }
            return .int(-1)
        },
        list("lastIndexOf", ["list(A).(A) int"]) { list, arguments, _ throws(CELEvaluationError) in
            for index in list.indices.reversed() where list[index].equals(arguments[1]) { return .int(Int64(index)) }
            return .int(-1)
        },
        list("slice", ["list(A).(int, int) list(A)"]) { list, arguments, _ throws(CELEvaluationError) in
            let start = try int(arguments[1])
            let end = try int(arguments[2])
            if start < 0 || end < 0 { throw CELEvaluationError("cannot slice(\(start), \(end)), negative indexes not supported") }
            if start > end { throw CELEvaluationError("cannot slice(\(start), \(end)), start index must be less than or equal to end index") }
            if end > list.count { throw CELEvaluationError("cannot slice(\(start), \(end)), list is length \(list.count)") }
            return .list(CELList((Int(start)..<Int(end)).map { list[$0] }))
        },
        list("flatten", ["list(list(A)).() list(A)", "list(dyn).(int) list(dyn)"]) { list, arguments, _ throws(CELEvaluationError) in
            let depth = arguments.count > 1 ? try int(arguments[1]) : 1
            if depth < 0 { throw CELEvaluationError("level must be non-negative") }
            return .list(CELList(flattened(list, depth: depth)))
        },
        list("distinct", ["list(A).() list(A)"]) { list, _, context throws(CELEvaluationError) in
            var result: [CELValue] = []
            var seen: Set<CELMap.Key> = []
            for element in list {
                if let key = CELMap.Key(element) {
                    if seen.insert(key).inserted { result.append(element) }
                } else {
                    try context.charge(result.count)
                    if !result.contains(where: { $0.equals(element) }) { result.append(element) }
                }
            }
            return .list(CELList(result))
        },
        list("reverse", ["list(A).() list(A)"]) { list, _, _ throws(CELEvaluationError) in .list(CELList(list.reversed())) },
        list("sort", comparable.map { "list(\($0)).() list(\($0))" }) { list, _, context throws(CELEvaluationError) in
            .list(CELList(try sorted(Array(list), by: Array(list), &context)))
        },
        CELFunction("lists.range", "(int) list(int)") { arguments, context throws(CELEvaluationError) in
            let count = try int(arguments[0])
            if count < 0 { return .list(CELList([])) }
            try context.charge(Int(clamping: count))
            return .list(CELList((0..<count).map(CELValue.int)))
        },
    ]

    private static func list(
        _ name: String, _ signatures: [String],
        body: @escaping @Sendable (CELList, [CELValue], inout CELContext) throws(CELEvaluationError) -> CELValue
    ) -> CELFunction {
        var function = CELFunction(name) { arguments, context throws(CELEvaluationError) in
            guard case .list(let list) = arguments[0] else { throw CELEvaluationError.noSuchOverload }
            try context.charge(list.count)
            return try body(list, arguments, &context)
        }
        function.signatures = signatures
        return function
    }

    private static func extreme(_ list: CELList, _ name: String, wanted: Int) throws(CELEvaluationError) -> CELValue {
        guard var best = list.first else { throw CELEvaluationError("\(name) called on empty list") }
        for element in list.dropFirst() {
            guard let order = element.compares(best) else { throw .noSuchOverload }
            if order == wanted { best = element }
        }
        return best
    }

    private static func flattened(_ list: CELList, depth: Int64) -> [CELValue] {
        var result: [CELValue] = []
        for element in list {
            if case .list(let inner) = element, depth > 0 {
                result += flattened(inner, depth: depth - 1)
            } else {
                result.append(element)
            }
        }
        return result
    }

    /// Sorts stably; what cannot be compared is an error.
    static func sorted(_ values: [CELValue], by keys: [CELValue], _ context: inout CELContext) throws(CELEvaluationError) -> [CELValue] {
        guard let first = keys.first else { return values }
        for key in keys where first.compares(key) == nil { throw CELEvaluationError("list elements must have the same type") }
        try context.charge(values.count)
        let order = keys.indices.sorted { left, right in
            let comparison = keys[left].compares(keys[right]) ?? 0
            return comparison == 0 ? left < right : comparison < 0
        }
        return order.map { values[$0] }
    }

    /// Lists as sets.
    static let sets: [CELFunction] = [
        set("contains") { a, b in b.allSatisfy { a.includes($0) } },
        set("equivalent") { a, b in b.allSatisfy { a.includes($0) } && a.allSatisfy { b.includes($0) } },
        set("intersects") { a, b in b.contains { a.includes($0) } },
    ]

    private static func set(_ name: String, _ holds: @escaping @Sendable (CELList, CELList) -> Bool) -> CELFunction {
        CELFunction("sets.\(name)", "(list(A), list(A)) bool") { arguments, context throws(CELEvaluationError) in
            guard case .list(let a) = arguments[0], case .list(let b) = arguments[1] else { throw CELEvaluationError.noSuchOverload }
            let (product, overflow) = a.count.multipliedReportingOverflow(by: b.count)
            try context.charge(overflow ? .max : product)
            return .bool(holds(a, b))
        }
    }
}
