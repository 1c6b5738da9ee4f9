import ArgumentParser
import Kubectl

/// The command line.
public struct Root: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "labrunner",
        abstract: "Run and grade Kubernetes and EKS labs on a simulated cluster.",
        discussion: """
            Examples:
              labrunner list
              labrunner start nodeport
              labrunner check nodeport
              labrunner watch nodeport
            """,
        version: "labrunner \(Product.version) (Kubernetes \(Product.kubernetesVersion))",
        subcommands: [
            ListCommand.self, StartCommand.self, CheckCommand.self, WatchCommand.self, HintCommand.self, SolutionCommand.self, ResetCommand.self,
            ProgressCommand.self, LabCommand.self, KubectlCommand.self, EksctlCommand.self, ClusterCommand.self, ShellCommand.self, TraceCommand.self, VersionCommand.self, CompletionCommand.self,
        ])

    public init() {}

    /// The command that words call.
    ///
    /// To read one command is quicker than to make the whole tree, which is done for what one cannot read alone: help, completion,
    /// and messages about mistakes.
    static func command(_ words: [String]) throws -> any ParsableCommand {
        if words.contains(where: { $0 == "-h" || $0 == "help" || $0.hasPrefix("--help") }) { return try parseAsRoot(words) }
        let called = configuration.subcommands.first { $0.configuration.commandName == words.first }
        if let called, let command = try? called.parseAsRoot(Array(words.dropFirst())), type(of: command).configuration.subcommands.isEmpty { return command }
        do {
            return try parseAsRoot(words)
        } catch {
            throw unknownCommand(in: words) ?? error
        }
    }

    /// What to say of words that name no command where one must stand, with those that look alike.
    static func unknownCommand(in words: [String]) -> CommandError? {
        var command: any ParsableCommand.Type = Root.self
        var path = "labrunner"
        for word in words {
            let configuration = command.configuration
            if configuration.subcommands.isEmpty || configuration.defaultSubcommand != nil || word.hasPrefix("-") { return nil }
            let names = configuration.subcommands.compactMap { $0.configuration.commandName }
            guard let next = configuration.subcommands.first(where: { $0.configuration.commandName == word }) else {
                let alike = names.filter { editDistance($0, word) <= 2 || $0.hasPrefix(word) }
                let advice = alike.isEmpty ? "'\(path) --help' lists what there is." : "Did you mean \(alike.map { "'\(path) \($0)'" }.joined(separator: " or "))?"
                return CommandError(.usage, "There is no command '\(path) \(word)'. \(advice)")
            }
            command = next
            path += " \(word)"
        }
        return nil
    }

    /// Runs the command line of the process and ends it with its exit status.
    public static func start() -> Never {
        do {
            let words = Array(CommandLine.arguments.dropFirst())
            WarmUp.begin(for: words.first)
            var command = try command(words)
            try command.run()
        } catch let error as CommandError {
            Host.talk("labrunner: \(error.message)\n")
            endProcess(error.code.rawValue)
        } catch let code as ExitCode {
            endProcess(code.rawValue)
        } catch {
            let status = exitCode(for: error)
            let message = fullMessage(for: error)
            if status == .success {
                Host.write(message + "\n")
                endProcess(0)
            }
            Host.talk(message + "\n")
            // A call that cannot be understood is 2 by the contract, not the 64 of sysexits.
            endProcess(status == .validationFailure ? CommandError.Code.usage.rawValue : status.rawValue)
        }
        endProcess(0)
    }
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version.",
        discussion: """
            Example:
              labrunner version
            """)

    func run() throws { Host.write("\(Root.configuration.version)\n") }
}

struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print a completion script for a shell.",
        discussion: """
            Examples:
              labrunner completion bash > ~/.local/share/bash-completion/completions/labrunner
              labrunner completion zsh > ~/.zfunc/_labrunner
              labrunner completion fish > ~/.config/fish/completions/labrunner.fish
            """)

    @Argument(help: "bash, zsh or fish.") var shell: String

    func run() throws {
        guard let shell = CompletionShell(rawValue: shell) else { throw CommandError(.usage, "'\(shell)' is no shell that completions are made for: use bash, zsh or fish.") }
        Host.write(Root.completionScript(for: shell) + "\n")
    }
}
