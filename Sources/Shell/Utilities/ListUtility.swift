/// Utilities that show what files there are: ls, stat, du, df.
enum ListUtility {
    @Sendable static func run(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(
            io.arguments, flags: "laAd1hRrtSFinoqpCx", values: "", long: ["--all": "a", "--color": "C", "--color=auto": "C", "--color=never": "C"])
        if let unknown = options.unknown {
            io.complain("invalid option -- '\(unknown)'")
            return 2
        }
        var status = 0
        var (loose, directories): ([String], [String]) = ([], [])
        for name in options.operands.isEmpty ? ["."] : options.operands {
            guard let node = try? io.files.node(io.path(name), followingLast: name.hasSuffix("/") || !options.flags.contains("l")) else {
                io.complain("\(name): No such file or directory")
                status = 1
                continue
            }
            if node.isDirectory, !options.flags.contains("d") { directories.append(name) } else { loose.append(name) }
        }
        show(loose.sorted(), in: "", options, &io)
        let heads = directories.count + loose.count > 1 || options.flags.contains("R")
        var pending = Array(directories.sorted().reversed())
        var isFirst = loose.isEmpty
        while let name = pending.popLast() {
            guard var names = try? io.files.names(in: io.path(name)) else {
                io.complain("can't open '\(name)': Permission denied")
                status = 1
                continue
            }
            if heads {
                io.print("\(isFirst ? "" : "\n")\(name):\n")
                isFirst = false
            }
            if !options.flags.contains("a"), !options.flags.contains("A") { names.removeAll { $0.hasPrefix(".") } }
            if options.flags.contains("R") {
                for inner in names.reversed() {
                    let path = (name.hasSuffix("/") ? name : name + "/") + inner
                    if case .directory? = try? io.files.node(io.path(path), followingLast: false) { pending.append(path) }
                }
            }
            if options.flags.contains("l") {
                let blocks = names.reduce(0) { sum, inner in
                    let node = try? io.files.node(io.path(name + "/" + inner), followingLast: false)
                    if case .symlink? = node { return sum }
                    return sum + (size(node) + 4095) / 4096 * 4
                }
                io.printLine("total \(blocks)")
            }
            if options.flags.contains("a") { names = [".", ".."] + names }
            show(names, in: name + "/", options, &io)
        }
        return status
    }

    private static func show(_ names: [String], in base: String, _ options: LetterOptions, _ io: inout UtilityIO) {
        func node(_ name: String) -> FileNode? { try? io.files.node(io.path(base + name), followingLast: false) }
        var names = names
        if options.flags.contains("t") { names.sort { (node($0)?.attributes.modified ?? 0, $1) > (node($1)?.attributes.modified ?? 0, $0) } }
        if options.flags.contains("S") { names.sort { (size(node($0)), $1) > (size(node($1)), $0) } }
        if options.flags.contains("r") { names.reverse() }
        func mark(_ node: FileNode?) -> String {
            guard options.flags.contains("F") || options.flags.contains("p") else { return "" }
            switch node {
            case .directory?: return "/"
            case .symlink? where options.flags.contains("F"): return "@"
            default: return ""
            }
        }
        guard options.flags.contains("l") else {
            for name in names { io.printLine(name + mark(node(name))) }
            return
        }
        let entries = names.map { name in (name: name, found: node(name) ?? .directory(FileDirectory())) }
        let columns = LongColumns(entries.map(\.found), isHuman: options.flags.contains("h"), io.tools)
        for (index, (name, found)) in entries.enumerated() {
            var kind = "-"
            var suffix = mark(found)
            switch found {
            case .directory: kind = "d"
            case .symlink(let aim, _):
                kind = "l"
                suffix = " -> " + aim
            case .device: kind = "c"
            case .file: break
            }
            let attributes = found.attributes
            io.printLine(
                "\(kind)\(permissions(attributes.mode)) \(columns.text(index)) \(DateFormatter.format("%b %e %H:%M", attributes.modified)) \(name)\(suffix)")
        }
    }

    /// Links, owner, group and size of a long list, aligned.
    ///
    /// - Source: GNU `ls` makes columns as wide as what is in them, busybox has fixed ones.
    private struct LongColumns {
        private let cells: [[String]]
        private let widths: [Int]

        init(_ nodes: [FileNode], isHuman: Bool, _ tools: ToolFlavour) {
            cells = nodes.map { node in
                let (user, group) = (SystemUtilities.userName(node.attributes.user), SystemUtilities.userName(node.attributes.group))
                return [node.isDirectory ? "2" : "1", user, group, isHuman ? human(size(node), tools) : String(size(node))]
            }
            let cells = cells
            widths = tools == .busybox ? [4, 8, 8, isHuman ? 7 : 9] : (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
        }

        func text(_ row: Int) -> String {
            cells[row].enumerated().map { column, text in
                let padding = String(repeating: " ", count: max(0, widths[column] - text.count))
                return column == 1 || column == 2 ? text + padding : padding + text
            }.joined(separator: " ")
        }
    }

    static func size(_ node: FileNode?) -> Int {
        switch node {
        case .file(let content)?: content.bytes.count
        case .directory?: 4096
        case .symlink(let aim, _)?: aim.utf8.count
        default: 0
        }
    }

    static func permissions(_ mode: Int) -> String {
        var result = ""
        for shift in [6, 3, 0] {
            let bits = mode >> shift
            result += (bits & 4 != 0 ? "r" : "-") + (bits & 2 != 0 ? "w" : "-")
            // The bits for set-user-ID, set-group-ID and sticky show in place of an x, in capitals where there is none.
            let (mark, special) = shift == 6 ? ("s", 0o4000) : shift == 3 ? ("s", FileAttributes.setGroupID) : ("t", 0o1000)
            result += mode & special != 0 ? (bits & 1 != 0 ? mark : mark.uppercased()) : (bits & 1 != 0 ? "x" : "-")
        }
        return result
    }

    /// `1.5K`, `12M`; busybox says `12.0M`.
    static func human(_ bytes: Int, _ tools: ToolFlavour = .gnu) -> String {
        if bytes < 1024 { return String(bytes) }
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit < 5 {
            value /= 1024
            unit += 1
        }
        return PrintfFormatter.fixed(value, value < 10 || tools == .busybox ? 1 : 0) + ["", "K", "M", "G", "T", "P"][unit]
    }

    @Sendable static func stat(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "Lft", values: "c", long: ["--format": "c", "--printf": "c"])
        var status = 0
        for name in options.operands {
            guard let node = try? io.files.node(io.path(name), followingLast: options.flags.contains("L")) else {
                io.complain("\(io.tools == .gnu ? "cannot statx" : "can't stat") '\(name)': No such file or directory")
                status = 1
                continue
            }
            let octal = String(node.attributes.mode, radix: 8)
            let kind = kind(node)
            let values: [Character: String] = [
                "n": name, "s": String(size(node)), "a": octal, "A": (node.isDirectory ? "d" : "-") + permissions(node.attributes.mode), "F": kind,
                "u": String(node.attributes.user), "g": String(node.attributes.group), "U": SystemUtilities.userName(node.attributes.user),
                "G": SystemUtilities.userName(node.attributes.group), "Y": String(node.attributes.modified / 1_000_000_000), "h": "1",
            ]
            if let format = options.values["c"] {
                var text = ""
                var rest = format[...]
                while let character = rest.popFirst() {
                    if character == "%", let letter = rest.popFirst() { text += values[letter] ?? "?" } else { text.append(character) }
                }
                io.printLine(text)
            } else {
                io.printLine("  File: \(name)\n  Size: \(size(node))\t\(kind)\nAccess: (0\(octal)/\(values["A"] ?? ""))  Uid: (\(node.attributes.user)/\(values["U"] ?? ""))   Gid: (\(node.attributes.group)/\(values["G"] ?? ""))")
            }
        }
        return status
    }

    /// What `stat` calls a file.
    private static func kind(_ node: FileNode) -> String {
        switch node {
        case .directory: "directory"
        case .symlink: "symbolic link"
        case .device: "character special file"
        case .file(let content): content.bytes.isEmpty ? "regular empty file" : "regular file"
        }
    }

    @Sendable static func du(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "shkmacb", values: "d")
        for name in options.operands.isEmpty ? ["."] : options.operands {
            let path = io.path(name)
            guard io.files.exists(path) else {
                io.complain("\(name): No such file or directory")
                return 1
            }
            func total(_ path: String) -> Int { io.files.walk(path).reduce(0) { sum, entry in if case .file(let content) = entry.node { sum + content.bytes.count } else { sum } } }
            func shown(_ bytes: Int) -> String { options.flags.contains("h") ? human(bytes) : options.flags.contains("b") ? String(bytes) : String((bytes + 1023) / 1024) }
            if !options.flags.contains("s") {
                for entry in io.files.walk(path).reversed() where entry.path != path && (entry.node.isDirectory || options.flags.contains("a")) {
                    io.printLine("\(shown(total(entry.path)))\t\(name)\(entry.path.dropFirst(path == "/" ? 0 : path.count))")
                }
            }
            io.printLine("\(shown(total(path)))\t\(name)")
        }
        return 0
    }

    @Sendable static func df(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "hkmPTia")
        let isHuman = options.flags.contains("h")
        let isBusybox = io.tools == .busybox
        func pad(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
        io.printLine(
            isBusybox
                ? "Filesystem           \(pad(isHuman ? "Size" : "1K-blocks", 9))      Used Available Use% Mounted on"
                : isHuman ? "Filesystem      Size  Used Avail Use% Mounted on" : "Filesystem     1K-blocks      Used Available Use% Mounted on")
        let paths = options.operands.isEmpty ? ["/"] + io.files.mountPoints : options.operands
        for path in paths {
            let usage = io.files.usage(io.path(path))
            let capacity = usage.capacity ?? 80 << 30
            let cells = [capacity, usage.used, max(0, capacity - usage.used)].map { isHuman ? human($0, io.tools) : String($0 / 1024) }
            let percent = capacity > 0 ? (usage.used * 100 + capacity - 1) / capacity : 0
            let widths = isHuman && !isBusybox ? [4, 5, 5] : [9, 9, 9]
            let name = isBusybox ? "overlay             " : "overlay        "
            io.printLine(name + zip(cells, widths).map { " " + pad($0, $1) }.joined() + " " + pad("\(percent)%", 4) + " " + usage.mountPoint)
        }
        return 0
    }
}

extension VirtualFileSystem {
    /// The mount points, sorted.
    package var mountPoints: [String] { mounts.map { "/" + $0.point.joined(separator: "/") }.sorted() }
}
