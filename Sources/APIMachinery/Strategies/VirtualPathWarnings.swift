import KubernetesObjects

/// What the server warns of in volumes whose files would lie over each other.
///
/// - Order: each file is compared with those before it, the first one first.
/// - Bounds: no more than `warningsMax` warnings are made, of which a server sends far fewer.
/// - Source: kubernetes `pkg/api/pod/warnings.go` `warningsForOverlappingVirtualPaths`, v1.36, which compares every two.
enum VirtualPathWarnings {
    static let warningsMax = 1_000

    static func of(_ volumes: [Value]) -> [String] {
        var warnings: [String] = []
        for volume in volumes {
            let name = goQuoted(volume.text("name"))
            for (field, kind, reference) in [("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")] {
                guard let source = volume.present(field) else { continue }
                warnings += overlaps(paths(source), "volume \(name) (\(kind) \(goQuoted(source.text(reference)))): overlapping paths")
            }
            if let source = volume.present("downwardAPI") {
                warnings += overlaps(paths(source), "volume \(name) (DownwardAPI): overlapping paths")
            }
            if let projected = volume.present("projected") { warnings += self.projected(projected, name) }
        }
        return warnings
    }

    /// A file's path, and the source that it comes from where a volume has several.
    struct File {
        var path: Substring
        var source = ""

        init(_ path: String, _ source: String = "") {
            self.path = path[...]
            while self.path.hasSuffix("/") { self.path.removeLast() }
            self.source = source
        }

        var shown: String { source.isEmpty ? goQuoted(String(path)) : "\(goQuoted(String(path))) (\(source))" }
    }

    private static func paths(_ source: Value, _ name: String = "") -> [File] { source.list("items").map { File($0.text("path"), name) } }

    /// A source that names no files counts with those of the one before it, as in the real server.
    private static func projected(_ volume: Value, _ name: String) -> [String] {
        var warnings: [String] = []
        var comparison = Comparison(message: "volume \(name) (Projected): overlapping paths")
        var files: [File] = []
        for source in volume.list("sources") {
            if source.fields?.isEmpty ?? true {
                warnings.append("volume \(name) (Projected) has no sources provided")
                continue
            }
            if let part = source.present("configMap"), part.has("items") {
                files = paths(part, "ConfigMap \(goQuoted(part.text("name")))")
            } else if let part = source.present("secret"), part.has("items") {
                files = paths(part, "Secret \(goQuoted(part.text("name")))")
            } else if let part = source.present("downwardAPI"), part.has("items") {
                files = paths(part, "DownwardAPI")
            } else if let part = source.present("serviceAccountToken") {
                files = [File(part.text("path"), "ServiceAccountToken")]
            } else if let part = source.present("clusterTrustBundle") {
                files = [File(part.text("path"), "ClusterTrustBundle \(goQuoted(part.present("name")?.stringValue ?? part.text("signerName")))")]
            }
            for file in files where comparison.count < warningsMax { warnings += comparison.add(file) }
        }
        return warnings
    }

    static func overlaps(_ files: [File], _ message: String) -> [String] {
        var warnings: [String] = []
        var comparison = Comparison(message: message)
        for file in files where comparison.count < warningsMax { warnings += comparison.add(file) }
        return warnings
    }

    /// The files up to now, by the steps of their paths.
    private struct Comparison {
        private struct Step: Hashable {
            var above: Int
            var name: Substring
        }

        let message: String
        /// How many warnings were made.
        private(set) var count = 0
        private var files: [File] = []
        private var places: [Step: Int] = [:]
        /// Of each place, the files that are there, and those below it.
        private var here: [[Int]] = [[]]
        private var below: [[Int]] = [[]]

        init(message: String) { self.message = message }

        /// One warning for each file before that has the path of this one, or one that leads to it or from it.
        mutating func add(_ file: File) -> [String] {
            if file.path.isEmpty { return [] }
            let index = files.count
            files.append(file)
            var found: [Int] = []
            var place = 0
            for name in file.path.split(separator: "/", omittingEmptySubsequences: false) {
                if place > 0 {
                    found += here[place]
                    below[place].append(index)
                }
                let step = Step(above: place, name: name)
                if let known = places[step] {
                    place = known
                } else {
                    place = here.count
                    places[step] = place
                    here.append([])
                    below.append([])
                }
            }
            found += here[place] + below[place]
            here[place].append(index)
            let named = found.sorted().prefix(warningsMax - count)
            count += named.count
            return named.map { "\(message): \(file.shown) with \(files[$0].shown)" }
        }
    }
}
