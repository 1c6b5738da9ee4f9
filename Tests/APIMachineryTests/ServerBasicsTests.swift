import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct ServerBasicsTests {
    let configMaps = "/api/v1/namespaces/default/configmaps"

    @Test func `creates, reads, changes and deletes`() throws {
        var server = TestServer()
        let made = try server.send("POST", configMaps, ["metadata": ["name": "c"], "data": ["a": "1"]])
        #expect(made.code == 201)
        #expect(made.body.uid.utf8.count == 36)
        #expect(made.body.kind == "ConfigMap")
        var changed = made.body
        changed["data"] = ["a": "2"]
        let updated = try server.send("PUT", configMaps + "/c", changed)
        #expect(updated.body["data"] == ["a": "2"])
        #expect(updated.body.resourceVersion != made.body.resourceVersion)
        var stale = made.body
        stale["data"] = ["a": "3"]
        #expect(
            server.refusal("PUT", configMaps + "/c", stale)?.message
                == "Operation cannot be fulfilled on configmaps \"c\": the object has been modified; please apply your changes to the latest version and try again"
        )
        let patched = try server.send("PATCH", configMaps + "/c", ["data": ["b": "3"]], type: merge)
        #expect(patched.body["data"] == ["a": "2", "b": "3"])
        #expect(try server.send("GET", configMaps).body["items"]?.elements.count == 1)
        #expect(try server.send("DELETE", configMaps + "/c").body["status"] == "Success")
        #expect(server.refusal("GET", configMaps + "/c")?.message == "configmaps \"c\" not found")
        #expect(server.api.takeEvents().map(\.change) == [.added, .modified, .modified, .deleted])
    }

    /// The hashes that every cluster shows; what is not stored has none, and events are stored as those of the first group.
    @Test(arguments: [
        ("/api/v1", "pods", "xPOwRZ+Yhw8="), ("/api/v1", "configmaps", "qFsyl6wFWjQ="), ("/api/v1", "bindings", nil), ("/api/v1", "componentstatuses", nil),
        ("/apis/apps/v1", "deployments", "8aSe+NMegvE="), ("/apis/autoscaling/v1", "horizontalpodautoscalers", "qwQve8ut294="),
        ("/apis/batch/v1", "cronjobs", "sd5LIXh4Fjs="), ("/apis/events.k8s.io/v1", "events", "r2yiGXH7wu8="),
        ("/apis/authentication.k8s.io/v1", "tokenreviews", nil),
    ])
    func `discovery tells in which version types are stored`(_ path: String, _ resource: String, _ hash: String?) throws {
        var server = TestServer()
        let entry = try server.send("GET", path).body["resources"]?.elements.first { $0["name"]?.stringValue == resource }
        #expect(entry != nil)
        #expect(entry?["storageVersionHash"]?.stringValue == hash)
    }

    struct Refusal: CustomTestStringConvertible {
        let method: String, path: String
        var body: Value?
        var type = "application/json"
        let message: String
        var testDescription: String { "\(method) \(path)" }
    }

    static let refusals: [Refusal] = [
        Refusal(method: "GET", path: "/api/v1/namespaces/default/pods/nope", message: "pods \"nope\" not found"),
        Refusal(method: "GET", path: "/apis/apps/v1/namespaces/default/deployments/x", message: "deployments.apps \"x\" not found"),
        Refusal(method: "GET", path: "/apis/nope/v1/things", message: "the server could not find the requested resource"),
        Refusal(
            method: "POST", path: "/api/v1/namespaces/gone/configmaps", body: ["metadata": ["name": "c"]], message: "namespaces \"gone\" not found"),
        Refusal(
            method: "POST", path: "/apis/apps/v1/namespaces/default/deployments",
            body: [
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"], "spec": ["replicas": "three"],
            ],
            message: "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field "
                + "DeploymentSpec.spec.replicas of type int32"),
        Refusal(
            method: "POST", path: "/apis/apps/v1/namespaces/default/deployments?fieldValidation=Strict",
            body: {
                var object = deployment()
                object["spec", default: [:]]["replica"] = 1
                return object
            }(),
            message: "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \"spec.replica\""),
        Refusal(
            method: "GET", path: "/api/v1/pods?fieldSelector=spec.x%3D1", message: "field label not supported: spec.x"),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: [["op": "remove", "path": "/data/zz"]], type: jsonPatch,
            message: "the server rejected our request due to an error in our request"),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: ["data": ["a": "2"]], type: jsonPatch,
            message: "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: ["data": ["b": true]], type: strategic,
            message: " \"\" is invalid: patch: Invalid value: \"map[data:map[b:true]]\": unrecognized type: string"),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: ["data": ["b": 1]], type: strategic,
            message: " \"\" is invalid: patch: Invalid value: \"map[data:map[b:1]]\": cannot convert int64 to string"),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: [["op": "replace", "path": "/metadata/name", "value": "q"]],
            type: jsonPatch, message: "the name of the object (q) does not match the name on the URL (base)"),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: ["metadata": ["namespace": "other"]], type: strategic,
            message: "the namespace of the object (other) does not match the namespace on the request (default)"),
        Refusal(
            method: "PUT", path: "/api/v1/namespaces/default/configmaps/base", body: ["metadata": ["name": "other"]],
            message: "the name of the object (other) does not match the name on the URL (base)"),
        Refusal(
            method: "POST", path: "/api/v1/namespaces/default/configmaps", body: ["metadata": ["name": "base"]],
            message: "configmaps \"base\" already exists"),
        Refusal(
            method: "DELETE", path: "/api/v1/namespaces/default/configmaps/base", body: ["preconditions": ["uid": "u"]],
            message: "*the UID in the precondition (u) does not match the UID in record"),
        Refusal(
            method: "PUT", path: "/api/v1/namespaces/default/configmaps/base", body: ["metadata": ["name": "base", "uid": "u"]],
            message: "*StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/base, ResourceVersion: 0, "
                + "AdditionalErrorMsg: Precondition failed: UID in precondition: u, UID in object meta: "),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: ["metadata": ["uid": "u"]], type: merge,
            message: "ConfigMap \"base\" is invalid: metadata.uid: Invalid value: \"u\": field is immutable"),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: ["metadata": ["resourceVersion": "abc"]], type: merge,
            message: "strconv.ParseUint: parsing \"abc\": invalid syntax"),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: ["kind": "Foo"], type: merge,
            message: "*: no kind \"Foo\" is registered for version \"v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""),
        Refusal(
            method: "PATCH", path: "/api/v1/namespaces/default/configmaps/base", body: ["kind": "Secret"], type: merge,
            message: "*: converting (v1.Secret) to (core.ConfigMap): unknown conversion"),
        Refusal(
            method: "GET", path: "/api/v1/configmaps?limit=1&continue=%21",
            message: "invalid continue token: continue key is not valid: illegal base64 data at input byte 0"),
        Refusal(
            method: "GET", path: "/api/v1/configmaps?resourceVersion=abc",
            message: "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax"),
    ]

    @Test(arguments: refusals) func `refuses in the real server's words`(_ refusal: Refusal) throws {
        var server = TestServer()
        _ = try server.send("POST", "/api/v1/namespaces/default/configmaps", ["metadata": ["name": "base"], "data": ["a": "1"]])
        let message = server.refusal(refusal.method, refusal.path, refusal.body, type: refusal.type)?.message
        if refusal.message.hasPrefix("*") {
            #expect(message?.contains(refusal.message.dropFirst()) == true, "\(message ?? "accepted")")
        } else {
            #expect(message == refusal.message)
        }
    }

    @Test func `a strategic merge patch makes no other kind of an object`() throws {
        var server = TestServer()
        _ = try server.send("POST", configMaps, ["metadata": ["name": "base"]])
        let patched = try server.send("PATCH", "\(configMaps)/base", ["kind": "Foo", "apiVersion": "v9", "data": ["a": "1"]], type: strategic)
        #expect(patched.body.kind == "ConfigMap")
        #expect(patched.body.apiVersion == "v1")
        #expect(patched.body["data"] == ["a": "1"])
    }

    @Test func `generated names differ and are short`() throws {
        var server = TestServer()
        let long = String(repeating: "a", count: 80)
        var names: Set<String> = []
        for _ in 0..<20 {
            let made = try server.send("POST", configMaps, ["metadata": ["generateName": .string(long)]])
            names.insert(made.body.name)
            #expect(made.body.name.utf8.count == 63)
        }
        #expect(names.count == 20)
    }

    @Test func `pages follow each other without gaps while objects come and go`() throws {
        var server = TestServer()
        for index in 0..<25 { _ = try server.send("POST", configMaps, ["metadata": ["name": .string("c\(100 + index)")]]) }
        var seen: [String] = []
        var token = ""
        repeat {
            let page = try server.send("GET", "\(configMaps)?limit=10" + (token.isEmpty ? "" : "&continue=\(token)"))
            seen += (page.body["items"]?.elements ?? []).map(\.name)
            token = page.body["metadata"]?["continue"]?.stringValue ?? ""
            if !token.isEmpty {
                #expect(page.body["metadata"]?["remainingItemCount"]?.intValue == 25 - seen.count)
                _ = try server.send("DELETE", "\(configMaps)/c\(124 - seen.count / 10)")
            }
        } while !token.isEmpty
        #expect(seen == (0..<25).map { "c\(100 + $0)" })
    }
}
