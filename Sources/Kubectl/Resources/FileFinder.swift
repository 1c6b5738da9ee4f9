import KubernetesObjects

/// Finds the texts that `-f` and `-k` name.
struct FileFinder {
    struct Text {
        var source: String
        var bytes: [UInt8]
    }

    let invocation: Invocation
    let recursive: Bool
    static let extensions = [".json", ".yaml", ".yml"]

    func texts(_ paths: [String], kustomization: String, failures: inout [Failure]) throws(Failure) -> [Text] {
        if !kustomization.isEmpty {
            let objects: [Value]
            do throws(Failure) { objects = try Kustomization.build(kustomization, invocation) } catch {
                failures.append(error)
                return []
            }
            let text = objects.map { $0.yaml() }.joined(separator: "---\n")
            return [Text(source: kustomization, bytes: Array(text.utf8))]
        }
        var result: [Text] = []
        for path in paths {
            if path == "-" {
                result.append(Text(source: "STDIN", bytes: invocation.input()))
            } else if path.hasPrefix("http://") || path.hasPrefix("https://") {
                guard let text = PublishedManifests.text(at: path) else {
                    throw Failure(
                        "unable to read URL \(goQuoted(path)): there is no network here; known are \(PublishedManifests.known). Save others to a file and use that with -f")
                }
                result.append(Text(source: path, bytes: Array(text.utf8)))
            } else {
                for match in try expand(path) { try collect(match, isNamed: true, into: &result, failures: &failures) }
            }
        }
        return result
    }

    /// The paths that a pattern such as `*.yaml` means.
    private func expand(_ path: String) throws(Failure) -> [String] {
        let files = invocation.environment.files
        if files.isDirectory(path) != nil { return [path] }
        if path.contains(where: { "*?[".contains($0) }) {
            let directory = FilePath.directory(path)
            let names = (try? files.list(directory)) ?? []
            let pattern = FilePath.base(path)
            let matches = names.filter { Glob.matches(pattern, $0) }.map { path.contains("/") ? FilePath.join(directory, $0) : $0 }
            if !matches.isEmpty { return matches }
        }
        throw Failure("the path \(goQuoted(path)) does not exist")
    }

    private func collect(_ path: String, isNamed: Bool, into result: inout [Text], failures: inout [Failure]) throws(Failure) {
        let files = invocation.environment.files
        if files.isDirectory(path) == true {
            let names: [String]
            do { names = try files.list(path) } catch { throw Failure("error reading \(path): \(error.reason)") }
            let before = result.count
            for name in names {
                let child = FilePath.join(path, name)
                if files.isDirectory(child) == true {
                    if recursive { try collect(child, isNamed: false, into: &result, failures: &failures) }
                } else if Self.extensions.contains(where: { name.hasSuffix($0) }) {
                    try collect(child, isNamed: false, into: &result, failures: &failures)
                }
            }
            if isNamed, result.count == before {
                throw Failure("error reading [\(path)]: recognized file extensions are [.json .yaml .yml]")
            }
            return
        }
        do { result.append(Text(source: path, bytes: try files.read(path))) } catch {
            throw Failure("open \(path): \(error.reason)")
        }
    }
}

/// Shell patterns for single names: `*`, `?` and sets in brackets.
enum Glob {
    static func matches(_ pattern: String, _ name: String) -> Bool { matches(Array(pattern)[...], Array(name)[...]) }

    private static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        switch first {
        case "*":
            var rest = name
            while true {
                if matches(pattern.dropFirst(), rest) { return true }
                if rest.isEmpty { return false }
                rest = rest.dropFirst()
            }
        case "?": return !name.isEmpty && matches(pattern.dropFirst(), name.dropFirst())
        case "[":
            guard let close = pattern.firstIndex(of: "]"), let letter = name.first else { return false }
            var set = Array(pattern[(pattern.startIndex + 1)..<close])
            let negated = set.first == "^" || set.first == "!"
            if negated { set.removeFirst() }
            var hit = false
            var index = 0
            while index < set.count {
                if index + 2 < set.count, set[index + 1] == "-" {
                    if set[index] <= letter, letter <= set[index + 2] { hit = true }
                    index += 3
                } else {
                    if set[index] == letter { hit = true }
                    index += 1
                }
            }
            return hit != negated && matches(pattern[(close + 1)...], name.dropFirst())
        default: return name.first == first && matches(pattern.dropFirst(), name.dropFirst())
        }
    }
}
