/// The files that a shell sees: a writable tree with volumes mounted into it.
///
/// - Shape: paths are absolute and use `/`; a tree given as an image is shared until it is written to.
/// - Bounds: `capacityBytes` limits the writable tree, each volume has its own limit, `diskRoom` both where they lie on one disk;
///   symlinks are followed 40 times.
package struct VirtualFileSystem: Sendable {
    package struct Mount: Sendable {
        /// Where it is mounted, as path components.
        var point: [String]
        var volume: VolumeID
        /// The part of the volume that is mounted.
        var subPath: [String]
        var isReadOnly: Bool
    }

    package var root: FileDirectory
    package private(set) var mounts: [Mount] = []
    /// The volumes mounts point into; see `VolumeStore`.
    package var volumes = VolumeStore()
    package var isRootReadOnly = false
    package var capacityBytes: Int?
    package private(set) var usedBytes: Int
    /// What is left on the disk that the writable tree lies on, with the volumes that say so; nil for as much as one wants.
    package var diskRoom: Int?
    /// Who reads and writes; 0 may do everything.
    package var user = 0
    package var group = 0
    /// The other groups that who reads and writes belongs to.
    package var groups: Set<Int> = []
    /// The bits that files and directories do not get when they are made.
    package var creationMask = 0o022
    /// The time that changed files get.
    package var now: Int64 = 0
    /// What stands at `/proc` and `/sys`, which nobody can write to; nil for trees without a kernel.
    package var kernel: KernelFacts?

    package init(root: FileDirectory = FileDirectory(), capacityBytes: Int? = nil) {
        self.root = root
        self.capacityBytes = capacityBytes
        usedBytes = 0
    }

    /// A tree with `/dev`, `/tmp` and `/etc` in it, as every container has.
    package static func standard(now: Int64 = 0) -> VirtualFileSystem {
        var directory = FileDirectory(attributes: FileAttributes(mode: 0o755, modified: now))
        let devices: [(String, FileDevice)] = [
            ("null", .null), ("zero", .zero), ("random", .random), ("urandom", .random), ("full", .full),
            ("stdin", .standardInput), ("stdout", .standardOutput), ("stderr", .standardError), ("tty", .standardOutput),
        ]
        directory.entries["dev"] = .directory(
            FileDirectory(entries: Dictionary(uniqueKeysWithValues: devices.map { ($0.0, FileNode.device($0.1)) }), attributes: directory.attributes))
        directory.entries["tmp"] = .directory(FileDirectory(attributes: FileAttributes(mode: 0o1777, modified: now)))
        directory.entries["etc"] = .directory(FileDirectory(attributes: directory.attributes))
        var files = VirtualFileSystem(root: directory)
        files.now = now
        return files
    }

    /// Mounts a volume, making the mount point when it is missing; what is mounted over comes first.
    package mutating func mount(_ volume: VolumeID, at path: String, subPath: String = "", isReadOnly: Bool = false) {
        let point = Self.components(of: path)
        let inner = Self.components(of: subPath)
        var isFile = false
        if let volume = volumes[volume], let node = volume.root[path: inner[...]], !node.isDirectory { isFile = true }
        for depth in 1..<max(point.count + 1, 1) {
            let part = Array(point[..<depth])
            guard node(at: part) == nil else { continue }
            let fresh: FileNode = isFile && depth == point.count ? .file(FileContent(bytes: [])) : .directory(FileDirectory(attributes: FileAttributes(mode: 0o755, modified: now)))
            if let outer = mount(for: part) {
                let place = outer.subPath + part[outer.point.count...]
                _ = try? volumes[outer.volume]?.root.change(place[...], at: now) { node throws(FileError) in node = fresh }
            } else {
                _ = try? root.change(part[...], at: now) { node throws(FileError) in node = fresh }
            }
        }
        mounts.append(Mount(point: point, volume: volume, subPath: inner, isReadOnly: isReadOnly))
        mounts.sort { $0.point.count > $1.point.count }
    }

    // MARK: Paths

    static func components(of path: String) -> [String] {
        var result: [String] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = result.popLast() } else { result.append(String(part)) }
        }
        return result
    }

    /// The absolute path of `path` seen from a directory, without `.` and `..`.
    package static func absolute(_ path: String, from directory: String) -> String {
        "/" + components(of: path.hasPrefix("/") ? path : directory + "/" + path).joined(separator: "/")
    }

    private func mount(for point: [String]) -> Mount? {
        for mount in mounts where point.count >= mount.point.count && point[..<mount.point.count].elementsEqual(mount.point) { return mount }
        return nil
    }

    /// The node at components without following a symlink in the last place.
    private func node(at point: [String]) -> FileNode? {
        if let mount = mount(for: point) {
            let inner = mount.subPath + point[mount.point.count...]
            return volumes[mount.volume]?.root[path: inner[...]]
        }
        if let kernel, Self.isKernels(point) { return kernel.node(at: point, now: now) }
        return root[path: point[...]]
    }

    private static func isKernels(_ point: [String]) -> Bool { point.first == "proc" || point.first == "sys" }

    /// The real place of a path, symlinks followed.
    private func resolve(_ path: String, followingLast: Bool = true) throws(FileError) -> [String] {
        var pending = Array(path.split(separator: "/").map(String.init).reversed())
        var place: [String] = []
        var followed = 0
        guard path.utf8.count <= 4096 else { throw FileError(.nameTooLong, path: String(path.prefix(40))) }
        while let part = pending.popLast() {
            if part == "." { continue }
            if part == ".." {
                _ = place.popLast()
                continue
            }
            guard part.utf8.count <= 255 else { throw FileError(.nameTooLong, path: path) }
            place.append(part)
            guard let found = node(at: place) else {
                if pending.contains(where: { $0 != "." }) { throw FileError(.notFound, path: path) }
                return place
            }
            if case .symlink(let target, _) = found, followingLast || !pending.isEmpty {
                followed += 1
                if followed > 40 { throw FileError(.loop, path: path) }
                _ = place.popLast()
                if target.hasPrefix("/") { place = [] }
                pending += target.split(separator: "/").map(String.init).reversed()
            } else if !pending.isEmpty, !found.isDirectory {
                throw FileError(.notDirectory, path: path)
            }
        }
        return place
    }

    // MARK: Reading

    /// The node at an absolute path.
    package func node(_ path: String, followingLast: Bool = true) throws(FileError) -> FileNode {
        let place = try resolve(path, followingLast: followingLast)
        guard let found = node(at: place) else { throw FileError(.notFound, path: path) }
        if path.count > 1, path.hasSuffix("/"), !found.isDirectory { throw FileError(.notDirectory, path: path) }
        return found
    }

    package func exists(_ path: String) -> Bool { (try? node(path)) != nil }
    package func isDirectory(_ path: String) -> Bool { (try? node(path))?.isDirectory ?? false }

    /// How large a file is; 0 for all that is none.
    package func fileSize(_ path: String) -> Int {
        guard let place = try? resolve(path), case .file(let content)? = node(at: place) else { return 0 }
        return content.bytes.count
    }

    /// The bytes of a file.
    package func read(_ path: String) throws(FileError) -> [UInt8] {
        switch try node(path) {
        case .file(let content):
            if !permits(content.attributes, bit: 4) { throw FileError(.denied, path: path) }
            return content.bytes
        case .directory: throw FileError(.isDirectory, path: path)
        default: return []
        }
    }

    /// The names in a directory, sorted.
    package func names(in path: String) throws(FileError) -> [String] {
        guard case .directory(let directory) = try node(path) else { throw FileError(.notDirectory, path: path) }
        if !permits(directory.attributes, bit: 4) { throw FileError(.denied, path: path) }
        return directory.names
    }

    /// The path with all symlinks followed.
    package func realPath(_ path: String) throws(FileError) -> String { "/" + (try resolve(path)).joined(separator: "/") }

    package func permits(_ attributes: FileAttributes, bit: Int) -> Bool {
        if user == 0 { return true }
        if attributes.user == user { return attributes.mode & (bit << 6) != 0 }
        if attributes.group == group || groups.contains(attributes.group) { return attributes.mode & (bit << 3) != 0 || attributes.mode & bit != 0 }
        return attributes.mode & bit != 0
    }

    /// Size and use of what a path lies on, in bytes.
    package func usage(_ path: String) -> (capacity: Int?, used: Int, mountPoint: String) {
        let place = (try? resolve(path)) ?? []
        if let mount = mount(for: place), let volume = volumes[mount.volume] {
            return (volume.capacityBytes, volume.usedBytes, "/" + mount.point.joined(separator: "/"))
        }
        return (capacityBytes, usedBytes, "/")
    }

    // MARK: Writing

    /// Changes the node at a path; everything that writes goes through here.
    ///
    /// What is new in a directory with the set-group-ID bit belongs to that directory's group, unless `inherits` says no.
    ///
    /// - Parameter growth: by how many bytes the node will grow, where that is known before. Without it the node is kept until it has
    ///   been weighed, which costs a copy of it.
    /// - Throws: when the place is read-only, not permitted, or would become fuller than it may.
    package mutating func change(
        _ path: String, followingLast: Bool = true, isEntryChange: Bool = false, inherits: Bool = true, growth: ((FileNode?) -> Int)? = nil,
        _ body: (inout FileNode?) throws(FileError) -> Void
    ) throws(FileError) {
        let place = try resolve(path, followingLast: followingLast)
        guard !place.isEmpty else { throw FileError(.isBusy, path: path) }
        // Only facts are kept of the nodes: holding them would make every change copy the directory, and every append the file.
        guard let parent = node(at: Array(place.dropLast())).map({ (attributes: $0.attributes, isDirectory: $0.isDirectory) }) else {
            throw FileError(.notFound, path: path)
        }
        guard parent.isDirectory else { throw FileError(.notDirectory, path: path) }
        let existing = node(at: place).map { node in (attributes: node.attributes, isDevice: { if case .device = node { true } else { false } }()) }
        let mount = mount(for: place)
        if mount == nil, kernel != nil, Self.isKernels(place) { throw FileError(.readOnly, path: path) }
        if let mount, mount.point.count == place.count, isEntryChange { throw FileError(.isBusy, path: path) }
        if mount?.isReadOnly ?? isRootReadOnly {
            if existing?.isDevice != true { throw FileError(.readOnly, path: path) }
        }
        if let existing, !isEntryChange {
            if !permits(existing.attributes, bit: 2) { throw FileError(.denied, path: path) }
        } else if !permits(parent.attributes, bit: 2) {
            throw FileError(.denied, path: path)
        }
        // A file that grows is weighed by itself; directories only when they come or go whole.
        func weight(_ node: FileNode?) -> Int { node?.totalSize ?? 0 }
        let now = now
        let heritage = existing == nil && inherits && parent.attributes.mode & FileAttributes.setGroupID != 0 ? parent.attributes.group : nil
        var delta = 0
        func apply(_ node: inout FileNode?, _ room: Int) throws(FileError) {
            let before = weight(node)
            if let growth {
                if growth(node) > room { throw FileError(.full, path: path) }
                try body(&node)
            } else {
                let saved = node
                try body(&node)
                if weight(node) - before > room {
                    node = saved
                    throw FileError(.full, path: path)
                }
            }
            delta = weight(node) - before
            if let heritage { node?.inherit(group: heritage) }
            if case .file(var content)? = node, !isEntryChange {
                node = nil
                content.attributes.modified = now
                node = .file(content)
            }
        }
        if let mount {
            let inner = mount.subPath + place[mount.point.count...]
            guard var volume = volumes[mount.volume] else { throw FileError(.notFound, path: path) }
            volumes[mount.volume] = nil
            defer { volumes[mount.volume] = volume }
            let room = Self.least(volume.capacityBytes, used: volume.usedBytes, volume.isOnDisk ? diskRoom : nil)
            try volume.root.change(inner[...], at: now) { node throws(FileError) in try apply(&node, room) }
            volume.usedBytes += delta
            if volume.isOnDisk, let left = diskRoom { diskRoom = max(left - delta, 0) }
        } else {
            let room = Self.least(capacityBytes, used: usedBytes, diskRoom)
            try root.change(place[...], at: now) { node throws(FileError) in try apply(&node, room) }
            usedBytes += delta
            if let left = diskRoom { diskRoom = max(left - delta, 0) }
        }
    }

    /// What a tree holds at most whatever its capacity is: the bytes of its files are in this process's memory.
    package static let heldMax = 256 << 20

    /// What is left where several limits hold; what is full already takes nothing more, and yet lets go.
    private static func least(_ capacity: Int?, used: Int, _ disk: Int?) -> Int {
        max(min((capacity ?? .max) - used, heldMax - used, disk ?? .max), 0)
    }

    /// Writes a file, replacing what it held.
    package mutating func write(_ bytes: [UInt8], to path: String, mode: Int? = nil) throws(FileError) {
        let attributes = FileAttributes(mode: mode ?? 0o666 & ~creationMask, user: user, group: group, modified: now)
        try change(path, growth: { bytes.count - ($0?.totalSize ?? 0) }) { node throws(FileError) in
            switch node {
            case .directory?: throw FileError(.isDirectory, path: path)
            case .file(var content)?:
                content.bytes = bytes
                node = .file(content)
            case .device?: break
            case .symlink?, nil: node = .file(FileContent(bytes: bytes, attributes: attributes))
            }
        }
    }

    /// Writes into a file at an offset, or at its end when `offset` is nil; the file is made when missing.
    ///
    /// - Returns: the offset after the last byte written.
    package mutating func write(_ bytes: [UInt8], to path: String, at offset: Int?) throws(FileError) -> Int {
        let attributes = FileAttributes(mode: 0o666 & ~creationMask, user: user, group: group, modified: now)
        var end = 0
        func growth(_ node: FileNode?) -> Int {
            guard case .file(let content)? = node else { return bytes.count }
            return offset.map { max($0 + bytes.count - content.bytes.count, 0) } ?? bytes.count
        }
        try change(path, growth: growth) { node throws(FileError) in
            switch node {
            case .directory?: throw FileError(.isDirectory, path: path)
            case .device(.full)?: throw FileError(.full, path: path)
            case .device?: break
            default:
                var content = FileContent(bytes: [], attributes: attributes)
                if case .file(let existing)? = node { content = existing }
                node = nil
                let start = offset ?? content.bytes.count
                if start >= content.bytes.count {
                    content.bytes += [UInt8](repeating: 0, count: min(start - content.bytes.count, 1 << 24))
                    content.bytes += bytes
                } else {
                    let overlap = min(bytes.count, content.bytes.count - start)
                    content.bytes.replaceSubrange(start..<start + overlap, with: bytes)
                }
                end = start + bytes.count
                node = .file(content)
            }
        }
        return end
    }
}
