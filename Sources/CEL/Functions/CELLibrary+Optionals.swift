extension CELLibrary {
    /// Values that may be absent.
    static let optionals: [CELFunction] = [
        CELFunction("optional.of", "(A) optional(A)") { arguments, _ in .optional(arguments[0]) },
        CELFunction("optional.none", "() optional(A)") { _, _ in .optional(nil) },
        CELFunction("optional.ofNonZeroValue", "(A) optional(A)") { arguments, _ in .optional(isZero(arguments[0]) ? nil : arguments[0]) },
        CELFunction("hasValue", "optional(A).() bool") { arguments, _ throws(CELEvaluationError) in .bool(try optional(arguments[0]) != nil) },
        CELFunction("value", "optional(A).() A") { arguments, _ throws(CELEvaluationError) in
            guard let value = try optional(arguments[0]) else { throw CELEvaluationError("optional.none() dereference") }
            return value
        },
        CELFunction("or", "optional(A).(optional(A)) optional(A)") { arguments, _ throws(CELEvaluationError) in
            try optional(arguments[0]) != nil ? arguments[0] : arguments[1]
        },
        CELFunction("orValue", "optional(A).(A) A") { arguments, _ throws(CELEvaluationError) in try optional(arguments[0]) ?? arguments[1] },
        CELFunction("optional.unwrap", "(list(optional(A))) list(A)") { arguments, context throws(CELEvaluationError) in
            try unwrapped(arguments[0], &context)
        },
        CELFunction("unwrapOpt", "list(optional(A)).() list(A)") { arguments, context throws(CELEvaluationError) in
            try unwrapped(arguments[0], &context)
        },
        CELFunction("first", "list(A).() optional(A)") { arguments, _ throws(CELEvaluationError) in
            guard case .list(let list) = arguments[0] else { throw .noSuchOverload }
            return .optional(list.first)
        },
        CELFunction("last", "list(A).() optional(A)") { arguments, _ throws(CELEvaluationError) in
            guard case .list(let list) = arguments[0] else { throw .noSuchOverload }
            return .optional(list.last)
        },
    ]

    private static func optional(_ value: CELValue) throws(CELEvaluationError) -> CELValue? {
        guard case .optional(let wrapped) = value else { throw .noSuchOverload }
        return wrapped
    }

    private static func unwrapped(_ value: CELValue, _ context: inout CELContext) throws(CELEvaluationError) -> CELValue {
        guard case .list(let list) = value else { throw .noSuchOverload }
        try context.charge(list.count)
        var result: [CELValue] = []
        for element in list {
            if let wrapped = try optional(element) { result.append(wrapped) }
        }
        return .list(CELList(result))
    }

    private static func isZero(_ value: CELValue) -> Bool {
        switch value {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .uint(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .list(let list): list.isEmpty
        case .map(let map): map.count == 0
        case .duration(let nanoseconds): nanoseconds == 0
        case .optional(let wrapped): wrapped == nil
        default: false
        }
    }
}
