import KubernetesObjects
import ServiceNetwork
import Testing

/// The tables of the Ingress documentation: path types, several matches, hosts, classes and default backends.
@Suite struct IngressTableTests {
    /// "Examples" of path types: the kind, the paths, the request's path, and what takes it.
    @Test(arguments: [
        (["/ Prefix s"], "/any/path", "s"), (["/foo Exact s"], "/foo", "s"), (["/foo Exact s"], "/bar", nil), (["/foo Exact s"], "/foo/", nil),
        (["/foo/ Exact s"], "/foo", nil), (["/foo Prefix s"], "/foo", "s"), (["/foo Prefix s"], "/foo/", "s"), (["/foo/ Prefix s"], "/foo", "s"),
        (["/foo/ Prefix s"], "/foo/", "s"), (["/aaa/bb Prefix s"], "/aaa/bbb", nil), (["/aaa/bbb Prefix s"], "/aaa/bbb", "s"), (["/aaa/bbb/ Prefix s"], "/aaa/bbb", "s"),
        (["/aaa/bbb Prefix s"], "/aaa/bbb/", "s"), (["/aaa/bbb Prefix s"], "/aaa/bbb/ccc", "s"), (["/aaa/bbb Prefix s"], "/aaa/bbbxyz", nil),
        (["/ Prefix r", "/aaa Prefix s"], "/aaa/ccc", "s"), (["/ Prefix r", "/aaa Prefix s", "/aaa/bbb Prefix t"], "/aaa/bbb", "t"),
        (["/ Prefix r", "/aaa Prefix s", "/aaa/bbb Prefix t"], "/ccc", "r"), (["/aaa Prefix s"], "/ccc", nil), (["/foo Prefix p", "/foo Exact e"], "/foo", "e"),
    ] as [([String], String, String?)])
    func `path types`(paths: [String], asked: String, taken: String?) {
        #expect(IngressRouter.match(host: "shop.example.com", path: asked, scheme: "http", in: [IngressTests.ingress(paths)])?.serviceName == taken)
    }

    /// "Hostname wildcards".
    @Test(arguments: [
        ("*.foo.com", "bar.foo.com", true), ("*.foo.com", "baz.bar.foo.com", false), ("*.foo.com", "foo.com", false), ("bar.foo.com", "bar.foo.com", true), ("", "anything.org", true),
    ])
    func `hosts`(rule: String, host: String, isTaken: Bool) {
        #expect((IngressRouter.match(host: host, path: "/", scheme: "http", in: [IngressTests.ingress(["/ Prefix s"], host: rule)]) != nil) == isTaken)
    }

    struct Backend: CustomTestStringConvertible {
        let testDescription: String, hasRules: Bool, ownDefault: Bool, otherDefault: Bool, path: String
        var host = "shop.example.com"
        let taken: String?
    }

    @Test(arguments: [
        Backend(testDescription: "a rule before any default", hasRules: true, ownDefault: true, otherDefault: true, path: "/a", taken: "s"),
        Backend(testDescription: "the default of the host's own ingress", hasRules: true, ownDefault: true, otherDefault: true, path: "/b", taken: "own"),
        Backend(testDescription: "another host falls to the ingress without rules", hasRules: true, ownDefault: false, otherDefault: true, path: "/b", host: "z.org", taken: "other"),
        Backend(testDescription: "nobody is there for another host", hasRules: true, ownDefault: true, otherDefault: false, path: "/b", host: "z.org", taken: nil),
        Backend(testDescription: "a host without default ends at the controller", hasRules: true, ownDefault: false, otherDefault: true, path: "/b", taken: nil),
        Backend(testDescription: "only a default backend", hasRules: false, ownDefault: true, otherDefault: false, path: "/x", taken: "own"),
    ])
    func `default backends`(_ row: Backend) {
        var own = IngressTests.ingress(["/a Prefix s"])
        if !row.hasRules { own["spec", default: [:]]["rules"] = nil }
        if row.ownDefault { own["spec", default: [:]]["defaultBackend"] = ["service": ["name": "own", "port": ["number": 80]]] }
        let other: Value = [
            "metadata": ["name": "z", "namespace": "default"],
            "spec": ["ingressClassName": "nginx", "defaultBackend": ["service": ["name": "other", "port": ["number": 80]]]],
        ]
        let match = IngressRouter.match(host: row.host, path: row.path, scheme: "http", in: row.otherDefault ? [own, other] : [own])
        #expect(match?.serviceName == row.taken)
        #expect(match == nil || match?.isDefault == (row.taken != "s"))
    }

    struct Class: CustomTestStringConvertible {
        let testDescription: String, name: String?, annotation: String?, isDefault: Bool, isServed: Bool
    }

    @Test(arguments: [
        Class(testDescription: "the class by its name", name: "nginx", annotation: nil, isDefault: false, isServed: true),
        Class(testDescription: "a class that is not there", name: "other", annotation: nil, isDefault: true, isServed: false),
        Class(testDescription: "the old annotation", name: nil, annotation: "nginx", isDefault: false, isServed: true),
        Class(testDescription: "another annotation", name: nil, annotation: "alb", isDefault: true, isServed: false),
        Class(testDescription: "no class, and one is the default", name: nil, annotation: nil, isDefault: true, isServed: true),
        Class(testDescription: "no class, and none is the default", name: nil, annotation: nil, isDefault: false, isServed: false),
    ])
    func `classes`(_ row: Class) {
        var ingress = IngressTests.ingress(["/ Prefix web"], annotations: row.annotation.map { ["kubernetes.io/ingress.class": .string($0)] } ?? [:])
        ingress["spec", default: [:]]["ingressClassName"] = row.name.map { .string($0) }
        var network = IngressTests.network(ingress)
        network.add(
            .ingressClasses, "",
            [
                "metadata": ["name": "nginx", "annotations": ["ingressclass.kubernetes.io/is-default-class": .string(row.isDefault ? "true" : "false")]],
                "spec": ["controller": "k8s.io/ingress-nginx"],
            ])
        let status = IngressTests.status(network.ask(.outside, "http://192.168.0.1:30100/", headers: [("Host", "shop.example.com")]))
        #expect(status == (row.isServed ? 200 : 404))
    }

    struct Secured: CustomTestStringConvertible {
        let testDescription: String
        var annotations: Fields = [:]
        let tls: [Value]
        var url = "http://192.168.0.1:30100/x"
        let status: Int
        var location = ""
    }

    @Test(arguments: [
        Secured(testDescription: "no TLS", tls: [], status: 200),
        Secured(testDescription: "TLS of the host", tls: [["hosts": ["shop.example.com"], "secretName": "s"]], status: 308, location: "https://shop.example.com/x"),
        Secured(testDescription: "TLS of a wildcard", tls: [["hosts": ["*.example.com"], "secretName": "s"]], status: 308, location: "https://shop.example.com/x"),
        Secured(testDescription: "TLS of all", tls: [["secretName": "s"]], status: 308, location: "https://shop.example.com/x"),
        Secured(testDescription: "TLS of another host", tls: [["hosts": ["z.org"], "secretName": "s"]], status: 200),
        Secured(testDescription: "TLS, but no redirect", annotations: ["\(IngressTests.prefix)ssl-redirect": "false"], tls: [["hosts": ["shop.example.com"]]], status: 200),
        Secured(testDescription: "a redirect without TLS", annotations: ["\(IngressTests.prefix)force-ssl-redirect": "true"], tls: [], status: 308, location: "https://shop.example.com/x"),
        Secured(testDescription: "TLS, asked with TLS", tls: [["hosts": ["shop.example.com"], "secretName": "s"]], url: "https://192.168.0.1:30101/x", status: 200),
        Secured(testDescription: "away for good", annotations: ["\(IngressTests.prefix)permanent-redirect": "https://new.example.com"], tls: [], status: 301, location: "https://new.example.com"),
        Secured(testDescription: "away for now", annotations: ["\(IngressTests.prefix)temporal-redirect": "https://new.example.com"], tls: [], status: 302, location: "https://new.example.com"),
    ])
    func `TLS and redirects`(_ row: Secured) {
        var ingress = IngressTests.ingress(["/ Prefix web"], annotations: row.annotations)
        ingress["spec", default: [:]]["tls"] = row.tls.isEmpty ? nil : .array(row.tls)
        var network = IngressTests.network(ingress)
        let delivery = network.ask(.outside, row.url, headers: [("Host", "shop.example.com")])
        #expect(IngressTests.status(delivery) == row.status)
        if case .answered(let answer) = delivery.target { #expect(answer.location == row.location) }
    }
}
