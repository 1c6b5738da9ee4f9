import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct EventRecorderTests {
    let pod: Value = [
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p", "namespace": "default", "uid": "u1", "resourceVersion": "5"],
    ]

    func record(_ server: inout TestServer, _ message: String, reason: String = "Pulled", action: String = "") -> Value {
        let draft = EventDraft(object: pod, type: .normal, reason: reason, message: message, action: action)
        switch server.api.perform(.event(draft), by: .node("n"), actor: "kubelet", cause: nil) {
        case .success(let event): return event
        case .failure: return .null
        }
    }

    @Test func `equal events are counted up`() {
        var server = TestServer()
        let first = record(&server, "image present")
        server.api.now += .seconds(5)
        let second = record(&server, "image present")
        #expect(first.name == second.name)
        #expect(second["count"] == 2)
        #expect(second["firstTimestamp"] == first["firstTimestamp"])
        #expect(second["lastTimestamp"] == .string(server.api.now.rfc3339))
        #expect(second["involvedObject"]?["uid"] == "u1")
        #expect(server.api.store.count(.events) == 1)
    }

    @Test func `many like events become one`() {
        var server = TestServer()
        for index in 0..<9 { _ = record(&server, "try \(index)") }
        #expect(server.api.store.count(.events) == 9)
        let combined = record(&server, "try 9")
        #expect(combined["message"] == "(combined from similar events): try 9")
        #expect(record(&server, "try 10")["count"] == 2)
        #expect(server.api.store.count(.events) == 10)
    }

    @Test func `a flood is cut off`() {
        var server = TestServer()
        for index in 0..<40 { _ = record(&server, "m", reason: "R\(index)") }
        #expect(server.api.store.count(.events) == 25)
        server.api.now += .seconds(300)
        #expect(record(&server, "m", reason: "Late") != .null)
    }

    @Test func `events of the new kind are series`() {
        var server = TestServer()
        let first = record(&server, "bound", reason: "Scheduled", action: "Binding")
        #expect(first["series"] == nil)
        #expect(first["eventTime"] == .string(server.api.now.rfc3339Micro))
        #expect(record(&server, "bound", reason: "Scheduled", action: "Binding")["series"]?["count"] == 2)
    }

    @Test func `events end after an hour`() {
        var server = TestServer()
        _ = record(&server, "old")
        server.api.now += .seconds(1800)
        _ = record(&server, "new")
        server.api.now += .seconds(1801)
        server.api.expireEvents()
        #expect(server.api.store.list(.events).map { $0["message"] } == ["new"])
    }

    @Test func `events are counted up over a restart`() throws {
        var server = TestServer()
        for index in 0..<12 { _ = record(&server, "try \(index)") }
        _ = record(&server, "again", reason: "Failed")
        _ = record(&server, "bound", reason: "Scheduled", action: "Binding")
        var restarted = TestServer()
        restarted.api = GenericAPIServer(seed: 7)
        try restarted.api.restore(server.api.encodeState())
        #expect(record(&restarted, "try 12")["count"] == 4)
        #expect(record(&restarted, "again", reason: "Failed")["count"] == 2)
        #expect(record(&restarted, "bound", reason: "Scheduled", action: "Binding")["series"]?["count"] == 2)
        #expect(restarted.api.store.count(.events) == server.api.store.count(.events))
    }
}
