import KubernetesObjects

/// All resource types of a cluster: the built-in ones, and what CustomResourceDefinitions add at run time.
///
/// - Shape: a value; the built-in part is shared by all copies, the custom part is copied on write.
/// - Order: groups as discovery lists them, versions most preferred first, resources by plural.
package struct Catalogue: Sendable {
    /// The served resources, in discovery order.
    package private(set) var resources: [ResourceType]
    private var byResource: [ResourceName: ResourceType]
    private var byKind: [GroupVersionKind: ResourceType]

    private struct ResourceName: Hashable {
        var group: String
        var version: String
        var plural: String
    }

    /// What a cluster with default settings serves.
    package static let standard = Catalogue(BuiltInResources.shared.all.filter(\.isServed))

    /// Every built-in resource, alpha and beta versions included.
    package static let complete = Catalogue(BuiltInResources.shared.all)

    /// The standard catalogue.
    package init() { self = .standard }

    package init(_ resources: [ResourceType]) {
        self.resources = resources
        byResource = [:]
        byKind = [:]
        index()
    }

    private mutating func index() {
        resources = GroupOrder.sorted(resources)
        byResource = Dictionary(minimumCapacity: resources.count)
        byKind = Dictionary(minimumCapacity: resources.count)
        for type in resources {
            byResource[ResourceName(group: type.group, version: type.version, plural: type.plural)] = type
            if byKind[type.groupVersionKind] == nil { byKind[type.groupVersionKind] = type }
        }
    }

    // MARK: - Looking up

    /// The resource at a path: group, version and plural.
    package func resource(_ plural: String, group: String, version: String) -> ResourceType? {
        byResource[ResourceName(group: group, version: version, plural: plural)]
    }

    /// The resource in its group's preferred version that has it.
    package func resource(_ plural: String, group: String) -> ResourceType? {
        resources.first { $0.group == group && $0.plural == plural }
    }

    /// The resource in the version in which the store keeps it.
    package func storedResource(_ plural: String, group: String) -> ResourceType? {
        guard let any = resource(plural, group: group) else { return nil }
        return resource(plural, group: group, version: any.storageVersion) ?? any
    }

    /// The resource whose objects have a kind.
    package func resource(of kind: GroupVersionKind) -> ResourceType? { byKind[kind] }

    /// The resource that an object's `apiVersion` and `kind` name.
    package func resource(apiVersion: String, kind: String) -> ResourceType? {
        byKind[GroupVersionKind(apiVersion: apiVersion, kind: kind)]
    }

    /// All versions of a resource, most preferred first.
    package func versions(of plural: String, group: String) -> [ResourceType] {
        resources.filter { $0.group == group && $0.plural == plural }
    }

    /// The resources of one group and version, by plural.
    package func resources(group: String, version: String) -> [ResourceType] {
        resources.filter { $0.group == group && $0.version == version }
    }

    /// Whether anything is served under a group and version.
    package func serves(group: String, version: String) -> Bool {
        resources.contains { $0.group == group && $0.version == version }
    }

    /// The resources that carry a category such as `all`, each once in its preferred version.
    package func resources(inCategory category: String) -> [ResourceType] {
        var seen: Set<String> = []
        return resources.filter { $0.categories.contains(category) && seen.insert("\($0.plural).\($0.group)").inserted }
    }

    // MARK: - Groups

    /// The named groups and the core group (named ""), as discovery orders them.
    package var groups: [APIGroup] {
        var groups: [APIGroup] = []
        for type in resources {
            if groups.last?.name == type.group {
                if groups[groups.count - 1].versions.last != type.version { groups[groups.count - 1].versions.append(type.version) }
            } else {
                groups.append(APIGroup(name: type.group, versions: [type.version]))
            }
        }
        return groups
    }

    package func group(_ name: String) -> APIGroup? { groups.first { $0.name == name } }

    // MARK: - Changing

    /// Adds resource types, replacing those of the same group, version and plural.
    package mutating func add(_ types: [ResourceType]) {
        let names = Set(types.map { ResourceName(group: $0.group, version: $0.version, plural: $0.plural) })
        resources.removeAll { names.contains(ResourceName(group: $0.group, version: $0.version, plural: $0.plural)) }
        resources += types
        index()
    }

    /// Removes all versions of a custom resource.
    package mutating func removeCustom(_ plural: String, group: String) {
        resources.removeAll { $0.isCustom && $0.group == group && $0.plural == plural }
        index()
    }

    /// Removes all resources of a version of a group.
    package mutating func remove(group: String, version: String) {
        resources.removeAll { $0.group == group && $0.version == version }
        index()
    }

    /// Adds the built-in alpha and beta resources of a group and version, as `--runtime-config` does.
    package mutating func enable(group: String, version: String) {
        add(BuiltInResources.shared.all.filter { $0.group == group && $0.version == version })
    }
}

/// A group of the API and its versions.
package struct APIGroup: Sendable, Hashable {
    /// Empty for the core group.
    package var name: String
    /// Most preferred first.
    package var versions: [String]

    package var preferredVersion: String { versions.first ?? "" }

    package init(name: String, versions: [String]) {
        self.name = name
        self.versions = versions
    }
}
