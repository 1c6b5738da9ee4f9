import KubernetesObjects

/// Columns and rows as the server sends them, with what the command adds.
struct TableData {
    struct Column {
        var name: String
        /// Columns above 0 are printed with `-o wide` only.
        var priority = 0
    }

    struct Row {
        var cells: [Value]
        /// The object, as far as the server sent it.
        var object: Value
    }

    var columns: [Column] = []
    var rows: [Row] = []

    init() {}

    /// Reads a `meta.k8s.io/v1` Table; nil when the value is none.
    init?(_ value: Value) {
        guard value.kind == "Table" else { return nil }
        for column in value["columnDefinitions"]?.elements ?? [] {
            columns.append(Column(name: column["name"]?.stringValue ?? "", priority: column["priority"]?.intValue ?? 0))
        }
        for row in value["rows"]?.elements ?? [] {
            rows.append(Row(cells: row["cells"]?.elements ?? [], object: row["object"] ?? .null))
        }
    }
}

/// Prints tables as `kubectl get` does.
struct TablePrinter {
    var isWide = false
    var withNamespace = false
    var withKind: String?
    var noHeaders = false
    var showLabels = false
    var columnLabels: [String] = []

    /// Writes header and rows into a writer.
    func write(_ table: TableData, header: Bool, to writer: inout TabWriter) {
        let shown = table.columns.indices.filter { isWide || table.columns[$0].priority == 0 }
        if header, !noHeaders {
            var titles = shown.map { table.columns[$0].name.uppercased() }
            if withNamespace { titles.insert("NAMESPACE", at: 0) }
            titles += columnLabels.map { $0.split(separator: "/").last.map { $0.uppercased() } ?? "" }
            if showLabels { titles.append("LABELS") }
            writer.write(titles.joined(separator: "\t") + "\n")
        }
        for row in table.rows {
            var cells: [String] = []
            for (position, index) in shown.enumerated() {
                var text = index < row.cells.count ? Self.text(row.cells[index]) : ""
                if position == 0, let withKind, !withKind.isEmpty { text = withKind + "/" + text }
                cells.append(text)
            }
            if withNamespace { cells.insert(row.object.namespace, at: 0) }
            let labels = row.object.labels
            cells += columnLabels.map { labels[$0]?.stringValue ?? "" }
            if showLabels { cells.append(labels.isEmpty ? "<none>" : formatLabels(labels)) }
            writer.write(cells.joined(separator: "\t") + "\n")
        }
    }

    /// A cell as Go prints a value, cut at the first line end.
    static func text(_ cell: Value) -> String {
        switch cell {
        case .string(let text):
            guard let end = text.firstIndex(where: { $0 == "\n" || $0 == "\r" || $0 == "\u{c}" || $0 == "\r\n" }) else { return escaped(text) }
            return escaped(String(text[..<end])) + "..."
        case .null: return ""
        default: return goText(cell)
        }
    }

    /// Escape sequences made harmless.
    static func escaped(_ text: String) -> String { text.contains("\u{1b}") ? text.replacing(text: "\u{1b}", with: "^[") : text }
}

/// `a=1,b=2` in the order of keys; `<none>` for no labels.
func formatLabels(_ labels: Fields?) -> String {
    guard let labels, !labels.isEmpty else { return "<none>" }
    return labels.sorted().map { "\($0.key)=\($0.value.stringValue ?? goText($0.value))" }.joined(separator: ",")
}

/// A value as Go's `%v` prints it: `map[a:1]`, `[a b]`, `<nil>`.
func goText(_ value: Value) -> String {
    switch value {
    case .null: "<nil>"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .number(let literal): goFloat(literal)
    case .string(let text): text
    case .array(let list): "[" + list.map(goText).joined(separator: " ") + "]"
    case .object(let fields): "map[" + fields.sorted().map { "\($0.key):\(goText($0.value))" }.joined(separator: " ") + "]"
    }
}

/// A value as Go's `%#v` prints it: `map[string]interface {}{"a":1}`.
func goSyntax(_ value: Value) -> String {
    switch value {
    case .null: "interface {}(nil)"
    case .string(let text): goQuoted(text)
    case .array(let list): "[]interface {}{" + list.map(goSyntax).joined(separator: ", ") + "}"
    case .object(let fields):
        "map[string]interface {}{" + fields.sorted().map { "\(goQuoted($0.key)):\(goSyntax($0.value))" }.joined(separator: ", ") + "}"
    default: goText(value)
    }
}

/// A fraction as Go's `%v` prints a float64.
private func goFloat(_ literal: NumberLiteral) -> String {
    let value = literal.doubleValue
    if abs(value) < 1e21, abs(value) >= 1e-4 || value == 0 {
        var text = "\(value)"
        if text.contains("e") { text = literal.text }
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    return literal.text
}
