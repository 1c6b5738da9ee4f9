/// Why a folder, a repository or a revision could not be read.
///
/// - Shape: equality looks at the code alone, so that tests can match it.
package struct SourceError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Nothing is at the path.
        case missing
        /// The path is there but is not a folder (or not a file) as it should be.
        case wrongKind
        /// A revision was asked for, and no git repository holds the path.
        case notARepository
        case noSuchRevision
        /// The repository has no commit yet.
        case noCommits
        /// The repository has the revision, and the revision has not the path.
        case missingAtRevision
        /// A symbolic link or `..` leads out of the folder.
        case escapes
        case tooLarge
        case tooMany
        /// The operating system or libgit2 refused.
        case unreadable
        /// A URL that cannot be read from here.
        case unreachable
    }

    package var code: Code
    /// What was being done, to what, what is wrong, and what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    package static func == (left: SourceError, right: SourceError) -> Bool { left.code == right.code }
}
