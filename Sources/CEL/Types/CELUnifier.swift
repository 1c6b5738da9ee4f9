/// Finds what the open types of calls stand for.
struct CELUnifier {
    private var bound: [String: CELType] = [:]
    private var counter = 0

    /// A type that is not known yet.
    mutating func fresh() -> CELType {
        counter += 1
        return .parameter("_var\(counter)")
    }

    /// A signature with its own open types.
    mutating func instance(_ signature: CELSignature) -> CELSignature {
        counter += 1
        var copy = signature
        copy.parameters = signature.parameters.map { Self.renamed($0, counter) }
        copy.result = Self.renamed(signature.result, counter)
        return copy
    }

    private static func renamed(_ type: CELType, _ number: Int) -> CELType {
        switch type {
        case .parameter(let name): .parameter("\(name)#\(number)")
        case .list(let element): .list(renamed(element, number))
        case .map(let key, let value): .map(renamed(key, number), renamed(value, number))
        case .optional(let wrapped): .optional(renamed(wrapped, number))
        case .type(let of): .type(renamed(of, number))
        default: type
        }
    }

    /// A type with what is known of its open types; what stays open is `dyn`.
    func resolved(_ type: CELType, closesOpen: Bool = true) -> CELType {
        switch type {
        case .parameter(let name):
            if let found = bound[name] { return resolved(found, closesOpen: closesOpen) }
            return closesOpen ? .dyn : type
        case .list(let element): return .list(resolved(element, closesOpen: closesOpen))
        case .map(let key, let value): return .map(resolved(key, closesOpen: closesOpen), resolved(value, closesOpen: closesOpen))
        case .optional(let wrapped): return .optional(resolved(wrapped, closesOpen: closesOpen))
        case .type(let of): return .type(resolved(of, closesOpen: closesOpen))
        default: return type
        }
    }

    /// Whether a value of one type may stand where another is wanted; open types are bound to make it so.
    mutating func accepts(_ wanted: CELType, _ given: CELType) -> Bool {
        let wanted = resolved(wanted, closesOpen: false)
        let given = resolved(given, closesOpen: false)
        switch (wanted, given) {
        case (.parameter(let a), .parameter(let b)) where a == b: return true
        case (.parameter(let name), _):
            guard !Self.contains(given, name) else { return false }
            bound[name] = given
            return true
        case (_, .parameter(let name)):
            guard !Self.contains(wanted, name) else { return false }
            bound[name] = wanted
            return true
        case (.dyn, _), (_, .dyn): return true
        case (.list(let a), .list(let b)): return accepts(a, b)
        case (.map(let aKey, let aValue), .map(let bKey, let bValue)): return accepts(aKey, bKey) && accepts(aValue, bValue)
        case (.optional(let a), .optional(let b)): return accepts(a, b)
        case (.type, .type): return true
        case (.timestamp, .null), (.duration, .null), (.object, .null), (.opaque, .null), (.optional, .null): return true
        case (.null, .timestamp), (.null, .duration), (.null, .object), (.null, .opaque): return true
        default: return wanted == given
        }
    }

    private static func contains(_ type: CELType, _ name: String) -> Bool {
        switch type {
        case .parameter(let other): other == name
        case .list(let element): contains(element, name)
        case .map(let key, let value): contains(key, name) || contains(value, name)
        case .optional(let wrapped): contains(wrapped, name)
        case .type(let of): contains(of, name)
        default: false
        }
    }
}
