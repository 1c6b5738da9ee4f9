import APIMachinery
import KubernetesObjects

/// `kubectl create`, from files and by subcommands.
enum CreateCommand {
    static let command = Command(
        name: "create", summary: "Create a resource from a file or from stdin", usage: "-f FILENAME",
        flags: SharedFlags.filename("what to create") + SharedFlags.output + [
            SharedFlags.dryRun, SharedFlags.selector, SharedFlags.record, SharedFlags.validate, SharedFlags.fieldManager("kubectl-create"),
            .flag("save-config", nil, "Keep the configuration in the last-applied annotation."), .flag("edit", nil, "Edit before creating."),
            FlagSpec("raw", "Path to POST the file to, as it is."), .flag("windows-line-endings", nil, "Ends lines as Windows does."),
        ],
        subcommands: [
            CreateRBAC.clusterRole, CreateRBAC.clusterRoleBinding, CreateConfigMap.command, CreateWorkloads.cronJob, CreateWorkloads.deployment,
            CreateIngress.command, CreateWorkloads.job, CreateSmallObjects.namespace, CreateSmallObjects.disruptionBudget,
            CreateSmallObjects.priorityClass, CreateSmallObjects.quota, CreateRBAC.role, CreateRBAC.roleBinding, CreateSecret.command,
            CreateService.command, CreateSmallObjects.serviceAccount, CreateToken.command,
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        if !invocation.arguments.isEmpty { throw invocation.usage("Unexpected args: [\(invocation.arguments.joined(separator: " "))]") }
        if flags.list("filename").isEmpty, flags.string("kustomize").isEmpty { throw Failure("must specify one of -f and -k") }
        let raw = flags.string("raw")
        if !raw.isEmpty { return try sendRaw(raw, invocation) }
        if flags.bool("edit") { return try EditSession(invocation, mode: .create).run() }
        let dryRun = try invocation.dryRun
        var reporter = try ObjectReporter(invocation)
        var query = try ResourceQuery(invocation, arguments: [])
        query.validates = try invocation.fieldValidation() != "Ignore"
        let found = try query.find(invocation)
        if found.infos.isEmpty, found.failures.isEmpty { throw Failure("no objects passed to create") }
        let failures = found.visiting { (info) throws(Failure) in
            var info = info
            info.object = invocation.recorded(info.object)
            if flags.bool("save-config") { info.object = LastApplied.annotated(info.object) }
            if dryRun != .client {
                do throws(Failure) { info = info.refreshed(with: try invocation.create(info)) } catch {
                    throw error.whileDoing("creating", source: info.source)
                }
            }
            try reporter.report(info.object, "created" + dryRun.suffix)
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func sendRaw(_ path: String, _ invocation: Invocation) throws(Failure) {
        let files = invocation.flags.list("filename")
        if invocation.flags.bool("edit") { throw Failure("--raw and --edit are mutually exclusive") }
        if files.count != 1 { throw invocation.usage("--raw can only use a single local file or stdin") }
        if !invocation.flags.string("selector").isEmpty { throw invocation.usage("--raw and --selector (-l) are mutually exclusive") }
        if !invocation.flags.string("output").isEmpty { throw invocation.usage("--raw and --output are mutually exclusive") }
        let bytes: [UInt8]
        if files[0] == "-" {
            bytes = invocation.input()
        } else {
            do { bytes = try invocation.environment.files.read(files[0]) } catch { throw Failure("open \(files[0]): \(error.reason)") }
        }
        let body = try RawRequest.body(bytes, for: path, invocation)
        invocation.out(RawRequest.text(try invocation.send(RawRequest.request(.create, path, body: body)).body))
    }
}

/// What the subcommands of `create` share: one object made by the client.
struct Creation {
    /// Options that all of them take.
    static let flags: [FlagSpec] =
        SharedFlags.output + [
            SharedFlags.dryRun, SharedFlags.validate, SharedFlags.fieldManager("kubectl-create"),
            .flag("save-config", nil, "Keep the configuration in the last-applied annotation."),
        ]

    /// When `--save-config` is heeded: some commands look at it only for what they send, and those for services take it without a use for it.
    enum Annotating { case always, whenSent, never }

    let invocation: Invocation

    /// The only name on the command line.
    static func name(_ invocation: Invocation, before dash: Bool = false) throws(Failure) -> String {
        let count = dash ? invocation.argumentsBeforeDash ?? invocation.arguments.count : invocation.arguments.count
        if count != 1 { throw invocation.usage("exactly one NAME is required, got \(count)") }
        return invocation.arguments[0]
    }

    /// `metadata` with name, namespace (when named on the command line) and labels.
    static func metadata(_ invocation: Invocation, name: String, labels: Fields? = nil, namespaced: Bool = true) throws(Failure) -> Value {
        var metadata: Value = ["name": .string(name)]
        if namespaced {
            let place = try invocation.namespace()
            if place.isExplicit { metadata["namespace"] = .string(place.name) }
        }
        if let labels, !labels.isEmpty { metadata["labels"] = .object(labels) }
        return metadata
    }

    /// Sends the object and reports it.
    ///
    /// - Parameter failing: what an error begins with, such as `failed to create deployment: `; nil for the server's own text.
    /// - Parameter annotating: when `--save-config` is heeded.
    static func create(
        _ object: Value, _ resource: GroupResource, failing: String?, operation: String = "created", annotating: Annotating = .always,
        _ invocation: Invocation
    ) throws(Failure) {
        let dryRun = try invocation.dryRun
        var reporter = try ObjectReporter(invocation)
        let made = try send(object, resource, failing: failing, annotating: annotating, invocation)
        try reporter.report(made, operation + dryRun.suffix, typed: dryRun == .client)
    }

    /// Sends the object; what the server made of it, or with `--dry-run=client` what would be sent.
    static func send(_ object: Value, _ resource: GroupResource, failing: String?, annotating: Annotating = .always, _ invocation: Invocation)
        throws(Failure) -> Value
    {
        var object = invocation.recorded(object)
        let isDry = try invocation.dryRun == .client
        let isHeeded = annotating == .always || annotating == .whenSent && !isDry
        if isHeeded, invocation.flags.isKnown("save-config"), invocation.flags.bool("save-config") { object = LastApplied.annotatedTyped(object) }
        if isDry { return object }
        guard let entry = try invocation.lookup({ $0.entry(resource) }) else {
            throw Failure("the server doesn't have a resource type \(goQuoted(resource.resource))")
        }
        let info = ResourceInfo(
            entry: entry, namespace: entry.isNamespaced ? try invocation.namespace().name : "", name: object.name, object: object)
        do throws(Failure) { return try invocation.create(info) } catch {
            guard let failing, error.status != nil else { throw error }
            throw Failure(failing + error.plainText)
        }
    }
}
