/// The name of an image, taken apart.
///
/// | written | registry | repository | tag |
/// |---|---|---|---|
/// | `nginx` | `docker.io` | `library/nginx` | `latest` |
/// | `grafana/grafana:11.0` | `docker.io` | `grafana/grafana` | `11.0` |
/// | `public.ecr.aws/nginx/nginx@sha256:…` | `public.ecr.aws` | `nginx/nginx` | (digest) |
///
/// - Source: distribution/reference, as containerd and kubelet use it.
package struct ImageReference: Hashable, Sendable {
    package var registry: String
    package var repository: String
    package var tag: String
    package var digest: String

    /// Why a name cannot be read.
    package struct Invalid: Error, Hashable, Sendable { package var reason: String }

    package init(_ text: String) throws(Invalid) {
        var rest = text
        digest = ""
        if let at = rest.firstIndex(of: "@") {
            digest = String(rest[rest.index(after: at)...])
            rest = String(rest[..<at])
            guard digest.hasPrefix("sha256:"), digest.utf8.count == 71 else { throw Invalid(reason: "invalid reference format") }
        }
        tag = ""
        let slash = rest.lastIndex(of: "/")
        if let colon = rest.lastIndex(of: ":"), slash == nil || colon > slash! {
            tag = String(rest[rest.index(after: colon)...])
            rest = String(rest[..<colon])
            let isWord = tag.utf8.allSatisfy { Self.isAlphanumeric($0) || $0 == 95 || $0 == 45 || $0 == 46 }
            guard isWord, (1...128).contains(tag.utf8.count), let first = tag.utf8.first, first != 45, first != 46 else {
                throw Invalid(reason: "invalid reference format")
            }
        }
        if tag.isEmpty, digest.isEmpty { tag = "latest" }
        registry = "docker.io"
        if let first = rest.firstIndex(of: "/") {
            let head = String(rest[..<first])
            if head.contains(".") || head.contains(":") || head == "localhost" {
                registry = head
                rest = String(rest[rest.index(after: first)...])
            }
        }
        if registry == "docker.io", !rest.contains("/") { rest = "library/" + rest }
        if rest != rest.lowercased() {
            throw Invalid(reason: "invalid reference format: repository name (\(rest)) must be lowercase")
        }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        for part in parts {
            let isName = part.utf8.allSatisfy { Self.isAlphanumeric($0) || $0 == 95 || $0 == 45 || $0 == 46 }
            guard isName, let first = part.utf8.first, let last = part.utf8.last, Self.isAlphanumeric(first), Self.isAlphanumeric(last) else {
                throw Invalid(reason: "invalid reference format")
            }
        }
        repository = rest
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte) }

    /// `docker.io/library/nginx:1.27`
    package var full: String { "\(registry)/\(repository)" + (digest.isEmpty ? ":\(tag)" : "@\(digest)") }

    /// The repository without the registry's own prefix: `nginx`, `grafana/grafana`.
    package var familiar: String { repository.hasPrefix("library/") ? String(repository.dropFirst(8)) : repository }

    /// The last part: `nginx`.
    package var shortName: String { repository.split(separator: "/").last.map(String.init) ?? repository }
}
