import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// Objects in one file, edited again and again until the server takes them.
///
/// - Bounds: an editor that saves the same refused text again ends the editing; so do 100 rounds.
struct EditRound {
    let invocation: Invocation
    let mode: EditSession.Mode
    let edit: KubectlEnvironment.Editor

    private static let roundMax = 100

    /// What the server did not take.
    private struct Refusals {
        /// Said at the top of the file, with its details.
        var reasons: [(head: String, details: [String])] = []
        var isInvalid = false
        var retryable = 0
        var missing = 0
    }

    func run(_ infos: [ResourceInfo]) throws(Failure) {
        let flags = invocation.flags
        let editor = EditorCall(invocation.environment.variables)
        let isJSON = flags.string("output") == "json"
        let original = text(of: infos, isJSON: isJSON)
        var content = original
        var header: [(head: String, details: [String])] = []
        var refused: String?
        for _ in 0..<Self.roundMax {
            var shown = (isJSON ? "" : preamble(header)) + content
            if flags.bool("windows-line-endings") { shown = shown.replacing(text: "\n", with: "\r\n") }
            let saved: KubectlEnvironment.EditedText
            switch edit(editor, isJSON ? ".json" : ".yaml", shown) {
            case .saved(let text): saved = text
            case .failed: throw Failure("there was a problem with the editor \(editor.name)")
            case .missing: throw Failure("unable to launch the editor \(editor.name)")
            }
            let body = Self.withoutComments(saved.text)
            func preserved(_ failure: Failure) -> Failure {
                if !saved.path.isEmpty { invocation.errLine("A copy of your changes has been stored to \(goQuoted(saved.path))") }
                return failure
            }
            if let refused, refused == body { throw preserved(Failure("Edit cancelled, no valid changes were saved.")) }
            if let problem = validationProblem(of: body) {
                let name = "\(infos[0].entry.groupResource.description) \(goQuoted(infos[0].name))"
                invocation.errLine("error: \(name) is invalid")
                header = [("\(name) was not valid", ["<nil>: Invalid value: \"The edited file failed validation\": \(problem)"])]
                (content, refused) = (body, body)
                continue
            }
            if body == Self.withoutComments(original) { return invocation.errLine("Edit cancelled, no changes made.") }
            if body.allSatisfy(\.isWhitespace) { return invocation.errLine("Edit cancelled, saved file was empty.") }
            content = body
            refused = body
            let edited: [Value]
            do throws(Failure) { edited = try objects(in: body) } catch {
                header = [("The edited file had a syntax error: \(error.plainText)", [])]
                continue
            }
            var refusals = Refusals()
            do throws(Failure) {
                switch mode {
                case .create: try create(edited, infos)
                case .edit: try patch(infos, edited, &refusals)
                case .lastApplied: try annotate(infos, edited)
                }
            } catch {
                throw preserved(error)
            }
            if refusals.retryable > 0 {
                invocation.errLine("You can run `kubectl replace -f \(saved.path)` to try this update again.")
                throw .quiet()
            }
            if refusals.missing > 0 {
                invocation.errLine("The edits you made on deleted resources have been saved to \(goQuoted(saved.path))")
                throw .quiet()
            }
            if !refusals.isInvalid { return }
            header = refusals.reasons
        }
        throw Failure("Edit cancelled, no valid changes were saved.")
    }

    // MARK: Texts

    private func text(of infos: [ResourceInfo], isJSON: Bool) -> String {
        let objects = infos.map { info in
            var object = info.object
            object["metadata"]?["managedFields"] = nil
            return object
        }
        let shown: Value = objects.count == 1 ? objects[0] : ["apiVersion": "v1", "items": .array(objects), "kind": "List", "metadata": [:]]
        return isJSON ? shown.json(.pretty, sortedKeys: true) + "\n" : shown.yaml()
    }

    private func preamble(_ reasons: [(head: String, details: [String])]) -> String {
        func hashed(_ text: String) -> String { text.replacing(text: "\n", with: "\n# ") }
        var text = mode == .lastApplied
            ? "# Please edit the 'last-applied-configuration' annotations below.\n# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\n"
            : "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n"
        for reason in reasons {
            text += "# \(hashed(reason.head))\(reason.details.isEmpty ? "" : ":")\n"
            for detail in reason.details { text += "# * \(hashed(detail))\n" }
            text += "#\n"
        }
        return text
    }

    /// A text without the lines that begin with `#`, its lines ended as here.
    private static func withoutComments(_ text: String) -> String {
        text.replacing(text: "\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("#") }
            .joined(separator: "\n")
    }

    private func objects(in body: String) throws(Failure) -> [Value] {
        let (objects, problem) = Manifests.read(Array(body.utf8), source: "edited-file")
        if let problem { throw problem }
        return objects.flatMap { Manifests.items(of: $0) ?? [$0] }
    }

    /// What is wrong with a text before its objects are looked at; nil without `--validate`.
    private func validationProblem(of body: String) -> String? {
        if (try? invocation.fieldValidation()) == "Ignore" { return nil }
        let (objects, problem) = Manifests.read(Array(body.utf8), source: "edited-file")
        if let problem {
            let text = problem.plainText
            return text.range(of: "yaml: ").map { String(text[$0.lowerBound...]) } ?? text
        }
        guard let object = objects.first else { return "invalid object to validate" }
        if object.apiVersion.isEmpty { return "apiVersion not set" }
        if object.kind.isEmpty { return "kind not set" }
        return nil
    }

    // MARK: What is done with them

    private func create(_ edited: [Value], _ infos: [ResourceInfo]) throws(Failure) {
        var reporter = try ObjectReporter(invocation)
        for object in edited {
            let entry = try invocation.resource(of: object, source: "edited-file")
            let place = object.namespace.isEmpty ? infos.first?.namespace ?? "" : object.namespace
            var info = ResourceInfo(entry: entry, namespace: place, name: object.name, object: object)
            if invocation.flags.isKnown("save-config"), invocation.flags.bool("save-config") { info.object = LastApplied.annotated(object) }
            try reporter.report(try invocation.create(info), "created")
        }
    }

    /// The object of the edited ones that an info became.
    private func counterpart(of info: ResourceInfo, at index: Int, in edited: [Value], alone: Bool) throws(Failure) -> Value? {
        if alone { return edited.first }
        return edited.first { $0.name == info.name && $0.kind == info.object.kind && $0.apiVersion == info.object.apiVersion && ($0.namespace.isEmpty || $0.namespace == info.namespace) }
    }

    private func patch(_ infos: [ResourceInfo], _ edited: [Value], _ refusals: inout Refusals) throws(Failure) {
        let flags = invocation.flags
        var reporter = try ObjectReporter(invocation)
        let subresource = flags.string("subresource")
        for (index, info) in infos.enumerated() {
            var before = info.object
            before["metadata"]?["managedFields"] = nil
            guard var after = try counterpart(of: info, at: index, in: edited, alone: infos.count == 1) else { continue }
            if flags.bool("save-config") {
                // The managed fields were hidden only from the editor.
                after["metadata"]?["managedFields"] = info.object["metadata", "managedFields"]
                after = LastApplied.annotated(after)
                after["metadata"]?["managedFields"] = nil
            }
            if before == after {
                try reporter.report(info.object, "skipped")
                continue
            }
            after = invocation.recorded(after)
            if after.name != before.name || after.kind != before.kind || after.apiVersion != before.apiVersion {
                throw Failure("At least one of apiVersion, kind and name was changed")
            }
            let kind = GroupVersionKind(group: info.entry.group, version: info.entry.version, kind: info.entry.kind)
            let type: PatchType
            let patch: Value
            if let schema = TypeLibrary.shared.type(of: kind) {
                type = .strategicMerge
                do { patch = try StrategicDiff.twoWay(original: before, modified: after, schema: schema) } catch { throw Failure(error.message) }
            } else {
                type = .merge
                patch = MergeDiff.twoWay(before, after)
            }
            if flags.bool("output-patch") { invocation.outLine("Patch: \(patch.json(.compact, sortedKeys: true))") }
            do throws(Failure) {
                let result = try invocation.patch(info, type, patch, subresource: subresource)
                try reporter.report(result, "edited")
            } catch {
                invocation.errLine(note(error, info, &refusals))
            }
        }
    }

    private func note(_ failure: Failure, _ info: ResourceInfo, _ refusals: inout Refusals) -> String {
        let name = "\(info.entry.groupResource.description) \(goQuoted(info.name))"
        if let status = failure.status, status.isInvalid {
            refusals.isInvalid = true
            let causes = (status.details?["causes"]?.elements ?? []).map { "\($0["field"]?.stringValue ?? ""): \($0["message"]?.stringValue ?? "")" }
            refusals.reasons.append(("\(name) was not valid", causes))
            return "error: \(name) is invalid"
        }
        if failure.isNotFound {
            refusals.missing += 1
            return "error: \(name) could not be found on the server"
        }
        refusals.retryable += 1
        return "error: \(name) could not be patched: \(failure.plainText)"
    }

    private func annotate(_ infos: [ResourceInfo], _ edited: [Value]) throws(Failure) {
        var reporter = try ObjectReporter(invocation)
        for (index, info) in infos.enumerated() {
            guard let after = try counterpart(of: info, at: index, in: edited, alone: infos.count == 1) else { continue }
            if after == info.object {
                try reporter.report(info.object, "skipped")
                continue
            }
            let patch: Value = ["metadata": ["annotations": .object(Fields([(lastAppliedAnnotation, .string(LastApplied.text(of: after)))]))]]
            try reporter.report(try invocation.patch(info, .merge, patch), "edited")
        }
    }
}
