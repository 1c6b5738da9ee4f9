import KubernetesObjects

/// The columns of `-o custom-columns=NAME:.metadata.name,...`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/get/customcolumn.go`.
struct CustomColumns {
    private var columns: [(header: String, path: JSONPathTemplate)] = []
    private let noHeaders: Bool

    init(_ format: String, _ argument: String, _ invocation: Invocation, noHeaders: Bool) throws(Failure) {
        self.noHeaders = noHeaders
        if argument.isEmpty { throw Failure("custom-columns format specified but no custom columns given") }
        if format == "custom-columns-file" {
            let text: String
            do { text = String(decoding: try invocation.environment.files.read(argument), as: UTF8.self) } catch {
                throw Failure("error reading template \(argument), open \(argument): \(error.reason)\n")
            }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            guard lines.count >= 2 else {
                throw Failure("invalid format, expected 2 lines: header and paths")
            }
            let headers = lines[0].split(whereSeparator: \.isWhitespace).map(String.init)
            let paths = lines[1].split(whereSeparator: \.isWhitespace).map(String.init)
            if headers.count != paths.count {
                throw Failure("number of headers (\(headers.count)) and field specifications (\(paths.count)) don't match")
            }
            for (header, path) in zip(headers, paths) { try add(header, path) }
            return
        }
        for part in Self.split(argument) {
            guard let colon = part.firstIndex(of: ":") else {
                throw Failure("unexpected custom-columns spec: \(part), expected <header>:<json-path-expr>")
            }
            try add(String(part[..<colon]), String(part[part.index(after: colon)...]))
        }
    }

    /// Parts between commas that are not in brackets.
    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var depth = 0
        for letter in text {
            if letter == "[" || letter == "(" || letter == "{" { depth += 1 }
            if letter == "]" || letter == ")" || letter == "}" { depth -= 1 }
            if letter == ",", depth <= 0 {
                parts.append(current)
                current = ""
            } else {
                current.append(letter)
            }
        }
        return parts + [current]
    }

    private mutating func add(_ header: String, _ path: String) throws(Failure) {
        let relaxed = try relaxedPath(path)
        do { columns.append((header, try JSONPathTemplate(relaxed, allowsMissingKeys: true))) } catch { throw Failure(error.message) }
    }

    func text(_ objects: [Value]) -> String {
        var writer = TabWriter.table
        if !noHeaders { writer.write(columns.map(\.header).joined(separator: "\t") + "\n") }
        for object in objects { writer.write(row(object) + "\n") }
        return writer.flushed()
    }

    private func row(_ object: Value) -> String {
        columns.map { column in
            let values = ((try? column.path.results(object)) ?? []).flatMap { $0 }
            if values.isEmpty { return "<none>" }
            return values.map { $0.isNull ? "<none>" : goText($0) }.joined(separator: ",")
        }.joined(separator: "\t")
    }
}

/// A path as people write it, with or without braces and the first dot, as `{.path}`.
func relaxedPath(_ text: String) throws(Failure) -> String {
    if text.isEmpty { return text }
    var inner = Substring(text)
    if inner.hasPrefix("{"), inner.hasSuffix("}") { inner = inner.dropFirst().dropLast() }
    // A dot alone is a name of its own.
    if inner.hasPrefix("."), inner.utf8.count > 1 { inner = inner.dropFirst() }
    if inner.isEmpty || inner.contains(where: { $0 == "{" || $0 == "}" }) {
        throw Failure(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'")
    }
    return "{.\(inner)}"
}
