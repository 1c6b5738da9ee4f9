/// The rules for names, labels, keys and ports, with the messages that Kubernetes gives.
///
/// Every rule returns what is wrong with a text, nothing when it is right.
///
/// - Source: apimachinery `util/validation`, version 1.36.
public enum NameRules {
    // MARK: Messages

    public static func tooLong(_ limit: Int) -> String { "must be no more than \(limit) bytes" }
    public static let empty = "must be non-empty"
    public static func outOfRange(_ low: Int, _ high: Int) -> String { "must be between \(low) and \(high), inclusive" }

    /// A message with examples and the regular expression that a text has to match.
    public static func pattern(_ message: String, _ expression: String, _ examples: String...) -> String {
        if examples.isEmpty { return "\(message) (regex used for validation is '\(expression)')" }
        return "\(message) (e.g. " + examples.map { "'\($0)', " }.joined(separator: " or ") + "regex used for validation is '\(expression)')"
    }

    // MARK: DNS names

    static let labelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    static let subdomainPattern = labelPattern + "(\\." + labelPattern + ")*"

    /// The name of a namespace or a container.
    public static func dns1123Label(_ text: String) -> [String] {
        var problems = text.utf8.count > 63 ? [tooLong(63)] : []
        if !isLabel(text.utf8[...]) {
            problems.append(
                isSubdomain(text)
                    ? "must not contain dots"
                    : pattern(
                        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
                        labelPattern, "my-name", "123-abc"))
        }
        return problems
    }

    /// The name of most objects.
    public static func dns1123Subdomain(_ text: String) -> [String] {
        var problems = text.utf8.count > 253 ? [tooLong(253)] : []
        if !isSubdomain(text) {
            problems.append(
                pattern(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
                    subdomainPattern, "example.com"))
        }
        return problems
    }

    /// The name of a Service.
    public static func dns1035Label(_ text: String) -> [String] {
        var problems = text.utf8.count > 63 ? [tooLong(63)] : []
        if !(isLabel(text.utf8[...]) && text.utf8.first.map(isLower) ?? false) {
            problems.append(
                pattern(
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
                    "[a-z]([-a-z0-9]*[a-z0-9])?", "my-name", "abc-123"))
        }
        return problems
    }

    /// A host such as `*.example.com`.
    public static func wildcardDNS1123Subdomain(_ text: String) -> [String] {
        var problems = text.utf8.count > 253 ? [tooLong(253)] : []
        if !(text.hasPrefix("*.") && isSubdomain(String(text.dropFirst(2)))) {
            problems.append(
                pattern(
                    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
                    "\\*\\." + subdomainPattern, "*.example.com"))
        }
        return problems
    }

    /// A domain of at least three parts.
    public static func fullyQualifiedName(_ text: String) -> [String] {
        if text.isEmpty { return ["Required value"] }
        let problems = dns1123Subdomain(text)
        if !problems.isEmpty { return problems }
        return text.split(separator: ".").count < 3 ? ["should be a domain with at least three segments separated by dots"] : []
    }

    // MARK: Labels and keys

    static let qualifiedPattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
    private static let qualifiedProblem = pattern(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        qualifiedPattern, "MyName", "my.name", "123-abc")

    /// The key of a label or an annotation, the name of an extended resource: `example.com/name`.
    public static func qualifiedName(_ text: String) -> [String] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        var problems: [String] = []
        let name: Substring
        switch parts.count {
        case 1: name = parts[0]
        case 2:
            name = parts[1]
            problems += parts[0].isEmpty ? ["prefix part " + empty] : dns1123Subdomain(String(parts[0])).map { "prefix part " + $0 }
        default:
            return ["a qualified name " + qualifiedProblem + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
        }
        if name.isEmpty { problems.append("name part " + empty) } else if name.utf8.count > 63 { problems.append("name part " + tooLong(63)) }
        if !isQualified(name.utf8) { problems.append("name part " + qualifiedProblem) }
        return problems
    }

    public static func labelKey(_ text: String) -> [String] { qualifiedName(text) }

    /// An annotation's key may also have capital letters in its prefix.
    public static func annotationKey(_ text: String) -> [String] { qualifiedName(text.lowercased()) }

    public static func labelValue(_ text: String) -> [String] {
        var problems = text.utf8.count > 63 ? [tooLong(63)] : []
        if !text.isEmpty, !isQualified(text.utf8) {
            problems.append(
                pattern(
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
                    "(\(qualifiedPattern))?", "MyValue", "my_value", "12345"))
        }
        return problems
    }

    /// A key of a ConfigMap or a Secret.
    public static func configMapKey(_ text: String) -> [String] {
        var problems = text.utf8.count > 253 ? [tooLong(253)] : []
        if text.isEmpty || !text.utf8.allSatisfy(isQualifiedByte) {
            problems.append(
                pattern(
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", "[-._a-zA-Z0-9]+", "key.name", "KEY_NAME",
                    "key-name"))
        }
        return problems + dotNames(text)
    }

    private static func dotNames(_ text: String) -> [String] {
        switch text {
        case ".": ["must not be '.'"]
        case "..": ["must not be '..'"]
        default: text.hasPrefix("..") ? ["must not start with '..'"] : []
        }
    }

    // MARK: Variables

    public static func cIdentifier(_ text: String) -> [String] {
        let isValid =
            text.utf8.first.map { isLetter($0) || $0 == UInt8(ascii: "_") } ?? false
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
        return isValid
            ? []
            : [
                pattern(
                    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
                    "[A-Za-z_][A-Za-z0-9_]*", "my_name", "MY_NAME", "MyName")
            ]
    }

    /// The name of an environment variable as it was required before version 1.34, and still is where a shell reads it.
    public static func strictEnvironmentName(_ text: String) -> [String] {
        var problems: [String] = []
        if text.isEmpty || !text.utf8.allSatisfy(isQualifiedByte) || isDigit(text.utf8.first ?? 0x30) {
            problems.append(
                pattern(
                    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
                    "[-._a-zA-Z][-._a-zA-Z0-9]*", "my.env-name", "MY_ENV.NAME", "MyEnvName1"))
        }
        return problems + dotNames(text)
    }

    /// The name of an environment variable: printable ASCII without `=`.
    public static func environmentName(_ text: String) -> [String] {
        if text.isEmpty { return ["environment variable name " + empty] }
        return text.utf8.allSatisfy { $0 >= 0x20 && $0 <= 0x7E && $0 != UInt8(ascii: "=") }
            ? [] : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
    }

    // MARK: Ports and numbers

    public static func portNumber(_ port: Int) -> [String] { (1...65535).contains(port) ? [] : [outOfRange(1, 65535)] }

    /// The name of a port: at most 15 letters, digits and single hyphens, with a letter among them.
    public static func portName(_ text: String) -> [String] {
        var problems: [String] = []
        let bytes = Array(text.utf8)
        if bytes.count > 15 { problems.append(tooLong(15)) }
        if bytes.isEmpty || !bytes.allSatisfy({ isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }) {
            problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !bytes.contains(where: isLower) { problems.append("must contain at least one letter (a-z)") }
        if zip(bytes, bytes.dropFirst()).contains(where: { $0 == UInt8(ascii: "-") && $1 == UInt8(ascii: "-") }) {
            problems.append("must not contain consecutive hyphens")
        }
        if let first = bytes.first, let last = bytes.last, first == UInt8(ascii: "-") || last == UInt8(ascii: "-") {
            problems.append("must not begin or end with a hyphen")
        }
        return problems
    }

    public static func userID(_ id: Int) -> [String] { (0...2_147_483_647).contains(id) ? [] : [outOfRange(0, 2_147_483_647)] }

    public static func percent(_ text: String) -> [String] {
        text.utf8.count > 1 && text.hasSuffix("%") && text.utf8.dropLast().allSatisfy(isDigit)
            ? [] : [pattern("a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", "1%", "93%")]
    }

    public static func httpHeaderName(_ text: String) -> [String] {
        !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            ? [] : [pattern("a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+", "X-Header-Name")]
    }

    /// A name that becomes a part of a URL's path, such as that of a ClusterRole.
    public static func pathSegment(_ text: String) -> [String] {
        if text == "." || text == ".." { return ["may not be '\(text)'"] }
        return [UInt8(ascii: "/"), UInt8(ascii: "%")].compactMap { byte in
            text.utf8.contains(byte) ? "may not contain '\(Character(Unicode.Scalar(byte)))'" : nil
        }
    }

    /// The beginning of a generated name: like a name, but it may end in hyphens.
    public static func prefix(_ text: String, of rule: (String) -> [String]) -> [String] {
        guard text.hasSuffix("-"), text.utf8.count > 1 else { return rule(text) }
        return rule(String(text.dropLast()) + "a")
    }

    // MARK: Matching

    private static func isLower(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
    private static func isQualifiedByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }

    private static func isQualified(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last) && bytes.allSatisfy(isQualifiedByte)
    }

    static func isLabel(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        return (isLower(first) || isDigit(first)) && (isLower(last) || isDigit(last))
            && bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    static func isSubdomain(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }
}
