import Kubectl
import Shell

/// The shell's files as kubectl sees them.
package final class ShellFiles: KubectlFiles {
    /// The shell's disk, with what was written here.
    package private(set) var system: VirtualFileSystem
    package let workingDirectory: String

    package init(_ system: VirtualFileSystem, directory: String) {
        self.system = system
        workingDirectory = directory
    }

    private func absolute(_ path: String) -> String { VirtualFileSystem.absolute(path, from: workingDirectory) }

    package func read(_ path: String) throws(FileProblem) -> [UInt8] {
        if isDirectory(path) == true { throw .isDirectory }
        do throws(FileError) { return try system.read(absolute(path)) } catch { throw .notFound }
    }

    package func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
        let parent = absolute(path).split(separator: "/").dropLast().joined(separator: "/")
        try? system.makeDirectory("/" + parent, intermediates: true)
        do throws(FileError) { try system.write(bytes, to: absolute(path)) } catch { throw .permissionDenied }
    }

    package func list(_ path: String) throws(FileProblem) -> [String] {
        do throws(FileError) { return try system.names(in: absolute(path)).sorted() } catch { throw .notFound }
    }

    package func isDirectory(_ path: String) -> Bool? {
        let path = absolute(path)
        guard system.exists(path) else { return nil }
        return system.isDirectory(path)
    }
}
