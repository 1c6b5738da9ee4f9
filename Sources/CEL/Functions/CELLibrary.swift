/// All functions that an expression can call.
enum CELLibrary {
    /// What the operators take that are no functions, because not every operand is evaluated or any type is welcome.
    static let operators: [String: [String]] = [
        CELOperator.and: ["(bool, bool) bool"], CELOperator.or: ["(bool, bool) bool"], CELOperator.conditional: ["(bool, A, A) A"],
        "_==_": ["(A, A) bool"], "_!=_": ["(A, A) bool"],
        CELOperator.index: ["(list(A), int) A", "(map(A, B), A) B", "(optional(list(A)), int) optional(A)", "(optional(map(A, B)), A) optional(B)"],
        CELOperator.optionalIndex: [
            "(list(A), int) optional(A)", "(map(A, B), A) optional(B)", "(optional(list(A)), int) optional(A)",
            "(optional(map(A, B)), A) optional(B)",
        ],
    ]

    static let functions: [String: CELFunction] = {
        let groups = [
            arithmetic, ordering, conversions, times, texts, lists, sets, mathematics, optionals, quantities, networks, webAddresses, versions,
            patterns, formats, authorization,
        ]
        var all: [String: CELFunction] = [:]
        for group in groups {
            for function in group { all[function.name] = all[function.name].map { $0.or(function) } ?? function }
        }
        return all
    }()
}

extension CELFunction {
    /// This function for the arguments it takes, another one of the same name for the rest.
    func or(_ other: CELFunction) -> CELFunction {
        var both = self
        both.signatures += other.signatures
        let first = body
        let second = other.body
        both.body = { arguments, context throws(CELEvaluationError) in
            do throws(CELEvaluationError) {
                return try first(arguments, &context)
            } catch {
                guard error == .noSuchOverload else { throw error }
                return try second(arguments, &context)
            }
        }
        return both
    }
}
