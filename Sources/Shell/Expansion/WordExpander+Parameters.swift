/// Parameters and the operations on them.
extension WordExpander {
    private func value(of name: String) -> String? {
        switch name {
        case "?": return String(state.lastStatus)
        case "$": return String(state.shellNumber)
        case "#": return String(state.positional.count)
        case "-": return state.options.letters + (state.language == .lenient ? "" : state.readsFile || state.isInteractive ? "" : "c")
        case "!": return state.lastBackground.map(String.init)
        case "0": return state.scriptName
        case "@", "*":
            let separator = state["IFS"].map { $0.isEmpty ? "" : String($0.first!) } ?? " "
            return state.positional.isEmpty ? nil : state.positional.joined(separator: name == "@" ? " " : separator)
        case "PWD": return state[name] ?? state.directory
        default:
            if let number = Int(name) { return number >= 1 && number <= state.positional.count ? state.positional[number - 1] : nil }
            return state[name]
        }
    }

    mutating func expand(_ expansion: ParameterExpansion, isQuoted: Bool, into fields: inout [ExpandedField], splits: Bool) throws(Interruption) {
        var name = expansion.name
        if expansion.isIndirect, expansion.subscripted == nil {
            name = value(of: name) ?? ""
            guard ScriptReader.isName(name) || Int(name) != nil else { throw .failure(.badSubstitution, expansion.position) }
        }
        var current = value(of: name)
        switch expansion.subscripted {
        case .all(let isAt)?: return try expandElements(expansion, isAt: isAt, isQuoted: isQuoted, into: &fields, splits: splits)
        case .key(let word)?:
            let key = try key(word, of: name)
            current = state.elements(of: name)?[key]
        case nil: break
        }
        if name == "RANDOM", current == nil { current = String(state.nextRandom()) }
        if name == "LINENO", current == nil { current = String(expansion.position.line) }
        let isList = name == "@" || name == "*"
        switch expansion.operation {
        case .plain:
            if isList {
                addList(state.positional, isAt: name == "@", isQuoted: isQuoted, into: &fields, splits: splits)
                return
            }
            guard let current else {
                if state.options.refusesUnset, name != "!" { throw .failure(.unset(name), expansion.position) }
                if isQuoted { fields[fields.count - 1].isKept = true }
                return
            }
            add(current, isQuoted: isQuoted, into: &fields, splits: splits)
        case .length:
            if current == nil, !isList, state.options.refusesUnset { throw .failure(.unset(name), expansion.position) }
            add(String(isList ? state.positional.count : (current ?? "").count), isQuoted: isQuoted, into: &fields, splits: splits)
        case .fallback(let word, let treatsEmpty):
            if let current, !(treatsEmpty && current.isEmpty) {
                if isList { return addList(state.positional, isAt: name == "@", isQuoted: isQuoted, into: &fields, splits: splits) }
                add(current, isQuoted: isQuoted, into: &fields, splits: splits)
            } else {
                try addWord(word, isQuoted: isQuoted, into: &fields, splits: splits)
            }
        case .alternative(let word, let treatsEmpty):
            if let current, !(treatsEmpty && current.isEmpty) {
                try addWord(word, isQuoted: isQuoted, into: &fields, splits: splits)
            } else if isQuoted, !isList {
                fields[fields.count - 1].isKept = true
            }
        case .assign(let word, let treatsEmpty):
            if let current, !(treatsEmpty && current.isEmpty) {
                add(current, isQuoted: isQuoted, into: &fields, splits: splits)
            } else {
                guard ScriptReader.isName(name) else { throw .failure(.other("$\(name): cannot assign in this way"), expansion.position) }
                let text = try text(word)
                guard state.assign(name, text) else { throw .failure(.readOnly(name), expansion.position) }
                add(text, isQuoted: isQuoted, into: &fields, splits: splits)
            }
        case .require(let word, let treatsEmpty):
            guard let current, !(treatsEmpty && current.isEmpty) else {
                let text = try text(word)
                throw .failure(.required(name, text: text, orEmpty: treatsEmpty), expansion.position)
            }
            add(current, isQuoted: isQuoted, into: &fields, splits: splits)
        default:
            guard let current else {
                try check(expansion)
                if state.options.refusesUnset { throw .failure(.unset(name), expansion.position) }
                if isQuoted { fields[fields.count - 1].isKept = true }
                return
            }
            try check(expansion)
            add(try transformed(current, expansion.operation), isQuoted: isQuoted, into: &fields, splits: splits)
        }
    }

    /// `${name[@]}` and `${name[*]}`: the elements, their number, a part of them, or each of them changed.
    private mutating func expandElements(
        _ expansion: ParameterExpansion, isAt: Bool, isQuoted: Bool, into fields: inout [ExpandedField], splits: Bool
    ) throws(Interruption) {
        let array = state.elements(of: expansion.name)
        var list = (expansion.isIndirect ? array?.keys : array?.values) ?? []
        switch expansion.operation {
        case .plain: break
        case .length: return add(String(list.count), isQuoted: isQuoted, into: &fields, splits: splits)
        case .substring(let offset, let length):
            var start = Int(clamping: try arithmetic(offset))
            if start < 0 { start = max(0, list.count &+ start) }
            let count = if let length { max(0, Int(clamping: try arithmetic(length))) } else { Int.max }
            list = Array(list.dropFirst(start).prefix(count))
        case .fallback(let word, _), .assign(let word, _), .require(let word, _):
            if list.isEmpty { return try addWord(word, isQuoted: isQuoted, into: &fields, splits: splits) }
        case .alternative(let word, _):
            if !list.isEmpty { try addWord(word, isQuoted: isQuoted, into: &fields, splits: splits) }
            return
        default:
            try check(expansion)
            for index in list.indices { list[index] = try transformed(list[index], expansion.operation) }
        }
        addList(list, isAt: isAt, isQuoted: isQuoted, into: &fields, splits: splits)
    }

    /// Refuses operations that the shell's language has not.
    private func check(_ expansion: ParameterExpansion) throws(Interruption) {
        let isKnown =
            switch expansion.operation {
            case .replace, .substring: state.language.hasSubstrings
            case .changeCase: state.language.changesCase
            default: true
            }
        if !isKnown { throw .failure(.badSubstitution, expansion.position) }
    }

    private mutating func addWord(_ word: Word, isQuoted: Bool, into fields: inout [ExpandedField], splits: Bool) throws(Interruption) {
        if isQuoted { fields[fields.count - 1].isKept = true }
        // Literal text of the word is split like the result of an expansion when nothing quotes it.
        for part in word.parts {
            if case .text(let text, isQuoted: false) = part {
                add(text, isQuoted: isQuoted, into: &fields, splits: splits)
            } else {
                try expand([part], into: &fields, splits: splits, isFirst: false)
            }
        }
    }

    /// Adds the elements of a list: quoted, each as a field of its own for `@` and all as one for `*`.
    private func addList(_ list: [String], isAt: Bool, isQuoted: Bool, into fields: inout [ExpandedField], splits: Bool) {
        if isQuoted, !isAt || !splits {
            let separator = isAt ? " " : state["IFS"].map { $0.isEmpty ? "" : String($0.first!) } ?? " "
            fields[fields.count - 1].append(list.joined(separator: separator), isQuoted: true)
            return
        }
        for (index, text) in list.enumerated() {
            if index > 0 {
                if splits { fields.append(ExpandedField()) } else { fields[fields.count - 1].append(" ", isQuoted: isQuoted) }
            }
            add(text, isQuoted: isQuoted, into: &fields, splits: splits)
        }
    }

    private mutating func transformed(_ value: String, _ operation: ParameterExpansion.Operation) throws(Interruption) -> String {
        let characters = Array(value)
        switch operation {
        case .removePrefix(let word, let isLongest):
            var budget = Self.matchingMax
            guard let length = try pattern(word).prefixLength(of: characters[...], isLongest: isLongest, budget: &budget) else { return value }
            return String(characters[length...])
        case .removeSuffix(let word, let isLongest):
            var budget = Self.matchingMax
            guard let length = try pattern(word).reversed.prefixLength(of: characters.reversed()[...], isLongest: isLongest, budget: &budget) else {
                return value
            }
            return String(characters[..<(characters.count - length)])
        case .replace(let word, let replacement, let anchor, let isAll):
            return replaced(characters, try pattern(word), try text(replacement), anchor, isAll)
        case .substring(let offset, let length):
            var start = Int(clamping: try arithmetic(offset))
            if start < 0 { start = max(0, characters.count &+ start) }
            start = min(start, characters.count)
            var end = characters.count
            if let length {
                let count = Int(clamping: try arithmetic(length))
                end = count < 0 ? max(start, characters.count &+ count) : start + min(count, characters.count - start)
            }
            return String(characters[start..<end])
        case .changeCase(let isUpper, let isAll):
            let changed = isUpper ? value.uppercased() : value.lowercased()
            return isAll ? changed : String(changed.prefix(1)) + value.dropFirst()
        default: return value
        }
    }

    /// Steps that one expansion may spend on looking for a pattern.
    private static let matchingMax = 20_000_000

    private func replaced(_ characters: [Character], _ pattern: GlobPattern, _ replacement: String, _ anchor: Character?, _ isAll: Bool) -> String {
        if pattern.elements.isEmpty {
            // Nothing stands at either end of a text.
            return (anchor == "#" ? replacement : "") + String(characters) + (anchor == "%" ? replacement : "")
        }
        var budget = Self.matchingMax
        if anchor == "%" {
            let length = pattern.reversed.prefixLength(of: characters.reversed()[...], isLongest: true, budget: &budget) ?? 0
            return length == 0 ? String(characters) : String(characters[..<(characters.count - length)]) + replacement
        }
        var result = ""
        var index = 0
        while index < characters.count {
            if let length = pattern.prefixLength(of: characters[index...], isLongest: true, budget: &budget), length > 0 {
                result += replacement
                index += length
                if !isAll { break }
            } else {
                result.append(characters[index])
                index += 1
            }
            if anchor == "#" { break }
        }
        return result + String(characters[index...])
    }
}
