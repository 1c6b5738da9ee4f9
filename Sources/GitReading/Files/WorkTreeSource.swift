import Glibc

/// A folder on disk.
///
/// - Bounds: a file is opened only when its real path lies below the folder's real path, and read only when it is a
///   regular file within `limits`. Nothing is ever written.
package struct WorkTreeSource: FileSource {
    /// The real path of the folder.
    package let root: String
    package let limits: SourceLimits
    /// The path as it was given, for messages.
    let shown: String

    /// - Throws: `missing` when nothing is there, `wrongKind` when it is no folder.
    package init(_ path: String, shown: String? = nil, limits: SourceLimits = .standard) throws(SourceError) {
        let given = shown ?? path
        guard let real = Self.realPath(path) else {
            if errno == ELOOP { throw SourceError(.escapes, "\(given) is a symbolic link that leads in a circle.") }
            throw SourceError(.missing, "There is no folder \(given). Check the path.")
        }
        var information = stat()
        guard stat(real, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
            throw SourceError(.wrongKind, "\(given) is not a folder. Give the folder that holds the files.")
        }
        root = real
        self.limits = limits
        self.shown = given
    }

    package func displayName(of path: String) -> String {
        if path.isEmpty { return shown }
        return shown == "." ? path : shown.hasSuffix("/") ? shown + path : shown + "/" + path
    }

    package func kind(of path: String) throws(SourceError) -> EntryKind? {
        guard let real = try resolve(path) else { return nil }
        var information = stat()
        guard stat(real, &information) == 0 else { return nil }
        return Self.kind(information)
    }

    package func entries(of folder: String) throws(SourceError) -> [SourceEntry] {
        guard let real = try resolve(folder) else {
            throw SourceError(.missing, "There is no folder \(displayName(of: folder)).")
        }
        guard let directory = opendir(real) else {
            throw SourceError(.unreadable, "The folder \(displayName(of: folder)) cannot be read: \(Self.reason()).")
        }
        defer { closedir(directory) }
        var entries: [SourceEntry] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            var information = stat()
            guard lstat(real + "/" + name, &information) == 0 else { continue }
            entries.append(SourceEntry(name: name, kind: Self.kind(information)))
            guard entries.count <= 100_000 else {
                throw SourceError(.tooMany, "The folder \(displayName(of: folder)) holds more than 100000 names.")
            }
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    package func read(_ path: String) throws(SourceError) -> [UInt8] {
        guard let real = try resolve(path) else {
            throw SourceError(.missing, "There is no file \(displayName(of: path)).")
        }
        // Not blocking: opening a pipe must not wait for its other end.
        let descriptor = open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SourceError(.unreadable, "\(displayName(of: path)) cannot be read: \(Self.reason()).")
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            throw SourceError(.wrongKind, "\(displayName(of: path)) is not a regular file.")
        }
        guard information.st_size <= limits.fileBytesMax else {
            throw .tooLarge(displayName(of: path), bytes: Int(information.st_size), limits: limits)
        }
        // One byte more than expected shows a file that grows while it is read.
        let capacity = min(Int(information.st_size), limits.fileBytesMax) + 1
        var failure: SourceError?
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            while count < capacity {
                let got = Glibc.read(descriptor, buffer.baseAddress! + count, capacity - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = SourceError(.unreadable, "\(displayName(of: path)) cannot be read: \(Self.reason()).") }
                if got <= 0 { break }
                count += got
            }
        }
        if let failure { throw failure }
        guard bytes.count <= limits.fileBytesMax else { throw .tooLarge(displayName(of: path), bytes: bytes.count, limits: limits) }
        return bytes
    }

    package func folder(_ path: String) throws(SourceError) -> any FileSource {
        guard let real = try resolve(path) else {
            throw SourceError(.missing, "There is no folder \(displayName(of: path)).")
        }
        return try WorkTreeSource(real, shown: displayName(of: path), limits: limits)
    }

    /// The real path of a path inside the folder; nil when nothing is there.
    private func resolve(_ path: String) throws(SourceError) -> String? {
        let plain = try SourcePath.plain(path, in: displayName(of: ""))
        guard let real = Self.realPath(plain.isEmpty ? root : root + "/" + plain) else {
            if errno == ELOOP { throw SourceError(.escapes, "\(displayName(of: path)) is a symbolic link that leads in a circle.") }
            return nil
        }
        guard real == root || real.hasPrefix(root == "/" ? "/" : root + "/") else {
            throw SourceError(
                .escapes, "\(displayName(of: path)) is a symbolic link out of \(shown) (to \(real)). Only files inside the folder are read.")
        }
        return real
    }

    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func kind(_ information: stat) -> EntryKind {
        switch information.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: .other
        }
    }

    static func reason() -> String { String(cString: strerror(errno)).lowercased() }
}
