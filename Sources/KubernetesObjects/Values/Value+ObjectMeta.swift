/// The fields of `metadata` that every API object has.
extension Value {
    @inlinable public var apiVersion: String { self["apiVersion"]?.stringValue ?? "" }
    @inlinable public var kind: String { self["kind"]?.stringValue ?? "" }
    @inlinable public var metadata: Value? { self["metadata"] }
    @inlinable public var name: String { self["metadata"]?["name"]?.stringValue ?? "" }
    @inlinable public var namespace: String { self["metadata"]?["namespace"]?.stringValue ?? "" }
    @inlinable public var uid: String { self["metadata"]?["uid"]?.stringValue ?? "" }
    @inlinable public var generateName: String { self["metadata"]?["generateName"]?.stringValue ?? "" }
    /// The resource version as it is written; empty on an object that was never stored.
    @inlinable public var resourceVersion: String { self["metadata"]?["resourceVersion"]?.stringValue ?? "" }
    @inlinable public var generation: Int { self["metadata"]?["generation"]?.intValue ?? 0 }
    @inlinable public var labels: Fields { self["metadata"]?["labels"]?.fields ?? Fields() }
    @inlinable public var annotations: Fields { self["metadata"]?["annotations"]?.fields ?? Fields() }
    @inlinable public var finalizers: [String] { self["metadata"]?["finalizers"]?.elements.compactMap(\.stringValue) ?? [] }
    @inlinable public var ownerReferences: [Value] { self["metadata"]?["ownerReferences"]?.elements ?? [] }
    @inlinable public var isBeingDeleted: Bool {
        if let mark = self["metadata"]?["deletionTimestamp"], !mark.isNull { true } else { false }
    }
    @inlinable public var deletionGracePeriodSeconds: Int? { self["metadata"]?["deletionGracePeriodSeconds"]?.intValue }

    /// The owner reference that has `controller: true`.
    public var controllerReference: Value? {
        guard let references = self["metadata"]?["ownerReferences"] else { return nil }
        for reference in references.elements where reference["controller"]?.boolValue == true { return reference }
        return nil
    }

    /// The label of a key, or nil.
    @inlinable public func label(_ key: String) -> String? { self["metadata"]?["labels"]?[key]?.stringValue }
    /// The annotation of a key, or nil.
    @inlinable public func annotation(_ key: String) -> String? { self["metadata"]?["annotations"]?[key]?.stringValue }

    /// The condition of a type in `status.conditions`, or nil.
    public func condition(_ type: String) -> Value? {
        guard let conditions = self["status"]?["conditions"] else { return nil }
        for condition in conditions.elements where condition["type"]?.stringValue == type { return condition }
        return nil
    }

    /// Whether a condition of a type is `True`.
    public func isConditionTrue(_ type: String) -> Bool { condition(type)?["status"]?.stringValue == "True" }
}
