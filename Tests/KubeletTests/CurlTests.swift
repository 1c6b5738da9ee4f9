import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// What curl's options make of a request, and what it prints of an answer.
@Suite struct CurlTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        /// `METHOD URL`, then headers and the body.
        let request: String
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ line: String, _ request: String) {
            arguments = line.split(separator: " ").map { $0.split(separator: "+").joined(separator: " ") }
            self.request = request
        }
    }

    @Test(arguments: [
        Case("-s http://web/", "GET http://web/ | User-Agent: curl/8.17.0 | Accept: */* | "),
        Case("-sSL -o /dev/null web:8080/x?a=1", "GET web:8080/x?a=1 | User-Agent: curl/8.17.0 | Accept: */* | "),
        Case("-X PUT -H X-A:+1 -d a=b -d c=d http://web", "PUT http://web | User-Agent: curl/8.17.0 | Accept: */* | Content-Type: application/x-www-form-urlencoded | X-A: 1 | a=b&c=d"),
        Case("--json {} http://web", "POST http://web | User-Agent: curl/8.17.0 | Accept: application/json | Content-Type: application/json | {}"),
        Case("-H Content-Type:+text/plain -d x http://web", "POST http://web | User-Agent: curl/8.17.0 | Accept: */* | Content-Type: text/plain | x"),
        Case("-G -d q=1 http://web/find", "GET http://web/find?q=1 | User-Agent: curl/8.17.0 | Accept: */* | "),
        Case("-u admin:pw -A me -b k=v http://web", "GET http://web | Accept: */* | Authorization: Basic YWRtaW46cHc= | Cookie: k=v | User-Agent: me | "),
        Case("-H Host:+shop.example.com http://10.0.0.1", "GET http://10.0.0.1 | User-Agent: curl/8.17.0 | Accept: */* | Host: shop.example.com | "),
        Case("--resolve shop.example.com:80:10.0.0.1 http://shop.example.com/cart", "GET http://10.0.0.1:80/cart | User-Agent: curl/8.17.0 | Accept: */* | Host: shop.example.com | "),
        Case("-kI https://web", "HEAD https://web | User-Agent: curl/8.17.0 | Accept: */* | "),
        Case("--retry 3 --retry-delay 1 -m 5 http://web", "GET http://web | User-Agent: curl/8.17.0 | Accept: */* | "),
    ])
    func `options make a request`(_ c: Case) {
        let command = NetworkCommand(["curl"] + c.arguments, environment: [])
        guard case .http(let url, let method, let headers, let body) = command.action else {
            Issue.record("no request: \(command.action)")
            return
        }
        #expect("\(method) \(url)" + headers.map { " | \($0.name): \($0.value)" }.joined() + " | " + body == c.request)
    }

    @Test func `what is written out tells of the answer`() {
        let command = NetworkCommand(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{method} %{size_download}\\t%{num_redirects}\\n", "http://web/"], environment: [])
        let answer = command.render(.http(status: 503, headers: [], body: "no", latency: .milliseconds(3)))
        #expect(String(decoding: answer.output, as: UTF8.self) == "503 GET 2\t0\n")
        let refused = command.render(.failed(.refused, .milliseconds(1)))
        #expect(String(decoding: refused.output, as: UTF8.self) == "000 GET 0\t0\n" && refused.status == 7)
    }

    @Test func `verbose shows both sides`() {
        let command = NetworkCommand(["curl", "-sv", "-H", "X-A: 1", "http://web/p"], environment: [])
        let text = String(decoding: command.render(.http(status: 404, headers: [("Server", "nginx")], body: "x", latency: .milliseconds(1))).errors, as: UTF8.self)
        for line in ["> GET /p HTTP/1.1", "> Host: web", "> X-A: 1", "< HTTP/1.1 404 Not Found", "< Server: nginx", "* Connection #0 to host web left intact"] { #expect(text.contains(line + "\n"), "\(line): \(text)") }
    }
}
