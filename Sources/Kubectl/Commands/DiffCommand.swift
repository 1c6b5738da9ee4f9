import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl diff`.
///
/// - Shape: a unified diff for each object that differs; exit status 1 when there is one.
enum DiffCommand {
    static let command = Command(
        name: "diff", summary: "Diff the live version against a would-be applied version", usage: "-f FILENAME",
        flags: SharedFlags.filename("what would be applied") + [
            SharedFlags.selector, FlagSpec("concurrency", kind: .int, fallback: "1", "How many objects to ask for at once."),
            FlagSpec("field-manager", fallback: "kubectl-client-side-apply", "Name that owns the fields written."),
            .flag("force-conflicts", nil, "Take over fields of other managers (server side)."), .flag("prune", nil, "Also show what would be pruned."),
            FlagSpec("prune-allowlist", kind: .stringArray, "Kinds to prune."), .flag("server-side", nil, "Let the server apply."),
            .flag("show-managed-fields", nil, "Keep managedFields."),
        ],
        run: { (invocation) throws(Failure) in
            do throws(Failure) { try DiffRun(invocation).run() } catch {
                if case .quiet = error.kind { throw error }
                throw error.exiting(2)
            }
        })
}

/// One run of `kubectl diff`.
final class DiffRun {
    private let invocation: Invocation
    /// What is written to the two folders: an empty file for what is not there.
    private var pages: [(name: String, live: String, merged: String)] = []

    init(_ invocation: Invocation) { self.invocation = invocation }

    func run() throws(Failure) {
        if invocation.flags.list("filename").isEmpty, invocation.flags.string("kustomize").isEmpty { throw Failure("must specify one of -f and -k") }
        if invocation.flags.bool("force-conflicts"), !invocation.flags.bool("server-side") { throw Failure("--force-conflicts only works with --server-side") }
        let pruner = invocation.flags.bool("prune") ? try Pruner(invocation, dryRun: .none) : nil
        var query = try ResourceQuery(invocation, arguments: [])
        query.validates = true
        let found = try query.find(invocation)
        // Unlike other commands, this one goes no further than the first that is wrong.
        if let failure = found.failures.first { throw failure }
        let infos = found.infos
        var kept: [ResourceInfo] = []
        for info in infos {
            let live = try live(info)
            add(info, live, try merged(info, live))
            // The namespace of what is not there yet is looked through too.
            kept.append(live.map { info.refreshed(with: $0) } ?? info)
        }
        if let pruner {
            try pruner.visitCandidates(keeping: kept) { add($0, $0.object, nil) }
        }
        if try report() { throw .quiet(1) }
    }

    private func live(_ info: ResourceInfo) throws(Failure) -> Value? {
        do throws(Failure) { return try invocation.get(info) } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// Keeps two states of an object for the report.
    private func add(_ info: ResourceInfo, _ live: Value?, _ merged: Value?) {
        let managed = invocation.flags.bool("show-managed-fields")
        var (before, after) = (live.map { text($0, managed) } ?? "", merged.map { text($0, managed) } ?? "")
        if info.entry.kind == "Secret" { (before, after) = masked(live, merged, managed) }
        let name = [info.entry.group, info.entry.version, info.entry.kind, info.namespace, info.name].enumerated()
            .filter { !($0.offset == 0 && $0.element.isEmpty) }.map(\.element).joined(separator: ".")
        pages.append((name, before, after))
    }

    /// Prints how the files differ, by the program of `KUBECTL_EXTERNAL_DIFF` where one can be run.
    private func report() throws(Failure) -> Bool {
        let program = invocation.environment.variables["KUBECTL_EXTERNAL_DIFF"] ?? ""
        if !program.isEmpty, let compare = invocation.environment.compare {
            let status = compare(program, pages.map { ($0.name, $0.live) }, pages.map { ($0.name, $0.merged) })
            guard let status else { throw Failure("failed to run \(goQuoted(program)): executable file not found in $PATH") }
            if status > 1 { throw .quiet(status) }
            return status == 1
        }
        var differs = false
        // A program that compares folders goes by the names of their files.
        for page in pages.sorted(by: { $0.name < $1.name }) where page.live != page.merged {
            show(page.name, page.live, page.merged)
            differs = true
        }
        return differs
    }

    private func show(_ name: String, _ before: String, _ after: String) {
        let stamp = invocation.client.now.civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = "\(stamp.year)-\(two(stamp.month))-\(two(stamp.day)) \(two(stamp.hour)):\(two(stamp.minute)):\(two(stamp.second)).000000000 +0000"
        invocation.outLine("diff -u -N /tmp/LIVE-0000000001/\(name) /tmp/MERGED-0000000001/\(name)")
        invocation.outLine("--- /tmp/LIVE-0000000001/\(name)\t\(time)")
        invocation.outLine("+++ /tmp/MERGED-0000000001/\(name)\t\(time)")
        invocation.out(UnifiedDiff.text(before, after))
    }

    private func text(_ object: Value, _ showManagedFields: Bool) -> String {
        var copy = object
        if !showManagedFields { copy["metadata"]?["managedFields"] = nil }
        return copy.yaml()
    }

    /// Values of secrets are shown as stars: equal where they are equal.
    private func masked(_ live: Value?, _ merged: Value?, _ managed: Bool) -> (String, String) {
        func hide(_ object: Value, _ other: Value?, _ mark: String) -> Value {
            var copy = object
            for (key, value) in object["data"]?.fields ?? [:] {
                let isSame = other?["data"]?[key].map { $0 == value } ?? true
                copy["data"]?[key] = .string(isSame ? "***" : "*** (\(mark))")
            }
            return copy
        }
        return (
            live.map { text(hide($0, merged, "before"), managed) } ?? "", merged.map { text(hide($0, live, "after"), managed) } ?? "")
    }

    /// What the server would store, from a dry run.
    private func merged(_ info: ResourceInfo, _ live: Value?) throws(Failure) -> Value {
        var request: APIRequest
        if invocation.flags.bool("server-side") {
            request = info.request(.patch)
            request.patchType = .apply
            request.body = info.object
            request.options.force = invocation.flags.bool("force-conflicts")
        } else if let live {
            var wanted = info.object
            if wanted["metadata", "annotations"]?.fields == nil { wanted["metadata", "annotations"] = [:] }
            wanted["metadata"]?["annotations"]?[lastAppliedAnnotation] = nil
            let (type, patch) = try ApplyRun.patch(info, wanted, live)
            if (patch.fields ?? [:]).isEmpty { return live }
            request = info.request(.patch)
            request.patchType = type
            request.body = patch
        } else {
            request = APIRequest(.create, info.entry.resource, namespace: info.entry.isNamespaced ? info.namespace : "")
            request.body = info.object
        }
        request.options.dryRun = true
        let isServerSide = invocation.flags.bool("server-side") && !invocation.flags.isSet("field-manager")
        request.options.fieldManager = isServerSide ? "kubectl" : invocation.flags.string("field-manager")
        request.options.fieldValidation = "Strict"
        return try invocation.send(request).body
    }
}

extension Failure {
    /// The failure with another exit status.
    func exiting(_ status: Int32) -> Failure {
        var copy = self
        copy.exitStatus = status
        return copy
    }
}
