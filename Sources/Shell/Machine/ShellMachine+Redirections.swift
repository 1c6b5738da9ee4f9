/// Redirections, and reading and writing through descriptors.
extension ShellMachine {
    /// A redirection with its target expanded.
    struct RedirectionPlan {
        var kind: Redirection.Kind
        var descriptor: Int?
        var target: String
        var position: SourcePosition
    }

    func plan(_ redirections: [Redirection], _ expander: inout WordExpander) throws(WordExpander.Interruption) -> [RedirectionPlan] {
        var plans: [RedirectionPlan] = []
        for redirection in redirections {
            let target: String
            if redirection.kind == .document {
                target = try expander.text(redirection.target)
            } else {
                let fields = try expander.fields([redirection.target])
                guard fields.count == 1 else { throw .failure(.other("ambiguous redirect"), redirection.position) }
                target = fields[0]
            }
            plans.append(RedirectionPlan(kind: redirection.kind, descriptor: redirection.descriptor, target: target, position: redirection.position))
        }
        return plans
    }

    /// Applies redirections and returns what the descriptors were before; nil after a complaint, with status 1 set.
    mutating func redirect(_ plans: [RedirectionPlan], _ process: inout ShellProcess) -> [Int: Descriptor?]? {
        files.creationMask = process.state.fileMask
        var saved: [Int: Descriptor?] = [:]
        func remember(_ number: Int, _ process: ShellProcess) { if saved[number] == nil { saved[number] = .some(process.descriptors[number]) } }
        func giveUp(_ problem: ShellProblem, _ process: inout ShellProcess, _ machine: inout ShellMachine) {
            machine.undo(.restoreDescriptors(saved), &process)
            machine.complain(problem, &process)
            process.state.lastStatus = process.state.language == .dash ? 2 : 1
            machine.checkError(&process)
        }
        for plan in plans {
            let isInput = plan.kind == .read || plan.kind == .readWrite || plan.kind == .duplicateInput || plan.kind == .document
            let number = plan.descriptor ?? (isInput ? 0 : 1)
            switch plan.kind {
            case .duplicateInput, .duplicateOutput:
                remember(number, process)
                if plan.target == "-" {
                    process.descriptors[number] = nil
                } else if let source = Int(plan.target) {
                    guard let descriptor = process.descriptors[source] else {
                        giveUp(.other("\(source): bad file descriptor"), &process, &self)
                        return nil
                    }
                    process.descriptors[number] = descriptor
                } else if plan.kind == .duplicateOutput, plan.descriptor == nil {
                    do throws(FileError) {
                        remember(2, process)
                        let descriptor = try open(plan.target, .write, process)
                        process.descriptors[1] = descriptor
                        process.descriptors[2] = descriptor
                    } catch {
                        giveUp(.cannotCreate(plan.target, error.code), &process, &self)
                        return nil
                    }
                } else {
                    giveUp(.other("\(plan.target): bad file descriptor"), &process, &self)
                    return nil
                }
            case .document:
                remember(number, process)
                let handle = nextHandle
                nextHandle += 1
                openFiles[handle] = OpenFile(path: "", document: Array(plan.target.utf8))
                process.descriptors[number] = .file(handle)
            default:
                remember(number, process)
                let isBoth = plan.kind == .both || plan.kind == .bothAppend
                if isBoth { remember(2, process) }
                do throws(FileError) {
                    let descriptor = try open(plan.target, plan.kind, process)
                    process.descriptors[number] = descriptor
                    if isBoth { process.descriptors[2] = descriptor }
                } catch {
                    giveUp(isInput ? .cannotOpen(plan.target, error.code) : .cannotCreate(plan.target, error.code), &process, &self)
                    return nil
                }
            }
        }
        if !plans.isEmpty { pipesChanged = true }
        return saved
    }

    private mutating func open(_ target: String, _ kind: Redirection.Kind, _ process: ShellProcess) throws(FileError) -> Descriptor {
        guard !target.isEmpty else { throw FileError(.notFound, path: target) }
        let path = VirtualFileSystem.absolute(target, from: process.state.directory)
        if path == "/dev/null" { return .null }
        if path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/"), let number = Int(path.split(separator: "/").last ?? "") {
            guard let descriptor = process.descriptors[number] else { throw FileError(.notFound, path: target) }
            return descriptor
        }
        // What process 1 writes to its output is the container's log.
        if path == "/proc/1/fd/1" { return .console(1) }
        if path == "/proc/1/fd/2" { return .console(2) }
        var file = OpenFile(path: path)
        do throws(FileError) {
            let existing = try? files.node(path)
            if case .device(let device)? = existing {
                switch device {
                case .null: return .null
                case .standardInput: return process.descriptors[0] ?? .null
                case .standardOutput: return process.descriptors[1] ?? .null
                case .standardError: return process.descriptors[2] ?? .null
                default: file.device = device
                }
                file.isWritable = kind != .read
            } else if kind == .read {
                _ = try files.read(path)
            } else {
                if existing?.isDirectory == true { throw FileError(.isDirectory, path: target) }
                if kind == .write, process.state.options.noClobber, existing != nil { throw FileError(.exists, path: target) }
                file.isWritable = true
                file.appends = kind == .append || kind == .bothAppend
                if file.appends || kind == .readWrite {
                    _ = try files.write([], to: path, at: nil)
                } else {
                    try files.write([], to: path)
                }
            }
        } catch {
            throw FileError(error.code, path: target)
        }
        let handle = nextHandle
        nextHandle += 1
        openFiles[handle] = file
        return .file(handle)
    }

    /// Utilities that read what they are given by name as they read their input.
    private static let readers: Set<String> = ["cat", "head"]

    private func bytes(of device: FileDevice, _ count: Int) -> [UInt8] {
        device == .zero
            ? [UInt8](repeating: 0, count: count)
            : (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 167 &+ nextHandle &* 31) ^ ($0 >> 3)) }
    }

    /// What a device without an end holds cannot be read at once: a utility that names one gets it as its input, until it has ended.
    ///
    /// - Returns: the arguments with `-` in the place of the device.
    mutating func readingDevice(_ name: String, _ arguments: [String], _ process: inout ShellProcess) -> [String] {
        guard Self.readers.contains(name) else { return arguments }
        for (index, argument) in arguments.enumerated() where argument.hasPrefix("/dev/") {
            guard case .device(let device)? = try? files.node(argument) else { continue }
            switch device {
            case .zero, .random, .full: break
            default: continue
            }
            var file = OpenFile(path: argument)
            file.device = device == .full ? .zero : device
            process.frames.append(.restoreDescriptors([0: process.descriptors[0]]))
            process.descriptors[0] = .file(nextHandle)
            openFiles[nextHandle] = file
            nextHandle += 1
            pipesChanged = true
            var arguments = arguments
            arguments[index] = "-"
            return arguments
        }
        return arguments
    }

    // MARK: Writing

    /// Writes to a descriptor of a process; what a full pipe does not take stays pending.
    mutating func emit(_ number: Int, _ bytes: [UInt8], _ process: inout ShellProcess) {
        guard !bytes.isEmpty else { return }
        guard let descriptor = process.descriptors[number] else { return }
        process.pending.append((descriptor, bytes))
        _ = flush(&process)
    }

    /// Writes `scriptName: line N: message` or `sh: message` to standard error.
    mutating func complain(_ problem: ShellProblem, _ process: inout ShellProcess) {
        let state = process.state
        let (builtin, text) = problem.words(state.language)
        let (name, line) = (state.scriptName, process.position.line)
        // The `kill` of busybox names itself by its shell.
        let told = builtin.map { state.language == .ash && $0 == "kill" ? "" : "\($0): " } ?? ""
        let prefix: String
        switch state.language {
        case _ where state.isInteractive: prefix = state.language == .dash ? "\(name): \(line): \(told)" : "\(name): \(told)"
        case .ash: prefix = "\(name): \(told)" + (state.readsFile ? "line \(line): " : builtin != nil && builtin != "kill" ? "line 0: " : "")
        case .dash: prefix = "\(name): \(line): \(told)"
        case .bash: prefix = "\(name): line \(line): \(told)"
        case .lenient where configuration.isInit: prefix = "sh: \(told)"
        case .lenient where configuration.unknownCommands == .lab: prefix = "\(scriptName):\(line): \(told)"
        case .lenient: prefix = "\(scriptName): line \(line): \(told)"
        }
        emit(2, Array("\(prefix)\(text)\n".utf8), &process)
    }

    mutating func complain(_ message: String, _ process: inout ShellProcess) { complain(.other(message), &process) }

    /// Writes what is pending; false when a pipe is full.
    mutating func flush(_ process: inout ShellProcess) -> Bool {
        while let (descriptor, bytes) = process.pending.first {
            switch descriptor {
            case .null, .input, .pipeRead: break
            case .console(let stream): write(bytes, toConsole: stream)
            case .capture(let id):
                captures[id, default: []] += bytes
                if captures[id]!.count > configuration.limits.bufferBytes {
                    fail(.buffer, "a command substitution made more than \(configuration.limits.bufferBytes) bytes", at: process.position)
                }
            case .pipeWrite(let id):
                guard let pipe = pipes[id], pipe.readers > 0 else {
                    process.pending = []
                    kill(141, &process)
                    return true
                }
                if pipe.buffer.count >= ShellPipe.capacity { return false }
                pipes[id]!.buffer += bytes
            case .file(let id):
                guard let file = openFiles[id], file.isWritable else { break }
                if file.device == .full {
                    complainOnce("write error: No space left on device", &process)
                    break
                }
                if file.device != nil { break }
                do throws(FileError) {
                    let end = try files.write(bytes, to: file.path, at: file.appends ? nil : file.offset)
                    openFiles[id]?.offset = end
                } catch {
                    complainOnce("write error: \(error.code.rawValue)", &process)
                }
            }
            if !process.pending.isEmpty { process.pending.removeFirst() }
        }
        return true
    }

    /// Says that writing failed, unless that is what cannot be written.
    private mutating func complainOnce(_ message: String, _ process: inout ShellProcess) {
        process.state.lastStatus = 1
        guard !process.hasWriteFailed else { return }
        process.hasWriteFailed = true
        guard case .console(let stream)? = process.descriptors[2] else { return }
        write(Array("\(process.writer): \(message)\n".utf8), toConsole: stream)
    }

    // MARK: Reading

    enum ReadResult {
        case bytes([UInt8])
        case end
        case blocked
    }

    /// Takes at most `most` bytes from a descriptor of a process.
    mutating func read(_ number: Int, _ process: ShellProcess, most: Int = 65_536) -> ReadResult {
        switch process.descriptors[number] {
        case nil, .null?, .console?, .capture?, .pipeWrite?: return .end
        case .input?:
            if inputPosition < input.count {
                let end = min(input.count, inputPosition + most)
                defer { inputPosition = end }
                return .bytes(Array(input[inputPosition..<end]))
            }
            if let ends = terminal?.ends, ends > 0 {
                terminal!.ends -= 1
                return .end
            }
            return inputEnded && terminal?.typed.isEmpty ?? true ? .end : .blocked
        case .pipeRead(let id)?:
            guard let pipe = pipes[id] else { return .end }
            if pipe.buffer.isEmpty { return pipe.writers > 0 ? .blocked : .end }
            let count = min(most, pipe.buffer.count)
            let bytes = Array(pipe.buffer[..<count])
            pipes[id]!.buffer.removeFirst(count)
            return .bytes(bytes)
        case .file(let id)?:
            guard let file = openFiles[id] else { return .end }
            if let device = file.device, device == .zero || device == .random { return .bytes(bytes(of: device, min(most, 4096))) }
            let source: [UInt8]
            if let document = file.document {
                source = document
            } else if let bytes = try? files.read(file.path) {
                source = bytes
            } else {
                return .end
            }
            guard file.offset < source.count else { return .end }
            let end = min(source.count, file.offset + most)
            openFiles[id]!.offset = end
            return .bytes(Array(source[file.offset..<end]))
        }
    }
}
