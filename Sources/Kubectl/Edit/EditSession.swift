import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl edit`, `create --edit` and `apply edit-last-applied`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/util/editor`. Differs: refused where there is no editor.
struct EditSession {
    enum Mode { case edit, create, lastApplied }

    private let invocation: Invocation
    private let mode: Mode

    init(_ invocation: Invocation, mode: Mode) {
        self.invocation = invocation
        self.mode = mode
    }

    func run() throws(Failure) {
        var query = try ResourceQuery(invocation, arguments: mode == .create ? [] : invocation.arguments)
        query.fetchesLatest = mode != .create
        query.subresource = ""
        let infos = try query.find(invocation).checked()
        if infos.isEmpty { throw Failure("edit cancelled, no objects found") }
        guard let edit = invocation.environment.edit else {
            throw Failure(
                "\(invocation.commandPath) needs an editor, and there is none here: use kubectl patch, kubectl set or kubectl apply -f instead")
        }
        let variables = invocation.environment.variables
        let editor = [variables["KUBE_EDITOR"], variables["EDITOR"]].compactMap { $0 }.first { !$0.isEmpty } ?? "vi"
        var reporter = try ObjectReporter(invocation)
        for info in infos { try change(info, edit, editor, &reporter) }
    }

    private static let preamble = """
        # Please edit the object below. Lines beginning with a '#' will be ignored,
        # and an empty file will abort the edit. If an error occurs while saving this file will be
        # reopened with the relevant failures.
        #

        """

    private func change(_ info: ResourceInfo, _ edit: (String, String, String) -> String?, _ editor: String, _ reporter: inout ObjectReporter)
        throws(Failure)
    {
        var original = info.object
        if mode == .lastApplied {
            guard let last = LastApplied.original(of: info.object) else {
                throw Failure("no last-applied-configuration annotation found on resource: \(info.name)")
            }
            original = last
        }
        original["metadata"]?["managedFields"] = nil
        let isJSON = invocation.flags.isKnown("output") && invocation.flags.string("output") == "json"
        let text = isJSON ? original.json(.pretty, sortedKeys: true) + "\n" : original.yaml()
        guard let saved = edit(editor, "kubectl-edit-\(info.name).yaml", Self.preamble + text) else {
            throw Failure("there was a problem with the editor \(goQuoted(editor))")
        }
        let body = saved.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("#") }.joined(separator: "\n")
        if body.allSatisfy(\.isWhitespace) { return invocation.errLine("Edit cancelled, saved file was empty.") }
        if body == text { return invocation.errLine("Edit cancelled, no changes made.") }
        let edited: Value
        do { edited = try Manifests.json(orYAML: body) } catch { throw Failure("The edited file had a syntax error: \(error.message)") }
        if edited == original { return invocation.errLine("Edit cancelled, no changes made.") }
        if edited.name != original.name || edited.kind != original.kind || edited.apiVersion != original.apiVersion, mode != .create {
            throw Failure("At least one of apiVersion, kind and name was changed")
        }
        switch mode {
        case .create:
            var fresh = info
            fresh.object = edited
            try reporter.report(try invocation.create(fresh), "created")
        case .edit:
            let subresource = invocation.flags.isKnown("subresource") ? invocation.flags.string("subresource") : ""
            let kind = GroupVersionKind(group: info.entry.group, version: info.entry.version, kind: info.entry.kind)
            let result: Value
            if let schema = TypeLibrary.shared.type(of: kind) {
                let patch: Value
                do { patch = try StrategicDiff.twoWay(original: original, modified: edited, schema: schema) } catch { throw Failure(error.message) }
                result = try invocation.patch(info, .strategicMerge, patch, subresource: subresource)
            } else {
                result = try invocation.patch(info, .merge, MergeDiff.twoWay(original, edited), subresource: subresource)
            }
            try reporter.report(result, "edited")
        case .lastApplied:
            let annotation = LastApplied.annotated(edited).annotation(lastAppliedAnnotation) ?? ""
            let patch: Value = ["metadata": ["annotations": .object(Fields([(lastAppliedAnnotation, .string(annotation))]))]]
            try reporter.report(try invocation.patch(info, .merge, patch), "edited")
        }
    }
}

/// `kubectl edit`.
enum EditCommand {
    static let command = Command(
        name: "edit", summary: "Edit a resource on the server", usage: "(RESOURCE/NAME | -f FILENAME)",
        flags: SharedFlags.filename("the objects") + SharedFlags.output + [
            SharedFlags.validate, SharedFlags.subresource, SharedFlags.fieldManager("kubectl-edit"),
            .flag("output-patch", nil, "Show the patch."), .flag("save-config", nil, "Keep the configuration in the last-applied annotation."),
            .flag("windows-line-endings", nil, "Ends lines as Windows does."),
        ],
        run: { (invocation) throws(Failure) in try EditSession(invocation, mode: .edit).run() })
}
