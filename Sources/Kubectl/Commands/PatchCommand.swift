import APIMachinery
import KubernetesObjects

/// `kubectl patch`.
enum PatchCommand {
    static let command = Command(
        name: "patch", summary: "Update fields of a resource", usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
        flags: SharedFlags.filename("the objects") + SharedFlags.output + [
            SharedFlags.dryRun, SharedFlags.local, SharedFlags.record, SharedFlags.subresource, SharedFlags.fieldManager("kubectl-patch"),
            FlagSpec("patch", short: "p", "The patch, in JSON or YAML."), FlagSpec("patch-file", "File with the patch."),
            FlagSpec("type", fallback: "strategic", "json, merge or strategic."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static let types: [String: PatchType] = ["json": .json, "merge": .merge, "strategic": .strategicMerge]

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let dryRun = try invocation.dryRun
        let isLocal = flags.bool("local")
        if !flags.string("patch").isEmpty, !flags.string("patch-file").isEmpty {
            throw Failure("cannot specify --patch and --patch-file together")
        }
        if flags.string("patch").isEmpty, flags.string("patch-file").isEmpty {
            throw Failure("must specify --patch or --patch-file containing the contents of the patch")
        }
        if isLocal, !invocation.arguments.isEmpty { throw Failure("cannot specify --local and server resources") }
        if isLocal, dryRun == .server { throw Failure("cannot specify --local and --dry-run=server - did you mean --dry-run=client?") }
        guard let type = types[flags.string("type").lowercased()] else {
            throw Failure("--type must be one of [json merge strategic], not \(goQuoted(flags.string("type")))")
        }
        var text = flags.string("patch")
        let file = flags.string("patch-file")
        if !file.isEmpty {
            do { text = String(decoding: try invocation.environment.files.read(file), as: UTF8.self) } catch {
                throw Failure("unable to read patch file: open \(file): \(error.reason)")
            }
        }
        var query = try ResourceQuery(invocation, arguments: invocation.arguments)
        query.fetchesLatest = !isLocal
        query.subresource = ""
        let found = try query.find(invocation)
        if found.infos.isEmpty {
            if let failure = Failure.aggregate(found.failures) { throw failure }
            throw Failure("no objects passed to patch")
        }
        let patch = try read(text, type)
        var failures = found.failures
        var reporter = try ObjectReporter(invocation)
        for info in found.infos {
            do throws(Failure) {
                var result: Value
                if isLocal || dryRun == .client {
                    if type == .strategicMerge, LocalPatch.schema(of: info) == nil {
                        throw Failure("cannot apply strategic merge patch for \(info.entry.printedGroupVersionKind) locally, try --type merge")
                    }
                    result = try LocalPatch.apply(patch, type, to: info)
                } else {
                    result = try send(patch, type, info, invocation)
                }
                let isUnchanged = result == info.object
                if !isLocal, dryRun == .none { result = invocation.record(in: info, result) }
                try reporter.report(result, (isUnchanged ? "patched (no change)" : "patched"))
            } catch {
                failures.append(error)
            }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func read(_ text: String, _ type: PatchType) throws(Failure) -> Value {
        if text.drop(while: \.isWhitespace).hasPrefix("{") {
            do { return try Value(parsingJSON: text) } catch {
                // The client passes such a text on as it is, and the server refuses it.
                throw Failure(.badRequest(type == .json ? "error decoding patch: \(error.message)" : error.message))
            }
        }
        do { return try Manifests.json(orYAML: text) } catch { throw Failure("unable to parse \(goQuoted(text)): \(error.message)") }
    }

    private static func send(_ patch: Value, _ type: PatchType, _ info: ResourceInfo, _ invocation: Invocation) throws(Failure) -> Value {
        do throws(Failure) {
            return try invocation.patch(info, type, patch, subresource: invocation.flags.string("subresource"))
        } catch {
            guard error.status?.reason == "UnsupportedMediaType" else { throw error }
            throw Failure("\(type.rawValue) is not supported by \(info.entry.printedGroupVersionKind): \(error.plainText)")
        }
    }
}
