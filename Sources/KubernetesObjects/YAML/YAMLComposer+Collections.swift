/// Sequences and mappings.
extension YAMLComposer {
    // MARK: Sequences

    mutating func blockSequence(isIndentless: Bool, depth: Int) throws(YAMLFailure) -> Node {
        let start = try scanner.peek().start
        if !isIndentless { scanner.skip() }
        var elements: [Value] = []
        var deepest = 0
        while true {
            let token = try scanner.peek()
            guard case .blockEntry = token.kind else {
                if isIndentless { break }
                guard case .blockEnd = token.kind else {
                    throw failure("did not find expected '-' indicator", at: token, context: start)
                }
                scanner.skip()
                break
            }
            scanner.skip()
            path.append(.index(elements.count))
            let next = try scanner.peek()
            let element: Node
            switch next.kind {
            case .blockEntry, .blockEnd: element = emptyNode(next, key: nil)
            case .key where isIndentless, .value where isIndentless: element = emptyNode(next, key: nil)
            default: element = try node(isBlock: true, allowsIndentless: false, depth: depth + 1, key: nil)
            }
            path.removeLast()
            deepest = max(deepest, element.depth)
            elements.append(element.value)
        }
        return Node(value: .array(elements), depth: deepest + 1)
    }

    mutating func flowSequence(depth: Int) throws(YAMLFailure) -> Node {
        let start = try scanner.peek().start
        scanner.skip()
        var elements: [Value] = []
        var deepest = 0
        var isFirst = true
        while true {
            var token = try scanner.peek()
            if case .flowSequenceEnd = token.kind { break }
            if !isFirst {
                guard case .flowEntry = token.kind else {
                    throw failure("did not find expected ',' or ']'", at: token, context: start)
                }
                scanner.skip()
                token = try scanner.peek()
                if case .flowSequenceEnd = token.kind { break }
            }
            isFirst = false
            path.append(.index(elements.count))
            let element: Node
            if case .key = token.kind {
                element = try singlePair(depth: depth + 1)
            } else {
                element = try node(isBlock: false, allowsIndentless: false, depth: depth + 1, key: nil)
            }
            path.removeLast()
            deepest = max(deepest, element.depth)
            elements.append(element.value)
        }
        scanner.skip()
        return Node(value: .array(elements), depth: deepest + 1)
    }

    /// A mapping of one pair without braces: `[a: 1]`.
    private mutating func singlePair(depth: Int) throws(YAMLFailure) -> Node {
        let start = try scanner.peek().start
        decodedCount += 1
        let index = marks.open(nil, start)
        scanner.skip()
        var mapping = MappingBuilder()
        let token = try scanner.peek()
        let key: Node
        switch token.kind {
        case .value, .flowEntry, .flowSequenceEnd: key = emptyNode(token, key: nil)
        default: key = try self.key(isBlock: false, depth: depth)
        }
        try pair(key, at: token.start, into: &mapping) { (self, name) throws(YAMLFailure) in
            let colon = try self.scanner.peek()
            guard case .value = colon.kind else { return self.emptyNode(colon, key: name) }
            self.scanner.skip()
            let next = try self.scanner.peek()
            switch next.kind {
            case .flowEntry, .flowSequenceEnd: return self.emptyNode(next, key: name)
            default: return try self.node(isBlock: false, allowsIndentless: false, depth: depth + 1, key: name)
            }
        }
        marks.close(index)
        return Node(value: .object(finish(mapping)), depth: mapping.deepest + 1, markIndex: index)
    }

    // MARK: Mappings

    /// The pairs of a mapping as they are read.
    struct MappingBuilder {
        var pairs: [Fields.Element] = []
        /// Where each pair's key stands; nil for pairs that were merged in.
        var keyMarks: [YAMLMark?] = []
        var deepest = 0
    }

    mutating func blockMapping(depth: Int) throws(YAMLFailure) -> Node {
        let start = try scanner.peek().start
        scanner.skip()
        var mapping = MappingBuilder()
        while true {
            let token = try scanner.peek()
            if case .blockEnd = token.kind { break }
            let key: Node
            var keyStart = token.start
            switch token.kind {
            case .key:
                scanner.skip()
                let next = try scanner.peek()
                keyStart = next.start
                switch next.kind {
                case .key, .value, .blockEnd: key = emptyNode(next, key: nil)
                default: key = try self.key(isBlock: true, depth: depth + 1)
                }
            case .value: throw failure("did not find expected key", at: token, context: start)
            default: throw failure("did not find expected key", at: token, context: start)
            }
            try pair(key, at: keyStart, into: &mapping) { (self, name) throws(YAMLFailure) in
                let colon = try self.scanner.peek()
                guard case .value = colon.kind else { return self.emptyNode(colon, key: name) }
                self.scanner.skip()
                let next = try self.scanner.peek()
                switch next.kind {
                case .key, .value, .blockEnd: return self.emptyNode(next, key: name)
                default: return try self.node(isBlock: true, allowsIndentless: true, depth: depth + 1, key: name)
                }
            }
        }
        scanner.skip()
        return Node(value: .object(finish(mapping)), depth: mapping.deepest + 1)
    }

    mutating func flowMapping(depth: Int) throws(YAMLFailure) -> Node {
        let start = try scanner.peek().start
        scanner.skip()
        var mapping = MappingBuilder()
        var isFirst = true
        while true {
            var token = try scanner.peek()
            if case .flowMappingEnd = token.kind { break }
            if !isFirst {
                guard case .flowEntry = token.kind else {
                    throw failure("did not find expected ',' or '}'", at: token, context: start)
                }
                scanner.skip()
                token = try scanner.peek()
                if case .flowMappingEnd = token.kind { break }
            }
            isFirst = false
            var key: Node
            var keyStart = token.start
            var hasKeyIndicator = false
            if case .key = token.kind {
                hasKeyIndicator = true
                scanner.skip()
                let next = try scanner.peek()
                keyStart = next.start
                switch next.kind {
                case .value, .flowEntry, .flowMappingEnd: key = emptyNode(next, key: nil)
                default: key = try self.key(isBlock: false, depth: depth + 1)
                }
            } else {
                key = try self.key(isBlock: false, depth: depth + 1)
            }
            try pair(key, at: keyStart, into: &mapping) { (self, name) throws(YAMLFailure) in
                let colon = try self.scanner.peek()
                guard hasKeyIndicator, case .value = colon.kind else { return self.emptyNode(colon, key: name) }
                self.scanner.skip()
                let next = try self.scanner.peek()
                switch next.kind {
                case .flowEntry, .flowMappingEnd: return self.emptyNode(next, key: name)
                default: return try self.node(isBlock: false, allowsIndentless: false, depth: depth + 1, key: name)
                }
            }
        }
        scanner.skip()
        return Node(value: .object(finish(mapping)), depth: mapping.deepest + 1)
    }

    /// Composes a key; its marks are not kept.
    private mutating func key(isBlock: Bool, depth: Int) throws(YAMLFailure) -> Node {
        let kept = marks.count
        let node = try node(isBlock: isBlock, allowsIndentless: isBlock, depth: depth, key: nil)
        if node.scalar != nil { marks.truncate(kept) }
        return node
    }

    /// Reads the value of a key and adds the pair, or merges the value for `<<`.
    private mutating func pair(
        _ key: Node, at keyStart: YAMLMark, into mapping: inout MappingBuilder,
        value: (inout YAMLComposer, YAMLMarks.Key) throws(YAMLFailure) -> Node
    ) throws(YAMLFailure) {
        if key.isMerge {
            let node = try value(&self, YAMLMarks.Key(name: nil, mark: keyStart))
            try merge(node.value, into: &mapping)
            mapping.deepest = max(mapping.deepest, node.depth)
            return
        }
        let name = keyName(key)
        path.append(.key(name))
        let node = try value(&self, YAMLMarks.Key(name: name, mark: keyStart))
        path.removeLast()
        mapping.deepest = max(mapping.deepest, node.depth)
        mapping.pairs.append((key: name, value: node.value))
        mapping.keyMarks.append(keyStart)
    }

    private mutating func merge(_ value: Value, into mapping: inout MappingBuilder) throws(YAMLFailure) {
        func add(_ fields: Fields) {
            for (key, value) in fields {
                mapping.pairs.append((key: key, value: value))
                mapping.keyMarks.append(nil)
            }
        }
        switch value {
        case .object(let fields):
            add(fields)
            decodedCount += fields.count
        case .array(let elements):
            for element in elements.reversed() {
                guard case .object(let fields) = element else {
                    fail("map merge requires map or sequence of maps as the value")
                    continue
                }
                add(fields)
                decodedCount += fields.count
            }
        default: fail("map merge requires map or sequence of maps as the value")
        }
        if mapping.pairs.count > 2_000_000 { throw decodeFailure("document contains excessive aliasing") }
    }

    /// The key as JSON has it: numbers and booleans become text.
    private mutating func keyName(_ key: Node) -> String {
        guard let scalar = key.scalar else {
            fail("invalid map key: \(GoSyntax.describe(key.value))")
            return ""
        }
        switch scalar {
        case .string, .timestamp: return key.text
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .bigInt(let digits): return digits
        case .float(let number):
            if number.isNaN { return ".nan" }
            if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
            return GoFloat.general32(number)
        case .null:
            fail("unsupported map key of type: %!s(<nil>), key: <nil>, value: <nil>", in: .converting)
            return ""
        }
    }

    /// The fields of a mapping; the last of equal keys wins, and written ones are noted.
    private mutating func finish(_ mapping: MappingBuilder) -> Fields {
        let fields = Fields(lastWins: mapping.pairs)
        guard fields.count < mapping.pairs.count else { return fields }
        var seen: Set<String> = []
        for (index, pair) in mapping.pairs.enumerated() {
            guard let mark = mapping.keyMarks[index] else { continue }
            if !seen.insert(pair.key).inserted {
                duplicates.append(YAMLDuplicate(path: ValuePath(path + [.key(pair.key)]), line: mark.line + 1, column: mark.column + 1))
            }
        }
        return fields
    }
}

/// Go's `%#v` of what YAML can say, for the message about a map used as a key.
enum GoSyntax {
    static func describe(_ value: Value) -> String {
        switch value {
        case .null: "interface {}(nil)"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .number(let literal): literal.text
        case .string(let text): GoText.quoted(text)
        case .array(let elements): "[]interface {}{" + elements.map(describe).joined(separator: ", ") + "}"
        case .object(let fields):
            "map[interface {}]interface {}{"
                + fields.sorted().map { GoText.quoted($0.key) + ":" + describe($0.value) }.joined(separator: ", ") + "}"
        }
    }
}
