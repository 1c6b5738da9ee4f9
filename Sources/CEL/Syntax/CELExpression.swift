/// A parsed expression.
struct CELExpression: Sendable {
    /// Characters of the source before what identifies the expression: an operator, a dot, a name.
    var offset: Int
    var kind: Kind

    indirect enum Kind: Sendable {
        case literal(CELValue)
        /// A name; with a leading dot it is looked up at the top.
        case identifier(String, isAbsolute: Bool)
        case select(CELExpression, field: String, isOptional: Bool)
        /// `has(a.b)`
        case has(CELExpression, field: String)
        case index(CELExpression, CELExpression, isOptional: Bool)
        case call(String, target: CELExpression?, arguments: [CELExpression])
        case list([CELExpression], optional: Set<Int>)
        case map([Entry])
        /// `Type{field: value}`
        case message(String, [Field])
        case comprehension(Comprehension)
    }

    struct Entry: Sendable {
        var key: CELExpression
        var value: CELExpression
        var isOptional: Bool
    }

    struct Field: Sendable {
        var name: String
        var value: CELExpression
        var offset: Int
        var isOptional: Bool
    }

    /// A macro that walks a list or a map, or binds a name.
    struct Comprehension: Sendable {
        enum Macro: String, Sendable {
            case all, exists, existsOne = "exists_one", map, filter, transformList, transformMap, transformMapEntry, optMap, optFlatMap, sortBy, bind
        }

        var macro: Macro
        var range: CELExpression
        /// One name, or two: the index or key, and the value.
        var variables: [String]
        /// The condition of `map` and `transform…` with a filter.
        var condition: CELExpression?
        var body: CELExpression
    }
}

/// Names of operators as functions; error messages use them.
enum CELOperator {
    static let conditional = "_?_:_"
    static let and = "_&&_"
    static let or = "_||_"
    static let not = "!_"
    static let negate = "-_"
    static let index = "_[_]"
    static let optionalIndex = "_[?_]"
    static let optionalSelect = "_?._"
    static let membership = "@in"

    /// A binary operator's function: `_+_`.
    static func binary(_ symbol: String) -> String { symbol == "in" ? membership : "_\(symbol)_" }
}
