/// Why a file could not be used, in the system's words: `no such file or directory`.
package struct FileProblem: Error, Equatable, Sendable {
    package var reason: String

    package init(_ reason: String) { self.reason = reason }

    package static let notFound = FileProblem("no such file or directory")
    package static let isDirectory = FileProblem("is a directory")
    package static let permissionDenied = FileProblem("permission denied")
}

/// The files that a command may see: a virtual folder, a submission, or the real disk.
///
/// - Shape: paths are as they were written on the command line; relative ones start at the working directory.
package protocol KubectlFiles {
    /// The directory that relative paths start at, for messages.
    var workingDirectory: String { get }
    func read(_ path: String) throws(FileProblem) -> [UInt8]
    /// Writes a file, making the directories on the way.
    func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem)
    /// The names in a directory, sorted.
    func list(_ path: String) throws(FileProblem) -> [String]
    /// True for a directory, false for a file, nil when there is nothing.
    func isDirectory(_ path: String) -> Bool?
}

/// Files kept in memory.
package final class MemoryFiles: KubectlFiles {
    package let workingDirectory: String
    /// Contents by absolute path.
    package private(set) var contents: [String: [UInt8]]

    package init(workingDirectory: String = "/work", _ contents: [String: String] = [:]) {
        self.workingDirectory = workingDirectory
        self.contents = [:]
        for (path, text) in contents { self.contents[Self.absolute(path, in: workingDirectory)] = Array(text.utf8) }
    }

    private static func absolute(_ path: String, in directory: String) -> String {
        FilePath.clean(path.hasPrefix("/") ? path : directory + "/" + path)
    }

    package func read(_ path: String) throws(FileProblem) -> [UInt8] {
        if let bytes = contents[Self.absolute(path, in: workingDirectory)] { return bytes }
        throw isDirectory(path) == true ? .isDirectory : .notFound
    }

    package func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
        if isDirectory(path) == true { throw .isDirectory }
        contents[Self.absolute(path, in: workingDirectory)] = bytes
    }

    package func list(_ path: String) throws(FileProblem) -> [String] {
        guard isDirectory(path) == true else { throw isDirectory(path) == nil ? .notFound : FileProblem("not a directory") }
        let whole = Self.absolute(path, in: workingDirectory)
        let prefix = whole == "/" ? "/" : whole + "/"
        var names: Set<String> = []
        for key in contents.keys where key.hasPrefix(prefix) {
            names.insert(String(key.dropFirst(prefix.count).prefix { $0 != "/" }))
        }
        return names.sorted()
    }

    package func isDirectory(_ path: String) -> Bool? {
        let whole = Self.absolute(path, in: workingDirectory)
        if contents[whole] != nil { return false }
        if whole == workingDirectory || whole == "/" { return true }
        return contents.keys.contains { $0.hasPrefix(whole + "/") } ? true : nil
    }
}

/// Arithmetic on paths, without looking at any disk.
enum FilePath {
    /// `a/./b/../c` as `a/c`.
    static func clean(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part == "..", isAbsolute {
                continue
            } else {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
    }

    static func join(_ directory: String, _ name: String) -> String {
        name.hasPrefix("/") ? clean(name) : directory == "." || directory.isEmpty ? clean(name) : clean(directory + "/" + name)
    }

    static func base(_ path: String) -> String {
        let cleaned = clean(path)
        return cleaned == "/" ? "/" : String(cleaned.split(separator: "/").last ?? ".")
    }

    static func directory(_ path: String) -> String {
        let cleaned = clean(path)
        guard let slash = cleaned.lastIndex(of: "/") else { return "." }
        return slash == cleaned.startIndex ? "/" : String(cleaned[..<slash])
    }
}
