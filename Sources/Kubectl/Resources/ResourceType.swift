import APIMachinery
import KubernetesObjects

/// What discovery says of one resource.
struct ResourceEntry: Sendable, Hashable {
    var group: String
    var version: String
    var plural: String
    var singular: String
    var kind: String
    var shortNames: [String]
    var categories: [String]
    var isNamespaced: Bool
    var verbs: [String]
    /// `pods/status` has `status`.
    var subresources: [String] = []

    var resource: GroupVersionResource { GroupVersionResource(group: group, version: version, resource: plural) }
    var groupResource: GroupResource { GroupResource(plural, group: group) }
    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `deployment.apps`, `configmap`: how reports name an object's kind.
    var printedKind: String { group.isEmpty ? kind.lowercased() : "\(kind.lowercased()).\(group)" }

    /// `apps/v1, Resource=deployments`.
    var printedResource: String { "\(group)/\(version), Resource=\(plural)" }
    /// `apps/v1, Kind=Deployment`.
    var printedGroupVersionKind: String { "\(group)/\(version), Kind=\(kind)" }
}

/// Every resource that the server serves.
///
/// - Order: groups as the server lists them, the preferred version of each first.
struct ResourceCatalogue: Sendable {
    struct GroupVersion: Sendable {
        var group: String
        var version: String
        var isPreferred: Bool
        var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    }

    var groupVersions: [GroupVersion] = []
    /// All versions; those of a group's preferred version first.
    var entries: [ResourceEntry] = []

    func isKnown(group: String, version: String) -> Bool { groupVersions.contains { $0.group == group && $0.version == version } }
    func isKnown(group: String) -> Bool { groupVersions.contains { $0.group == group } }

    /// The entries of preferred versions only, each resource once.
    var preferred: [ResourceEntry] {
        var seen: Set<GroupResource> = []
        return entries.filter { seen.insert($0.groupResource).inserted }
    }

    /// The resource of a kind in a version, also when the kind is written in lower case.
    func entry(apiVersion: String, kind: String) -> ResourceEntry? {
        let (group, version) = splitAPIVersion(apiVersion)
        return entries.first { $0.kind == kind && $0.group == group && $0.version == version }
            ?? entries.first { $0.kind.lowercased() == kind && $0.group == group && $0.version == version }
    }

    func entry(group: String, kind: String) -> ResourceEntry? { entries.first { $0.kind == kind && $0.group == group } }
    func entry(_ resource: GroupResource) -> ResourceEntry? { entries.first { $0.groupResource == resource } }

    /// The resource that a word such as `po`, `deployments.apps`, `hpa.v1.autoscaling` means.
    func find(_ word: String) -> ResourceEntry? {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if parts.count >= 3 {
            let group = parts[2...].joined(separator: ".")
            if let found = match(parts[0], group: group, version: parts[1]) {
                // A short name loses its version on the way through the shortcut expander.
                let isShort = found.plural != parts[0].lowercased() && found.shortNames.contains(parts[0].lowercased())
                return isShort ? match(parts[0], group: group, version: nil) ?? found : found
            }
        }
        if parts.count >= 2 {
            return match(parts[0], group: parts[1...].joined(separator: "."), version: nil)
        }
        return match(word, group: nil, version: nil)
    }

    /// A group that is not there means those that begin so: `hpa.autosc`.
    private func match(_ name: String, group: String?, version: String?) -> ResourceEntry? {
        if let group {
            return match(name, version: version) { $0.group == group } ?? match(name, version: version) { $0.group.hasPrefix(group) }
        }
        return match(name, version: version) { _ in true }
    }

    private func match(_ name: String, version: String?, where isWanted: (ResourceEntry) -> Bool) -> ResourceEntry? {
        let name = name.lowercased()
        let candidates = entries.filter { (version == nil || $0.version == version) && isWanted($0) }
        return candidates.first { $0.plural == name } ?? candidates.first { $0.singular == name }
            ?? candidates.first { $0.shortNames.contains(name) } ?? candidates.first { $0.kind.lowercased() == name }
    }

    /// The resources of other names or groups that a short name stands for as well.
    func others(thatShare word: String, with chosen: ResourceEntry) -> [ResourceEntry] {
        guard chosen.shortNames.contains(word), chosen.plural != word, chosen.singular != word else { return [] }
        return preferred.filter { $0.shortNames.contains(word) && $0.groupResource != chosen.groupResource }
    }

    func category(_ name: String) -> [ResourceEntry] { preferred.filter { $0.categories.contains(name) } }
}

/// `apps/v1` as group and version.
func splitAPIVersion(_ text: String) -> (group: String, version: String) {
    guard let slash = text.firstIndex(of: "/") else { return ("", text) }
    return (String(text[..<slash]), String(text[text.index(after: slash)...]))
}

/// What discovery answered last; shared by the runs of one `Kubectl`.
final class ResourceCache {
    var catalogue: ResourceCatalogue?
}
