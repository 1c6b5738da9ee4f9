import KubernetesObjects

extension CELLibrary {
    /// Timestamps and durations.
    static let times: [CELFunction] =
        [
            CELFunction("timestamp", "(string) timestamp", "(int) timestamp", "(timestamp) timestamp") { arguments, _ throws(CELEvaluationError) in
                switch arguments[0] {
                case .timestamp: return arguments[0]
                case .int(let seconds):
                    guard let time = CELTimestamp(seconds: seconds) else { throw .timestampOverflow }
                    return .timestamp(time)
                case .string(let text):
                    guard let time = CELTimestamp(parsing: text) else {
                        throw GoTime.problem(text).map(CELEvaluationError.init) ?? .timestampOverflow
                    }
                    return .timestamp(time)
                default: throw .noSuchOverload
                }
            },
            CELFunction("duration", "(string) duration", "(int) duration", "(duration) duration") { arguments, _ throws(CELEvaluationError) in
                switch arguments[0] {
                case .duration: return arguments[0]
                case .int(let nanoseconds): return .duration(nanoseconds)
                case .string(let text):
                    do throws(GoDuration.ParsingError) {
                        return .duration(try GoDuration(parsing: text).nanoseconds)
                    } catch {
                        throw CELEvaluationError(error.message)
                    }
                default: throw .noSuchOverload
                }
            },
            part("getFullYear") { $0.year }, part("getMonth") { $0.month - 1 }, part("getDayOfYear") { $0.dayOfYear },
            part("getDayOfMonth") { $0.day - 1 }, part("getDate") { $0.day }, part("getDayOfWeek") { $0.dayOfWeek },
            part("getHours", unit: 3_600_000_000_000) { $0.hour }, part("getMinutes", unit: 60_000_000_000) { $0.minute },
            part("getSeconds", unit: 1_000_000_000) { $0.second }, part("getMilliseconds", unit: 1_000_000) { _ in 0 },
        ]

    /// A part of a timestamp in UTC or another zone, and of a duration where it has a unit.
    private static func part(
        _ name: String, unit: Int64? = nil, _ read: @escaping @Sendable (CELTimestamp.Parts) -> Int64
    ) -> CELFunction {
        var function = CELFunction(name, "timestamp.() int", "timestamp.(string) int") { arguments, _ throws(CELEvaluationError) in
            switch arguments[0] {
            case .timestamp(let time):
                var offset: Int64 = 0
                if arguments.count == 2 {
                    guard case .string(let zone) = arguments[1] else { throw CELEvaluationError.noSuchOverload }
                    guard let known = time.offset(ofZone: zone) else { throw CELEvaluationError("unknown time zone \(zone)") }
                    offset = known
                }
                if name == "getMilliseconds" { return .int(time.nanoseconds / 1_000_000) }
                return .int(read(time.parts(offset: offset)))
            case .duration(let nanoseconds):
                guard let unit, arguments.count == 1 else { throw CELEvaluationError.noSuchOverload }
                return .int(name == "getMilliseconds" ? nanoseconds % 1_000_000_000 / unit : nanoseconds / unit)
            default: throw CELEvaluationError.noSuchOverload
            }
        }
        if unit != nil { function.signatures.append("duration.() int") }
        return function
    }
}
