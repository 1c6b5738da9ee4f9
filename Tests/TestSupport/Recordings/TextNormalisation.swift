import Foundation
import KubernetesObjects

/// The rules by which printed text is made comparable.
///
/// - Source: the section "Text" of the recordings' description.
enum TextNormalisation {
    static let kubeletReasons: Set<String> = [
        "Pulling", "Pulled", "Created", "Started", "Killing", "BackOff", "Unhealthy", "FailedMount", "Failed", "FailedCreatePodSandBox",
        "ProbeWarning", "InspectFailed", "ErrImageNeverPull", "NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID",
        "Starting", "NodeReady", "NodeAllocatableEnforced", "DeadlineExceeded",
    ]
    static let noiseReasons: Set<String> = ["FailedToUpdateEndpoint", "FailedToUpdateEndpointSlices", "FailedToCreateEndpoint", "KubeAPIReadyz"]
    private static let ageColumns: Set<String> = ["AGE", "LAST SEEN", "FIRST SEEN", "CREATED AT", "DURATION", "LAST SCHEDULE"]
    private static let age = Pattern(#"^(?:\d+[smhdy]){1,3}$|^<invalid>$|^<unknown>$"#)
    private static let header = Pattern(#"^[A-Z][A-Z0-9%() /_-]*$"#)
    private static let words = Pattern(#"\S+(?: \S+)*"#)
    private static let ageCell = Pattern(#"^(\S+(?: \(x\d+ over \S+\))?)(\s*)"#)
    private static let restartAge = Pattern(#"\((\S+) ago\)"#)
    private static let describeEvent = Pattern(#"^  (Normal|Warning)\s+(\S+)\s+(\S+(?: \(x\d+ over \S+\))?)\s+(\S+)\s\s+(.*)$"#)
    private static let looseEvent = Pattern(#"^  (Normal|Warning)\s+(\S+)\s+(\d\S*(?: \(x\d+ over \S+\))?)\s+(\S+)\s\s+(.*)$"#)

    static func columns(_ line: String) -> [(name: String, start: Int)]? {
        let trimmed = line.replacing(Pattern(#"\s+$"#), with: "")
        guard header.isWhole(trimmed), trimmed.trimmingCharacters(in: .whitespaces).contains("  ") else { return nil }
        let found = words.matches(in: line).map { (name: $0[0], start: line.distance(from: line.startIndex, to: $0.range.lowerBound)) }
        return found.count > 1 ? found : nil
    }

    static func normalised(_ original: String, names: VolatileNames) -> String {
        var text = maskTables(original)
        text = text.replacing(Pattern(#"(?m)^([EWIF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ ([\w.]+):\d+\]"#)) { "\($0[1])<klog> \($0[2])]" }
        text = text.replacing(Pattern(#"\S*/(LIVE|MERGED)-\d+/"#)) { "/tmp/\($0[1])-<rand>/" }
        text = text.replacing(Pattern(#"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4}"#), with: "<time>")
        text = text.replacing(Pattern(#"https://(127\.0\.0\.1|localhost|\[::1\]):\d+"#), with: "<server>")
        text = text.replacing(Pattern(#"\b(127\.0\.0\.1|localhost):2\d{4}\b"#), with: "<server>")
        text = text.replacing(
            Pattern(
                #"(?m)^[ \t]*- configMap:\n[ \t]+items:\n[ \t]+- key: service-ca\.crt\n[ \t]+path: service-ca\.crt\n[ \t]+name: openshift-service-ca\.crt\n"#
            ), with: "")
        text = text.replacing(Pattern(#"(?m)^[ \t]+ConfigMapName:[ \t]+openshift-service-ca\.crt\n[ \t]+Optional:.*\n"#), with: "")
        text = text.replacing(
            Pattern(
                #",\n\s*\{\n\s*"configMap": \{\n\s*"items": \[\n\s*\{\n\s*"key": "service-ca\.crt",\n\s*"path": "service-ca\.crt"\n\s*\}\n\s*\],\n\s*"name": "openshift-service-ca\.crt"\n\s*\}\n\s*\}"#
            ), with: "")
        text = text.replacing(Pattern(#"(?m)^(?:configmap/)?openshift-service-ca\.crt\n"#), with: "")
        text = text.replacing(Pattern(#"(resourceVersion\\*"?: ?\\*")\d+"#)) { $0[1] + "<rv>" }
        text = text.replacing(Pattern(#"\bExitCode:0\b"#), with: "Completed ")
        text = text.replacing(Pattern(#"(?m)^ *"?started"?: true,?\n"#), with: "")
        text = text.replacing(Pattern(#"(Resource ?Version:\s+)\d+"#)) { $0[1] + "<rv>" }
        text = text.replacing(Pattern(#""\S*/kubectl-edit-\d+\.yaml""#), with: #""/tmp/kubectl-edit-<rand>.yaml""#)
        text = text.replacing(Pattern(#"(?m)(   +)\d+[smhdy](?:\d+[smhdy])?$"#)) { $0[1] + "<age>" }
        text = names.masked(text)
        for port in names.nodePorts.sorted() {
            text = text.replacing(Pattern(#"(?<![\d.])\#(port)(?![\d.])"#), with: "<nodePort>")
        }
        text = text.replacing(Pattern(#"(Container ID:\s+|containerID"?: "?)[\w]+://[^\s"]+"#)) { $0[1] + "<containerID>" }
        text = text.replacing(Pattern(#"(Image ID:\s+|imageID"?: "?)[^\s"]+"#)) { $0[1] + "<imageID>" }
        text = text.replacing(Pattern(#"(?m)^(\s*(?:Age|Last Schedule|Duration):\s+)(?:\d+[smhdy])+$"#)) { $0[1] + "<age>" }
        text = sortTables(text)
        if Pattern(#"<(rand|hash:|rev:|podIP|hostIP|clusterIP|nodePort|node>|zone>|age|time|schedule|uid|containerID|imageID)"#).isFound(in: text) {
            text = text.components(separatedBy: "\n").map(squeezed).joined(separator: "\n")
        }
        return text
    }

    private static func squeezed(_ line: String) -> String {
        let indent = line.prefix { $0 == " " }
        return indent + Pattern(" {2,}").replace(in: line.trimmingCharacters(in: .whitespaces), with: "  ")
    }

    private static func maskTables(_ text: String) -> String {
        let lines = text.components(separatedBy: "\n")
        var out: [String] = []
        var index = 0
        while index < lines.count {
            if let columns = columns(lines[index]) {
                out.append(lines[index])
                index += 1
                let columnNames = columns.map(\.name)
                while index < lines.count, !lines[index].trimmingCharacters(in: .whitespaces).isEmpty, self.columns(lines[index]) == nil {
                    if let row = maskedRow(lines[index], columns: columns, names: columnNames) { out.append(row) }
                    index += 1
                }
            } else if Pattern(#"^Events:\s*$"#).isFound(in: lines[index]) {
                out.append("Events:")
                index += 1
                var rows: [String] = []
                while index < lines.count, lines[index].hasPrefix("  ") {
                    if let match = describeEvent.first(in: lines[index]), match[4] != "kubelet", !noiseReasons.contains(match[2]) {
                        rows.append("  \(match[1])  \(match[2])  <age>  \(match[4])  \(match[5])")
                    }
                    index += 1
                }
                if rows.isEmpty { out[out.count - 1] = "Events:  <none>" } else { out += ["  Type  Reason  Age  From  Message"] + rows }
            } else {
                if let match = looseEvent.first(in: lines[index]) {
                    if match[4] != "kubelet" {
                        let row = "  \(match[1])  \(match[2])  <age>  \(match[4])  \(match[5])"
                        if row != out.last { out.append(row) }
                    }
                } else {
                    out.append(lines[index])
                }
                index += 1
            }
        }
        return out.joined(separator: "\n")
    }

    private static func maskedRow(_ line: String, columns: [(name: String, start: Int)], names: [String]) -> String? {
        let characters = Array(line)
        var cells = columns.indices.map { index -> String in
            let start = columns[index].start
            let end = index + 1 < columns.count ? columns[index + 1].start : characters.count
            return start < characters.count ? String(characters[start..<min(max(end, start), characters.count)]) : ""
        }
        if let reason = names.firstIndex(of: "REASON"), names.contains("LAST SEEN") {
            let text = cells[reason].trimmingCharacters(in: .whitespaces)
            if kubeletReasons.contains(text) || noiseReasons.contains(text) { return nil }
        }
        if let first = cells[0].trimmingCharacters(in: .whitespaces).components(separatedBy: "/").last,
            first.hasPrefix(ObjectNormalisation.distributionObject)
        {
            return nil
        }
        for index in columns.indices {
            let name = columns[index].name
            if ageColumns.contains(name), let match = ageCell.first(in: cells[index]) {
                let word = match[1].components(separatedBy: " ")[0]
                if age.isFound(in: word) || match[1].hasPrefix("<time>") {
                    cells[index] = index + 1 < columns.count ? "<age>" + String(repeating: " ", count: max(cells[index].count - 5, 2)) : "<age>"
                }
            }
            if name == "RESTARTS" { cells[index] = restartAge.replace(in: cells[index], with: "(<age> ago)") }
        }
        return cells.joined().replacing(Pattern(#"\s+$"#), with: "")
    }

    private static func sortTables(_ text: String) -> String {
        var out: [String] = []
        var block: [String]?
        var isEvents = false
        var head: [String] = []
        func flush() {
            guard var rows = block else { return }
            if isEvents {
                rows = Array(rows.prefix(1)) + Set(rows.dropFirst()).sorted()
            } else if head.contains("LAST SEEN") {
                rows = Set(rows).sorted()
            } else if rows.contains(where: { Pattern("<(rand|hash:|rev:|node>|schedule|uid)").isFound(in: $0) }) {
                rows.sort()
            }
            out += rows
            block = nil
        }
        for line in text.components(separatedBy: "\n") + [""] {
            let found = columns(line)
            if block != nil {
                if !line.trimmingCharacters(in: .whitespaces).isEmpty, found == nil, !isEvents || line.hasPrefix("  ") {
                    block!.append(line)
                    continue
                }
                flush()
            }
            if let found {
                (block, head, isEvents) = ([], found.map(\.name), false)
            } else if line == "Events:" {
                (block, head, isEvents) = ([], [], true)
            }
            out.append(line)
        }
        return out.dropLast().joined(separator: "\n")
    }

    /// Whether every table of raw output has kubectl's layout; nil when there is none.
    static func isAligned(_ text: String) -> Bool? {
        var isFound = false
        for block in Pattern(#"\n\s*\n"#).split(text) {
            let lines = block.components(separatedBy: "\n").filter { !$0.trimmingCharacters(in: .whitespaces).isEmpty }.map(Array.init)
            guard lines.count >= 2, let columns = columns(String(lines[0])) else { continue }
            isFound = true
            for index in columns.indices.dropLast() {
                let (start, end) = (columns[index].start, columns[index + 1].start)
                let widest = lines.map { line -> Int in
                    guard start < line.count else { return 0 }
                    let cell = String(line[start..<min(end, line.count)])
                    return cell.replacing(Pattern(#"\s+$"#), with: "").count
                }.max() ?? 0
                if widest + 3 != end - start || lines.contains(where: { $0.count > end && $0[end - 1] != " " }) { return false }
            }
        }
        return isFound ? true : nil
    }
}

extension String {
    func replacing(_ pattern: Pattern, with replacement: String) -> String { pattern.replace(in: self, with: replacement) }
    func replacing(_ pattern: Pattern, with template: (Pattern.Match) -> String) -> String { pattern.replace(in: self, with: template) }
}

extension Pattern {
    func split(_ text: String) -> [String] {
        var result: [String] = []
        var position = text.startIndex
        for match in matches(in: text) {
            result.append(String(text[position..<match.range.lowerBound]))
            position = match.range.upperBound
        }
        return result + [String(text[position...])]
    }
}
