import Glibc

/// Where files came from, as a receipt names it.
package struct Provenance: Sendable, Hashable {
    /// The path or URL as it was given.
    package var location: String
    /// The commit in full; nil for a folder that no repository holds, or one without commits.
    package var commit: String?
    /// The branch, tag or revision that was asked for, or the branch the work tree is on.
    package var reference: String?
    /// Whether the files differ from the commit.
    package var isDirty: Bool

    package init(location: String, commit: String? = nil, reference: String? = nil, isDirty: Bool = false) {
        self.location = location
        self.commit = commit
        self.reference = reference
        self.isDirty = isDirty
    }
}

/// A source together with where it came from.
package struct LocatedSource: Sendable {
    package var source: any FileSource
    package var provenance: Provenance
    /// Keeps the copy of a remote repository for as long as it is read.
    private var clone: GitClone?

    package init(source: any FileSource, provenance: Provenance) {
        self.source = source
        self.provenance = provenance
    }

    init(source: any FileSource, provenance: Provenance, clone: GitClone) {
        self.init(source: source, provenance: provenance)
        self.clone = clone
    }
}

/// Opens what a person names: a folder, a repository, a URL, each with a revision or without.
package struct SourceLocator: Sendable {
    package var limits: SourceLimits
    /// Where copies of remote repositories are kept while they are read.
    package var temporaryFolder: String
    /// False leaves out asking git for the revision of a work tree.
    package var readsProvenance = true

    package init(limits: SourceLimits = .standard, temporaryFolder: String = "/tmp") {
        self.limits = limits
        self.temporaryFolder = temporaryFolder
    }

    /// Opens `PATH`, `PATH@REV`, `URL` or `URL@REV`.
    ///
    /// A revision in `reference` counts for all of them; one after `@` goes before it.
    package func open(_ text: String, reference: String? = nil) throws(SourceError) -> LocatedSource {
        let (location, revision) = Self.split(text)
        let wanted = revision ?? reference
        if let wanted, wanted.isEmpty {
            throw SourceError(.noSuchRevision, "'\(text)' names no revision after '@'. Write PATH@REV, such as .@main.")
        }
        if location.hasPrefix("file://") { return try open(path: String(location.dropFirst(7)), shown: location, revision: wanted) }
        if location.contains("://") {
            let clone = try GitClone(from: location, in: temporaryFolder)
            return try tree(of: clone.repository, folder: "", shown: location, revision: wanted, clone: clone)
        }
        return try open(path: location, shown: location, revision: wanted)
    }

    private func open(path: String, shown: String, revision: String?) throws(SourceError) -> LocatedSource {
        guard let real = WorkTreeSource.realPath(path) else {
            // The folder may be there at the revision and not in the work tree.
            if let revision { return try openMissing(path: path, shown: shown, revision: revision) }
            throw SourceError(.missing, "There is no folder \(shown). Check the path.")
        }
        if let repository = GitRepository.at(real), repository.isBare {
            return try tree(of: repository, folder: "", shown: shown, revision: revision)
        }
        if let revision {
            let repository = try GitRepository.holding(real)
            return try tree(of: repository, folder: try inside(repository, real), shown: shown, revision: revision)
        }
        let source = try WorkTreeSource(path, shown: shown, limits: limits)
        return LocatedSource(source: source, provenance: readsProvenance ? provenance(ofFolder: real, shown: shown) : Provenance(location: shown))
    }

    /// What git says about a folder of a work tree.
    package func provenance(ofFolder path: String, shown: String) -> Provenance {
        var provenance = Provenance(location: shown)
        guard let real = WorkTreeSource.realPath(path), let repository = try? GitRepository.holding(real),
            let folder = try? inside(repository, real)
        else { return provenance }
        if let commit = try? repository.head() { provenance.commit = commit.id }
        provenance.reference = repository.branch
        provenance.isDirty = repository.isDirty(under: folder)
        return provenance
    }

    private func openMissing(path: String, shown: String, revision: String) throws(SourceError) -> LocatedSource {
        var parent = path
        var rest: [String] = []
        while !parent.isEmpty, parent != "/" {
            rest.insert(SourcePath.lastName(parent), at: 0)
            parent = SourcePath.parent(parent)
            guard let real = WorkTreeSource.realPath(parent.isEmpty ? "." : parent) else { continue }
            let repository = try GitRepository.holding(real)
            let folder = SourcePath.join(try inside(repository, real), rest.joined(separator: "/"))
            return try tree(of: repository, folder: folder, shown: shown, revision: revision)
        }
        throw SourceError(.missing, "There is no folder \(shown). Check the path.")
    }

    private func tree(
        of repository: GitRepository, folder: String, shown: String, revision: String?, clone: GitClone? = nil
    ) throws(SourceError) -> LocatedSource {
        let commit: GitCommit
        if let revision { commit = try repository.commit(revision) } else { commit = try repository.head() }
        let source = try GitTreeSource(repository, commit: commit, folder: folder, shown: shown, limits: limits)
        let provenance = Provenance(location: shown, commit: commit.id, reference: revision ?? repository.branch)
        if let clone { return LocatedSource(source: source, provenance: provenance, clone: clone) }
        return LocatedSource(source: source, provenance: provenance)
    }

    /// The path of a folder inside its repository's work tree.
    private func inside(_ repository: GitRepository, _ real: String) throws(SourceError) -> String {
        guard let root = repository.workTree.flatMap(WorkTreeSource.realPath) else { return "" }
        if real == root { return "" }
        guard real.hasPrefix(root + "/") else {
            throw SourceError(.notARepository, "\(real) is not in the work tree of \(root).")
        }
        return String(real.dropFirst(root.count + 1))
    }

    /// Takes what was given apart; an `@` counts only where nothing by the whole name is there.
    static func split(_ text: String) -> (location: String, revision: String?) {
        guard let at = text.lastIndex(of: "@"), access(text, F_OK) != 0 else { return (text, nil) }
        if text.contains("://"), let scheme = text.range(of: "://"), !text[scheme.upperBound...].contains("/") || text[at...].contains("/") {
            // `https://user@host/…`: the `@` belongs to the address.
            return (text, nil)
        }
        let location = String(text[..<at])
        return (location.isEmpty ? "." : location, String(text[text.index(after: at)...]))
    }
}

extension String {
    /// The range of the first occurrence of a text.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text), let end = index(start, offsetBy: text.count, limitedBy: endIndex) { return start..<end }
            start = index(after: start)
        }
        return nil
    }
}
