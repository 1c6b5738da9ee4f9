import KubernetesObjects

extension CELLibrary {
    /// `+`, `-`, `*`, `/`, `%`, `!` and the sign.
    static let arithmetic: [CELFunction] = [
        CELFunction(
            "_+_", "(int, int) int", "(uint, uint) uint", "(double, double) double", "(string, string) string", "(bytes, bytes) bytes",
            "(list(A), list(A)) list(A)", "(timestamp, duration) timestamp", "(duration, timestamp) timestamp", "(duration, duration) duration"
        ) { arguments, context throws(CELEvaluationError) in
            switch (arguments[0], arguments[1]) {
            case (.int(let a), .int(let b)): return .int(try whole(a.addingReportingOverflow(b)))
            case (.uint(let a), .uint(let b)): return .uint(try natural(a.addingReportingOverflow(b)))
            case (.double(let a), .double(let b)): return .double(a + b)
            case (.string(let a), .string(let b)):
                try context.chargeWalk(a.utf8.count, b.utf8.count)
                return .string(a + b)
            case (.bytes(let a), .bytes(let b)):
                try context.chargeWalk(a.count, b.count)
                return .bytes(a + b)
            case (.list(let a), .list(let b)):
                // Long lists are copied: without this cost, doubling a list often would take all memory.
                if a.count + b.count > 1000 { try context.charge(a.count + b.count) }
                return .list(a.appending(b))
            case (.timestamp(let time), .duration(let length)), (.duration(let length), .timestamp(let time)): return try moved(time, by: length)
            case (.duration(let a), .duration(let b)): return .duration(try length(a.addingReportingOverflow(b)))
            default: throw .noSuchOverload
            }
        },
        CELFunction(
            "_-_", "(int, int) int", "(uint, uint) uint", "(double, double) double", "(timestamp, timestamp) duration",
            "(timestamp, duration) timestamp", "(duration, duration) duration"
        ) { arguments, _ throws(CELEvaluationError) in
            switch (arguments[0], arguments[1]) {
            case (.int(let a), .int(let b)): return .int(try whole(a.subtractingReportingOverflow(b)))
            case (.uint(let a), .uint(let b)): return .uint(try natural(a.subtractingReportingOverflow(b)))
            case (.double(let a), .double(let b)): return .double(a - b)
            case (.timestamp(let a), .timestamp(let b)):
                let seconds = try length((a.seconds - b.seconds).multipliedReportingOverflow(by: 1_000_000_000))
                return .duration(try length(seconds.addingReportingOverflow(a.nanoseconds - b.nanoseconds)))
            case (.timestamp(let time), .duration(let duration)):
                return try moved(time, by: try length(Int64(0).subtractingReportingOverflow(duration)))
            case (.duration(let a), .duration(let b)): return .duration(try length(a.subtractingReportingOverflow(b)))
            default: throw .noSuchOverload
            }
        },
        CELFunction("_*_", "(int, int) int", "(uint, uint) uint", "(double, double) double") { arguments, _ throws(CELEvaluationError) in
            switch (arguments[0], arguments[1]) {
            case (.int(let a), .int(let b)): return .int(try whole(a.multipliedReportingOverflow(by: b)))
            case (.uint(let a), .uint(let b)): return .uint(try natural(a.multipliedReportingOverflow(by: b)))
            case (.double(let a), .double(let b)): return .double(a * b)
            default: throw .noSuchOverload
            }
        },
        CELFunction("_/_", "(int, int) int", "(uint, uint) uint", "(double, double) double") { arguments, _ throws(CELEvaluationError) in
            switch (arguments[0], arguments[1]) {
            case (.int(_), .int(0)), (.uint(_), .uint(0)): throw .divisionByZero
            case (.int(let a), .int(let b)): return .int(try whole(a.dividedReportingOverflow(by: b)))
            case (.uint(let a), .uint(let b)): return .uint(a / b)
            case (.double(let a), .double(let b)): return .double(a / b)
            default: throw .noSuchOverload
            }
        },
        CELFunction("_%_", "(int, int) int", "(uint, uint) uint") { arguments, _ throws(CELEvaluationError) in
            switch (arguments[0], arguments[1]) {
            case (.int(_), .int(0)), (.uint(_), .uint(0)): throw .modulusByZero
            case (.int(let a), .int(let b)): return .int(try whole(a.remainderReportingOverflow(dividingBy: b)))
            case (.uint(let a), .uint(let b)): return .uint(a % b)
            default: throw .noSuchOverload
            }
        },
        CELFunction(CELOperator.negate, "(int) int", "(double) double") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .int(let a): return .int(try whole(Int64(0).subtractingReportingOverflow(a)))
            case .double(let a): return .double(-a)
            default: throw .noSuchOverload
            }
        },
        CELFunction(CELOperator.not, "(bool) bool") { arguments, _ throws(CELEvaluationError) in
            guard case .bool(let flag) = arguments[0] else { throw .noSuchOverload }
            return .bool(!flag)
        },
    ]

    private static func whole(_ result: (partialValue: Int64, overflow: Bool)) throws(CELEvaluationError) -> Int64 {
        if result.overflow { throw .integerOverflow }
        return result.partialValue
    }

    private static func natural(_ result: (partialValue: UInt64, overflow: Bool)) throws(CELEvaluationError) -> UInt64 {
        if result.overflow { throw .unsignedOverflow }
        return result.partialValue
    }

    private static func length(_ result: (partialValue: Int64, overflow: Bool)) throws(CELEvaluationError) -> Int64 {
        if result.overflow { throw .durationOverflow }
        return result.partialValue
    }

    private static func moved(_ time: CELTimestamp, by nanoseconds: Int64) throws(CELEvaluationError) -> CELValue {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard let result = CELTimestamp(seconds: time.seconds + seconds, nanoseconds: time.nanoseconds + rest) else { throw .timestampOverflow }
        return .timestamp(result)
    }

    private static let ordered: [String] = {
        let numbers = ["int", "uint", "double"]
        let mixed = numbers.flatMap { left in numbers.map { right in "(\(left), \(right)) bool" } }
        return mixed + ["bool", "string", "bytes", "timestamp", "duration"].map { "(\($0), \($0)) bool" }
    }()

    private static func ordering(_ symbol: String, _ holds: @escaping @Sendable (Int) -> Bool) -> CELFunction {
        var function = CELFunction("_\(symbol)_") { arguments, context throws(CELEvaluationError) in
            let (a, b) = (arguments[0], arguments[1])
            if a.size > 1, b.size > 1 { try context.chargeWalk(min(a.size, b.size)) }
            if let order = a.compares(b) { return .bool(holds(order)) }
            // NaN has no order.
            if case .double = a { return .bool(false) }
            if case .double = b { return .bool(false) }
            throw CELEvaluationError.noSuchOverload
        }
        function.signatures = ordered
        return function
    }

    /// `<`, `<=`, `>`, `>=` and `in`.
    static let ordering: [CELFunction] = [
        ordering("<") { $0 < 0 }, ordering("<=") { $0 <= 0 }, ordering(">") { $0 > 0 }, ordering(">=") { $0 >= 0 },
        CELFunction(CELOperator.membership, "(A, list(A)) bool", "(A, map(A, B)) bool") { arguments, context throws(CELEvaluationError) in
            switch arguments[1] {
            case .list(let list):
                try context.charge(list.count)
                return .bool(list.includes(arguments[0]))
            case .map(let map): return .bool(map[arguments[0]] != nil)
            default: throw .noSuchOverload
            }
        },
        CELFunction("size", "(string) int", "(bytes) int", "(list(A)) int", "(map(A, B)) int", "string.() int", "bytes.() int", "list(A).() int", "map(A, B).() int") {
            arguments, context throws(CELEvaluationError) in
            switch arguments[0] {
            case .string(let text):
                try context.chargeWalk(text.utf8.count)
                return .int(Int64(text.unicodeScalars.count))
            case .bytes(let bytes): return .int(Int64(bytes.count))
            case .list(let list): return .int(Int64(list.count))
            case .map(let map): return .int(Int64(map.count))
            default: throw .noSuchOverload
            }
        },
    ]
}
