import KubernetesObjects

/// What is wrong with texts that should be addresses or ranges of them.
///
/// - Source: k8s.io/apimachinery `util/validation/ip.go`, v1.36, which holds what is written newly to the strict forms.
package enum IPText {
    static let message = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
    static let rangeMessage = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"

    /// Why a text is no address; nil when it is one.
    static func problem(address text: String) -> String? {
        guard IPAddress(loose: text) != nil else { return message }
        guard let address = IPAddress(text) else { return "must not have leading 0s" }
        return address.isIPv4Mapped ? "must not be an IPv4-mapped IPv6 address" : nil
    }

    /// Why a text is no range of addresses; nil when it is one.
    static func problem(range text: String) -> String? {
        guard IPBlock(loose: text) != nil else { return rangeMessage }
        guard let block = IPBlock(text) else { return "must not have leading 0s in IP or prefix length" }
        if block.address.isIPv4Mapped { return "must not have an IPv4-mapped IPv6 address" }
        return block.first == block.address ? nil : "must not have bits set beyond the prefix length"
    }

    /// Why an address is not written as new fields want it; nil when it is.
    static func problem(canonicalAddress text: String) -> String? {
        problem(address: text) ?? IPAddress(text).flatMap { $0.description == text ? nil : "must be in canonical form (\(goQuoted($0.description)))" }
    }

    /// Why a range is not written as new fields want it; nil when it is.
    static func problem(canonicalRange text: String) -> String? {
        problem(range: text) ?? IPBlock(text).flatMap { $0.description == text ? nil : "must be in canonical form (\(goQuoted($0.description)))" }
    }
}

extension FieldErrors {
    mutating func checkAddress(_ text: String, _ path: FieldPath) {
        if let problem = IPText.problem(address: text) { invalid(path, text, problem) }
    }

    mutating func checkRange(_ text: String, _ path: FieldPath) {
        if let problem = IPText.problem(range: text) { invalid(path, text, problem) }
    }
}
