/// A folder in memory: what tests and mutants are made of.
package struct MemorySource: FileSource {
    package var files: [String: [UInt8]]
    package var limits: SourceLimits
    /// What stands before the paths when a person is told of them.
    package var label: String

    package init(_ files: [String: String] = [:], label: String = "", limits: SourceLimits = .standard) {
        self.files = files.mapValues { Array($0.utf8) }
        self.limits = limits
        self.label = label
    }

    package init(bytes files: [String: [UInt8]], label: String = "", limits: SourceLimits = .standard) {
        self.files = files
        self.limits = limits
        self.label = label
    }

    package func displayName(of path: String) -> String { SourcePath.join(label, path.isEmpty && label.isEmpty ? "(memory)" : path) }

    package func kind(of path: String) throws(SourceError) -> EntryKind? {
        let path = try SourcePath.plain(path, in: displayName(of: ""))
        if files[path] != nil { return .file }
        if path.isEmpty || files.keys.contains(where: { $0.hasPrefix(path + "/") }) { return .folder }
        return nil
    }

    package func entries(of folder: String) throws(SourceError) -> [SourceEntry] {
        let folder = try SourcePath.plain(folder, in: displayName(of: ""))
        let prefix = folder.isEmpty ? "" : folder + "/"
        var kinds: [String: EntryKind] = [:]
        for path in files.keys where path.hasPrefix(prefix) {
            let rest = path.dropFirst(prefix.count)
            if let slash = rest.firstIndex(of: "/") {
                kinds[String(rest[..<slash])] = .folder
            } else {
                kinds[String(rest)] = .file
            }
        }
        if kinds.isEmpty, !folder.isEmpty { throw SourceError(.missing, "There is no folder \(displayName(of: folder)).") }
        return kinds.map { SourceEntry(name: $0.key, kind: $0.value) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    package func read(_ path: String) throws(SourceError) -> [UInt8] {
        let plain = try SourcePath.plain(path, in: displayName(of: ""))
        guard let bytes = files[plain] else { throw SourceError(.missing, "There is no file \(displayName(of: plain)).") }
        guard bytes.count <= limits.fileBytesMax else { throw .tooLarge(displayName(of: plain), bytes: bytes.count, limits: limits) }
        return bytes
    }

    package func folder(_ path: String) throws(SourceError) -> any FileSource {
        let plain = try SourcePath.plain(path, in: displayName(of: ""))
        if plain.isEmpty { return self }
        let prefix = plain + "/"
        var inside: [String: [UInt8]] = [:]
        for (name, bytes) in files where name.hasPrefix(prefix) { inside[String(name.dropFirst(prefix.count))] = bytes }
        return MemorySource(bytes: inside, label: SourcePath.join(label, plain), limits: limits)
    }
}

extension SourceError {
    static func tooLarge(_ name: String, bytes: Int, limits: SourceLimits) -> SourceError {
        SourceError(.tooLarge, "\(name) is \(bytes) bytes long; a file may have \(limits.fileBytesMax).")
    }
}

/// One source's files over another's: a mutant over the solution that it breaks.
package struct OverlaySource: FileSource {
    package var upper: any FileSource
    package var lower: any FileSource

    package init(_ upper: any FileSource, over lower: any FileSource) {
        self.upper = upper
        self.lower = lower
    }

    package var limits: SourceLimits { lower.limits }

    package func displayName(of path: String) -> String {
        upper.hasFile(path) ? upper.displayName(of: path) : lower.displayName(of: path)
    }

    package func kind(of path: String) throws(SourceError) -> EntryKind? {
        if let kind = try upper.kind(of: path) { return kind }
        return try lower.kind(of: path)
    }

    package func entries(of folder: String) throws(SourceError) -> [SourceEntry] {
        var byName: [String: SourceEntry] = [:]
        var isThere = false
        for source in [lower, upper] where try source.kind(of: folder) == .folder {
            isThere = true
            for entry in try source.entries(of: folder) { byName[entry.name] = entry }
        }
        guard isThere else { throw SourceError(.missing, "There is no folder \(displayName(of: folder)).") }
        return byName.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    package func read(_ path: String) throws(SourceError) -> [UInt8] {
        try upper.kind(of: path) == .file ? upper.read(path) : lower.read(path)
    }

    package func folder(_ path: String) throws(SourceError) -> any FileSource {
        switch (try upper.kind(of: path), try lower.kind(of: path)) {
        case (.folder, .folder): OverlaySource(try upper.folder(path), over: try lower.folder(path))
        case (.folder, _): try upper.folder(path)
        default: try lower.folder(path)
        }
    }
}
