import Testing

@testable import Measuring

/// Small sizes of all benchmarks, so that they go on working. No time is looked at.
@Suite struct MeasuringTests {
    @Test func `all pods of a Deployment come to run, and two runs agree`() {
        let runs = (0..<2).map { _ in ClusterMeasurement.run(pods: 60) }
        #expect(runs.map(\.count) == [60, 60])
        #expect(runs[0].digest == runs[1].digest)
    }

    @Test(arguments: SchedulerShape.all.map(\.name))
    func `all measured pods of a shape are bound, and two runs agree`(_ name: String) throws {
        let shape = try #require(SchedulerShape.named(name))
        let nodes = 50
        let run = SchedulerMeasurement.run(shape, nodes: nodes)
        #expect(run.count == shape.measuredCount * nodes / 5000)
        #expect(SchedulerMeasurement.run(shape, nodes: nodes).digest == run.digest)
    }

    @Test func `a load is answered, and two runs agree`() {
        // A tick at the start and one a second after it, each of 60.
        let runs = (0..<2).map { _ in TrafficMeasurement.run(seconds: 20) }
        #expect(runs[0].notes == "answered 1260 of 1260 requests")
        #expect(runs[0].digest == runs[1].digest)
    }

    @Test(arguments: APIMeasurement.Kind.allCases)
    func `every request of the API benchmark is answered`(_ kind: APIMeasurement.Kind) {
        let results = APIMeasurement.run(kind, objects: 30)
        let counts = results.map(\.count)
        // A watch from the start tells of each creation and each patch.
        #expect(counts == [30, 30, 30, 30, 30, 30, 60, 30])
        #expect(results.map(\.digest) == APIMeasurement.run(kind, objects: 30).map(\.digest))
    }
}
