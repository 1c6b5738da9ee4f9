import KubernetesObjects
import Testing

@testable import APIMachinery

/// Bodies that are made to do harm: refused in the real server's words, and nothing is lost.
@Suite(.timeLimit(.minutes(4))) struct HostileBodyTests {
    static let configMaps = "/api/v1/namespaces/default/configmaps"

    /// Sends bytes as a client of the wire does and gives the refusal; a refused request changes nothing.
    private func refusal(
        _ method: String = "POST", _ path: String = configMaps, _ bytes: [UInt8], type: String = "application/json", on server: inout TestServer
    ) throws -> APIStatus? {
        let before = server.api.store.revision
        do throws(APIStatus) {
            let request = try APIRequest(method: method, path: path, headers: [("Content-Type", type), ("User-Agent", "kubectl/v1.36.2")], body: bytes)
            _ = try server.api.handle(request)
            return nil
        } catch {
            #expect(server.api.store.revision == before, "a refused request changed something")
            return error
        }
    }

    // MARK: Depth

    struct Depth: CustomTestStringConvertible {
        var testDescription: String
        var open: String
        var close: String
        var type = "application/json"
        var method = "POST"
        var expected: String
    }

    @Test(arguments: [
        Depth(
            testDescription: "maps", open: #"{"a":"#, close: "}",
            expected: "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: exceeded max depth"),
        Depth(
            testDescription: "lists", open: "[", close: "]",
            expected: "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: exceeded max depth"),
        Depth(
            testDescription: "lists that never close", open: "[", close: "",
            expected: "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: exceeded max depth"),
        Depth(
            testDescription: "a merge patch", open: #"{"a":"#, close: "}", type: merge, method: "PATCH", expected: "error decoding patch: exceeded max depth"),
        Depth(testDescription: "a JSON patch", open: "[", close: "]", type: jsonPatch, method: "PATCH", expected: "error decoding patch: exceeded max depth"),
        Depth(testDescription: "YAML to apply", open: "{a: ", close: "}", type: applyPatch, method: "PATCH", expected: "error decoding YAML: "),
    ]) func `depth is bounded`(_ c: Depth) throws {
        for depth in [1_000, 100_000] {
            var server = TestServer()
            _ = try server.send("POST", Self.configMaps, ["metadata": ["name": "c"]])
            let text = String(repeating: c.open, count: depth) + (c.close.isEmpty ? "" : "1" + String(repeating: c.close, count: depth))
            let path = c.method == "PATCH" ? Self.configMaps + "/c?fieldManager=m" : Self.configMaps
            let status = try refusal(c.method, path, Array(text.utf8), type: c.type, on: &server)
            #expect(status?.code == 400)
            #expect(status?.message.hasPrefix(c.expected) == true, "\(status?.message.prefix(200) ?? "accepted")")
            #expect((status?.message.utf8.count ?? 0) < 1000)
            #expect(try server.send("GET", Self.configMaps + "/c").body.name == "c")
        }
    }

    // MARK: Size

    @Test func `a body above the limit is not read`() throws {
        var server = TestServer()
        let large = #"{"data":{"a":""# + String(repeating: "x", count: 3_145_728) + #""}}"#
        let status = try refusal("POST", Self.configMaps, Array(large.utf8), on: &server)
        #expect(status == APIStatus(code: 413, reason: "RequestEntityTooLarge", message: "Request entity too large: limit is 3145728"))
        // In process there are no bytes; the tree counts as the bytes it would be.
        var request = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "configmaps"), namespace: "default")
        request.body = try Value(parsingJSON: large)
        #expect(throws: APIStatus.bodyTooLarge(limit: 3_145_728)) { try server.api.handle(request) }
        request.verb = .patch
        request.patchType = .merge
        #expect(throws: APIStatus.bodyTooLarge(limit: 3_145_728)) { try server.api.handle(request) }
        _ = try server.send("POST", Self.configMaps, ["metadata": ["name": "after"]])
    }

    @Test func `many small values are as long as their bytes`() throws {
        for text in ["[1,2,-3,40]", #"{"a":null,"b":[true,false],"c":{}}"#, #"["\n\"\u0001","é",1.50,[]]"#, "[]"] {
            let value = try Value(parsingJSON: text)
            #expect(value.jsonSize == value.jsonBytes(escapesHTML: false).count, "\(text)")
            #expect(!value.jsonSizeExceeds(value.jsonSize) && value.jsonSizeExceeds(value.jsonSize - 1))
        }
    }

    @Test func `texts of a megabyte meet the limits of their fields`() throws {
        var server = TestServer()
        let megabyte = String(repeating: "x", count: 1 << 20)
        let cases: [(String, Value, String?)] = [
            (Self.configMaps, ["metadata": ["name": "fits"], "data": ["a": .string(String(megabyte.dropLast()))]], nil),
            (
                Self.configMaps, ["metadata": ["name": "c"], "data": ["a": .string(megabyte + "x")]],
                "ConfigMap \"c\" is invalid: []: Too long: may not be more than 1048576 bytes"
            ),
            (
                Self.configMaps, ["metadata": ["name": "c", "annotations": ["a": .string(megabyte)]]],
                "ConfigMap \"c\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes"
            ),
        ]
        for (path, body, expected) in cases {
            let message = server.refusal("POST", path, body)?.message
            #expect(message == expected)
        }
        for body: Value in [
            ["metadata": ["name": .string(megabyte)]], ["metadata": ["name": "c", "labels": ["a": .string(megabyte)]]],
            ["metadata": ["name": "c", "labels": [megabyte: "a"]]], ["metadata": ["name": "c", "finalizers": [.string(megabyte)]]],
            ["metadata": ["name": "c"], "data": [megabyte: "a"]],
        ] {
            let status = server.refusal("POST", Self.configMaps, body)
            #expect(status?.reason == "Invalid", "\(status?.message.prefix(100) ?? "accepted")")
        }
        #expect(try server.send("GET", Self.configMaps + "/fits").body["data"]?["a"]?.stringValue?.utf8.count == (1 << 20) - 1)
    }

    @Test func `what the storage does not take is refused whole`() throws {
        var server = TestServer()
        _ = try server.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Self.freeDefinition)
        let path = "/apis/lab.example.com/v1/namespaces/default/blobs"
        func blob(_ size: Int) -> Value {
            ["apiVersion": "lab.example.com/v1", "kind": "Blob", "metadata": ["name": "b"], "data": .string(String(repeating: "x", count: size))]
        }
        let before = server.api.store.revision
        #expect(server.refusal("POST", path, blob(1_600_000)) == APIStatus(code: 500, reason: "", message: "etcdserver: request is too large"))
        let status = server.refusal("POST", path, blob(2_500_000))
        #expect(status?.message.hasPrefix("rpc error: code = ResourceExhausted desc = trying to send message larger than max (25") == true)
        #expect(status?.message.hasSuffix(" vs. 2097152)") == true)
        #expect(server.api.store.revision == before)
        _ = try server.send("POST", path, blob(1_500_000))
        let stored = server.api.store.revision
        #expect(server.refusal("PATCH", path + "/b", ["more": .string(String(repeating: "y", count: 100_000))], type: merge)?.message == "etcdserver: request is too large")
        #expect(server.api.store.revision == stored)
        #expect(try server.send("GET", path + "/b").body["data"]?.stringValue?.utf8.count == 1_500_000)
    }

    static let freeDefinition: Value = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "blobs.lab.example.com"],
        "spec": [
            "group": "lab.example.com", "scope": "Namespaced", "names": ["plural": "blobs", "kind": "Blob"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": ["count": ["type": "integer"]],
                        ]
                    ],
                ]
            ],
        ],
    ]

    // MARK: Bytes that are no text

    @Test func `invalid UTF-8 becomes U+FFFD as in Go`() throws {
        var server = TestServer()
        let bytes = Array(#"{"metadata":{"name":"c"},"data":{"a":"x"#.utf8) + [0xFF, 0xC0, 0xAF, 0xED, 0xA0, 0x80] + Array(#"y"}}"#.utf8)
        #expect(try refusal("POST", Self.configMaps, bytes, on: &server) == nil)
        let stored = try server.send("GET", Self.configMaps + "/c").body["data"]?["a"]?.stringValue
        #expect(stored == "x" + String(repeating: "\u{FFFD}", count: 6) + "y")
        let name = Array(#"{"metadata":{"name":"c"#.utf8) + [0xFE] + Array(#""}}"#.utf8)
        #expect(try refusal("POST", Self.configMaps, name, on: &server)?.reason == "Invalid")
        let yaml = Array("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\ndata: {a: \"".utf8) + [0xFF] + Array("\"}\n".utf8)
        let status = try refusal("PATCH", Self.configMaps + "/d?fieldManager=m", yaml, type: applyPatch, on: &server)
        #expect(status?.code == 400)
        #expect(status?.message == "error decoding YAML: error converting YAML to JSON: yaml: invalid leading UTF-8 octet")
    }

    struct Malformed: CustomTestStringConvertible {
        var body: String
        var expected: String
        var testDescription: String { body }
    }

    private static let prefix = "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: "

    @Test(arguments: [
        Malformed(body: "{", expected: "unexpected end of JSON input"),
        Malformed(body: #"{"a" 1}"#, expected: "invalid character '1' after object key"),
        Malformed(body: #"{"a":1,}"#, expected: "invalid character '}' looking for beginning of object key string"),
        Malformed(body: "{\"a\":\"\u{1}\"}", expected: #"invalid character '\x01' in string literal"#),
        Malformed(body: #"{"a":"\x"}"#, expected: "invalid character 'x' in string escape code"),
        Malformed(body: #"{"a":01}"#, expected: "invalid character '1' after object key:value pair"),
        Malformed(body: #"{"a":nul}"#, expected: "invalid character '}' in literal null (expecting 'l')"),
    ]) func `what is no JSON is refused with Go's words`(_ c: Malformed) throws {
        var server = TestServer()
        let status = try refusal("POST", Self.configMaps, Array(c.body.utf8), on: &server)
        #expect(status?.code == 400)
        #expect(status?.message.hasPrefix(Self.prefix + c.expected + " (") == true, "\(status?.message ?? "accepted")")
    }

    // MARK: Fields given twice

    @Test func `keys given twice are refused, warned of or taken`() throws {
        let body = Array(
            #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","name":"web"},"spec":{"replicas":1,"replicas":2,"colour":1,"colour":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"x","app":"web"}},"spec":{"containers":[{"name":"a","image":"x","image":"y"}]}}}}"#
                .utf8)
        let path = "/apis/apps/v1/namespaces/default/deployments"
        var server = TestServer()
        let problems = [
            #"duplicate field "metadata.name""#, #"duplicate field "spec.replicas""#, #"unknown field "spec.colour""#,
            #"duplicate field "spec.template.metadata.labels.app""#, #"duplicate field "spec.template.spec.containers[0].image""#,
        ]
        let status = try refusal("POST", path + "?fieldValidation=Strict", body, on: &server)
        #expect(status?.code == 400 && status?.reason == "BadRequest")
        let text = status?.message ?? ""
        #expect(text.hasPrefix(#"Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: "#))
        for problem in problems { #expect(text.contains(problem), "\(problem) is not in \(text)") }
        let request = try APIRequest(
            method: "POST", path: path, headers: [("Content-Type", "application/json"), ("User-Agent", "curl/8")], body: body)
        let answer = try server.api.handle(request)
        for problem in problems { #expect(answer.warnings.contains(problem), "\(problem) is not in \(answer.warnings)") }
        #expect(answer.body["spec"]?["replicas"] == 2)
        #expect(answer.body["spec"]?["template"]?["metadata"]?["labels"] == ["app": "web"])
        let ignored = try APIRequest(
            method: "POST", path: path + "?fieldValidation=Ignore", headers: [("Content-Type", "application/json")],
            body: Array(String(decoding: body, as: UTF8.self).replacing(#""name":"web","name":"web""#, with: #""name":"other""#).utf8))
        #expect(try server.api.handle(ignored).warnings.isEmpty)
    }

    // MARK: Numbers

    struct Number: CustomTestStringConvertible {
        var spec: String
        var expected: String
        var testDescription: String { spec }
    }

    @Test(arguments: [
        Number(
            spec: #""replicas":9223372036854775808"#,
            expected: "json: cannot unmarshal number 9223372036854775808 into Go struct field DeploymentSpec.spec.replicas of type int32"),
        Number(
            spec: #""replicas":2147483648"#,
            expected: "json: cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32"),
        Number(
            spec: #""replicas":1e400"#, expected: "json: cannot unmarshal number 1e400 into Go struct field DeploymentSpec.spec.replicas of type int32"),
        Number(
            spec: #""replicas":1.5"#, expected: "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32"),
        Number(
            spec: "\"minReadySeconds\":-" + String(repeating: "9", count: 100),
            expected: "json: cannot unmarshal number -" + String(repeating: "9", count: 100)
                + " into Go struct field DeploymentSpec.spec.minReadySeconds of type int32"),
    ]) func `numbers outside their type are refused`(_ c: Number) throws {
        var server = TestServer()
        let body = #"{"metadata":{"name":"web"},"spec":{\#(c.spec),"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"x"}]}}}}"#
        let status = try refusal("POST", "/apis/apps/v1/namespaces/default/deployments", Array(body.utf8), on: &server)
        #expect(status?.message == #"Deployment in version "v1" cannot be handled as a Deployment: "# + c.expected)
    }

    @Test func `numbers of custom resources keep 64 bits and refuse more`() throws {
        var server = TestServer()
        _ = try server.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Self.freeDefinition)
        let path = "/apis/lab.example.com/v1/namespaces/default/blobs"
        func body(_ number: String, _ name: String) -> [UInt8] {
            Array(#"{"apiVersion":"lab.example.com/v1","kind":"Blob","metadata":{"name":"\#(name)"},"count":\#(number)}"#.utf8)
        }
        #expect(try refusal("POST", path, body("9223372036854775807", "max"), on: &server) == nil)
        #expect(try server.send("GET", path + "/max").body["count"] == .int(.max))
        let status = try refusal("POST", path, body("9223372036854775808", "more"), on: &server)
        #expect(status?.reason == "Invalid")
        #expect(
            status?.message.hasPrefix(
                #"Blob.lab.example.com "more" is invalid: count: Invalid value: "number": count in body must be of type integer: "number""#) == true,
            "\(status?.message ?? "accepted")")
        #expect(
            try refusal("POST", path, body("1e400", "huge"), on: &server)?.message
                == "Blob in version \"v1\" cannot be handled as a Blob: json: cannot unmarshal number 1e400 into Go value of type float64")
    }
}
