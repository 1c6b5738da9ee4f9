/// `diff` in normal and unified form, and `cmp`.
///
/// - Bounds: inputs of more than 4,000 differing lines are reported as wholly replaced.
enum DiffUtility {
    enum Edit { case same(Int, Int), delete(Int), insert(Int) }

    @Sendable static func run(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(
            io.arguments, flags: "uNqrwbBia", values: "UL",
            long: ["--unified": "u", "--brief": "q", "--recursive": "r", "--new-file": "N", "--label": "L"])
        guard options.unknown == nil, options.operands.count == 2 else {
            io.complain(options.unknown.map { "invalid option -- '\($0)'" } ?? "missing operand")
            return 2
        }
        let names = options.operands
        if names.allSatisfy({ io.files.isDirectory(io.path($0)) }) { return directories(names, options, &io) }
        var sides: [[[UInt8]]] = []
        var texts: [[UInt8]] = []
        for name in names {
            var path = name
            if io.files.isDirectory(io.path(name)), let other = names.first(where: { $0 != name }) { path = name + "/" + (other.split(separator: "/").last ?? "") }
            if options.flags.contains("N"), !io.files.exists(io.path(path)) {
                sides.append([])
                texts.append([])
                continue
            }
            guard let bytes = name == "-" ? io.input : io.readFile(path) else { return 2 }
            texts.append(bytes)
            sides.append(TextUtilities.lines(bytes))
        }
        if texts[0] == texts[1] { return 0 }
        if options.flags.contains("q") {
            io.printLine("Files \(names[0]) and \(names[1]) differ")
            return 1
        }
        let edits = edits(sides[0], sides[1])
        if options.flags.contains("u") || options.values["U"] != nil || io.tools == .busybox {
            io.printLine("--- \(names[0])")
            io.printLine("+++ \(names[1])")
            unified(edits, sides, context: options.values["U"].flatMap(Int.init) ?? 3, &io)
        } else {
            normal(edits, sides, &io)
        }
        return 1
    }

    private static func directories(_ names: [String], _ options: LetterOptions, _ io: inout UtilityIO) -> Int {
        let lists = names.map { (try? io.files.names(in: io.path($0))) ?? [] }
        var status = 0
        for name in Set(lists[0] + lists[1]).sorted() {
            if !lists[0].contains(name) || !lists[1].contains(name) {
                let side = lists[0].contains(name) ? 0 : 1
                if !options.flags.contains("N") {
                    io.printLine("Only in \(names[side]): \(name)")
                    status = 1
                    continue
                }
            }
            var inner = io
            inner.arguments = io.arguments.filter { !names.contains($0) } + names.map { $0 + "/" + name }
            inner.output = []
            let result = run(&inner)
            if result == 1 {
                if options.flags.contains("u") || options.flags.contains("N") { io.printLine("diff " + inner.arguments.joined(separator: " ")) }
                io.output += inner.output
            }
            status = max(status, result)
        }
        return status
    }

    /// The shortest way from one list to the other.
    static func edits(_ left: [[UInt8]], _ right: [[UInt8]]) -> [Edit] {
        var prefix = 0
        while prefix < min(left.count, right.count), left[prefix] == right[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < min(left.count, right.count) - prefix, left[left.count - 1 - suffix] == right[right.count - 1 - suffix] { suffix += 1 }
        let (a, b) = (Array(left[prefix..<left.count - suffix]), Array(right[prefix..<right.count - suffix]))
        var result: [Edit] = (0..<prefix).map { .same($0, $0) }
        if a.count * b.count <= 16_000_000, a.count < 4000, b.count < 4000 {
            var table = [Int32](repeating: 0, count: (a.count + 1) * (b.count + 1))
            let width = b.count + 1
            for i in stride(from: a.count - 1, through: 0, by: -1) {
                for j in stride(from: b.count - 1, through: 0, by: -1) {
                    table[i * width + j] = a[i] == b[j] ? table[(i + 1) * width + j + 1] + 1 : max(table[(i + 1) * width + j], table[i * width + j + 1])
                }
            }
            var (i, j) = (0, 0)
            while i < a.count || j < b.count {
                if i < a.count, j < b.count, a[i] == b[j] {
                    result.append(.same(prefix + i, prefix + j))
                    (i, j) = (i + 1, j + 1)
                } else if i < a.count, j == b.count || table[(i + 1) * width + j] >= table[i * width + j + 1] {
                    result.append(.delete(prefix + i))
                    i += 1
                } else {
                    result.append(.insert(prefix + j))
                    j += 1
                }
            }
        } else {
            result += (0..<a.count).map { .delete(prefix + $0) } + (0..<b.count).map { .insert(prefix + $0) }
        }
        return result + (0..<suffix).map { .same(left.count - suffix + $0, right.count - suffix + $0) }
    }

    private static func normal(_ edits: [Edit], _ sides: [[[UInt8]]], _ io: inout UtilityIO) {
        var index = 0
        var (left, right) = (0, 0)
        while index < edits.count {
            if case .same(let a, let b) = edits[index] {
                (left, right) = (a + 1, b + 1)
                index += 1
                continue
            }
            var (deleted, inserted): ([Int], [Int]) = ([], [])
            while index < edits.count {
                if case .delete(let a) = edits[index] { deleted.append(a) } else if case .insert(let b) = edits[index] { inserted.append(b) } else { break }
                index += 1
            }
            func range(_ lines: [Int]) -> String { lines.count == 1 ? "\(lines[0] + 1)" : "\(lines[0] + 1),\(lines[lines.count - 1] + 1)" }
            if deleted.isEmpty { io.printLine("\(left)a\(range(inserted))") } else if inserted.isEmpty { io.printLine("\(range(deleted))d\(right)") } else { io.printLine("\(range(deleted))c\(range(inserted))") }
            for line in deleted { io.output += Array("< ".utf8) + sides[0][line] + [10] }
            if !deleted.isEmpty, !inserted.isEmpty { io.printLine("---") }
            for line in inserted { io.output += Array("> ".utf8) + sides[1][line] + [10] }
            left += deleted.count
            right += inserted.count
        }
    }

    private static func unified(_ edits: [Edit], _ sides: [[[UInt8]]], context: Int, _ io: inout UtilityIO) {
        let changes = edits.indices.filter { if case .same = edits[$0] { false } else { true } }
        var hunks: [Range<Int>] = []
        for change in changes {
            let range = max(0, change - context)..<min(edits.count, change + context + 1)
            if let last = hunks.last, range.lowerBound <= last.upperBound { hunks[hunks.count - 1] = last.lowerBound..<range.upperBound } else { hunks.append(range) }
        }
        for hunk in hunks {
            var (a, b) = (0, 0)
            for edit in edits[..<hunk.lowerBound] {
                switch edit {
                case .same: (a, b) = (a + 1, b + 1)
                case .delete: a += 1
                case .insert: b += 1
                }
            }
            var (countA, countB, body): (Int, Int, [UInt8]) = (0, 0, [])
            for edit in edits[hunk] {
                switch edit {
                case .same(let x, _):
                    (countA, countB) = (countA + 1, countB + 1)
                    body += [32] + sides[0][x] + [10]
                case .delete(let x):
                    countA += 1
                    body += [45] + sides[0][x] + [10]
                case .insert(let y):
                    countB += 1
                    body += [43] + sides[1][y] + [10]
                }
            }
            func range(_ start: Int, _ count: Int) -> String { count == 1 ? "\(start + 1)" : "\(count == 0 ? start : start + 1),\(count)" }
            io.printLine("@@ -\(range(a, countA)) +\(range(b, countB)) @@")
            io.output += body
        }
    }

    @Sendable static func cmp(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "sl")
        guard options.operands.count == 2 else { return 2 }
        var sides: [[UInt8]] = []
        for name in options.operands {
            guard let bytes = name == "-" ? io.input : io.readFile(name) else { return 2 }
            sides.append(bytes)
        }
        if sides[0] == sides[1] { return 0 }
        if !options.flags.contains("s") {
            let common = zip(sides[0], sides[1]).prefix { $0 == $1 }.count
            let line = sides[0].prefix(common).count { $0 == 10 } + 1
            if common == min(sides[0].count, sides[1].count) {
                io.complain("EOF on \(options.operands[sides[0].count < sides[1].count ? 0 : 1])")
            } else {
                io.printLine("\(options.operands[0]) \(options.operands[1]) differ: char \(common + 1), line \(line)")
            }
        }
        return 1
    }
}
