import Foundation
import KubernetesObjects
import Testing

@testable import APIMachinery

/// Lists of a hundred thousand entries: whatever is said of them is said in time, and the server goes on.
///
/// - Bounds: each case stands for a loop that must not be quadratic; squared, any of them would take hours. A few run always, all
///   of them with `LABRUNNER_LISTS=1`, since a debug build needs minutes for them.
@Suite(.timeLimit(.minutes(10))) struct HostileListTests {
    static let size = 100_000

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var path: String
        var body: @Sendable () -> Value
        /// How the refusal begins; nil for an object that is taken.
        var refusal: String?
        var method = "POST"
        var type = "application/json"
    }

    private static func list(_ make: (Int) -> Value) -> Value { .array((0..<size).map(make)) }

    private static func map(_ make: (Int) -> (String, Value)) -> Value { .object(Fields((0..<size).map(make))) }

    private static func pod(_ field: String, _ list: Value) -> Value {
        var pod: Value = ["metadata": ["name": "p"], "spec": ["containers": [["name": "a", "image": "x"]]]]
        pod["spec", default: [:]][field] = list
        return pod
    }

    private static func container(_ field: String, _ list: Value) -> Value {
        pod("containers", [["name": "a", "image": "x", field: list]])
    }

    private static let pods = "/api/v1/namespaces/default/pods"
    private static let configMaps = "/api/v1/namespaces/default/configmaps"
    private static let tooLarge = "etcdserver: request is too large"
    private static let farTooLarge = "rpc error: code = ResourceExhausted desc = trying to send message larger than max ("

    static let cases: [Case] = [
        Case(testDescription: "containers", path: pods, body: { pod("containers", list { ["name": "c\($0)", "image": "x"] }) }, refusal: farTooLarge),
        Case(
            testDescription: "containers of one name", path: pods, body: { pod("containers", list { _ in ["name": "c", "image": "x"] }) },
            refusal: "Pod \"p\" is invalid: [spec.containers[1].name: Duplicate value: \"c\", "),
        Case(testDescription: "environment", path: pods, body: { container("env", list { ["name": .string("V\($0)")] }) }, refusal: farTooLarge),
        Case(
            testDescription: "mounts and devices", path: pods,
            body: {
                pod(
                    "containers",
                    [
                        [
                            "name": "a", "image": "x", "volumeMounts": .array((0..<size / 3).map { ["name": "v", "mountPath": .string("/m\($0)")] }),
                            "volumeDevices": .array((0..<size / 3).map { ["name": "v", "devicePath": .string("/d\($0)")] }),
                        ]
                    ])
            }, refusal: "Pod \"p\" is invalid: ["),
        Case(testDescription: "ports", path: pods, body: { container("ports", list { ["containerPort": Value(1 + $0 % 60000)] }) }, refusal: farTooLarge),
        Case(
            testDescription: "arguments", path: pods, body: { container("args", list { .string("a\($0)") }) }, refusal: nil),
        Case(testDescription: "tolerations", path: pods, body: { pod("tolerations", list { ["key": .string("k\($0)")] }) }, refusal: tooLarge),
        Case(testDescription: "volumes", path: pods, body: { pod("volumes", list { ["name": .string("v\($0)")] }) }, refusal: farTooLarge),
        Case(testDescription: "secrets to pull with", path: pods, body: { pod("imagePullSecrets", list { ["name": .string("s\($0)")] }) }, refusal: farTooLarge),
        Case(testDescription: "keys of a config map", path: configMaps, body: { ["metadata": ["name": "c"], "data": map { ("k\($0)", "") }] }, refusal: farTooLarge),
        Case(
            testDescription: "labels", path: configMaps, body: { ["metadata": ["name": "c", "labels": map { ("l\($0)", "") }]] }, refusal: farTooLarge),
        Case(
            testDescription: "finalizers", path: configMaps,
            body: { ["metadata": ["name": "c", "finalizers": list { .string("a.b/f\($0)") }]] }, refusal: farTooLarge),
        Case(
            testDescription: "rules", path: "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles",
            body: { ["metadata": ["name": "r"], "rules": [["apiGroups": [""], "resources": list { .string("r\($0)") }, "verbs": ["get"]]]] },
            refusal: nil),
        Case(
            testDescription: "subjects", path: "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
            body: {
                [
                    "metadata": ["name": "r"], "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"],
                    "subjects": .array((0..<90_000).map { ["kind": "User", "name": .string("u\($0)")] }),
                ]
            }, refusal: farTooLarge),
        Case(
            testDescription: "ports of a service", path: "/api/v1/namespaces/default/services",
            body: {
                ["metadata": ["name": "s"], "spec": ["ports": list { ["name": .string("p\($0)"), "port": Value(1 + $0 % 60000)] }]]
            }, refusal: "Service \"s\" is invalid: ["),
        Case(
            testDescription: "endpoints", path: "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
            body: { ["metadata": ["name": "e"], "addressType": "IPv4", "endpoints": list { _ in ["addresses": ["10.0.0.1"]] }] },
            refusal: "EndpointSlice.discovery.k8s.io \"e\" is invalid: endpoints: Too many: 100000: must have at most 1000 items"),
        Case(
            testDescription: "keys applied", path: configMaps + "/c?fieldManager=m",
            body: { ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"], "data": map { ("k\($0)", "") }] }, refusal: farTooLarge,
            method: "PATCH", type: applyPatch),
        Case(
            testDescription: "keys patched", path: configMaps + "/present", body: { ["data": map { ("k\($0)", "") }] }, refusal: farTooLarge,
            method: "PATCH", type: merge),
        Case(
            testDescription: "containers patched", path: "/apis/apps/v1/namespaces/default/deployments/present",
            body: { ["spec": ["template": ["spec": ["containers": list { ["name": .string("c\($0)"), "image": "x"] }]]]] }, refusal: farTooLarge,
            method: "PATCH", type: strategic),
        Case(
            testDescription: "containers deleted by a patch", path: "/apis/apps/v1/namespaces/default/deployments/present",
            body: { ["spec": ["template": ["spec": ["containers": .array((0..<80_000).map { ["name": .string("c\($0)"), "$patch": "delete"] })]]]] }, refusal: nil,
            method: "PATCH", type: strategic),
        Case(
            testDescription: "operations", path: configMaps + "/present",
            body: { list { _ in ["op": "x"] } },
            refusal: "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 100000", method: "PATCH", type: jsonPatch),
    ]

    private static let usual: Set = ["arguments", "keys of a config map", "endpoints", "operations", "secrets to pull with", "ports"]

    private static let chosen = cases.filter { ProcessInfo.processInfo.environment["LABRUNNER_LISTS"] != nil || usual.contains($0.testDescription) }

    @Test(arguments: chosen) func `long lists`(_ c: Case) throws {
        var server = TestServer()
        _ = try server.send("POST", Self.configMaps, ["metadata": ["name": "present"], "data": ["x": "y"]])
        _ = try server.send("POST", "/apis/apps/v1/namespaces/default/deployments", deployment("present"))
        let before = server.api.store.revision
        let message = server.refusal(c.method, c.path, c.body(), type: c.type)?.message
        // Some messages are as long as what they are about.
        let begin = message.map { String($0.prefix(200)) }
        if let expected = c.refusal {
            let isExpected = message?.hasPrefix(expected) == true
            #expect(isExpected, "\(begin ?? "accepted")")
            #expect(server.api.store.revision == before)
        } else {
            #expect(begin == nil)
        }
        #expect(try server.send("GET", Self.configMaps + "/present").body["data"] == ["x": "y"])
    }

    @Test func `ten thousand operations on a long list are done in place`() throws {
        var server = TestServer()
        let path = "/api/v1/namespaces/default/pods"
        let arguments = Value.array((0..<50_000).map { .string("\($0)") })
        _ = try server.send("POST", path, ["metadata": ["name": "p"], "spec": ["containers": [["name": "a", "image": "x", "args": arguments]]]])
        let operations = Value.array((0..<10_000).map { _ in ["op": "replace", "path": "/spec/containers/0/args/49999", "value": "z"] })
        let reason = server.refusal("PATCH", path + "/p", operations, type: jsonPatch)?.reason
        #expect(reason == "Invalid")
    }

    @Test func `copies do not double without end`() throws {
        var server = TestServer()
        _ = try server.send("POST", Self.configMaps, ["metadata": ["name": "c"], "data": ["a": "b"]])
        let operations = Value.array((0..<200).map { ["op": "copy", "from": "", "path": .string("/data/k\($0)")] })
        #expect(server.refusal("PATCH", Self.configMaps + "/c", operations, type: jsonPatch) == .patchRejected)
        #expect(try server.send("GET", Self.configMaps + "/c").body["data"] == ["a": "b"])
    }

    @Test func `long selectors are read in time`() throws {
        var server = TestServer()
        let values = (0..<Self.size).map { "v\($0)" }.joined(separator: ",")
        #expect(try server.send("GET", Self.configMaps + "?labelSelector=a+in+(\(values))").body["items"]?.elements.isEmpty == true)
        let terms = (0..<Self.size).map { "k\($0)" }.joined(separator: ",")
        #expect(try server.send("GET", Self.configMaps + "?labelSelector=\(terms)").body["items"]?.elements.isEmpty == true)
    }

    @Test func `a definition with very many fields, and an object with all of them`() throws {
        var server = TestServer()
        let names = (0..<20_000).map { "f\($0)" }
        var definition = HostileBodyTests.freeDefinition
        let properties = Value.object(Fields(names.map { ($0, ["type": "integer"]) }))
        definition["spec", "versions"] = [
            [
                "name": "v1", "served": true, "storage": true,
                "schema": ["openAPIV3Schema": ["type": "object", "properties": ["spec": ["type": "object", "properties": properties]]]],
            ]
        ]
        _ = try server.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        let path = "/apis/lab.example.com/v1/namespaces/default/blobs"
        let spec = Value.object(Fields(names.map { ($0, 1) }))
        _ = try server.send("POST", path, ["apiVersion": "lab.example.com/v1", "kind": "Blob", "metadata": ["name": "b"], "spec": spec])
        let stored = try server.send("PATCH", path + "/b", ["spec": ["f7": 2]], type: merge).body
        #expect(stored["spec"]?.fields?.count == names.count)
        #expect(stored["spec"]?["f7"] == 2)
    }
}
