import APIMachinery
import KubernetesObjects

/// Asks the server what it serves.
///
/// - Shape: the documents `/api/v1`, `/apis` and `/apis/GROUP/VERSION`, as every client can read them.
/// - Bounds: read once for a `Kubectl`, and once more when a name is not found.
extension Invocation {
    func catalogue(refresh: Bool = false) throws(Failure) -> ResourceCatalogue {
        if let known = cache.catalogue, !refresh { return known }
        let fresh = try discover()
        cache.catalogue = fresh
        return fresh
    }

    /// Looks something up, asking the server anew when it is not there.
    func lookup<Found>(_ find: (ResourceCatalogue) -> Found?) throws(Failure) -> Found? {
        let hadCache = cache.catalogue != nil
        if let found = find(try catalogue()) { return found }
        return hadCache ? find(try catalogue(refresh: true)) : nil
    }

    private func discover() throws(Failure) -> ResourceCatalogue {
        isDiscovering = true
        defer { isDiscovering = false }
        var result = ResourceCatalogue()
        result.groupVersions.append(.init(group: "", version: "v1", isPreferred: true))
        result.entries += Self.entries(try get(path: "/api/v1"), group: "", version: "v1")
        let groups = try get(path: "/apis")["groups"]?.elements ?? []
        for group in groups {
            let name = group["name"]?.stringValue ?? ""
            let preferred = group["preferredVersion", "version"]?.stringValue ?? ""
            var versions = (group["versions"]?.elements ?? []).compactMap { $0["version"]?.stringValue }
            if let index = versions.firstIndex(of: preferred) { versions.insert(versions.remove(at: index), at: 0) }
            for version in versions {
                result.groupVersions.append(.init(group: name, version: version, isPreferred: version == preferred))
                let list: Value
                do throws(Failure) { list = try get(path: "/apis/\(name)/\(version)") } catch { continue }
                result.entries += Self.entries(list, group: name, version: version)
            }
        }
        return result
    }

    func get(path: String) throws(Failure) -> Value { try send(APIRequest(path: path)).body }

    private static func entries(_ list: Value, group: String, version: String) -> [ResourceEntry] {
        var entries: [ResourceEntry] = []
        var subresources: [String: [String]] = [:]
        for resource in list["resources"]?.elements ?? [] {
            let name = resource["name"]?.stringValue ?? ""
            if let slash = name.firstIndex(of: "/") {
                subresources[String(name[..<slash]), default: []].append(String(name[name.index(after: slash)...]))
                continue
            }
            let kind = resource["kind"]?.stringValue ?? ""
            let singular = resource["singularName"]?.stringValue ?? ""
            entries.append(
                ResourceEntry(
                    group: group, version: version, plural: name, singular: singular.isEmpty ? kind.lowercased() : singular, kind: kind,
                    shortNames: (resource["shortNames"]?.elements ?? []).compactMap(\.stringValue),
                    categories: (resource["categories"]?.elements ?? []).compactMap(\.stringValue),
                    isNamespaced: resource["namespaced"]?.boolValue ?? false,
                    verbs: (resource["verbs"]?.elements ?? []).compactMap(\.stringValue)))
        }
        return entries.map {
            var entry = $0
            entry.subresources = subresources[entry.plural] ?? []
            return entry
        }
    }

    /// The resource that a word on the command line means.
    func resource(named word: String) throws(Failure) -> ResourceEntry {
        if let found = try lookup({ $0.find(word) }) {
            for other in try catalogue().others(thatShare: word, with: found) {
                warnOnce("short name \(goQuoted(word)) could also match lower priority resource \(other.groupResource)")
            }
            return found
        }
        let name = word.split(separator: ".").first.map(String.init) ?? word
        throw Failure("the server doesn't have a resource type \(goQuoted(name))")
    }

    /// The resource of an object's kind.
    func resource(of object: Value, source: String) throws(Failure) -> ResourceEntry {
        let (apiVersion, kind) = (object.apiVersion, object.kind)
        if let found = try lookup({ $0.entry(apiVersion: apiVersion, kind: kind) }) { return found }
        throw Failure(
            "resource mapping not found for name: \(goQuoted(object.name)) namespace: \(goQuoted(object.namespace)) from \(goQuoted(source)): no matches for kind \(goQuoted(kind)) in version \(goQuoted(apiVersion))\nensure CRDs are installed first"
        )
    }
}
