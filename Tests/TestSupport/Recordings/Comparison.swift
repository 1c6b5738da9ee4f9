import Foundation
import KubernetesObjects

/// Finds the differences between a recording and a run, the first differing fields by name.
enum Comparison {
    static func differences(expected: Value, actual: Value, timelineTolerance: Int) -> [String] {
        var result: [String] = []
        let (wanted, got) = (expected["steps"]?.elements ?? [], actual["steps"]?.elements ?? [])
        for (index, (one, other)) in zip(wanted, got).enumerated() {
            let command = one["run"]?.stringValue ?? ""
            let place = "step \(index + 1) (\(command.trimmingCharacters(in: .whitespacesAndNewlines).components(separatedBy: "\n")[0]))"
            for (key, value) in one.fields ?? [:] where key != "run" && other[key] != value {
                if key == "stdout" || key == "stderr" {
                    result.append("\(place) \(key):\n" + lines(value.stringValue ?? "", other[key]?.stringValue ?? ""))
                } else if key == "aligned" {
                    result.append("\(place): table columns are not laid out as kubectl does")
                } else {
                    result.append("\(place) \(key): expected \(short(value)), got \(other[key].map(short) ?? "nothing")")
                }
            }
        }
        if wanted.count != got.count { result.append("number of steps: expected \(wanted.count), got \(got.count)") }
        compareLists(expected["state"], actual["state"], name: "state", into: &result)
        let eventKeys = Set((expected["events"]?.fields ?? [:]).keys + (actual["events"]?.fields ?? [:]).keys).sorted()
        for key in eventKeys {
            let one = Set((expected["events"]?[key]?.elements ?? []).map(ObjectNormalisation.canonical))
            let other = Set((actual["events"]?[key]?.elements ?? []).map(ObjectNormalisation.canonical))
            result += one.subtracting(other).sorted().map { "\(key): missing \($0)" }
            result += other.subtracting(one).sorted().map { "\(key): not expected \($0)" }
        }
        if expected["timeline"] != nil || actual["timeline"] != nil {
            compareTimelines(expected["timeline"]?.elements ?? [], actual["timeline"]?.elements ?? [], tolerance: timelineTolerance, into: &result)
        }
        return result
    }

    private static func compareLists(_ expected: Value?, _ actual: Value?, name: String, into result: inout [String]) {
        let keys = Set((expected?.fields ?? [:]).keys + (actual?.fields ?? [:]).keys).sorted()
        for key in keys {
            let one = (expected?[key]?.elements ?? []).sorted { ObjectNormalisation.canonical($0) < ObjectNormalisation.canonical($1) }
            let other = (actual?[key]?.elements ?? []).sorted { ObjectNormalisation.canonical($0) < ObjectNormalisation.canonical($1) }
            walk(.array(one), .array(other), path: "\(name).\(key)", into: &result)
        }
    }

    private static func walk(_ expected: Value, _ actual: Value, path: String, into result: inout [String]) {
        switch (expected, actual) {
        case (.object(let one), .object(let other)):
            for key in Set(one.keys + other.keys).sorted() {
                switch (one[key], other[key]) {
                case (let value?, nil): result.append("\(path).\(key): missing, expected \(short(value))")
                case (nil, let value?): result.append("\(path).\(key): not expected, got \(short(value))")
                case (let a?, let b?): walk(a, b, path: "\(path).\(key)", into: &result)
                default: break
                }
            }
        case (.array(let one), .array(let other)):
            if one.count == other.count {
                for (index, pair) in zip(one, other).enumerated() { walk(pair.0, pair.1, path: "\(path)[\(index)]", into: &result) }
                return
            }
            result.append("\(path): expected \(one.count) items, got \(other.count)")
            var rest = other.map(ObjectNormalisation.canonical)
            for text in one.map(ObjectNormalisation.canonical) {
                if let index = rest.firstIndex(of: text) { rest.remove(at: index) } else { result.append("  only expected: \(text.prefix(400))") }
            }
            result += rest.map { "  only got: \($0.prefix(400))" }
        default:
            if expected != actual { result.append("\(path): expected \(short(expected)), got \(short(actual))") }
        }
    }

    private static func compareTimelines(_ expected: [Value], _ actual: [Value], tolerance: Int, into result: inout [String]) {
        if tolerance > 0, expected.count == actual.count {
            let (one, other) = (changes(expected), changes(actual))
            if one.map(\.replicas) == other.map(\.replicas), zip(one, other).allSatisfy({ abs($0.sync - $1.sync) <= tolerance }) { return }
        }
        walk(.array(expected), .array(actual), path: "timeline", into: &result)
    }

    private static func changes(_ timeline: [Value]) -> [(replicas: Int, sync: Int)] {
        var result: [(replicas: Int, sync: Int)] = []
        for row in timeline {
            let (replicas, sync) = (row["replicas"]?.intValue ?? 0, row["sync"]?.intValue ?? 0)
            if result.last?.replicas != replicas { result.append((replicas, sync)) }
        }
        return result
    }

    private static func short(_ value: Value) -> String {
        let text = value.json(.compact, sortedKeys: true)
        return text.count < 300 ? text : text.prefix(300) + "..."
    }

    /// The lines that differ, with `-` for expected and `+` for got.
    private static func lines(_ expected: String, _ actual: String) -> String {
        let (one, other) = (expected.components(separatedBy: "\n"), actual.components(separatedBy: "\n"))
        var out: [String] = []
        for change in other.difference(from: one) {
            switch change {
            case .remove(let offset, let element, _): out.append("      \(offset + 1) -\(element)")
            case .insert(let offset, let element, _): out.append("      \(offset + 1) +\(element)")
            }
        }
        return out.prefix(24).joined(separator: "\n")
    }
}
