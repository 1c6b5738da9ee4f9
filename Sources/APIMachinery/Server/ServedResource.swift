import KubernetesObjects
import KubernetesSchema

/// A resource in one version as this server serves it: what the catalogue knows of it, and how the registry behaves.
///
/// A class so that handing one around costs nothing; it never changes.
package final class ServedResource: Sendable {
    package let type: ResourceType
    package let resource: GroupVersionResource
    /// Under which name its objects are stored: `events.k8s.io` events live with those of the core group.
    package let storage: GroupResource
    /// The group and version in which its objects are stored.
    package let storageAPIVersion: String
    package let traits: ResourceTraits
    /// The definition of a custom resource; nil for a built-in one.
    package let custom: CustomDefinition?

    package init(_ type: ResourceType, custom: CustomDefinition? = nil) {
        self.type = type
        self.custom = custom
        resource = GroupVersionResource(group: type.group, version: type.version, resource: type.plural)
        let hasStatus = type.subresource("status") != nil
        if type.group == "events.k8s.io", type.plural == "events" {
            storage = .events
            storageAPIVersion = "v1"
        } else {
            storage = GroupResource(type.plural, group: type.group)
            storageAPIVersion = type.group.isEmpty ? type.storageVersion : "\(type.group)/\(type.storageVersion)"
        }
        traits = custom == nil ? BuiltInTraits.of(storage, hasStatus: hasStatus) : BuiltInTraits.custom(hasStatus: hasStatus)
    }

    package var kind: String { type.kind }
    package var isNamespaced: Bool { type.isNamespaced }
    package var schema: SchemaNode { SchemaNode(type.schema) }
    package var groupResource: GroupResource { resource.groupResource }
    package var apiVersion: String { resource.apiVersion }
    package var listKind: String { type.listKind }
    package func subresource(_ name: String) -> Subresource? { type.subresource(name) }

    /// `apps/v1, Kind=Deployment`: how messages name the kind in full.
    package var kindDescription: String { type.groupVersionKind.description }

    /// The key of an object of this resource.
    package func key(namespace: String, name: String) -> ObjectKey {
        ObjectKey(storage, namespace: isNamespaced ? namespace : "", name: name)
    }
}

/// What the real registry's strategies say of a resource beyond its fields.
package struct ResourceTraits: Sendable {
    /// Whether the server counts changes of the spec in `metadata.generation`.
    package var countsGenerations = false
    /// Whether a change of the annotations counts as well: deployments alone.
    package var countsAnnotations = false
    /// Which top-level fields a generation stands for; empty for all but metadata and status.
    package var generationFields: [String] = []
    package var allowsCreateOnUpdate = false
    package var allowsUnconditionalUpdate = true
    package var hasStatus = false
    /// Deleting waits for a grace period: pods alone.
    package var deletesGracefully = false
    /// A deletion answers with what was deleted rather than with a Status.
    package var returnsDeletedObject = false
}
