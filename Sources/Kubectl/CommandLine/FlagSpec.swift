/// One option of a command.
struct FlagSpec: Sendable {
    enum Kind: Sendable {
        case bool, string, int, duration
        /// Repeatable; every value is split at commas.
        case stringSlice
        /// Repeatable; values are kept whole.
        case stringArray
        /// Repeatable; every value is `KEY=VALUE` pairs between commas.
        case stringMap
    }

    var name: String
    var shorthand: Character?
    var kind: Kind
    /// The value without the option, as help prints it.
    var fallback: String
    var help: String
    /// The value of `--name` without `=`; nil when a value must follow.
    var bareValue: String?
    /// What is printed when the option is used; nil when it is not deprecated.
    var deprecation: String?
    /// Accepted, left out of help.
    var isHidden = false
    /// Only known where this variable is true; left out of help.
    var variable: String?
    /// The number of bits of an integer.
    var bits = 32

    init(
        _ name: String, short shorthand: Character? = nil, kind: Kind = .string, fallback: String = "", bare: String? = nil, bits: Int = 32,
        deprecated: String? = nil, hidden: Bool = false, _ help: String
    ) {
        self.name = name
        self.shorthand = shorthand
        self.kind = kind
        self.help = help
        self.bits = bits
        deprecation = deprecated
        isHidden = hidden || deprecated != nil
        switch kind {
        case .bool:
            self.fallback = fallback.isEmpty ? "false" : fallback
            bareValue = "true"
        case .int: self.fallback = fallback.isEmpty ? "0" : fallback
        case .duration: self.fallback = fallback.isEmpty ? "0s" : fallback
        case .string, .stringSlice, .stringArray, .stringMap: self.fallback = fallback
        }
        if let bare { bareValue = bare }
    }

    /// A switch.
    static func flag(_ name: String, _ shorthand: Character? = nil, _ help: String, on: Bool = false) -> FlagSpec {
        FlagSpec(name, short: shorthand, kind: .bool, fallback: on ? "true" : "false", help)
    }

    /// Whether it may be given several times.
    var isRepeatable: Bool {
        switch kind {
        case .stringSlice, .stringArray, .stringMap: true
        default: false
        }
    }

    /// How help prints the default.
    var printedDefault: String {
        switch kind {
        case .string: "'\(fallback)'"
        case .stringSlice, .stringArray: "[\(fallback)]"
        case .stringMap: ""
        default: fallback
        }
    }

    /// How errors name it: `-f, --filename`.
    var printedName: String { shorthand.map { "-\($0), --\(name)" } ?? "--\(name)" }
}

/// The options that were given to a command.
struct FlagValues: Sendable {
    private var specs: [String: FlagSpec] = [:]
    private var given: [String: [String]] = [:]

    init(_ specs: [FlagSpec]) {
        for spec in specs { self.specs[spec.name] = spec }
    }

    /// Whether the option was written.
    func isSet(_ name: String) -> Bool { given[name] != nil }
    func isKnown(_ name: String) -> Bool { specs[name] != nil }

    func string(_ name: String) -> String { given[name]?.last ?? specs[name]?.fallback ?? "" }
    func bool(_ name: String) -> Bool { parseGoBool(string(name)) ?? false }
    func int(_ name: String) -> Int { parseGoInt(string(name), bits: 64).value ?? 0 }
    func seconds(_ name: String) -> Duration { parseGoDuration(string(name)) ?? .zero }

    /// The values of a repeatable option in the order given.
    func list(_ name: String) -> [String] {
        guard let values = given[name] else {
            let fallback = specs[name]?.fallback ?? ""
            return fallback.isEmpty ? [] : fallback.split(separator: ",").map(String.init)
        }
        return values
    }

    mutating func add(_ value: String, to spec: FlagSpec) {
        switch spec.kind {
        case .stringSlice, .stringMap: given[spec.name, default: []] += splitCSV(value)
        case .stringArray: given[spec.name, default: []].append(value)
        default: given[spec.name] = [value]
        }
    }
}

/// Splits at commas; a part in double quotes is kept whole.
func splitCSV(_ text: String) -> [String] {
    if text.isEmpty { return [] }
    guard text.contains("\"") else { return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    var parts: [String] = []
    var current = ""
    var quoted = false
    for character in text {
        if character == "\"" {
            quoted.toggle()
        } else if character == ",", !quoted {
            parts.append(current)
            current = ""
        } else {
            current.append(character)
        }
    }
    parts.append(current)
    return parts
}

func parseGoBool(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "TRUE", "true", "True": true
    case "0", "f", "F", "FALSE", "false", "False": false
    default: nil
    }
}

/// An integer as Go's `strconv.ParseInt` reads it, or why not: `invalid syntax`, `value out of range`.
func parseGoInt(_ text: String, bits: Int) -> (value: Int?, problem: String) {
    var digits = Substring(text)
    var isNegative = false
    if let first = digits.first, first == "-" || first == "+" {
        isNegative = first == "-"
        digits.removeFirst()
    }
    var radix = 10
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
        radix = 16
        digits = digits.dropFirst(2)
    }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || (radix == 16 && (($0 | 32) >= 97 && ($0 | 32) <= 102)) }) else {
        return (nil, "invalid syntax")
    }
    guard let magnitude = Int(digits, radix: radix) else { return (nil, "value out of range") }
    let value = isNegative ? -magnitude : magnitude
    if bits < 64 {
        let limit = 1 << (bits - 1)
        if value >= limit || value < -limit { return (nil, "value out of range") }
    }
    return (value, "")
}

/// A duration as Go's `time.ParseDuration` reads it; nil when it is none.
///
/// - Bounds: cut to about 292 years.
func parseGoDuration(_ text: String) -> Duration? {
    var rest = Substring(text)
    var isNegative = false
    if let first = rest.first, first == "-" || first == "+" {
        isNegative = first == "-"
        rest.removeFirst()
    }
    if rest == "0" { return .zero }
    if rest.isEmpty { return nil }
    var total = 0.0
    while !rest.isEmpty {
        let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let amount = Double(number.hasSuffix(".") ? number + "0" : number.hasPrefix(".") ? "0" + number : String(number)) else { return nil }
        rest = rest.dropFirst(number.count)
        let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
        rest = rest.dropFirst(unit.count)
        let scale: Double
        switch unit {
        case "ns": scale = 1
        case "us", "µs", "μs": scale = 1e3
        case "ms": scale = 1e6
        case "s": scale = 1e9
        case "m": scale = 60e9
        case "h": scale = 3600e9
        default: return nil
        }
        total += amount * scale
    }
    if total > 9.2e18 { return nil }
    return .nanoseconds(Int64(isNegative ? -total : total))
}
