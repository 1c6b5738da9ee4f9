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

    @Test func `watched events are told of once, each in the form that was asked for`() throws {
        let terminal = Terminal()
        terminal.client.servesWatches = true
        for (name, reason) in [("a", "Started"), ("b", "BackOffOnceMore")] {
            let text = """
                {apiVersion: v1, kind: Event, metadata: {name: \(name)}, involvedObject: {kind: Pod, name: web, namespace: default}, reason: \(reason),
                 type: Normal, message: m, lastTimestamp: "2026-01-05T09:00:00Z"}
                """
            try terminal.files.write("e.yaml", Array(text.utf8))
            #expect(terminal.run("create -f e.yaml").status == 0)
        }
        let table = terminal.run("events --watch --request-timeout=1s").output.split(separator: "\n").map(String.init)
        #expect(table.count == 3 && table[0].hasPrefix("LAST SEEN") && table[1].contains("Started") && table[2].contains("BackOffOnceMore"), "\(table)")
        #expect(terminal.run("events --watch --request-timeout=1s -o name").output == "event/a\nevent/b\n")
        #expect(terminal.run("events --watch --request-timeout=1s -o yaml").output.components(separatedBy: "---\n").count == 2)
        #expect(terminal.run("events --watch --request-timeout=1s --no-headers --types=Warning").output == "")
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

    @Test func `a user's entry in a kubeconfig says whom to act as`() {
        let terminal = Terminal([
            "config": """
            {apiVersion: v1, kind: Config, contexts: [{name: c, context: {user: other}}], current-context: c, users: [
              {name: other, user: {as: userb, as-uid: abc, as-groups: [g2, g1], as-user-extra: {foo: [bar, baz]}}},
              {name: nobody, user: {as-uid: abc}}]}
            """
        ])
        terminal.variables["KUBECONFIG"] = "/work/config"
        let path = "jsonpath={.status.userInfo.username} {.status.userInfo.uid} {.status.userInfo.groups} {.status.userInfo.extra}"
        let said = terminal.kubectl(["auth", "whoami", "-o", path])
        #expect(said.output == #"userb abc ["g2","g1","system:authenticated"] {"foo":["bar","baz"]}"#, "\(said)")
        #expect(terminal.kubectl(["auth", "whoami", "--as=me", "-o", path]).output.hasPrefix("me abc "))
        let refused = terminal.run("get pods --user nobody")
        #expect(refused.errors == "error: requesting uid, groups or user-extra for nobody without impersonating a user\n")
    }

    @Test func `a watch that runs out of time is told from level five on`() {
        let terminal = Terminal()
        terminal.client.servesWatches = true
        let told = "Unable to decode an event from the watch stream: net/http: request canceled (Client.Timeout or context cancellation while reading body)"
        #expect(terminal.run("get configmaps --watch --request-timeout=1s -v=5").errors.contains(told))
        #expect(!terminal.run("get configmaps --watch --request-timeout=1s").errors.contains(told))
    }

    @Test(arguments: ["", " --dry-run=client", " --dry-run=server"])
    func `what is set already is not told of`(_ option: String) {
        let terminal = Terminal()
        _ = terminal.run("create deployment web --image=nginx")
        #expect(terminal.run("set image deployment/web nginx=nginx" + option) == Terminal.Answer())
        #expect(terminal.run("set image deployment/web nginx=nginx:1" + option).output.hasPrefix("deployment.apps/web image updated"))
    }

    @Test func `once the time to wait is up, nothing more is looked at`() {
        let terminal = Terminal()
        _ = terminal.run("create configmap a --from-literal=x=1")
        _ = terminal.run("create configmap b --from-literal=x=2")
        let answer = terminal.run("wait configmap/a configmap/b --for=jsonpath={.data.x}=2 --timeout=1s")
        let late = ["a", "b"].map { "timed out waiting for the condition on configmaps/\($0)\n" }.joined()
        #expect(answer == Terminal.Answer(errors: late, status: 1), "\(answer)")
        #expect(terminal.run("wait configmap/a configmap/b --for=jsonpath={.data.x}=2 --timeout=0").output == "configmap/b condition met\n")
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let line: String
        let errors: String
        var status: Int32 = 1
        var testDescription: String { line }
    }

    @Test(arguments: [
        Refusal(line: "get --raw foo", errors: "error: --raw must be a valid URL path: parse \"foo\": invalid URI for request\n"),
        Refusal(line: "get configmaps --subresource=status", errors: "error: subresource cannot be used when bulk resources are specified\n"),
        Refusal(line: "get -f nokind.yaml", errors: "unable to decode \"nokind.yaml\": Object 'Kind' is missing in '{\"apiVersion\":\"v1\"}'\n"),
        Refusal(line: "describe -f nokind.yaml", errors: "unable to decode \"nokind.yaml\": Object 'Kind' is missing in '{\"apiVersion\":\"v1\"}'\n"),
        Refusal(line: "logs -l app=nope", errors: "No resources found in default namespace.\n", status: 0),
        Refusal(line: "config unset a.b", errors: "error: unable to parse a.b after [] at api.Config\n"),
    ])
    func `says in kubectl's words what cannot be done`(_ c: Refusal) {
        let terminal = Terminal(["nokind.yaml": "{apiVersion: v1}"])
        terminal.variables["KUBECONFIG"] = "/work/config"
        let answer = terminal.run(c.line)
        #expect(answer.errors == c.errors && answer.status == c.status, "\(answer)")
    }

    @Test func `a token ends with a line end on a terminal only`() {
        #expect(!Terminal().run("create token default").output.contains("\n"))
    }

    @Test func `a file of variables is text`() {
        let terminal = Terminal()
        try? terminal.files.write("x.env", [65, 61, 49, 10, 255, 254, 98])
        #expect(terminal.run("create configmap c --from-env-file=x.env").errors == "error: env file x.env contains invalid utf8 bytes at line 2: [255 254 98]\n")
    }

    /// A pod may be refused for several reasons, and is told of once for each; that its data is lost goes without saying where a controller is missing.
    @Test func `drain says each reason on its own`() throws {
        let terminal = Terminal(["pods.yaml": """
            apiVersion: v1
            kind: Node
            metadata: {name: node-a}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: bare, namespace: default}
            spec: {nodeName: node-a, containers: [{name: c, image: nginx}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: stored, namespace: default}
            spec: {nodeName: node-a, containers: [{name: c, image: nginx}], volumes: [{name: v, emptyDir: {}}]}
            """])
        #expect(terminal.run("create -f pods.yaml").status == 0)
        let bare = "cannot delete Pods that declare no controller (use --force to override): default/bare"
        let stored = "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/stored"
        let refused = terminal.run("drain node-a")
        #expect(refused.errors == "error: unable to drain node \"node-a\" due to error: [\(bare), \(stored)], continuing command...\nThere are pending nodes to be drained:\n node-a\n\(bare)\n\(stored)\n")
        #expect(terminal.run("drain node-a --force --delete-emptydir-data --dry-run=client").errors == "Warning: deleting Pods that declare no controller: default/bare, default/stored\n")
    }

    @Test func `reconciling in a format of one's own tells what was missing beside it`() {
        let terminal = Terminal([
            "roles.yaml": "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}"
        ])
        let answer = terminal.run("auth reconcile -f roles.yaml --dry-run=client --template={{.metadata.name}}:")
        #expect(answer.output == "r:" && answer.errors.hasPrefix("\treconciliation required create\n"), "\(answer)")
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
