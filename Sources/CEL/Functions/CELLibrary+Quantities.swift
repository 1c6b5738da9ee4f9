import KubernetesObjects

extension CELLibrary {
    /// Quantities such as `500m` and `64Mi`.
    static let quantities: [CELFunction] = [
        CELFunction("quantity", "(string) quantity") { arguments, context throws(CELEvaluationError) in
            let text = try string(arguments[0])
            try context.chargeWalk(text.utf8.count)
            do throws(QuantityError) {
                return .quantity(try Quantity(parsing: text))
            } catch {
                throw CELEvaluationError(error.message)
            }
        },
        CELFunction("isQuantity", "(string) bool") { arguments, context throws(CELEvaluationError) in
            let text = try string(arguments[0])
            try context.chargeWalk(text.utf8.count)
            return .bool(Quantity(text) != nil)
        },
        CELFunction("sign", "quantity.() int") { arguments, _ throws(CELEvaluationError) in .int(Int64(try quantity(arguments[0]).sign)) },
        CELFunction("isInteger", "quantity.() bool") { arguments, _ throws(CELEvaluationError) in
            .bool(whole(try quantity(arguments[0])) != nil)
        },
        CELFunction("asInteger", "quantity.() int") { arguments, _ throws(CELEvaluationError) in
            guard let number = whole(try quantity(arguments[0])) else { throw CELEvaluationError("cannot convert value to integer") }
            return .int(number)
        },
        CELFunction("asApproximateFloat", "quantity.() double") { arguments, _ throws(CELEvaluationError) in
            .double(try quantity(arguments[0]).doubleValue)
        },
        CELFunction("add", "quantity.(quantity) quantity", "quantity.(int) quantity") { arguments, _ throws(CELEvaluationError) in
            .quantity(try quantity(arguments[0]) + (try operand(arguments[1])))
        },
        CELFunction("sub", "quantity.(quantity) quantity", "quantity.(int) quantity") { arguments, _ throws(CELEvaluationError) in
            .quantity(try quantity(arguments[0]) - (try operand(arguments[1])))
        },
        CELFunction("isGreaterThan", "quantity.(quantity) bool") { arguments, _ throws(CELEvaluationError) in
            .bool(try quantity(arguments[0]) > (try quantity(arguments[1])))
        },
        CELFunction("isLessThan", "quantity.(quantity) bool") { arguments, _ throws(CELEvaluationError) in
            .bool(try quantity(arguments[0]) < (try quantity(arguments[1])))
        },
        CELFunction("compareTo", "quantity.(quantity) int") { arguments, _ throws(CELEvaluationError) in
            let (a, b) = (try quantity(arguments[0]), try quantity(arguments[1]))
            return .int(a < b ? -1 : a == b ? 0 : 1)
        },
    ]

    private static func quantity(_ value: CELValue) throws(CELEvaluationError) -> Quantity {
        guard case .quantity(let quantity) = value else { throw .noSuchOverload }
        return quantity
    }

    private static func operand(_ value: CELValue) throws(CELEvaluationError) -> Quantity {
        if case .int(let number) = value { return Quantity(number) }
        return try quantity(value)
    }

    /// The amount as an integer, or nil when it has a fraction or does not fit.
    private static func whole(_ quantity: Quantity) -> Int64? { Quantity(quantity.value) == quantity ? quantity.value : nil }
}
