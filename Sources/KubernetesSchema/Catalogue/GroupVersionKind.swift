/// A kind of a group in one version.
package struct GroupVersionKind: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var group: String
    package var version: String
    package var kind: String

    package init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// Reads an object's `apiVersion` and `kind`; anything after a second slash counts to the version.
    package init(apiVersion: String, kind: String) {
        if let slash = apiVersion.firstIndex(of: "/") {
            group = String(apiVersion[..<slash])
            version = String(apiVersion[apiVersion.index(after: slash)...])
        } else {
            group = ""
            version = apiVersion
        }
        self.kind = kind
    }

    /// Reads `v1/Pod` or `apps/v1/Deployment`; nil for any other shape.
    package init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 2: self.init(group: "", version: parts[0], kind: parts[1])
        case 3: self.init(group: parts[0], version: parts[1], kind: parts[2])
        default: return nil
        }
    }

    /// `v1`, or `apps/v1`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `apps/v1, Kind=Deployment`, as Go prints it.
    package var description: String { "\(group)/\(version), Kind=\(kind)" }

    package static func < (left: GroupVersionKind, right: GroupVersionKind) -> Bool {
        (left.group, left.version, left.kind) < (right.group, right.version, right.kind)
    }
}
