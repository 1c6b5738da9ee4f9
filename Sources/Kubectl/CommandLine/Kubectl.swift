import APIMachinery
import KubernetesObjects

/// kubectl v1.36 over any way to an API server.
///
/// - Shape: one value for one client; each `run` is one command line without the word `kubectl`.
/// - Source: k8s.io/kubectl v0.36. Differs: no network of its own; plug-ins and other programs run where the environment lets them.
package struct Kubectl {
    package let client: any APIClient
    package var environment: KubectlEnvironment
    private let cache = ResourceCache()

    package init(client: any APIClient, environment: KubectlEnvironment) {
        self.client = client
        self.environment = environment
    }

    /// Runs a command line and returns its exit status.
    package func run(_ arguments: [String]) -> Int32 {
        var root = CommandTree.root
        // Definitions may have come and gone since the last command.
        cache.catalogue = nil
        do throws(Failure) {
            if let first = arguments.first, first == "__complete" || first == "__completeNoDesc" {
                return try complete(Array(arguments.dropFirst()), root, described: first == "__complete")
            }
            let words = try Preferences.apply(to: &root, arguments, environment)
            let match: CommandFinder.Match
            do throws(Failure) { match = try CommandFinder(root: root).find(Self.expandingHelp(words)) } catch {
                if words.first == "help" {
                    let topic = words.dropFirst().map { "`\($0)`" }.joined(separator: " ")
                    environment.writeError("Unknown help topic [\(topic)]\n\n\n" + HelpPrinter.usage(language.translated(root), path: [root.name], plugins: plugins))
                    return 0
                }
                if let first = words.first, first.hasPrefix("-") { throw .text("Error: flags cannot be placed before plugin name: \(first)") }
                if let programs = environment.programs, let status = PluginRunner(programs: programs).run(words) { return status }
                throw error
            }
            // Of the commands that there are, create alone can be extended.
            if match.path == ["kubectl", "create"], let first = match.words.first, !first.hasPrefix("-"), let programs = environment.programs,
                let status = PluginRunner(programs: programs).run(["create"] + match.words, atLeast: 2)
            { return status }
            return try run(match)
        } catch {
            if !error.output.isEmpty { environment.writeOutput(error.output) }
            environment.writeError(error.printed)
            return error.exitStatus
        }
    }

    private func complete(_ words: [String], _ root: Command, described: Bool) throws(Failure) -> Int32 {
        var quiet = environment
        quiet.writeError = { _ in }
        let completion = Completion(root: root, plugins: plugins) { match, line in
            Invocation(client: client, environment: quiet, command: match.command, path: match.path, line: line, cache: cache)
        }
        if words.isEmpty { throw Failure("requires at least 1 arg(s), only received 0") }
        let answer = completion.answer(words)
        environment.writeOutput(answer.text(described: described))
        environment.writeError("Completion ended with directive: \(answer.directive.name)\n")
        return 0
    }

    private var language: HelpLanguage { HelpLanguage(environment.variables) }

    /// The user's own programs as commands, for help and completion.
    private var plugins: [Command] { environment.programs.map { PluginRunner(programs: $0).commands } ?? [] }

    /// `help x y` as `x y --help`.
    private static func expandingHelp(_ words: [String]) -> [String] {
        words.first == "help" ? Array(words.dropFirst()) + ["--help"] : words
    }

    private func run(_ match: CommandFinder.Match) throws(Failure) -> Int32 {
        var command = match.command
        command.flags.removeAll { spec in spec.variable.map { environment.variables[$0].flatMap(parseGoBool) != true } ?? false }
        let path = match.path.joined(separator: " ")
        let own = Set(command.flags.map(\.name))
        let line: ParsedLine
        do {
            line = try FlagParser(GlobalFlags.specs(of: command)).parse(match.words)
        } catch {
            // Status 1 of diff says that there is a difference; its other failures have their own.
            if path == "kubectl diff" { throw Failure("\(error.plainText)\nSee '\(path) -h' for help and examples").exiting(2) }
            throw Failure("\(error.plainText)\nSee '\(path) --help' for usage.")
        }
        for notice in line.notices { environment.writeError(notice + "\n") }
        if line.wantsHelp {
            environment.writeOutput(HelpPrinter.help(language.translated(command), path: match.path, plugins: plugins))
            return 0
        }
        for (command, name, harmless) in GlobalFlags.unsupported where command == path || command.isEmpty && !own.contains(name) {
            if line.flags.isKnown(name), line.flags.isSet(name), line.flags.string(name) != harmless {
                throw Failure("--\(name)\(harmless.isEmpty ? "" : "=\(line.flags.string(name))") is not supported by this kubectl")
            }
        }
        guard let action = command.run else {
            if match.path.count == 1 {
                environment.writeOutput(HelpPrinter.help(language.translated(command), path: match.path, plugins: plugins))
                return 0
            }
            if !line.arguments.isEmpty, command.helpStatus != 0 {
                throw Failure("unknown command \(goQuoted(line.arguments.joined(separator: " ")))\nSee '\(path) -h' for help and examples")
            }
            let help = HelpPrinter.help(language.translated(command), path: match.path)
            if command.helpOnStandardError { environment.writeError(help) } else { environment.writeOutput(help) }
            return command.helpStatus
        }
        let timeout = line.flags.string("request-timeout")
        if Invocation.timeout(timeout) == nil {
            throw Failure(
                "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)")
        }
        let missing = command.requiredFlags.filter { !line.flags.isSet($0) }
        if !missing.isEmpty {
            throw Failure("required flag(s) " + missing.map(goQuoted).joined(separator: ", ") + " not set")
        }
        let invocation = Invocation(
            client: client, environment: environment, command: command, path: match.path, line: line, cache: cache)
        try action(invocation)
        if line.flags.bool("warnings-as-errors"), invocation.warningCount > 0 {
            let count = invocation.warningCount
            throw Failure(count == 1 ? "1 warning received" : "\(count) warnings received")
        }
        return 0
    }
}
