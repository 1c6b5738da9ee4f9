/// `perl -e`, for one-liners that print, sleep and end: `print`, `say`, `warn`, `die`, `sleep`, `exit`.
///
/// - Source: perlrun, perlfunc, bignum. Differs: a program that needs more of Perl is refused.
/// - Bounds: `bpi` gives at most `PiDigits.countMax` digits, in all of a program.
package struct PerlTask: UtilityTask {
    private enum Action: Sendable {
        case print([Piece], endsLine: Bool)
        case warn([Piece])
        case die([Piece])
        case sleep(Int)
        case exit(Int)
    }

    private enum Piece: Sendable {
        case text(String)
        case variable(String)
        /// Digits of pi.
        case pi(Int)
    }

    private struct Refusal: Error { var message: String }

    private var actions: ArraySlice<Action> = []
    private var problem: String?
    private var answer: String?
    private var endsLines = false
    /// The work of the action that is under way has been waited for.
    private var hasWaited = false

    init(arguments: [String]) {
        var rest = arguments[...]
        var sources: [String] = []
        while let word = rest.first, word.hasPrefix("-"), word.count > 1 {
            rest.removeFirst()
            if word.hasPrefix("-M") || word.hasPrefix("-m") { continue }
            if word == "-v" || word == "--version" { answer = "\nThis is perl 5, version 42, subversion 0 (v5.42.0) built for x86_64-linux-gnu\n" }
            for letter in word.dropFirst() {
                switch letter {
                case "l": endsLines = true
                case "w", "W", "s", "T", "u": break
                case "e", "E": if let source = rest.popFirst() { sources.append(source) }
                default: if answer == nil { problem = "perl: the option -\(letter) is not simulated\n" }
                }
            }
        }
        if sources.isEmpty, answer == nil { problem = problem ?? "perl: only programs that are given with -e are simulated\n" }
        do throws(Refusal) { actions = try Self.actions(sources.joined(separator: "\n"))[...] } catch { problem = problem ?? "perl: \(error.message) is not simulated\n" }
    }

    /// Whether a command line's program can be run here.
    package static func runs(_ line: [String]) -> Bool { PerlTask(arguments: Array(line.dropFirst())).problem == nil }

    package mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if let problem {
            io.errors += Array(problem.utf8)
            return .exit(2)
        }
        if let answer {
            io.printLine(answer)
            return .exit(0)
        }
        while let action = actions.first {
            if let wait = Self.wait(action), !hasWaited {
                hasWaited = true
                return .sleep(until: io.now + wait)
            }
            hasWaited = false
            actions.removeFirst()
            switch action {
            case .print(let pieces, let endsLine): io.print(Self.text(pieces, io) + (endsLine || endsLines ? "\n" : ""))
            case .warn(let pieces): io.errors += Array(Self.told(Self.text(pieces, io)).utf8)
            case .die(let pieces):
                io.errors += Array(Self.told(Self.text(pieces, io)).utf8)
                return .exit(255)
            case .sleep: break
            case .exit(let status): return .exit(status & 0xff)
            }
        }
        return .exit(0)
    }

    /// The time that an action takes: what computes digits works on numbers of that many digits that many times.
    private static func wait(_ action: Action) -> Int64? {
        switch action {
        case .sleep(let seconds): return Int64(seconds) * 1_000_000_000
        case .print:
            let digits = Int64(digits(action))
            return digits > 0 ? digits * digits * 1000 : nil
        default: return nil
        }
    }

    private static func text(_ pieces: [Piece], _ io: UtilityIO) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .variable(let name): io.environment.last { $0.name == name }?.value ?? ""
            case .pi(let count): PiDigits.text(count)
            }
        }.joined()
    }

    /// A message of `die` or `warn`, with the place behind it unless it ends its line itself.
    private static func told(_ text: String) -> String { text.hasSuffix("\n") ? text : (text.isEmpty ? "Died" : text) + " at -e line 1.\n" }

    // MARK: Reading

    private static let words: Set<String> = ["print", "say", "warn", "die", "sleep", "exit", "use", "no"]

    private static func actions(_ source: String) throws(Refusal) -> [Action] {
        var (rest, result) = (source[...], [Action]())
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == ";" }
            guard !rest.isEmpty else { break }
            let word = String(rest.prefix { $0.isLetter || $0 == "_" })
            guard words.contains(word) else { throw Refusal(message: "'\(word.isEmpty ? String(rest.prefix(20)) : word)'") }
            rest = rest.dropFirst(word.count)
            let pieces = try list(&rest)
            guard rest.isEmpty || rest.first == ";" else { throw Refusal(message: "'\(rest.prefix(20))'") }
            switch word {
            case "print", "say": result.append(.print(pieces, endsLine: word == "say"))
            case "warn": result.append(.warn(pieces))
            case "die": result.append(.die(pieces))
            case "sleep", "exit":
                guard pieces.count <= 1, case .text(let text)? = pieces.first ?? .text("0"), let number = Int(text), (0...1_000_000_000).contains(number) else { throw Refusal(message: "'\(word)' of this") }
                result.append(word == "sleep" ? .sleep(number) : .exit(number))
            default: break
            }
        }
        guard result.reduce(0, { $0 + digits($1) }) <= PiDigits.countMax else { throw Refusal(message: "bpi of so many digits") }
        return result
    }

    /// How many digits of pi an action gives.
    private static func digits(_ action: Action) -> Int {
        guard case .print(let pieces, _) = action else { return 0 }
        return pieces.reduce(0) { total, piece in if case .pi(let count) = piece { total + count } else { total } }
    }

    /// What stands behind a word, with commas or points between.
    private static func list(_ rest: inout Substring) throws(Refusal) -> [Piece] {
        func skip() { rest = rest.drop { $0.isWhitespace } }
        skip()
        let isBracketed = rest.first == "("
        if isBracketed { rest.removeFirst() }
        var result: [Piece] = []
        while true {
            skip()
            guard let first = rest.first, first != ";", first != ")" else { break }
            result += try item(&rest)
            skip()
            guard let next = rest.first, next == "," || next == "." else { break }
            rest.removeFirst()
        }
        if isBracketed {
            guard rest.first == ")" else { throw Refusal(message: "'\(rest.prefix(20))'") }
            rest.removeFirst()
            skip()
        }
        return result
    }

    private static func item(_ rest: inout Substring) throws(Refusal) -> [Piece] {
        if let quote = rest.first, quote == "\"" || quote == "'" {
            rest.removeFirst()
            return try quoted(quote, &rest)
        }
        if rest.hasPrefix("$ENV{") { return [.variable(try variable(&rest))] }
        let word = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" })
        rest = rest.dropFirst(word.count)
        if word == "bpi", rest.first == "(" {
            let digits = rest.dropFirst().prefix { $0.isNumber }
            rest = rest.dropFirst(digits.count + 1)
            guard let count = Int(digits), (1...PiDigits.countMax).contains(count), rest.first == ")" else { throw Refusal(message: "bpi of this") }
            rest.removeFirst()
            return [.pi(count)]
        }
        guard !word.isEmpty, word.allSatisfy(\.isNumber) || word.contains("::") else { throw Refusal(message: "'\(word)\(rest.prefix(20))'") }
        return [.text(word)]
    }

    private static func quoted(_ quote: Character, _ rest: inout Substring) throws(Refusal) -> [Piece] {
        var (result, text): ([Piece], String) = ([], "")
        while let character = rest.popFirst() {
            if character == quote { return result + [.text(text)] }
            switch character {
            case "\\":
                guard let escaped = rest.popFirst() else { break }
                text += quote == "'" ? (escaped == "'" || escaped == "\\" ? String(escaped) : "\\\(escaped)") : escaped == "n" ? "\n" : escaped == "t" ? "\t" : String(escaped)
            case "$" where quote == "\"", "@" where quote == "\"":
                rest = (String(character) + rest)[...]
                guard rest.hasPrefix("$ENV{") else { throw Refusal(message: "'\(rest.prefix(20))'") }
                result += [.text(text), .variable(try variable(&rest))]
                text = ""
            default: text.append(character)
            }
        }
        throw Refusal(message: "a string without an end")
    }

    /// `$ENV{NAME}`
    private static func variable(_ rest: inout Substring) throws(Refusal) -> String {
        let name = rest.dropFirst(5).prefix { $0 != "}" }
        rest = rest.dropFirst(name.count + 6)
        let bare = name.filter { $0 != "'" && $0 != "\"" }
        guard !bare.isEmpty, bare.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { throw Refusal(message: "'$ENV{\(name)}'") }
        return bare
    }
}
