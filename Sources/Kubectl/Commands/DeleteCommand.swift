import APIMachinery
import KubernetesObjects
import SimulationKernel

/// How objects are deleted: `--cascade`, `--force`, `--grace-period`, `--timeout`, `--wait`.
struct DeleteOptions {
    var propagation = DeletionPropagation.background
    var isForced = false
    /// Negative for the object's own.
    var gracePeriodSeconds = -1
    /// Nil for as long as it takes.
    var timeout: Duration?
    var waits = true

    static let flags: [FlagSpec] = [
        FlagSpec("cascade", fallback: "background", bare: "background", "What becomes of owned objects: background, foreground or orphan."),
        .flag("force", nil, "Delete at once, without waiting for a graceful end."),
        FlagSpec("grace-period", kind: .int, fallback: "-1", "Seconds to end gracefully; -1 for the object's own."),
        FlagSpec("timeout", kind: .duration, "How long to wait; 0 for as long as it takes."),
        .flag("wait", nil, "Wait until the objects are gone."),
    ]

    init(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        switch flags.string("cascade") {
        case "background": break
        case "foreground": propagation = .foreground
        case "orphan": propagation = .orphan
        case let value:
            guard let old = parseGoBool(value) else {
                throw Failure("invalid cascade value (\(value)). Must be \"background\", \"foreground\", or \"orphan\"")
            }
            invocation.errLine(
                "warning: --cascade=\(value) is deprecated (boolean value) and can be replaced with --cascade=\(old ? "background" : "orphan").")
            propagation = old ? .background : .orphan
        }
        isForced = flags.bool("force")
        gracePeriodSeconds = flags.int("grace-period")
        let limit = flags.seconds("timeout")
        timeout = limit > .zero ? limit : nil
        waits = flags.bool("wait")
    }
}

/// Deletes objects and waits for their end.
struct Deleter {
    let invocation: Invocation
    let options: DeleteOptions
    let dryRun: DryRun

    /// Deletes an object; returns its UID as far as the server tells.
    @discardableResult
    func delete(_ info: ResourceInfo) throws(Failure) -> String {
        // A request without a name would be for all objects of the type.
        if info.name.isEmpty { throw Failure("resource name may not be empty").whileDoing("deleting", source: info.source) }
        var request = info.request(.delete)
        if options.gracePeriodSeconds >= 0 { request.options.gracePeriodSeconds = options.gracePeriodSeconds }
        request.options.propagationPolicy = options.propagation
        request.options.dryRun = dryRun == .server
        do throws(Failure) {
            let body = try invocation.send(request).body
            return body.kind == "Status" ? body["details", "uid"]?.stringValue ?? "" : body.uid
        } catch {
            throw error.whileDoing("deleting", source: info.source)
        }
    }

    /// Waits until objects are gone, or others have come in their place.
    func waitForEnd(_ deleted: [(info: ResourceInfo, uid: String)]) throws(Failure) {
        let start = invocation.client.now
        for (info, uid) in deleted {
            let rest = options.timeout.map { $0 - (invocation.client.now - start) }
            let isGone = try invocation.wait(atMost: rest.map { max($0, .zero) }) { () throws(Failure) in
                do throws(Failure) {
                    let live = try invocation.get(info)
                    return !uid.isEmpty && live.uid != uid
                } catch {
                    if error.isNotFound { return true }
                    throw error
                }
            }
            if !isGone { throw Failure("timed out waiting for the condition on \(info.entry.plural)/\(info.name)") }
        }
    }
}

/// `kubectl delete`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/delete/delete.go`.
enum DeleteCommand {
    static let command = Command(
        name: "delete", summary: "Delete resources by file names, stdin, resources and names, or by resources and label selector",
        usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
        flags: SharedFlags.filename("what to delete") + DeleteOptions.flags.filter { $0.name != "wait" } + [
            SharedFlags.selector, SharedFlags.fieldSelector, SharedFlags.all, SharedFlags.allNamespaces, SharedFlags.dryRun,
            .flag("wait", nil, "Wait until the objects are gone.", on: true),
            .flag("ignore-not-found", nil, "Objects that do not exist are no error."),
            .flag("interactive", "i", "Ask before deleting."),
            .flag("now", nil, "Delete with a grace period of one second."),
            FlagSpec("output", short: "o", "name for only the names."),
            FlagSpec("raw", "Path to send DELETE to, as it is."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let dryRun = try invocation.dryRun
        var options = try DeleteOptions(invocation)
        let raw = flags.string("raw")
        if raw.isEmpty, flags.bool("all"), !flags.string("selector").isEmpty || !flags.string("field-selector").isEmpty {
            throw Failure("setting 'all' parameter but found a non empty selector. ")
        }
        if !raw.isEmpty {
            if !flags.string("output").isEmpty { throw Failure("--raw and --output are mutually exclusive") }
            return invocation.out(RawRequest.text(try RawRequest.send(.delete, raw, body: nil, invocation)))
        }
        try check(invocation, &options)
        var query = try ResourceQuery(invocation, arguments: invocation.arguments)
        query.fetches = false
        query.insistsOnAll = true
        let found = try query.find(invocation)
        let isSelecting = flags.bool("all") || !flags.string("selector").isEmpty || !flags.string("field-selector").isEmpty
        let ignoresMissing = flags.isSet("ignore-not-found") ? flags.bool("ignore-not-found") : isSelecting
        if flags.bool("interactive"), !found.infos.isEmpty {
            guard confirm(found.infos, invocation) else { return }
        }
        var deleted: [(info: ResourceInfo, uid: String)] = []
        let deleter = Deleter(invocation: invocation, options: options, dryRun: dryRun)
        var hasWarned = false
        let failures = found.visiting { (info) throws(Failure) in
            if flags.isSet("namespace"), !info.entry.isNamespaced, !hasWarned {
                invocation.warn("deleting cluster-scoped resources, not scoped to the provided namespace")
                hasWarned = true
            }
            let uid = dryRun == .client ? "" : try deleter.delete(info)
            report(info, options, dryRun, invocation)
            deleted.append((info, uid))
        }
        if let failure = Failure.aggregate(failures.filter { !ignoresMissing || !$0.isNotFound }) { throw failure }
        if found.infos.isEmpty { return invocation.outLine("No resources found") }
        if options.waits, dryRun == .none { try deleter.waitForEnd(deleted) }
    }

    private static func check(_ invocation: Invocation, _ options: inout DeleteOptions) throws(Failure) {
        let flags = invocation.flags
        let output = flags.string("output")
        if !output.isEmpty, output != "name" { throw Failure("unexpected -o output mode: \(output). We only support '-o name'") }
        if flags.bool("now") {
            if options.gracePeriodSeconds != -1 { throw Failure("--now and --grace-period cannot be specified together") }
            options.gracePeriodSeconds = 1
        }
        if options.gracePeriodSeconds == 0, !options.isForced { options.gracePeriodSeconds = 1 }
        if options.isForced, options.gracePeriodSeconds < 0 { options.gracePeriodSeconds = 0 }
        if options.isForced {
            if options.gracePeriodSeconds > 0 { throw Failure("--force and --grace-period greater than 0 cannot be specified together") }
            invocation.warn(
                "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely."
            )
            if !flags.isSet("wait") { options.waits = false }
        }
    }

    /// Asks whether to go on: only a line that is one letter, y, means yes.
    private static func confirm(_ infos: [ResourceInfo], _ invocation: Invocation) -> Bool {
        invocation.outLine("You are about to delete the following \(infos.count) resource(s):")
        for info in infos { invocation.outLine(info.printedName) }
        invocation.out("Do you want to continue? (y/N): ")
        let line = String(decoding: invocation.input().prefix { $0 != 10 }, as: UTF8.self)
        if line.split(whereSeparator: \.isWhitespace).map({ $0.lowercased() }) == ["y"] { return true }
        invocation.outLine("deletion is cancelled")
        return false
    }

    static func report(_ info: ResourceInfo, _ options: DeleteOptions, _ dryRun: DryRun, _ invocation: Invocation) {
        if invocation.flags.isKnown("output"), invocation.flags.string("output") == "name" { return invocation.outLine(info.printedName) }
        let operation = options.gracePeriodSeconds == 0 ? "force deleted" : "deleted"
        let place = info.entry.isNamespaced && !info.namespace.isEmpty ? " from \(info.namespace) namespace" : ""
        invocation.outLine("\(info.entry.printedKind) \"\(info.name)\" \(operation)\(place)\(dryRun.suffix)")
    }
}
