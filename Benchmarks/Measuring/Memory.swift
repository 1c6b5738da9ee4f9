import Glibc

/// The process's memory as the kernel counts it.
package enum Memory {
    /// The most that was resident so far, in MiB.
    package static var peakMiB: Int {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) / 1024
    }
}
