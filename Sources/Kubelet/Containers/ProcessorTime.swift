import SimulationKernel

/// How many steps a container's process may still take, or all processes of a cluster together.
///
/// Processes that compute for ever would use up the machine that simulates them: they begin with a store of steps, and what they use
/// comes back slowly. Their loops then turn more slowly; all else, and the CPU that they are seen to use, stays as it was.
///
/// - Bounds: in `t` seconds at most `burst + t * perSecond` steps, and `turnMin` a turn so that a process always goes on.
struct StepAllowance: Hashable, Sendable {
    static let turnMin = 20

    private let burst: Int
    private let perSecond: Int
    private var left: Int
    private var countedAt: Instant?

    private init(burst: Int, perSecond: Int) {
        (self.burst, self.perSecond) = (burst, perSecond)
        left = burst
    }

    static let ofProcess = StepAllowance(burst: 1_000_000, perSecond: 1_000)
    static let ofCluster = StepAllowance(burst: 20_000_000, perSecond: 5_000)

    /// The steps of a turn that begins now.
    mutating func steps(upTo most: Int, at now: Instant) -> Int {
        let earned = Int((now - (countedAt ?? now)).inSeconds * Double(perSecond))
        if countedAt == nil || earned > 0 { countedAt = now }
        left = min(left + earned, burst)
        return min(most, max(left, Self.turnMin))
    }

    mutating func spend(_ steps: Int) { left = max(left - steps, 0) }
}

/// How much of the time a process has been busy of late.
///
/// - Source: what metrics show is CPU time over the time between two readings, not what goes on at one moment.
struct BusyMeter: Hashable, Sendable {
    static let window: Duration = .seconds(15)

    private var windowStart: Instant
    private var busySince: Instant?
    /// Busy time of the window before, and of this one up to `busySince`.
    private var before: Duration = .zero
    private var busy: Duration = .zero
    /// How long the window before was; zero in the first.
    private var beforeLength: Duration = .zero

    init(startedAt: Instant) { windowStart = startedAt }

    /// Notes what the process does from now on.
    mutating func note(isBusy: Bool, at now: Instant) {
        roll(to: now)
        if let since = busySince { busy += now - since }
        busySince = isBusy ? now : nil
    }

    /// The share of the time in which it was busy, in thousandths: over this window and the one before.
    func thousandths(at now: Instant) -> Int64 {
        var meter = self
        meter.roll(to: now)
        let length = now - meter.windowStart + meter.beforeLength
        guard length > .zero else { return busySince == nil ? 0 : 1000 }
        let used = meter.before + meter.busy + (meter.busySince.map { now - $0 } ?? .zero)
        return min(used.nanoseconds / max(length.nanoseconds / 1000, 1), 1000)
    }

    /// Begins a new window where the present one is over.
    private mutating func roll(to now: Instant) {
        let length = now - windowStart
        guard length >= Self.window else { return }
        // Windows that passed without a note were all busy or all idle.
        if let since = busySince { busy += now - since }
        (before, beforeLength, busy) = length > Self.window + Self.window ? (busySince == nil ? .zero : Self.window, Self.window, .zero) : (busy, length, .zero)
        (windowStart, busySince) = (now, busySince.map { _ in now })
    }
}
