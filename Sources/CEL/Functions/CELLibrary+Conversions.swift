import KubernetesObjects

extension CELLibrary {
    /// `int(x)`, `string(x)` and their like, `type` and `dyn`.
    static let conversions: [CELFunction] = [
        CELFunction("int", "(int) int", "(uint) int", "(double) int", "(string) int", "(timestamp) int") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .int: return arguments[0]
            case .uint(let number):
                guard let value = Int64(exactly: number) else { throw .integerOverflow }
                return .int(value)
            case .double(let number):
                guard number > -9_223_372_036_854_775_808, number < 9_223_372_036_854_775_808 else { throw .integerOverflow }
                return .int(Int64(number))
            case .string(let text):
                guard let value = Int64(text) else { throw goFailure("ParseInt", text, isRange: isDigits(text, signed: true)) }
                return .int(value)
            case .timestamp(let time): return .int(time.seconds)
            case .duration(let nanoseconds): return .int(nanoseconds)
            default: throw .noSuchOverload
            }
        },
        CELFunction("uint", "(uint) uint", "(int) uint", "(double) uint", "(string) uint") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .uint: return arguments[0]
            case .int(let number):
                guard let value = UInt64(exactly: number) else { throw .unsignedOverflow }
                return .uint(value)
            case .double(let number):
                guard number >= 0, number < 18_446_744_073_709_551_616 else { throw .unsignedOverflow }
                return .uint(UInt64(number))
            case .string(let text):
                guard !text.hasPrefix("+"), let value = UInt64(text) else { throw goFailure("ParseUint", text, isRange: isDigits(text, signed: false)) }
                return .uint(value)
            default: throw .noSuchOverload
            }
        },
        CELFunction("double", "(double) double", "(int) double", "(uint) double", "(string) double") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .double: return arguments[0]
            case .int(let number): return .double(Double(number))
            case .uint(let number): return .double(Double(number))
            case .string(let text):
                guard let value = Double(text) else { throw goFailure("ParseFloat", text, isRange: false) }
                if value.isInfinite, !text.lowercased().contains("inf") { throw goFailure("ParseFloat", text, isRange: true) }
                return .double(value)
            default: throw .noSuchOverload
            }
        },
        CELFunction(
            "string", "(string) string", "(bool) string", "(int) string", "(uint) string", "(double) string", "(bytes) string", "(timestamp) string",
            "(duration) string", "(ip) string", "(cidr) string"
        ) { arguments, context throws(CELEvaluationError) in
            switch arguments[0] {
            case .string: return arguments[0]
            case .double(let number): return .string(GoFloat.general(number))
            case .bytes(let bytes):
                try context.chargeWalk(bytes.count)
                guard let text = String(validating: bytes, as: UTF8.self) else { throw CELEvaluationError("invalid UTF-8 in bytes, cannot convert to string") }
                return .string(text)
            case .ip(let address): return .string(address.description)
            case .cidr(let block): return .string(block.description)
            case .bool, .int, .uint, .timestamp, .duration: return .string(CELText.plain(arguments[0]) ?? "")
            default: throw .noSuchOverload
            }
        },
        CELFunction("bytes", "(bytes) bytes", "(string) bytes") { arguments, context throws(CELEvaluationError) in
            switch arguments[0] {
            case .bytes: return arguments[0]
            case .string(let text):
                try context.chargeWalk(text.utf8.count)
                return .bytes(Array(text.utf8))
            default: throw .noSuchOverload
            }
        },
        CELFunction("bool", "(bool) bool", "(string) bool") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .bool: return arguments[0]
            case .string("1"), .string("t"), .string("T"), .string("TRUE"), .string("true"), .string("True"): return .bool(true)
            case .string("0"), .string("f"), .string("F"), .string("FALSE"), .string("false"), .string("False"): return .bool(false)
            case .string(let text): throw goFailure("ParseBool", text, isRange: false)
            default: throw .noSuchOverload
            }
        },
        CELFunction("dyn", "(A) dyn") { arguments, _ in arguments[0] },
        CELFunction("type", "(A) type(A)") { arguments, _ in .type(arguments[0].type) },
    ]

    private static func isDigits(_ text: String, signed: Bool) -> Bool {
        let digits = signed && (text.hasPrefix("-") || text.hasPrefix("+")) ? text.dropFirst() : text[...]
        return !digits.isEmpty && digits.utf8.allSatisfy { $0 &- 0x30 < 10 }
    }

    /// An error of Go's `strconv`.
    private static func goFailure(_ function: String, _ text: String, isRange: Bool) -> CELEvaluationError {
        CELEvaluationError("strconv.\(function): parsing \(GoText.quoted(text)): \(isRange ? "value out of range" : "invalid syntax")")
    }
}
