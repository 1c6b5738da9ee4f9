import KubernetesObjects
import KubernetesSchema

/// What there is, for clients that ask: groups, versions and resources.
enum Discovery {
    /// `/api`.
    static let legacyVersions: Value = [
        "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443"]],
    ]

    private static func groupVersion(_ group: String, _ version: String) -> Value {
        ["groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"), "version": .string(version)]
    }

    private static func group(_ group: APIGroup) -> Value {
        [
            "name": .string(group.name), "versions": .array(group.versions.map { groupVersion(group.name, $0) }),
            "preferredVersion": groupVersion(group.name, group.preferredVersion),
        ]
    }

    /// `/apis`.
    static func groups(_ catalogue: Catalogue) -> Value {
        ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(catalogue.groups.filter { !$0.name.isEmpty }.map(group))]
    }

    /// `/apis/GROUP`; nil when there is no such group.
    static func group(named name: String, _ catalogue: Catalogue) -> Value? {
        guard !name.isEmpty, let found = catalogue.group(name), var value = Optional(group(found)) else { return nil }
        value["kind"] = "APIGroup"
        value["apiVersion"] = "v1"
        return value
    }

    /// `/api/v1`, `/apis/GROUP/VERSION`; nil when nothing is served there.
    static func resources(group: String, version: String, _ catalogue: Catalogue) -> Value? {
        let types = catalogue.resources(group: group, version: version)
        if types.isEmpty { return nil }
        var list: [Value] = []
        for type in types.sorted(by: { $0.plural < $1.plural }) {
            var entry: Value = [
                "name": .string(type.plural), "singularName": .string(type.singular), "namespaced": .bool(type.isNamespaced),
                "kind": .string(type.kind), "verbs": Value(type.verbs),
            ]
            if !type.shortNames.isEmpty { entry["shortNames"] = Value(type.shortNames) }
            if !type.categories.isEmpty { entry["categories"] = Value(type.categories) }
            if let hash = storageVersionHash(type) { entry["storageVersionHash"] = .string(hash) }
            list.append(entry)
            for part in type.subresources {
                var entry: Value = ["name": .string("\(type.plural)/\(part.name)"), "singularName": "", "namespaced": .bool(type.isNamespaced)]
                if part.kind.group != group || part.kind.version != version {
                    entry["group"] = .string(part.kind.group)
                    entry["version"] = .string(part.kind.version)
                }
                entry["kind"] = .string(part.kind.kind)
                entry["verbs"] = Value(part.verbs)
                list.append(entry)
            }
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
            "resources": .array(list),
        ]
    }

    /// What tells in which version a type is stored, so that clients notice when that changes; nil for what is not stored.
    ///
    /// - Shape: base64 of the first eight bytes of the SHA-256 of `GROUP/VERSION/KIND`.
    private static func storageVersionHash(_ type: ResourceType) -> String? {
        guard type.verbs.contains("create"), type.verbs.contains("watch") else { return nil }
        // Events of both groups are kept as those of the first.
        let group = type.group == "events.k8s.io" ? "" : type.group
        return Base64.encode(SHA256.digest("\(group)/\(type.storageVersion)/\(type.kind)".utf8).prefix(8))
    }

    /// `/api` or `/apis` in one answer: `apidiscovery.k8s.io/v2` `APIGroupDiscoveryList`.
    static func aggregated(isLegacy: Bool, _ catalogue: Catalogue) -> Value {
        let items: [Value] = catalogue.groups.filter { $0.name.isEmpty == isLegacy }.map { group in
            let versions: [Value] = group.versions.map { version in
                [
                    "version": .string(version),
                    "resources": .array(
                        catalogue.resources(group: group.name, version: version).sorted { $0.plural < $1.plural }.map(aggregatedResource)),
                    "freshness": "Current",
                ]
            }
            let metadata: Value = group.name.isEmpty ? [:] : ["name": .string(group.name)]
            return ["metadata": metadata, "versions": .array(versions)]
        }
        return ["kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:], "items": .array(items)]
    }

    private static func aggregatedResource(_ type: ResourceType) -> Value {
        func kind(_ kind: GroupVersionKind) -> Value {
            ["group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind)]
        }
        var entry: Value = [
            "resource": .string(type.plural), "responseKind": kind(type.groupVersionKind),
            "scope": type.isNamespaced ? "Namespaced" : "Cluster", "singularResource": .string(type.singular), "verbs": Value(type.verbs),
        ]
        if !type.shortNames.isEmpty { entry["shortNames"] = Value(type.shortNames) }
        if !type.categories.isEmpty { entry["categories"] = Value(type.categories) }
        if !type.subresources.isEmpty {
            entry["subresources"] = .array(
                type.subresources.map { ["subresource": .string($0.name), "responseKind": kind($0.kind), "verbs": Value($0.verbs)] })
        }
        return entry
    }
}
