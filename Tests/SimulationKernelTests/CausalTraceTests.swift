import Testing

@testable import SimulationKernel

@Suite struct CausalTraceTests {
    private func record(_ trace: inout CausalTrace, _ subject: String, cause: TraceID? = nil) -> TraceID {
        trace.record(cause: cause, time: .simulationStart, actor: "test", action: "create", subject: subject)
    }

    @Test func `tells what led to an entry`() {
        var trace = CausalTrace()
        let first = record(&trace, "Deployment")
        _ = record(&trace, "Service")
        let second = record(&trace, "ReplicaSet", cause: first)
        let third = record(&trace, "Pod", cause: second)
        #expect(trace.chain(to: third).map(\.subject) == ["Deployment", "ReplicaSet", "Pod"])
        #expect(trace[TraceID(99)] == nil && trace.chain(to: TraceID(99)).isEmpty)
    }

    @Test func `equal runs have equal digests`() {
        var a = CausalTrace(), b = CausalTrace(), c = CausalTrace()
        for subject in ["x", "y"] { _ = (record(&a, subject), record(&b, subject)) }
        for subject in ["y", "x"] { _ = record(&c, subject) }
        #expect(a.digest == b.digest && a.digest != c.digest)
    }

    @Test func `keeps no more than its capacity`() {
        var trace = CausalTrace(capacity: 2)
        for subject in ["a", "b", "c"] { _ = record(&trace, subject) }
        #expect(trace.entries.count == 2 && trace.total == 3)
    }
}
