/// One step of one process: what its last frame asks for.
extension ShellMachine {
    enum StepResult { case progress, blocked, finished }

    mutating func step(_ process: inout ShellProcess) -> StepResult {
        if !process.pending.isEmpty, !flush(&process) { return .blocked }
        if let deadline = process.deadline, deadline.at <= now {
            process.deadline = nil
            deliver(deadline.signal, to: &process)
        }
        if !process.signals.isEmpty, takeSignal(&process) { return .progress }
        if process.state.variableBytes > configuration.limits.variableBytes {
            fail(.variables, "variables hold more than \(configuration.limits.variableBytes) bytes", at: process.position)
            return .blocked
        }
        guard let frame = process.frames.popLast() else { return finish(&process) }
        switch frame {
        case .node(let node): start(node, &process)
        case .sequence(let items, let next): return continueSequence(items, next, &process)
        case .andOr(let parts, let next):
            let part = parts[next]
            let isLast = next + 1 == parts.count
            let runs = part.isAnd == (process.state.lastStatus == 0)
            if !isLast { process.frames.append(.andOr(parts, next: next + 1)) }
            if runs { process.frames.append(.node(part.node)) }
        case .negate: process.state.lastStatus = process.state.lastStatus == 0 ? 1 : 0
        case .conditional(let clauses, let index, let otherwise):
            if process.state.lastStatus == 0 {
                process.frames.append(.node(clauses[index].body))
            } else if index + 1 < clauses.count {
                process.frames.append(.conditional(clauses, index: index + 1, otherwise: otherwise))
                process.frames.append(.node(clauses[index + 1].condition))
            } else {
                process.state.lastStatus = 0
                if let otherwise { process.frames.append(.node(otherwise)) }
            }
        case .loop(let condition, let body, let isUntil, let isInBody, let status):
            if isInBody {
                process.frames.append(.loop(condition: condition, body: body, isUntil: isUntil, isInBody: false, status: process.state.lastStatus))
                process.frames.append(.node(condition))
            } else if (process.state.lastStatus == 0) != isUntil {
                process.frames.append(.loop(condition: condition, body: body, isUntil: isUntil, isInBody: true, status: status))
                process.frames.append(.node(body))
            } else {
                process.state.lastStatus = status
            }
        case .each(let name, let values, let next, let body):
            guard next < values.count else { break }
            guard process.state.assign(name, values[next]) else {
                complain(.readOnly(name), &process)
                process.state.lastStatus = 1
                break
            }
            process.frames.append(.each(name: name, values: values, next: next + 1, body: body))
            process.state.lastStatus = 0
            process.frames.append(.node(body))
        case .counting(let condition, let step, let body, let isFirst):
            process.frames.append(.expanding(Expansion(kind: .countingTurn(condition: condition, step: step, body: body, isFirst: isFirst))))
        case .expanding(let expansion): expand(expansion, &process)
        case .substitution(let child, let capture):
            guard let status = ended.removeValue(forKey: child) else {
                process.frames.append(frame)
                return .blocked
            }
            let output = String(decoding: captures.removeValue(forKey: capture)?.filter { $0 != 0 } ?? [], as: UTF8.self)
            process.substitutionStatus = status
            process.state.lastStatus = status
            if case .expanding(var expansion)? = process.frames.popLast() {
                expansion.outputs.append(output)
                process.frames.append(.expanding(expansion))
            }
        case .restoreDescriptors, .restoreVariables, .function, .leave, .sourced: undo(frame, &process)
        case .awaitProcess(let child):
            guard let status = ended.removeValue(forKey: child) else {
                process.frames.append(frame)
                return .blocked
            }
            process.state.lastStatus = status
            checkError(&process)
        case .awaitTimeout(let child):
            guard let status = ended.removeValue(forKey: child) else {
                process.frames.append(frame)
                return .blocked
            }
            // A busybox that was to end a command leaves its status to the shell, which says what ended it.
            if configuration.tools == .busybox, status == 143 || status == 137 {
                emit(2, Array((status == 143 ? "Terminated\n" : "Killed\n").utf8), &process)
                process.state.lastStatus = status
            } else {
                process.state.lastStatus = status == 143 || status == 130 ? 124 : status
            }
            checkError(&process)
        case .awaitPipeline(let children, let isNegated):
            guard children.allSatisfy({ ended[$0] != nil }) else {
                process.frames.append(frame)
                return .blocked
            }
            let statuses = children.map { ended.removeValue(forKey: $0) ?? 0 }
            var status = statuses.last ?? 0
            if process.state.options.pipefail { status = statuses.last { $0 != 0 } ?? 0 }
            process.state.lastStatus = isNegated ? (status == 0 ? 1 : 0) : status
            if !isNegated { checkError(&process) }
        case .wait(let children, let hadArguments):
            guard children.allSatisfy({ child in ended[child] != nil || !processes.contains { $0.id == child } }) else {
                process.frames.append(frame)
                return .blocked
            }
            process.state.lastStatus = hadArguments ? children.last.map { ended[$0] ?? 127 } ?? 0 : 0
            for child in children { ended[child] = nil }
            checkError(&process)
        case .utility(let run): return continueUtility(run, &process)
        case .host(let run): return continueHost(run, &process)
        case .readLine(let reading): return continueReading(reading, &process)
        case .prompt(let run): return continuePrompt(run, &process)
        case .commands(let commands, let next, let worst):
            let worst = next > 0 ? max(worst, process.state.lastStatus) : worst
            guard next < commands.count else {
                process.state.lastStatus = worst
                break
            }
            if commands.count > 1 { process.frames.append(.commands(commands, next: next + 1, worst: worst)) }
            runArguments(commands[next], &process)
        case .status(let status): process.state.lastStatus = status
        case .commandStatus(let name):
            let status = process.state.lastStatus
            process.state.lastStatus = status == 0 || name == "find" ? 0 : status == 126 || status == 127 ? status : status == 255 ? 124 : 123
            checkError(&process)
        }
        return .progress
    }

    private mutating func continueSequence(_ items: [SequenceItem], _ next: Int, _ process: inout ShellProcess) -> StepResult {
        guard next < items.count else {
            if items.isEmpty { process.state.lastStatus = 0 }
            return .progress
        }
        let item = items[next]
        process.position = item.position
        if next + 1 < items.count { process.frames.append(.sequence(items, next: next + 1)) }
        if item.isBackground {
            var descriptors = process.descriptors
            if descriptors[0] == .input { descriptors[0] = .null }
            if let child = spawn([.node(item.node)], from: process, descriptors: descriptors) {
                if let index = processes.firstIndex(where: { $0.id == child }) { processes[index].isBackground = true }
                process.state.lastBackground = child
                process.state.lastStatus = 0
            }
        } else {
            process.frames.append(.node(item.node))
        }
        return .progress
    }

    /// Begins a node: most nodes become one or two frames.
    private mutating func start(_ node: ScriptNode, _ process: inout ShellProcess) {
        if process.frames.count > 5000 {
            fail(.depth, "commands are nested more than 5000 deep", at: process.position)
            return
        }
        switch node {
        case .simple(let command): process.frames.append(.expanding(Expansion(kind: .simple(command))))
        case .sequence(let items):
            if items.isEmpty { process.state.lastStatus = 0 }
            process.frames.append(.sequence(items, next: 0))
        case .group(let body): process.frames.append(.node(body))
        case .andOr(let first, let rest):
            process.frames.append(.andOr(rest, next: 0))
            process.frames.append(.node(first))
        case .pipeline(let stages, let isNegated):
            if stages.count == 1 {
                process.frames.append(.negate)
                process.frames.append(.node(stages[0]))
            } else {
                startPipeline(stages, isNegated: isNegated, &process)
            }
        case .conditional(let clauses, let otherwise):
            process.frames.append(.conditional(clauses, index: 0, otherwise: otherwise))
            process.frames.append(.node(clauses[0].condition))
        case .loop(let condition, let body, let isUntil):
            process.frames.append(.loop(condition: condition, body: body, isUntil: isUntil, isInBody: false, status: 0))
            process.frames.append(.node(condition))
        case .each(let name, let words, let body, let position):
            process.position = position
            if let words {
                process.frames.append(.expanding(Expansion(kind: .each(name: name, words: words, body: body, position: position))))
            } else {
                process.state.lastStatus = 0
                process.frames.append(.each(name: name, values: process.state.positional, next: 0, body: body))
            }
        case .counting(let start, let condition, let step, let body, let position):
            process.position = position
            process.frames.append(.expanding(Expansion(kind: .countingStart(start: start, condition: condition, step: step, body: body))))
        case .selection(let subject, let arms, let position):
            process.position = position
            process.frames.append(.expanding(Expansion(kind: .selection(subject: subject, arms: arms, position: position))))
        case .subshell(let body):
            if let child = spawn([.node(body)], from: process, descriptors: process.descriptors) { process.frames.append(.awaitProcess(child)) }
        case .function(let name, let body):
            process.state.functions[name] = body
            process.state.lastStatus = 0
        case .arithmetic(let word): process.frames.append(.expanding(Expansion(kind: .arithmetic(word))))
        case .redirected(let inner, let redirections): process.frames.append(.expanding(Expansion(kind: .redirected(inner, redirections))))
        }
    }

    private mutating func startPipeline(_ stages: [ScriptNode], isNegated: Bool, _ process: inout ShellProcess) {
        var children: [Int] = []
        var input = process.descriptors[0]
        for (index, stage) in stages.enumerated() {
            var descriptors = process.descriptors
            descriptors[0] = input
            if index + 1 < stages.count {
                let pipe = nextHandle
                nextHandle += 1
                pipes[pipe] = ShellPipe()
                descriptors[1] = .pipeWrite(pipe)
                input = .pipeRead(pipe)
            }
            guard let child = spawn([.node(stage)], from: process, descriptors: descriptors) else { return }
            children.append(child)
        }
        process.frames.append(.awaitPipeline(children, isNegated: isNegated))
    }

    /// Starts a process that is a copy of another with its own work to do; nil when there are too many.
    mutating func spawn(_ frames: [Frame], from parent: ShellProcess, descriptors: [Int: Descriptor]) -> Int? {
        guard processes.count < configuration.limits.processes else {
            fail(.processes, "more than \(configuration.limits.processes) processes at once", at: parent.position)
            return nil
        }
        let id = nextProcess
        nextProcess += 1
        var child = ShellProcess(id: id, parent: parent.id, state: parent.state, descriptors: descriptors)
        child.frames = frames
        child.position = parent.position
        child.title = parent.title
        child.isBackground = parent.isBackground
        child.state.isInteractive = false
        child.state.traps = parent.state.traps.filter { $0.value.isEmpty }
        if isErrorIgnored(in: parent) { child.state.ignoresErrors = true }
        processes.append(child)
        pipesChanged = true
        return id
    }

    // MARK: Ending

    private mutating func finish(_ process: inout ShellProcess) -> StepResult {
        if !process.hasRunExitTrap, let action = process.state.traps["EXIT"], !action.isEmpty {
            process.hasRunExitTrap = true
            process.isExiting = false
            process.frames.append(.status(process.state.lastStatus))
            runText(action, &process)
            return .progress
        }
        return .finished
    }

    /// Leaves the shell with a status, undoing what is open.
    func exit(_ status: Int, _ process: inout ShellProcess) {
        process.state.lastStatus = status & 255
        process.frames = []
        process.wake = nil
        process.isExiting = true
    }

    /// Ends the shell when a command failed under `set -e` and nothing asks for its status.
    func checkError(_ process: inout ShellProcess) {
        if process.state.lastStatus != 0, process.state.options.exitsOnError, !isErrorIgnored(in: process) {
            exit(process.state.lastStatus, &process)
        }
    }

    private func isErrorIgnored(in process: ShellProcess) -> Bool {
        if process.state.ignoresErrors { return true }
        for frame in process.frames {
            switch frame {
            case .andOr, .negate, .conditional: return true
            case .loop(_, _, _, let isInBody, _): if !isInBody { return true }
            default: break
            }
        }
        return false
    }

    /// Undoes what a frame stands for when it is left, whether at its end or by `break`, `return` or an error.
    func undo(_ frame: Frame, _ process: inout ShellProcess) {
        switch frame {
        case .restoreDescriptors(let saved):
            for (number, descriptor) in saved { process.descriptors[number] = descriptor }
        case .restoreVariables(let saved):
            for (name, variable) in saved.reversed() { process.state.restore(name, variable) }
        case .function(let positional, let locals):
            process.state.positional = positional
            for (name, variable) in locals.reversed() { process.state.restore(name, variable) }
            process.state.depth -= 1
        case .leave, .sourced: process.state.depth -= 1
        default: break
        }
    }
}
