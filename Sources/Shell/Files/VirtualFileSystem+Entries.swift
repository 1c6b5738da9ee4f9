/// Making, moving and removing entries.
extension VirtualFileSystem {
    /// Makes a directory; with `intermediates` also those on the way, and one that exists is fine.
    package mutating func makeDirectory(_ path: String, intermediates: Bool = false, mode: Int? = nil) throws(FileError) {
        if intermediates {
            var built = ""
            for part in path.split(separator: "/") {
                built += "/" + part
                if let existing = try? node(built) {
                    if !existing.isDirectory { throw FileError(built == path ? .exists : .notDirectory, path: path) }
                } else {
                    try makeDirectory(built, mode: mode)
                }
            }
            return
        }
        if exists(path) { throw FileError(.exists, path: path) }
        let attributes = FileAttributes(mode: mode ?? 0o777 & ~creationMask, user: user, group: group, modified: now)
        try change(path, isEntryChange: true) { node throws(FileError) in node = .directory(FileDirectory(attributes: attributes)) }
    }

    /// Writes a file and makes the directories it stands in, whatever permissions say: for setting up a container.
    package mutating func install(_ bytes: [UInt8], at path: String, mode: Int = 0o644) {
        let (savedUser, savedReadOnly) = (user, isRootReadOnly)
        (user, isRootReadOnly) = (0, false)
        defer { (user, isRootReadOnly) = (savedUser, savedReadOnly) }
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        try? makeDirectory("/" + parent, intermediates: true)
        try? write(bytes, to: path, mode: mode)
        try? change(path) { node throws(FileError) in
            if case .file(var content)? = node {
                content.attributes.mode = mode
                node = .file(content)
            }
        }
    }

    package mutating func makeSymlink(_ path: String, to target: String) throws(FileError) {
        if (try? node(path, followingLast: false)) != nil { throw FileError(.exists, path: path) }
        let now = now
        try change(path, followingLast: false, isEntryChange: true) { node throws(FileError) in node = .symlink(target, modified: now) }
    }

    /// Removes a file or a symlink, or a directory when `recursively` or it is empty and `directories` are meant.
    package mutating func remove(_ path: String, recursively: Bool = false, emptyDirectory: Bool = false) throws(FileError) {
        let existing = try node(path, followingLast: false)
        if case .directory(let directory) = existing, !recursively {
            if !emptyDirectory { throw FileError(.isDirectory, path: path) }
            if !directory.entries.isEmpty { throw FileError(.notEmpty, path: path) }
        }
        if existing.isDirectory, let real = try? realPath(path) {
            for mount in mounts where ("/" + mount.point.joined(separator: "/") + "/").hasPrefix(real + "/") {
                throw FileError(.isBusy, path: path)
            }
        }
        try change(path, followingLast: false, isEntryChange: true) { node throws(FileError) in node = nil }
    }

    /// Renames, over an existing file if need be.
    package mutating func move(_ source: String, to target: String) throws(FileError) {
        let node = try node(source, followingLast: false)
        let (from, to) = (try realParent(source), try realParent(target))
        if from == to { return }
        if node.isDirectory, (to + "/").hasPrefix(from + "/") { throw FileError(.invalid, path: target) }
        if let existing = try? self.node(target, followingLast: false), case .directory(let directory) = existing {
            if !node.isDirectory { throw FileError(.isDirectory, path: target) }
            if !directory.entries.isEmpty { throw FileError(.notEmpty, path: target) }
        }
        try remove(source, recursively: true)
        do throws(FileError) {
            try change(target, followingLast: false, isEntryChange: true, inherits: false) { slot throws(FileError) in slot = node }
        } catch {
            try? change(source, followingLast: false, isEntryChange: true, inherits: false) { slot throws(FileError) in slot = node }
            throw error
        }
    }

    private func realParent(_ path: String) throws(FileError) -> String {
        let parts = Self.components(of: path)
        guard let last = parts.last else { return "/" }
        return try realPath("/" + parts.dropLast().joined(separator: "/")) + "/" + last
    }

    /// Changes mode and owner.
    package mutating func setAttributes(_ path: String, _ body: (inout FileAttributes) -> Void) throws(FileError) {
        let existing = try node(path)
        if user != 0, existing.attributes.user != user { throw FileError(.notPermitted, path: path) }
        let savedUser = user
        user = 0
        defer { user = savedUser }
        try change(path) { node throws(FileError) in
            switch node {
            case .file(var content)?:
                body(&content.attributes)
                node = .file(content)
            case .directory(var directory)?:
                body(&directory.attributes)
                node = .directory(directory)
            default: break
            }
        }
    }

    /// All paths at and under a path with their nodes, each directory before what is in it, names sorted.
    ///
    /// - Bounds: 100,000 entries.
    package func walk(_ path: String) -> [(path: String, node: FileNode)] {
        var result: [(String, FileNode)] = []
        var pending = [path]
        while let next = pending.popLast(), result.count < 100_000 {
            guard let found = try? node(next, followingLast: false) else { continue }
            result.append((next, found))
            if case .directory(let directory) = found {
                for name in directory.names.reversed() { pending.append(next == "/" ? "/" + name : next + "/" + name) }
            }
        }
        return result
    }
}
