import KubernetesObjects

/// What the server warns of in volumes whose files would lie over each other.
///
/// - Order: of several files that are in the way the one that came first is named.
/// - Bounds: `sourcesMax` sources of a projected volume are compared with all before them.
/// - Source: kubernetes `pkg/api/pod/warnings.go` `warningsForOverlappingVirtualPaths`, v1.36, which compares every two.
enum VirtualPathWarnings {
    static let sourcesMax = 100

    static func of(_ volumes: [Value]) -> [String] {
        var warnings: [String] = []
        for volume in volumes {
            let name = goQuoted(volume.text("name"))
            for (field, kind, reference) in [("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")] {
                guard let source = volume.present(field), source.has("items") else { continue }
                warnings += overlaps(paths(source), "volume \(name) (\(kind) \(goQuoted(source.text(reference)))): overlapping paths")
            }
            if let source = volume.present("downwardAPI"), source.has("items") {
                warnings += overlaps(paths(source), "volume \(name) (DownwardAPI): overlapping paths")
            }
            if let projected = volume.present("projected") { warnings += self.projected(projected, name) }
        }
        return warnings
    }

    private static func paths(_ source: Value) -> [String] { source.list("items").map { $0.text("path") } }

    /// A source that names no files counts with those of the one before it, as in the real server.
    private static func projected(_ volume: Value, _ name: String) -> [String] {
        var warnings: [String] = []
        var all: Set<String> = []
        var own: [String] = []
        var message = ""
        for source in volume.list("sources").prefix(sourcesMax) {
            if source.fields?.isEmpty ?? true {
                warnings.append("volume \(name) (Projected) has no sources provided")
                continue
            }
            func take(_ kind: String, _ found: [String]) {
                own = found
                message = "volume \(name) (Projected \(kind)): overlapping paths"
            }
            if let part = source.present("configMap"), part.has("items") {
                take("ConfigMap \(goQuoted(part.text("name")))", paths(part))
            } else if let part = source.present("secret"), part.has("items") {
                take("Secret \(goQuoted(part.text("name")))", paths(part))
            } else if let part = source.present("downwardAPI"), part.has("items") {
                take("DownwardAPI", paths(part))
            } else if let part = source.present("serviceAccountToken") {
                take("ServiceAccountToken", [part.text("path")])
            } else if let part = source.present("clusterTrustBundle") {
                take("ClusterTrustBundle \(goQuoted(part.present("name")?.stringValue ?? part.text("signerName")))", [part.text("path")])
            }
            if own.isEmpty { continue }
            warnings += overlaps(own, message)
            let unique = Set(own)
            warnings += overlaps((Array(unique) + Array(all)).sorted(), message)
            all.formUnion(unique)
        }
        return warnings
    }

    /// One warning for each path that begins with, or is the beginning of, one before it.
    static func overlaps(_ paths: [String], _ message: String) -> [String] {
        let trimmed = paths.map { path in
            var path = path[...]
            while path.hasSuffix("/") { path.removeLast() }
            return String(path)
        }
        // In sorted order what begins with a path follows it: `open` are the paths that the present one begins with.
        struct Open { var index: Int, firstAbove: Int, firstBelow = Int.max }
        let order = trimmed.indices.filter { !trimmed[$0].isEmpty }.sorted { (trimmed[$0], $0) < (trimmed[$1], $1) }
        var collision: [Int: Int] = [:]
        var open: [Open] = []
        func close() {
            let last = open.removeLast()
            if last.firstBelow < last.index, collision[last.index] == nil { collision[last.index] = last.firstBelow }
            if !open.isEmpty { open[open.count - 1].firstBelow = min(open[open.count - 1].firstBelow, last.firstBelow, last.index) }
        }
        for index in order {
            while let top = open.last, !trimmed[index].utf8.starts(with: trimmed[top.index].utf8) { close() }
            let above = open.last.map { min($0.firstAbove, $0.index) } ?? .max
            if above < index { collision[index] = above }
            open.append(Open(index: index, firstAbove: above))
        }
        while !open.isEmpty { close() }
        return trimmed.indices.compactMap { index in
            collision[index].map { "\(message): \(goQuoted(trimmed[index])) with \(goQuoted(trimmed[$0]))" }
        }
    }
}
