import KubernetesObjects

/// The annotation that keeps what was applied.
enum LastApplied {
    /// The object as it will be kept, without its own annotation, and with it in place.
    static func annotated(_ object: Value) -> Value {
        var plain = object
        if plain["metadata", "annotations"]?.fields == nil { plain["metadata", "annotations"] = [:] }
        plain["metadata"]?["annotations"]?[lastAppliedAnnotation] = nil
        let text = plain.json(.compact, sortedKeys: true) + "\n"
        plain["metadata"]?["annotations"]?[lastAppliedAnnotation] = .string(text)
        return plain
    }

    /// What the annotation says of an object that is taken as it is.
    static func text(of object: Value) -> String {
        var plain = object
        plain["metadata"]?["annotations"]?[lastAppliedAnnotation] = nil
        return plain.json(.compact, sortedKeys: true) + "\n"
    }

    /// An object that a command made itself, annotated: its text has the order of its type, and no empty annotations.
    static func annotatedTyped(_ object: Value) -> Value {
        var object = object
        object["metadata", "annotations", lastAppliedAnnotation] = .string(object.json(.compact) + "\n")
        return object
    }

    /// What was applied last; nil when the annotation is missing.
    static func original(of object: Value) -> Value? {
        object.annotation(lastAppliedAnnotation).flatMap { try? Value(parsingJSON: $0) }
    }

    /// Nulls taken out of maps, as a patch would.
    static func pruned(_ value: Value) -> Value {
        switch value {
        case .object(let fields):
            var result = Fields()
            for (key, item) in fields where !item.isNull { result[key] = pruned(item) }
            return .object(result)
        case .array(let list): return .array(list.map(pruned))
        default: return value
        }
    }
}
