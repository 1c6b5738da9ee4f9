import KubernetesObjects

/// The string formats that CRD schemas may ask for; a format that is not known accepts anything.
///
/// - Source: kube-openapi `pkg/validation/strfmt`. Differs: `uri` and `email` are checked for shape only.
enum ValueFormat {
    static func accepts(_ text: String, format: String) -> Bool {
        switch format {
        case "date-time", "datetime": isDateTime(text)
        case "date": isDate(text)
        case "ipv4": IPAddress(text)?.isIPv4 == true
        case "ipv6": IPAddress(text)?.isIPv4 == false
        case "cidr": IPBlock(text) != nil
        case "uuid", "uuid3", "uuid4", "uuid5": isUUID(text)
        case "byte": Base64.decode(text) != nil
        case "hostname": isHostname(text)
        case "email": text.split(separator: "@", omittingEmptySubsequences: false).count == 2 && !text.hasPrefix("@") && !text.hasSuffix("@")
        case "uri": text.contains(":") && !text.hasPrefix(":")
        case "mac": isMAC(text)
        case "hexcolor": isHexColor(text)
        case "duration": isDuration(text)
        default: true
        }
    }

    private static func isDateTime(_ text: String) -> Bool {
        do throws(GoTime.Failure) {
            _ = try GoTime.normalized(text.uppercased(), microseconds: false)
            return true
        } catch {
            return false
        }
    }

    private static func isDate(_ text: String) -> Bool { text.utf8.count == 10 && isDateTime(text + "T00:00:00Z") }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    private static func isUUID(_ text: String) -> Bool {
        let compact = text.utf8.filter { $0 != UInt8(ascii: "-") }
        return compact.count == 32 && compact.allSatisfy(isHexDigit)
    }

    private static func isHostname(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 255 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { isHexDigit($0) || (97...122).contains($0) || (65...90).contains($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isMAC(_ text: String) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        return [6, 8, 20].contains(parts.count) && parts.allSatisfy { $0.utf8.count == 2 && $0.utf8.allSatisfy(isHexDigit) }
    }

    private static func isHexColor(_ text: String) -> Bool {
        let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
        return (digits.utf8.count == 3 || digits.utf8.count == 6) && digits.utf8.allSatisfy(isHexDigit)
    }

    /// Go's durations, `1h30m`.
    private static func isDuration(_ text: String) -> Bool {
        var rest = Substring(text)
        if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
        if rest == "0" { return true }
        guard !rest.isEmpty else { return false }
        while !rest.isEmpty {
            let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            guard number.contains(where: { $0 != "." }) else { return false }
            rest = rest.dropFirst(number.count)
            guard let unit = ["ns", "us", "µs", "ms", "s", "m", "h"].first(where: { rest.hasPrefix($0) }) else { return false }
            rest = rest.dropFirst(unit.count)
        }
        return true
    }
}
