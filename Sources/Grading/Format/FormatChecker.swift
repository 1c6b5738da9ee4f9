import KubernetesObjects

/// Looks a document over against a format's table and lists what is wrong, each problem with its place.
package struct FormatChecker {
    package let table: FormatTable
    /// Where the value at a path stands.
    let position: ([PathStep]) -> FilePosition
    package private(set) var problems: [FormatProblem] = []

    package init(table: FormatTable, position: @escaping ([PathStep]) -> FilePosition) {
        self.table = table
        self.position = position
    }

    /// Checks a document from its root.
    package mutating func check(_ document: Value) { check(document, .object(table.root), at: []) }

    private mutating func complain(_ path: [PathStep], _ message: String) {
        problems.append(FormatProblem(position(path), message))
    }

    private mutating func check(_ value: Value, _ shape: FieldShape, at path: [PathStep]) {
        guard problems.count < 50 else { return }
        switch shape {
        case .anything: return
        case .string:
            if value.stringValue == nil { mismatch(value, shape, path) }
        case .text:
            guard value.stringValue == nil else { return }
            guard let fields = value.fields, !fields.isEmpty else { return mismatch(value, .either([.string, .map(.string)]), path) }
            for (language, text) in fields {
                if !Language.isCode(language) { complain(path + [.key(language)], "'\(language)' is not a language code such as en or ko.") }
                if text.stringValue == nil { mismatch(text, .string, path + [.key(language)]) }
            }
        case .integer(let range):
            guard case .int(let number) = value else { return mismatch(value, shape, path) }
            if number < range.lowerBound || number > range.upperBound {
                complain(path, "\(number) is out of range: \(name(path)) goes from \(range.lowerBound) to \(range.upperBound).")
            }
        case .number:
            if value.doubleValue == nil { mismatch(value, shape, path) }
        case .bool:
            if value.boolValue == nil { mismatch(value, shape, path) }
        case .duration:
            guard let text = value.stringValue, LabDuration.parse(text) != nil else { return mismatch(value, shape, path) }
        case .word(let words):
            guard let text = value.stringValue else { return mismatch(value, shape, path) }
            if !words.contains(text) {
                let near = NearestName.of(text, among: words).map { " Did you mean '\($0)'?" } ?? ""
                complain(path, "'\(text)' is not a \(name(path)); it is one of \(words.joined(separator: ", ")).\(near)")
            }
        case .list(let element):
            guard case .array(let elements) = value else { return mismatch(value, shape, path) }
            for (index, item) in elements.enumerated() { check(item, element, at: path + [.index(index)]) }
        case .map(let element):
            guard let fields = value.fields else { return mismatch(value, shape, path) }
            for (key, item) in fields { check(item, element, at: path + [.key(key)]) }
        case .tree:
            if value.fields == nil { mismatch(value, shape, path) }
        case .either(let shapes):
            guard let fitting = shapes.first(where: { Self.fits(value, $0) }) else { return mismatch(value, shape, path) }
            check(value, fitting, at: path)
        case .object(let name):
            guard let fields = value.fields else { return mismatch(value, shape, path) }
            check(fields, table[name], at: path)
        }
    }

    private mutating func check(_ fields: Fields, _ type: TypeSpec, at path: [PathStep]) {
        for (key, value) in fields {
            guard let field = type.field(key) else {
                let near = NearestName.of(key, among: type.fields.map(\.name))
                let advice = near.map { "Did you mean '\($0)'?" } ?? "Known are \(type.fields.map(\.name).joined(separator: ", "))."
                complain(path + [.key(key)], "unknown field '\(key)' in \(owner(path)). \(advice)")
                continue
            }
            check(value, field.shape, at: path + [.key(key)])
        }
        for field in type.fields where field.isRequired && !fields.contains(field.name) {
            complain(path, "\(owner(path)) has no '\(field.name)': \(field.about)")
        }
        let present = type.exactlyOne.filter { fields.contains($0) }
        if !type.exactlyOne.isEmpty, present.count != 1 {
            let choice = type.exactlyOne.joined(separator: ", ")
            complain(
                path,
                present.isEmpty
                    ? "\(owner(path)) asserts nothing: give exactly one of \(choice)."
                    : "\(owner(path)) has \(present.joined(separator: " and ")); give exactly one of \(choice).")
        }
        for group in type.atMostOne {
            let present = group.filter { fields.contains($0) }
            if present.count > 1 { complain(path, "\(owner(path)) has \(present.joined(separator: " and ")); give one of them.") }
        }
    }

    private mutating func mismatch(_ value: Value, _ shape: FieldShape, _ path: [PathStep]) {
        let found: String
        switch value {
        case .null: found = "nothing"
        case .bool(let flag): found = "\(flag)"
        case .int(let number): found = "\(number)"
        case .number(let literal): found = literal.text
        case .string(let text): found = "'\(text.prefix(40))'"
        case .array: found = "a list"
        case .object: found = "a map"
        }
        complain(path, "\(name(path)) must be \(shape.words), not \(found).")
    }

    private static func fits(_ value: Value, _ shape: FieldShape) -> Bool {
        switch shape {
        case .string, .duration, .word: value.stringValue != nil
        case .text: value.stringValue != nil || value.fields != nil
        case .integer: if case .int = value { true } else { false }
        case .number: value.doubleValue != nil
        case .bool: value.boolValue != nil
        case .list: value.arrayValue != nil
        case .map, .object, .tree: value.fields != nil
        case .anything: true
        case .either(let shapes): shapes.contains { fits(value, $0) }
        }
    }

    private func name(_ path: [PathStep]) -> String { path.isEmpty ? "the document" : ValuePath.text(path) }
    private func owner(_ path: [PathStep]) -> String { path.isEmpty ? "the lab" : ValuePath.text(path) }
}

/// A step on the way to a value in a tree.
package typealias PathStep = ValuePath.Step

extension ValuePath {
    /// `spec.ports[0].port`.
    static func text(_ path: [PathStep]) -> String { ValuePath(path).description }
}

/// Durations as labs write them: `500ms`, `90s`, `1m30s`, `2h`.
package enum LabDuration {
    /// - Bounds: up to 1000 hours; nil for anything else.
    package static func parse(_ text: String) -> Duration? {
        var rest = text[...]
        var total = 0
        if rest.isEmpty { return nil }
        if rest == "0" { return .zero }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(digits), number < 1_000_000_000 else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            switch unit {
            case "ms": total += number
            case "s": total += number * 1000
            case "m": total += number * 60_000
            case "h": total += number * 3_600_000
            default: return nil
            }
            guard total <= 3_600_000_000 else { return nil }
        }
        return .milliseconds(total)
    }

    /// `1m30s`; fractions of a second only when there are some.
    package static func text(_ duration: Duration) -> String {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        if milliseconds == 0 { return "0s" }
        var text = ""
        let hours = milliseconds / 3_600_000
        let minutes = milliseconds / 60_000 % 60
        let seconds = milliseconds / 1000 % 60
        let fraction = milliseconds % 1000
        if hours > 0 { text += "\(hours)h" }
        if minutes > 0 { text += "\(minutes)m" }
        if fraction > 0 {
            let digits = "\(fraction)"
            text += "\(seconds)." + String(repeating: "0", count: 3 - digits.count) + digits + "s"
        } else if seconds > 0 {
            text += "\(seconds)s"
        }
        return text
    }
}

/// Languages of texts.
package enum Language {
    /// Whether a word is a language code: `en`, `ko`, `pt-BR`.
    package static func isCode(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.utf8.count), first.allSatisfy({ $0.isASCII && $0.isLowercase }) else { return false }
        return parts.dropFirst().allSatisfy { (2...8).contains($0.utf8.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } }
    }
}

/// A text in one or more languages.
package struct LocalizedText: Hashable, Sendable {
    /// By language; the empty language stands for a text that was given without one.
    package var texts: [String: String]

    package init(_ text: String = "") { texts = text.isEmpty ? [:] : ["": text] }

    package init(_ value: Value?) {
        texts = [:]
        if let text = value?.stringValue {
            texts = ["": text]
        } else if let fields = value?.fields {
            for (language, text) in fields { texts[language] = text.stringValue ?? "" }
        }
    }

    package var isEmpty: Bool { texts.isEmpty }

    /// The text in a language, else in English, else in the first language there is.
    package subscript(language: String) -> String {
        texts[language] ?? texts[String(language.prefix { $0 != "-" })] ?? texts[""] ?? texts["en"] ?? texts.sorted { $0.key < $1.key }.first?.value ?? ""
    }

    /// Whether it can be read in a language.
    package func has(_ language: String) -> Bool { texts[language] != nil || texts[""] != nil }
}
