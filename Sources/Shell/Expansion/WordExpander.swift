/// Expands words: parameters, substitutions, arithmetic, splitting and matching of file names.
///
/// Command substitutions are not run here. When one is met whose output is not known yet, expansion ends with
/// `needsOutput`; the machine runs the command and expands again from the start with one output more. What an
/// expansion assigns goes to `state`, a copy that the machine takes over only when all is expanded.
struct WordExpander {
    enum Interruption: Error {
        /// The output of this command is needed next; the state is what it runs in.
        case needsOutput(ScriptNode, ShellState)
        case failure(ShellProblem, SourcePosition)
    }

    var state: ShellState
    let files: VirtualFileSystem
    /// Outputs of the command substitutions met so far, in order.
    let outputs: [String]
    var outputsUsed = 0
    /// Bytes that one expansion may make.
    let sizeMax: Int

    init(state: ShellState, files: VirtualFileSystem, outputs: [String], sizeMax: Int) {
        self.state = state
        self.files = files
        self.outputs = outputs
        self.sizeMax = sizeMax
    }

    /// The fields that words make.
    mutating func fields(_ words: [Word]) throws(Interruption) -> [String] {
        var result: [String] = []
        for word in words {
            for variant in state.language.hasBraces ? BraceExpansion.expand(word) : [word] {
                for field in try split(variant) {
                    if !state.options.noGlobbing, field.characters.contains(where: { !$0.isQuoted && ($0.character == "*" || $0.character == "?" || $0.character == "[") }) {
                        let matches = FileNameMatcher(files: files, directory: state.directory).matches(of: field.characters)
                        if !matches.isEmpty {
                            result += matches
                            continue
                        }
                    }
                    result.append(field.text)
                }
            }
        }
        return result
    }

    /// One text from a word, neither split nor matched: assignments, redirections, case subjects.
    mutating func text(_ word: Word) throws(Interruption) -> String { try whole(word).text }

    /// A word as a pattern, quoted parts literal.
    mutating func pattern(_ word: Word) throws(Interruption) -> GlobPattern { try whole(word).pattern }

    mutating func whole(_ word: Word) throws(Interruption) -> ExpandedField {
        var fields = [ExpandedField()]
        try expand(word.parts, into: &fields, splits: false, isFirst: true)
        var joined = fields[0]
        for field in fields.dropFirst() {
            joined.append(" ", isQuoted: true)
            joined.characters += field.characters
        }
        return joined
    }

    private mutating func split(_ word: Word) throws(Interruption) -> [ExpandedField] {
        var fields = [ExpandedField()]
        try expand(word.parts, into: &fields, splits: true, isFirst: true)
        return fields.filter { !$0.isEmpty }
    }

    mutating func expand(_ parts: [WordPart], into fields: inout [ExpandedField], splits: Bool, isFirst: Bool) throws(Interruption) {
        for (index, part) in parts.enumerated() {
            switch part {
            case .text(let text, let isQuoted):
                if isFirst, index == 0, !isQuoted, text == "~" || text.hasPrefix("~/") {
                    fields[fields.count - 1].append(state["HOME"] ?? "/root", isQuoted: true)
                    fields[fields.count - 1].append(String(text.dropFirst()), isQuoted: false)
                } else {
                    fields[fields.count - 1].append(text, isQuoted: isQuoted)
                }
            case .parameter(let expansion, let isQuoted):
                try expand(expansion, isQuoted: isQuoted, into: &fields, splits: splits)
            case .command(let node, let isQuoted):
                guard outputsUsed < outputs.count else { throw .needsOutput(node, state) }
                var output = outputs[outputsUsed]
                outputsUsed += 1
                while output.utf8.last == 10 { output.unicodeScalars.removeLast() }
                add(output, isQuoted: isQuoted, into: &fields, splits: splits)
            case .arithmetic(let word, let isQuoted):
                add(String(try arithmetic(word)), isQuoted: isQuoted, into: &fields, splits: splits)
            }
            if fields[fields.count - 1].characters.count > sizeMax {
                throw .failure(.other("an expansion is larger than \(sizeMax) bytes"), SourcePosition(line: 0, column: 0))
            }
        }
    }

    mutating func arithmetic(_ word: Word) throws(Interruption) -> Int64 {
        let expression = try text(word)
        var evaluator = ArithmeticEvaluator(state: state)
        do throws(ArithmeticEvaluator.Failure) {
            let value = try evaluator.evaluate(expression)
            state = evaluator.state
            return value
        } catch {
            throw .failure(error.problem, word.position)
        }
    }

    /// Adds an expanded text, splitting it by IFS when it is not quoted.
    func add(_ text: String, isQuoted: Bool, into fields: inout [ExpandedField], splits: Bool) {
        if isQuoted || !splits {
            fields[fields.count - 1].append(text, isQuoted: isQuoted)
            return
        }
        let separators = state["IFS"] ?? " \t\n"
        if separators.isEmpty {
            fields[fields.count - 1].append(text, isQuoted: false)
            return
        }
        func isBlank(_ character: Character) -> Bool { (character == " " || character == "\t" || character == "\n") && separators.contains(character) }
        var characters = Array(text)[...]
        if let first = characters.first, isBlank(first) {
            if !fields[fields.count - 1].isEmpty { fields.append(ExpandedField()) }
            characters = characters.drop(while: isBlank)
        }
        while let character = characters.first {
            if separators.contains(character) {
                characters = characters.drop(while: isBlank)
                if let next = characters.first, separators.contains(next) {
                    // A visible separator ends the field even if it is empty.
                    if !isBlank(character) { fields[fields.count - 1].isKept = true }
                    characters = characters.dropFirst()
                    fields[fields.count - 1].isKept = true
                    characters = characters.drop(while: isBlank)
                }
                fields.append(ExpandedField())
            } else {
                fields[fields.count - 1].characters.append((character, false))
                characters = characters.dropFirst()
            }
        }
    }
}
