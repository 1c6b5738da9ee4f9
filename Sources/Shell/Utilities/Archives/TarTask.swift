/// `tar`: `c`, `x` and `t` with `f`, `v`, `C`, `m`, `O`, `--strip-components`, `--exclude`.
///
/// - Bounds: what is packed or unpacked goes member by member; a member is held whole.
/// - Source: GNU tar's messages and exit statuses. Differs: of compressions there is gzip only; owners are not restored.
struct TarTask: UtilityTask {
    private enum Work { case none, create, extract, list }

    private var work = Work.none
    private var archive: String?
    private var directory: String?
    private var isVerbose = false
    private var isPacked = false
    private var keepsTime = true
    private var toOutput = false
    private var stripped = 0
    private var excluded: [GlobPattern] = []
    private var operands: [String] = []
    private var problem: String?

    private var hasBegun = false
    private var hasFailed = false
    private var hasWarned = false
    private var reader = TarReader()
    /// Members that are still to be packed: where they are, and as what.
    private var pending: [(path: String, name: String)] = []
    /// An archive that goes to a file.
    private var packed: [UInt8] = []

    init(arguments: [String]) { parse(arguments) }

    private mutating func parse(_ arguments: [String]) {
        var rest = arguments[...]
        var isFirst = true
        while let word = rest.popFirst() {
            defer { isFirst = false }
            if word.hasPrefix("--"), word.count > 2 {
                parseLong(word, &rest)
            } else if word.hasPrefix("-"), word.count > 1 {
                parseLetters(word.dropFirst(), isOldStyle: false, &rest)
            } else if isFirst {
                parseLetters(word[...], isOldStyle: true, &rest)
            } else {
                operands.append(word)
            }
        }
    }

    private mutating func parseLetters(_ letters: Substring, isOldStyle: Bool, _ rest: inout ArraySlice<String>) {
        var left = letters
        while let letter = left.popFirst() {
            switch letter {
            case "c": work = .create
            case "x": work = .extract
            case "t": work = .list
            case "v": isVerbose = true
            case "m": keepsTime = false
            case "O": toOutput = true
            case "p", "h", "k", "o", "P", "S", "U": break
            case "f", "C":
                let value = left.isEmpty || isOldStyle ? rest.popFirst() : String(left)
                if !isOldStyle { left = "" }
                if letter == "f" { archive = value } else { directory = value }
            case "z": isPacked = true
            case "j", "J": problem = "this compression is not supported in this container"
            default: problem = "invalid option -- '\(letter)'"
            }
        }
    }

    private mutating func parseLong(_ word: String, _ rest: inout ArraySlice<String>) {
        let name = String(word.prefix { $0 != "=" })
        func value() -> String { word.contains("=") ? String(word.dropFirst(name.count + 1)) : rest.popFirst() ?? "" }
        switch name {
        case "--create": work = .create
        case "--extract", "--get": work = .extract
        case "--list": work = .list
        case "--verbose": isVerbose = true
        case "--gzip", "--gunzip", "--ungzip": isPacked = true
        case "--touch": keepsTime = false
        case "--to-stdout": toOutput = true
        case "--file": archive = value()
        case "--directory": directory = value()
        case "--strip-components": stripped = Int(value()) ?? 0
        case "--exclude": excluded.append(GlobPattern(value()))
        case "--no-same-permissions", "--no-same-owner", "--same-permissions", "--preserve-permissions", "--overwrite", "--dereference", "--numeric-owner",
            "--no-overwrite-dir":
            break
        default: problem = "unrecognized option '\(name)'"
        }
    }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if let problem {
            io.complain(problem)
            io.errors += Array("Try 'tar --help' or 'tar --usage' for more information.\n".utf8)
            return .exit(problem.hasPrefix("this compression") ? 2 : 64)
        }
        switch work {
        case .none:
            io.complain("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options")
            return .exit(2)
        case .create: return create(&io)
        case .extract, .list: return read(&io)
        }
    }

    private func path(_ name: String, _ io: UtilityIO) -> String { VirtualFileSystem.absolute(name, from: VirtualFileSystem.absolute(directory ?? ".", from: io.directory)) }

    private mutating func fail(_ message: String, _ io: inout UtilityIO) {
        io.complain(message)
        hasFailed = true
    }

    private func finish(_ io: inout UtilityIO) -> UtilityOutcome {
        if hasFailed { io.complain("Exiting with failure status due to previous errors") }
        return .exit(hasFailed ? 2 : 0)
    }

    // MARK: Packing

    private mutating func create(_ io: inout UtilityIO) -> UtilityOutcome {
        if !hasBegun {
            hasBegun = true
            if operands.isEmpty {
                io.complain("Cowardly refusing to create an empty archive")
                return .exit(2)
            }
            for operand in operands { gather(operand, &io) }
            pending.reverse()
        }
        guard let member = pending.popLast() else {
            write(TarFormat.end, &io)
            if isPacked { packed = Gzip.packed(packed) }
            if isPacked, archive == nil || archive == "-" { io.output += packed }
            if let archive, archive != "-" {
                do throws(FileError) { try io.files.write(packed, to: io.path(archive)) } catch { fail("\(archive): Cannot open: \(error.code.rawValue)", &io) }
            }
            return finish(&io)
        }
        guard let node = try? io.files.node(member.path, followingLast: false) else { return .again }
        var entry = TarEntry(path: member.name, kind: .file)
        (entry.mode, entry.user, entry.group) = (node.attributes.mode, node.attributes.user, node.attributes.group)
        entry.modified = node.attributes.modified / 1_000_000_000
        switch node {
        case .file:
            do throws(FileError) { entry.contents = try io.files.read(member.path) } catch {
                fail("\(member.name): Cannot open: \(error.code.rawValue)", &io)
                return .again
            }
        case .directory: entry.kind = .directory
        case .symlink(let target, _): entry.kind = .symlink(target)
        case .device: return .again
        }
        if isVerbose { say(member.name + (node.isDirectory ? "/" : ""), &io) }
        write(TarFormat.bytes(of: entry), &io)
        return .again
    }

    private mutating func gather(_ operand: String, _ io: inout UtilityIO) {
        var name = operand
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        let place = path(name, io)
        guard (try? io.files.node(place, followingLast: false)) != nil else {
            fail("\(operand): Cannot stat: No such file or directory", &io)
            return
        }
        var stored = name
        if stored.hasPrefix("/") {
            if !hasWarned { io.complain("Removing leading `/' from member names") }
            hasWarned = true
            stored = String(stored.drop { $0 == "/" })
        }
        for (found, _) in io.files.walk(place) {
            let inner = String(found.dropFirst(place == "/" ? 0 : place.count))
            let member = stored.isEmpty ? String(inner.drop { $0 == "/" }) : stored + inner
            if excluded.contains(where: { pattern in pattern.matches(member) || member.split(separator: "/").contains { pattern.matches(String($0)) } }) { continue }
            if let archive, archive != "-", found == io.path(archive) { continue }
            pending.append((found, member.isEmpty ? "." : member))
        }
    }

    private mutating func write(_ bytes: [UInt8], _ io: inout UtilityIO) {
        if isPacked || archive != nil && archive != "-" { packed += bytes } else { io.output += bytes }
    }

    /// Names go to standard error when the archive goes to standard output.
    private func say(_ name: String, _ io: inout UtilityIO) {
        if work == .create, archive == nil || archive == "-" { io.errors += Array("\(name)\n".utf8) } else { io.printLine(name) }
    }

    // MARK: Unpacking

    private mutating func read(_ io: inout UtilityIO) -> UtilityOutcome {
        let isStream = archive == nil || archive == "-"
        if !hasBegun {
            hasBegun = true
            if !isStream, let name = archive {
                do throws(FileError) {
                    let bytes = try io.files.read(io.path(name))
                    guard let contents = Gzip.isPacked(bytes) ? Gzip.unpacked(bytes) : isPacked ? nil : bytes else { return notPacked(&io) }
                    reader.append(contents)
                } catch {
                    io.complain("\(name): Cannot open: \(error.code.rawValue)")
                    io.complain("Error is not recoverable: exiting now")
                    return .exit(2)
                }
            }
            if let directory, !io.files.isDirectory(io.path(directory)) {
                io.complain("\(directory): Cannot open: No such file or directory")
                io.complain("Error is not recoverable: exiting now")
                return .exit(2)
            }
        }
        if isStream, isPacked {
            packed += io.input
            io.input = []
            if !io.inputEnded { return .needsInput }
            guard let contents = Gzip.unpacked(packed) else { return notPacked(&io) }
            packed = []
            isPacked = false
            reader.append(contents)
        } else if isStream {
            reader.append(io.input)
            io.input = []
        }
        while true {
            switch reader.next() {
            case .entry(let entry): take(entry, &io)
            case .end: return finish(&io)
            case .corrupt(let message):
                fail(message, &io)
                return finish(&io)
            case .needsMore:
                if isStream, !io.inputEnded { return .needsInput }
                if reader.received == 0 { fail("This does not look like a tar archive", &io) } else { fail("Unexpected EOF in archive", &io) }
                return finish(&io)
            }
        }
    }

    private func notPacked(_ io: inout UtilityIO) -> UtilityOutcome {
        io.errors += Array("gzip: stdin: not in gzip format\n".utf8)
        io.complain("Child returned status 1")
        io.complain("Error is not recoverable: exiting now")
        return .exit(2)
    }

    private mutating func take(_ entry: TarEntry, _ io: inout UtilityIO) {
        let parts = entry.path.split(separator: "/").map(String.init).filter { $0 != "." }
        let name = parts.dropFirst(stripped).joined(separator: "/")
        if !operands.isEmpty, !operands.contains(where: { entry.path == $0 || entry.path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }) { return }
        if isVerbose || work == .list { io.printLine(entry.path) }
        if work == .list { return }
        if parts.contains("..") { return fail("\(entry.path): Member name contains '..'", &io) }
        if name.isEmpty { return }
        if toOutput {
            io.output += entry.contents
            return
        }
        do throws(FileError) { try unpack(entry, to: path(name, io), &io) } catch { fail("\(name): Cannot open: \(error.code.rawValue)", &io) }
    }

    private func unpack(_ entry: TarEntry, to place: String, _ io: inout UtilityIO) throws(FileError) {
        let parent = "/" + place.split(separator: "/").dropLast().joined(separator: "/")
        if !io.files.isDirectory(parent) { try io.files.makeDirectory(parent, intermediates: true) }
        switch entry.kind {
        case .directory:
            if !io.files.isDirectory(place) { try io.files.makeDirectory(place, mode: entry.mode) }
            return
        case .symlink(let target):
            try? io.files.remove(place)
            try io.files.makeSymlink(place, to: target)
            return
        case .hardLink(let target): try io.files.write(try io.files.read(path(target, io)), to: place)
        case .other: return
        case .file: try io.files.write(entry.contents, to: place)
        }
        let time = keepsTime ? entry.modified &* 1_000_000_000 : io.now
        // A change of a file gives it the file system's time.
        let present = io.files.now
        io.files.now = time
        defer { io.files.now = present }
        try? io.files.setAttributes(place) { $0.mode = entry.mode }
    }
}
