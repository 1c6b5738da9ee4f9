import APIMachinery
import KubernetesObjects

/// `kubectl apply view-last-applied`, `set-last-applied` and `edit-last-applied`.
enum LastAppliedCommands {
    static let view = Command(
        name: "view-last-applied", summary: "View the latest last-applied-configuration annotations of a resource/object",
        usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
        flags: SharedFlags.filename("the objects") + [
            SharedFlags.selector, SharedFlags.all, FlagSpec("output", short: "o", fallback: "yaml", "yaml or json."),
        ],
        run: { (invocation) throws(Failure) in try runView(invocation) })

    static let set = Command(
        name: "set-last-applied", summary: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
        usage: "-f FILENAME",
        flags: SharedFlags.filename("the objects").filter { $0.name == "filename" } + SharedFlags.output + [
            SharedFlags.dryRun, .flag("create-annotation", nil, "Make the annotation when it is missing."),
        ],
        run: { (invocation) throws(Failure) in try runSet(invocation) })

    static let edit = Command(
        name: "edit-last-applied", summary: "Edit latest last-applied-configuration annotations of a resource/object",
        usage: "(RESOURCE/NAME | -f FILENAME)",
        flags: SharedFlags.filename("the objects") + SharedFlags.output + [
            FlagSpec("field-manager", fallback: "kubectl-client-side-apply", "Name that owns the fields written."), SharedFlags.validate, SharedFlags.record,
            .flag("windows-line-endings", nil, "Ends lines as Windows does."),
        ],
        run: { (invocation) throws(Failure) in try EditSession(invocation, mode: .lastApplied).run() })

    private static func runView(_ invocation: Invocation) throws(Failure) {
        let output = invocation.flags.string("output")
        guard output == "yaml" || output == "json" else {
            throw invocation.usage("Unexpected -o output mode: \(output), the flag 'output' must be one of yaml|json")
        }
        var query = try ResourceQuery(invocation, arguments: invocation.arguments)
        query.fetchesLatest = true
        for info in try query.find(invocation).checked() {
            guard let last = LastApplied.original(of: info.object) else {
                invocation.warn("no last-applied-configuration annotation found on resource: \(info.name)")
                continue
            }
            invocation.out(output == "json" ? last.json(.indented(by: 2)) + "\n" : last.yaml())
        }
    }

    private static func runSet(_ invocation: Invocation) throws(Failure) {
        let dryRun = try invocation.dryRun
        var reporter = try ObjectReporter(invocation)
        let query = try ResourceQuery(invocation, arguments: [])
        for info in try query.find(invocation).checked() {
            let live = try invocation.get(info)
            if live.annotation(lastAppliedAnnotation) == nil, !invocation.flags.bool("create-annotation") {
                throw Failure("no last-applied-configuration annotation found on resource: \(info.name), to create the annotation, run the command with --create-annotation")
            }
            let text = LastApplied.text(of: info.object)
            if live.annotation(lastAppliedAnnotation) == text {
                invocation.outLine("set-last-applied \(info.name): no changes required.")
                continue
            }
            let patch: Value = ["metadata": ["annotations": .object(Fields([(lastAppliedAnnotation, .string(text))]))]]
            let result = dryRun == .client ? live : try invocation.patch(info, .merge, patch)
            try reporter.report(result, "configured" + dryRun.suffix)
        }
    }
}
