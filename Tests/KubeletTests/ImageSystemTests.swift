import Shell
import Testing

@testable import Kubelet

/// Which commands exist in images, and whose shell and utilities they have.
@Suite struct ImageSystemTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let image: String
        let has: [String]
        let hasNot: [String]
        let language: ShellLanguage?
        var testDescription: String { image }
    }

    @Test(arguments: [
        Case(image: "busybox:1.37", has: ["sh", "wget", "nslookup", "nc", "ping", "vi", "top", "awk", "sed", "tar", "timeout", "ip", "telnet"], hasNot: ["bash", "curl", "dig", "jq", "apk", "kubectl"], language: .ash),
        Case(image: "alpine", has: ["sh", "wget", "apk", "nslookup"], hasNot: ["bash", "curl", "apt-get"], language: .ash),
        Case(image: "nginx:1.29", has: ["sh", "bash", "curl", "cat", "apt-get"], hasNot: ["wget", "ps", "ping", "vi", "nslookup", "ip"], language: .dash),
        Case(image: "nginx:1.29-alpine", has: ["sh", "curl", "wget", "ps", "vi"], hasNot: ["bash", "apt-get"], language: .ash),
        Case(image: "ubuntu:24.04", has: ["bash", "sh", "apt-get", "sha256sum"], hasNot: ["curl", "wget", "ps", "ping"], language: .dash),
        Case(image: "amazonlinux:2023", has: ["bash", "curl", "dnf"], hasNot: ["wget", "apk"], language: .bash),
        Case(image: "redis:8", has: ["redis-cli", "sh", "bash"], hasNot: ["curl", "mysql"], language: .dash),
        Case(image: "postgres:18-alpine", has: ["psql", "sh"], hasNot: ["bash", "mysql"], language: .ash),
        Case(image: "curlimages/curl", has: ["curl", "sh"], hasNot: ["bash"], language: .ash),
        Case(image: "grafana/k6", has: ["k6", "sh"], hasNot: ["hey"], language: .ash),
        Case(image: "nicolaka/netshoot", has: ["bash", "curl", "dig", "ss", "ip"], hasNot: [], language: nil),
        Case(image: "example.com/unheard/of", has: ["bash", "curl", "sh"], hasNot: [], language: nil),
    ])
    func `an image has the commands of its system`(_ c: Case) throws {
        var catalogue = ImageCatalogue()
        guard case .found(let image) = catalogue.look(up: c.image) else {
            Issue.record("not found")
            return
        }
        for name in c.has { #expect(ContainerPlan.canRun(name, image), "\(name)") }
        for name in c.hasNot { #expect(!ContainerPlan.canRun(name, image), "\(name)") }
        #expect(image.system?.language == c.language)
    }
}
