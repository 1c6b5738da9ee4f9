import SimulationKernel

/// What serving requests costs a container.
package struct ServiceCost: Hashable, Sendable {
    /// CPU time of one request in milliseconds of one core.
    package var cpuMillisecondsPerRequest: Double
    /// CPU that is used without any request, in millicores.
    package var idleMilliCPU: Int
    /// Memory without any request, in bytes.
    package var idleMemoryBytes: Int
    /// Memory that a request in flight or waiting holds, in bytes.
    package var memoryBytesPerRequest: Int
    /// How many requests are served at once; more wait.
    package var concurrency: Int
    /// Time a request takes apart from the CPU, such as waiting for a database, in milliseconds.
    package var waitMilliseconds: Double

    package init(
        cpuMillisecondsPerRequest: Double = 1, idleMilliCPU: Int = 1, idleMemoryBytes: Int = 8 << 20, memoryBytesPerRequest: Int = 64 << 10,
        concurrency: Int = 100, waitMilliseconds: Double = 1
    ) {
        self.cpuMillisecondsPerRequest = cpuMillisecondsPerRequest
        self.idleMilliCPU = idleMilliCPU
        self.idleMemoryBytes = idleMemoryBytes
        self.memoryBytesPerRequest = memoryBytesPerRequest
        self.concurrency = concurrency
        self.waitMilliseconds = waitMilliseconds
    }
}

/// How a container fares under a rate of requests.
package struct ServiceLoad: Hashable, Sendable {
    package var milliCPU: Int
    package var memoryBytes: Int
    /// Requests served a second; less than the rate when saturated.
    package var servedPerSecond: Double
    /// Requests a second that got no answer in time.
    package var timedOutPerSecond = 0.0
    /// Requests that wait.
    package var waiting = 0.0
    package var latencyMilliseconds: Double
    /// What a request takes by itself, nobody waiting before it.
    package var serviceMilliseconds: Double
    /// Requests that could be served a second.
    package var capacityPerSecond: Double
    /// The share of capacity in use; 1 and more is saturation.
    package var utilization: Double
}

/// Turns traffic into CPU, memory and latency at a steady rate; `ServiceQueue` adds what piles up over time.
///
/// - Source: an M/M/1 queue in front of the CPU share, cut at saturation: latency = service time / (1 − utilisation);
///   requests in flight by Little's law. A CPU limit is the share: the kernel throttles what is beyond it.
/// - Bounds: latency is at most `latencyMax`; requests over the capacity are not served.
package enum WorkloadModel {
    /// A request that waits this long times out: milliseconds.
    package static let latencyMax = 30_000.0

    /// The load of one container at a rate, with a CPU limit in millicores (nil: the whole node's `available`).
    package static func load(ratePerSecond: Double, cost: ServiceCost, limitMilliCPU: Int?, availableMilliCPU: Int) -> ServiceLoad {
        let rate = max(ratePerSecond, 0)
        let share = Double(max(min(limitMilliCPU ?? availableMilliCPU, availableMilliCPU) - cost.idleMilliCPU, 1))
        let cpuCapacity = cost.cpuMillisecondsPerRequest > 0 ? share / cost.cpuMillisecondsPerRequest : .infinity
        // One request runs on one core at most, however many there are.
        let serviceMilliseconds = cost.cpuMillisecondsPerRequest * 1000 / min(max(share, 1), 1000) + cost.waitMilliseconds
        let slotCapacity = Double(max(cost.concurrency, 1)) * 1000 / max(serviceMilliseconds, 0.001)
        let capacity = min(cpuCapacity, slotCapacity)
        let utilization = rate / capacity
        let served = min(rate, capacity)
        let latency = utilization >= 1 ? latencyMax : min(serviceMilliseconds / (1 - utilization), latencyMax)
        let inFlight = min(served * latency / 1000, Double(max(cost.concurrency, 1)))
        return ServiceLoad(
            milliCPU: cost.idleMilliCPU + Int((served * cost.cpuMillisecondsPerRequest).rounded()),
            memoryBytes: cost.idleMemoryBytes + Int(min(inFlight * Double(cost.memoryBytesPerRequest), 1e15)), servedPerSecond: served,
            latencyMilliseconds: latency, serviceMilliseconds: serviceMilliseconds, capacityPerSecond: capacity, utilization: utilization)
    }
}
