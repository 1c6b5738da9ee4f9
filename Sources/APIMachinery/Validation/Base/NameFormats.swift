import KubernetesObjects

/// The formats of names, labels, keys and ports, with the messages of those that do not fit.
///
/// Each function gives the messages; none means that the text is right.
///
/// - Source: k8s.io/apimachinery `util/validation`, v1.36.
package enum NameFormats {
    static let label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    static let subdomain = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
    static let labelMessage =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '\(label)')"
    static let subdomainMessage =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '\(subdomain)')"
    static let dns1035Message =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
    static let qualifiedNameRegex =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    static let labelValueMessage =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    static let wildcardMessage =
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.\(subdomain)')"
    static let configKeyMessage =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
    static let percentMessage =
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
    static let headerMessage =
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"
    static let identifierMessage =
        "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"

    static func tooLong(_ count: Int) -> String { "must be no more than \(count) bytes" }
    static let empty = "must be non-empty"
    static let portNumber = "must be between 1 and 65535, inclusive"

    // MARK: Characters

    @inline(__always) static func isLower(_ byte: UInt8) -> Bool { byte >= 97 && byte <= 122 }
    @inline(__always) static func isUpper(_ byte: UInt8) -> Bool { byte >= 65 && byte <= 90 }
    @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    @inline(__always) static func isAlphanumeric(_ byte: UInt8) -> Bool { isLower(byte) || isUpper(byte) || isDigit(byte) }

    /// Whether bytes are `[a-z0-9]([-a-z0-9]*[a-z0-9])?`.
    static func isLabel(_ bytes: some Collection<UInt8>) -> Bool {
        var last: UInt8 = 45
        var first = true
        for byte in bytes {
            guard isLower(byte) || isDigit(byte) || (byte == 45 && !first) else { return false }
            first = false
            last = byte
        }
        return last != 45
    }

    static func isSubdomain(_ text: String) -> Bool {
        for part in text.utf8.split(separator: 46, omittingEmptySubsequences: false) where !isLabel(part) { return false }
        return true
    }

    // MARK: Names

    package static func dns1123Label(_ text: String) -> [String] {
        var messages: [String] = []
        if text.utf8.count > 63 { messages.append(tooLong(63)) }
        if !isLabel(text.utf8) { messages.append(isSubdomain(text) ? "must not contain dots" : labelMessage) }
        return messages
    }

    package static func dns1123Subdomain(_ text: String) -> [String] {
        var messages: [String] = []
        if text.utf8.count > 253 { messages.append(tooLong(253)) }
        if !isSubdomain(text) { messages.append(subdomainMessage) }
        return messages
    }

    private static let underscoredLabel = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
    static let underscoredMessage =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '\(underscoredLabel)(\\.\(underscoredLabel))*')"

    /// A subdomain whose labels may have underscores, and begin with one, as names of services in DNS do.
    package static func underscoredSubdomain(_ text: String) -> [String] {
        var messages: [String] = []
        if text.utf8.count > 253 { messages.append(tooLong(253)) }
        let underscore = UInt8(ascii: "_")
        let isRight = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            let inner = label.first == underscore ? label.dropFirst() : label[...]
            guard let first = inner.first, let last = inner.last else { return false }
            let ends = [first, last].allSatisfy { isLower($0) || isDigit($0) }
            return ends && inner.allSatisfy { isLower($0) || isDigit($0) || $0 == underscore || $0 == UInt8(ascii: "-") }
        }
        if !isRight { messages.append(underscoredMessage) }
        return messages
    }

    package static func dns1035Label(_ text: String) -> [String] {
        var messages: [String] = []
        if text.utf8.count > 63 { messages.append(tooLong(63)) }
        if !isLabel(text.utf8) || !(text.utf8.first.map(isLower) ?? false) { messages.append(dns1035Message) }
        return messages
    }

    package static func wildcardSubdomain(_ text: String) -> [String] {
        var messages: [String] = []
        if text.utf8.count > 253 { messages.append(tooLong(253)) }
        if !text.hasPrefix("*.") || !isSubdomain(String(text.dropFirst(2))) { messages.append(wildcardMessage) }
        return messages
    }

    package static func qualifiedName(_ text: String) -> [String] {
        let parts = text.utf8.split(separator: 47, omittingEmptySubsequences: false)
        var messages: [String] = []
        let name: Substring.UTF8View
        switch parts.count {
        case 1: name = parts[0]
        case 2:
            let prefix = String(parts[0]) ?? ""
            if prefix.isEmpty {
                messages.append("prefix part \(empty)")
            } else {
                messages += dns1123Subdomain(prefix).map { "prefix part \($0)" }
            }
            name = parts[1]
        default:
            return ["a qualified name \(qualifiedNameRegex) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
        }
        if name.isEmpty { messages.append("name part \(empty)") } else if name.count > 63 { messages.append("name part \(tooLong(63))") }
        if !isQualifiedPart(name) { messages.append("name part \(qualifiedNameRegex)") }
        return messages
    }

    /// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`.
    static func isQualifiedPart(_ bytes: some Collection<UInt8>) -> Bool {
        var last: UInt8 = 45
        var first = true
        for byte in bytes {
            guard isAlphanumeric(byte) || (!first && (byte == 45 || byte == 95 || byte == 46)) else { return false }
            first = false
            last = byte
        }
        return isAlphanumeric(last)
    }

    package static func labelValue(_ text: String) -> [String] {
        var messages: [String] = []
        if text.utf8.count > 63 { messages.append(tooLong(63)) }
        if !text.isEmpty, !isQualifiedPart(text.utf8) { messages.append(labelValueMessage) }
        return messages
    }

    // MARK: Ports and keys

    package static func portName(_ text: String) -> [String] {
        var messages: [String] = []
        let bytes = Array(text.utf8)
        if bytes.count > 15 { messages.append(tooLong(15)) }
        if bytes.isEmpty || !bytes.allSatisfy({ isLower($0) || isDigit($0) || $0 == 45 }) {
            messages.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !bytes.contains(where: isLower) { messages.append("must contain at least one letter (a-z)") }
        if zip(bytes, bytes.dropFirst()).contains(where: { $0 == 45 && $1 == 45 }) {
            messages.append("must not contain consecutive hyphens")
        }
        if bytes.first == 45 || bytes.last == 45 { messages.append("must not begin or end with a hyphen") }
        return messages
    }

    package static func configKey(_ text: String) -> [String] {
        var messages: [String] = []
        if text.utf8.count > 253 { messages.append(tooLong(253)) }
        if text.isEmpty || !text.utf8.allSatisfy({ isAlphanumeric($0) || $0 == 45 || $0 == 46 || $0 == 95 }) {
            messages.append(configKeyMessage)
        }
        if text == "." {
            messages.append("must not be '.'")
        } else if text == ".." {
            messages.append("must not be '..'")
        } else if text.hasPrefix("..") {
            messages.append("must not start with '..'")
        }
        return messages
    }

    package static func environmentName(_ text: String) -> [String] {
        if text.isEmpty { return ["environment variable name \(empty)"] }
        return text.utf8.allSatisfy { $0 >= 32 && $0 < 127 && $0 != 61 }
            ? [] : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
    }

    package static func headerName(_ text: String) -> [String] {
        !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 45 } ? [] : [headerMessage]
    }

    package static func isPercent(_ text: String) -> Bool {
        text.hasSuffix("%") && text.utf8.count > 1 && text.utf8.dropLast().allSatisfy(isDigit)
    }

    package static func cIdentifier(_ text: String) -> [String] {
        guard let first = text.utf8.first, isLower(first) || isUpper(first) || first == 95,
            text.utf8.allSatisfy({ isAlphanumeric($0) || $0 == 95 })
        else { return [identifierMessage] }
        return []
    }

    /// A name that is one segment of a URL's path.
    package static func pathSegment(_ text: String) -> [String] {
        if text == "." || text == ".." { return ["may not be '\(text)'"] }
        var messages: [String] = []
        for illegal in ["/", "%"] where text.contains(illegal) { messages.append("may not contain '\(illegal)'") }
        return messages
    }
}

/// Says what is wrong with a name; `isPrefix` for `generateName`.
typealias NameRule = @Sendable (_ name: String, _ isPrefix: Bool) -> [String]

extension NameFormats {
    /// A prefix may end in a dash, which the random suffix follows.
    private static func withoutTrailingDash(_ name: String) -> String {
        name.utf8.count > 1 && name.hasSuffix("-") ? String(name.dropLast()) + "a" : name
    }

    static let subdomainRule: NameRule = { dns1123Subdomain($1 ? withoutTrailingDash($0) : $0) }
    static let labelRule: NameRule = { dns1123Label($1 ? withoutTrailingDash($0) : $0) }
    static let dns1035Rule: NameRule = { dns1035Label($1 ? withoutTrailingDash($0) : $0) }
    static let pathSegmentRule: NameRule = { pathSegment($1 && $0.hasSuffix("-") ? String($0.dropLast()) : $0) }
}
