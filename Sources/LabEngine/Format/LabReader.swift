import Cluster
import GitReading
import Grading
import KubernetesObjects

/// A lab that cannot be used, with everything that is wrong with it.
package struct LabError: Error, Sendable, CustomStringConvertible {
    package var problems: [FormatProblem]

    package init(_ problems: [FormatProblem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Reads a lab's folder.
package struct LabReader {
    package static let fileName = "lab.yaml"

    let folder: any FileSource
    /// How the file is named in messages.
    let shown: String

    package init(_ folder: any FileSource) {
        self.folder = folder
        shown = folder.displayName(of: Self.fileName)
    }

    /// - Throws: every problem that was found, in the order of the file.
    package func read() throws(LabError) -> Lab {
        let bytes: [UInt8]
        do throws(SourceError) {
            bytes = try folder.read(Self.fileName)
        } catch {
            throw LabError([FormatProblem(FilePosition(file: shown, line: 0), error.message)])
        }
        let document = try document(bytes)
        let position: ([PathStep]) -> FilePosition = { [shown] path in
            let place = document.nearestPosition(of: ValuePath(path))
            return FilePosition(file: shown, line: place.line, column: place.column)
        }
        var checker = FormatChecker(table: LabFormat.table, position: position)
        checker.check(document.value)
        var problems = checker.problems
        problems += document.duplicates.map {
            FormatProblem(FilePosition(file: shown, line: $0.line, column: $0.column), "the field '\($0.path)' is given more than once.")
        }
        guard problems.isEmpty else { throw LabError(problems.sorted { $0.position < $1.position }) }
        let lab = build(document.value, position: position)
        problems = LabRules(lab: lab, document: document.value, position: position).problems
        guard problems.isEmpty else { throw LabError(problems.sorted { $0.position < $1.position }) }
        return lab
    }

    private func document(_ bytes: [UInt8]) throws(LabError) -> MarkedDocument {
        let reading = YAMLReader(maxBytes: 1 << 20).read(bytes)
        if let error = reading.error {
            throw LabError([FormatProblem(FilePosition(file: shown, line: error.line, column: error.column), error.message)])
        }
        let documents = reading.documents.filter { !$0.value.isNull }
        guard let document = documents.first else {
            throw LabError([FormatProblem(FilePosition(file: shown, line: 1), "the file is empty: it must hold one Lab.")])
        }
        guard documents.count == 1 else {
            throw LabError([FormatProblem(FilePosition(file: shown, line: documents[1].startLine), "the file has more than one document: it must hold one Lab.")])
        }
        guard document.value.fields != nil else {
            throw LabError([FormatProblem(FilePosition(file: shown, line: document.startLine), "the file must hold a map with apiVersion, kind, metadata and checks.")])
        }
        return document
    }

    // MARK: Building

    private func build(_ value: Value, position: @escaping ([PathStep]) -> FilePosition) -> Lab {
        let metadata = value["metadata"] ?? [:]
        var lab = Lab(name: metadata["name"]?.stringValue ?? "", folder: folder)
        lab.title = LocalizedText(metadata["title"])
        lab.summary = LocalizedText(metadata["summary"])
        lab.level = metadata["level"]?.stringValue ?? "beginner"
        lab.minutes = metadata["minutes"]?.intValue ?? 0
        lab.tags = strings(metadata["tags"])
        lab.prerequisites = strings(metadata["prerequisites"])
        lab.kubernetesVersion = metadata["kubernetes"]?.stringValue ?? ""
        if let cluster = value["cluster"] { lab.cluster = self.cluster(cluster) }
        if let submission = value["submission"] { lab.submission = self.submission(submission) }
        for (index, step) in (value["scenario"]?.elements ?? []).enumerated() {
            lab.scenario.append(self.step(step, at: position([.key("scenario"), .index(index)])))
        }
        let reader = CheckReader(position: position)
        for (index, check) in (value["checks"]?.elements ?? []).enumerated() {
            lab.checks.append(reader.check(check, at: [.key("checks"), .index(index)]))
        }
        return lab
    }

    private func cluster(_ value: Value) -> ClusterSpec {
        var spec = ClusterSpec()
        if let profile = value["profile"]?.stringValue { spec.profile = profile }
        spec.config = value["config"]?.stringValue
        spec.nodes = value["nodes"]?.elements ?? []
        spec.addOns = strings(value["addOns"]).compactMap(AddOn.init(rawValue:))
        spec.metrics = (value["metrics"]?.elements ?? []).map(Self.metric)
        for step in value["setup"]?.elements ?? [] {
            if step["apply"] != nil { spec.setup.append(.apply(strings(step["apply"]))) }
            if let manifest = step["manifest"] { spec.setup.append(.manifest(manifest)) }
            if let run = step["run"]?.stringValue { spec.setup.append(.run(run)) }
        }
        return spec
    }

    private func submission(_ value: Value) -> SubmissionSpec {
        var spec = SubmissionSpec()
        spec.files = (value["files"]?.elements ?? []).map { file in
            SubmissionSpec.File(
                path: file["path"]?.stringValue ?? "", isRequired: file["required"]?.boolValue ?? true, about: LocalizedText(file["about"]))
        }
        spec.oneOf = strings(value["oneOf"])
        spec.script = value["script"]?.stringValue
        spec.eksctl = value["eksctl"]?.stringValue
        spec.isLive = value["live"]?.boolValue ?? false
        if let patterns = value["apply"] {
            spec.apply = strings(patterns)
        } else if spec.eksctl != nil {
            spec.apply = []
        }
        if let limit = duration(value["settle"]) { spec.settleLimit = limit }
        return spec
    }

    private func step(_ value: Value, at position: FilePosition) -> ScenarioStep {
        func action() -> ScenarioStep.Action {
            if let time = duration(value["wait"]) { return .wait(time) }
            if let limit = duration(value["settle"]) { return .settle(limit) }
            if let load = value["load"] {
                let origin = CheckReader { _ in position }.origin(load["from"])
                return .load(
                    LoadSpec(
                        name: load["name"]?.stringValue ?? "load", url: load["to"]?.stringValue ?? "", rate: load["rate"]?.doubleValue ?? 1,
                        origin: origin, length: duration(load["for"])))
            }
            if let name = value["stopLoad"]?.stringValue { return .stopLoad(name) }
            if let kill = value["kill"] {
                let labels = (kill["labels"]?.fields ?? [:]).map { (key: $0.key, value: $0.value.stringValue ?? "") }
                return .kill(labels: labels, namespace: kill["namespace"]?.stringValue ?? "default", count: kill["count"]?.intValue ?? 1)
            }
            if let kill = value["killContainer"] {
                let labels = (kill["labels"]?.fields ?? [:]).map { (key: $0.key, value: $0.value.stringValue ?? "") }
                return .killContainer(
                    labels: labels, namespace: kill["namespace"]?.stringValue ?? "default", container: kill["container"]?.stringValue ?? "",
                    count: kill["count"]?.intValue ?? 1)
            }
            if let disturbance = Self.disturbance(value) { return disturbance }
            if let change = value["setImage"] {
                return .setImage(
                    kind: change["kind"]?.stringValue ?? "Deployment", name: change["name"]?.stringValue ?? "",
                    namespace: change["namespace"]?.stringValue ?? "default", container: change["container"]?.stringValue ?? "",
                    image: change["image"]?.stringValue ?? "")
            }
            if let file = value["apply"]?.stringValue { return .applyFile(file) }
            if let manifest = value["apply"] { return .applyManifest(manifest) }
            return .run(value["run"]?.stringValue ?? "")
        }
        return ScenarioStep(name: value["name"]?.stringValue ?? "", action: action(), position: position)
    }

    private func strings(_ value: Value?) -> [String] {
        value?.stringValue.map { [$0] } ?? value?.elements.compactMap(\.stringValue) ?? []
    }

    private func duration(_ value: Value?) -> Duration? { value?.stringValue.flatMap(LabDuration.parse) }
}

/// What a lab must keep to beyond the shapes of its fields: names that refer to each other and files that exist.
struct LabRules {
    let lab: Lab
    let document: Value
    let position: ([PathStep]) -> FilePosition

    var problems: [FormatProblem] {
        var problems: [FormatProblem] = []
        func complain(_ path: [PathStep], _ message: String) { problems.append(FormatProblem(position(path), message)) }

        if !Self.isName(lab.name) {
            complain([.key("metadata"), .key("name")], "'\(lab.name)' is no name for a lab: use lower case letters, digits and '-'.")
        }
        if lab.checks.isEmpty { complain([.key("checks")], "the lab has no checks: a lab in which nothing is asserted cannot be graded.") }
        if !lab.checks.isEmpty, lab.pointsMax == 0 { complain([.key("checks")], "the checks are worth no points.") }

        var moments = [Moment.submission, Moment.end]
        for (index, step) in lab.scenario.enumerated() where !step.name.isEmpty {
            if moments.contains(step.name) { complain([.key("scenario"), .index(index), .key("name")], "the moment '\(step.name)' is named twice.") }
            moments.append(step.name)
        }
        var names: [String] = []
        for (index, check) in lab.checks.enumerated() {
            let path: [PathStep] = [.key("checks"), .index(index)]
            if names.contains(check.name) { complain(path + [.key("name")], "the check '\(check.name)' is there twice.") }
            for (number, need) in check.needs.enumerated() where !names.contains(need) {
                let near = NearestName.of(need, among: names).map { " Did you mean '\($0)'?" } ?? " It must stand before this one."
                complain(path + [.key("needs"), .index(number)], "'\(need)' is no check.\(near)")
            }
            names.append(check.name)
            if !moments.contains(check.moment) {
                complain(path + [.key("at")], "'\(check.moment)' is no moment. There are \(moments.joined(separator: ", ")).")
            }
            if case .timeline(let timeline) = check.assertion {
                for (key, moment) in [("from", timeline.from), ("to", timeline.to)] where !moments.contains(moment) {
                    complain(path + [.key("timeline"), .key(key)], "'\(moment)' is no moment. There are \(moments.joined(separator: ", ")).")
                }
            }
            for message in Self.complaints(about: check.assertion) { complain(path, message) }
        }
        problems += missingFiles()
        return problems
    }

    private func missingFiles() -> [FormatProblem] {
        var problems: [FormatProblem] = []
        func want(_ file: String, _ path: [PathStep]) {
            if (try? lab.folder.kind(of: file)) != .file {
                problems.append(FormatProblem(position(path), "the lab has no file '\(file)'."))
            }
        }
        for (index, step) in lab.cluster.setup.enumerated() {
            if case .apply(let files) = step { for file in files { want(file, [.key("cluster"), .key("setup"), .index(index)]) } }
        }
        if let config = lab.cluster.config { want(config, [.key("cluster"), .key("config")]) }
        for (index, step) in lab.scenario.enumerated() {
            if case .applyFile(let file) = step.action { want(file, [.key("scenario"), .index(index)]) }
        }
        return problems
    }

    /// What an assertion lacks to be judged.
    static func complaints(about assertion: Assertion) -> [String] {
        switch assertion {
        case .object(let object):
            if object.pattern.apiVersion.isEmpty || object.pattern.kind.isEmpty { return ["the object of the check has no apiVersion or no kind."] }
            return []
        case .cel(let expression): return expression.compileProblem.map { ["the CEL expression cannot be compiled: \($0)."] } ?? []
        case .all(let parts), .any(let parts):
            return parts.isEmpty ? ["the check asserts nothing: its list is empty."] : parts.flatMap(complaints)
        case .not(let part): return complaints(about: part)
        case .timeline(let timeline):
            if case .timeline = timeline.assertion { return ["a timeline cannot be inside a timeline."] }
            return complaints(about: timeline.assertion)
        default: return []
        }
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 63 && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 }
    }
}
