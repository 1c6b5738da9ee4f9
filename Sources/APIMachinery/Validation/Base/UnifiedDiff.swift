import KubernetesObjects

/// The difference of two trees as the messages about immutable specs show it.
///
/// - Shape: unified hunks with three lines of context, of JSON that is indented by one blank.
/// - Source: k8s.io/apimachinery `util/diff` over a port of Python's `difflib`.
enum UnifiedDiff {
    static func text(_ old: Value, _ new: Value) -> String { text(lines: indented(old), indented(new)) }

    /// JSON with one blank for each level, a line for each brace, as `json.MarshalIndent(x, "", " ")`.
    static func indented(_ value: Value) -> [String] {
        var lines: [String] = [""]
        func write(_ value: Value, _ depth: Int) {
            func start(_ text: String) { lines.append(String(repeating: " ", count: depth + 1) + text) }
            switch value {
            case .array(let list) where !list.isEmpty:
                lines[lines.count - 1] += "["
                for (index, element) in list.enumerated() {
                    start("")
                    write(element, depth + 1)
                    if index < list.count - 1 { lines[lines.count - 1] += "," }
                }
                lines.append(String(repeating: " ", count: depth) + "]")
            case .object(let fields) where !fields.isEmpty:
                lines[lines.count - 1] += "{"
                for (index, entry) in fields.enumerated() {
                    start(compactJSON(.string(entry.key)) + ": ")
                    write(entry.value, depth + 1)
                    if index < fields.count - 1 { lines[lines.count - 1] += "," }
                }
                lines.append(String(repeating: " ", count: depth) + "}")
            default: lines[lines.count - 1] += compactJSON(value)
            }
        }
        write(value, 0)
        return lines
    }

    static func text(lines old: [String], _ new: [String]) -> String {
        var result = ""
        for group in grouped(operations(old, new), context: 3) {
            guard let first = group.first, let last = group.last else { continue }
            result += "@@ -\(range(first.old.lowerBound, last.old.upperBound)) +\(range(first.new.lowerBound, last.new.upperBound)) @@\n"
            for operation in group {
                if operation.isEqual {
                    for line in old[operation.old] { result += " \(line)\n" }
                } else {
                    for line in old[operation.old] { result += "-\(line)\n" }
                    for line in new[operation.new] { result += "+\(line)\n" }
                }
            }
        }
        return result
    }

    private static func range(_ start: Int, _ end: Int) -> String {
        let length = end - start
        if length == 1 { return "\(start + 1)" }
        return "\(length == 0 ? start : start + 1),\(length)"
    }

    struct Operation {
        var isEqual: Bool
        var old: Range<Int>
        var new: Range<Int>
    }

    /// Equal and changed stretches in order.
    static func operations(_ old: [String], _ new: [String]) -> [Operation] {
        var result: [Operation] = []
        var i = 0
        var j = 0
        for block in matches(old, new) + [(old.count, new.count, 0)] {
            if i < block.0 || j < block.1 { result.append(Operation(isEqual: false, old: i..<block.0, new: j..<block.1)) }
            if block.2 > 0 {
                result.append(Operation(isEqual: true, old: block.0..<block.0 + block.2, new: block.1..<block.1 + block.2))
            }
            i = block.0 + block.2
            j = block.1 + block.2
        }
        return result
    }

    /// The matching stretches, found longest first.
    private static func matches(_ old: [String], _ new: [String]) -> [(Int, Int, Int)] {
        var positions: [String: [Int]] = [:]
        for (index, line) in new.enumerated() { positions[line, default: []].append(index) }
        if new.count >= 200 {
            let often = new.count / 100 + 1
            positions = positions.filter { $0.value.count <= often }
        }
        var pending = [(0, old.count, 0, new.count)]
        var found: [(Int, Int, Int)] = []
        while let (oldStart, oldEnd, newStart, newEnd) = pending.popLast() {
            var best = (oldStart, newStart, 0)
            var lengths: [Int: Int] = [:]
            for i in oldStart..<oldEnd {
                var next: [Int: Int] = [:]
                for j in positions[old[i]] ?? [] where j >= newStart {
                    if j >= newEnd { break }
                    let length = (lengths[j - 1] ?? 0) + 1
                    next[j] = length
                    if length > best.2 { best = (i - length + 1, j - length + 1, length) }
                }
                lengths = next
            }
            while best.0 > oldStart, best.1 > newStart, old[best.0 - 1] == new[best.1 - 1] { best = (best.0 - 1, best.1 - 1, best.2 + 1) }
            while best.0 + best.2 < oldEnd, best.1 + best.2 < newEnd, old[best.0 + best.2] == new[best.1 + best.2] { best.2 += 1 }
            if best.2 == 0 { continue }
            found.append(best)
            if oldStart < best.0, newStart < best.1 { pending.append((oldStart, best.0, newStart, best.1)) }
            if best.0 + best.2 < oldEnd, best.1 + best.2 < newEnd { pending.append((best.0 + best.2, oldEnd, best.1 + best.2, newEnd)) }
        }
        found.sort { $0 < $1 }
        var merged: [(Int, Int, Int)] = []
        for block in found {
            if let last = merged.last, last.0 + last.2 == block.0, last.1 + last.2 == block.1 {
                merged[merged.count - 1].2 += block.2
            } else {
                merged.append(block)
            }
        }
        return merged
    }

    private static func grouped(_ operations: [Operation], context: Int) -> [[Operation]] {
        var operations = operations
        guard !operations.isEmpty, operations.contains(where: { !$0.isEqual }) else { return [] }
        if operations[0].isEqual {
            let first = operations[0]
            operations[0].old = max(first.old.lowerBound, first.old.upperBound - context)..<first.old.upperBound
            operations[0].new = max(first.new.lowerBound, first.new.upperBound - context)..<first.new.upperBound
        }
        let end = operations.count - 1
        if operations[end].isEqual {
            let last = operations[end]
            operations[end].old = last.old.lowerBound..<min(last.old.upperBound, last.old.lowerBound + context)
            operations[end].new = last.new.lowerBound..<min(last.new.upperBound, last.new.lowerBound + context)
        }
        var groups: [[Operation]] = []
        var group: [Operation] = []
        for var operation in operations {
            if operation.isEqual, operation.old.count > context * 2 {
                var head = operation
                head.old = operation.old.lowerBound..<operation.old.lowerBound + context
                head.new = operation.new.lowerBound..<operation.new.lowerBound + context
                group.append(head)
                groups.append(group)
                group = []
                operation.old = operation.old.upperBound - context..<operation.old.upperBound
                operation.new = operation.new.upperBound - context..<operation.new.upperBound
            }
            group.append(operation)
        }
        if !group.isEmpty, !(group.count == 1 && group[0].isEqual) { groups.append(group) }
        return groups
    }
}
