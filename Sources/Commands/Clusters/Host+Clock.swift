import Glibc
import SimulationKernel

extension Host {
    /// The wall clock to the nanosecond.
    static var preciseNow: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
