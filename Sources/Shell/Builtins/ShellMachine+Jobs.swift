/// Builtins for traps, jobs and reading.
extension ShellMachine {
    mutating func trap(_ arguments: [String], _ process: inout ShellProcess) {
        process.state.lastStatus = 0
        var arguments = arguments
        if arguments.first == "--" { arguments.removeFirst() }
        if arguments.isEmpty || arguments == ["-p"] {
            let text = process.state.traps.sorted { $0.key < $1.key }.map { "trap -- '\($0.value)' \($0.key)\n" }.joined()
            return answer(text, &process)
        }
        let isReset = arguments[0] == "-" || arguments.count == 1
        let action = arguments[0]
        for text in arguments.count == 1 ? arguments[...] : arguments.dropFirst() {
            guard let name = Self.signalName(text) else {
                if text == "ERR" || text == "DEBUG" || text == "RETURN" { continue }
                return refuse("trap: bad trap \(text)", &process)
            }
            process.state.traps[name] = isReset ? nil : action
        }
    }

    mutating func wait(_ arguments: [String], _ process: inout ShellProcess) {
        let id = process.id
        let numbers = arguments.compactMap { Int($0.hasPrefix("%") ? String($0.dropFirst()) : $0) }
        if arguments.isEmpty {
            let children = processes.filter { $0.parent == id }.map(\.id)
            process.frames.append(.wait(children, hadArguments: false))
        } else {
            process.frames.append(.wait(numbers, hadArguments: true))
        }
    }

    mutating func sendSignals(_ arguments: [String], _ process: inout ShellProcess) {
        var name = "TERM"
        var rest = arguments[...]
        if let first = rest.first, first.hasPrefix("-") {
            rest = rest.dropFirst()
            if first == "-l" { return answer("HUP INT QUIT KILL TERM\n", &process) }
            var text = String(first.dropFirst())
            if first == "-s" || first == "-n" {
                text = rest.first ?? ""
                rest = rest.dropFirst()
            }
            guard let signal = Self.signalName(text) else {
                switch process.state.language {
                case .dash: return refuse(.other("Illegal option -\(text.prefix(1))", builtin: "kill"), &process)
                case .bash: return refuse(.other("\(text): invalid signal specification", builtin: "kill"), &process)
                default: return refuse(.other("bad signal name '\(text)'", builtin: "kill"), lenientStatus: 1, &process)
                }
            }
            name = signal
        }
        guard !rest.isEmpty else { return refuse("kill: you need to specify whom to kill", &process) }
        process.state.lastStatus = 0
        for target in rest {
            guard let id = Int(target.hasPrefix("%") ? String(target.dropFirst()) : target), id > 0 else {
                complain(.notAProcess(target), &process)
                process.state.lastStatus = process.state.language == .dash ? 2 : 1
                return checkError(&process)
            }
            if !send(name, to: id, from: &process) {
                complain(.noProcess(id), &process)
                process.state.lastStatus = 1
            }
        }
        if process.state.lastStatus != 0 { checkError(&process) }
    }

    mutating func read(_ arguments: [String], _ process: inout ShellProcess) {
        var reading = ReadLine(names: [], isRaw: false)
        var rest = arguments[...]
        while let first = rest.first, first.hasPrefix("-"), first.count > 1 {
            rest = rest.dropFirst()
            for letter in first.dropFirst() {
                switch letter {
                case "r": reading.isRaw = true
                case "a" where process.state.language.hasArrays:
                    reading.array = rest.first
                    rest = rest.dropFirst()
                case "s", "e": break
                case "p": 
                    // The prompt is for who types at a terminal.
                    if let prompt = rest.first, terminal != nil || configuration.language == .lenient { emit(2, Array(prompt.utf8), &process) }
                    rest = rest.dropFirst()
                case "d":
                    reading.delimiter = rest.first?.utf8.first ?? 0
                    rest = rest.dropFirst()
                case "n":
                    reading.count = rest.first.flatMap(Int.init)
                    rest = rest.dropFirst()
                case "t":
                    if let text = rest.first, let duration = SleepTask.nanoseconds(text) { reading.deadline = now &+ duration }
                    rest = rest.dropFirst()
                default: return refuse("read: illegal option -\(letter)", status: 2, &process)
                }
            }
        }
        reading.names = rest.isEmpty && reading.array == nil ? ["REPLY"] : Array(rest)
        if let array = reading.array, !ScriptReader.isName(array) { return refuse("read: '\(array)': bad variable name", status: 2, &process) }
        for name in reading.names where !ScriptReader.isName(name) { return refuse("read: '\(name)': bad variable name", status: 2, &process) }
        process.frames.append(.readLine(reading))
    }

    mutating func continueReading(_ started: ReadLine, _ process: inout ShellProcess) -> StepResult {
        var reading = started
        for _ in 0..<65_536 {
            if let count = reading.count, reading.line.count >= count { return assign(reading, status: 0, &process) }
            switch read(0, process, most: 1) {
            case .bytes(let bytes):
                guard let byte = bytes.first else { continue }
                if !reading.isRaw, byte == 92 {
                    if case .bytes(let following) = read(0, process, most: 1), let escaped = following.first, escaped != 10 {
                        reading.line.append(escaped)
                        reading.escaped.append(true)
                    }
                    continue
                }
                if byte == reading.delimiter { return assign(reading, status: 0, &process) }
                reading.line.append(byte)
                reading.escaped.append(false)
            case .end: return assign(reading, status: 1, &process)
            case .blocked:
                if let deadline = reading.deadline {
                    if deadline <= now {
                        process.wake = nil
                        return assign(reading, status: 142, &process)
                    }
                    process.wake = deadline
                }
                process.frames.append(.readLine(reading))
                return .blocked
            }
        }
        process.frames.append(.readLine(reading))
        if reading.line.count > configuration.limits.bufferBytes {
            fail(.buffer, "a line is longer than \(configuration.limits.bufferBytes) bytes", at: process.position)
        }
        return .progress
    }

    /// Splits a line that was read among the variables.
    private func assign(_ reading: ReadLine, status: Int, _ process: inout ShellProcess) -> StepResult {
        process.wake = nil
        let separators = Array((process.state["IFS"] ?? " \t\n").utf8)
        let blanks = separators.filter { $0 == 32 || $0 == 9 || $0 == 10 }
        let line = reading.line
        var start = 0
        var end = line.count
        func isOne(_ set: [UInt8], _ index: Int) -> Bool { !reading.escaped[index] && set.contains(line[index]) }
        while start < end, isOne(blanks, start) { start += 1 }
        while end > start, isOne(blanks, end - 1) { end -= 1 }
        if let name = reading.array {
            var words: [String] = []
            while start < end, words.count < ShellArray.elementsMax {
                var stop = start
                while stop < end, !isOne(separators, stop) { stop += 1 }
                words.append(String(decoding: line[start..<stop], as: UTF8.self))
                start = stop
                while start < end, isOne(separators, start) { start += 1 }
            }
            _ = process.state.assign(name, ShellArray(values: words))
            process.state.lastStatus = status
            return .progress
        }
        for (index, name) in reading.names.enumerated() {
            var stop = start
            if index == reading.names.count - 1 {
                stop = end
            } else {
                while stop < end, !isOne(separators, stop) { stop += 1 }
            }
            process.state.assign(name, String(decoding: line[start..<stop], as: UTF8.self))
            start = stop
            while start < end, isOne(blanks, start) { start += 1 }
            if start < end, isOne(separators, start), index < reading.names.count - 1 {
                start += 1
                while start < end, isOne(blanks, start) { start += 1 }
            }
        }
        process.state.lastStatus = status
        return .progress
    }
}
