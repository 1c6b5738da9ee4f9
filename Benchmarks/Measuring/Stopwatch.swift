import Glibc

/// Wall time and the process's own processor time since it was started.
///
/// - Units: seconds.
package struct Stopwatch {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let processor: Double

    package init() {
        start = clock.now
        processor = Self.processorSeconds
    }

    package var wall: Double {
        let (seconds, attoseconds) = (clock.now - start).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    package var cpu: Double { Self.processorSeconds - processor }

    /// What the process has used so far in user and in kernel mode.
    private static var processorSeconds: Double {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

/// One measured operation, printed as one line.
///
/// - Shape: `room.operation(size)  N ITEMS  WALL s  CPU s cpu  RATE ITEMS/s  notes  MIB MiB  digest HEX`.
package struct Measurement: CustomStringConvertible {
    package var name: String
    /// What is counted, in the plural: `pods`.
    package var items: String
    package var count: Int
    package var wall: Double
    package var cpu: Double
    /// Further figures worth seeing.
    package var notes = ""
    /// Of what was computed: equal for two runs that did the same.
    package var digest: UInt64

    package init(_ name: String, items: String, count: Int, _ watch: Stopwatch, notes: String = "", digest: UInt64) {
        self.name = name
        self.items = items
        self.count = count
        wall = watch.wall
        cpu = watch.cpu
        self.notes = notes
        self.digest = digest
    }

    /// Items a second of processor time, which other work on the machine changes least.
    package var rate: Double { Double(count) / max(cpu, 1e-9) }

    package var description: String {
        let extra = notes.isEmpty ? "" : "  \(notes)"
        return
            "\(name)  \(count) \(items)  \(Self.rounded(wall)) s  \(Self.rounded(cpu)) s cpu  \(Int(rate)) \(items)/s  \(Self.rounded(cpu * 1e6 / Double(max(count, 1)))) us each\(extra)  \(Memory.peakMiB) MiB  digest \(String(digest, radix: 16))"
    }

    private static func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
}

/// A digest of texts, in order.
package struct Digest {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func add(_ text: String) {
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        value = (value ^ 0xff) &* 0x100_0000_01b3
    }
}
