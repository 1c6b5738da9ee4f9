import KubernetesObjects

/// Fills in what an object leaves out, as the API server does after decoding it.
///
/// - Order: an owner before its members, members in the order of the object.
/// - Bounds: one pass over the object.
/// - Source: the `SetDefaults_*` functions of Kubernetes 1.36, by group, and the `+default` markers.
package enum Defaulter {
    /// Applies the defaults of a type and of all that is below it.
    package static func apply(to value: inout Value, as type: TypeSchema) {
        switch type.form {
        case .structure:
            guard case .object = value else { return }
            type.defaultRule?.apply(to: &value, as: type)
            applyToFields(of: &value, as: type)
        case .list:
            guard let element = type.element, element.isComposite else { return }
            value.modifyElements { list in
                for index in list.indices { apply(to: &list[index], as: element) }
            }
        case .map:
            guard let element = type.element, element.isComposite, case .object(var fields) = value else { return }
            value = .null
            fields.modifyValues { _, member in apply(to: &member, as: element) }
            value = .object(fields)
        default: break
        }
    }

    private static func applyToFields(of value: inout Value, as type: TypeSchema) {
        guard case .object(var fields) = value else { return }
        value = .null
        let isWholeObject = type.kind != nil
        fields.modifyValues { name, member in
            if isWholeObject, name == "metadata" || name == "status" { return }
            guard let field = type.field(name) else { return }
            let memberType = field.type
            guard memberType.isComposite, !memberType.name.hasPrefix("meta.") else { return }
            apply(to: &member, as: memberType)
        }
        value = .object(fields)
    }
}

extension TypeSchema {
    /// Whether there can be anything with a default below this type.
    fileprivate var isComposite: Bool { form == .structure || form == .list || form == .map }
}

/// The defaults of one structure.
package struct DefaultRule: Sendable {
    /// Fields and what they hold when they are not given.
    let plain: Fields
    /// What a plain table cannot say; runs before the plain defaults.
    let function: (@Sendable (inout Value) -> Void)?

    init(_ plain: Fields = Fields(), function: (@Sendable (inout Value) -> Void)? = nil) {
        self.plain = plain
        self.function = function
    }

    static func plain(_ fields: Fields) -> DefaultRule { DefaultRule(fields) }
    static func computed(_ function: @escaping @Sendable (inout Value) -> Void) -> DefaultRule { DefaultRule(function: function) }

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
