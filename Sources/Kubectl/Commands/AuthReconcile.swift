import APIMachinery
import KubernetesObjects

/// `kubectl auth reconcile`: brings roles and bindings to what files say, and tells what was missing or too much.
///
/// - Source: k8s.io/component-helpers `auth/rbac/reconciliation`.
enum AuthReconcile {
    static let command = Command(
        name: "reconcile", summary: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
        usage: "-f FILENAME",
        flags: SharedFlags.filename("the roles and bindings") + SharedFlags.output + [
            SharedFlags.dryRun, .flag("remove-extra-permissions", nil, "Take away rules that are not in the files."),
            .flag("remove-extra-subjects", nil, "Take away subjects that are not in the files."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static let autoUpdate = "rbac.authorization.kubernetes.io/autoupdate"

    /// What has to be done with one object.
    private struct Outcome {
        enum Operation: String { case none, create, update, recreate }

        var operation = Operation.none
        var object: Value
        var isProtected = false
        /// Lines under a title, such as `missing rules added`.
        var details: [(title: String, items: [String])] = []

        mutating func add(_ title: String, _ items: [String]) { if !items.isEmpty { details.append((title, items)) } }
    }

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let dryRun = try invocation.dryRun
        if dryRun == .server { throw Failure("--dry-run=server for command reconcile is not supported yet") }
        if !invocation.arguments.isEmpty { throw Failure("no arguments are allowed") }
        if flags.list("filename").isEmpty, flags.string("kustomize").isEmpty { throw Failure("must specify one of -f and -k") }
        let found = try ResourceQuery(invocation, arguments: []).find(invocation)
        var reporter = try ObjectReporter(invocation)
        let kinds: Set = ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"]
        let failures = found.visiting { (info) throws(Failure) in
            guard kinds.contains(info.entry.kind), info.entry.group == "rbac.authorization.k8s.io" else { return }
            var outcome = try compare(info, invocation)
            try act(on: &outcome, info, dryRun, invocation)
            try reporter.report(outcome.object, "reconciled" + dryRun.suffix)
            tell(outcome, invocation)
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func act(on outcome: inout Outcome, _ info: ResourceInfo, _ dryRun: DryRun, _ invocation: Invocation) throws(Failure) {
        if outcome.isProtected || dryRun != .none { return }
        switch outcome.operation {
        case .none: break
        case .create:
            if info.entry.isNamespaced { try ensureNamespace(info.namespace, invocation) }
            outcome.object = try invocation.create(info)
        case .update: outcome.object = try invocation.update(info.refreshed(with: outcome.object))
        case .recreate:
            _ = try invocation.send(info.request(.delete))
            outcome.object = try invocation.create(info)
        }
    }

    /// A role of a namespace that is not there brings its namespace with it.
    private static func ensureNamespace(_ name: String, _ invocation: Invocation) throws(Failure) {
        let namespaces = GroupVersionResource(group: "", version: "v1", resource: "namespaces")
        do throws(Failure) { _ = try invocation.send(APIRequest(.get, namespaces, name: name)) } catch {
            if error.status?.reason == "Forbidden" { return }
            guard error.isNotFound else { throw error }
            var request = APIRequest(.create, namespaces)
            request.body = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
            _ = try invocation.send(request)
        }
    }

    private static func tell(_ outcome: Outcome, _ invocation: Invocation) {
        if outcome.operation == .none { return }
        let caution = outcome.isProtected ? ", but object opted out (\(autoUpdate): false)" : ""
        invocation.errLine("\treconciliation required \(outcome.operation.rawValue)\(caution)")
        for (title, items) in outcome.details {
            invocation.errLine("\t\(title):")
            for item in items { invocation.errLine("\t\t\(item)") }
        }
    }

    // MARK: Comparing

    private static func compare(_ info: ResourceInfo, _ invocation: Invocation) throws(Failure) -> Outcome {
        let isBinding = info.entry.kind.hasSuffix("Binding")
        let flags = invocation.flags
        let live: Value
        do throws(Failure) { live = try invocation.get(info) } catch {
            guard error.isNotFound else { throw error }
            var outcome = Outcome(operation: .create, object: info.object)
            if isBinding {
                outcome.add("missing subjects added", (info.object["subjects"]?.elements ?? []).map(subjectText))
            } else {
                outcome.add("missing rules added", (info.object["rules"]?.elements ?? []).map { RBACRule($0).text })
            }
            return outcome
        }
        var outcome = Outcome(object: live)
        outcome.isProtected = live.annotation(autoUpdate) == "false"
        // What is there stays as it is; only what is missing comes along.
        for key in ["labels", "annotations"] {
            for (name, value) in info.object["metadata", key]?.fields ?? [:] where live["metadata", key, name] == nil {
                outcome.object["metadata", key, name] = value
                outcome.operation = .update
            }
        }
        if isBinding {
            compareSubjects(info.object, live, removes: flags.bool("remove-extra-subjects"), &outcome)
        } else {
            compareRules(info.object, live, removes: flags.bool("remove-extra-permissions"), &outcome)
            compareAggregation(info.object, live, removes: flags.bool("remove-extra-permissions"), &outcome)
        }
        return outcome
    }

    private static func compareSubjects(_ wanted: Value, _ live: Value, removes: Bool, _ outcome: inout Outcome) {
        if wanted["roleRef"] != live["roleRef"] {
            outcome.operation = .recreate
            outcome.object = wanted
            return
        }
        let (new, old) = (wanted["subjects"]?.elements ?? [], live["subjects"]?.elements ?? [])
        let missing = new.filter { item in !old.contains { isSame($0, item) } }
        let extra = old.filter { item in !new.contains { isSame($0, item) } }
        outcome.add("missing subjects added", missing.map(subjectText))
        if removes { outcome.add("extra subjects removed", extra.map(subjectText)) }
        if removes ? !(missing.isEmpty && extra.isEmpty) : !missing.isEmpty {
            outcome.operation = .update
            outcome.object["subjects"] = .array(removes ? new : old + missing)
        }
    }

    private static func isSame(_ left: Value, _ right: Value) -> Bool {
        ["kind", "name", "namespace"].allSatisfy { (left[$0]?.stringValue ?? "") == (right[$0]?.stringValue ?? "") } && group(left) == group(right)
    }

    /// The API group of a subject; users and groups have one by default.
    private static func group(_ subject: Value) -> String {
        let named = subject["apiGroup"]?.stringValue ?? ""
        return named.isEmpty && subject["kind"]?.stringValue != "ServiceAccount" ? "rbac.authorization.k8s.io" : named
    }

    private static func subjectText(_ subject: Value) -> String {
        func text(_ key: String) -> String { subject[key]?.stringValue ?? "" }
        return "{Kind:\(text("kind")) APIGroup:\(group(subject)) Name:\(text("name")) Namespace:\(text("namespace"))}"
    }

    private static func compareRules(_ wanted: Value, _ live: Value, removes: Bool, _ outcome: inout Outcome) {
        // The rules of an aggregated role are its controller's.
        if live["aggregationRule"] != nil { return }
        let (new, old) = ((wanted["rules"]?.elements ?? []).map(RBACRule.init), (live["rules"]?.elements ?? []).map(RBACRule.init))
        let missing = RBACRule.uncovered(new, by: old)
        let extra = RBACRule.uncovered(old, by: new)
        outcome.add("missing rules added", missing.map(\.text))
        if removes { outcome.add("extra rules removed", extra.map(\.text)) }
        if removes ? !(missing.isEmpty && extra.isEmpty) : !missing.isEmpty {
            outcome.operation = .update
            outcome.object["rules"] = removes ? wanted["rules"] ?? [] : .array((live["rules"]?.elements ?? []) + missing.map(\.value))
        }
    }

    private static func compareAggregation(_ wanted: Value, _ live: Value, removes: Bool, _ outcome: inout Outcome) {
        guard let rule = wanted["aggregationRule"] else {
            if live["aggregationRule"] != nil {
                outcome.operation = .update
                outcome.object["aggregationRule"] = nil
            }
            return
        }
        let (new, old) = (rule["clusterRoleSelectors"]?.elements ?? [], live["aggregationRule", "clusterRoleSelectors"]?.elements ?? [])
        let missing = new.filter { !old.contains($0) }
        let extra = old.filter { !new.contains($0) }
        if removes ? !(missing.isEmpty && extra.isEmpty) : !missing.isEmpty {
            outcome.operation = .update
            outcome.object["aggregationRule"] = ["clusterRoleSelectors": .array(removes ? new : old + missing)]
        }
    }
}
