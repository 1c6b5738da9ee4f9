/// A place in a file.
///
/// - Units: line and column count from 1.
package struct FilePosition: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `service.yaml:9`.
    package var short: String { line > 0 ? "\(file):\(line)" : file }
    package var description: String { line > 0 ? "\(file):\(line):\(column)" : file }

    package static func < (left: FilePosition, right: FilePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// Something wrong in a lab's files, and where.
package struct FormatProblem: Hashable, Sendable, CustomStringConvertible {
    package var position: FilePosition
    package var message: String
    /// A warning does not keep the lab from being run.
    package var isWarning: Bool

    package init(_ position: FilePosition, _ message: String, isWarning: Bool = false) {
        self.position = position
        self.message = message
        self.isWarning = isWarning
    }

    package var description: String { "\(position): \(isWarning ? "warning: " : "")\(message)" }
}

/// Finds the known name that a misspelled one most likely means.
package enum NearestName {
    /// The candidate with the smallest edit distance, when it is near enough to be meant.
    ///
    /// - Order: ties go to the candidate that sorts first.
    package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let folded = name.lowercased()
        var best: (distance: Int, name: String)?
        for candidate in candidates.sorted() {
            let distance = distance(folded, candidate.lowercased())
            if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
        }
        guard let best, best.distance <= max(1, min(name.count, best.name.count) / 3 + 1), best.distance < name.count else { return nil }
        return best.name
    }

    /// How many insertions, deletions, replacements and swaps of neighbours lead from one text to the other.
    package static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.utf8.prefix(64))
        let b = Array(right.utf8.prefix(64))
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var before = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
            }
            before = previous
            previous = row
        }
        return previous[b.count]
    }
}
