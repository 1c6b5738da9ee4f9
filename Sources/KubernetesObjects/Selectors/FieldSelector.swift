/// Which values the fields of an object must have: `status.phase=Running,spec.nodeName!=node-1`.
public struct FieldSelector: Hashable, Sendable {
    public struct Requirement: Hashable, Sendable {
        public var field: String
        public var value: String
        public var isNegated: Bool

        public init(field: String, value: String, isNegated: Bool = false) {
            self.field = field
            self.value = value
            self.isNegated = isNegated
        }
    }

    public var requirements: [Requirement]

    public init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    public static let everything = FieldSelector()

    public var isEmpty: Bool { requirements.isEmpty }

    /// Whether every requirement holds; `value` gives a field's text, the empty one where the field is absent.
    public func matches(_ value: (String) -> String) -> Bool {
        requirements.allSatisfy { (value($0.field) == $0.value) != $0.isNegated }
    }

    /// The value that a field must have, if the selector says so: for indexes such as `spec.nodeName`.
    public func required(_ field: String) -> String? { requirements.first { $0.field == field && !$0.isNegated }?.value }

    /// Reads a selector; `\` before `,`, `=` or `\` takes them literally.
    public init(parsing text: String) throws(SelectorError) {
        requirements = []
        for term in Self.terms(text) where !term.isEmpty {
            guard let (field, operation, value) = Self.split(term) else {
                throw SelectorError("invalid selector: '\(text)'; can't understand '\(term)'")
            }
            requirements.append(Requirement(field: field, value: try Self.unescaped(value), isNegated: operation == "!="))
        }
    }

    private static func terms(_ text: String) -> [String] {
        var terms: [String] = []
        var current = ""
        var isEscaped = false
        for character in text.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," {
                terms.append(current)
                current = ""
                continue
            }
            current.unicodeScalars.append(character)
        }
        terms.append(current)
        return terms
    }

    private static func split(_ term: String) -> (String, String, String)? {
        var index = term.startIndex
        while index < term.endIndex {
            for operation in ["!=", "==", "="] where term[index...].hasPrefix(operation) {
                return (String(term[..<index]), operation, String(term[index...].dropFirst(operation.count)))
            }
            index = term.index(after: index)
        }
        return nil
    }

    private static func unescaped(_ value: String) throws(SelectorError) -> String {
        guard value.unicodeScalars.contains(where: { $0 == "\\" || $0 == "," || $0 == "=" }) else { return value }
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in value.unicodeScalars {
            if isEscaped {
                guard scalar == "\\" || scalar == "," || scalar == "=" else {
                    throw SelectorError("invalid field selector: invalid escape sequence: \\\(scalar)")
                }
                result.append(scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "," || scalar == "=" {
                throw SelectorError("invalid field selector: unescaped character in value: \(scalar.value)")
            } else {
                result.append(scalar)
            }
        }
        if isEscaped { throw SelectorError("invalid field selector: invalid escape sequence: \\") }
        return String(result)
    }
}

extension FieldSelector: CustomStringConvertible {
    /// The canonical text.
    public var description: String {
        requirements.map { requirement in
            var escaped = ""
            for scalar in requirement.value.unicodeScalars {
                if scalar == "\\" || scalar == "," || scalar == "=" { escaped += "\\" }
                escaped.unicodeScalars.append(scalar)
            }
            return requirement.field + (requirement.isNegated ? "!=" : "=") + escaped
        }.joined(separator: ",")
    }
}
