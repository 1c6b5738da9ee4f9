import KubernetesObjects
import Testing

@testable import Kubectl

/// What the ports and addresses of `kubectl port-forward` mean.
@Suite struct ForwardedPortsTests {
    private static let pod: Value = [
        "metadata": ["name": "web"], "spec": ["containers": [["name": "c", "ports": [["name": "http", "containerPort": 8080]]]]],
    ]
    private static let service: Value = [
        "metadata": ["name": "svc"],
        "spec": ["clusterIP": "10.0.0.1", "ports": [["name": "main", "port": 80, "targetPort": "http"], ["port": 81, "targetPort": 9090], ["port": 82]]],
    ]

    @Test(arguments: [
        ("80", "{80 80}"), ("8888:80", "{8888 80}"), (":80", "{0 80}"), ("http", "{8080 8080}"), ("1:http", "{1 8080}"), ("1:2:3", "{1 1}"),
        ("x", "Pod 'web' does not have a named port 'x'"), ("80:", "Pod 'web' does not have a named port ''"),
        ("80:99999", "error parsing remote port '99999': strconv.ParseUint: parsing \"99999\": value out of range"),
        ("70000:80", "error parsing local port '70000': strconv.ParseUint: parsing \"70000\": value out of range"),
        ("x:80", "error parsing local port 'x': strconv.ParseUint: parsing \"x\": invalid syntax"),
        ("-1:80", "error parsing local port '-1': strconv.ParseUint: parsing \"-1\": invalid syntax"), (":0", "remote port must be > 0"),
    ])
    func `ports of a pod`(_ text: String, _ meaning: String) {
        #expect(Self.described { () throws(Failure) in try ForwardedPort(text, pod: Self.pod) } == meaning)
    }

    @Test(arguments: [
        ("80", "{80 8080}"), ("main", "{80 8080}"), ("5000:main", "{5000 8080}"), (":81", "{0 9090}"), ("82", "{82 82}"),
        ("83", "Service svc does not have a service port 83"), ("x", "Service 'svc' does not have a named port 'x'"),
    ])
    func `ports of a service`(_ text: String, _ meaning: String) {
        #expect(Self.described { () throws(Failure) in try ForwardedPort(text, pod: Self.pod, service: Self.service) } == meaning)
    }

    private static func described(_ port: () throws(Failure) -> ForwardedPort) -> String {
        do throws(Failure) { return try port().description } catch { return error.plainText }
    }

    @Test(arguments: [
        (["localhost"], ["127.0.0.1"], nil), (["localhost"], ["127.0.0.1", "::1"], "[unable to create listener: Error no 127.0.0.1 unable to create listener: Error no ::1]"),
        (["127.0.0.1", "1.2.3.4"], ["1.2.3.4"], "[unable to create listener: Error no 1.2.3.4]"), (["::1", "127.0.0.1"], [], nil),
    ] as [([String], [String], String?)])
    func `one of localhost's addresses is enough`(_ given: [String], _ failing: [String], _ problem: String?) throws {
        let answer = try ForwardedAddresses(given).listen { (address) throws(Failure) in if failing.contains(address) { throw Failure("no \(address)") } }
        #expect(answer == problem.map { "Listeners failed to create with the following errors: \($0)" })
    }

    @Test func `names other than localhost are no addresses`() {
        #expect(throws: Failure.self) { try ForwardedAddresses(["foo"]) }
    }
}
