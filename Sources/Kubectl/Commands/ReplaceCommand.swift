import APIMachinery
import KubernetesObjects

/// `kubectl replace`.
enum ReplaceCommand {
    static let command = Command(
        name: "replace", summary: "Replace a resource by file name or stdin", usage: "-f FILENAME",
        flags: SharedFlags.filename("what to replace") + SharedFlags.output + DeleteOptions.flags + [
            SharedFlags.dryRun, SharedFlags.validate, SharedFlags.subresource, SharedFlags.fieldManager("kubectl-replace"),
            .flag("save-config", nil, "Keep the configuration in the last-applied annotation."), FlagSpec("raw", "Path to PUT the file to, as it is."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let dryRun = try invocation.dryRun
        let isForced = flags.bool("force")
        if !isForced, flags.int("grace-period") >= 0 { throw Failure("--grace-period must have --force specified") }
        if !isForced, flags.seconds("timeout") > .zero { throw Failure("--timeout must have --force specified") }
        if flags.list("filename").isEmpty, flags.string("kustomize").isEmpty { throw Failure("must specify one of -f and -k") }
        if isForced, dryRun != .none { throw Failure("--dry-run can not be used when --force is set") }
        let raw = flags.string("raw")
        if !raw.isEmpty {
            let files = flags.list("filename")
            if files.count != 1 { throw invocation.usage("--raw can only use a single local file or stdin") }
            let bytes: [UInt8]
            if files[0] == "-" {
                bytes = invocation.input()
            } else {
                do { bytes = try invocation.environment.files.read(files[0]) } catch { throw Failure("open \(files[0]): \(error.reason)") }
            }
            let body = try RawRequest.body(bytes, for: raw, invocation)
            return invocation.out(RawRequest.text(try RawRequest.send(.update, raw, body: body, invocation)))
        }
        var query = try ResourceQuery(invocation, arguments: [])
        query.validates = try invocation.fieldValidation() != "Ignore"
        query.subresource = ""
        let found = try query.find(invocation)
        if found.infos.isEmpty, found.failures.isEmpty { throw Failure("no objects passed to replace") }
        var reporter = try ObjectReporter(invocation)
        if isForced, dryRun == .none { try delete(found.infos, invocation) }
        let failures = found.visiting { (info) throws(Failure) in
            var info = info
            if flags.bool("save-config") || info.object.annotation(lastAppliedAnnotation) != nil { info.object = LastApplied.annotated(info.object) }
            if dryRun == .client { return try reporter.report(info.object, "replaced" + dryRun.suffix) }
            try reporter.report(isForced ? try invocation.create(info) : try replace(info, invocation), "replaced" + dryRun.suffix)
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func replace(_ info: ResourceInfo, _ invocation: Invocation) throws(Failure) -> Value {
        var info = info
        do throws(Failure) {
            if info.object.resourceVersion.isEmpty {
                do throws(Failure) {
                    info.object["metadata", "resourceVersion"] = .string(try invocation.get(info).resourceVersion)
                } catch where error.status == nil {
                    throw error
                } catch {
                    // The update itself says what is wrong.
                }
            }
            return try invocation.update(info, subresource: invocation.flags.string("subresource"))
        } catch {
            throw error.whileDoing("replacing", source: info.source)
        }
    }

    private static func delete(_ infos: [ResourceInfo], _ invocation: Invocation) throws(Failure) {
        var options = try DeleteOptions(invocation)
        if options.gracePeriodSeconds == 0 { options.gracePeriodSeconds = 1 }
        let deleter = Deleter(invocation: invocation, options: options, dryRun: .none)
        for info in infos {
            do throws(Failure) {
                let uid = try deleter.delete(info)
                let place = info.entry.isNamespaced ? " from \(info.namespace) namespace" : ""
                invocation.outLine("\(info.entry.printedKind) \"\(info.name)\" deleted\(place)")
                try deleter.waitForEnd([(info, uid)])
            } catch {
                if !error.isNotFound { throw error }
            }
        }
    }
}
