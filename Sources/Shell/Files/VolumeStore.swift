/// The number of a volume that several file systems may mount.
package struct VolumeID: Hashable, Comparable, Sendable {
    package var rawValue: Int
    package init(_ rawValue: Int) { self.rawValue = rawValue }
    package static func < (left: VolumeID, right: VolumeID) -> Bool { left.rawValue < right.rawValue }
}

/// A tree of files with a life of its own: an emptyDir, a disk, a projected ConfigMap.
package struct Volume: Sendable {
    package var root: FileDirectory
    /// Nil for no limit.
    package var capacityBytes: Int?
    package var usedBytes: Int
    /// Whether it lies on the same disk as the trees that mount it.
    package var isOnDisk: Bool

    package init(root: FileDirectory = FileDirectory(attributes: FileAttributes(mode: 0o777)), capacityBytes: Int? = nil, isOnDisk: Bool = false) {
        self.root = root
        self.capacityBytes = capacityBytes
        self.isOnDisk = isOnDisk
        usedBytes = FileNode.directory(root).totalSize
    }
}

/// The volumes that file systems mount by number, owned by whoever owns the file systems.
///
/// It is moved into `VirtualFileSystem.volumes` while a shell runs, so that all containers of a pod see one volume.
package struct VolumeStore: Sendable {
    private var volumes: [VolumeID: Volume] = [:]
    private var nextID = 1

    package init() {}

    package mutating func add(_ volume: Volume) -> VolumeID {
        let id = VolumeID(nextID)
        nextID += 1
        volumes[id] = volume
        return id
    }

    package mutating func remove(_ id: VolumeID) { volumes[id] = nil }

    package subscript(id: VolumeID) -> Volume? {
        get { volumes[id] }
        _modify { yield &volumes[id] }
    }

    package var count: Int { volumes.count }
}
