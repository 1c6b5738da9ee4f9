import Kubectl
import KubernetesObjects
import Testing

/// Programs of a kubeconfig that make credentials.
@Suite struct ExecCredentialTests {
    private static let version = "client.authentication.k8s.io/v1"

    private func terminal(_ user: String, _ answer: KubectlEnvironment.CredentialProgram.Answer = .missing) -> Terminal {
        let terminal = Terminal([
            "config": "{apiVersion: v1, kind: Config, contexts: [{name: c, context: {user: u}}], current-context: c, users: [{name: u, user: \(user)}]}"
        ])
        terminal.variables["KUBECONFIG"] = "/work/config"
        terminal.credentials = { _ in answer }
        return terminal
    }

    private func exec(_ more: String = "interactiveMode: Never") -> String { "{exec: {apiVersion: \(Self.version), command: maker, \(more)}}" }

    @Test func `a program's token says who asks`() {
        let shell = terminal(exec("interactiveMode: IfAvailable, args: [a, b], env: [{name: NAME, value: v}]"))
        var asked: KubectlEnvironment.CredentialProgram?
        shell.credentials = { program in
            asked = program
            return .output(Array(#"{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"bob"}}"#.utf8))
        }
        #expect(shell.run("auth whoami -o jsonpath={.status.userInfo.username}").output == "bob")
        #expect(asked?.command == "maker" && asked?.arguments == ["a", "b"])
        #expect(asked?.variables.first?.value == "v" && asked?.variables.last?.name == "KUBERNETES_EXEC_INFO")
        asked = nil
        #expect(shell.run("auth whoami -o jsonpath={.status.userInfo.username} --token=eve").output == "eve")
        #expect(asked == nil, "a token that is given needs no program")
    }

    @Test(arguments: [
        ("interactiveMode: Never", "", "exec: executable maker not found"),
        ("interactiveMode: Never", "a file\n", "decoding stdout: couldn't get version/kind; json parse error: "),
        ("interactiveMode: Never", #"{"apiVersion":"client.authentication.k8s.io/v1beta1"}"#, "exec plugin is configured to use API version client.authentication.k8s.io/v1, plugin returned version client.authentication.k8s.io/v1beta1"),
        ("interactiveMode: Never", #"{"apiVersion":"client.authentication.k8s.io/v1"}"#, "exec plugin didn't return a status field"),
        ("interactiveMode: Never", #"{"apiVersion":"client.authentication.k8s.io/v1","status":{}}"#, "exec plugin didn't return a token or cert/key pair"),
        ("interactiveMode: Never", #"{"apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"x"}}"#, "exec plugin returned only certificate or key, not both"),
        ("interactiveMode: Always", "", "exec plugin cannot support interactive mode: standard input is not a terminal"),
    ])
    func `says why there are no credentials`(_ mode: String, _ answer: String, _ reason: String) {
        let said = terminal(exec(mode), answer.isEmpty ? .missing : .output(Array(answer.utf8))).run("get pods")
        #expect(said.errors.hasPrefix("Unable to connect to the server: getting credentials: " + reason) && said.status == 1, "\(said)")
    }

    @Test func `an interactive program cannot share standard input with a manifest`() {
        let shell = terminal(exec("interactiveMode: Always"))
        shell.input = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"
        let said = shell.run("apply -f -")
        #expect(said.errors.contains("standard input is unavailable: used by stdin resource manifest reader"), "\(said)")
        #expect(terminal(exec(), .failed(3)).run("get pods").errors == "Unable to connect to the server: getting credentials: exec: executable maker failed with exit code 3\n")
    }

    @Test(arguments: [
        ("{exec: {apiVersion: client.authentication.k8s.io/v1, command: m}}", "interactiveMode must be specified for u to use exec authentication plugin"),
        ("{exec: {apiVersion: client.authentication.k8s.io/v1, command: m, interactiveMode: Often}}", "invalid interactiveMode for u: \"Often\""),
        ("{exec: {command: m, interactiveMode: Never}}", "apiVersion must be specified for u to use exec authentication plugin"),
        ("{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}", "command must be specified for u to use exec authentication plugin"),
    ])
    func `an entry must say enough`(_ user: String, _ message: String) {
        #expect(terminal(user).run("get pods").errors == "error: \(message)\n")
    }
}
