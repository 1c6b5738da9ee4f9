/// What one name in a directory stands for.
///
/// - Shape: a tree of values: copying a file system shares everything, and a write copies the directories on its path.
package indirect enum FileNode: Sendable {
    case file(FileContent)
    case directory(FileDirectory)
    /// Where it leads, and when it was made in nanoseconds since 1970.
    case symlink(String, modified: Int64 = 0)
    case device(FileDevice)

    package var attributes: FileAttributes {
        switch self {
        case .file(let content): content.attributes
        case .directory(let directory): directory.attributes
        case .symlink(_, let modified): FileAttributes(mode: 0o777, modified: modified)
        case .device: FileAttributes(mode: 0o666)
        }
    }

    /// Takes the group of the directory that it is new in; directories pass it on.
    mutating func inherit(group: Int) {
        switch self {
        case .file(var content):
            content.attributes.group = group
            self = .file(content)
        case .directory(var directory):
            directory.attributes.group = group
            directory.attributes.mode |= FileAttributes.setGroupID
            self = .directory(directory)
        case .symlink, .device: break
        }
    }

    package var isDirectory: Bool { if case .directory = self { true } else { false } }

    /// Bytes of the files at and under this node.
    package var totalSize: Int {
        switch self {
        case .file(let content): content.bytes.count
        case .directory(let directory): directory.entries.values.reduce(0) { $0 + $1.totalSize }
        default: 0
        }
    }
}

/// Mode, owner and time of a file.
package struct FileAttributes: Hashable, Sendable {
    /// Permission bits such as `0o644`.
    package var mode: Int
    package var user = 0
    package var group = 0
    /// Nanoseconds since 1970.
    package var modified: Int64 = 0
    /// In the mode of a directory: what is made in it belongs to its group.
    package static let setGroupID = 0o2000

    package init(mode: Int, user: Int = 0, group: Int = 0, modified: Int64 = 0) {
        self.mode = mode
        self.user = user
        self.group = group
        self.modified = modified
    }
}

package struct FileContent: Sendable {
    package var bytes: [UInt8]
    package var attributes: FileAttributes

    package init(bytes: [UInt8], attributes: FileAttributes = FileAttributes(mode: 0o644)) {
        self.bytes = bytes
        self.attributes = attributes
    }
}

package struct FileDirectory: Sendable {
    package var entries: [String: FileNode]
    package var attributes: FileAttributes

    package init(entries: [String: FileNode] = [:], attributes: FileAttributes = FileAttributes(mode: 0o755)) {
        self.entries = entries
        self.attributes = attributes
    }

    /// The names in order.
    package var names: [String] { entries.keys.sorted() }

    package subscript(path components: ArraySlice<String>) -> FileNode? {
        guard let first = components.first else { return .directory(self) }
        guard let node = entries[first] else { return nil }
        if components.count == 1 { return node }
        guard case .directory(let inner) = node else { return nil }
        return inner[path: components.dropFirst()]
    }

    /// Changes the node at a path in place; a nil node means that there is none. A directory that gets or loses an entry is modified.
    ///
    /// - Bounds: does nothing when a directory on the way is missing.
    mutating func change<Result>(_ components: ArraySlice<String>, at now: Int64, _ body: (inout FileNode?) throws(FileError) -> Result) throws(FileError) -> Result {
        guard let first = components.first else { throw FileError(.isBusy, path: "/") }
        if components.count == 1 {
            var node = entries.removeValue(forKey: first)
            let existed = node != nil
            defer {
                entries[first] = node
                if existed != (node != nil) { attributes.modified = now }
            }
            return try body(&node)
        }
        guard case .directory(var inner)? = entries[first] else { throw FileError(.notFound, path: components.joined(separator: "/")) }
        entries[first] = .symlink("")
        defer { entries[first] = .directory(inner) }
        return try inner.change(components.dropFirst(), at: now, body)
    }
}

/// Special files.
package enum FileDevice: Sendable {
    case null, zero, random, full
    case standardInput, standardOutput, standardError
}

/// A refusal of the file system, in the words of `strerror`.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound = "No such file or directory"
        case exists = "File exists"
        case notDirectory = "Not a directory"
        case isDirectory = "Is a directory"
        case notEmpty = "Directory not empty"
        case readOnly = "Read-only file system"
        case denied = "Permission denied"
        case notPermitted = "Operation not permitted"
        case full = "No space left on device"
        case loop = "Too many levels of symbolic links"
        case nameTooLong = "File name too long"
        case isBusy = "Device or resource busy"
        case badDescriptor = "Bad file descriptor"
        case tooManyOpen = "Too many open files"
        case invalid = "Invalid argument"
    }

    package var code: Code
    package var path: String

    package init(_ code: Code, path: String) {
        self.code = code
        self.path = path
    }

    /// `x: No such file or directory`
    package var description: String { "\(path): \(code.rawValue)" }
}
