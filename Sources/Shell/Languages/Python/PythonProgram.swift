/// A Python program, read.
struct PythonProgram: Sendable {
    indirect enum Expression: Sendable {
        case literal(PythonValue)
        case name(String)
        case list([Expression]), tuple([Expression])
        case dictionary([(key: Expression, value: Expression)])
        /// The parts of an f-string, joined.
        case formatted([Part])
        case negative(Expression), not(Expression)
        case binary(String, Expression, Expression)
        /// `a < b <= c`
        case comparison(Expression, [(symbol: String, right: Expression)])
        case both(Expression, Expression), either(Expression, Expression)
        case conditional(Expression, then: Expression, otherwise: Expression)
        case attribute(Expression, String)
        case call(Expression, [Expression], [String: Expression])
        case element(Expression, Expression)
        case slice(Expression, from: Expression?, to: Expression?)
    }

    enum Part: Sendable {
        case text(String)
        /// A value, whether its `repr` is meant, and how it is laid out.
        case value(Expression, isRaw: Bool, layout: String)
    }

    indirect enum Target: Sendable {
        case name(String)
        case element(Expression, Expression)
        case several([Target])
    }

    struct Statement: Sendable {
        enum Kind: Sendable {
            case expression(Expression)
            case assignment([Target], Expression)
            /// `a += 1`; the symbol without its equals sign.
            case change(Target, String, Expression)
            case branch([(condition: Expression?, block: [Statement])])
            case loop(while: Expression, [Statement])
            case each(Target, in: Expression, [Statement])
            /// What a name stands for from now on: a module, or something of it.
            case bind([(name: String, path: String)])
            case raise(Expression?)
            case leaveLoop, nextTurn, pass
        }

        var line: Int
        var kind: Kind
    }

    var statements: [Statement]

    init(_ source: String) throws(PythonRefusal) {
        var parser = PythonParser(try PythonLexer.tokens(of: source))
        statements = try parser.program()
    }
}
