import CLibGit2

/// A folder of a commit, read from the object database.
///
/// - Bounds: symbolic links are followed inside the folder only, at most `linksMax` one after another; a blob's size
///   is looked up before it is loaded.
package struct GitTreeSource: FileSource {
    static let linksMax = 8

    let repository: GitRepository
    let commit: GitCommit
    /// The folder inside the commit.
    let base: String
    let shown: String
    package let limits: SourceLimits

    /// - Throws: `missingAtRevision` when the commit has no such folder.
    package init(
        _ repository: GitRepository, commit: GitCommit, folder: String = "", shown: String, limits: SourceLimits = .standard
    ) throws(SourceError) {
        self.repository = repository
        self.commit = commit
        base = try SourcePath.plain(folder, in: shown)
        self.shown = shown
        self.limits = limits
        guard let kind = try repository.exclusively({ () throws(SourceError) in try lookUp([])?.kind }) else {
            throw SourceError(.missingAtRevision, "\(repository.name) has no folder '\(base)' at revision \(commit.shortID).")
        }
        guard kind == .folder else {
            throw SourceError(.wrongKind, "'\(base)' at revision \(commit.shortID) of \(repository.name) is not a folder.")
        }
    }

    package func displayName(of path: String) -> String {
        path.isEmpty ? shown : shown.isEmpty || shown == "." ? path : shown + "/" + path
    }

    package func kind(of path: String) throws(SourceError) -> EntryKind? {
        try repository.exclusively { () throws(SourceError) in try find(path)?.kind }
    }

    package func entries(of folder: String) throws(SourceError) -> [SourceEntry] {
        try repository.exclusively { () throws(SourceError) in try readEntries(of: folder) }
    }

    package func read(_ path: String) throws(SourceError) -> [UInt8] {
        try repository.exclusively { () throws(SourceError) in try readFile(path) }
    }

    package func folder(_ path: String) throws(SourceError) -> any FileSource {
        let plain = try SourcePath.plain(path, in: shown)
        return try GitTreeSource(
            repository, commit: commit, folder: SourcePath.join(base, plain), shown: displayName(of: plain), limits: limits)
    }

    // MARK: Object database

    private func readEntries(of folder: String) throws(SourceError) -> [SourceEntry] {
        guard let entry = try find(folder), entry.kind == .folder else {
            throw SourceError(.missingAtRevision, "There is no folder \(displayName(of: folder)) at revision \(commit.shortID).")
        }
        var id = entry.id
        var tree: OpaquePointer?
        guard git_tree_lookup(&tree, repository.handle, &id) == 0, let tree else { throw unreadable(folder) }
        defer { git_tree_free(tree) }
        var result: [SourceEntry] = []
        for index in 0..<git_tree_entrycount(tree) {
            guard let item = git_tree_entry_byindex(tree, index) else { continue }
            result.append(SourceEntry(name: String(cString: git_tree_entry_name(item)), kind: Self.kind(item)))
        }
        return result.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private func readFile(_ path: String) throws(SourceError) -> [UInt8] {
        guard let entry = try find(path) else {
            throw SourceError(.missingAtRevision, "There is no file \(displayName(of: path)) at revision \(commit.shortID).")
        }
        guard entry.kind == .file else { throw SourceError(.wrongKind, "\(displayName(of: path)) is not a regular file.") }
        return try blob(entry.id, path: path)
    }

    private struct Found {
        var id: git_oid
        var kind: EntryKind
    }

    /// What is at a path, links followed.
    private func find(_ path: String) throws(SourceError) -> Found? {
        guard var names = SourcePath.components(path) else { throw escape(path) }
        for _ in 0...Self.linksMax {
            var link: (index: Int, id: git_oid)?
            var found: Found?
            for index in 0...names.count {
                found = try lookUp(Array(names.prefix(index)))
                guard let entry = found else { return nil }
                if entry.kind == .link {
                    link = (index, entry.id)
                    break
                }
            }
            guard let (index, id) = link else { return found }
            let target = String(decoding: try blob(id, path: path), as: UTF8.self)
            let parent = names.prefix(max(0, index - 1)).joined(separator: "/")
            guard !target.hasPrefix("/"), let next = SourcePath.components(SourcePath.join(parent, target)) else { throw escape(path) }
            names = next + names.dropFirst(index)
        }
        throw SourceError(.escapes, "\(displayName(of: path)) is a symbolic link that leads through more than \(Self.linksMax) others.")
    }

    /// What is at a path, links not followed.
    private func lookUp(_ names: [String]) throws(SourceError) -> Found? {
        let path = (base.isEmpty ? [] : [base]) + names
        var commitID = git_oid()
        guard git_oid_fromstr(&commitID, commit.id) == 0 else { throw unreadable("") }
        var commitObject: OpaquePointer?
        guard git_commit_lookup(&commitObject, repository.handle, &commitID) == 0, let commitObject else { throw unreadable("") }
        defer { git_commit_free(commitObject) }
        var tree: OpaquePointer?
        guard git_commit_tree(&tree, commitObject) == 0, let tree else { throw unreadable("") }
        defer { git_tree_free(tree) }
        if path.isEmpty { return Found(id: git_tree_id(tree).pointee, kind: .folder) }
        var entry: OpaquePointer?
        guard git_tree_entry_bypath(&entry, tree, path.joined(separator: "/")) == 0, let entry else { return nil }
        defer { git_tree_entry_free(entry) }
        return Found(id: git_tree_entry_id(entry).pointee, kind: Self.kind(entry))
    }

    private func blob(_ id: git_oid, path: String) throws(SourceError) -> [UInt8] {
        var id = id
        var database: OpaquePointer?
        guard git_repository_odb(&database, repository.handle) == 0, let database else { throw unreadable(path) }
        defer { git_odb_free(database) }
        var size = 0
        var type = GIT_OBJECT_ANY
        guard git_odb_read_header(&size, &type, database, &id) == 0 else { throw unreadable(path) }
        guard size <= limits.fileBytesMax else { throw .tooLarge(displayName(of: path), bytes: size, limits: limits) }
        var blob: OpaquePointer?
        guard git_blob_lookup(&blob, repository.handle, &id) == 0, let blob else { throw unreadable(path) }
        defer { git_blob_free(blob) }
        let count = Int(git_blob_rawsize(blob))
        guard count > 0, let start = git_blob_rawcontent(blob) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    private static func kind(_ entry: OpaquePointer) -> EntryKind {
        switch git_tree_entry_filemode(entry) {
        case GIT_FILEMODE_TREE: .folder
        case GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE: .file
        case GIT_FILEMODE_LINK: .link
        default: .other
        }
    }

    private func escape(_ path: String) -> SourceError {
        SourceError(.escapes, "\(displayName(of: path)) leads out of \(shown) by a symbolic link or '..'. Only files inside the folder are read.")
    }

    private func unreadable(_ path: String) -> SourceError {
        SourceError(.unreadable, "\(displayName(of: path)) at revision \(commit.shortID) cannot be read: \(GitRepository.lastError()).")
    }
}
