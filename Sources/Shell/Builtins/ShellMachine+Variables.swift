/// Builtins for variables, parameters, options and the directory.
extension ShellMachine {
    mutating func changeDirectory(_ arguments: [String], _ process: inout ShellProcess) {
        var target = arguments.first { $0 != "--" && $0 != "-L" && $0 != "-P" } ?? process.state["HOME"] ?? "/"
        let isBack = target == "-"
        if isBack { target = process.state["OLDPWD"] ?? process.state.directory }
        let path = VirtualFileSystem.absolute(target, from: process.state.directory)
        do throws(FileError) {
            let isDirectory = path == "/" ? true : try files.node(path).isDirectory
            guard isDirectory else { throw FileError(.notDirectory, path: target) }
            process.state.assign("OLDPWD", process.state.directory)
            process.state.directory = path
            process.state.assign("PWD", path)
            answer(isBack ? path + "\n" : "", &process)
        } catch {
            refuse(.cannotChange(directory: target, error.code), &process)
        }
    }

    /// `export` and `readonly`.
    mutating func declare(_ kind: String, _ arguments: [String], _ process: inout ShellProcess) {
        let names = arguments.filter { !$0.hasPrefix("-") }
        process.state.lastStatus = 0
        if names.isEmpty {
            var text = ""
            for (name, variable) in process.state.variables.sorted(by: { $0.key < $1.key }) {
                guard kind == "export" ? variable.isExported : variable.isReadOnly else { continue }
                text += "\(kind) \(name)" + (variable.value.map { "='\($0)'" } ?? "") + "\n"
            }
            return answer(text, &process)
        }
        for argument in names {
            guard let (name, value) = split(argument, kind, &process) else { return }
            if let value, !process.state.assign(name, value) { return refuse(.readOnly(name), isSpecial: true, &process) }
            if kind == "export" {
                process.state.mark(name, isExported: !arguments.contains("-n"))
            } else {
                process.state.mark(name, isReadOnly: true)
            }
        }
    }

    private mutating func split(_ argument: String, _ kind: String, _ process: inout ShellProcess) -> (String, String?)? {
        let equals = argument.firstIndex(of: "=")
        let name = equals.map { String(argument[..<$0]) } ?? argument
        guard ScriptReader.isName(name) else {
            refuse(.badName(builtin: kind, argument), isSpecial: true, &process)
            return nil
        }
        return (name, equals.map { String(argument[argument.index(after: $0)...]) })
    }

    mutating func declareLocal(_ arguments: [String], isLocal: Bool = false, _ process: inout ShellProcess) {
        process.state.lastStatus = 0
        let frame = process.frames.lastIndex { if case .function = $0 { true } else { false } }
        if frame == nil, isLocal, process.state.language != .lenient { return refuse(.notInFunction("local"), isSpecial: true, &process) }
        for argument in arguments where !argument.hasPrefix("-") {
            guard let (name, value) = split(argument, "local", &process) else { return }
            if let frame, case .function(let positional, var locals) = process.frames[frame] {
                locals.append((name, process.state.variables[name]))
                process.frames[frame] = .function(positional: positional, locals: locals)
            }
            if arguments.contains("-A") || arguments.contains("-a") {
                if frame != nil || process.state.elements(of: name) == nil { _ = process.state.assign(name, ShellArray(isAssociative: arguments.contains("-A"))) }
            }
            if let value {
                guard process.state.assign(name, value) else { return refuse(.readOnly(name), isSpecial: true, &process) }
            } else if frame != nil, !arguments.contains("-A"), !arguments.contains("-a") {
                process.state.unset(name)
            }
        }
    }

    mutating func unset(_ arguments: [String], _ process: inout ShellProcess) {
        process.state.lastStatus = 0
        for name in arguments where !name.hasPrefix("-") {
            if name.hasSuffix("]"), let bracket = name.firstIndex(of: "["), process.state.language.hasArrays {
                let key = String(name[name.index(after: bracket)...].dropLast())
                _ = process.state.unset(String(name[..<bracket]), key: key)
            } else if arguments.contains("-f") {
                process.state.functions[name] = nil
            } else if process.state.variables[name] == nil, !arguments.contains("-v") {
                process.state.functions[name] = nil
            } else if !process.state.unset(name) {
                return refuse(.other("\(name): is read only", builtin: "unset"), isSpecial: true, &process)
            }
        }
    }

    mutating func set(_ arguments: [String], _ process: inout ShellProcess) {
        process.state.lastStatus = 0
        if arguments.isEmpty {
            var text = ""
            for (name, variable) in process.state.variables.sorted(by: { $0.key < $1.key }) { text += "\(name)='\(variable.value ?? "")'\n" }
            return answer(text, &process)
        }
        var rest = arguments[...]
        while let first = rest.first, first.count > 1 || first == "-", first.hasPrefix("-") || first.hasPrefix("+") {
            rest = rest.dropFirst()
            if first == "--" {
                process.state.positional = Array(rest)
                return
            }
            if first == "-" { break }
            let isOn = first.hasPrefix("-")
            for letter in first.dropFirst() {
                if letter == "o" {
                    guard let name = rest.first else {
                        let text = ShellOptions.table.map { "\($0.name)\t\(process.state.options[keyPath: $0.path] ? "on" : "off")\n" }.joined()
                        return answer(text, &process)
                    }
                    rest = rest.dropFirst()
                    guard let entry = ShellOptions.table.first(where: { $0.name == name }), name != "pipefail" || process.state.language.hasPipefail else {
                        return refuse(.illegalOption(builtin: "set", "-o \(name)"), isSpecial: true, lenientStatus: 2, &process)
                    }
                    process.state.options[keyPath: entry.path] = isOn
                } else if let entry = ShellOptions.table.first(where: { $0.letter == letter }) {
                    process.state.options[keyPath: entry.path] = isOn
                } else if letter != "m", letter != "b", letter != "h", letter != "E" {
                    return refuse(.illegalOption(builtin: "set", "-\(letter)"), isSpecial: true, lenientStatus: 2, &process)
                }
            }
        }
        if !rest.isEmpty { process.state.positional = Array(rest) }
    }

    mutating func shift(_ arguments: [String], _ process: inout ShellProcess) {
        let count = arguments.first.flatMap(Int.init) ?? 1
        guard count >= 0, count <= process.state.positional.count else {
            switch process.state.language {
            case .lenient, .dash: return refuse(.other("can't shift that many", builtin: "shift"), isSpecial: true, &process)
            case .ash, .bash: return answer("", status: 1, &process)
            }
        }
        process.state.positional.removeFirst(count)
        process.state.lastStatus = 0
    }

    mutating func getOption(_ arguments: [String], _ process: inout ShellProcess) {
        guard arguments.count >= 2 else { return refuse("getopts: usage: getopts optstring name [arg]", status: 2, &process) }
        var specification = arguments[0]
        let isSilent = specification.hasPrefix(":")
        if isSilent { specification.removeFirst() }
        let name = arguments[1]
        let parameters = arguments.count > 2 ? Array(arguments.dropFirst(2)) : process.state.positional
        var index = max(1, Int(process.state["OPTIND"] ?? "1") ?? 1)
        var offset = process.state.optionOffset
        process.state.unset("OPTARG")
        func store(_ letter: String, _ process: inout ShellProcess) {
            process.state.assign(name, letter)
            process.state.assign("OPTIND", String(index))
            process.state.optionOffset = offset
        }
        guard index <= parameters.count, parameters[index - 1].hasPrefix("-"), parameters[index - 1] != "-", parameters[index - 1] != "--" else {
            if index <= parameters.count, parameters[index - 1] == "--" { index += 1 }
            offset = 0
            store("?", &process)
            process.state.lastStatus = 1
            return
        }
        let text = Array(parameters[index - 1])
        if offset == 0 { offset = 1 }
        let letter = text[offset]
        offset += 1
        let isLast = offset >= text.count
        process.state.lastStatus = 0
        guard letter != ":", let place = specification.firstIndex(of: letter) else {
            if isLast { (index, offset) = (index + 1, 0) }
            store("?", &process)
            if isSilent { process.state.assign("OPTARG", String(letter)) } else { complain("Illegal option -\(letter)", &process) }
            return
        }
        let following = specification.index(after: place)
        if following < specification.endIndex, specification[following] == ":" {
            if !isLast {
                process.state.assign("OPTARG", String(text[offset...]))
                (index, offset) = (index + 1, 0)
            } else if index < parameters.count {
                process.state.assign("OPTARG", parameters[index])
                (index, offset) = (index + 2, 0)
            } else {
                (index, offset) = (index + 1, 0)
                store(isSilent ? ":" : "?", &process)
                if isSilent { process.state.assign("OPTARG", String(letter)) } else { complain("No arg for -\(letter) option", &process) }
                return
            }
        } else if isLast {
            (index, offset) = (index + 1, 0)
        }
        store(String(letter), &process)
    }
}
