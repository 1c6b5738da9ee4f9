import Testing

@testable import Kubectl

/// Programs that extend kubectl.
@Suite struct PluginTests {
    /// A terminal with plug-ins, and the list of their runs.
    private final class Runs { var lines: [String] = [] }

    private func terminal(_ files: [(String, Bool)]) -> (Terminal, Runs) {
        let (terminal, runs) = (Terminal(), Runs())
        terminal.programs = KubectlEnvironment.Programs(list: { files.map { (path: $0.0, isExecutable: $0.1) } }) { path, arguments in
            runs.lines.append(([path] + arguments).joined(separator: " "))
            return 3
        }
        return (terminal, runs)
    }

    @Test(arguments: [
        ("foo", "/bin/kubectl-foo"), ("foo -x a", "/bin/kubectl-foo -x a"), ("foo bar baz", "/bin/kubectl-foo-bar baz"),
        ("foo-bar", "/bin/kubectl-foo_bar"), ("create thing a", "/bin/kubectl-create-thing a"),
    ])
    func `the longest name wins`(_ line: String, _ run: String) {
        let (terminal, runs) = terminal([("/bin/kubectl-foo", true), ("/bin/kubectl-foo-bar", true), ("/bin/kubectl-foo_bar", true), ("/bin/kubectl-create-thing", true)])
        #expect(terminal.run(line).status == 3)
        #expect(runs.lines == [run])
    }

    @Test(arguments: ["nosuch", "get pods", "create configmap a", "-v 3 foo", "locked"])
    func `commands of its own, unknown names and files that cannot be run start nothing`(_ line: String) {
        let (terminal, runs) = terminal([("/bin/kubectl-foo", true), ("/bin/kubectl-get", true), ("/bin/kubectl-create-configmap", true), ("/bin/kubectl-locked", false)])
        _ = terminal.run(line)
        #expect(runs.lines == [])
    }

    @Test(arguments: [("-n x foo", "-n"), ("--warnings-as-errors foo", "--warnings-as-errors"), ("--nosuch=1 foo", "--nosuch=1"), ("-A get pods", "-A")])
    func `options do not stand before a plug-in's name`(_ line: String, _ option: String) {
        let (terminal, runs) = terminal([("/bin/kubectl-foo", true)])
        #expect(terminal.run(line) == .init(errors: "Error: flags cannot be placed before plugin name: \(option)\n", status: 1))
        #expect(runs.lines == [])
    }

    @Test func `folders that cannot be read are told of`() {
        let terminal = Terminal()
        terminal.programs = KubectlEnvironment.Programs(list: { [("/a/kubectl-foo", true)] }, unreadable: { [("/none", "no such file or directory")] }, run: { _, _ in 0 })
        let answer = terminal.run("plugin list")
        #expect(answer.errors == "Unable to read directory \"/none\" from your PATH: open /none: no such file or directory. Skipping...\n")
        #expect(answer.status == 0)
    }

    @Test func `plug-ins are listed with what is wrong with them`() {
        let (terminal, _) = terminal([("/a/kubectl-foo", true), ("/b/kubectl-foo", true), ("/b/kubectl-version", true), ("/b/kubectl-locked", false)])
        let answer = terminal.run("plugin list")
        #expect(answer.output == "The following compatible plugins are available:\n\n/a/kubectl-foo\n/b/kubectl-foo\n/b/kubectl-version\n/b/kubectl-locked\n")
        #expect(
            answer.errors == """
                  - warning: /b/kubectl-foo is overshadowed by a similarly named plugin: /a/kubectl-foo
                  - warning: kubectl-version overwrites existing command: "kubectl version"
                  - warning: /b/kubectl-locked identified as a kubectl plugin, but it is not executable
                error: 3 plugin warnings were found

                """)
        #expect(terminal.run("plugin list --name-only").output.hasSuffix("kubectl-foo\nkubectl-foo\nkubectl-version\nkubectl-locked\n"))
        #expect(Terminal().run("plugin list").errors == "error: unable to find any kubectl plugins in your PATH\n")
    }
}
