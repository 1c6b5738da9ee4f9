import CLibGit2
import Synchronization

/// A git repository that is read through libgit2, never checked out and never written.
///
/// - Bounds: its objects are read by one thread at a time, as libgit2 asks; `exclusively` sees to it where several may come.
package final class GitRepository: @unchecked Sendable {
    let handle: OpaquePointer
    /// The root of its work tree without a slash at the end; nil for a bare one.
    package let workTree: String?

    private let access = Mutex(())

    /// Does something with the repository's objects while no other thread does.
    func exclusively<Result: Sendable>(_ body: () throws(SourceError) -> Result) throws(SourceError) -> Result {
        try access.withLock { _ throws(SourceError) in try body() }
    }

    private init(handle: OpaquePointer) {
        self.handle = handle
        workTree = git_repository_workdir(handle).map { path in
            let text = String(cString: path)
            return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
        }
    }

    deinit { git_repository_free(handle) }

    private static let start: Void = {
        _ = git_libgit2_init()
        // Submissions often belong to somebody else. libgit2 runs no hooks and no programs named in a repository's
        // configuration, which is what the check of the owner protects from.
        _ = labrunner_git_accept_any_owner()
    }()

    /// Starts libgit2 unless it runs.
    package static func startLibrary() { _ = start }

    /// Opens the repository that holds a path, looking in the folders above it as git does.
    ///
    /// - Throws: `notARepository`.
    package static func holding(_ path: String) throws(SourceError) -> GitRepository {
        startLibrary()
        var handle: OpaquePointer?
        let status = git_repository_open_ext(&handle, path, 0, nil)
        guard status == 0, let handle else {
            if status == GIT_ENOTFOUND.rawValue {
                throw SourceError(
                    .notARepository, "\(path) is not in a git repository, so it has no revisions. Leave the revision away, or run 'git init' and commit.")
            }
            throw SourceError(.unreadable, "The git repository at \(path) cannot be opened: \(lastError()).")
        }
        return GitRepository(handle: handle)
    }

    /// Opens a repository whose own folder (bare, or with `.git` in it) is at a path; nil when there is none.
    package static func at(_ path: String) -> GitRepository? {
        startLibrary()
        var handle: OpaquePointer?
        guard git_repository_open_ext(&handle, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil) == 0, let handle else { return nil }
        return GitRepository(handle: handle)
    }

    package var isBare: Bool { git_repository_is_bare(handle) == 1 }

    /// Whether it has no commit that HEAD names.
    package var hasNoCommits: Bool { git_repository_head_unborn(handle) == 1 }

    /// The commit of a revision: a branch, a tag, a commit in full or in short, or anything `git rev-parse` reads.
    ///
    /// - Throws: `noCommits`, `noSuchRevision`.
    package func commit(_ revision: String) throws(SourceError) -> GitCommit {
        var found: OpaquePointer?
        var status = git_revparse_single(&found, handle, revision)
        if status != 0, !revision.hasPrefix("refs/") {
            // A clone has the branches of its origin only under this name.
            status = git_revparse_single(&found, handle, "refs/remotes/origin/" + revision)
        }
        guard status == 0, let object = found else {
            if hasNoCommits, isEmpty {
                throw SourceError(.noCommits, "The git repository \(name) has no commits yet. Commit something first.")
            }
            throw SourceError(
                .noSuchRevision, "The git repository \(name) has no revision '\(revision)'. Use a branch, a tag or a commit\(suggestions()).")
        }
        defer { git_object_free(object) }
        var peeled: OpaquePointer?
        guard git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) == 0, let commit = peeled else {
            throw SourceError(.noSuchRevision, "'\(revision)' in the git repository \(name) is not a commit.")
        }
        defer { git_object_free(commit) }
        return GitCommit(id: Self.text(git_commit_id(commit)), timeSeconds: git_commit_time(commit))
    }

    /// The commit that HEAD names.
    package func head() throws(SourceError) -> GitCommit {
        if hasNoCommits {
            throw SourceError(.noCommits, "The git repository \(name) has no commits yet. Commit something first.")
        }
        return try commit("HEAD")
    }

    /// The branch that HEAD is on; nil when it is on none.
    package var branch: String? {
        var reference: OpaquePointer?
        guard git_repository_head(&reference, handle) == 0, let reference else { return nil }
        defer { git_reference_free(reference) }
        guard git_reference_is_branch(reference) == 1 else { return nil }
        return String(cString: git_reference_shorthand(reference))
    }

    /// Whether files below a folder of the work tree differ from HEAD or are not known to git. Ignored files do not count.
    package func isDirty(under folder: String) -> Bool {
        guard !isBare else { return false }
        var options = git_status_options()
        git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION))
        options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue | GIT_STATUS_OPT_EXCLUDE_SUBMODULES.rawValue
            | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH.rawValue | GIT_STATUS_OPT_NO_REFRESH.rawValue
        var list: OpaquePointer?
        let status: Int32
        if folder.isEmpty {
            status = git_status_list_new(&list, handle, &options)
        } else {
            status = folder.withCString { text in
                var strings: [UnsafeMutablePointer<CChar>?] = [UnsafeMutablePointer(mutating: text)]
                return strings.withUnsafeMutableBufferPointer { buffer in
                    options.pathspec = git_strarray(strings: buffer.baseAddress, count: 1)
                    return git_status_list_new(&list, handle, &options)
                }
            }
        }
        guard status == 0, let list else { return false }
        defer { git_status_list_free(list) }
        return git_status_list_entrycount(list) > 0
    }

    /// The repository's folder, for messages.
    package var name: String {
        if let workTree { return workTree }
        let path = String(cString: git_repository_path(handle))
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The branches and tags, sorted.
    package var references: [String] {
        var names = git_strarray()
        guard git_reference_list(&names, handle) == 0 else { return [] }
        defer { git_strarray_dispose(&names) }
        var result: [String] = []
        for index in 0..<names.count {
            guard let text = names.strings[index] else { continue }
            let name = String(cString: text)
            for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/origin/"] where name.hasPrefix(prefix) {
                result.append(String(name.dropFirst(prefix.count)))
            }
        }
        return result.filter { $0 != "HEAD" }.sorted()
    }

    private var isEmpty: Bool { references.isEmpty }

    private func suggestions() -> String {
        let names = references
        if names.isEmpty { return "" }
        return " (there are \(names.prefix(8).joined(separator: ", "))\(names.count > 8 ? " and \(names.count - 8) more" : ""))"
    }

    static func text(_ id: UnsafePointer<git_oid>?) -> String {
        guard let id else { return "" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 41) { buffer in
            git_oid_tostr(buffer.baseAddress, 41, id)
            return String(cString: buffer.baseAddress!)
        }
    }

    static func lastError() -> String {
        guard let error = git_error_last(), let text = error.pointee.message else { return "no reason was given" }
        return String(cString: text)
    }
}

/// A commit.
package struct GitCommit: Hashable, Sendable {
    /// Forty hexadecimal digits.
    package var id: String
    /// When it was made, in seconds since 1970.
    package var timeSeconds: Int64

    /// The first twelve digits.
    package var shortID: String { String(id.prefix(12)) }
}
