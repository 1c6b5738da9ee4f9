import KubernetesObjects
import ServiceNetwork
import Testing

/// Which rule of which HTTPRoute takes a request.
@Suite struct GatewayRouterTests {
    static func route(_ name: String, hosts: [String] = [], _ matches: [Value]) -> Value {
        [
            "metadata": ["name": .string(name), "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"],
            "spec": ["hostnames": Value(hosts), "rules": .array(matches.map { ["matches": [$0]] })],
        ]
    }

    static func path(_ type: String, _ value: String) -> Value { ["path": ["type": .string(type), "value": .string(value)]] }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let routes: [Value]
        var host = "a.example.com"
        var path = "/"
        var method = "GET"
        var headers: [String: String] = [:]
        let taken: String?
    }

    @Test(arguments: [
        Case(testDescription: "the exact host before a wildcard", routes: [route("wild", hosts: ["*.example.com"], [[:]]), route("own", hosts: ["a.example.com"], [[:]])], taken: "own"),
        Case(testDescription: "a wildcard takes deeper names", routes: [route("wild", hosts: ["*.example.com"], [[:]])], host: "x.a.example.com", taken: "wild"),
        Case(testDescription: "a wildcard does not take the bare domain", routes: [route("wild", hosts: ["*.example.com"], [[:]])], host: "example.com", taken: nil),
        Case(testDescription: "no host names take all", routes: [route("any", [[:]])], host: "z", taken: "any"),
        Case(testDescription: "exact before prefix", routes: [route("p", [path("PathPrefix", "/a")]), route("e", [path("Exact", "/a")])], path: "/a", taken: "e"),
        Case(testDescription: "the longer prefix", routes: [route("p", [path("PathPrefix", "/a")]), route("q", [path("PathPrefix", "/a/b")])], path: "/a/b/c", taken: "q"),
        Case(testDescription: "prefixes are of whole parts", routes: [route("p", [path("PathPrefix", "/a")])], path: "/ab", taken: nil),
        Case(testDescription: "a pattern of the whole path", routes: [route("r", [path("RegularExpression", "/v[0-9]+")])], path: "/v12", taken: "r"),
        Case(testDescription: "a method", routes: [route("m", [["method": "POST"]]), route("any", [[:]])], method: "POST", taken: "m"),
        Case(testDescription: "another method", routes: [route("m", [["method": "POST"]])], taken: nil),
        Case(testDescription: "a header", routes: [route("h", [["headers": [["name": "X-V", "value": "2"]]]]), route("any", [[:]])], headers: ["x-v": "2"], taken: "h"),
        Case(testDescription: "a query parameter", routes: [route("q", [["queryParams": [["name": "v", "value": "2"]]]])], path: "/?v=2", taken: "q"),
        Case(testDescription: "the first of equals by name", routes: [route("b", [[:]]), route("a", [[:]])], taken: "a"),
    ])
    func `matches`(_ test: Case) {
        let request = GatewayRouter.Request(host: test.host, path: test.path, method: test.method, headers: test.headers.map { ($0.key, $0.value) })
        #expect(GatewayRouter.match(request, routes: test.routes)?.route.name == test.taken)
    }

    @Test(arguments: [
        ("/a/b?x=1", "/a", "/", "/b?x=1"), ("/a", "/a", "/z", "/z"), ("/a/b", "/a", "/z/", "/z/b"), ("/a/b", "/", "/z", "/z/a/b"), ("/a", "/a", "", "/"),
    ])
    func `a prefix is replaced`(path: String, prefix: String, replacement: String, result: String) {
        let modifier: Value = ["type": "ReplacePrefixMatch", "replacePrefixMatch": .string(replacement)]
        #expect(GatewayRouter.modified(path, by: modifier, matchedPrefix: prefix) == result)
    }
}
