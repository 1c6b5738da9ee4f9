/// Where something stands in a script.
package struct SourcePosition: Hashable, Sendable {
    /// Counted from 1.
    package var line: Int
    /// In bytes, counted from 1.
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// A script that was read, ready to be run any number of times.
package struct Script: Sendable {
    package var body: ScriptNode

    package init(body: ScriptNode) { self.body = body }
}

/// What a script is made of.
package indirect enum ScriptNode: Sendable {
    case simple(SimpleCommand)
    /// Commands joined by `|`; one or more, a single one only when negated.
    case pipeline([ScriptNode], isNegated: Bool)
    /// Commands joined by `&&` and `||`, from left to right.
    case andOr(first: ScriptNode, rest: [AndOrPart])
    case sequence([SequenceItem])
    case conditional(clauses: [ConditionalClause], otherwise: ScriptNode?)
    case loop(condition: ScriptNode, body: ScriptNode, isUntil: Bool)
    /// `for name in words`; without `in`, over the positional parameters.
    case each(name: String, words: [Word]?, body: ScriptNode, position: SourcePosition)
    /// `for ((a; b; c))`.
    case counting(start: Word, condition: Word, step: Word, body: ScriptNode, position: SourcePosition)
    case selection(subject: Word, arms: [SelectionArm], position: SourcePosition)
    case subshell(ScriptNode)
    case group(ScriptNode)
    case function(name: String, body: ScriptNode)
    /// `((expression))`.
    case arithmetic(Word)
    case redirected(ScriptNode, [Redirection])
}

/// One command of a list, and whether it runs in the background.
package struct SequenceItem: Sendable {
    package var node: ScriptNode
    package var isBackground: Bool
    package var position: SourcePosition
}

package struct AndOrPart: Sendable {
    /// True for `&&`, false for `||`.
    package var isAnd: Bool
    package var node: ScriptNode
}

package struct ConditionalClause: Sendable {
    package var condition: ScriptNode
    package var body: ScriptNode
}

package struct SelectionArm: Sendable {
    package var patterns: [Word]
    package var body: ScriptNode
    /// Ends with `;&`: the next arm runs as well.
    package var fallsThrough: Bool
}

/// Assignments, words and redirections: a command as it is usually written.
package struct SimpleCommand: Sendable {
    package var assignments: [Assignment] = []
    package var words: [Word] = []
    package var redirections: [Redirection] = []
    package var position: SourcePosition
    /// `[[ … ]]`: words are neither split nor matched against files.
    package var isConditional = false
}

package struct Assignment: Sendable {
    package var name: String
    package var value: Word
    /// `name+=value`.
    package var appends: Bool
    /// The subscript of `name[key]=value`.
    package var key: Word?
    /// The words of `name=(…)`.
    package var elements: [Word]?
}

package struct Redirection: Sendable {
    package enum Kind: Sendable {
        case read, write, append, clobber, readWrite
        case duplicateInput, duplicateOutput
        /// `&>` and `&>>`: output and errors together.
        case both, bothAppend
        /// The text of a here-document or here-string.
        case document
    }

    package var kind: Kind
    /// The descriptor before the operator; the operator's own default when nil.
    package var descriptor: Int?
    package var target: Word
    package var position: SourcePosition
}

/// A word before expansion.
package struct Word: Sendable {
    package var parts: [WordPart]
    package var position: SourcePosition

    /// The text when the word is one unquoted literal.
    var bareText: String? {
        if parts.count == 1, case .text(let text, isQuoted: false) = parts[0] { text } else { nil }
    }

    /// The text of all literals, quoted or not; nil when something is to be expanded.
    var literalText: String? {
        var result = ""
        for part in parts {
            guard case .text(let text, _) = part else { return nil }
            result += text
        }
        return result
    }
}

package indirect enum WordPart: Sendable {
    case text(String, isQuoted: Bool)
    case parameter(ParameterExpansion, isQuoted: Bool)
    case command(ScriptNode, isQuoted: Bool)
    case arithmetic(Word, isQuoted: Bool)
}

/// `$name` and all forms of `${…}`.
package struct ParameterExpansion: Sendable {
    package enum Operation: Sendable {
        case plain
        case length
        /// `-`, `=`, `?`, `+`; `treatsEmptyAsUnset` with a colon.
        case fallback(Word, treatsEmptyAsUnset: Bool)
        case assign(Word, treatsEmptyAsUnset: Bool)
        case require(Word, treatsEmptyAsUnset: Bool)
        case alternative(Word, treatsEmptyAsUnset: Bool)
        case removePrefix(Word, isLongest: Bool)
        case removeSuffix(Word, isLongest: Bool)
        case replace(Word, with: Word, anchor: Character?, isAll: Bool)
        case substring(offset: Word, length: Word?)
        case changeCase(isUpper: Bool, isAll: Bool)
    }

    package enum Subscript: Sendable {
        /// `[@]` and `[*]`.
        case all(isAt: Bool)
        case key(Word)
    }

    package var name: String
    package var operation: Operation
    package var position: SourcePosition
    package var subscripted: Subscript?
    /// `${!name}`: the variable that it names; with `[@]`, the keys.
    package var isIndirect = false
}

/// A script that cannot be read, and where.
package struct ScriptSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String
    package var position: SourcePosition

    /// Whether more text could still make a script of it.
    var isIncomplete: Bool { message.hasPrefix("unterminated") || message.hasPrefix("unexpected end of file") }

    package var description: String { "line \(position.line): syntax error: \(message)" }
}
