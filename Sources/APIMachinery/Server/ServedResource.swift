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

/// Where a real server keeps objects in etcd, which its storage errors tell.
///
/// - Source: `pkg/kubeapiserver` `SpecialDefaultResourcePrefixes`, apiserver `storage.StorageError`.
extension ServedResource {
    private static let prefixes: [GroupResource: String] = [
        .replicationControllers: "controllers", .endpoints: "services/endpoints", .nodes: "minions", .services: "services/specs",
        .ingresses: "ingress",
    ]
    /// Groups of aggregated servers, which put the group before the resource as custom resources do.
    private static let ownGroups: Set<String> = ["apiextensions.k8s.io", "apiregistration.k8s.io"]

    private func registryKey(_ key: ObjectKey) -> String {
        let isOwn = custom != nil || Self.ownGroups.contains(storage.group)
        let prefix = isOwn ? "\(storage.group)/\(storage.resource)" : Self.prefixes[storage] ?? storage.resource
        return "/registry/\(prefix)/" + (key.namespace.isEmpty ? key.name : "\(key.namespace)/\(key.name)")
    }

    /// What storage says of an object that is not the one whose UID was given.
    func preconditionText(uid: String, of object: Value, _ key: ObjectKey) -> String {
        "StorageError: invalid object, Code: 4, Key: \(registryKey(key)), ResourceVersion: 0, AdditionalErrorMsg: "
            + "Precondition failed: UID in precondition: \(uid), UID in object meta: \(object.uid)"
    }
}

/// What the real registry's strategies say of a resource beyond its fields.
package struct ResourceTraits: Sendable {
    /// Whether the server counts changes of the spec in `metadata.generation`.
    package var countsGenerations = false
    /// Whether a change of the annotations counts as well: deployments alone.
    package var countsAnnotations = false
    /// Whether changed labels count as well.
    package var countsLabels = false
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
