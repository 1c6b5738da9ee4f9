/// How a word that a person types finds a resource: `deploy`, `Deployment`, `deployments.apps`, `deployments.v1.apps`.
///
/// - Source: client-go's shortcut expander, deferred discovery mapper and priority mapper, as kubectl stacks them.
extension Catalogue {
    /// The resource that a typed word means, or nil.
    ///
    /// - Order: an exact plural or singular wins over a short name; among groups, discovery order decides,
    ///   among versions the preferred one. A group may be cut short (`ingress.networking`).
    package func lookUp(_ typed: String) -> ResourceType? {
        let parts = typed.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 3, let found = match(parts[0], group: parts[2], version: parts[1]) { return found }
        guard let dot = typed.firstIndex(of: ".") else { return match(typed, group: "", version: nil) }
        return match(String(typed[..<dot]), group: String(typed[typed.index(after: dot)...]), version: nil)
    }

    private func match(_ word: String, group: String, version: String?) -> ResourceType? {
        let word = word.lowercased()
        let candidates = resources.filter { version == nil || $0.version == version }
        func best(_ test: (ResourceType) -> Bool) -> ResourceType? {
            if group.isEmpty, version != nil { return candidates.first { $0.group.isEmpty && test($0) } }
            if group.isEmpty { return candidates.first(where: test) }
            return candidates.first { $0.group == group && test($0) } ?? candidates.first { $0.group.hasPrefix(group) && test($0) }
        }
        return best { $0.plural == word || $0.singular == word } ?? best { $0.shortNames.contains(word) }
    }

    /// The resource of a kind when only the kind, or kind and group, is known: the preferred version's.
    package func resource(kind: String, group: String) -> ResourceType? {
        resources.first { $0.group == group && $0.kind == kind }
    }
}
