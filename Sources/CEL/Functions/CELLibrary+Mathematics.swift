extension CELLibrary {
    /// The `math` functions.
    static let mathematics: [CELFunction] = [
        extreme("math.greatest", wanted: 1), extreme("math.least", wanted: -1),
        rounding("math.ceil", .up), rounding("math.floor", .down), rounding("math.round", .toNearestOrAwayFromZero), rounding("math.trunc", .towardZero),
        CELFunction("math.abs", "(int) int", "(uint) uint", "(double) double") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .int(let number):
                if number == .min { throw .integerOverflow }
                return .int(abs(number))
            case .uint: return arguments[0]
            case .double(let number): return .double(number.magnitude)
            default: throw .noSuchOverload
            }
        },
        CELFunction("math.sign", "(int) int", "(uint) uint", "(double) double") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .int(let number): return .int(number.signum())
            case .uint(let number): return .uint(number == 0 ? 0 : 1)
            case .double(let number): return .double(number.isNaN ? number : number > 0 ? 1 : number < 0 ? -1 : 0)
            default: throw .noSuchOverload
            }
        },
        CELFunction("math.sqrt", "(int) double", "(uint) double", "(double) double") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .int(let number): return .double(Double(number).squareRoot())
            case .uint(let number): return .double(Double(number).squareRoot())
            case .double(let number): return .double(number.squareRoot())
            default: throw .noSuchOverload
            }
        },
        test("math.isNaN") { $0.isNaN }, test("math.isInf") { $0.isInfinite }, test("math.isFinite") { $0.isFinite },
        bits("math.bitAnd", { $0 & $1 }, { $0 & $1 }), bits("math.bitOr", { $0 | $1 }, { $0 | $1 }), bits("math.bitXor", { $0 ^ $1 }, { $0 ^ $1 }),
        CELFunction("math.bitNot", "(int) int", "(uint) uint") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .int(let number): return .int(~number)
            case .uint(let number): return .uint(~number)
            default: throw .noSuchOverload
            }
        },
        shift("math.bitShiftLeft", isLeft: true), shift("math.bitShiftRight", isLeft: false),
    ]

    private static func extreme(_ name: String, wanted: Int) -> CELFunction {
        let numbers = ["int", "uint", "double"]
        var function = CELFunction(name) { arguments, context throws(CELEvaluationError) in
            var candidates = arguments
            if arguments.count == 1, case .list(let list) = arguments[0] { candidates = Array(list) }
            try context.charge(candidates.count)
            guard var best = candidates.first else { throw CELEvaluationError("\(name)(list) argument must not be empty") }
            for candidate in candidates {
                switch candidate {
                case .int, .uint, .double: break
                default: throw CELEvaluationError.noSuchOverload
                }
                if candidate.comparesNumerically(best) == wanted { best = candidate }
            }
            return best
        }
        function.signatures = numbers.map { "(\($0)) \($0)" } + numbers.map { "(list(\($0))) \($0)" }
        function.signatures += numbers.flatMap { a in numbers.map { b in "(\(a), \(b)) " + (a == b ? a : "dyn") } }
        for count in 3...6 {
            function.signatures += numbers.map { "(\(Array(repeating: $0, count: count).joined(separator: ", "))) \($0)" }
            function.signatures.append("(\(Array(repeating: "dyn", count: count).joined(separator: ", "))) dyn")
        }
        return function
    }

    private static func rounding(_ name: String, _ rule: FloatingPointRoundingRule) -> CELFunction {
        CELFunction(name, "(double) double") { arguments, _ throws(CELEvaluationError) in
            guard case .double(let number) = arguments[0] else { throw CELEvaluationError.noSuchOverload }
            return .double(number.rounded(rule))
        }
    }

    private static func test(_ name: String, _ holds: @escaping @Sendable (Double) -> Bool) -> CELFunction {
        CELFunction(name, "(double) bool") { arguments, _ throws(CELEvaluationError) in
            guard case .double(let number) = arguments[0] else { throw CELEvaluationError.noSuchOverload }
            return .bool(holds(number))
        }
    }

    private static func bits(
        _ name: String, _ signed: @escaping @Sendable (Int64, Int64) -> Int64, _ unsigned: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> CELFunction {
        CELFunction(name, "(int, int) int", "(uint, uint) uint") { arguments, _ throws(CELEvaluationError) in
            switch (arguments[0], arguments[1]) {
            case (.int(let a), .int(let b)): return .int(signed(a, b))
            case (.uint(let a), .uint(let b)): return .uint(unsigned(a, b))
            default: throw CELEvaluationError.noSuchOverload
            }
        }
    }

    private static func shift(_ name: String, isLeft: Bool) -> CELFunction {
        CELFunction(name, "(int, int) int", "(uint, int) uint") { arguments, _ throws(CELEvaluationError) in
            let count = try int(arguments[1])
            if count < 0 { throw CELEvaluationError("\(name)() negative offset: \(count)") }
            switch arguments[0] {
            case .int(let number):
                if count > 63 { return .int(0) }
                return .int(isLeft ? number << count : Int64(bitPattern: UInt64(bitPattern: number) >> UInt64(count)))
            case .uint(let number): return .uint(count > 63 ? 0 : isLeft ? number << UInt64(count) : number >> UInt64(count))
            default: throw CELEvaluationError.noSuchOverload
            }
        }
    }
}
