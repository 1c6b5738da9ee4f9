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
        ["kubectl", "get", "pods", "-A", "-o", "wide"], ["lab"], ["lab", "test"], ["version"], ["help", "check"], ["completion"],
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

    @Test(arguments: [
        (["chek", "nodeport"], "There is no command 'labrunner chek'. Did you mean 'labrunner check'?"),
        (["nothing"], "There is no command 'labrunner nothing'. 'labrunner --help' lists what there is."),
        (["cluster", "snapshots", "list"], "There is no command 'labrunner cluster snapshots'. Did you mean 'labrunner cluster snapshot'?"),
        (["lab", "te"], "There is no command 'labrunner lab te'. Did you mean 'labrunner lab new' or 'labrunner lab test'?"),
    ])
    func `a command that is not there is answered with those that look alike`(_ words: [String], _ message: String) {
        #expect(throws: CommandError.self) { _ = try Root.command(words) }
        #expect(Root.unknownCommand(in: words)?.message == message)
    }

    @Test(arguments: [["check", "--nope"], ["cluster", "status", "demo"], ["--version"], ["kubectl", "gte"]])
    func `other mistakes are not about commands`(_ words: [String]) { #expect(Root.unknownCommand(in: words) == nil) }

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
