import Testing

@testable import Kubelet

@Suite("References in a container's environment")
struct ContainerEnvironmentTests {
    @Test(
        "references are replaced as Kubernetes' expansion does",
        arguments: [
            ("plain", "plain", []),
            ("$(A)", "1", ["A"]),
            ("x$(A)y$(B)", "x1y2", ["A", "B"]),
            ("$(MISSING)", "$(MISSING)", ["MISSING"]),
            ("$$(A)", "$(A)", []),
            ("$$$(A)", "$1", ["A"]),
            ("$A", "$A", []),
            ("$", "$", []),
            ("$(A", "$(A", []),
            ("$(A)$(B", "1$(B", ["A"]),
            ("$()", "$()", [""]),
            ("$(A)한글$(B)", "1한글2", ["A", "B"]),
        ] as [(String, String, [String])])
    func expansion(text: String, expanded: String, names: [String]) {
        #expect(ContainerEnvironment.expand(text, ["A": "1", "B": "2"]) == expanded)
        #expect(ContainerEnvironment.references(in: text) == names)
    }

    @Test("a megabyte of references that nothing closes is read once")
    func unclosed() {
        let text = String(repeating: "$(", count: 500_000)
        #expect(ContainerEnvironment.expand(")" + text, [:]) == ")" + text)
        #expect(ContainerEnvironment.references(in: text).isEmpty)
    }
}
