/// Where the nodes of a document stand in its text.
///
/// - Shape: one entry a node in the order of the text; an entry's children lie between it and `end`, each followed by its
///   own children. A mapping's child has the key that names it; `<<` has no name. An alias points at the entry of its anchor.
struct YAMLMarks: Sendable {
    struct Key {
        var name: String?
        var mark: YAMLMark
    }

    struct Entry {
        var key: String?
        var isPair = false
        var keyLine: Int32 = 0
        var keyColumn: Int32 = 0
        var line: Int32
        var column: Int32
        var end: Int32 = 0
        var alias: Int32 = -1
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    mutating func truncate(_ count: Int) { entries.removeLast(entries.count - count) }

    mutating func open(_ key: Key?, _ mark: YAMLMark, alias: Int = -1) -> Int {
        var entry = Entry(line: Int32(truncatingIfNeeded: mark.line), column: Int32(truncatingIfNeeded: mark.column))
        entry.alias = Int32(truncatingIfNeeded: alias)
        if let key {
            entry.key = key.name
            entry.isPair = true
            entry.keyLine = Int32(truncatingIfNeeded: key.mark.line)
            entry.keyColumn = Int32(truncatingIfNeeded: key.mark.column)
        }
        entries.append(entry)
        return entries.count - 1
    }

    mutating func close(_ index: Int) { entries[index].end = Int32(truncatingIfNeeded: entries.count) }

    /// The entry of a path, and how many steps of it were found.
    func find(_ path: ValuePath) -> (entry: Entry, found: Int)? {
        guard !entries.isEmpty else { return nil }
        var index = 0
        for (depth, step) in path.steps.enumerated() {
            guard let next = child(of: index, step, hops: 64) else { return (entries[index], depth) }
            index = next
        }
        return (entries[index], path.steps.count)
    }

    private func child(of parent: Int, _ step: ValuePath.Step, hops: Int) -> Int? {
        guard hops > 0 else { return nil }
        let entry = entries[parent]
        if entry.alias >= 0 { return child(of: Int(entry.alias), step, hops: hops - 1) }
        var index = parent + 1
        var found: Int?
        var position = 0
        while index < Int(entry.end) {
            let candidate = entries[index]
            switch step {
            case .index(let wanted):
                if position == wanted { return index }
            case .key(let wanted):
                if candidate.isPair {
                    if candidate.key == wanted {
                        found = index
                    } else if candidate.key == nil, let merged = mergedChild(of: index, step, hops: hops - 1) {
                        found = merged
                    }
                }
            }
            position += 1
            index = max(index + 1, Int(candidate.end))
        }
        return found
    }

    /// A field that `<<` brings in: of a mapping, or of the first mapping of a list that has it.
    private func mergedChild(of parent: Int, _ step: ValuePath.Step, hops: Int) -> Int? {
        if let direct = child(of: parent, step, hops: hops) { return direct }
        var index = parent + 1
        while index < Int(entries[parent].end) {
            if !entries[index].isPair, let found = child(of: index, step, hops: hops - 1) { return found }
            index = max(index + 1, Int(entries[index].end))
        }
        return nil
    }
}
