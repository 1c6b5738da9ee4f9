import KubernetesObjects
import NIOCore
import NIOHTTP1
import Testing

@testable import APIServer

/// Requests and what a real server answers to them.
@Suite struct ProtocolTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        var method = HTTPMethod.GET
        var path: String
        var headers: [(String, String)] = []
        var body = ""
        var code = 200
        var type = "application/json"
        var contains = ""
    }

    static let table = "application/json;as=Table;v=v1;g=meta.k8s.io"
    static let cases: [Case] = [
        Case(testDescription: "root", path: "/", contains: "/apis/apps/v1"),
        Case(testDescription: "legacy versions", path: "/api", contains: "APIVersions"),
        Case(
            testDescription: "aggregated discovery", path: "/apis",
            headers: [("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json")],
            type: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", contains: "\"apidiscovery.k8s.io/v2\""),
        Case(
            testDescription: "aggregated discovery of older clients", path: "/api",
            headers: [("Accept", "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json")],
            type: "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList", contains: "\"apidiscovery.k8s.io/v2beta1\""),
        Case(testDescription: "groups", path: "/apis", contains: "APIGroupList"),
        Case(testDescription: "a group's resources", path: "/apis/apps/v1", contains: "deployments/scale"),
        Case(testDescription: "version", path: "/version", contains: "v1.36.2"),
        Case(testDescription: "version in YAML", path: "/version", headers: [("Accept", "application/yaml")], type: "application/yaml", contains: "gitVersion: v1.36.2"),
        Case(testDescription: "health", path: "/healthz", type: "text/plain; charset=utf-8", contains: "ok"),
        Case(testDescription: "readiness in words", path: "/readyz?verbose", type: "text/plain; charset=utf-8", contains: "[+]ping ok"),
        Case(testDescription: "one check", path: "/livez/ping", type: "text/plain; charset=utf-8", contains: "ok"),
        Case(
            testDescription: "readiness without a check", path: "/readyz?verbose&exclude=etcd&exclude=nosuch", type: "text/plain; charset=utf-8",
            contains: "[+]etcd excluded: ok\n[+]etcd-readiness ok\n"),
        Case(
            testDescription: "no check to leave out", path: "/livez?verbose&exclude=nosuch", type: "text/plain; charset=utf-8",
            contains: "warn: some health checks cannot be excluded: no matches for \"nosuch\"\nlivez check passed\n"),
        Case(
            testDescription: "a check of readiness alone", path: "/livez/informer-sync", code: 404, type: "text/plain; charset=utf-8",
            contains: "404 page not found"),
        Case(testDescription: "a check of what has started", path: "/readyz/poststarthook/rbac/bootstrap-roles", type: "text/plain; charset=utf-8", contains: "ok"),
        Case(
            testDescription: "health as metrics", path: "/metrics/slis", type: "text/plain; version=0.0.4; charset=utf-8",
            contains: "kubernetes_healthcheck{name=\"etcd\",type=\"readyz\"} 1\n"),
        Case(testDescription: "no such check", path: "/livez/nosuch", code: 404, type: "text/plain; charset=utf-8", contains: "404 page not found"),
        Case(testDescription: "metrics", path: "/metrics", type: "text/plain; version=0.0.4; charset=utf-8", contains: "apiserver_request_total"),
        Case(testDescription: "list", path: "/api/v1/nodes", contains: "NodeList"),
        Case(testDescription: "table", path: "/api/v1/nodes", headers: [("Accept", table)], contains: "\"Table\""),
        Case(
            testDescription: "metadata only", path: "/api/v1/nodes",
            headers: [("Accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")], contains: "PartialObjectMetadataList"),
        Case(
            testDescription: "the first form that is served", path: "/api/v1/nodes",
            headers: [("Accept", "application/vnd.kubernetes.protobuf, \(table);q=0.5, application/json;q=0.9")], contains: "NodeList"),
        Case(testDescription: "protobuf alone", path: "/api/v1/nodes", headers: [("Accept", "application/vnd.kubernetes.protobuf")], code: 406, contains: "NotAcceptable"),
        Case(testDescription: "XML", path: "/api/v1/nodes", headers: [("Accept", "text/xml")], code: 406),
        Case(testDescription: "no such path", path: "/nosuch", code: 404, type: "text/plain; charset=utf-8", contains: "404 page not found"),
        Case(testDescription: "no such group", path: "/apis/example.com/v1/things", code: 404, type: "text/plain; charset=utf-8", contains: "404 page not found"),
        Case(testDescription: "no such version", path: "/apis/apps/v9/deployments", code: 404, type: "text/plain; charset=utf-8", contains: "404 page not found"),
        Case(testDescription: "no such resource", path: "/api/v1/nosuch", code: 404),
        Case(testDescription: "no such object", path: "/api/v1/namespaces/nosuch", code: 404, contains: "namespaces \\\"nosuch\\\" not found"),
        Case(testDescription: "method that no resource has", method: .OPTIONS, path: "/api/v1/nodes", code: 405),
        Case(testDescription: "POST to discovery", method: .POST, path: "/apis", code: 405),
        Case(
            testDescription: "body of an unknown type", method: .POST, path: "/api/v1/namespaces", headers: [("Content-Type", "text/plain")], body: "x",
            code: 415, contains: "the body of the request was in an unknown format"),
        Case(
            testDescription: "body that is no JSON", method: .POST, path: "/api/v1/namespaces", headers: [("Content-Type", "application/json")], body: "{",
            code: 400),
        Case(
            testDescription: "body in protobuf that is none", method: .POST, path: "/api/v1/namespaces",
            headers: [("Content-Type", "application/vnd.kubernetes.protobuf")], body: "k8s", code: 400),
        Case(
            testDescription: "patch of an unknown type", method: .PATCH, path: "/api/v1/namespaces/default", headers: [("Content-Type", "application/json")],
            body: "{}", code: 415),
        Case(
            testDescription: "impersonated groups alone", path: "/api/v1/nodes", headers: [("Impersonate-Group", "system:masters")], code: 500,
            contains: "without impersonating a user"),
        Case(
            testDescription: "impersonation", path: "/api/v1/nodes", headers: [("Impersonate-User", "jane")], code: 403,
            contains: "User \\\"jane\\\" cannot list resource \\\"nodes\\\""),
        Case(testDescription: "watch in YAML", path: "/api/v1/nodes?watch=1&timeoutSeconds=1", headers: [("Accept", "application/yaml")], code: 406, type: "application/yaml"),
        Case(
            testDescription: "exec without an upgrade", method: .POST, path: "/api/v1/namespaces/default/pods/nosuch/exec?command=ls", code: 404),
        Case(testDescription: "keys of tokens", path: "/openid/v1/jwks", type: "application/jwk-set+json", contains: "\"ES256\""),
        Case(testDescription: "OIDC discovery", path: "/.well-known/openid-configuration", contains: "https://kubernetes.default.svc.cluster.local"),
    ]

    @Test(arguments: cases) func `answers as a real server`(_ c: Case) async throws {
        let live = try await LiveServerFixture.shared.value
        let answer = try await live.send(c.method, c.path, c.headers, body: c.body)
        #expect(answer.code == c.code)
        #expect(answer.type == c.type)
        #expect(c.contains.isEmpty || answer.text.contains(c.contains), "\(answer.text.prefix(400))")
        #expect(answer.headers.first(name: "audit-id")?.utf8.count == 36)
        #expect(answer.headers.first(name: "cache-control") == "no-cache, private")
        if c.code >= 400, c.type == "application/json" { #expect(answer.value["code"]?.intValue == c.code) }
    }

    @Test func `a document of another hash has moved to the present one`() async throws {
        let live = try await LiveServerFixture.shared.value
        let list = try await live.send(path: "/openapi/v3")
        let present = try #require(list.value["paths"]?["apis/apps/v1"]?["serverRelativeURL"]?.stringValue)
        let moved = try await live.send(path: "/openapi/v3/apis/apps/v1?hash=ABCDEF")
        #expect(moved.code == 301 && moved.headers.first(name: "location") == present)
        let document = try await live.send(path: present)
        #expect(document.code == 200 && document.headers.first(name: "cache-control") == "public, immutable")
        #expect(document.headers.contains(name: "expires"))
        let plain = try await live.send(path: "/openapi/v3/apis/apps/v1")
        #expect(plain.code == 200 && plain.headers.first(name: "cache-control") == "no-cache, private")
    }

    @Test func `objects are written in YAML and read back`() async throws {
        let live = try await LiveServerFixture.shared.value
        let made = try await live.send(
            .POST, "/api/v1/namespaces/default/configmaps", [("Content-Type", "application/yaml"), ("Accept", "application/yaml")],
            body: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: in-yaml}\ndata: {a: \"1\"}\n")
        #expect(made.code == 201 && made.text.contains("  a: \"1\"\n"))
        let read = try await live.send(path: "/api/v1/namespaces/default/configmaps/in-yaml")
        #expect(read.value["data"]?["a"] == "1")
    }

    @Test func `warnings are headers`() async throws {
        let live = try await LiveServerFixture.shared.value
        let answer = try await live.send(
            .POST, "/api/v1/namespaces/default/configmaps?dryRun=All", [("Content-Type", "application/json")],
            body: #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"w"},"nosuch":"\"quoted\""}"#)
        #expect(answer.headers["warning"] == [#"299 - "unknown field \"nosuch\"""#])
    }

    @Test func `documents are tagged, and not sent again to who has them`() async throws {
        let live = try await LiveServerFixture.shared.value
        let index = try await live.send(path: "/openapi/v3")
        let path = try #require(index.value["paths"]?["api/v1"]?["serverRelativeURL"]?.stringValue)
        let first = try await live.send(path: path, [("Accept-Encoding", "gzip")])
        let tag = try #require(first.headers.first(name: "etag"))
        #expect(first.headers.first(name: "cache-control") == "public, immutable")
        #expect(first.headers.first(name: "content-encoding") == "gzip" && first.body.starts(with: [0x1f, 0x8b]))
        let second = try await live.send(path: path, [("If-None-Match", tag)])
        #expect(second.code == 304 && second.body.isEmpty)
    }

    @Test func `a body that is too large is refused before it is read`() async throws {
        let live = try await LiveServerFixture.shared.value
        let answer = try await live.send(
            .POST, "/api/v1/namespaces", [("Content-Type", "application/json")], body: String(repeating: " ", count: WireLimits.bodySize + 1))
        #expect(answer.code == 413)
        #expect(answer.value["message"]?.stringValue == "Request entity too large: limit is 3145728")
    }

    @Test func `items of lists do not say what they are, objects do`() async throws {
        let live = try await LiveServerFixture.shared.value
        let list = try await live.send(path: "/api/v1/nodes")
        #expect(list.value["items"]?[0]?["kind"] == nil && list.value["items"]?[0]?["metadata"]?["name"] == "node-1")
        let node = try await live.send(path: "/api/v1/nodes/node-1")
        #expect(node.value["kind"] == "Node")
    }
}

extension LiveServerFixture {
    func send(path: String, _ headers: [(String, String)] = [], as caller: Caller = .admin) async throws -> ClientAnswer {
        try await send(.GET, path, headers, as: caller)
    }
}
