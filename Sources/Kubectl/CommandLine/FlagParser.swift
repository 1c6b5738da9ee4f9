/// A command line that was read: options, arguments, and where `--` stood.
struct ParsedLine: Sendable {
    var flags: FlagValues
    var arguments: [String] = []
    /// How many arguments came before `--`; nil without one.
    var argumentsBeforeDash: Int?
    var wantsHelp = false
    /// Options with their values in the order in which they were written.
    var given: [(name: String, value: String)] = []
    /// Deprecated options that were used, in order.
    var notices: [String] = []
}

/// Reads options as spf13/pflag does: mixed with arguments, `--name=value`, `--name value`, `-n value`, `-nvalue`, `-ab`.
///
/// - Throws: the message without the line that points at help.
struct FlagParser {
    private let byName: [String: FlagSpec]
    private let byShorthand: [Character: FlagSpec]
    private let specs: [FlagSpec]

    init(_ specs: [FlagSpec]) {
        self.specs = specs
        var names: [String: FlagSpec] = [:]
        var letters: [Character: FlagSpec] = [:]
        for spec in specs {
            names[spec.name] = spec
            if let shorthand = spec.shorthand { letters[shorthand] = spec }
        }
        byName = names
        byShorthand = letters
    }

    func parse(_ words: [String]) throws(Failure) -> ParsedLine {
        var line = ParsedLine(flags: FlagValues(specs))
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if word == "--" {
                line.argumentsBeforeDash = line.arguments.count
                line.arguments += words[index...]
                break
            }
            if word.hasPrefix("--") {
                try parseLong(word, words, &index, &line)
            } else if word.hasPrefix("-"), word != "-" {
                try parseShort(word, words, &index, &line)
            } else {
                line.arguments.append(word)
            }
        }
        return line
    }

    private func parseLong(_ word: String, _ words: [String], _ index: inout Int, _ line: inout ParsedLine) throws(Failure) {
        let body = word.dropFirst(2)
        let equals = body.firstIndex(of: "=")
        let rawName = String(equals.map { body[..<$0] } ?? body)
        if rawName.isEmpty || rawName.hasPrefix("-") { throw Failure("bad flag syntax: \(word)") }
        let name = String(rawName.map { $0 == "_" ? "-" : $0 })
        guard let spec = byName[name] else {
            if name == "help" {
                line.wantsHelp = true
                return
            }
            throw Failure("unknown flag: --\(name)")
        }
        if let equals {
            try set(spec, String(body[body.index(after: equals)...]), &line)
        } else if let bare = spec.bareValue {
            try set(spec, bare, &line)
        } else if index < words.count {
            try set(spec, words[index], &line)
            index += 1
        } else {
            throw Failure("flag needs an argument: \(word)")
        }
    }

    private func parseShort(_ word: String, _ words: [String], _ index: inout Int, _ line: inout ParsedLine) throws(Failure) {
        var letters = word.dropFirst()
        while let letter = letters.first {
            letters = letters.dropFirst()
            guard let spec = byShorthand[letter] else {
                if letter == "h" {
                    line.wantsHelp = true
                    continue
                }
                throw Failure("unknown shorthand flag: '\(letter)' in \(word)")
            }
            if letters.first == "=" {
                return try set(spec, String(letters.dropFirst()), &line)
            } else if let bare = spec.bareValue {
                try set(spec, bare, &line)
            } else if !letters.isEmpty {
                return try set(spec, String(letters), &line)
            } else if index < words.count {
                try set(spec, words[index], &line)
                index += 1
            } else {
                throw Failure("flag needs an argument: '\(letter)' in \(word)")
            }
        }
    }

    private func set(_ spec: FlagSpec, _ value: String, _ line: inout ParsedLine) throws(Failure) {
        func refuse(_ why: String) -> Failure { Failure("invalid argument \(goQuoted(value)) for \(goQuoted(spec.printedName)) flag: \(why)") }
        switch spec.kind {
        case .bool: if parseGoBool(value) == nil { throw refuse("strconv.ParseBool: parsing \(goQuoted(value)): invalid syntax") }
        case .int:
            let parsed = parseGoInt(value, bits: spec.bits)
            if parsed.value == nil { throw refuse("strconv.ParseInt: parsing \(goQuoted(value)): \(parsed.problem)") }
        case .duration:
            if parseGoDuration(value) == nil {
                let hasUnit = value.contains { $0.isLetter }
                throw refuse(
                    hasUnit || value.isEmpty || parseGoInt(value, bits: 64).value == nil
                        ? "time: invalid duration \(goQuoted(value))" : "time: missing unit in duration \(goQuoted(value))")
            }
        case .stringMap:
            if splitCSV(value).contains(where: { !$0.contains("=") }) { throw refuse("malformed pair, expect string=string") }
        case .string, .stringSlice, .stringArray: break
        }
        if let deprecation = spec.deprecation { line.notices.append("Flag --\(spec.name) has been deprecated, \(deprecation)") }
        line.flags.add(value, to: spec)
        line.given.append((spec.name, value))
    }
}
