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
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        if invocation.flags.list("filename").isEmpty, invocation.flags.string("kustomize").isEmpty { throw Failure("must specify one of -f and -k").exiting(2) }
        if invocation.flags.bool("prune") { throw Failure("--prune is not supported by kubectl diff here: diff without it, and apply with it") .exiting(2) }
        var query = try ResourceQuery(invocation, arguments: [])
        query.validates = true
        var differs = false
        let infos: [ResourceInfo]
        do throws(Failure) { infos = try query.find(invocation).checked() } catch { throw error.exiting(2) }
        for info in infos {
            do throws(Failure) { if try compare(info, invocation) { differs = true } } catch { throw error.exiting(2) }
        }
        if differs { throw .quiet(1) }
    }

    private static func compare(_ info: ResourceInfo, _ invocation: Invocation) throws(Failure) -> Bool {
        var live: Value?
        do throws(Failure) { live = try invocation.get(info) } catch { if !error.isNotFound { throw error } }
        let merged = try self.merged(info, live, invocation)
        let managed = invocation.flags.bool("show-managed-fields")
        var (before, after) = (live.map { text($0, managed) } ?? "", text(merged, managed))
        if info.entry.kind == "Secret" { (before, after) = masked(live, merged, managed) }
        if before == after { return false }
        let name = [info.entry.group, info.entry.version, info.entry.kind, info.namespace, info.name].enumerated()
            .filter { !($0.offset == 0 && $0.element.isEmpty) }.map(\.element).joined(separator: ".")
        let stamp = invocation.client.now.civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = "\(stamp.year)-\(two(stamp.month))-\(two(stamp.day)) \(two(stamp.hour)):\(two(stamp.minute)):\(two(stamp.second)).000000000 +0000"
        invocation.outLine("diff -u -N /tmp/LIVE-0000000001/\(name) /tmp/MERGED-0000000001/\(name)")
        invocation.outLine("--- /tmp/LIVE-0000000001/\(name)\t\(time)")
        invocation.outLine("+++ /tmp/MERGED-0000000001/\(name)\t\(time)")
        invocation.out(UnifiedDiff.text(before, after))
        return true
    }

    private static func text(_ object: Value, _ showManagedFields: Bool) -> String {
        var copy = object
        if !showManagedFields { copy["metadata"]?["managedFields"] = nil }
        if copy["metadata"]?["resourceVersion"] != nil { copy["metadata"]?["resourceVersion"] = nil }
        return copy.yaml()
    }

    /// Values of secrets are shown as stars: equal where they are equal.
    private static func masked(_ live: Value?, _ merged: Value, _ managed: Bool) -> (String, String) {
        func hide(_ object: Value, _ other: Value?, _ mark: String) -> Value {
            var copy = object
            for (key, value) in object["data"]?.fields ?? [:] {
                let isSame = other?["data"]?[key].map { $0 == value } ?? true
                copy["data"]?[key] = .string(isSame ? "***" : "*** (\(mark))")
            }
            return copy
        }
        return (live.map { text(hide($0, merged, "before"), managed) } ?? "", text(hide(merged, live, "after"), managed))
    }

    /// What the server would store, from a dry run.
    private static func merged(_ info: ResourceInfo, _ live: Value?, _ invocation: Invocation) throws(Failure) -> Value {
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
        request.options.fieldManager = invocation.flags.string("field-manager")
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

/// The difference between two texts as `diff -u` prints it.
enum UnifiedDiff {
    private enum Edit { case same(Int, Int), removed(Int), added(Int) }

    /// Hunks with three lines around each change; empty for equal texts.
    ///
    /// - Bounds: quadratic in the number of changed lines; texts of more than 20,000 lines in all are shown as replaced.
    static func text(_ before: String, _ after: String) -> String {
        let old = lines(before)
        let new = lines(after)
        let edits = script(old, new)
        var result = ""
        var index = 0
        while index < edits.count {
            guard isChange(edits[index]) else {
                index += 1
                continue
            }
            let start = max(0, index - 3)
            var end = index
            var quiet = 0
            var cursor = index
            while cursor < edits.count, quiet <= 6 {
                if isChange(edits[cursor]) {
                    end = cursor
                    quiet = 0
                } else {
                    quiet += 1
                }
                cursor += 1
            }
            let stop = min(edits.count, end + 4)
            result += hunk(edits[start..<stop], old, new, before: edits[..<start])
            index = stop
        }
        return result
    }

    private static func lines(_ text: String) -> [Substring] {
        var parts = text.split(separator: "\n", omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts
    }

    private static func isChange(_ edit: Edit) -> Bool { if case .same = edit { false } else { true } }

    /// The shortest list of edits, by the longest common subsequence between equal ends.
    private static func script(_ old: [Substring], _ new: [Substring]) -> [Edit] {
        var head = 0
        while head < old.count, head < new.count, old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < old.count - head, tail < new.count - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
        var edits: [Edit] = (0..<head).map { .same($0, $0) }
        let (a, b) = (old.count - head - tail, new.count - head - tail)
        if a + b > 20_000 {
            edits += (0..<a).map { .removed(head + $0) } + (0..<b).map { .added(head + $0) }
        } else {
            var table = [[Int32]](repeating: [Int32](repeating: 0, count: b + 1), count: a + 1)
            for i in stride(from: a - 1, through: 0, by: -1) {
                for j in stride(from: b - 1, through: 0, by: -1) {
                    table[i][j] = old[head + i] == new[head + j] ? table[i + 1][j + 1] + 1 : max(table[i + 1][j], table[i][j + 1])
                }
            }
            var (i, j) = (0, 0)
            while i < a || j < b {
                if i < a, j < b, old[head + i] == new[head + j] {
                    edits.append(.same(head + i, head + j))
                    i += 1
                    j += 1
                } else if i < a, j >= b || table[i + 1][j] >= table[i][j + 1] {
                    edits.append(.removed(head + i))
                    i += 1
                } else {
                    edits.append(.added(head + j))
                    j += 1
                }
            }
        }
        return edits + (0..<tail).map { .same(old.count - tail + $0, new.count - tail + $0) }
    }

    private static func hunk(_ edits: ArraySlice<Edit>, _ old: [Substring], _ new: [Substring], before: ArraySlice<Edit>) -> String {
        func counts(_ edits: ArraySlice<Edit>) -> (Int, Int) {
            edits.reduce((0, 0)) { sum, edit in
                switch edit {
                case .same: (sum.0 + 1, sum.1 + 1)
                case .removed: (sum.0 + 1, sum.1)
                case .added: (sum.0, sum.1 + 1)
                }
            }
        }
        let (startOld, startNew) = counts(before)
        let (countOld, countNew) = counts(edits)
        func range(_ start: Int, _ count: Int) -> String { count == 0 ? "\(start),0" : count == 1 ? "\(start + 1)" : "\(start + 1),\(count)" }
        var text = "@@ -\(range(startOld, countOld)) +\(range(startNew, countNew)) @@\n"
        for edit in edits {
            switch edit {
            case .same(let index, _): text += " \(old[index])\n"
            case .removed(let index): text += "-\(old[index])\n"
            case .added(let index): text += "+\(new[index])\n"
            }
        }
        return text
    }
}
