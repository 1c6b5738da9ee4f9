/// Renders the help of a command in kubectl's layout.
///
/// - Source: k8s.io/kubectl `pkg/util/templates`.
enum HelpPrinter {
    /// - Parameter plugins: the user's own commands, for the root's help.
    static func help(_ command: Command, path: [String], plugins: [Command] = []) -> String {
        (command.details.isEmpty ? command.summary + "." : command.details) + "\n\n" + usage(command, path: path, plugins: plugins)
    }

    /// The help without what the command is for.
    static func usage(_ command: Command, path: [String], plugins: [Command] = []) -> String {
        var text = ""
        let isRoot = path.count == 1
        if !command.aliases.isEmpty {
            text += "Aliases:\n" + ([command.name] + command.aliases).joined(separator: ", ") + "\n\n"
        }
        if let examples = CommandExamples.text(for: path) { text += "Examples:\n" + indented(examples) + "\n\n" }
        if isRoot {
            text += groups(of: command, plugins)
        } else if !command.subcommands.isEmpty {
            text += "Available Commands:\n" + list(command.subcommands.sorted { $0.name < $1.name }) + "\n"
        }
        let options = command.flags.filter { !$0.isHidden }
        if !options.isEmpty {
            text += "Options:\n"
            for option in options.sorted(by: { $0.name < $1.name }) { text += describe(option) }
        }
        text += "Usage:\n  \(usageLine(command, path: path))\n\n"
        if !command.subcommands.isEmpty {
            text += "Use \"\(path.joined(separator: " ")) <command> --help\" for more information about a given command.\n"
        }
        text += "Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n"
        return text
    }

    static func usageLine(_ command: Command, path: [String]) -> String {
        let rest = command.usage.isEmpty ? (command.subcommands.isEmpty ? "" : "[flags]") : command.usage
        return ([path.joined(separator: " ")] + (rest.isEmpty ? [] : [rest]) + (rest.contains("[options]") ? [] : ["[options]"])).joined(separator: " ")
    }

    static func globalOptions() -> String {
        var text = "The following options can be passed to any command:\n\n"
        for option in GlobalFlags.specs { text += describe(option) }
        return text
    }

    private static func describe(_ option: FlagSpec) -> String {
        let short = option.shorthand.map { "-\($0), " } ?? ""
        return "    \(short)--\(option.name)=\(option.printedDefault):\n\t\(option.help)\n\n"
    }

    private static func groups(of root: Command, _ plugins: [Command]) -> String {
        var titles: [String] = []
        for command in root.subcommands where !titles.contains(command.group) { titles.append(command.group) }
        var text = ""
        for title in titles where !title.isEmpty {
            if title == CommandTree.lastGroup { text += "Subcommands provided by plugins:\n" + list(plugins, among: root.subcommands) + "\n" }
            text += "\(title):\n" + list(root.subcommands.filter { $0.group == title }, among: root.subcommands) + "\n"
        }
        return text
    }

    /// Names in a column that is as wide as the longest of all, 11 at least, and three blanks.
    private static func list(_ commands: [Command], among all: [Command]? = nil) -> String {
        let width = max(11, (all ?? commands).map(\.name.count).max() ?? 0) + 3
        return commands.filter { !$0.summary.isEmpty }.map {
            "  \($0.name)" + String(repeating: " ", count: width - $0.name.count) + "\($0.summary)\n"
        }.joined()
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n")
    }
}
