/// Programs of the user's own that extend kubectl: `kubectl-foo-bar` is `kubectl foo bar`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/cmd.go`, `HandlePluginCommand`, and `pkg/cmd/plugin`.
struct PluginRunner {
    let programs: KubectlEnvironment.Programs
    static let prefix = "kubectl-"

    /// Runs the plug-in with the longest name that the words begin with; nil when there is none.
    ///
    /// - Parameter atLeast: how many words the name must have.
    func run(_ words: [String], atLeast: Int = 1) -> Int32? {
        var name = words.prefix { !$0.hasPrefix("-") }.map { String($0.map { $0 == "-" ? "_" : $0 }) }
        let available = programs.list().filter(\.isExecutable)
        while name.count >= max(atLeast, 1) {
            let file = Self.prefix + name.joined(separator: "-")
            if let found = available.first(where: { FilePath.base($0.path) == file }) {
                return programs.run(found.path, Array(words.dropFirst(name.count)))
            }
            name.removeLast()
        }
        return nil
    }

    /// The programs by the first word of their names, in the order in which they are found.
    var commands: [Command] {
        programs.list().compactMap { program in
            FilePath.base(program.path).dropFirst(Self.prefix.count).split(separator: "-").first.map {
                Command(name: String($0), summary: "The command \($0) is a plugin installed by the user")
            }
        }
    }
}

/// `kubectl plugin list`.
enum PluginCommand {
    static let command = Command(
        name: "plugin", summary: "Provides utilities for interacting with plugins",
        details: "Provides utilities for interacting with plugins.\n\n A plug-in is a program in a folder of PATH whose name begins with kubectl-.", usage: "[flags]",
        subcommands: [
            Command(
                name: "list", summary: "List all visible plugin executables on a user's PATH", usage: "[flags]",
                flags: [.flag("name-only", nil, "Show names without their folders.")], run: { (invocation) throws(Failure) in try list(invocation) })
        ])

    private static func list(_ invocation: Invocation) throws(Failure) {
        for (folder, reason) in invocation.environment.programs?.unreadable() ?? [] {
            invocation.errLine("Unable to read directory \(goQuoted(folder)) from your PATH: open \(folder): \(reason). Skipping...")
        }
        let found = (invocation.environment.programs?.list() ?? []).filter { FilePath.base($0.path).hasPrefix(PluginRunner.prefix) }
        if found.isEmpty { throw Failure("unable to find any kubectl plugins in your PATH") }
        invocation.out("The following compatible plugins are available:\n\n")
        var seen: [String: String] = [:]
        var warnings = 0
        for plugin in found {
            let name = FilePath.base(plugin.path)
            invocation.outLine(invocation.flags.bool("name-only") ? name : plugin.path)
            var problems: [String] = []
            if !plugin.isExecutable { problems.append("\(plugin.path) identified as a kubectl plugin, but it is not executable") }
            if let other = seen[name] { problems.append("\(plugin.path) is overshadowed by a similarly named plugin: \(other)") } else { seen[name] = plugin.path }
            let words = name.split(separator: "-").dropFirst().map(String.init)
            if let match = try? CommandFinder(root: CommandTree.root).find(words), match.path.count > 1 {
                problems.append("\(name) overwrites existing command: \(goQuoted(match.path.joined(separator: " ")))")
            }
            for problem in problems { invocation.errLine("  - warning: \(problem)") }
            warnings += problems.count
        }
        if warnings > 0 { throw Failure(warnings == 1 ? "one plugin warning was found" : "\(warnings) plugin warnings were found") }
    }
}
