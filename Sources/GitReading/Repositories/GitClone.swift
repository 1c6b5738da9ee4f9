import CLibGit2
import Glibc

/// A bare copy of a remote repository in a temporary folder, removed when nobody holds it any more.
package final class GitClone: @unchecked Sendable {
    package let repository: GitRepository
    private let folder: String

    /// Copies a repository from an `https://`, `http://` or `file://` URL.
    ///
    /// - Throws: `unreachable`, or `unreadable` when no temporary folder can be made.
    package init(from url: String, in temporaryFolder: String) throws(SourceError) {
        guard ["https://", "http://", "file://"].contains(where: url.hasPrefix) else {
            throw SourceError(.unreachable, "'\(url)' cannot be read: only https, http and file URLs are. Clone it yourself and give the folder.")
        }
        GitRepository.startLibrary()
        var template = Array((temporaryFolder + "/labrunner-clone-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SourceError(.unreadable, "No folder for a copy of \(url) can be made in \(temporaryFolder): \(WorkTreeSource.reason()).")
        }
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        var options = git_clone_options()
        git_clone_options_init(&options, UInt32(GIT_CLONE_OPTIONS_VERSION))
        options.bare = 1
        options.fetch_opts.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_ALL
        var handle: OpaquePointer?
        guard git_clone(&handle, url, folder, &options) == 0, let handle else {
            let reason = GitRepository.lastError()
            Self.remove(folder)
            throw SourceError(.unreachable, "The repository \(url) cannot be copied: \(reason). Check the address and the network.")
        }
        git_repository_free(handle)
        guard let opened = GitRepository.at(folder) else {
            Self.remove(folder)
            throw SourceError(.unreadable, "The copy of \(url) cannot be opened: \(GitRepository.lastError()).")
        }
        repository = opened
    }

    deinit { Self.remove(folder) }

    /// Removes a folder with all in it, links not followed.
    private static func remove(_ folder: String) {
        if let directory = opendir(folder) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name == "." || name == ".." { continue }
                let path = folder + "/" + name
                var information = stat()
                if lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR { remove(path) } else { unlink(path) }
            }
            closedir(directory)
        }
        rmdir(folder)
    }
}
