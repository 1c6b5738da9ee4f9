import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl cordon`, `uncordon` and `taint`.
enum NodeCommands {
    static let cordon = Command(
        name: "cordon", summary: "Mark node as unschedulable", usage: "NODE", flags: [SharedFlags.selector, SharedFlags.dryRun],
        run: { (invocation) throws(Failure) in try setUnschedulable(true, invocation) })

    static let uncordon = Command(
        name: "uncordon", summary: "Mark node as schedulable", usage: "NODE", flags: [SharedFlags.selector, SharedFlags.dryRun],
        run: { (invocation) throws(Failure) in try setUnschedulable(false, invocation) })

    /// The nodes that a command line names.
    static func nodes(_ invocation: Invocation) throws(Failure) -> ResourceQuery.Found {
        let selector = invocation.flags.string("selector")
        if invocation.arguments.isEmpty, invocation.flags.isSet("selector"), selector.isEmpty { throw ResourceQuery.missing }
        if invocation.arguments.isEmpty, selector.isEmpty {
            throw invocation.usage("USAGE: \(invocation.command.name) \(invocation.command.usage) [flags]")
        }
        if !invocation.arguments.isEmpty, !selector.isEmpty { throw invocation.usage("error: cannot specify both a node name and a --selector option") }
        var query = try ResourceQuery(invocation, arguments: invocation.arguments.isEmpty ? ["nodes"] : invocation.arguments.map { $0.hasPrefix("node/") || $0.hasPrefix("nodes/") ? $0 : "nodes/\($0)" })
        query.fetchesLatest = true
        return try query.find(invocation)
    }

    /// Cordons or uncordons a node and says so.
    static func setUnschedulable(_ wanted: Bool, _ info: ResourceInfo, _ invocation: Invocation) throws(Failure) {
        let dryRun = try invocation.dryRun
        let word = wanted ? "cordoned" : "uncordoned"
        if (info.object["spec", "unschedulable"]?.boolValue ?? false) == wanted {
            return invocation.outLine("\(info.printedName) already \(word)\(dryRun.suffix)")
        }
        if dryRun != .client {
            do throws(Failure) {
                _ = try invocation.patch(info, .strategicMerge, ["spec": ["unschedulable": wanted ? true : .null]])
            } catch {
                throw Failure("unable to \(wanted ? "cordon" : "uncordon") node \(goQuoted(info.name)): \(error.plainText)")
            }
        }
        invocation.outLine("\(info.printedName) \(word)\(dryRun.suffix)")
    }

    private static func setUnschedulable(_ wanted: Bool, _ invocation: Invocation) throws(Failure) {
        // A name that is none leaves the other nodes as they are.
        var failures: [Failure] = []
        for info in try nodes(invocation).checked() {
            do throws(Failure) { try setUnschedulable(wanted, info, invocation) } catch { failures.append(error) }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    // MARK: Taints

    static let taint = Command(
        name: "taint", summary: "Update the taints on one or more nodes", usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
        flags: SharedFlags.output + [
            SharedFlags.selector, SharedFlags.all, SharedFlags.dryRun, SharedFlags.overwrite, SharedFlags.fieldManager("kubectl-taint"),
            SharedFlags.validate,
        ],
        run: { (invocation) throws(Failure) in try runTaint(invocation) })

    private static func runTaint(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let (resources, words) = try SetCommand.split(
            invocation.arguments, isPair: { $0.contains("=") || $0.contains(":") || ($0.hasSuffix("-") && $0 != "-") }, kind: "taint")
        var added: [Taint] = []
        var removed: [Taint] = []
        for word in words {
            do throws(Failure) {
                if word.hasSuffix("-") {
                    let taint = try parse(String(word.dropLast()))
                    removed.append(Taint(key: taint.key, value: "", effect: taint.effect))
                } else {
                    let taint = try parse(word)
                    if taint.effect.isEmpty { throw Failure("invalid taint spec: \(word)") }
                    if added.contains(where: { $0.key == taint.key && $0.effect == taint.effect }) {
                        throw Failure("duplicated taints with the same key and effect: {\(taint.key) \(taint.value) \(taint.effect) <nil>}")
                    }
                    added.append(taint)
                }
            } catch {
                throw invocation.usage(error.plainText)
            }
        }
        if resources.isEmpty { throw Failure("one or more resources must be specified as <resource> <name>") }
        let type = resources[0]
        guard let entry = try invocation.lookup({ $0.find(type) }) else { throw .text("the server doesn't have a resource type \(goQuoted(type))") }
        if entry.groupResource != .nodes {
            throw Failure("invalid resource type \(resources[0]), only node types are supported")
        }
        if flags.bool("all"), !flags.string("selector").isEmpty { throw Failure("setting 'all' parameter with a non empty selector is prohibited") }
        if resources.count < 2, !flags.bool("all"), flags.string("selector").isEmpty, !words.isEmpty {
            throw Failure("at least one resource name must be specified since 'all' parameter is not set")
        }
        if added.isEmpty, removed.isEmpty { throw Failure("at least one taint update is required") }
        let both = added.flatMap { new in removed.filter { $0.key == new.key && ($0.effect == new.effect || $0.effect.isEmpty) } }
        if !both.isEmpty {
            throw Failure(
                "can not both modify and remove the following taint(s) in the same command: \(both.map { "\($0.key)=\($0.effect)" }.joined(separator: ", "))"
            )
        }
        // Where all are meant, or a selector says which, names count for nothing.
        let isSelecting = flags.bool("all") || !flags.string("selector").isEmpty
        var query = try ResourceQuery(invocation, arguments: isSelecting ? ["nodes"] : ["nodes"] + resources.dropFirst())
        query.fetchesLatest = true
        let found = try query.find(invocation)
        var failures = found.failures
        var reporter = try ObjectReporter(invocation)
        for info in found.infos {
            do throws(Failure) { try change(info, added, removed, invocation, &reporter) } catch { failures.append(error) }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func parse(_ text: String) throws(Failure) -> Taint {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var taint = Taint(key: "", value: "", effect: "")
        switch parts.count {
        case 1: taint.key = parts[0]
        case 2:
            taint.effect = parts[1]
            if !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(taint.effect) {
                throw Failure("invalid taint effect: \(taint.effect), unsupported taint effect")
            }
            let pair = parts[0].split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            if pair.count > 2 { throw Failure("invalid taint spec: \(text)") }
            taint.key = pair[0]
            if pair.count == 2 {
                taint.value = pair[1]
                let problems = LabelRules.valueProblems(taint.value)
                if !problems.isEmpty { throw Failure("invalid taint spec: \(text), \(problems.joined(separator: "; "))") }
            }
        default: throw Failure("invalid taint spec: \(text)")
        }
        let problems = LabelRules.keyProblems(taint.key)
        if !problems.isEmpty { throw Failure("invalid taint spec: \(text), \(problems.joined(separator: "; "))") }
        return taint
    }

    private static func change(_ info: ResourceInfo, _ added: [Taint], _ removed: [Taint], _ invocation: Invocation, _ reporter: inout ObjectReporter)
        throws(Failure)
    {
        let overwrites = invocation.flags.bool("overwrite")
        let old = info.object["spec", "taints"]?.elements ?? []
        if !overwrites {
            let clashes = added.filter { new in old.contains { Taint($0).key == new.key && Taint($0).effect == new.effect } }
            if !clashes.isEmpty {
                throw Failure(
                    "node \(info.name) already has \(clashes.map(\.key).joined(separator: ",")) taint(s) with same effect(s) and --overwrite is false")
            }
        }
        var taints: [Value] = added.map { taint in
            var value: Value = ["key": .string(taint.key), "effect": .string(taint.effect)]
            if !taint.value.isEmpty { value["value"] = .string(taint.value) }
            return value
        }
        taints += old.filter { value in !added.contains { $0.key == Taint(value).key && $0.effect == Taint(value).effect } }
        let hasAdded = taints.count != old.count
        var missing: [Failure] = []
        var hasDeleted = false
        for taint in removed {
            let before = taints.count
            taints.removeAll { Taint($0).key == taint.key && (taint.effect.isEmpty || Taint($0).effect == taint.effect) }
            if taints.count == before {
                missing.append(Failure("taint \(goQuoted(taint.effect.isEmpty ? taint.key : "\(taint.key):\(taint.effect)")) not found"))
            } else {
                hasDeleted = true
            }
        }
        if let failure = Failure.aggregate(missing) { throw failure }
        let word = (hasAdded && hasDeleted) || overwrites ? "modified" : hasAdded ? "tainted" : "untainted"
        var object = info.object
        object["spec", "taints"] = taints.isEmpty ? nil : .array(taints)
        let dryRun = try invocation.dryRun
        let result = dryRun == .client ? object : try SetCommand.send(info, object, invocation)
        try reporter.report(result, word)
    }
}
