import KubernetesObjects

/// The template of a pod that a component made with success: the next pods of it need less work, and share its trees.
struct SoundTemplate: Sendable {
    /// The pod's spec as it came.
    var template: Fields
    /// The same with its defaults.
    var spec: Value
    /// The metadata of the pod as it was stored.
    var metadata: Value

    /// The managed fields of a further pod of the template; nil when its metadata have other fields than the first one's.
    func managedFields(of other: Value, by manager: String, time: Value) -> Value? {
        guard case .array(var entries)? = metadata["managedFields"], entries.count == 1, entries[0]["manager"]?.stringValue == manager,
            metadata["ownerReferences"] == other["ownerReferences"], metadata["finalizers"] == other["finalizers"],
            (metadata["generateName"] == nil) == (other["generateName"] == nil),
            ["labels", "annotations"].allSatisfy({ Self.haveSameKeys(metadata[$0]?.fields, other[$0]?.fields) })
        else { return nil }
        entries[0]["time"] = time
        return .array(entries)
    }

    private static func haveSameKeys(_ left: Fields?, _ right: Fields?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.count == right.count && zip(left, right).allSatisfy { $0.key == $1.key }
    }
}
