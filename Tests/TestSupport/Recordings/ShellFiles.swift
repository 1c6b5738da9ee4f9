import Kubectl
import Shell

/// The files of a shell as kubectl sees them.
final class ShellFiles: KubectlFiles {
    var files: VirtualFileSystem
    let workingDirectory: String

    init(_ files: VirtualFileSystem, directory: String) {
        self.files = files
        workingDirectory = directory
    }

    private func absolute(_ path: String) -> String { VirtualFileSystem.absolute(path, from: workingDirectory) }

    func read(_ path: String) throws(FileProblem) -> [UInt8] {
        if isDirectory(path) == true { throw .isDirectory }
        do { return try files.read(absolute(path)) } catch { throw .notFound }
    }

    func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
        let parent = absolute(path).split(separator: "/").dropLast().joined(separator: "/")
        try? files.makeDirectory("/" + parent, intermediates: true)
        do { try files.write(bytes, to: absolute(path)) } catch { throw .permissionDenied }
    }

    func list(_ path: String) throws(FileProblem) -> [String] {
        do { return try files.names(in: absolute(path)).sorted() } catch { throw .notFound }
    }

    func isDirectory(_ path: String) -> Bool? {
        let path = absolute(path)
        return files.exists(path) ? files.isDirectory(path) : nil
    }
}
