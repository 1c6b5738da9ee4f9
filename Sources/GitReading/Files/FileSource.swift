/// What a name in a folder stands for.
package enum EntryKind: Sendable, Hashable {
    case file
    case folder
    case link
    /// A device, a socket, a pipe, a submodule: nothing that can be read.
    case other
}

/// A name in a folder.
package struct SourceEntry: Sendable, Hashable {
    package var name: String
    package var kind: EntryKind

    package init(name: String, kind: EntryKind) {
        self.name = name
        self.kind = kind
    }
}

/// How much of a source may be read.
///
/// - Units: bytes, and numbers of files.
package struct SourceLimits: Sendable, Hashable {
    package var fileBytesMax: Int
    package var filesMax: Int
    package var depthMax: Int

    package init(fileBytesMax: Int = 1 << 20, filesMax: Int = 2000, depthMax: Int = 16) {
        self.fileBytesMax = fileBytesMax
        self.filesMax = filesMax
        self.depthMax = depthMax
    }

    package static let standard = SourceLimits()
}

/// A folder that can be read: a work tree, a tree in a git repository, or one in memory.
///
/// - Shape: paths are relative to the source, with `/` between names; `""` is the source itself.
/// - Bounds: no path leaves the source, symbolic links included; sizes and counts are limited by `limits`.
package protocol FileSource: Sendable {
    var limits: SourceLimits { get }
    /// How a person would name a file of this source.
    func displayName(of path: String) -> String
    /// What is at a path, links followed; nil when nothing is.
    func kind(of path: String) throws(SourceError) -> EntryKind?
    /// The names in a folder, sorted by their bytes.
    func entries(of folder: String) throws(SourceError) -> [SourceEntry]
    /// The content of a file.
    func read(_ path: String) throws(SourceError) -> [UInt8]
    /// The folder at a path as a source of its own, out of which no path leads.
    func folder(_ path: String) throws(SourceError) -> any FileSource
}

extension FileSource {
    /// The content of a file as text; invalid UTF-8 is an error.
    package func readText(_ path: String) throws(SourceError) -> String {
        let bytes = try read(path)
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw SourceError(.unreadable, "\(displayName(of: path)) is not a text file: it holds bytes that are not UTF-8. Save it as plain text.")
        }
        return text
    }

    /// Whether a regular file is at a path.
    package func hasFile(_ path: String) -> Bool { (try? kind(of: path)) == .file }

    /// Whether a folder is at a path.
    package func hasFolder(_ path: String) -> Bool { (try? kind(of: path)) == .folder }

    /// The paths of all regular files below a folder, sorted. Names that begin with a dot are left out.
    ///
    /// - Bounds: `limits.filesMax` files and `limits.depthMax` folders deep; more is an error.
    /// - Order: by bytes of the path.
    package func files(under folder: String = "") throws(SourceError) -> [String] {
        var found: [String] = []
        var seen = 0
        try collect(folder, depth: 0, seen: &seen, into: &found)
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func collect(_ folder: String, depth: Int, seen: inout Int, into found: inout [String]) throws(SourceError) {
        guard depth <= limits.depthMax else {
            throw SourceError(.tooMany, "\(displayName(of: folder)) is nested more than \(limits.depthMax) folders deep.")
        }
        for entry in try entries(of: folder) where !entry.name.hasPrefix(".") {
            seen += 1
            guard seen <= limits.filesMax else {
                throw SourceError(.tooMany, "\(displayName(of: "")) holds more than \(limits.filesMax) files. Point at the lab's own folder.")
            }
            let path = SourcePath.join(folder, entry.name)
            switch entry.kind {
            case .file: found.append(path)
            case .folder: try collect(path, depth: depth + 1, seen: &seen, into: &found)
            case .link:
                // A link to a file counts as the file; linked folders are not walked, so that circles cannot arise.
                if try kind(of: path) == .file { found.append(path) }
            case .other: continue
            }
        }
    }
}

/// Paths inside a source.
package enum SourcePath {
    package static func join(_ folder: String, _ name: String) -> String {
        if folder.isEmpty { return name }
        return name.isEmpty ? folder : folder + "/" + name
    }

    /// The names of a path with `.` and `..` worked out; nil when it leads out or is absolute.
    package static func components(_ path: String) -> [String]? {
        if path.hasPrefix("/") { return nil }
        var names: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            if part == "." { continue }
            if part == ".." {
                guard names.popLast() != nil else { return nil }
            } else {
                names.append(String(part))
            }
        }
        return names
    }

    /// A path in its plain form, or an error when it leads out of the source.
    package static func plain(_ path: String, in source: String) throws(SourceError) -> String {
        guard let names = components(path), !path.utf8.contains(0) else {
            throw SourceError(.escapes, "\(path) leads out of \(source). Only files inside the folder are read.")
        }
        return names.joined(separator: "/")
    }

    /// The last name of a path.
    package static func lastName(_ path: String) -> String {
        String(path.split(separator: "/", omittingEmptySubsequences: true).last ?? "")
    }

    /// The folder a path is in; empty for a name without one.
    package static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }
}
