/// Why an expression has no value.
package struct CELEvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// For example `no such key: replicas`.
    package var message: String
    /// The evaluation was stopped because it cost more than its limit.
    package var isCostLimit = false

    package init(_ message: String) { self.message = message }

    package var description: String { message }

    package static let noSuchOverload = CELEvaluationError("no such overload")
    static let integerOverflow = CELEvaluationError("integer overflow")
    static let unsignedOverflow = CELEvaluationError("unsigned integer overflow")
    static let durationOverflow = CELEvaluationError("duration overflow")
    static let timestampOverflow = CELEvaluationError("timestamp overflow")
    static let divisionByZero = CELEvaluationError("division by zero")
    static let modulusByZero = CELEvaluationError("modulus by zero")
    static let costLimit: CELEvaluationError = {
        var error = CELEvaluationError("operation cancelled: actual cost limit exceeded")
        error.isCostLimit = true
        return error
    }()

    static func noSuchKey(_ key: CELValue) -> CELEvaluationError { CELEvaluationError("no such key: \(CELText.plain(key) ?? "")") }
    static func indexOutOfBounds(_ index: Int64) -> CELEvaluationError { CELEvaluationError("index out of bounds: \(index)") }
}
