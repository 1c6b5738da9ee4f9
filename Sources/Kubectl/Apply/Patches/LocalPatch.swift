import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// Patches applied by the client: `patch --local`, `run --overrides`, kustomizations.
enum LocalPatch {
    /// A strategic patch of a type whose schema is not known is a merge patch.
    static func apply(_ patch: Value, _ type: PatchType, to info: ResourceInfo) throws(Failure) -> Value {
        do {
            switch type {
            case .json: return try JSONPatch.apply(patch, to: info.object)
            case .merge, .apply: return MergePatch.apply(patch, to: info.object)
            case .strategicMerge:
                guard let schema = schema(of: info) else { return MergePatch.apply(patch, to: info.object) }
                return try StrategicMergePatch.apply(patch, to: info.object, schema: SchemaNode(schema))
            }
        } catch {
            throw Failure(error)
        }
    }

    static func schema(of info: ResourceInfo) -> TypeSchema? {
        TypeLibrary.shared.type(of: GroupVersionKind(group: info.entry.group, version: info.entry.version, kind: info.entry.kind))
    }
}
