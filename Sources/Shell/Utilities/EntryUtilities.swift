/// Utilities that make, move and remove files.
enum EntryUtilities {
    /// Runs an action for each operand; complains `VERB 'x': reason` for each that fails.
    private static func each(_ operands: [String], _ io: inout UtilityIO, _ verb: String, _ body: (String, inout UtilityIO) throws(FileError) -> Void) -> Int {
        var status = 0
        if operands.isEmpty {
            io.complain("missing operand")
            return 1
        }
        for operand in operands {
            do throws(FileError) { try body(operand, &io) } catch {
                // The link and its target are told where the one does not exist.
                if error.code == .invalid, error.path.isEmpty {
                    status = 1
                    continue
                }
                io.complain(verb.isEmpty ? "\(operand): \(error.code.rawValue)" : "\(verb) '\(operand)': \(error.code.rawValue)")
                status = 1
            }
        }
        return status
    }

    private static func mode(_ text: String, of current: Int) -> Int? {
        if let octal = Int(text, radix: 8) { return octal & 0o7777 }
        var result = current
        for clause in text.split(separator: ",") {
            let who = clause.prefix { "ugoa".contains($0) }
            var rest = clause.dropFirst(who.count)
            guard let operation = rest.popFirst(), "+-=".contains(operation) else { return nil }
            var bits = 0
            for letter in rest {
                switch letter {
                case "r": bits |= 4
                case "w": bits |= 2
                case "x": bits |= 1
                case "X": bits |= current & 0o111 != 0 ? 1 : 0
                case "s":
                    let special = (who.isEmpty || who.contains("u") || who.contains("a") ? 0o4000 : 0) | (who.isEmpty || who.contains("g") || who.contains("a") ? 0o2000 : 0)
                    if operation == "-" { result &= ~special } else { result |= special }
                case "t": if operation == "-" { result &= ~0o1000 } else { result |= 0o1000 }
                default: return nil
                }
            }
            for (letter, shift) in [("u", 6), ("g", 3), ("o", 0)] where who.isEmpty || who.contains("a") || who.contains(letter) {
                switch operation {
                case "+": result |= bits << shift
                case "-": result &= ~(bits << shift)
                default: result = result & ~(7 << shift) | bits << shift
                }
            }
        }
        return result
    }

    @Sendable static func mkdir(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "pv", values: "m", long: ["--parents": "p", "--mode": "m"])
        let mode = options.values["m"].flatMap { Self.mode($0, of: 0o777) }
        return each(options.operands, &io, io.tools == .gnu ? "cannot create directory" : "can't create directory") { (name, io) throws(FileError) in
            try io.files.makeDirectory(io.path(name), intermediates: options.flags.contains("p"), mode: mode)
        }
    }

    @Sendable static func rmdir(_ io: inout UtilityIO) -> Int {
        let verb = io.tools == .gnu ? "failed to remove" : ""
        return each(io.arguments.filter { !$0.hasPrefix("-") }, &io, verb) { (name, io) throws(FileError) in
            if io.tools == .busybox, (try? io.files.node(io.path(name), followingLast: false)) == nil { return try refuseCopy("'\(name)': No such file or directory", &io) }
            guard try io.files.node(io.path(name), followingLast: false).isDirectory else { throw FileError(.notDirectory, path: name) }
            try io.files.remove(io.path(name), emptyDirectory: true)
        }
    }

    @Sendable static func rm(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "rRfvid", long: ["--recursive": "r", "--force": "f", "--no-preserve-root": "P", "--verbose": "v"])
        let isForced = options.flags.contains("f")
        if options.operands.isEmpty { return isForced ? 0 : each([], &io, "") { (_, _) throws(FileError) in } }
        return each(options.operands, &io, io.tools == .gnu ? "cannot remove" : "can't remove") { (name, io) throws(FileError) in
            let path = io.path(name)
            if path == "/" {
                for entry in (try? io.files.names(in: "/")) ?? [] where options.flags.contains("P") { try? io.files.remove("/" + entry, recursively: true) }
                throw FileError(.notPermitted, path: name)
            }
            if (try? io.files.node(path, followingLast: false)) == nil, isForced { return }
            try io.files.remove(path, recursively: options.flags.contains("r") || options.flags.contains("R"), emptyDirectory: options.flags.contains("d"))
        }
    }

    /// Where a source goes: into the target when that is a directory.
    private static func target(_ source: String, _ target: String, _ io: UtilityIO) -> String {
        let path = io.path(target)
        guard io.files.isDirectory(path) else { return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }
        return VirtualFileSystem.absolute(String(source.split(separator: "/").last ?? ""), from: path)
    }

    /// Marks a refusal whose text is complete.
    private static func refuseCopy(_ text: String, _ io: inout UtilityIO) throws(FileError) {
        io.complain(text)
        throw FileError(.invalid, path: "")
    }

    @Sendable static func cp(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "rRafpvLnTuHPd", long: ["--recursive": "r", "--force": "f", "--archive": "a"])
        guard options.operands.count > 1, let last = options.operands.last else {
            io.complain("missing file operand")
            return 1
        }
        if options.operands.count > 2, !io.files.isDirectory(io.path(last)) {
            io.complain("target '\(last)': \(FileError.Code.notDirectory.rawValue)")
            return 1
        }
        let isRecursive = !options.flags.isDisjoint(with: ["r", "R", "a"])
        return each(Array(options.operands.dropLast()), &io, "can't copy") { (name, io) throws(FileError) in
            let source = io.path(name)
            guard let node = try? io.files.node(source) else {
                return try refuseCopy("\(io.tools == .gnu ? "cannot" : "can't") stat '\(name)': No such file or directory", &io)
            }
            var destination = target(name, last, io)
            if options.flags.contains("T") { destination = io.path(last) }
            if options.flags.contains("n"), io.files.exists(destination) { return }
            if node.isDirectory {
                guard isRecursive else {
                    return try refuseCopy(io.tools == .gnu ? "-r not specified; omitting directory '\(name)'" : "omitting directory '\(name)'", &io)
                }
                if name.hasSuffix("/.") || name == "." { destination = io.path(last) }
                for entry in io.files.walk(source) {
                    let place = destination + entry.path.dropFirst(source == "/" ? 0 : source.hasSuffix("/") ? source.count - 1 : source.count)
                    switch entry.node {
                    case .directory: if !io.files.isDirectory(place) { try io.files.makeDirectory(place, mode: entry.node.attributes.mode) }
                    case .file(let content): try io.files.write(content.bytes, to: place, mode: content.attributes.mode)
                    case .symlink(let aim, _): try? io.files.makeSymlink(place, to: aim)
                    case .device: break
                    }
                }
            } else {
                try io.files.write(io.files.read(source), to: destination, mode: node.attributes.mode)
            }
        }
    }

    @Sendable static func mv(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "fvnTi")
        guard options.operands.count > 1, let last = options.operands.last else {
            io.complain("missing file operand")
            return 1
        }
        return each(Array(options.operands.dropLast()), &io, io.tools == .gnu ? "cannot move" : "can't rename") { (name, io) throws(FileError) in
            if io.tools == .gnu, (try? io.files.node(io.path(name), followingLast: false)) == nil {
                return try refuseCopy("cannot stat '\(name)': No such file or directory", &io)
            }
            let destination = target(name, last, io)
            if options.flags.contains("n"), io.files.exists(destination) { return }
            var source = io.path(name)
            if source.count > 1, source.hasSuffix("/") { source.removeLast() }
            try io.files.move(source, to: destination)
        }
    }

    /// `install`: copies with a mode, or makes directories with `-d`.
    @Sendable static func install(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "dDcpsv", values: "mogt")
        let wanted = options.values["m"].flatMap { Self.mode($0, of: 0) } ?? 0o755
        if options.flags.contains("d") {
            return each(options.operands, &io, "cannot create directory") { (name, io) throws(FileError) in
                try io.files.makeDirectory(io.path(name), intermediates: true)
                try io.files.setAttributes(io.path(name)) { $0.mode = wanted }
            }
        }
        guard options.operands.count > 1, let last = options.operands.last else {
            io.complain("missing file operand")
            return 1
        }
        return each(Array(options.operands.dropLast()), &io, "cannot stat") { (name, io) throws(FileError) in
            let destination = target(name, last, io)
            let bytes = try io.files.read(io.path(name))
            if options.flags.contains("D") {
                let parent = destination.split(separator: "/").dropLast().joined(separator: "/")
                try io.files.makeDirectory("/" + parent, intermediates: true)
            }
            try io.files.write(bytes, to: destination)
            try io.files.setAttributes(destination) { $0.mode = wanted }
        }
    }

    @Sendable static func ln(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "sfnvT")
        guard let source = options.operands.first else {
            io.complain("missing file operand")
            return 1
        }
        let last = options.operands.count > 1 ? options.operands[options.operands.count - 1] : "."
        return each([source], &io, io.tools == .gnu ? "failed to access" : "") { (name, io) throws(FileError) in
            let destination = options.flags.contains("n") ? io.path(last) : target(name, last, io)
            if options.flags.contains("f"), (try? io.files.node(destination, followingLast: false)) != nil { try io.files.remove(destination) }
            if options.flags.contains("s") {
                try io.files.makeSymlink(destination, to: name)
            } else {
                try io.files.write(io.files.read(io.path(name)), to: destination)
            }
        }
    }

    @Sendable static func touch(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "acmh", values: "drt")
        return each(options.operands, &io, io.tools == .gnu ? "cannot touch" : "") { (name, io) throws(FileError) in
            let path = io.path(name)
            if io.files.exists(path) {
                let now = io.now
                try io.files.setAttributes(path) { $0.modified = now }
            } else if !options.flags.contains("c") {
                _ = try io.files.write([], to: path, at: nil)
            }
        }
    }

    /// The entries an operation applies to: the path, or with `-R` all under it.
    private static func affected(_ path: String, _ options: LetterOptions, _ io: UtilityIO) throws(FileError) -> [String] {
        _ = try io.files.node(path)
        return options.flags.contains("R") ? io.files.walk(path).map(\.path) : [path]
    }

    @Sendable static func chmod(_ io: inout UtilityIO) -> Int {
        var arguments = io.arguments
        let flags = arguments.filter { $0 == "-R" || $0 == "-v" || $0 == "-f" }
        arguments.removeAll { flags.contains($0) }
        guard let text = arguments.first else {
            io.complain("missing operand")
            return 1
        }
        guard mode(text, of: 0) != nil else {
            io.complain("invalid mode: '\(text)'")
            return 1
        }
        let options = LetterOptions(flags, flags: "Rvf")
        return each(Array(arguments.dropFirst()), &io, io.tools == .gnu ? "cannot access" : "") { (name, io) throws(FileError) in
            for path in try affected(io.path(name), options, io) {
                try io.files.setAttributes(path) { $0.mode = mode(text, of: $0.mode) ?? $0.mode }
            }
        }
    }

    @Sendable static func chown(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "Rvfh")
        guard let owner = options.operands.first else {
            io.complain("missing operand")
            return 1
        }
        let isGroup = io.name == "chgrp"
        let parts = owner.split(whereSeparator: { $0 == ":" || $0 == "." }).map(String.init)
        let known = ["root": 0, "nobody": 65_534, "www-data": 33, "nginx": 101, "redis": 999, "mysql": 999, "postgres": 70]
        return each(Array(options.operands.dropFirst()), &io, io.tools == .gnu ? "cannot access" : "") { (name, io) throws(FileError) in
            for path in try affected(io.path(name), options, io) {
                try io.files.setAttributes(path) { attributes in
                    if let first = parts.first, let number = Int(first) ?? known[first] { if isGroup { attributes.group = number } else { attributes.user = number } }
                    if parts.count > 1, let number = Int(parts[1]) ?? known[parts[1]] { attributes.group = number }
                }
            }
        }
    }

    @Sendable static func readlink(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "fenm")
        guard let name = options.operands.first else { return 1 }
        if options.flags.contains("f") || options.flags.contains("e") {
            guard let path = try? io.files.realPath(io.path(name)) else { return 1 }
            io.printLine(path)
            return 0
        }
        guard case .symlink(let aim, _)? = try? io.files.node(io.path(name), followingLast: false) else { return 1 }
        io.printLine(aim)
        return 0
    }

    @Sendable static func realpath(_ io: inout UtilityIO) -> Int {
        each(io.arguments.filter { !$0.hasPrefix("-") }, &io, "") { (name, io) throws(FileError) in io.printLine(try io.files.realPath(io.path(name))) }
    }

    @Sendable static func mktemp(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "dqut", values: "p")
        let template = options.operands.first ?? (options.values["p"] ?? "/tmp") + "/tmp.XXXXXX"
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        var seed = io.random
        for _ in 0..<100 {
            let stem = template.reversed().prefix { $0 == "X" }.count
            var name = String(template.dropLast(stem))
            for _ in 0..<max(stem, 3) {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                name.append(alphabet[Int(seed >> 33) % alphabet.count])
            }
            if io.files.exists(io.path(name)) { continue }
            return each([name], &io, "can't create") { (name, io) throws(FileError) in
                if options.flags.contains("d"), !options.flags.contains("u") { try io.files.makeDirectory(io.path(name), mode: 0o700) }
                if options.flags.isDisjoint(with: "du") { try io.files.write([], to: io.path(name), mode: 0o600) }
                io.printLine(name)
            }
        }
        return 1
    }

    @Sendable static func truncate(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "c", values: "s", long: ["--size": "s"])
        guard let size = CountedArguments.count(options.values["s"] ?? ""), size >= 0, size <= 1 << 28 else {
            io.complain("invalid number: '\(options.values["s"] ?? "")'")
            return 1
        }
        return each(options.operands, &io, "cannot open") { (name, io) throws(FileError) in
            var bytes = (try? io.files.read(io.path(name))) ?? []
            if bytes.count > size { bytes.removeLast(bytes.count - size) } else { bytes += [UInt8](repeating: 0, count: size - bytes.count) }
            try io.files.write(bytes, to: io.path(name))
        }
    }

    /// `dd if= of= bs= count=`, bounded to 256 MiB.
    @Sendable static func dd(_ io: inout UtilityIO) -> Int {
        var values: [String: String] = [:]
        for argument in io.arguments {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        let block = CountedArguments.count(values["bs"] ?? "512") ?? 512
        let count = values["count"].flatMap { CountedArguments.count($0) }
        let (wanted, overflow) = block.multipliedReportingOverflow(by: count ?? 1)
        let most = 1 << 28
        guard !overflow, wanted <= most, block > 0 else {
            io.complain("memory exhausted")
            return 1
        }
        var bytes = io.input
        if let source = values["if"] {
            if case .device? = try? io.files.node(io.path(source)) {
                bytes = [UInt8](repeating: 0, count: source.hasSuffix("null") ? 0 : count == nil ? most : wanted)
            } else {
                guard let read = io.readFile(source) else { return 1 }
                bytes = read
            }
        }
        if count != nil { bytes = Array(bytes.prefix(wanted)) }
        if let target = values["of"] {
            do throws(FileError) { try io.files.write(bytes, to: io.path(target)) } catch {
                io.complain("error writing '\(target)': \(error.code.rawValue)")
                return 1
            }
        } else {
            io.output += bytes
        }
        let records = "\(bytes.count / block)+\(bytes.count % block == 0 ? 0 : 1)"
        io.errors += Array("\(records) records in\n\(records) records out\n".utf8)
        return 0
    }
}
