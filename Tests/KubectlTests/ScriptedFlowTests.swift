import Kubectl
import SimulationKernel
import Testing

/// What scripts that drive kubectl rest on, beyond what a transcript can show.
@Suite struct ScriptedFlowTests {
    @Test(arguments: [["events", "--watch"], ["get", "configmaps", "--watch"]])
    func `a watch lasts as long as the request may`(_ command: [String]) {
        let terminal = Terminal()
        terminal.client.servesWatches = true
        let start = terminal.client.now
        #expect(terminal.kubectl(command + ["--request-timeout=2s"]).status == 0)
        let passed = terminal.client.now - start
        #expect(passed >= .seconds(2) && passed < .seconds(3), "\(passed)")
    }

    @Test(arguments: [
        ("y", true), ("Y", true), (" y ", true), ("yes", false), ("y y", false), ("n", false), ("", false),
    ])
    func `only the letter y lets kubectl delete`(_ answer: String, _ deletes: Bool) {
        let terminal = Terminal()
        _ = terminal.run("create configmap one")
        terminal.input = answer + "\n"
        let said = terminal.run("delete configmap one --interactive --dry-run=client").output
        let question = "You are about to delete the following 1 resource(s):\nconfigmap/one\nDo you want to continue? (y/N): "
        #expect(said == question + (deletes ? "configmap \"one\" deleted from default namespace (dry run)\n" : "deletion is cancelled\n"))
    }

    @Test func `broken lines of base 64 are joined in a kubeconfig`() {
        let terminal = Terminal()
        terminal.variables["KUBECONFIG"] = "/work/config"
        let property = "clusters.c.certificate-authority-data"
        #expect(terminal.kubectl(["config", "set", property, "YWJj\nZGVm\r\n"]).status == 0)
        #expect(terminal.run("config view --raw").output.contains("certificate-authority-data: YWJjZGVm\n"))
        let refused = terminal.kubectl(["config", "set", property, "YWJj\nZG!m"])
        #expect(refused.errors == "error: error decoding input value: illegal base64 data at input byte 7\n")
    }

    @Test func `an external difference program finds a file on both sides`() {
        let terminal = Terminal(["new.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: one}}"])
        var (live, merged): ([(name: String, text: String)], [(name: String, text: String)]) = ([], [])
        terminal.variables["KUBECTL_EXTERNAL_DIFF"] = "find"
        terminal.compare = { _, before, after in
            (live, merged) = (before, after)
            return 0
        }
        #expect(terminal.run("diff -f new.yaml").status == 0)
        #expect(live.map(\.name) == ["v1.ConfigMap.default.one"] && live.map(\.text) == [""])
        #expect(merged.map(\.name) == live.map(\.name) && merged.first?.text.contains("name: one") == true)
    }

    @Test func `pruning deletes of one kind before it lists the next`() throws {
        let terminal = Terminal([
            "one.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: one, labels: {a: b}}}",
            "two.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: two, labels: {a: b}}}",
        ])
        _ = terminal.run("apply -f one.yaml")
        #expect(terminal.run("apply --prune -l a=b -f two.yaml").output == "configmap/two created\nconfigmap/one pruned\n")
        let requests = terminal.client.requests
        let deletion = try #require(requests.firstIndex { $0.verb == .delete })
        let lists = requests.indices.filter { requests[$0].verb == .list && requests[$0].resource.resource == "pods" }
        #expect(!lists.isEmpty && lists.allSatisfy { $0 > deletion })
    }
}
