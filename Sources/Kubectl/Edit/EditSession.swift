import APIMachinery
import KubernetesObjects

/// `kubectl edit`, `create --edit` and `apply edit-last-applied`: an editor is opened on the objects until what is saved is
/// accepted, or the editing is given up.
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
        let flags = invocation.flags
        if mode == .edit, flags.bool("output-patch"), !flags.string("output").isEmpty {
            throw invocation.usage("the edit mode doesn't support output the patch and output format at the same time")
        }
        let subresource = mode == .edit ? flags.string("subresource") : ""
        if mode == .edit, !["", "json", "yaml"].contains(flags.string("output")) {
            throw Failure("unable to match a printer suitable for the output format \(goQuoted(flags.string("output"))), allowed formats are: json,kyaml,yaml")
        }
        var query = try ResourceQuery(invocation, arguments: mode == .create ? [] : invocation.arguments)
        query.fetchesLatest = mode != .create
        query.subresource = subresource
        query.allowsEmptySelector = mode != .create
        var infos = try query.find(invocation).checked()
        if infos.isEmpty { throw Failure("edit cancelled, no objects found") }
        guard let edit = invocation.environment.edit else {
            throw Failure(
                "\(invocation.commandPath) needs an editor, and there is none here: use kubectl patch, kubectl set or kubectl apply -f instead")
        }
        if mode == .lastApplied { infos = try infos.map { info throws(Failure) in try lastApplied(info) } }
        let round = EditRound(invocation: invocation, mode: mode, edit: edit)
        // Objects that exist are edited together, new ones one after the other.
        if mode == .create {
            for info in infos { try round.run([info]) }
        } else {
            try round.run(infos)
        }
    }

    private func lastApplied(_ info: ResourceInfo) throws(Failure) -> ResourceInfo {
        guard let last = LastApplied.original(of: info.object) else {
            throw Failure("no last-applied-configuration annotation found on resource: \(info.name)")
        }
        var copy = info
        copy.object = Manifests.sorted(last)
        return copy
    }
}

/// `kubectl edit`.
enum EditCommand {
    static let command = Command(
        name: "edit", summary: "Edit a resource on the server", usage: "(RESOURCE/NAME | -f FILENAME)",
        flags: SharedFlags.filename("the objects") + SharedFlags.output + [
            SharedFlags.validate, SharedFlags.subresource, SharedFlags.record, SharedFlags.fieldManager("kubectl-edit"),
            .flag("output-patch", nil, "Show the patch."), .flag("save-config", nil, "Keep the configuration in the last-applied annotation."),
            .flag("windows-line-endings", nil, "Ends lines as Windows does."),
        ],
        run: { (invocation) throws(Failure) in try EditSession(invocation, mode: .edit).run() })
}
