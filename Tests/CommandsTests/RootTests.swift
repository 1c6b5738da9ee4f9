import ArgumentParser
import Testing

@testable import Commands

@Suite struct RootTests {
    static let commands = ["list", "start", "check", "watch", "hint", "solution", "reset", "progress", "lab", "kubectl", "trace", "version", "completion"]

    @Test(arguments: commands)
    func `every command answers --help with examples`(_ name: String) throws {
        let type = try #require(Root.configuration.subcommands.first { $0.configuration.commandName == name })
        let help = type.helpMessage()
        #expect(help.contains("Example"), "\(name)")
        #expect(help.contains("labrunner \(name)"), "\(name)")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completions are made for a shell`(_ shell: String) throws {
        let script = Root.completionScript(for: try #require(CompletionShell(rawValue: shell)))
        #expect(script.contains("nodeport") || script.contains("check"))
    }

    @Test(arguments: [["check", "--format", "nothing"], ["check", "--seed", "x"], ["nothing"], ["check", "--lang", "English"]])
    func `a call that cannot be understood is refused`(_ words: [String]) {
        #expect(throws: (any Error).self) { _ = try Root.parseAsRoot(words) }
    }

    @Test(arguments: [
        [], ["check", "nodeport"], ["check", "--nope"], ["check", "--help"], ["cluster"], ["cluster", "status", "demo"], ["cluster", "snapshot"], ["cluster", "snapshot", "save", "a", "b"],
        ["kubectl", "get", "pods", "-A", "-o", "wide"], ["lab"], ["lab", "test"], ["version"], ["nothing"], ["help", "check"], ["completion"],
        ["cluster", "chaos", "--help"], ["cluster", "help", "chaos"], ["cluster", "-h"], ["lab", "test", "--help"], ["check", "nodeport", "--help"], ["check", "--help-hidden"], ["check", "--version"],
    ])
    func `a command is read as the whole tree reads it`(_ words: [String]) {
        func outcome(_ parse: ([String]) throws -> any ParsableCommand) -> String {
            do {
                var command = try parse(words)
                // A request for help is a command of its own, which throws its text.
                if "\(type(of: command))" == "HelpCommand" { try command.run() }
                return "\(type(of: command))"
            } catch { return Root.fullMessage(for: error) }
        }
        #expect(outcome { try Root.command($0) } == outcome { try Root.parseAsRoot($0) })
    }

    @Test func `options have their standard values without a command line`() throws {
        let options = try SubmissionOptions.parse([])
        #expect(options.submission == nil && options.seed == 1)
    }

    @Test func `the commands of the README are there`() throws {
        for name in ["list", "start", "check", "hint", "kubectl", "watch"] {
            #expect(Root.configuration.subcommands.contains { $0.configuration.commandName == name })
        }
    }
}
