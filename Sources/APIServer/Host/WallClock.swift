import NIOCore
import SimulationKernel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The clocks on the wall.
enum WallClock {
    /// Nanoseconds that only ever grow, for measuring how much time has passed.
    static var elapsed: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The date and time of day.
    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
