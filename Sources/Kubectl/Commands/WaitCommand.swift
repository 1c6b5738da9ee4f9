import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl wait`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/wait`.
enum WaitCommand {
    static let command = Command(
        name: "wait", suggestedFor: ["list", "ps"], summary: "Experimental: Wait for a specific condition on one or many resources",
        usage: "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
        flags: SharedFlags.filename("the objects", recursive: true).filter { $0.name != "kustomize" } + SharedFlags.output + [
            SharedFlags.selector, SharedFlags.fieldSelector, SharedFlags.all, SharedFlags.allNamespaces, SharedFlags.local,
            FlagSpec("for", kind: .stringArray, "create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE]."),
            FlagSpec("timeout", kind: .duration, fallback: "30s", "How long to wait; 0 to look once, negative for a week."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private enum Goal {
        case delete, create
        case condition(String, String)
        case path(JSONPathTemplate, String?)
    }

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let goals = flags.list("for")
        if goals.count > 1 { throw Failure("unrecognized condition: \(goText(Value(goals)))") }
        guard let text = goals.first else { throw Failure("unrecognized condition: []") }
        let goal = try self.goal(text)
        var reporter = try ObjectReporter(invocation)
        let start = invocation.client.now
        var timeout = flags.seconds("timeout")
        if timeout < .zero { timeout = .seconds(7 * 86_400) }
        var query = try ResourceQuery(invocation, arguments: invocation.arguments)
        query.fetchesLatest = true
        if case .create = goal {
            let isThere = try invocation.wait(atMost: timeout) { () throws(Failure) in
                let found = try query.find(invocation)
                if let other = found.failures.first(where: { !$0.isNotFound }) { throw other }
                return found.failures.isEmpty && !found.infos.isEmpty
            }
            if !isThere { throw Failure("timed out waiting for the condition") }
            for info in try query.find(invocation).checked() { try reporter.report(info.object, "condition met") }
            return
        }
        var found = try query.find(invocation)
        if case .delete = goal {
            found.failures.removeAll(where: \.isNotFound)
            if let failure = Failure.aggregate(found.failures) { throw failure }
            if found.infos.isEmpty { return }
        }
        if let failure = Failure.aggregate(found.failures) { throw failure }
        if found.infos.isEmpty { throw Failure("no matching resources found") }
        var failures: [Failure] = []
        for info in found.infos {
            do throws(Failure) {
                var last = info.object
                let rest = timeout - (invocation.client.now - start)
                // Once the time is up the rest is not even looked at; without any, each is looked at once.
                let isLate = timeout > .zero && rest <= .zero
                let isMet = try isLate ? false : invocation.wait(atMost: max(rest, .zero)) { () throws(Failure) in
                    do throws(Failure) {
                        last = try invocation.get(info)
                        if case .delete = goal { return last.uid != info.object.uid }
                        return try isReached(goal, last)
                    } catch {
                        if case .delete = goal, error.isNotFound { return true }
                        throw error
                    }
                }
                if !isMet { throw Failure("\(timeout == .zero ? "condition not met for" : "timed out waiting for the condition on") \(info.entry.plural)/\(info.name)") }
                if case .delete = goal { last = info.object }
                try reporter.report(last, "condition met")
            } catch {
                failures.append(error)
            }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func goal(_ text: String) throws(Failure) -> Goal {
        let lowered = text.lowercased()
        if lowered == "delete" { return .delete }
        if lowered == "create" { return .create }
        if text.hasPrefix("condition=") {
            let rest = text.dropFirst("condition=".count)
            let parts = rest.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return .condition(parts[0], parts.count > 1 ? parts[1] : "true")
        }
        if text.hasPrefix("jsonpath=") {
            let parts = splitAtEquals(text.dropFirst("jsonpath=".count))
            let format = Failure("jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'")
            guard parts.count <= 2 else { throw format }
            let value = parts.count == 2 ? parts[1].trimmingQuotes : nil
            if value?.isEmpty == true { throw Failure("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3") }
            let path = try relaxedPath(parts[0].trimmingQuotes)
            do { return .path(try JSONPathTemplate(path, allowsMissingKeys: true), value) } catch { throw format }
        }
        throw Failure("unrecognized condition: \(goQuoted(text))")
    }

    /// Splits at each `=` that is none of a `==`.
    private static func splitAtEquals(_ text: Substring) -> [String] {
        var parts = [""]
        var rest = text
        while let character = rest.popFirst() {
            if character == "=", rest.first == "=" {
                parts[parts.count - 1] += "=="
                rest.removeFirst()
            } else if character == "=" {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }

    private static func isReached(_ goal: Goal, _ object: Value) throws(Failure) -> Bool {
        switch goal {
        case .delete, .create: return false
        case .condition(let name, let wanted):
            let observed = object["status", "observedGeneration"]?.intValue
            for condition in object["status", "conditions"]?.elements ?? []
            where (condition["type"]?.stringValue ?? "").lowercased() == name.lowercased() {
                let own = condition["observedGeneration"]?.intValue ?? observed
                if let own, own < object.generation { return false }
                return (condition["status"]?.stringValue ?? "").lowercased() == wanted.lowercased()
            }
            return false
        case .path(let path, let wanted):
            guard let results = try? path.results(object), let values = results.first, !values.isEmpty else { return false }
            if values.count > 1 { throw Failure("given jsonpath expression matches more than one value") }
            switch values[0] {
            case .object, .array: throw Failure("jsonpath leads to a nested object or list which is not supported")
            default: break
            }
            guard let wanted else { return true }
            return goText(values[0]) == wanted
        }
    }
}

extension String {
    /// Without single or double quotes at both ends.
    var trimmingQuotes: String {
        var part = self[...]
        while let first = part.first, first == "'" || first == "\"" { part.removeFirst() }
        while let last = part.last, last == "'" || last == "\"" { part.removeLast() }
        return String(part)
    }
}
