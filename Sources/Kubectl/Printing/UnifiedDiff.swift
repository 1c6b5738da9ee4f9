import APIMachinery
import KubernetesObjects
import SimulationKernel

/// The difference between two texts as `diff -u` prints it.
enum UnifiedDiff {
    private enum Edit { case same(Int, Int), removed(Int), added(Int) }

    /// Hunks with three lines around each change; empty for equal texts.
    ///
    /// - Bounds: quadratic in the number of changed lines; texts of more than 20,000 lines in all are shown as replaced.
    static func text(_ before: String, _ after: String) -> String {
        let old = lines(before)
        let new = lines(after)
        let edits = script(old, new)
        var result = ""
        var index = 0
        while index < edits.count {
            guard isChange(edits[index]) else {
                index += 1
                continue
            }
            let start = max(0, index - 3)
            var end = index
            var quiet = 0
            var cursor = index
            while cursor < edits.count, quiet <= 6 {
                if isChange(edits[cursor]) {
                    end = cursor
                    quiet = 0
                } else {
                    quiet += 1
                }
                cursor += 1
            }
            let stop = min(edits.count, end + 4)
            result += hunk(edits[start..<stop], old, new, before: edits[..<start])
            index = stop
        }
        return result
    }

    private static func lines(_ text: String) -> [Substring] {
        var parts = text.split(separator: "\n", omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts
    }

    private static func isChange(_ edit: Edit) -> Bool { if case .same = edit { false } else { true } }

    /// The shortest list of edits, by the longest common subsequence between equal ends.
    private static func script(_ old: [Substring], _ new: [Substring]) -> [Edit] {
        var head = 0
        while head < old.count, head < new.count, old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < old.count - head, tail < new.count - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
        var edits: [Edit] = (0..<head).map { .same($0, $0) }
        let (a, b) = (old.count - head - tail, new.count - head - tail)
        if a + b > 20_000 {
            edits += (0..<a).map { .removed(head + $0) } + (0..<b).map { .added(head + $0) }
        } else {
            var table = [[Int32]](repeating: [Int32](repeating: 0, count: b + 1), count: a + 1)
            for i in stride(from: a - 1, through: 0, by: -1) {
                for j in stride(from: b - 1, through: 0, by: -1) {
                    table[i][j] = old[head + i] == new[head + j] ? table[i + 1][j + 1] + 1 : max(table[i + 1][j], table[i][j + 1])
                }
            }
            var (i, j) = (0, 0)
            while i < a || j < b {
                if i < a, j < b, old[head + i] == new[head + j] {
                    edits.append(.same(head + i, head + j))
                    i += 1
                    j += 1
                } else if i < a, j >= b || table[i + 1][j] >= table[i][j + 1] {
                    edits.append(.removed(head + i))
                    i += 1
                } else {
                    edits.append(.added(head + j))
                    j += 1
                }
            }
        }
        return edits + (0..<tail).map { .same(old.count - tail + $0, new.count - tail + $0) }
    }

    private static func hunk(_ edits: ArraySlice<Edit>, _ old: [Substring], _ new: [Substring], before: ArraySlice<Edit>) -> String {
        func counts(_ edits: ArraySlice<Edit>) -> (Int, Int) {
            edits.reduce((0, 0)) { sum, edit in
                switch edit {
                case .same: (sum.0 + 1, sum.1 + 1)
                case .removed: (sum.0 + 1, sum.1)
                case .added: (sum.0, sum.1 + 1)
                }
            }
        }
        let (startOld, startNew) = counts(before)
        let (countOld, countNew) = counts(edits)
        func range(_ start: Int, _ count: Int) -> String { count == 0 ? "\(start),0" : count == 1 ? "\(start + 1)" : "\(start + 1),\(count)" }
        var text = "@@ -\(range(startOld, countOld)) +\(range(startNew, countNew)) @@\n"
        for edit in edits {
            switch edit {
            case .same(let index, _): text += " \(old[index])\n"
            case .removed(let index): text += "-\(old[index])\n"
            case .added(let index): text += "+\(new[index])\n"
            }
        }
        return text
    }
}
