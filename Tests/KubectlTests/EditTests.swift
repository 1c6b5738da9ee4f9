import KubernetesObjects
import Testing

@testable import Kubectl

/// `kubectl edit` with editors that change, refuse, and repeat themselves.
@Suite struct EditTests {
    private static let pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, labels: {app: old}}
        spec: {containers: [{name: c, image: nginx}]}
        """

    private func terminal() -> Terminal {
        let terminal = Terminal(["pod.yaml": Self.pod])
        #expect(terminal.run("create -f pod.yaml").status == 0)
        return terminal
    }

    @Test func `what is changed is patched`() {
        let terminal = terminal()
        terminal.edit = { $0.replacingOccurrences("app: old", "app: new") }
        #expect(terminal.run("edit pod/web") == .init(output: "pod/web edited\n"))
        #expect(terminal.run("get pod web -o jsonpath={.metadata.labels.app}").output == "new")
        #expect(terminal.run("get pod web --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}").output.contains("kubectl-edit"))
    }

    @Test func `the patch is shown on request`() {
        let terminal = terminal()
        terminal.edit = { $0.replacingOccurrences("app: old", "app: new") }
        #expect(terminal.run("edit pod/web --output-patch").output == "Patch: {\"metadata\":{\"labels\":{\"app\":\"new\"}}}\npod/web edited\n")
        #expect(terminal.run("edit pod/web --output-patch -o yaml").status == 1)
    }

    @Test func `nothing changed and an empty file end the editing`() {
        let terminal = terminal()
        terminal.edit = { $0 }
        #expect(terminal.run("edit pod/web") == .init(errors: "Edit cancelled, no changes made.\n"))
        terminal.edit = { _ in "# nothing\n" }
        #expect(terminal.run("edit pod/web --validate=false") == .init(errors: "Edit cancelled, saved file was empty.\n"))
        let refused = "error: pods \"web\" is invalid\nA copy of your changes has been stored to \"/tmp/edited.yaml\"\nerror: Edit cancelled, no valid changes were saved.\n"
        #expect(terminal.run("edit pod/web") == .init(errors: refused, status: 1))
        terminal.edit = { _ in nil }
        #expect(terminal.run("edit pod/web").errors == "error: there was a problem with the editor \"vi\"\n")
    }

    @Test(arguments: [
        (["EDITOR": "nano"], ["nano", "/f"]), (["KUBE_EDITOR": "code -w", "EDITOR": "nano"], ["code", "-w", "/f"]), ([:], ["vi", "/f"]),
        (["EDITOR": "a \"b c\"", "SHELL": "/bin/zsh"], ["/bin/zsh", "-c", "a \"b c\" \"/f\""]), (["EDITOR": "a 'b'"], ["/bin/bash", "-c", "a 'b' \"/f\""]),
    ] as [([String: String], [String])])
    func `an editor with quotes is a shell's to read`(_ variables: [String: String], _ words: [String]) {
        #expect(EditorCall(variables).words(opening: "/f") == words)
    }

    @Test func `several objects are one list`() {
        let terminal = terminal()
        var shown = ""
        terminal.edit = { text in
            shown = text
            return text.replacingOccurrences("kubernetes.io/metadata.name: default", "kubernetes.io/metadata.name: default\n      team: a")
        }
        let answer = terminal.run("edit ns")
        #expect(shown.contains("kind: List"))
        #expect(answer.output == "namespace/default edited\nnamespace/kube-system skipped\n")
    }

    @Test func `what the server refuses is shown again with the reason`() {
        let terminal = terminal()
        var rounds: [String] = []
        terminal.edit = { text in
            rounds.append(text)
            return rounds.count == 1 ? text.replacingOccurrences("app: old", "app: a b") : text.replacingOccurrences("app: a b", "app: ab")
        }
        let answer = terminal.run("edit pod/web")
        #expect(rounds.count == 2)
        #expect(rounds.last?.contains("# pods \"web\" was not valid:\n# * metadata.labels: Invalid value: \"a b\"") == true)
        #expect(answer.errors == "error: pods \"web\" is invalid\n")
        #expect(answer.output == "pod/web edited\n")
    }

    @Test func `a text that is no YAML is opened again, and saved twice ends it`() {
        let terminal = terminal()
        var rounds = 0
        terminal.edit = { text in
            rounds += 1
            return rounds == 1 ? text + "}{\n" : text
        }
        let answer = terminal.run("edit pod/web")
        #expect(rounds == 2)
        #expect(answer.status == 1)
        #expect(answer.errors == "error: pods \"web\" is invalid\nA copy of your changes has been stored to \"/tmp/edited.yaml\"\nerror: Edit cancelled, no valid changes were saved.\n")
    }

    @Test(arguments: [
        ("kind: Pod\n a: b\n", "yaml: line 2: mapping values are not allowed in this context"), ("", "invalid object to validate"), ("apiVersion: v1\n", "kind not set"),
        ("kind: Pod\n", "apiVersion not set"),
    ])
    func `what is no object is opened again with what is wrong`(_ saved: String, _ problem: String) {
        let terminal = terminal()
        var shown = ""
        terminal.edit = { text in
            shown = text
            return saved
        }
        #expect(terminal.run("edit pod/web").status == 1)
        #expect(shown.contains("# pods \"web\" was not valid:\n# * <nil>: Invalid value: \"The edited file failed validation\": \(problem)\n"), "\(shown)")
    }

    @Test func `a subresource is edited as such, and the annotation of apply stays`() {
        let terminal = terminal()
        _ = terminal.run("create deployment web --image=nginx --save-config")
        var shown = ""
        terminal.edit = { text in
            shown = text
            return text.replacingOccurrences("replicas: 1", "replicas: 2")
        }
        #expect(terminal.run("edit deployment web --subresource=scale").output == "scale.autoscaling/web edited\n")
        #expect(shown.contains("kind: Scale"))
        #expect(terminal.run("edit deployment web --output-patch").output.hasPrefix("Edit cancelled") == false)
        terminal.edit = { $0.replacingOccurrences("replicas: 2", "replicas: 3") }
        #expect(terminal.run("edit deployment web --output-patch").output == "Patch: {\"spec\":{\"replicas\":3}}\ndeployment.apps/web edited\n")
    }

    @Test func `an object keeps its name`() {
        let terminal = terminal()
        terminal.edit = { $0.replacingOccurrences("name: web", "name: other") }
        #expect(terminal.run("edit pod/web").errors.hasSuffix("error: At least one of apiVersion, kind and name was changed\n"))
    }

    @Test func `lines end as Windows has it`() {
        let terminal = terminal()
        var shown = ""
        terminal.edit = {
            shown = $0
            return $0.replacingOccurrences("app: old", "app: new")
        }
        #expect(terminal.run("edit pod/web --windows-line-endings").output == "pod/web edited\n")
        #expect(shown.contains("\r\n"))
    }

    @Test func `new objects are edited one by one`() {
        let terminal = Terminal(["two.yaml": Self.pod + "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: mock}\n"])
        var count = 0
        terminal.edit = {
            count += 1
            return $0.replacingOccurrences("name: web", "name: modified").replacingOccurrences("name: mock", "name: modified")
        }
        #expect(terminal.run("create --edit -f two.yaml").output == "pod/modified created\nconfigmap/modified created\n")
        #expect(count == 2)
        terminal.edit = { $0 }
        #expect(terminal.run("create --edit -f two.yaml").errors == "Edit cancelled, no changes made.\nEdit cancelled, no changes made.\n")
    }

    @Test func `what was applied last can be edited`() {
        let terminal = Terminal(["pod.yaml": Self.pod])
        #expect(terminal.run("apply -f pod.yaml").status == 0)
        terminal.edit = { $0.replacingOccurrences("app: old", "app: new") }
        #expect(terminal.run("apply edit-last-applied pod/web").output == "pod/web edited\n")
        #expect(terminal.run("apply view-last-applied pod/web").output.contains("app: new"))
        #expect(terminal.run("get pod web -o jsonpath={.metadata.labels.app}").output == "old")
    }
}

extension String {
    fileprivate func replacingOccurrences(_ part: String, _ other: String) -> String { replacing(text: part, with: other) }
}
