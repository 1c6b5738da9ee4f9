import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// Patches applied by the client: `patch --local`, `run --overrides`.
enum LocalPatch {
    static func apply(_ patch: Value, _ type: PatchType, to info: ResourceInfo) throws(Failure) -> Value {
        do {
            switch type {
            case .json: return try JSONPatch.apply(patch, to: info.object)
            case .merge, .apply: return MergePatch.apply(patch, to: info.object)
            case .strategicMerge:
                let kind = GroupVersionKind(group: info.entry.group, version: info.entry.version, kind: info.entry.kind)
                guard let schema = TypeLibrary.shared.type(of: kind) else { return MergePatch.apply(patch, to: info.object) }
                return try StrategicMergePatch.apply(patch, to: info.object, schema: SchemaNode(schema))
            }
        } catch {
            throw Failure(error)
        }
    }
}
