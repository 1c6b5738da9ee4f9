import KubernetesObjects

/// Fills in what an object leaves out, as the API server does after decoding it.
///
/// - Order: an owner before its members, members in the order of the object.
/// - Bounds: one pass over the object, without the parts that it shares with a `known` one that has its defaults.
/// - Source: the `SetDefaults_*` functions of Kubernetes 1.36, by group, and the `+default` markers.
package enum Defaulter {
    /// Applies the defaults of a type and of all that is below it.
    package static func apply(to value: inout Value, as type: TypeSchema, known: Value? = nil) {
        if let known, value.isSameStorage(as: known) { return }
        switch type.form {
        case .structure:
            guard case .object = value else { return }
            if type.kind != nil, type.defaultRule?.readsMetadata != true, let known, differsInMetadataOnly(value, known) { return }
            type.defaultRule?.apply(to: &value, as: type)
            applyToFields(of: &value, as: type, known: known?.fields)
        case .list:
            guard let element = type.element, element.isComposite else { return }
            let before = known?.arrayValue ?? []
            value.modifyElements { list in
                for index in list.indices { apply(to: &list[index], as: element, known: index < before.count ? before[index] : nil) }
            }
        case .map:
            guard let element = type.element, element.isComposite, case .object(var fields) = value else { return }
            value = .null
            fields.modifyValues { _, member in apply(to: &member, as: element) }
            value = .object(fields)
        default: break
        }
    }

    private static func applyToFields(of value: inout Value, as type: TypeSchema, known: Fields?) {
        guard case .object(var fields) = value else { return }
        value = .null
        let isWholeObject = type.kind != nil
        fields.modifyValues { name, member in
            if isWholeObject, name == "metadata" || name == "status" { return }
            guard let field = type.field(name) else { return }
            let memberType = field.type
            guard memberType.isComposite, !memberType.name.hasPrefix("meta.") else { return }
            apply(to: &member, as: memberType, known: known?[name])
        }
        value = .object(fields)
    }

    private static func differsInMetadataOnly(_ value: Value, _ known: Value) -> Bool {
        guard let fields = value.fields, let before = known.fields, fields.count == before.count else { return false }
        return fields.allSatisfy { name, member in name == "metadata" || before[name].map(member.isSameStorage) ?? false }
    }
}

extension TypeSchema {
    /// Whether there can be anything with a default below this type.
    var isComposite: Bool { form == .structure || form == .list || form == .map }
}

/// The defaults of one structure.
package struct DefaultRule: Sendable {
    /// Fields and what they hold when they are not given.
    let plain: Fields
    /// What a plain table cannot say; runs before the plain defaults.
    let function: (@Sendable (inout Value) -> Void)?
    /// Whether the function of a whole object looks at the object's metadata.
    let readsMetadata: Bool

    init(_ plain: Fields = Fields(), readsMetadata: Bool = false, function: (@Sendable (inout Value) -> Void)? = nil) {
        self.plain = plain
        self.readsMetadata = readsMetadata
        self.function = function
    }

    static func plain(_ fields: Fields) -> DefaultRule { DefaultRule(fields) }
    static func computed(readsMetadata: Bool = false, _ function: @escaping @Sendable (inout Value) -> Void) -> DefaultRule {
        DefaultRule(readsMetadata: readsMetadata, function: function)
    }

    func apply(to value: inout Value, as type: TypeSchema) {
        function?(&value)
        for index in plain.indices {
            let (name, fallback) = plain[index]
            if let given = value[name], !given.isNull {
                guard let field = type.field(name), field.emptiness != .kept, given.isEmptyValue else { continue }
            }
            value[name] = fallback
        }
    }
}

extension Catalogue {
    /// Applies the defaults of a built-in resource's objects; custom resources get those of their schema.
    package func applyDefaults(to value: inout Value, type: ResourceType) {
        Defaulter.apply(to: &value, as: type.schema)
    }
}

extension Value {
    /// Sets a field that is missing or null.
    mutating func setDefault(_ name: String, _ value: Value) {
        if let given = self[name], !given.isNull { return }
        self[name] = value
    }

    /// Sets a string that is missing or empty.
    mutating func setDefaultText(_ name: String, _ text: String) {
        if let given = self[name]?.stringValue, !given.isEmpty { return }
        self[name] = .string(text)
    }

    /// Changes a field in place if it is there.
    mutating func modifyField(_ name: String, _ change: (inout Value) -> Void) {
        guard var field = self[name], !field.isNull else { return }
        self[name] = .null
        change(&field)
        self[name] = field
    }
}
