/// A function or an operator that expressions can call.
package struct CELFunction: Sendable {
    package typealias Body = @Sendable (_ arguments: [CELValue], _ context: inout CELContext) throws(CELEvaluationError) -> CELValue

    /// `size`, or with a prefix `math.greatest`.
    package var name: String
    /// What it takes and gives: `string.(string) bool` is called on a text, `(int, int) int` is not; capital letters stand for
    /// any type.
    package var signatures: [String]
    /// The arguments begin with what the function is called on.
    var body: Body

    package init(_ name: String, _ signatures: String..., body: @escaping Body) {
        self.name = name
        self.signatures = signatures
        self.body = body
    }
}

/// A signature, read.
struct CELSignature {
    var isMember: Bool
    /// The target of a member function comes first.
    var parameters: [CELType]
    var result: CELType

    /// Reads a signature; nil when it is not one, which is a mistake in a table.
    init?(_ text: String) {
        guard let open = Self.parametersStart(text) else { return nil }
        var head = text[..<open]
        isMember = head.last == "."
        if isMember { head.removeLast() }
        var reader = TypeReader(text[text.index(after: open)...])
        var parameters: [CELType] = []
        if isMember {
            var target = TypeReader(head)
            guard let type = target.type() else { return nil }
            parameters.append(type)
        }
        while !reader.take(")") {
            guard let type = reader.type() else { return nil }
            parameters.append(type)
            _ = reader.take(",")
            _ = reader.take(" ")
        }
        _ = reader.take(" ")
        guard let result = reader.type() else { return nil }
        self.parameters = parameters
        self.result = result
    }

    /// The parenthesis that opens the list of parameters: the first one, or the one after the target's dot.
    private static func parametersStart(_ text: String) -> String.Index? {
        if text.first == "(" { return text.startIndex }
        var previous: Character?
        for index in text.indices {
            if text[index] == "(", previous == "." { return index }
            previous = text[index]
        }
        return nil
    }

    /// Reads the names of types.
    struct TypeReader {
        private var rest: Substring

        init(_ text: Substring) { rest = text }

        mutating func take(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }

        mutating func type() -> CELType? {
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            switch name {
            case "list": return arguments(1).map { .list($0[0]) }
            case "map": return arguments(2).map { .map($0[0], $0[1]) }
            case "optional": return arguments(1).map { .optional($0[0]) }
            case "type": return arguments(1).map { .type($0[0]) }
            default: break
            }
            if let known = Self.names[String(name)] { return known }
            return name.count == 1 && name.first?.isUppercase ?? false ? .parameter(String(name)) : nil
        }

        private mutating func arguments(_ count: Int) -> [CELType]? {
            guard take("(") else { return nil }
            var types: [CELType] = []
            for _ in 0..<count {
                guard let type = type() else { return nil }
                types.append(type)
                _ = take(",")
                _ = take(" ")
            }
            return take(")") ? types : nil
        }

        private static let names: [String: CELType] = [
            "dyn": .dyn, "null": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
            "timestamp": .timestamp, "duration": .duration, "quantity": .quantity, "url": .url, "ip": .ip, "cidr": .cidr, "semver": .semver,
            "format": .format, "authorizer": CELAuthorizer.type, "pathCheck": .opaque(CELAuthorizer.Stage.path.rawValue),
            "groupCheck": .opaque(CELAuthorizer.Stage.group.rawValue), "resourceCheck": .opaque(CELAuthorizer.Stage.resource.rawValue),
            "decision": .opaque("kubernetes.authorization.Decision"),
        ]
    }
}
