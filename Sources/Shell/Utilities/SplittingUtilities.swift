/// Utilities that take text apart or shuffle it: split, shuf, factor, expand, cksum.
enum SplittingUtilities {
    /// `split -l N` and `-b N` into files `xaa`, `xab`, ...
    @Sendable static func split(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "d", values: "lba", long: ["--lines": "l", "--bytes": "b", "--suffix-length": "a"])
        let name = options.operands.first ?? "-"
        guard let bytes = name == "-" ? io.input : io.readFile(name) else { return 1 }
        let prefix = options.operands.count > 1 ? options.operands[1] : "x"
        let length = max(1, min(options.values["a"].flatMap(Int.init) ?? 2, 6))
        var pieces: [[UInt8]] = []
        if let text = options.values["b"] {
            guard let size = CountedArguments.count(text), size > 0 else {
                io.complain("invalid number of bytes: '\(text)'")
                return 1
            }
            pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        } else {
            guard let count = CountedArguments.count(options.values["l"] ?? "1000"), count > 0 else {
                io.complain("invalid number of lines: '\(options.values["l"] ?? "")'")
                return 1
            }
            let lines = TextUtilities.lines(bytes)
            pieces = stride(from: 0, to: lines.count, by: count).map { start in lines[start..<min(start + count, lines.count)].flatMap { $0 + [10] } }
        }
        for (number, piece) in pieces.enumerated() {
            var (rest, suffix) = (number, "")
            for _ in 0..<length {
                let base = options.flags.contains("d") ? 10 : 26
                suffix = String(UnicodeScalar(UInt8((options.flags.contains("d") ? 48 : 97) + rest % base))) + suffix
                rest /= base
            }
            if rest > 0 {
                io.complain("output file suffixes exhausted")
                return 1
            }
            do throws(FileError) { try io.files.write(piece, to: io.path(prefix + suffix)) } catch {
                io.complain("\(prefix + suffix): \(error.code.rawValue)")
                return 1
            }
        }
        return 0
    }

    /// `shuf`, with `-n`, `-i LOW-HIGH` and `-e WORDS`; its order comes from the machine's own numbers.
    @Sendable static func shuf(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "er", values: "ni")
        var lines: [[UInt8]]
        if let range = options.values["i"] {
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard ends.count == 2, ends[0] <= ends[1], ends[1] - ends[0] < 1_000_000 else {
                io.complain("invalid input range: '\(range)'")
                return 1
            }
            lines = (ends[0]...ends[1]).map { Array(String($0).utf8) }
        } else if options.flags.contains("e") {
            lines = options.operands.map { Array($0.utf8) }
        } else {
            let name = options.operands.first ?? "-"
            guard let bytes = name == "-" ? io.input : io.readFile(name) else { return 1 }
            lines = TextUtilities.lines(bytes)
        }
        var seed = io.random
        for index in lines.indices.reversed() where index > 0 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            lines.swapAt(index, Int(seed >> 33) % (index + 1))
        }
        for line in lines.prefix(options.values["n"].flatMap(Int.init) ?? lines.count) { io.output += line + [10] }
        return 0
    }

    @Sendable static func shufReadsInput(_ arguments: [String]) -> Bool {
        !arguments.contains { $0.hasPrefix("-i") || $0.hasPrefix("-e") } && LetterOptions(arguments, flags: "er", values: "ni").operands.isEmpty
    }

    @Sendable static func factor(_ io: inout UtilityIO) -> Int {
        for word in io.arguments {
            guard var number = Int(word), number > 0 else {
                io.complain(io.tools == .gnu ? "'\(word)' is not a valid positive integer" : "invalid number '\(word)'")
                return 1
            }
            var factors: [Int] = []
            var divisor = 2
            while number > 1, divisor <= number / divisor, divisor < 4_000_000 {
                while number % divisor == 0 {
                    factors.append(divisor)
                    number /= divisor
                }
                divisor += divisor == 2 ? 1 : 2
            }
            if number > 1 { factors.append(number) }
            io.printLine(word + ":" + factors.map { " \($0)" }.joined())
        }
        return 0
    }

    @Sendable static func expand(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "i", values: "t")
        let width = max(1, options.values["t"].flatMap(Int.init) ?? 8)
        for name in options.operands.isEmpty ? ["-"] : options.operands {
            guard let bytes = name == "-" ? io.input : io.readFile(name) else { return 1 }
            var column = 0
            for byte in bytes {
                if byte == 9 {
                    let count = width - column % width
                    io.output += [UInt8](repeating: 32, count: count)
                    column += count
                } else {
                    io.output.append(byte)
                    column = byte == 10 ? 0 : column + 1
                }
            }
        }
        return 0
    }

    /// `envsubst`: `$NAME` and `${NAME}` in a text.
    @Sendable static func envsubst(_ io: inout UtilityIO) -> Int {
        let known = Dictionary(io.environment.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let chosen = io.arguments.first.map { text in Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)) }
        var rest = String(decoding: io.input, as: UTF8.self)[...]
        while let dollar = rest.firstIndex(of: "$") {
            io.print(String(rest[..<dollar]))
            rest = rest[rest.index(after: dollar)...]
            let isBraced = rest.first == "{"
            let name = String((isBraced ? rest.dropFirst() : rest).prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            let after = rest.dropFirst(name.count + (isBraced ? 1 : 0))
            guard ScriptReader.isName(name), !isBraced || after.first == "}", chosen?.contains(name) != false else {
                io.print("$")
                continue
            }
            io.print(known[name] ?? "")
            rest = isBraced ? after.dropFirst() : after
        }
        io.print(String(rest))
        return 0
    }
}
