import KubernetesObjects
import KubernetesSchema

/// The resources a server serves, found by group, version and plural in one step.
///
/// - Shape: the catalogue and, beside it, what the registry knows of each of its types.
package struct ResourceIndex: Sendable, ResourceLookup {
    package private(set) var catalogue: Catalogue
    private var byResource: [GroupVersionResource: ServedResource]
    private var byStorage: [GroupResource: ServedResource]
    private var customCount = 0

    /// Whether any CRD is served.
    var hasCustomResources: Bool { customCount > 0 }

    /// What a new cluster serves.
    package static let builtIn = ResourceIndex(.standard)

    package init(_ catalogue: Catalogue) {
        self.catalogue = catalogue
        byResource = Dictionary(minimumCapacity: catalogue.resources.count)
        byStorage = Dictionary(minimumCapacity: catalogue.resources.count)
        for type in catalogue.resources { add(ServedResource(type)) }
    }

    private mutating func add(_ served: ServedResource) {
        byResource[served.resource] = served
        if served.storage == served.groupResource, served.apiVersion == served.storageAPIVersion || byStorage[served.storage] == nil {
            byStorage[served.storage] = served
        }
    }

    package subscript(resource: GroupVersionResource) -> ServedResource? { byResource[resource] }

    /// The resource in the version in which it is stored.
    package func stored(_ resource: GroupResource) -> ServedResource? { byStorage[resource] }

    /// The resource of an object's `apiVersion` and `kind`.
    package func resource(apiVersion: String, kind: String) -> ServedResource? {
        guard let type = catalogue.resource(apiVersion: apiVersion, kind: kind) else { return nil }
        return byResource[GroupVersionResource(group: type.group, version: type.version, resource: type.plural)]
    }

    package func kind(of resource: GroupResource) -> (kind: String, isNamespaced: Bool)? {
        stored(resource).map { ($0.kind, $0.isNamespaced) }
    }

    package func resource(ofKind kind: String, group: String) -> GroupResource? {
        catalogue.resource(kind: kind, group: group).map { GroupResource($0.plural, group: $0.group) }
    }

    /// Every served resource in discovery order.
    package var all: [ServedResource] {
        catalogue.resources.compactMap { byResource[GroupVersionResource(group: $0.group, version: $0.version, resource: $0.plural)] }
    }

    /// Serves the resources of an aggregated API, such as `metrics.k8s.io`, as if its own server stood behind.
    package mutating func serveAggregated(_ types: [ResourceType]) {
        catalogue.add(types)
        for type in types { add(ServedResource(type)) }
    }

    /// Serves the resources of an aggregated API no more.
    package mutating func withdrawAggregated(group: String, version: String) {
        for type in catalogue.resources(group: group, version: version) {
            byResource[GroupVersionResource(group: group, version: version, resource: type.plural)] = nil
            byStorage[GroupResource(type.plural, group: group)] = nil
        }
        catalogue.remove(group: group, version: version)
    }

    // MARK: Custom resources

    /// Serves a custom resource's versions in place of those served before.
    mutating func setCustom(_ resource: GroupResource, versions: [(type: ResourceType, definition: CustomDefinition)]) {
        removeCustom(resource)
        catalogue.add(versions.map(\.type))
        for (type, definition) in versions { add(ServedResource(type, custom: definition)) }
        if byStorage[resource] != nil { customCount += 1 }
    }

    mutating func removeCustom(_ resource: GroupResource) {
        guard let served = byStorage[resource], served.custom != nil else { return }
        for type in catalogue.versions(of: resource.resource, group: resource.group) {
            byResource[GroupVersionResource(group: type.group, version: type.version, resource: type.plural)] = nil
        }
        byStorage[resource] = nil
        customCount -= 1
        catalogue.removeCustom(resource.resource, group: resource.group)
    }
}
