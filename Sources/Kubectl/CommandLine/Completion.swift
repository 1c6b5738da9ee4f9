import APIMachinery
import KubernetesObjects

/// Says how a command line may go on, for the completion of shells.
///
/// - Shape: `__complete WORD… PART`; answers are `TEXT` or `TEXT<tab>DESCRIPTION` lines, and last a colon and a directive.
/// - Source: spf13/cobra `completions.go`.
struct Completion {
    /// What the shell does beyond offering the candidates.
    struct Directive: OptionSet {
        let rawValue: Int

        /// Puts no blank behind the only candidate.
        static let noSpace = Directive(rawValue: 2)
        /// Offers no files when there are no candidates.
        static let noFiles = Directive(rawValue: 4)
        /// The candidates are ends of file names.
        static let fileEnds = Directive(rawValue: 8)

        var name: String {
            let names = [(Directive.noSpace, "NoSpace"), (.noFiles, "NoFileComp"), (.fileEnds, "FilterFileExt")].filter { contains($0.0) }.map { "ShellCompDirective\($0.1)" }
            return names.isEmpty ? "ShellCompDirectiveDefault" : names.joined(separator: ", ")
        }
    }

    struct Candidate {
        var text: String
        var description = ""
    }

    struct Answer {
        var candidates: [Candidate] = []
        var directive: Directive = []

        /// - Parameter described: with what each candidate means.
        func text(described: Bool) -> String {
            candidates.map { candidate in
                let line = candidate.description.split(separator: "\n").first.map(String.init) ?? ""
                return candidate.text + (described && !line.isEmpty ? "\t\(line)" : "") + "\n"
            }.joined() + ":\(directive.rawValue)\n"
        }
    }

    let root: Command
    /// The user's own commands.
    let plugins: [Command]
    /// Makes an invocation out of a command line as far as it is written.
    let invocation: (CommandFinder.Match, ParsedLine) -> Invocation

    func answer(_ words: [String]) -> Answer {
        guard let part = words.last else { return Answer() }
        var whole = Array(words.dropLast())
        let wantsHelp = whole.first == "help"
        if wantsHelp { whole.removeFirst() }
        guard var match = try? CommandFinder(root: root).find(whole) else { return Answer() }
        let specs = GlobalFlags.specs(of: match.command)
        let isPastDash = match.words.contains("--")
        var pending: (spec: FlagSpec, part: String)?
        if !isPastDash, !wantsHelp {
            if part.hasPrefix("-") {
                pending = Self.assigned(part, specs)
            } else if let last = match.words.last, let spec = Self.waiting(last, specs) {
                pending = (spec, part)
                match.words.removeLast()
            }
        }
        guard let line = try? FlagParser(specs).parse(match.words) else { return Answer() }
        if let pending { return CandidateSource(invocation: invocation(match, line)).values(of: pending.spec, pending.part) }
        if part.hasPrefix("-"), !isPastDash { return part.contains("=") ? Answer() : names(part, match.command, line) }
        var answer = Answer()
        if line.arguments.isEmpty, !match.command.subcommands.isEmpty {
            answer = subcommands(part, of: match)
            if wantsHelp { return answer }
        }
        for name in match.command.requiredFlags where !line.flags.isSet(name) && "--\(name)".hasPrefix(part) {
            answer.candidates.append(Candidate(text: "--\(name)", description: specs.first { $0.name == name }?.help ?? ""))
        }
        let more = CandidateSource(invocation: invocation(match, line)).arguments(part, after: line.arguments, path: match.path.joined(separator: " "))
        answer.candidates += more.candidates
        answer.directive.formUnion(more.directive)
        return answer
    }

    private func subcommands(_ part: String, of match: CommandFinder.Match) -> Answer {
        let isRoot = match.path.count == 1
        let commands = match.command.subcommands.filter { !$0.summary.isEmpty } + (isRoot ? plugins : [])
        var candidates = commands.map { Candidate(text: $0.name, description: $0.summary) }
        if isRoot { candidates.append(Candidate(text: "help", description: "Help about any command")) }
        return Answer(candidates: candidates.filter { $0.text.hasPrefix(part) }.sorted { $0.text < $1.text }, directive: .noFiles)
    }

    // MARK: Options

    /// `--name=part` or `-n=part`.
    private static func assigned(_ word: String, _ specs: [FlagSpec]) -> (FlagSpec, String)? {
        guard let equals = word.firstIndex(of: "=") else { return nil }
        let value = String(word[word.index(after: equals)...])
        return spec(of: word[..<equals], specs).map { ($0, value) }
    }

    /// The option whose value is the next word.
    private static func waiting(_ word: String, _ specs: [FlagSpec]) -> FlagSpec? {
        guard word.hasPrefix("-"), !word.contains("="), let spec = spec(of: word[...], specs), spec.bareValue == nil else { return nil }
        return spec
    }

    /// The option of `--name`, or the last one of `-it`.
    private static func spec(of word: Substring, _ specs: [FlagSpec]) -> FlagSpec? {
        if word.hasPrefix("--") { return specs.first { $0.name == word.dropFirst(2) } }
        return word.count > 1 ? specs.first { $0.shorthand == word.last } : nil
    }

    /// The options that begin so: those of all commands first.
    private func names(_ part: String, _ command: Command, _ line: ParsedLine) -> Answer {
        var answer = Answer(directive: .noFiles)
        let own = command.flags + [FlagSpec.flag("help", "h", "help for \(command.name)")]
        let ownNames = Set(own.map(\.name))
        let globals = GlobalFlags.specs(of: command).filter { !ownNames.contains($0.name) }
        for spec in globals.sorted(by: { $0.name < $1.name }) + own.sorted(by: { $0.name < $1.name }) {
            if spec.isHidden || spec.variable != nil || line.flags.isSet(spec.name) && !spec.isRepeatable { continue }
            for text in ["--\(spec.name)"] + (spec.shorthand.map { ["-\($0)"] } ?? []) where text.hasPrefix(part) {
                answer.candidates.append(Candidate(text: text, description: spec.help))
            }
        }
        return answer
    }
}
