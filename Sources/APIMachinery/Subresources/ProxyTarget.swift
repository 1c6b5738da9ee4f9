/// The name in a request to a proxy: `[SCHEME:]NAME[:PORT]`.
///
/// - Source: apimachinery `util/net.SplitSchemeNamePort`.
package struct ProxyTarget: Hashable, Sendable {
    package var scheme = ""
    package var name: String
    /// A number or a port's name; empty for the object's own first port.
    package var port = ""

    /// - Returns: nil for a text with too many parts, another scheme than http and https, or no name.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: name = parts[0]
        case 2:
            name = parts[0]
            port = parts[1]
        case 3:
            scheme = parts[0]
            name = parts[1]
            port = parts[2]
            guard ["", "http", "https"].contains(scheme) else { return nil }
        default: return nil
        }
        if name.isEmpty { return nil }
    }
}
