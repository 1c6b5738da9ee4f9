import SimulationKernel

/// The requests that wait at one server, from one second to the next.
///
/// - Invariants: what came is served, waits, or has timed out: `arrived = served + waiting + timedOut`, added up over all ticks.
/// - Bounds: nobody waits longer than `WorkloadModel.latencyMax`.
/// - Source: a fluid queue: arrivals beyond the capacity pile up, and leave in order when there is room again.
package struct ServiceQueue: Hashable, Sendable {
    /// Requests that wait.
    package private(set) var waiting = 0.0

    package init() {}

    /// Lets so many seconds pass at a rate of arrivals.
    package mutating func advance(
        seconds: Double, ratePerSecond: Double, cost: ServiceCost, limitMilliCPU: Int?, availableMilliCPU: Int
    ) -> ServiceLoad {
        var load = WorkloadModel.load(
            ratePerSecond: ratePerSecond, cost: cost, limitMilliCPU: limitMilliCPU, availableMilliCPU: availableMilliCPU)
        guard seconds > 0 else { return load }
        let arrived = max(ratePerSecond, 0) * seconds
        let room = load.capacityPerSecond * seconds
        let served = min(waiting + arrived, room)
        var left = waiting + arrived - served
        // Who would wait longer than the limit has given up.
        let patience = load.capacityPerSecond * WorkloadModel.latencyMax / 1000
        let gaveUp = max(left - patience, 0)
        left -= gaveUp
        if left < 1e-6 { left = 0 }
        waiting = left
        let delay = load.capacityPerSecond > 0 ? waiting / load.capacityPerSecond * 1000 : WorkloadModel.latencyMax
        load.servedPerSecond = served / seconds
        load.timedOutPerSecond = gaveUp / seconds
        load.waiting = waiting
        load.latencyMilliseconds = waiting > 0 ? min(load.serviceMilliseconds + delay, WorkloadModel.latencyMax) : min(load.latencyMilliseconds, WorkloadModel.latencyMax)
        load.milliCPU = cost.idleMilliCPU + Int((load.servedPerSecond * cost.cpuMillisecondsPerRequest).rounded())
        // Who is served and who waits holds a connection each.
        let inFlight = min(load.servedPerSecond * load.serviceMilliseconds / 1000, Double(max(cost.concurrency, 1))) + waiting
        load.memoryBytes = cost.idleMemoryBytes + Int(min(inFlight * Double(cost.memoryBytesPerRequest), 1e15))
        return load
    }
}
