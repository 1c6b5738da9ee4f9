/// Finds the files whose names match a pattern.
///
/// - Order: sorted. Names that begin with a dot match only a pattern that does.
/// - Bounds: 20,000 names.
struct FileNameMatcher {
    let files: VirtualFileSystem
    let directory: String

    func matches(of characters: [(character: Character, isQuoted: Bool)]) -> [String] {
        let isAbsolute = characters.first?.character == "/"
        let parts = characters.split(separator: "/", omittingEmptySubsequences: true) { $0.character == $1 }
        var found = [isAbsolute ? "/" : ""]
        for (index, part) in parts.enumerated() {
            let pattern = GlobPattern(Array(part))
            let isLast = index == parts.count - 1
            var next: [String] = []
            for base in found {
                if !pattern.isSpecial {
                    let path = base + String(part.map(\.character))
                    if (try? files.node(VirtualFileSystem.absolute(path, from: directory), followingLast: false)) != nil { next.append(path + (isLast ? "" : "/")) }
                    continue
                }
                guard let names = try? files.names(in: VirtualFileSystem.absolute(base.isEmpty ? "." : base, from: directory)) else { continue }
                for name in names where pattern.matches(name) {
                    if name.hasPrefix("."), part.first?.character != "." { continue }
                    let path = base + name
                    if !isLast, !files.isDirectory(VirtualFileSystem.absolute(path, from: directory)) { continue }
                    next.append(path + (isLast ? "" : "/"))
                }
                if next.count > 20_000 { return [] }
            }
            found = next
        }
        return parts.isEmpty ? [] : found.sorted()
    }
}

extension Array {
    fileprivate func split(separator: Character, omittingEmptySubsequences: Bool, by isEqual: (Element, Character) -> Bool) -> [ArraySlice<Element>] {
        split(omittingEmptySubsequences: omittingEmptySubsequences) { isEqual($0, separator) }
    }
}
