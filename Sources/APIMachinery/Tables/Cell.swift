import KubernetesObjects
import SimulationKernel

/// What the cells of tables are made of.
///
/// - Source: `pkg/printers/internalversion/printers.go`, v1.36.
struct CellMaker {
    let object: Value
    let now: Instant

    var spec: Value { object["spec"] ?? .null }
    var status: Value { object["status"] ?? .null }
    var name: Value { .string(object.name) }
    var age: Value { since(object["metadata"]?["creationTimestamp"]) }

    /// How long ago a time was: `5m`, or `<unknown>` without one.
    func since(_ time: Value?) -> Value { .string(sinceText(time)) }

    func sinceText(_ time: Value?) -> String {
        guard let text = time?.stringValue, let instant = Instant(rfc3339: text) else { return "<unknown>" }
        return humanDuration(now - instant)
    }

    func string(_ value: Value?, or fallback: String = "") -> Value {
        guard let text = value?.stringValue, !text.isEmpty else { return .string(fallback) }
        return .string(text)
    }

    func number(_ value: Value?) -> Value { Value(value?.intValue ?? 0) }

    /// The text of a string or number; quantities may be either.
    static func text(_ value: Value?) -> String {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .number(let literal): literal.text
        case .bool(let flag): flag ? "true" : "false"
        default: ""
        }
    }

    /// `a=b,c=d`, sorted; `<none>` when empty.
    static func labels(_ value: Value?) -> String {
        guard let fields = value?.fields, !fields.isEmpty else { return "<none>" }
        return fields.sorted().map { "\($0.key)=\(text($0.value))" }.joined(separator: ",")
    }

    /// A label selector object as text: `app=web,tier in (a,b)`.
    static func selector(_ value: Value?) -> String { LabelSelector.printed(value) }

    /// Names and images of containers, as two cells.
    static func containers(_ podSpec: Value?) -> [Value] {
        let list = podSpec?["containers"]?.elements ?? []
        return [
            .string(list.map { $0["name"]?.stringValue ?? "" }.joined(separator: ",")),
            .string(list.map { $0["image"]?.stringValue ?? "" }.joined(separator: ",")),
        ]
    }

    /// Containers, images and selector: the wide columns of workloads.
    func workload(template: Value?, selector: String) -> [Value] {
        Self.containers(template?["spec"]) + [.string(selector)]
    }

    /// A list of texts, or how many more there are than fit.
    static func cut(_ list: [String], max: Int, separator: String = ",", empty: String = "") -> String {
        if list.isEmpty { return empty }
        let shown = list.prefix(max).joined(separator: separator)
        return list.count > max ? "\(shown) + \(list.count - max) more..." : shown
    }

    static func accessModes(_ value: Value?) -> String {
        let present = Set((value?.elements ?? []).compactMap(\.stringValue))
        let names = [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")]
        return names.filter { present.contains($0.0) }.map(\.1).joined(separator: ",")
    }

    static func flag(_ value: Value?, or fallback: Bool = false) -> Value { .bool(value?.boolValue ?? fallback) }
}

/// A duration as tables print ages: `5s`, `2m3s`, `4h`, `3d`.
func humanDuration(_ duration: Duration) -> String { HumanDuration.long(nanoseconds: duration.nanoseconds) }
