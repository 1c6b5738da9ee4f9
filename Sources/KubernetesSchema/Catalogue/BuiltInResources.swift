/// The resources that every cluster has, from the generated index and the overlays.
///
/// - Bounds: one pass over the index of 150 lines, once a process; schemas are left unread.
package final class BuiltInResources: Sendable {
    package static let shared = BuiltInResources()

    /// All resources, alpha and beta versions included, sorted by group, version and plural.
    package let all: [ResourceType]

    private init() {
        var lines: [[String]] = []
        CatalogueText(GeneratedCatalogue.resources).forEachLine { line in
            lines.append((line.isIndented ? ["+"] : []) + line.words)
        }
        var resources: [ResourceType] = []
        var group = ""
        var version = ""
        var package = ""
        var isServed = true
        var index = 0
        var verbLists: [String: [String]] = [:]
        func verbs(in text: String) -> [String] {
            if let known = verbLists[text] { return known }
            let list = text.split(separator: ",").map(String.init)
            verbLists[text] = list
            return list
        }
        while index < lines.count {
            let words = lines[index]
            index += 1
            if words.first == "#", words.count == 2 {
                let parts = words[1].split(separator: "/").map(String.init)
                group = parts.count == 2 ? parts[0] : ""
                version = parts.last ?? ""
                package = TypeLibrary.package(of: group)
                isServed = VersionRank(version).isStable
                continue
            }
            guard words.count == 4, let kind = GroupVersionKind(path: words[1]) else { continue }
            var subresources: [Subresource] = []
            while index < lines.count, lines[index].first == "+", lines[index].count == 4 {
                if let kind = GroupVersionKind(path: lines[index][2]) {
                    subresources.append(Subresource(name: lines[index][1], kind: kind, verbs: verbs(in: lines[index][3])))
                }
                index += 1
            }
            let names = ResourceNames.of(words[0], group: group)
            resources.append(
                ResourceType(
                    group: group, version: version, kind: kind.kind, plural: words[0], singular: kind.kind.lowercased(),
                    shortNames: names.shortNames, categories: names.categories, isNamespaced: words[2] == "namespaced",
                    verbs: verbs(in: words[3]), subresources: subresources,
                    storageVersion: GroupOrder.storageVersion(of: words[0], group: group, version: version),
                    isServed: isServed,
                    deprecationWarning: names.deprecationWarning, schema: .lazy("\(package).\(version).\(kind.kind)")))
        }
        all = resources
    }
}
