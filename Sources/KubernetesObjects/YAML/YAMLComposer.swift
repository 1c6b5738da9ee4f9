/// Parses the first document of a text into a value and its marks.
///
/// - Bounds: depth through aliases counts; the number of nodes that aliases stand for is limited as go-yaml limits it, so
///   no text can make a value that is out of proportion to its length.
/// - Source: go-yaml v2's parser and decoder with sigs.k8s.io/yaml's conversion to JSON.
struct YAMLComposer {
    /// What an anchor stands for.
    struct Anchor {
        var value: Value
        var markIndex: Int
        /// Nodes in it, its aliases' nodes included.
        var nodeCount: Int
        var depth: Int
    }

    /// A node that was composed.
    struct Node {
        var value: Value
        var depth: Int
        /// The node is a plain `<<`.
        var isMerge = false
        /// The text of a scalar and what it meant, for use as a key.
        var scalar: YAMLScalar?
        var text = ""
        var markIndex = 0
    }

    var scanner: YAMLScanner
    let maxDepth: Int
    var marks = YAMLMarks()
    var duplicates: [YAMLDuplicate] = []
    var anchors: [String: Anchor] = [:]
    var openAnchors: Set<String> = []
    var tagPrefixes: [String: String] = ["!": "!", "!!": "tag:yaml.org,2002:"]
    var decodedCount = 0
    var aliasedCount = 0
    var path: [ValuePath.Step] = []
    /// The first failure of each phase after parsing; a mistake in the syntax further on is reported before them.
    var laterFailures: [YAMLFailure?] = [nil, nil, nil]

    /// What happens to a parsed document, in this order.
    enum Phase: Int { case decoding, converting, printing }

    init(bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int) {
        scanner = YAMLScanner(bytes: bytes, maxDepth: maxDepth)
        self.maxDepth = maxDepth
    }

    mutating func document() throws(YAMLFailure) -> Value {
        var token = try scanner.peek()
        while case .documentEnd = token.kind {
            scanner.skip()
            token = try scanner.peek()
        }
        switch token.kind {
        case .streamEnd: return .null
        case .versionDirective, .tagDirective, .documentStart:
            try directives()
            let start = try scanner.peek()
            guard case .documentStart = start.kind else { throw failure("did not find expected <document start>", at: start) }
            scanner.skip()
        default: break
        }
        token = try scanner.peek()
        let node: Node
        switch token.kind {
        case .versionDirective, .tagDirective, .documentStart, .documentEnd, .streamEnd: node = emptyNode(token, key: nil)
        default: node = try self.node(isBlock: true, allowsIndentless: false, depth: 0, key: nil)
        }
        _ = try scanner.peek()
        for case let failure? in laterFailures { throw failure }
        return node.value
    }

    private mutating func directives() throws(YAMLFailure) {
        var hasVersion = false
        var handles: Set<String> = []
        while true {
            let token = try scanner.peek()
            switch token.kind {
            case .versionDirective(let major, let minor):
                if hasVersion { throw failure("found duplicate %YAML directive", at: token) }
                guard major == 1, minor == 1 else { throw failure("found incompatible YAML document", at: token) }
                hasVersion = true
            case .tagDirective(let handle, let prefix):
                guard handles.insert(handle).inserted else { throw failure("found duplicate %TAG directive", at: token) }
                tagPrefixes[handle] = prefix
            default: return
            }
            scanner.skip()
        }
    }

    // MARK: Nodes

    /// Composes the node that begins at the next token.
    mutating func node(isBlock: Bool, allowsIndentless: Bool, depth: Int, key: YAMLMarks.Key?) throws(YAMLFailure) -> Node {
        if depth > maxDepth { throw decodeFailure("exceeded max depth of \(maxDepth)") }
        var token = try scanner.peek()
        if case .alias(let name) = token.kind {
            scanner.skip()
            return try alias(name, token, depth: depth, key: key)
        }
        var anchor: String?
        var tag: String?
        let start = token.start
        properties: for _ in 0..<2 {
            switch token.kind {
            case .anchor(let name) where anchor == nil: anchor = name
            case .tag(let handle, let suffix) where tag == nil:
                if handle.isEmpty {
                    tag = suffix
                } else if let prefix = tagPrefixes[handle] {
                    tag = prefix + suffix
                } else {
                    throw YAMLFailure(problem: "found undefined tag handle", mark: token.start, context: start, isScannerError: false)
                }
            default: break properties
            }
            scanner.skip()
            token = try scanner.peek()
        }
        decodedCount += 1
        let countBefore = decodedCount
        let markIndex = marks.open(key, token.start)
        if let anchor { openAnchors.insert(anchor) }
        var node: Node
        switch token.kind {
        case .scalar(let text, let style):
            scanner.skip()
            node = scalar(text, style, tag: tag)
        case .blockEntry where allowsIndentless: node = try blockSequence(isIndentless: true, depth: depth)
        case .flowSequenceStart: node = try flowSequence(depth: depth)
        case .flowMappingStart: node = try flowMapping(depth: depth)
        case .blockSequenceStart where isBlock: node = try blockSequence(isIndentless: false, depth: depth)
        case .blockMappingStart where isBlock: node = try blockMapping(depth: depth)
        default:
            guard anchor != nil || tag != nil else {
                throw YAMLFailure(
                    problem: "did not find expected node content", mark: token.start, context: start, isScannerError: false)
            }
            node = scalar("", .plain, tag: tag)
        }
        marks.close(markIndex)
        node.markIndex = markIndex
        if let anchor {
            openAnchors.remove(anchor)
            anchors[anchor] = Anchor(
                value: node.value, markIndex: markIndex, nodeCount: decodedCount - countBefore + 1, depth: node.depth)
        }
        return node
    }

    /// The node of a place where nothing is written.
    mutating func emptyNode(_ token: YAMLToken, key: YAMLMarks.Key?) -> Node {
        decodedCount += 1
        let index = marks.open(key, token.start)
        marks.close(index)
        return Node(value: .null, depth: 0, scalar: .null, markIndex: index)
    }

    private mutating func alias(_ name: String, _ token: YAMLToken, depth: Int, key: YAMLMarks.Key?) throws(YAMLFailure) -> Node {
        if openAnchors.contains(name) {
            fail("anchor '\(name)' value contains itself")
            return emptyNode(token, key: key)
        }
        guard let anchor = anchors[name] else { throw decodeFailure("unknown anchor '\(name)' referenced") }
        if depth + anchor.depth > maxDepth { throw decodeFailure("exceeded max depth of \(maxDepth)") }
        let decoded = decodedCount + 1 + anchor.nodeCount
        let aliased = aliasedCount + anchor.nodeCount
        if aliased > 100, decoded > 1000, Double(aliased) / Double(decoded) > Self.allowedAliasRatio(decoded) {
            fail("document contains excessive aliasing")
            return emptyNode(token, key: key)
        }
        decodedCount = decoded
        aliasedCount = aliased
        let index = marks.open(key, token.start, alias: anchor.markIndex)
        marks.close(index)
        return Node(
            value: anchor.value, depth: anchor.depth, scalar: anchor.value.stringValue == nil ? nil : .string,
            text: anchor.value.stringValue ?? "", markIndex: index)
    }

    /// The share of nodes that may come from aliases: 99% of small documents, 10% of very large ones.
    static func allowedAliasRatio(_ decoded: Int) -> Double {
        let low = 400_000, high = 4_000_000
        if decoded <= low { return 0.99 }
        if decoded >= high { return 0.10 }
        return 0.99 - 0.89 * (Double(decoded - low) / Double(high - low))
    }

    // MARK: Scalars

    private mutating func scalar(_ text: String, _ style: YAMLToken.ScalarStyle, tag: String?) -> Node {
        let isPlain = (tag == nil && style == .plain) || tag == "!"
        if tag == nil || tag == "!" {
            guard isPlain else { return Node(value: .string(text), depth: 0, scalar: .string, text: text) }
            let meaning = YAMLScalar.resolve(text)
            return Node(value: value(meaning, text), depth: 0, isMerge: text == "<<", scalar: meaning, text: text)
        }
        return tagged(text, tag ?? "")
    }

    private mutating func value(_ meaning: YAMLScalar, _ text: String) -> Value {
        switch meaning {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let integer): return .int(integer)
        case .bigInt(let digits): return .number(NumberLiteral(text: digits))
        case .float(let number):
            if number.isNaN || number.isInfinite {
                fail("json: unsupported value: \(GoFloat.general(number))", in: .printing)
                return .null
            }
            if let integer = Int64(exactly: number) { return .int(integer) }
            return .number(NumberLiteral(text: GoFloat.json(number)))
        case .timestamp, .string: return .string(text)
        }
    }

    private mutating func tagged(_ text: String, _ longTag: String) -> Node {
        let prefix = "tag:yaml.org,2002:"
        let tag = longTag.hasPrefix(prefix) ? "!!" + longTag.dropFirst(prefix.count) : longTag
        var meaning = YAMLScalar.resolve(text)
        if case .timestamp = meaning, tag != "!!timestamp" { meaning = .string }
        switch (tag, meaning) {
        case ("!!binary", _):
            guard let bytes = Base64.decode(text.filter { $0 != "\n" && $0 != "\r" }) else {
                fail("!!binary value contains invalid base64 data")
                return Node(value: .null, depth: 0, scalar: .string, text: "")
            }
            let decoded = GoText.string(bytes)
            return Node(value: .string(decoded), depth: 0, scalar: .string, text: decoded)
        case ("!!merge", _): return Node(value: .string(text), depth: 0, isMerge: text == "<<", scalar: .string, text: text)
        case ("!!bool", .bool), ("!!int", .int), ("!!int", .bigInt), ("!!float", .float), ("!!float", .int), ("!!float", .bigInt),
            ("!!null", .null), ("!!timestamp", .timestamp):
            return Node(value: value(meaning, text), depth: 0, scalar: meaning, text: text)
        case ("!!bool", _), ("!!int", _), ("!!float", _), ("!!null", _), ("!!timestamp", _):
            fail("cannot decode \(meaning.tag) `\(text)` as a \(tag)")
            return Node(value: .null, depth: 0, scalar: .string, text: text)
        default: return Node(value: .string(text), depth: 0, scalar: .string, text: text)
        }
    }

    // MARK: Errors

    func failure(_ problem: String, at token: YAMLToken, context: YAMLMark? = nil) -> YAMLFailure {
        YAMLFailure(problem: problem, mark: token.start, context: context, isScannerError: false)
    }

    /// Notes a failure of what happens after parsing.
    mutating func fail(_ problem: String, in phase: Phase = .decoding) {
        if laterFailures[phase.rawValue] == nil { laterFailures[phase.rawValue] = decodeFailure(problem) }
    }

    /// An error that go-yaml reports without a line.
    func decodeFailure(_ problem: String) -> YAMLFailure {
        YAMLFailure(problem: problem, mark: scanner.mark, isScannerError: false, hasLine: false)
    }
}

extension YAMLScalar {
    /// The short tag, as error messages name it.
    var tag: String {
        switch self {
        case .null: "!!null"
        case .bool: "!!bool"
        case .int, .bigInt: "!!int"
        case .float: "!!float"
        case .timestamp: "!!timestamp"
        case .string: "!!str"
        }
    }
}
