import KubernetesObjects
import SimulationKernel

/// The text of a description while it is put together.
///
/// - Shape: cells end with tabs; `aligned` turns them into columns two blanks apart.
struct DescribeText {
    var raw = ""
    let now: Instant

    init(now: Instant) { self.now = now }

    /// Writes a text two blanks to the right for each level.
    mutating func put(_ level: Int, _ text: String) { raw += String(repeating: "  ", count: level) + TablePrinter.escaped(text) }
    mutating func line(_ level: Int, _ text: String) { put(level, text + "\n") }
    /// `Name:` and its value.
    mutating func field(_ name: String, _ value: String, level: Int = 0) { put(level, "\(name):\t\(value)\n") }

    /// The text so far in columns.
    var aligned: String {
        var writer = TabWriter()
        writer.write(raw)
        return writer.flushed()
    }

    // MARK: Common parts

    mutating func labels(_ title: String, _ labels: Fields?, indent: String = "") {
        let sorted = labels?.sorted() ?? Fields()
        raw += "\(indent)\(title):\t"
        if sorted.isEmpty { raw += "<none>\n" }
        for (index, entry) in sorted.enumerated() {
            if index > 0 { raw += "\(indent)\t" }
            put(0, "\(entry.key)=\(entry.value.stringValue ?? goText(entry.value))\n")
        }
    }

    mutating func annotations(_ title: String, _ annotations: Fields?) {
        let shown = (annotations?.sorted() ?? Fields()).filter { $0.key != lastAppliedAnnotation }
        raw += "\(title):\t"
        if shown.isEmpty { raw += "<none>\n" }
        for (index, entry) in shown.enumerated() {
            if index > 0 { raw += "\t" }
            var value = entry.value.stringValue ?? ""
            if value.hasSuffix("\n") { value.removeLast() }
            if value.utf8.count + entry.key.utf8.count + 2 > 140 || value.contains("\n") {
                put(0, "\(entry.key):\n")
                for part in value.split(separator: "\n", omittingEmptySubsequences: false) { put(0, "\t  \(Self.shortened(String(part), 138))\n") }
            } else {
                put(0, "\(entry.key): \(value)\n")
            }
        }
    }

    static func shortened(_ text: String, _ length: Int) -> String { text.utf8.count > length ? String(text.prefix(length)) + "..." : text }

    /// Name, namespace, labels and annotations, as most descriptions begin.
    mutating func head(_ object: Value, namespaced: Bool = true) {
        field("Name", object.name)
        if namespaced { field("Namespace", object.namespace) }
        labels("Labels", object.labels)
        annotations("Annotations", object.annotations)
    }

    /// How long ago a time stamp was.
    func since(_ stamp: Value?) -> String {
        guard let text = stamp?.stringValue, let time = Instant(rfc3339: text) else { return "<unknown>" }
        return humanDuration(now - time)
    }

    /// `Status: Terminating (lasts 5s)` or the phase.
    mutating func status(_ object: Value) {
        if object.isBeingDeleted {
            field("Status", "Terminating (lasts \(since(object["metadata", "deletionTimestamp"])))")
        } else {
            field("Status", object["status", "phase"]?.stringValue ?? "")
        }
    }

    /// A table of conditions.
    mutating func conditions(_ object: Value, columns: [(title: String, field: String)], trailingBlanks: Int = 0) {
        let list = object["status", "conditions"]?.elements ?? []
        if list.isEmpty { return }
        line(0, "Conditions:")
        line(1, columns.map(\.title).joined(separator: "\t"))
        line(1, columns.map { String(repeating: "-", count: $0.title.count) }.joined(separator: "\t"))
        for condition in list {
            let cells = columns.enumerated().map { index, column in
                let cell = column.field.hasSuffix("Time") ? rfc1123(condition[column.field]) : condition[column.field]?.stringValue ?? ""
                return index < trailingBlanks ? cell + " " : cell
            }
            line(1, cells.joined(separator: "\t"))
        }
    }
}

/// The annotation in which `kubectl apply` keeps what it applied.
let lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration"

/// A duration in a few letters: `5s`, `2m3s`, `4h`, `3d`.
///
/// - Source: k8s.io/apimachinery `util/duration.HumanDuration`.
func humanDuration(_ duration: Duration) -> String {
    let nanoseconds = duration.nanoseconds
    let seconds = Int(nanoseconds / 1_000_000_000)
    if seconds < -1 { return "<invalid>" }
    if seconds < 0 { return "0s" }
    if seconds < 120 { return "\(seconds)s" }
    let minutes = seconds / 60
    if minutes < 10 { return seconds % 60 == 0 ? "\(minutes)m" : "\(minutes)m\(seconds % 60)s" }
    if minutes < 180 { return "\(minutes)m" }
    let hours = minutes / 60
    if hours < 8 { return minutes % 60 == 0 ? "\(hours)h" : "\(hours)h\(minutes % 60)m" }
    if hours < 48 { return "\(hours)h" }
    if hours < 192 { return hours % 24 == 0 ? "\(hours / 24)d" : "\(hours / 24)d\(hours % 24)h" }
    if hours < 24 * 365 * 2 { return "\(hours / 24)d" }
    if hours < 24 * 365 * 8 {
        let days = hours / 24 % 365
        return days == 0 ? "\(hours / 24 / 365)y" : "\(hours / 24 / 365)y\(days)d"
    }
    return "\(hours / 24 / 365)y"
}

/// `Mon, 05 Jan 2026 09:00:00 +0000`.
func rfc1123(_ stamp: Value?) -> String {
    guard let text = stamp?.stringValue, let time = Instant(rfc3339: text) else { return "Mon, 01 Jan 0001 00:00:00 +0000" }
    let civil = time.civil
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return
        "\(days[civil.weekday]), \(two(civil.day)) \(months[civil.month - 1]) \(civil.year) \(two(civil.hour)):\(two(civil.minute)):\(two(civil.second)) +0000"
}

/// A label selector as text: `a=b,c in (d,e)`; `<none>` for an empty one.
///
/// - Source: k8s.io/apimachinery `metav1.FormatLabelSelector`.
func formatSelector(_ selector: Value?) -> String {
    let text = selectorText(selector)
    return text.isEmpty ? "<none>" : text
}

/// A label selector as a query: requirements sorted by key, those of labels before expressions.
func selectorText(_ selector: Value?) -> String {
    var parts: [(key: String, text: String)] = []
    for (key, value) in selector?["matchLabels"]?.fields ?? [:] { parts.append((key, "\(key)=\(value.stringValue ?? "")")) }
    for expression in selector?["matchExpressions"]?.elements ?? [] {
        let key = expression["key"]?.stringValue ?? ""
        let values = (expression["values"]?.elements ?? []).compactMap(\.stringValue).sorted().joined(separator: ",")
        switch expression["operator"]?.stringValue ?? "" {
        case "In": parts.append((key, "\(key) in (\(values))"))
        case "NotIn": parts.append((key, "\(key) notin (\(values))"))
        case "Exists": parts.append((key, key))
        case "DoesNotExist": parts.append((key, "!\(key)"))
        default: break
        }
    }
    return parts.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }.map(\.element.text).joined(separator: ",")
}

/// A time stamp as an instant; nil when it is none.
func instant(_ stamp: Value?) -> Instant? { stamp?.stringValue.flatMap { Instant(rfc3339: $0) } }
