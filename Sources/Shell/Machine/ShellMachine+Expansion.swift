/// Expanding the words of a command and then beginning it.
extension ShellMachine {
    /// Expands what an expansion frame holds; when output of a command is missing, that command is started first.
    mutating func expand(_ expansion: Expansion, _ process: inout ShellProcess) {
        var expander = WordExpander(state: process.state, files: files, outputs: expansion.outputs, sizeMax: configuration.limits.bufferBytes)
        do throws(WordExpander.Interruption) {
            switch expansion.kind {
            case .simple(let command): try beginSimple(command, &expander, &process)
            case .each(let name, let words, let body, let position):
                let values = try expander.fields(words)
                process.state = expander.state
                process.position = position
                process.state.lastStatus = 0
                process.frames.append(.each(name: name, values: values, next: 0, body: body))
            case .selection(let subject, let arms, _): try select(subject, arms, &expander, &process)
            case .arithmetic(let word):
                let value = try expander.arithmetic(word)
                process.state = expander.state
                process.state.lastStatus = value != 0 ? 0 : 1
                checkError(&process)
            case .countingStart(let start, let condition, let step, let body):
                _ = try expander.arithmetic(start)
                process.state = expander.state
                process.state.lastStatus = 0
                process.frames.append(.counting(condition: condition, step: step, body: body, isFirst: true))
            case .countingTurn(let condition, let step, let body, let isFirst):
                if !isFirst { _ = try expander.arithmetic(step) }
                let goesOn = condition.parts.isEmpty ? true : try expander.arithmetic(condition) != 0
                process.state = expander.state
                if goesOn {
                    process.frames.append(.counting(condition: condition, step: step, body: body, isFirst: false))
                    process.frames.append(.node(body))
                }
            case .redirected(let inner, let redirections):
                let plans = try plan(redirections, &expander)
                process.state = expander.state
                if let saved = redirect(plans, &process) {
                    process.frames.append(.restoreDescriptors(saved))
                    process.frames.append(.node(inner))
                }
            }
        } catch {
            switch error {
            case .needsOutput(let node, let state):
                let capture = nextHandle
                nextHandle += 1
                captures[capture] = []
                var descriptors = process.descriptors
                descriptors[1] = .capture(capture)
                var parent = process
                parent.state = state
                guard let child = spawn([.node(node)], from: parent, descriptors: descriptors) else { return }
                process.frames.append(.expanding(expansion))
                process.frames.append(.substitution(process: child, capture: capture))
            case .failure(let problem, let position):
                if position.line > 0 { process.position = position }
                complain(problem, &process)
                // POSIX: an expansion error ends a shell that is not interactive.
                let status = problem.fatalStatus(process.state.language, isFirst: process.id == configuration.firstProcess)
                if !unwind(&process, status: process.state.language == .lenient ? 1 : status) { exit(status, &process) }
            }
        }
    }

    private mutating func select(_ subject: Word, _ arms: [SelectionArm], _ expander: inout WordExpander, _ process: inout ShellProcess) throws(WordExpander.Interruption) {
        let text = try expander.text(subject)
        for (index, arm) in arms.enumerated() {
            for word in arm.patterns where try expander.pattern(word).matches(text) {
                process.state = expander.state
                process.state.lastStatus = 0
                var bodies = [arm.body]
                var next = index
                while arms[next].fallsThrough, next + 1 < arms.count {
                    next += 1
                    bodies.append(arms[next].body)
                }
                for body in bodies.reversed() { process.frames.append(.node(body)) }
                return
            }
        }
        process.state = expander.state
        process.state.lastStatus = 0
    }

    private mutating func beginSimple(_ command: SimpleCommand, _ expander: inout WordExpander, _ process: inout ShellProcess) throws(WordExpander.Interruption) {
        process.position = command.position
        var arguments: [String]
        if command.isConditional {
            arguments = ["[["]
            for (index, word) in command.words.dropFirst().enumerated() {
                // What stands right of == and != is a pattern; quoted parts of it stand for themselves.
                let previous = index > 0 ? command.words[index].bareText : nil
                if previous == "==" || previous == "!=" || previous == "=" {
                    arguments.append(try expander.patternText(word))
                } else if previous == "=~" {
                    arguments.append(try expander.expressionText(word))
                    expander.noteMatch(of: arguments[arguments.count - 3], arguments[arguments.count - 1])
                } else {
                    arguments.append(try expander.text(word))
                }
            }
        } else {
            arguments = try expander.fields(command.words)
        }
        let redirections = try plan(command.redirections, &expander)
        var assignments: [(name: String, value: String)] = []
        let before = expander.state
        for assignment in command.assignments {
            if assignment.key != nil || assignment.elements != nil {
                try expander.assignArray(assignment)
                continue
            }
            var value = try expander.text(assignment.value)
            if assignment.appends { value = (expander.state[assignment.name] ?? "") + value }
            assignments.append((assignment.name, value))
            // A later assignment sees an earlier one.
            guard expander.state.assign(assignment.name, value) else {
                throw .failure(.readOnly(assignment.name), command.position)
            }
        }
        let usedSubstitution = expander.outputsUsed > 0
        if arguments.isEmpty {
            process.state = expander.state
            process.state.lastStatus = usedSubstitution ? process.substitutionStatus ?? 0 : 0
            process.substitutionStatus = nil
            if process.state.options.traces, !assignments.isEmpty {
                emit(2, Array(("+ " + assignments.map { "\($0.name)=\($0.value)" }.joined(separator: " ") + "\n").utf8), &process)
            }
            if let saved = redirect(redirections, &process) { undo(.restoreDescriptors(saved), &process) }
            checkError(&process)
            return
        }
        process.substitutionStatus = nil
        let saved = assignments.map { (name: $0.name, variable: before.variables[$0.name]) }
        process.state = expander.state
        if process.state.options.traces {
            let shown = assignments.map { "\($0.name)=\($0.value)" } + arguments.map(Self.quotedForTrace)
            emit(2, Array(("+ " + shown.joined(separator: " ") + "\n").utf8), &process)
        }
        if arguments[0] == "exec" {
            for (name, value) in assignments { process.state.export(name, value) }
            guard redirect(redirections, &process) != nil else {
                exit(1, &process)
                return
            }
            guard arguments.count > 1 else {
                process.state.lastStatus = 0
                return
            }
            process.frames = []
            process.title = arguments.dropFirst().joined(separator: " ")
            runArguments(Array(arguments.dropFirst()), &process)
            return
        }
        guard let savedDescriptors = redirect(redirections, &process) else {
            for (name, variable) in saved.reversed() { process.state.restore(name, variable) }
            return
        }
        if !savedDescriptors.isEmpty { process.frames.append(.restoreDescriptors(savedDescriptors)) }
        if !saved.isEmpty {
            process.frames.append(.restoreVariables(saved))
            for (name, value) in assignments { process.state.export(name, value) }
        }
        runArguments(arguments, &process)
    }

    private static func quotedForTrace(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { ByteClass.contains($0, name: "alnum") || "-_./:=,@%+".utf8.contains($0) }
        return isPlain ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension WordExpander {
    /// A regular expression; quoted parts of it stand for themselves.
    mutating func expressionText(_ word: Word) throws(Interruption) -> String {
        try whole(word).characters.map { $0.isQuoted && ".[]{}()*+?^$|\\".contains($0.character) ? "\\\($0.character)" : String($0.character) }.joined()
    }

    /// Keeps what `=~` matched in `BASH_REMATCH`: the whole, then each group.
    mutating func noteMatch(of text: String, _ expression: String) {
        guard state.language.hasArrays, let regex = try? PosixRegex(expression, isExtended: true) else { return }
        let bytes = Array(text.utf8)
        let found = regex.firstMatch(in: bytes) ?? []
        _ = state.assign("BASH_REMATCH", ShellArray(values: found.map { range in range.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "" }))
    }

    /// A word as the text of a pattern in which what was quoted is escaped.
    mutating func patternText(_ word: Word) throws(Interruption) -> String {
        var fields = [ExpandedField()]
        try expand(word.parts, into: &fields, splits: false, isFirst: true)
        var result = ""
        for (character, isQuoted) in fields.flatMap(\.characters) {
            if isQuoted, "*?[]\\".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
