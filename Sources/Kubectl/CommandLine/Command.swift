/// One command of the tree: its name, options and what it does.
struct Command: Sendable {
    var name: String
    var aliases: [String] = []
    /// Words that people of other tools look for it by.
    var suggestedFor: [String] = []
    /// One line for the list of commands.
    var summary: String
    /// What help says at length; the summary when empty.
    var details: String = ""
    /// What follows the command's path in the usage line, without ` [options]`.
    var usage: String = ""
    var flags: [FlagSpec] = []
    var requiredFlags: [String] = []
    var subcommands: [Command] = []
    /// Heading in the root's help.
    var group: String = ""
    /// Help of a command that needs a subcommand goes here when none is given.
    var helpOnStandardError = true
    /// The exit status then.
    var helpStatus: Int32 = 1
    /// Refuses arguments before anything else happens.
    var maximumArguments: Int?
    var run: (@Sendable (Invocation) throws(Failure) -> Void)?

    func subcommand(_ name: String) -> Command? { subcommands.first { $0.name == name || $0.aliases.contains(name) } }
}

/// Finds the command that a line means, as spf13/cobra does.
struct CommandFinder {
    let root: Command

    struct Match {
        var command: Command
        /// `["kubectl", "create", "service"]`.
        var path: [String]
        /// The words that are left for the command.
        var words: [String]
    }

    /// Walks down the tree along the words that are no options.
    func find(_ words: [String]) throws(Failure) -> Match {
        var match = Match(command: root, path: [root.name], words: words)
        while let (index, word) = firstArgument(of: match.words, for: match.command) {
            guard let next = match.command.subcommand(word) else { break }
            match.words.remove(at: index)
            match.command = next
            match.path.append(next.name)
        }
        if match.path.count == 1, let (_, word) = firstArgument(of: match.words, for: root) {
            throw Failure(unknown: word, in: root)
        }
        return match
    }

    /// The first word that is neither an option nor an option's value; an option that is not known takes a value.
    private func firstArgument(of words: [String], for command: Command) -> (Int, String)? {
        let specs = command.flags + GlobalFlags.specs
        func takesValue(_ spec: FlagSpec?) -> Bool { spec?.bareValue == nil }
        var index = 0
        while index < words.count {
            let word = words[index]
            if word == "--" { return nil }
            if word.hasPrefix("--") {
                let name = String(word.dropFirst(2))
                if !name.contains("="), takesValue(specs.first { $0.name == name }) { index += 1 }
            } else if word.hasPrefix("-"), word != "-" {
                if word.count == 2, word != "-=", takesValue(specs.first { $0.shorthand == word.last }) { index += 1 }
            } else if !word.isEmpty, word != "-" {
                return (index, word)
            }
            index += 1
        }
        return nil
    }
}

extension Failure {
    fileprivate init(unknown word: String, in root: Command) {
        var text = "unknown command \(goQuoted(word)) for \(goQuoted(root.name))"
        let near = root.subcommands.filter {
            editDistance($0.name.lowercased(), word.lowercased()) <= 2 || $0.name.lowercased().hasPrefix(word.lowercased())
                || $0.suggestedFor.contains(word.lowercased())
        }
        if !near.isEmpty { text += "\n\nDid you mean this?\n" + near.map { "\t\($0.name)\n" }.joined() }
        self.init(text)
    }
}

/// How many letters must be put in, taken out or changed to make one word of the other.
package func editDistance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left), Array(right))
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var previous = Array(0...b.count)
    for i in 1...a.count {
        var current = [i]
        for j in 1...b.count {
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)))
        }
        previous = current
    }
    return previous[b.count]
}
