import APIMachinery
import Cluster
import Grading
import KubernetesObjects
import KubernetesSchema

/// Applies documents as `kubectl apply -f` does, one at a time, so that each refusal finds its line.
struct ManifestApplier {
    let session: ClusterSession

    /// What `kubectl` said of one document.
    struct Answer {
        var status: Int
        var output: String
        var errors: String
    }

    /// Applies a document; returns the problem when it was refused, and warnings of the server.
    func apply(_ document: SubmittedDocument) -> [SubmissionProblem] {
        let answer = run(document.value, as: document.file)
        var problems: [SubmissionProblem] = []
        var said: [String] = []
        for line in answer.errors.split(separator: "\n").map(String.init) {
            if line.hasPrefix("Warning: ") {
                let text = String(line.dropFirst(9))
                // What every first `apply` over an object made otherwise says is of no use to a student.
                if TextMatch.holds(text, "last-applied-configuration") { continue }
                problems.append(SubmissionProblem(.warning, at: position(of: text, in: document), text, subjectKind: document.value.kind, subjectName: document.value.name))
            } else {
                said.append(line)
            }
        }
        if answer.status != 0 {
            let message = said.isEmpty ? "kubectl apply failed" : said.joined(separator: " ")
            problems.append(
                SubmissionProblem(
                    .refused, at: position(of: message, in: document), message + advice(message, document), subjectKind: document.value.kind,
                    subjectName: document.value.name))
        }
        return problems
    }

    /// Creates an object that is not there yet, and leaves a change of one that is to kubectl.
    ///
    /// - Source: `kubectl apply -f` of v1.36. A creation goes straight to the server, with the same annotation, manager
    ///   and messages: looking up all kinds first would cost more than all the rest of a run.
    func run(_ value: Value, as file: String) -> Answer {
        let catalogue = session.cluster.api.resources.catalogue
        guard let type = catalogue.resource(apiVersion: value.apiVersion, kind: value.kind) else {
            let text = "error: resource mapping not found for name: \"\(value.name)\" namespace: \"\(value.namespace)\" from \"\(file)\": "
                + "no matches for kind \"\(value.kind)\" in version \"\(value.apiVersion)\"\nensure CRDs are installed first\n"
            return Answer(status: 1, output: "", errors: text)
        }
        let resource = GroupVersionResource(group: type.group, version: type.version, resource: type.plural)
        let namespace = type.isNamespaced ? (value.namespace.isEmpty ? "default" : value.namespace) : ""
        if value.name.isEmpty || session.cluster.store.get(resource.groupResource, namespace: namespace, name: value.name) != nil {
            return apply(value, as: file)
        }
        var object = value
        if type.isNamespaced { object["metadata", "namespace"] = .string(namespace) }
        var annotations = value.annotations
        annotations.removeValue(forKey: Self.lastApplied)
        object["metadata", "annotations"] = .object(annotations)
        annotations[Self.lastApplied] = .string(object.json(sortedKeys: true) + "\n")
        object["metadata", "annotations"] = .object(annotations)
        var request = APIRequest(.create, resource, namespace: namespace)
        request.body = object
        request.options.fieldManager = "kubectl-client-side-apply"
        request.options.fieldValidation = "Strict"
        do throws(APIStatus) {
            let response = try session.send(request)
            let warnings = response.warnings.map { "Warning: \($0)\n" }.joined()
            let name = type.group.isEmpty ? type.kind.lowercased() : "\(type.kind.lowercased()).\(type.group)"
            return Answer(status: 0, output: "\(name)/\(value.name) created\n", errors: warnings)
        } catch {
            return Answer(status: 1, output: "", errors: Self.text(error, creating: file))
        }
    }

    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// A refusal as kubectl prints it.
    private static func text(_ error: APIStatus, creating file: String) -> String {
        if error.isInvalid, let kind = error.details?["kind"]?.stringValue {
            let causes = error.details?["causes"]?.elements ?? []
            let name = error.details?["name"]?.stringValue ?? ""
            let said = causes.map { "\($0["field"]?.stringValue ?? ""): \($0["message"]?.stringValue ?? "")" }
            if said.count == 1 { return "The \(kind) \"\(name)\" is invalid: \(said[0])\n" }
            if said.count > 1 { return "The \(kind) \"\(name)\" is invalid: \n" + said.map { "* \($0)\n" }.joined() }
        }
        return "Error from server (\(error.reason)): error when creating \"\(file)\": \(error.message)\n"
    }

    private func apply(_ value: Value, as file: String) -> Answer {
        let answer = KubectlBridge.apply(value.json(), as: file, session: session)
        return Answer(
            status: answer.status, output: String(decoding: answer.output, as: UTF8.self), errors: String(decoding: answer.errors, as: UTF8.self))
    }

    // MARK: Places

    /// Where in a document the field stands that a message names; the document's start when it names none.
    func position(of message: String, in document: SubmittedDocument) -> FilePosition {
        var best: [PathStep] = []
        for word in Self.paths(in: message) {
            var steps = ValuePath(stringLiteral: word).steps
            // Go names its types: `DeploymentSpec.spec.replicas`.
            while let first = steps.first, case .key(let key) = first, document.value[key] == nil, steps.count > 1 { steps.removeFirst() }
            guard case .key(let key)? = steps.first, document.value[key] != nil else { continue }
            if steps.count > best.count { best = steps }
        }
        if best.isEmpty {
            if TextMatch.holds(message, "no matches for kind") { best = [.key("kind")] }
            if TextMatch.holds(message, "namespaces \"") { best = [.key("metadata"), .key("namespace")] }
        }
        return document.position(best)
    }

    /// The words of a message that look like paths of fields.
    static func paths(in message: String) -> [String] {
        message.split { $0 == " " || $0 == "\"" || $0 == "," || $0 == "'" || $0 == "(" || $0 == ")" }.compactMap { word in
            var text = String(word)
            while let last = text.last, last == ":" || last == "." || last == ";" { text.removeLast() }
            guard text.contains("."), !text.hasPrefix("."), !text.hasSuffix(".yaml"), text.first?.isLetter == true else { return nil }
            return text
        }
    }

    /// The name that a misspelled field or kind most likely means.
    private func advice(_ message: String, _ document: SubmittedDocument) -> String {
        let catalogue = session.cluster.api.resources.catalogue
        if TextMatch.holds(message, "no matches for kind") {
            let near = NearestName.of(document.value.kind, among: Set(catalogue.resources.map(\.kind)))
            guard let near, near != document.value.kind else {
                let versions = Set(catalogue.resources.filter { $0.kind == document.value.kind }.map(\.apiVersion)).sorted()
                return versions.isEmpty ? "" : ". \(document.value.kind) is in \(versions.joined(separator: ", "))"
            }
            return ". Did you mean \(near)?"
        }
        guard TextMatch.holds(message, "unknown field"),
            var type = catalogue.resource(apiVersion: document.value.apiVersion, kind: document.value.kind)?.schema,
            let path = Self.paths(in: message + " ").last(where: { TextMatch.holds(message, "unknown field \"\($0)\"") }) ?? Self.plainUnknownField(message)
        else { return "" }
        var names: [String] = []
        for step in ValuePath(stringLiteral: path).steps { if case .key(let key) = step { names.append(key) } }
        guard let last = names.popLast() else { return "" }
        for name in names {
            while type.form == .list, let element = type.element { type = element }
            guard let next = type.form == .map ? type.element : type.field(name)?.type else { return "" }
            type = next
        }
        while type.form == .list, let element = type.element { type = element }
        return NearestName.of(last, among: type.fields.map(\.name)).map { ". Did you mean '\($0)'?" } ?? ""
    }

    private static func plainUnknownField(_ message: String) -> String? {
        let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() where part.hasSuffix("unknown field ") && index + 1 < parts.count { return String(parts[index + 1]) }
        return nil
    }
}

/// Text that closures add to.
final class TextBuffer {
    var text = ""
}
