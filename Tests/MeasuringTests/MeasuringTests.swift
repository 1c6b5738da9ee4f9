import Dispatch
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

    @Test func `every request to a served cluster is answered, and every watch hears what is its own`() async throws {
        // It waits for what goes on on other threads, which a test's own must not.
        let results = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try LiveMeasurement.run(pods: 120, LiveMeasurement.Size(watches: 30, clients: 2, requests: 80)) })
            }
        }
        #expect(results.map(\.count).prefix(4) == [80, 8, 2, 20])
        // Ten changes, heard by three watches of all pods and by those of the parts that they fall in.
        #expect(results[4].count >= 30)
        #expect(results[4].notes.hasSuffix(" 0 watches or events wrong"), "\(results[4].notes)")
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
