import Glibc
import SimulationKernel

/// A served cluster's clock, as a client reckons it from the wall's.
package struct RemoteClock: Sendable {
    private var wallMark: Int64
    private var mark: Instant
    /// Virtual seconds a second on the wall.
    private var factor: Double

    /// The wall's own time.
    package init() { self.init(now: WallClock.now, factor: 1) }

    package init(now: Instant, factor: Double) {
        wallMark = WallClock.elapsed
        mark = now
        self.factor = factor
    }

    package var now: Instant { mark + .nanoseconds(Int64(min(Double(WallClock.elapsed - wallMark) * factor, 9e17))) }

    /// Waits until so much time has passed in the cluster; at least a little, so that who polls does not spin.
    func wait(_ duration: Duration) {
        let nanoseconds = max(Int64(Double(duration.nanoseconds) / max(factor, 0.01)), 2_000_000)
        var left = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        nanosleep(&left, nil)
    }
}
