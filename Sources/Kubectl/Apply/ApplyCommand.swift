import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl apply`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/apply`. 
enum ApplyCommand {
    static let command = Command(
        name: "apply", summary: "Apply a configuration to a resource by file name or stdin",
        usage: "(-f FILENAME | -k DIRECTORY)",
        flags: SharedFlags.filename("what to apply") + SharedFlags.output + DeleteOptions.flags + [
            SharedFlags.selector, .flag("all", nil, "With --prune, prune among all objects of the namespace."),
            SharedFlags.dryRun, SharedFlags.validate, SharedFlags.subresource, SharedFlags.record,
            FlagSpec("field-manager", fallback: "kubectl-client-side-apply", "Name that owns the fields written."),
            .flag("server-side", nil, "Let the server apply."),
            .flag("force-conflicts", nil, "Take over fields of other managers (server side)."),
            .flag("overwrite", nil, "Values of the file win over those of the server.", on: true),
            .flag("openapi-patch", nil, "Use the server's schema for patches.", on: true),
            .flag("prune", nil, "Delete objects that were applied and are not in the files."),
            FlagSpec("prune-allowlist", kind: .stringArray, "Kinds to prune, GROUP/VERSION/KIND; can be repeated."),
            applySet,
        ],
        subcommands: [LastAppliedCommands.view, LastAppliedCommands.set, LastAppliedCommands.edit],
        run: { (invocation) throws(Failure) in try ApplyRun(invocation).run() })

    /// Behind a switch, as in kubectl, for as long as apply sets are alpha.
    private static let applySet: FlagSpec = {
        var spec = FlagSpec("applyset", hidden: true, "The apply set's parent: NAME of a secret, or TYPE/NAME.")
        spec.variable = "KUBECTL_APPLYSET"
        return spec
    }()
}

/// One run of `kubectl apply`.
final class ApplyRun {
    private let invocation: Invocation
    private let flags: FlagValues
    private let dryRun: DryRun
    private let format: OutputFormat
    private let isServerSide: Bool
    private var applied: [ResourceInfo] = []

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        flags = invocation.flags
        dryRun = try invocation.dryRun
        format = try OutputFormat(invocation)
        isServerSide = flags.bool("server-side")
    }

    func run() throws(Failure) {
        var set = flags.isSet("applyset") ? try ApplySet(flags.string("applyset"), invocation, dryRun: dryRun) : nil
        try check(set)
        let pruner = flags.bool("prune") && set == nil ? try Pruner(invocation, dryRun: dryRun) : nil
        var query = try ResourceQuery(invocation, arguments: [])
        query.selectsAll = false
        query.validates = try invocation.fieldValidation() != "Ignore"
        if query.files.isEmpty, query.kustomization.isEmpty { throw Failure("must specify one of -f and -k") }
        var found = try query.find(invocation)
        var failures = found.failures
        if found.infos.isEmpty, failures.isEmpty { throw Failure("no objects passed to apply") }
        if set != nil {
            found.infos = try set?.labelled(found.infos) ?? []
            try set?.begin(found.infos)
        }
        for info in found.infos {
            do throws(Failure) { try apply(info) } catch { failures.append(error) }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
        try printObjects()
        try pruner?.prune(keeping: applied)
        try set?.finish(keeping: applied)
    }

    private func check(_ set: ApplySet?) throws(Failure) {
        if !invocation.arguments.isEmpty {
            throw invocation.usage("Unexpected args: [\(invocation.arguments.joined(separator: " "))]")
        }
        if flags.bool("force-conflicts"), !isServerSide { throw Failure("--force-conflicts only works with --server-side") }
        if dryRun == .client, isServerSide { throw Failure("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)") }
        if flags.bool("force"), isServerSide { throw Failure("--force cannot be used with --server-side") }
        if flags.bool("force"), dryRun == .server { throw Failure("--dry-run=server cannot be used with --force") }
        if flags.bool("all"), !flags.string("selector").isEmpty { throw Failure("cannot set --all and --selector at the same time") }
        if let set {
            if !flags.bool("prune") { throw Failure("--applyset requires --prune") }
            try set.check()
        }
        if flags.bool("prune"), flags.bool("force") { throw Failure("--force cannot be used with --prune") }
        if set != nil {
            if flags.bool("all") { throw Failure("--all is incompatible with --applyset") }
            if !flags.string("selector").isEmpty { throw Failure("--selector is incompatible with --applyset") }
            if !flags.list("prune-allowlist").isEmpty { throw Failure("--prune-allowlist is incompatible with --applyset") }
            return
        }
        if flags.bool("prune"), flags.string("selector").isEmpty, !flags.bool("all") {
            throw Failure("all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector")
        }
        if flags.bool("prune"), isServerSide {
            throw Failure("--prune is in alpha and doesn't currently work on objects created by server-side apply")
        }
    }

    private func apply(_ info: ResourceInfo) throws(Failure) {
        if info.name.isEmpty, !info.object.generateName.isEmpty {
            throw Failure("from \(info.object.generateName): cannot use generate name with apply")
        }
        var info = info
        info.object = invocation.recorded(info.object)
        if isServerSide { return try applyOnServer(info) }
        let modified = LastApplied.annotated(info.object)
        let current: Value
        do throws(Failure) { current = try invocation.get(info) } catch {
            guard error.isNotFound else {
                throw error.whileDoing("retrieving current configuration of:\n\(Self.describe(info))\nfrom server for:", source: info.source)
            }
            return try create(info, modified)
        }
        if dryRun == .client { return try report(info.refreshed(with: current), "configured") }
        if current.annotation(lastAppliedAnnotation) == nil {
            invocation.warn(
                "resource \(info.entry.plural)/\(info.name) is missing the \(lastAppliedAnnotation) annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically."
            )
        }
        let (patch, result) = try patch(info, modified, current)
        warnIfDeleting(result, info)
        let isUnchanged = (patch.fields ?? [:]).isEmpty
        try report(info.refreshed(with: result), isUnchanged ? "unchanged" : "configured")
    }

    private func create(_ info: ResourceInfo, _ modified: Value) throws(Failure) {
        var info = info
        info.object = LastApplied.pruned(modified)
        if dryRun != .client {
            do throws(Failure) { info = info.refreshed(with: try invocation.create(info)) } catch {
                throw error.whileDoing("creating", source: info.source)
            }
        }
        try report(info, "created")
    }

    // MARK: Patching

    private func patch(_ info: ResourceInfo, _ modified: Value, _ live: Value) throws(Failure) -> (Value, Value) {
        var current = live
        var attempt = 0
        while true {
            let (type, patch) = try merged(info, modified, current)
            if (patch.fields ?? [:]).isEmpty { return (patch, current) }
            do throws(Failure) { return (patch, try invocation.patch(info, type, patch)) } catch {
                if error.status?.isConflict == true, attempt < 5 {
                    attempt += 1
                    if attempt > 1 { invocation.client.advance(by: .seconds(1)) }
                    current = try invocation.get(info)
                    continue
                }
                if flags.bool("force"), error.status?.isConflict == true || error.status?.isInvalid == true {
                    return (modified, try recreate(info, modified, current))
                }
                throw error.whileDoing("patching", source: info.source).whileDoing(
                    "applying patch:\n\(patch.json(.compact, sortedKeys: true))\nto:\n\(Self.describe(info))\nfor:", source: info.source)
            }
        }
    }

    private func merged(_ info: ResourceInfo, _ modified: Value, _ current: Value) throws(Failure) -> (PatchType, Value) {
        do throws(Failure) { return try Self.patch(info, modified, current, overwrites: flags.bool("overwrite")) } catch {
            throw error.whileDoing("patching", source: info.source).whileDoing(
                "applying patch:\n\nto:\n\(Self.describe(info))\nfor:", source: info.source)
        }
    }

    /// The patch that brings the live object to the modified one.
    static func patch(
        _ info: ResourceInfo, _ modified: Value, _ current: Value, overwrites: Bool = true
    ) throws(Failure) -> (PatchType, Value) {
        let original = LastApplied.original(of: current) ?? [:]
        let kind = GroupVersionKind(group: info.entry.group, version: info.entry.version, kind: info.entry.kind)
        guard let schema = TypeLibrary.shared.type(of: kind) else {
            let patch = MergeDiff.threeWay(original: original, modified: modified, current: current)
            for path in [["apiVersion"], ["kind"], ["metadata", "name"]] where patch[path: path] != nil {
                throw Failure("At least one of apiVersion, kind and name was changed")
            }
            return (.merge, patch)
        }
        do {
            return (.strategicMerge, try StrategicDiff.threeWay(original: original, modified: modified, current: current, schema: schema, overwrites: overwrites))
        } catch {
            // The texts as they were read and encoded: each with the line end that it has there.
            func text(_ value: Value) -> String { value.json(.compact, sortedKeys: true) + "\n" }
            throw Failure(
                "creating patch with:\noriginal:\n\(text(original))\nmodified:\n\(text(modified))\ncurrent:\n\(text(current))\nfor:: \(error.message)")
        }
    }

    /// `--force`: deletes the object and makes it anew, or puts the old one back.
    private func recreate(_ info: ResourceInfo, _ modified: Value, _ live: Value) throws(Failure) -> Value {
        try Deleter(invocation: invocation, options: try DeleteOptions(invocation), dryRun: dryRun).delete(info)
        _ = try invocation.wait(atMost: nil) { () throws(Failure) in
            do throws(Failure) { _ = try invocation.get(info) } catch {
                if error.isNotFound { return true }
                throw error
            }
            return false
        }
        var fresh = info
        fresh.object = modified
        do throws(Failure) { return try invocation.create(fresh) } catch {
            var old = info
            old.object = live
            for field in ["resourceVersion", "uid", "creationTimestamp"] { old.object["metadata"]?[field] = nil }
            _ = try? invocation.create(old)
            throw error
        }
    }

    private func applyOnServer(_ info: ResourceInfo) throws(Failure) {
        let manager = flags.isSet("field-manager") ? flags.string("field-manager") : Self.serverSideManager
        var result: Value
        func send() throws(Failure) -> Value {
            try invocation.patch(
                info, .apply, info.object, subresource: flags.string("subresource"), manager: manager, force: flags.bool("force-conflicts"))
        }
        do throws(Failure) {
            if info.name.isEmpty { throw Failure("resource name may not be empty") }
            result = try send()
            if flags.string("subresource").isEmpty, dryRun == .none, try takeOver(info.refreshed(with: result), manager) { result = try send() }
        } catch {
            guard error.status?.isConflict == true else { throw error }
            throw Failure(error.plainText + Self.conflictAdvice)
        }
        warnIfDeleting(result, info)
        try report(info.refreshed(with: result), "serverside-applied")
    }

    private static let serverSideManager = "kubectl"
    private static let annotationManager = "kubectl-last-applied"

    /// Takes over the fields that client-side apply has left; true when the object must be applied once more.
    private func takeOver(_ applied: ResourceInfo, _ manager: String) throws(Failure) -> Bool {
        var info = applied
        if manager == Self.serverSideManager, let text = info.object.annotation(lastAppliedAnnotation),
            !FieldOwnership.ownersOfAnnotation(info.object, through: "Apply").contains(Self.annotationManager)
        {
            // The annotation gets an owner of its own, so that going back to client-side apply stays possible.
            var only: Value = ["apiVersion": .string(info.entry.apiVersion), "kind": .string(info.entry.kind), "metadata": ["name": .string(info.name)]]
            if info.entry.isNamespaced { only["metadata", "namespace"] = .string(info.namespace) }
            only["metadata", "annotations", lastAppliedAnnotation] = .string(text)
            info.object = try invocation.patch(info, .apply, only, manager: Self.annotationManager)
        }
        let clients = FieldOwnership.ownersOfAnnotation(info.object, through: "Update")
        for _ in 0..<5 {
            guard let fields = FieldOwnership.upgraded(info.object, from: clients, to: manager) else { return false }
            let patch: Value = [
                ["op": "replace", "path": "/metadata/managedFields", "value": .array(fields)],
                ["op": "replace", "path": "/metadata/resourceVersion", "value": .string(info.object.resourceVersion)],
            ]
            do throws(Failure) {
                _ = try invocation.patch(info, .json, patch, manager: manager)
                return true
            } catch {
                guard error.status?.isConflict == true else { throw error }
                info.object = try invocation.get(info)
            }
        }
        return false
    }

    private static let conflictAdvice = """

        Please review the fields above--they currently have other managers. Here
        are the ways you can resolve this warning:
        * If you intend to manage all of these fields, please re-run the apply
          command with the `--force-conflicts` flag.
        * If you do not intend to manage all of the fields, please edit your
          manifest to remove references to the fields that should keep their
          current managers.
        * You may co-own fields by updating your manifest to match the existing
          value; in this case, you'll become the manager if the other manager(s)
          stop managing the field (remove it from their configuration).
        See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
        """

    // MARK: Reports

    /// `Resource: "apps/v1, Resource=deployments", ...`: an object in error messages.
    static func describe(_ info: ResourceInfo) -> String {
        "Resource: \(goQuoted(info.entry.printedResource)), GroupVersionKind: \(goQuoted(info.entry.printedGroupVersionKind))\nName: \(goQuoted(info.name)), Namespace: \(goQuoted(info.namespace))"
    }

    private func warnIfDeleting(_ object: Value, _ info: ResourceInfo) {
        if object.isBeingDeleted { invocation.warn("Detected changes to resource \(info.name) which is currently being deleted.") }
    }

    private func report(_ info: ResourceInfo, _ operation: String) throws(Failure) {
        applied.append(info)
        switch format {
        case .human: invocation.outLine("\(OutputFormat.names(of: info.object).dropLast()) \(operation)\(dryRun.suffix)")
        case .name: invocation.out(OutputFormat.names(of: info.object))
        default: break
        }
    }

    /// The objects themselves, for `-o yaml` and the like.
    private func printObjects() throws(Failure) {
        switch format {
        case .human, .name: return
        default: break
        }
        guard let first = applied.first else { return }
        var object = first.object
        // Several stand in a list of Go's own type.
        let isList = applied.count > 1
        if isList { object = ["kind": "List", "apiVersion": "v1", "metadata": [:], "items": .array(applied.map { Manifests.sorted($0.object) })] }
        invocation.out(try format.text(of: object, sorted: !isList, showManagedFields: flags.bool("show-managed-fields")) ?? "")
    }
}
