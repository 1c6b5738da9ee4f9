import GitReading
import Grading
import KubernetesObjects

/// What was read of a submission before any of it is run.
struct LoadedSubmission: Sendable {
    var record = SubmissionRecord()
    /// The files to apply, in order, each with its documents.
    var manifests: [ManifestFile] = []
    var script: (path: String, text: String)?
    var config: (path: String, bytes: [UInt8])?
    /// All files that could be read, for the script and for `-f`.
    var files: [(path: String, bytes: [UInt8])] = []
}

/// A manifest's documents.
struct ManifestFile: Sendable {
    var path: String
    var documents: [SubmittedDocument]
}

/// Reads a submission. What cannot be read becomes a problem of the submission, never an error of the grader.
struct SubmissionLoader {
    let spec: SubmissionSpec
    let source: any FileSource
    let limits: SubmissionLimits
    private var result = LoadedSubmission()
    private var bytesTotal = 0

    init(spec: SubmissionSpec, source: any FileSource, limits: SubmissionLimits) {
        self.spec = spec
        self.source = source
        self.limits = limits
    }

    static func load(_ spec: SubmissionSpec, from source: any FileSource, limits: SubmissionLimits) -> LoadedSubmission {
        var loader = SubmissionLoader(spec: spec, source: source, limits: limits)
        loader.load()
        return loader.result
    }

    private mutating func load() {
        var paths: [String] = []
        collect("", depth: 0, into: &paths)
        paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let expected = Set(spec.files.map(\.path) + spec.oneOf + [spec.script, spec.eksctl].compactMap { $0 })
        let manifests = manifestPaths(among: paths)
        for path in paths {
            let isWanted = expected.contains(path) || manifests.contains(path)
            guard isWanted || result.files.count < limits.filesMax else { continue }
            read(path, complains: isWanted)
        }
        for file in spec.files where file.isRequired && !paths.contains(file.path) {
            complain(.file, file.path, "\(file.path) is missing: the lab expects it in the submission")
        }
        if !spec.oneOf.isEmpty, !spec.oneOf.contains(where: paths.contains) {
            complain(.file, spec.oneOf[0], "the submission has none of \(spec.oneOf.joined(separator: ", ")); one of them is expected")
        }
        for path in manifests { parse(path) }
        if let path = spec.script, let text = result.record.texts[path] { result.script = (path, text) }
        if let path = spec.eksctl, let file = result.files.first(where: { $0.path == path }) { result.config = file }
    }

    // MARK: Files

    private mutating func collect(_ folder: String, depth: Int, into paths: inout [String]) {
        guard depth <= limits.source.depthMax else { return }
        let entries: [SourceEntry]
        do throws(SourceError) {
            entries = try source.entries(of: folder)
        } catch {
            return complain(.file, folder.isEmpty ? "." : folder, error.message)
        }
        for entry in entries where !entry.name.hasPrefix(".") {
            guard paths.count < limits.source.filesMax else { return }
            let path = SourcePath.join(folder, entry.name)
            switch entry.kind {
            case .file: paths.append(path)
            case .folder: if entry.name != "mutants", entry.name != "variants" { collect(path, depth: depth + 1, into: &paths) }
            case .link:
                do throws(SourceError) {
                    if try source.kind(of: path) == .file { paths.append(path) }
                } catch {
                    complain(.file, path, error.message)
                }
            case .other: continue
            }
        }
    }

    private mutating func read(_ path: String, complains: Bool) {
        let bytes: [UInt8]
        do throws(SourceError) {
            bytes = try source.read(path)
        } catch {
            if complains { complain(.file, path, error.message) }
            return
        }
        bytesTotal += bytes.count
        guard bytesTotal <= limits.totalBytesMax else {
            if complains { complain(.limit, path, "the submission is larger than \(limits.totalBytesMax) bytes; \(path) was left out") }
            return
        }
        result.files.append((path, bytes))
        if !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) {
            result.record.texts[path] = text
        } else if complains {
            complain(.file, path, "\(path) is not a text file: it holds bytes that are not UTF-8")
        }
    }

    // MARK: Manifests

    private func manifestPaths(among paths: [String]) -> [String] {
        guard let patterns = spec.apply else {
            return paths.filter { path in Self.isManifest(path) && path != spec.eksctl && SourcePath.lastName(path) != "kustomization.yaml" }
        }
        var chosen: [String] = []
        for pattern in patterns {
            for path in paths where Self.matches(path, pattern) && !chosen.contains(path) && path != spec.eksctl { chosen.append(path) }
        }
        return chosen
    }

    private static func isManifest(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") || path.hasSuffix(".json") }

    /// Whether a path fits a pattern in which `*` stands for any characters but `/`.
    static func matches(_ path: String, _ pattern: String) -> Bool {
        let text = Array(path.utf8)
        let shape = Array(pattern.utf8)
        var (at, from) = (0, 0)
        var star: (shape: Int, text: Int)?
        while at < text.count {
            if from < shape.count, shape[from] == UInt8(ascii: "*") {
                star = (from, at)
                from += 1
            } else if from < shape.count, shape[from] == text[at] {
                at += 1
                from += 1
            } else if let last = star, text[last.text] != UInt8(ascii: "/") {
                star = (last.shape, last.text + 1)
                (from, at) = (last.shape + 1, last.text + 1)
            } else {
                return false
            }
        }
        while from < shape.count, shape[from] == UInt8(ascii: "*") { from += 1 }
        return from == shape.count
    }

    private mutating func parse(_ path: String) {
        guard result.record.texts[path] != nil, let file = result.files.first(where: { $0.path == path }) else { return }
        let reading = YAMLReader(maxBytes: limits.fileBytesMax).read(file.bytes)
        var documents: [SubmittedDocument] = []
        for document in reading.documents where !document.value.isNull {
            guard result.record.documents.count < limits.documentsMax else {
                complain(.limit, path, "the submission has more than \(limits.documentsMax) documents; the rest was left out")
                break
            }
            let submitted = SubmittedDocument(file: path, marked: document)
            guard document.value.fields != nil, !document.value.kind.isEmpty, !document.value.apiVersion.isEmpty else {
                let what = document.value.fields == nil ? "\(Self.article(document.value)), not an object" : document.value.kind.isEmpty ? "an object without kind" : "an object without apiVersion"
                complain(.syntax, submitted.position(), "the document is \(what): a manifest has apiVersion, kind and metadata")
                continue
            }
            documents.append(submitted)
            result.record.documents.append(submitted)
        }
        if let error = reading.error {
            var message = error.message
            let line = Self.line(error.line, of: file.bytes)
            if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") { message += ". Indent with spaces: YAML does not allow tabs there" }
            complain(.syntax, FilePosition(file: path, line: error.line, column: error.column), message)
        } else if documents.isEmpty, !reading.documents.contains(where: { !$0.value.isNull }) {
            complain(.syntax, FilePosition(file: path, line: 1), "\(path) is empty: it must hold a Kubernetes object")
        }
        result.manifests.append(ManifestFile(path: path, documents: documents))
    }

    private static func article(_ value: Value) -> String {
        switch value {
        case .string: "a text"
        case .array: "a list"
        case .bool: "true or false"
        default: "a number"
        }
    }

    private static func line(_ number: Int, of bytes: [UInt8]) -> String {
        let lines = bytes.split(separator: 10, maxSplits: max(number, 1), omittingEmptySubsequences: false)
        guard number > 0, number <= lines.count else { return "" }
        return String(decoding: lines[number - 1].prefix(200), as: UTF8.self)
    }

    private mutating func complain(_ kind: SubmissionProblem.Kind, _ path: String, _ message: String) {
        complain(kind, FilePosition(file: path, line: 0), message)
    }

    private mutating func complain(_ kind: SubmissionProblem.Kind, _ position: FilePosition, _ message: String) {
        guard result.record.problems.count < 100 else { return }
        result.record.problems.append(SubmissionProblem(kind, at: position, message))
    }
}
