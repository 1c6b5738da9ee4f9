import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct FlowControlTests {
    static let schemas = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas"
    static let levels = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations"

    private func server() -> TestServer {
        var server = TestServer()
        server.api.installFlowControl()
        return server
    }

    @Test func `a new server has the levels and schemas of a real one`() throws {
        var server = server()
        let schemas = try server.send("GET", Self.schemas).body["items"]?.elements ?? []
        let expected = [
            "catch-all catch-all 10000 ByUser", "endpoint-controller workload-high 150 ByUser", "exempt exempt 1 -",
            "global-default global-default 9900 ByUser", "kube-controller-manager workload-high 800 ByNamespace",
            "kube-scheduler workload-high 800 ByNamespace", "kube-system-service-accounts workload-high 900 ByNamespace", "probes exempt 2 -",
            "service-accounts workload-low 9000 ByUser", "system-leader-election leader-election 100 ByUser",
            "system-node-high node-high 400 ByUser", "system-nodes system 500 ByUser", "workload-leader-election leader-election 200 ByUser",
        ]
        let found = schemas.map {
            "\($0.name) \($0["spec", "priorityLevelConfiguration", "name"]?.stringValue ?? "") \($0["spec", "matchingPrecedence"]?.intValue ?? 0) \($0["spec", "distinguisherMethod", "type"]?.stringValue ?? "-")"
        }
        #expect(found == expected)
        let names = (try server.send("GET", Self.levels).body["items"]?.elements ?? []).map(\.name)
        #expect(names == ["catch-all", "exempt", "global-default", "leader-election", "node-high", "system", "workload-high", "workload-low"])
        for schema in schemas {
            let level = schema["spec", "priorityLevelConfiguration", "name"]?.stringValue ?? ""
            #expect(names.contains(level))
            #expect(schema["status"]?["conditions"]?[0]?["status"] == "False")
        }
    }

    @Test func `what a server brings would pass its own checks`() {
        var errors: FieldErrors = []
        for object in FlowControlBootstrap.flowSchemas { FlowControlValidation.flowSchema(object, into: &errors) }
        for object in FlowControlBootstrap.priorityLevels { FlowControlValidation.priorityLevel(object, into: &errors) }
        #expect(errors.isEmpty)
    }

    @Test func `a schema says whether its level exists`() throws {
        var server = server()
        func dangling(_ server: inout TestServer) throws -> (String, String) {
            let condition = try server.send("GET", Self.schemas + "/mine").body["status"]?["conditions"]?[0]
            return (condition?["status"]?.stringValue ?? "", condition?["message"]?.stringValue ?? "")
        }
        _ = try server.send(
            "POST", Self.schemas,
            [
                "metadata": ["name": "mine"],
                "spec": ["priorityLevelConfiguration": ["name": "mine"], "rules": [["subjects": [["kind": "User", "user": ["name": "ann"]]], "nonResourceRules": [["verbs": ["get"], "nonResourceURLs": ["*"]]]]]],
            ])
        #expect(
            try dangling(&server) == (
                "True", "This FlowSchema references the PriorityLevelConfiguration object named \"mine\" but there is no such object"
            ))
        _ = try server.send(
            "POST", Self.levels,
            ["metadata": ["name": "mine"], "spec": ["type": "Limited", "limited": ["limitResponse": ["type": "Reject"]]]])
        #expect(try dangling(&server) == ("False", "This FlowSchema references the PriorityLevelConfiguration object named \"mine\" and it exists"))
        _ = try server.send("DELETE", Self.levels + "/mine")
        #expect(try dangling(&server).0 == "True")
    }

    struct Refusal: CustomTestStringConvertible {
        var testDescription: String
        var path: String
        var name = "x"
        var spec: Value
        var expected: String
    }

    private static func schema(_ change: (inout Value) -> Void) -> Value {
        var spec: Value = ["priorityLevelConfiguration": ["name": "system"], "matchingPrecedence": 500]
        change(&spec)
        return spec
    }

    @Test(arguments: [
        Refusal(
            testDescription: "precedence 0", path: schemas, spec: schema { $0["matchingPrecedence"] = -1 },
            expected: "spec.matchingPrecedence: Invalid value: -1: must be a positive value"),
        Refusal(
            testDescription: "precedence 1", path: schemas, spec: schema { $0["matchingPrecedence"] = 1 },
            expected: "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"),
        Refusal(
            testDescription: "precedence 10001", path: schemas, spec: schema { $0["matchingPrecedence"] = 10001 },
            expected: "spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000"),
        Refusal(
            testDescription: "no level", path: schemas, spec: schema { $0["priorityLevelConfiguration"] = ["name": ""] },
            expected: "spec.priorityLevelConfiguration.name: Required value: must reference a priority level"),
        Refusal(
            testDescription: "a rule without subjects", path: schemas,
            spec: schema { $0["rules"] = [["nonResourceRules": [["verbs": ["get"], "nonResourceURLs": ["*"]]]]] },
            expected: "spec.rules[0].subjects: Required value: subjects must contain at least one value"),
        Refusal(
            testDescription: "a rule about nothing", path: schemas,
            spec: schema { $0["rules"] = [["subjects": [["kind": "Group", "group": ["name": "a"]]]]] },
            expected: "spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty"),
        Refusal(
            testDescription: "a level that is exempt", path: levels, spec: ["type": "Exempt"],
            expected: "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'"),
        Refusal(
            testDescription: "limited by nothing", path: levels, spec: ["type": "Limited"],
            expected: "spec.limited: Required value: must not be empty when type is Limited"),
        Refusal(
            testDescription: "a hand larger than the queues", path: levels,
            spec: [
                "type": "Limited",
                "limited": ["limitResponse": ["type": "Queue", "queuing": ["queues": 4, "handSize": 6, "queueLengthLimit": 1]]],
            ], expected: "spec.limited.limitResponse.queuing.handSize: Invalid value: 6: should not be greater than queues (4)"),
    ]) func `refuses`(_ c: Refusal) {
        var server = server()
        let status = server.refusal("POST", c.path, ["metadata": ["name": .string(c.name)], "spec": c.spec])
        #expect(status?.message.contains(c.expected) == true, "\(status?.message ?? "accepted")")
    }

    @Test func `what every server needs keeps its spec`() {
        var server = server()
        #expect(
            server.refusal("PATCH", Self.schemas + "/catch-all", ["spec": ["matchingPrecedence": 9999]], type: merge)?.message.contains(
                "spec of 'catch-all' must equal the fixed value") == true)
    }
}

/// How a control plane shows itself.
@Suite struct ControlPlaneTests {
    @Test func `component statuses are asked, not stored`() throws {
        var server = TestServer()
        let before = server.api.store.revision
        let answer = try server.send("GET", "/api/v1/componentstatuses")
        #expect(answer.warnings == ["v1 ComponentStatus is deprecated in v1.19+"])
        #expect(answer.body["items"]?.elements.map(\.name) == ["controller-manager", "scheduler", "etcd-0"])
        let one = try server.send("GET", "/api/v1/componentstatuses/scheduler").body
        #expect(one["conditions"] == [["type": "Healthy", "status": "True", "message": "ok"]])
        let table = try server.send("GET", "/api/v1/componentstatuses", accept: "application/json;as=Table;v=v1;g=meta.k8s.io").body
        #expect(table["rows"]?.elements.map { $0["cells"] } == ["controller-manager", "scheduler", "etcd-0"].map { [.string($0), "Healthy", "ok", ""] })
        #expect(server.refusal("GET", "/api/v1/componentstatuses/nobody")?.message == "Component not found: nobody")
        #expect(server.refusal("POST", "/api/v1/componentstatuses", ["metadata": ["name": "a"]])?.code == 405)
        #expect(server.api.store.revision == before)
    }

    @Test func `leases of the control plane are renewed without anybody writing`() throws {
        var server = TestServer()
        server.api.installControlPlane(host: "one", authority: "PEM")
        let revision = server.api.store.revision
        let path = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
        let leases = try server.send("GET", path).body["items"]?.elements ?? []
        #expect(leases.count == 3)
        let names = leases.map(\.name)
        #expect(names.contains("kube-controller-manager") && names.contains("kube-scheduler"))
        let own = try #require(leases.first { $0.name.hasPrefix("apiserver-") })
        #expect(own.name.utf8.count == "apiserver-".utf8.count + 26)
        #expect(own.label("apiserver.kubernetes.io/identity") == "kube-apiserver")
        #expect(own["spec"]?["holderIdentity"]?.stringValue?.hasPrefix(own.name + "_") == true)
        server.api.now += .seconds(3601)
        let scheduler = try server.send("GET", path + "/kube-scheduler").body
        #expect(scheduler["spec"]?["renewTime"]?.stringValue == (server.api.now - .seconds(1)).rfc3339Micro)
        #expect(scheduler["spec"]?["acquireTime"] == leases.first { $0.name == "kube-scheduler" }?["spec"]?["acquireTime"])
        let later = try server.send("GET", path + "/" + own.name).body
        #expect(later["spec"]?["renewTime"]?.stringValue == (server.api.now - .seconds(1)).rfc3339Micro)
        #expect(server.api.store.revision == revision)
    }

    @Test func `what a server keeps for others is there`() throws {
        var server = TestServer()
        server.api.installControlPlane(host: "one", authority: "PEM")
        let path = "/api/v1/namespaces/kube-system/configmaps/"
        #expect(try server.send("GET", path + "extension-apiserver-authentication").body["data"] == ["client-ca-file": "PEM"])
        #expect(
            try server.send("GET", path + "kube-apiserver-legacy-service-account-token-tracking").body["data"]?["since"]?.stringValue
                == String(server.api.now.rfc3339.prefix(10)))
    }
}
