/// `find` with the tests in everyday use: -name, -iname, -path, -type, -maxdepth, -mindepth, -size, -empty, -newer, !, -o, -exec, -delete, -print.
struct FindTask: UtilityTask {
    let arguments: [String]

    init(arguments: [String]) { self.arguments = arguments }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        let roots = Array(arguments.prefix { !$0.hasPrefix("-") && $0 != "!" && $0 != "(" })
        let tests = Array(arguments.dropFirst(roots.count))
        var (low, high) = (0, Int.max)
        var commands: [[String]] = []
        var gathered: [String] = []
        var status = 0
        for root in roots.isEmpty ? ["."] : roots {
            let path = io.path(root)
            guard (try? io.files.node(path, followingLast: false)) != nil else {
                io.complain("\(root): No such file or directory")
                status = 1
                continue
            }
            for entry in io.files.walk(path) {
                let tail = String(entry.path.dropFirst(path == "/" ? 1 : path.count))
                let shown = tail.isEmpty ? root : (root.hasSuffix("/") ? root + tail.drop { $0 == "/" } : root + (tail.hasPrefix("/") ? tail : "/" + tail))
                let depth = tail.split(separator: "/").count
                var index = 0
                var (result, acted, negated, alternatives) = (true, false, false, false)
                while index < tests.count {
                    let test = tests[index]
                    index += 1
                    func operand() -> String {
                        defer { index += 1 }
                        return index < tests.count ? tests[index] : ""
                    }
                    var holds = true
                    switch test {
                    case "!", "-not":
                        negated.toggle()
                        continue
                    case "-a", "-and", "(", ")": continue
                    case "-o", "-or":
                        alternatives = alternatives || result
                        result = true
                        continue
                    case "-maxdepth":
                        high = Int(operand()) ?? .max
                        holds = depth <= high
                    case "-mindepth":
                        low = Int(operand()) ?? 0
                        holds = depth >= low
                    case "-name": holds = GlobPattern(operand()).matches(String(entry.path.split(separator: "/").last ?? "/"))
                    case "-iname": holds = GlobPattern(operand().lowercased()).matches(String(entry.path.split(separator: "/").last ?? "/").lowercased())
                    case "-path", "-wholename": holds = GlobPattern(operand()).matches(shown)
                    case "-type":
                        let kind = operand()
                        switch entry.node {
                        case .file: holds = kind == "f"
                        case .directory: holds = kind == "d"
                        case .symlink: holds = kind == "l"
                        case .device: holds = kind == "c"
                        }
                    case "-empty": holds = entry.node.isDirectory ? ((try? io.files.names(in: entry.path)) ?? []).isEmpty : ListUtility.size(entry.node) == 0
                    case "-size":
                        let text = operand()
                        let unit = text.last.flatMap { ["c": 1, "k": 1024, "M": 1 << 20, "G": 1 << 30][$0] } ?? 512
                        let number = Int(text.filter { ("0"..."9").contains($0) }) ?? 0
                        let size = (ListUtility.size(entry.node) + unit - 1) / unit
                        holds = text.hasPrefix("+") ? size > number : text.hasPrefix("-") ? size < number : size == number
                    case "-newer":
                        holds = entry.node.attributes.modified > ((try? io.files.node(io.path(operand())))?.attributes.modified ?? 0)
                    case "-mmin", "-mtime":
                        let text = operand()
                        let age = (io.now - entry.node.attributes.modified) / (test == "-mmin" ? 60_000_000_000 : 86_400_000_000_000)
                        let number = Int64(text.filter { ("0"..."9").contains($0) }) ?? 0
                        holds = text.hasPrefix("+") ? age > number : text.hasPrefix("-") ? age < number : age == number
                    case "-print", "-print0":
                        acted = true
                        if result { io.print(shown + (test == "-print" ? "\n" : "\0")) }
                    case "-delete":
                        acted = true
                        if result, entry.path != path { try? io.files.remove(entry.path, recursively: true) }
                    case "-exec":
                        acted = true
                        var command: [String] = []
                        while index < tests.count, tests[index] != ";", tests[index] != "+" {
                            command.append(tests[index])
                            index += 1
                        }
                        let gathers = index < tests.count && tests[index] == "+"
                        index += 1
                        if result {
                            if gathers {
                                if gathered.isEmpty { gathered = command.filter { $0 != "{}" } }
                                gathered.append(shown)
                            } else {
                                commands.append(command.map { $0.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: shown) })
                            }
                        }
                    default:
                        io.complain("unrecognized: \(test)")
                        return .exit(1)
                    }
                    result = result && (holds != negated)
                    negated = false
                }
                if result || alternatives, !acted { io.printLine(shown) }
            }
        }
        if !gathered.isEmpty { commands.append(gathered) }
        return commands.isEmpty ? .exit(status) : .run(commands)
    }
}
