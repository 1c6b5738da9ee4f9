import Shell
import SimulationKernel

/// How a kubelet lays out the volumes that it fills itself, so that all their files change at once.
///
/// - Shape: the files stand in a directory that is named for its time, such as `..2026_01_05_09_00_10.1804289383`; `..data` leads to
///   it, and each name to what it stands for in `..data`.
/// - Source: kubelet `volume/util/atomic_writer.go`.
enum AtomicFiles {
    private static let data = "..data"

    static func laidOut(_ files: FileDirectory, now: Instant, salt: String) -> FileDirectory {
        let civil = now.civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        // The digits that a name gets to be unlike any other: here of the volume and its time, so that runs agree.
        let digits = salt.utf8.reduce(UInt64(bitPattern: now.nanoseconds)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 } % 4_000_000_000
        let name = "..\(civil.year)_\(two(civil.month))_\(two(civil.day))_\(two(civil.hour))_\(two(civil.minute))_\(two(civil.second)).\(digits)"
        var inner = files
        inner.attributes.mode = 0o755
        inner.attributes.modified = now.nanoseconds
        var root = FileDirectory(attributes: files.attributes)
        root.attributes.modified = now.nanoseconds
        root.entries[name] = .directory(inner)
        root.entries[data] = .symlink(name, modified: now.nanoseconds)
        for entry in files.entries.keys { root.entries[entry] = .symlink("\(data)/\(entry)", modified: now.nanoseconds) }
        return root
    }

    /// The files themselves, for what is mounted by a path inside of the volume.
    static func files(of root: FileDirectory) -> FileDirectory {
        guard case .symlink(let name, _)? = root.entries[data], case .directory(let inner)? = root.entries[name] else { return root }
        return inner
    }
}
