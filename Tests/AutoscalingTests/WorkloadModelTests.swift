import SimulationKernel
import Testing

@testable import Autoscaling

/// From traffic to CPU, memory and latency.
@Suite struct WorkloadModelTests {
    static let cost = ServiceCost(
        cpuMillisecondsPerRequest: 10, idleMilliCPU: 0, idleMemoryBytes: 10 << 20, memoryBytesPerRequest: 1 << 20, concurrency: 1000, waitMilliseconds: 0)

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var rate: Double
        var limit: Int?
        var served: Double
        var milliCPU: Int
        var latency: Double
    }

    @Test(arguments: [
        Case(testDescription: "idle", rate: 0, limit: 1000, served: 0, milliCPU: 0, latency: 10),
        Case(testDescription: "half used", rate: 50, limit: 1000, served: 50, milliCPU: 500, latency: 20),
        Case(testDescription: "nine tenths", rate: 90, limit: 1000, served: 90, milliCPU: 900, latency: 100),
        Case(testDescription: "saturated", rate: 200, limit: 1000, served: 100, milliCPU: 1000, latency: 30_000),
        Case(testDescription: "a limit throttles", rate: 40, limit: 500, served: 40, milliCPU: 400, latency: 100),
        Case(testDescription: "more cores serve more, each request no faster", rate: 100, limit: 2000, served: 100, milliCPU: 1000, latency: 20),
        Case(testDescription: "no limit is the node", rate: 150, limit: nil, served: 150, milliCPU: 1500, latency: 16),
    ])
    func `a steady rate`(_ entry: Case) {
        let load = WorkloadModel.load(ratePerSecond: entry.rate, cost: Self.cost, limitMilliCPU: entry.limit, availableMilliCPU: 4000)
        #expect((load.servedPerSecond - entry.served).magnitude < 0.001)
        #expect(load.milliCPU == entry.milliCPU)
        #expect((load.latencyMilliseconds - entry.latency).magnitude < 0.01, "\(load.latencyMilliseconds)")
    }

    @Test func `few slots hold requests back that the CPU could serve`() {
        var cost = Self.cost
        (cost.concurrency, cost.waitMilliseconds) = (2, 190)
        let load = WorkloadModel.load(ratePerSecond: 50, cost: cost, limitMilliCPU: 1000, availableMilliCPU: 4000)
        #expect((load.capacityPerSecond - 10).magnitude < 0.001)
        #expect(load.servedPerSecond == load.capacityPerSecond)
    }

    @Test func `what comes beyond the capacity waits, then times out, and is served when there is room`() {
        var queue = ServiceQueue()
        var (arrived, served, lost) = (0.0, 0.0, 0.0)
        var latencies: [Double] = []
        func tick(_ rate: Double) {
            let load = queue.advance(seconds: 1, ratePerSecond: rate, cost: Self.cost, limitMilliCPU: 1000, availableMilliCPU: 4000)
            arrived += rate
            served += load.servedPerSecond
            lost += load.timedOutPerSecond
            latencies.append(load.latencyMilliseconds)
            #expect((arrived - served - lost - queue.waiting).magnitude < 0.001)
            #expect(load.milliCPU <= 1000)
        }
        for _ in 0..<20 { tick(200) }
        #expect(lost == 0, "20 s of waiting are borne")
        #expect(latencies == latencies.sorted(), "latency grows")
        for _ in 0..<20 { tick(200) }
        #expect(lost > 0)
        #expect(latencies.last == WorkloadModel.latencyMax)
        for _ in 0..<30 { tick(0) }
        #expect(queue.waiting == 0)
        tick(50)
        #expect((latencies.last! - 20).magnitude < 0.01)
    }

    @Test func `those who wait hold memory`() {
        var queue = ServiceQueue()
        var load = queue.advance(seconds: 1, ratePerSecond: 50, cost: Self.cost, limitMilliCPU: 1000, availableMilliCPU: 4000)
        #expect(load.memoryBytes < 12 << 20)
        for _ in 0..<10 { load = queue.advance(seconds: 1, ratePerSecond: 150, cost: Self.cost, limitMilliCPU: 1000, availableMilliCPU: 4000) }
        #expect(load.memoryBytes > 500 << 20, "500 requests wait")
    }
}
