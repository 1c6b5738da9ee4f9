import Foundation
import KubernetesObjects

/// A recorded scenario: what to run, what to look at, and what a real control plane did.
struct Scenario {
    struct Step {
        var run: String
        var stdin: String
        var settle: [Value]
        var compare: [String]
    }

    struct Observation {
        var key: String
        /// Arguments of `kubectl get`.
        var arguments: [String]
        var isEvents: Bool { arguments.first == "events" }
    }

    let name: String
    let area: String
    let files: [String: [UInt8]]
    let document: Value
    let expected: Value

    /// Reads a scenario's folder.
    init(folder: URL) throws {
        name = folder.lastPathComponent
        area = folder.deletingLastPathComponent().lastPathComponent
        var files: [String: [UInt8]] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            files[file] = [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
        }
        document = try YAMLReader().documents(String(decoding: files["scenario.yaml"] ?? [], as: UTF8.self)).first?.value ?? [:]
        expected = try Value(parsingJSON: String(decoding: files["expected.json"] ?? [], as: UTF8.self))
        self.files = files
    }

    var title: String { "\(area)/\(name)" }
    var namespaces: [String] { document["namespaces"]?.arrayValue?.compactMap(\.stringValue) ?? ["lab-\(name)"] }
    var namespace: String? { namespaces.first }
    var namespaceLabels: [String] { list(document["namespaceLabels"]).compactMap(\.stringValue) }
    var keepsManagedFields: Bool { document["managedFields"]?.boolValue ?? false }
    var masksNodes: Bool { document["nodes"]?["placement"]?.stringValue != "exact" }
    var finalSettle: [Value] { document["finalSettle"].map { list($0) } ?? ["stable"] }
    var ignoredReasons: Set<String> { Set(list(document["ignoreReasons"]).compactMap(\.stringValue)) }
    var drops: [[String]] { list(document["drop"]).compactMap { $0.stringValue?.components(separatedBy: ".") } }
    var isTimeline: Bool { document["timeline"] != nil }
    var timelineTolerance: Int { document["timelineTolerance"]?.intValue ?? 0 }

    var steps: [Step] { list(document["steps"]).map(step) }
    var after: [Step] { list(document["after"]).map(step) }

    private func step(_ value: Value) -> Step {
        let settle = list(value["settle"]).filter { $0 != "none" }
        let compare = value["compare"].map { list($0).compactMap(\.stringValue) } ?? ["exit", "stdout", "stderr"]
        return Step(run: value["run"]?.stringValue ?? "", stdin: value["stdin"]?.stringValue ?? "", settle: settle, compare: compare)
    }

    var observations: [Observation] {
        list(document["observe"]).map { entry in
            if let kind = entry.stringValue {
                return Observation(key: kind, arguments: [kind] + (namespace.map { ["-n", $0] } ?? []))
            }
            let kind = entry["kind"]?.stringValue ?? ""
            let names = list(entry["name"]).compactMap(\.stringValue)
            var arguments = [kind] + names
            if let space = entry["namespace"]?.stringValue ?? namespace { arguments += ["-n", space] }
            if let selector = entry["selector"]?.stringValue { arguments += ["-l", selector] }
            let key =
                entry["key"]?.stringValue ?? kind + (entry["namespace"]?.stringValue.map { "@" + $0 } ?? "")
                + (names.isEmpty ? "" : "/" + names.joined(separator: ","))
            return Observation(key: key, arguments: arguments)
        }
    }

    /// The text of all files, in which chosen names and addresses stand.
    var inputs: String {
        files.keys.sorted().filter { $0 != "expected.json" }.map { String(decoding: files[$0]!, as: UTF8.self) }.joined()
    }

    /// Names of Deployments that the files and commands mention.
    var deployments: Set<String> {
        var result: Set<String> = []
        for match in Pattern(#"(?:deployment|deploy|deployments)[./ ]+([a-z0-9-]+)"#).matches(in: inputs) { result.insert(match[1]) }
        for match in Pattern(#"(?s)kind: Deployment.{0,40}?name: ([a-z0-9-]+)"#).matches(in: inputs) { result.insert(match[1]) }
        return result
    }

    private func list(_ value: Value?) -> [Value] {
        guard let value, !value.isNull else { return [] }
        return value.arrayValue ?? [value]
    }
}
