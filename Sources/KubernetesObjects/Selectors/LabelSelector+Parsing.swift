/// The selector that stands on command lines and in URLs: `app=web,tier in (a,b),!old`.
extension LabelSelector {
    /// Reads a selector; the empty text selects everything.
    public init(parsing text: String) throws(SelectorError) {
        var parser = Parser(text)
        self.init(try parser.requirements())
    }

    private enum Token: Hashable {
        case end, identifier, comma, openParenthesis, closedParenthesis, not
        case equals, doubleEquals, notEquals, greaterThan, lessThan, `in`, notIn
        case error
    }

    private struct Parser {
        /// Where `in` and `notin` are ordinary words.
        enum Context { case values, operators }

        private var tokens: [(token: Token, literal: String)] = []
        private var position = 0

        init(_ text: String) { scan(text) }

        private mutating func scan(_ text: String) {
            let symbols: [(String, Token)] = [
                ("==", .doubleEquals), ("!=", .notEquals), ("=", .equals), ("!", .not), ("(", .openParenthesis), (")", .closedParenthesis),
                (",", .comma), (">", .greaterThan), ("<", .lessThan),
            ]
            var rest = Substring(text)
            while true {
                rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
                guard !rest.isEmpty else { break }
                if let (symbol, token) = symbols.first(where: { rest.hasPrefix($0.0) }) {
                    tokens.append((token, symbol))
                    rest = rest.dropFirst(symbol.count)
                    continue
                }
                let word = rest.prefix { !"=!(),<> \t\r\n".contains($0) && $0 != "\r\n" }
                tokens.append((word == "in" ? .in : word == "notin" ? .notIn : .identifier, String(word)))
                rest = rest.dropFirst(word.count)
            }
            tokens.append((.end, ""))
        }

        private func lookAhead(_ context: Context = .values) -> (token: Token, literal: String) {
            let (token, literal) = tokens[min(position, tokens.count - 1)]
            if context == .values, token == .in || token == .notIn { return (.identifier, literal) }
            return (token, literal)
        }

        private mutating func consume(_ context: Context = .values) -> (token: Token, literal: String) {
            defer { position += 1 }
            return lookAhead(context)
        }

        mutating func requirements() throws(SelectorError) -> [Requirement] {
            var result: [Requirement] = []
            while true {
                let (token, literal) = lookAhead()
                switch token {
                case .identifier, .not:
                    do throws(SelectorError) {
                        result.append(try requirement())
                    } catch {
                        throw SelectorError("unable to parse requirement: \(error.message)")
                    }
                    let (next, nextLiteral) = consume()
                    switch next {
                    case .end: return result
                    case .comma:
                        let (after, afterLiteral) = lookAhead()
                        guard after == .identifier || after == .not else {
                            throw SelectorError("found '\(afterLiteral)', expected: identifier after ','")
                        }
                    default: throw SelectorError("found '\(nextLiteral)', expected: ',' or 'end of string'")
                    }
                case .end: return result
                default: throw SelectorError("found '\(literal)', expected: !, identifier, or 'end of string'")
                }
            }
        }

        private mutating func requirement() throws(SelectorError) -> Requirement {
            var (token, key) = consume()
            var unary: Operator?
            if token == .not {
                unary = .doesNotExist
                (token, key) = consume()
            }
            guard token == .identifier else { throw SelectorError("found '\(key)', expected: identifier") }
            let keyProblems = NameRules.labelKey(key)
            if !keyProblems.isEmpty { throw SelectorError("key: Invalid value: \(GoText.quoted(key)): \(keyProblems.joined(separator: "; "))") }
            let next = lookAhead().token
            if unary == nil, next == .end || next == .comma { unary = .exists }
            if let unary { return try checked(Requirement(key: key, operator: unary)) }
            let (operation, literal) = consume(.operators)
            switch operation {
            case .in: return try checked(Requirement(key: key, operator: .in, values: try values()))
            case .notIn: return try checked(Requirement(key: key, operator: .notIn, values: try values()))
            case .equals: return try checked(Requirement(key: key, operator: .equals, values: [try exactValue()]))
            case .doubleEquals: return try checked(Requirement(key: key, operator: .doubleEquals, values: [try exactValue()]))
            case .notEquals: return try checked(Requirement(key: key, operator: .notEquals, values: [try exactValue()]))
            case .greaterThan: return try checked(Requirement(key: key, operator: .greaterThan, values: [try exactValue()]))
            case .lessThan: return try checked(Requirement(key: key, operator: .lessThan, values: [try exactValue()]))
            default: throw SelectorError("found '\(literal)', expected: in, notin, =, ==, !=, gt, lt")
            }
        }

        private func checked(_ requirement: Requirement) throws(SelectorError) -> Requirement {
            if let problem = requirement.problem { throw SelectorError(problem) }
            return requirement
        }

        private mutating func exactValue() throws(SelectorError) -> String {
            let next = lookAhead().token
            if next == .end || next == .comma { return "" }
            let (token, literal) = consume()
            guard token == .identifier else { throw SelectorError("found '\(literal)', expected: identifier") }
            return literal
        }

        private mutating func values() throws(SelectorError) -> [String] {
            let (open, openLiteral) = consume()
            guard open == .openParenthesis else { throw SelectorError("found '\(openLiteral)' expected: '('") }
            let (token, literal) = lookAhead()
            switch token {
            case .identifier, .comma:
                let list = try identifiers()
                guard consume().token == .closedParenthesis else { throw SelectorError("found '\(literal)', expected: ')'") }
                return list
            case .closedParenthesis:
                _ = consume()
                return []
            default: throw SelectorError("found '\(literal)', expected: ',', ')' or identifier")
            }
        }

        private mutating func identifiers() throws(SelectorError) -> [String] {
            var list: [String] = []
            while true {
                let (token, literal) = consume()
                switch token {
                case .identifier:
                    list.append(literal)
                    let (next, nextLiteral) = lookAhead()
                    switch next {
                    case .comma: continue
                    case .closedParenthesis: return list
                    default: throw SelectorError("found '\(nextLiteral)', expected: ',' or ')'")
                    }
                case .comma:
                    if list.isEmpty { list.append("") }
                    let next = lookAhead().token
                    if next == .closedParenthesis {
                        list.append("")
                        return list
                    }
                    if next == .comma {
                        _ = consume()
                        list.append("")
                    }
                default: throw SelectorError("found '\(literal)', expected: ',', or identifier")
                }
            }
        }
    }
}
