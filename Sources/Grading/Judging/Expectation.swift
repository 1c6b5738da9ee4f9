import KubernetesObjects

/// What an assertion wants, in one sentence.
package enum Expectation {
    package static func text(_ assertion: Assertion, _ language: String) -> String {
        switch assertion {
        case .object(let assertion): return object(assertion)
        case .cel(let assertion): return assertion.meaning[language].isEmpty ? assertion.expression : assertion.meaning[language]
        case .http(let assertion): return http(assertion)
        case .timeline(let timeline): return self.timeline(timeline, language)
        case .command(let command): return "'\(command.command)' exits with \(command.exitStatus)"
        case .eksctl(let pattern): return "a ClusterConfig with \(leaves(pattern))"
        case .file(let file):
            if !file.exists { return "no file \(file.path)" }
            return "a file \(file.path)" + (file.document.map { " with \(leaves($0))" } ?? "")
        case .all(let parts): return parts.map { text($0, language) }.joined(separator: ", and ")
        case .any(let parts): return parts.map { text($0, language) }.joined(separator: ", or ")
        case .not(let part): return "not: " + text(part, language)
        }
    }

    private static func object(_ assertion: ObjectAssertion) -> String {
        let pattern = assertion.pattern
        var text: String
        switch assertion.count {
        case nil: text = pattern.name.isEmpty ? "a \(pattern.kind)" : "\(pattern.kind) \(pattern.name)"
        case 0...0: text = pattern.name.isEmpty ? "no \(pattern.kind)" : "no \(pattern.kind) \(pattern.name)"
        case let range?:
            let number =
                range.lowerBound == range.upperBound
                ? "\(range.lowerBound)" : range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            text = "\(number) \(pattern.kind)\(range == 1...1 ? "" : "s")" + (pattern.name.isEmpty ? "" : " \(pattern.name)")
        }
        var rest = pattern
        rest["apiVersion"] = nil
        rest["kind"] = nil
        rest["metadata"]?["name"] = nil
        rest["metadata"]?["namespace"] = nil
        let with = leaves(rest)
        if !with.isEmpty { text += " with \(with)" }
        return text
    }

    private static func http(_ assertion: HTTPAssertion) -> String {
        var target = assertion.url ?? ""
        if let service = assertion.service {
            let name = service.name.isEmpty ? "a Service with \(leaves(service))" : "Service \(service.name)"
            switch assertion.route {
            case .nodePort: target = "the node port of \(name) on \(assertion.everyNode ? "every node" : "a node")"
            case .clusterIP: target = "the cluster IP of \(name)"
            case .loadBalancer: target = "the load balancer of \(name)"
            case .name: target = name
            }
        }
        if assertion.isRefused { return "\(assertion.method) \(target) is not answered" }
        var text = "\(assertion.method) \(target) gives \(assertion.status)"
        if let body = assertion.body {
            if let equals = body.equals { text += " with the body '\(equals)'" }
            if !body.contains.isEmpty { text += " with \(body.contains.map { "'\($0)'" }.joined(separator: " and ")) in the body" }
        }
        if assertion.spread > 1 { text += ", answered by \(assertion.spread) pods" }
        return text
    }

    private static func timeline(_ timeline: TimelineAssertion, _ language: String) -> String {
        let what = text(timeline.assertion, language)
        let after = timeline.from == Moment.submission ? "" : " after \(timeline.from)"
        switch timeline.rule {
        case .always: return "always\(after): \(what)"
        case .never: return "never\(after): \(what)"
        case .eventually(let within?): return "within \(LabDuration.text(within))\(after): \(what)"
        case .eventually(nil): return "at some time\(after): \(what)"
        case .at(let time): return "\(LabDuration.text(time))\(after.isEmpty ? " later" : after): \(what)"
        }
    }

    /// `spec.replicas=3, spec.template.spec.containers[name=web].image=nginx`, cut after six.
    static func leaves(_ value: Value) -> String {
        var found: [String] = []
        collect(value, "", into: &found)
        if found.count > 6 { return found.prefix(6).joined(separator: ", ") + " and \(found.count - 6) more" }
        return found.joined(separator: ", ")
    }

    private static func collect(_ value: Value, _ label: String, into found: inout [String]) {
        switch value {
        case .object(let fields) where !fields.isEmpty:
            for (key, element) in fields { collect(element, label.isEmpty ? key : "\(label).\(key)", into: &found) }
        case .array(let elements) where elements.contains(where: { $0.fields != nil }):
            for (index, element) in elements.enumerated() {
                var rest = element
                let name = element["name"].map(Brief.plain)
                if name != nil, (element.fields?.count ?? 0) > 1 { rest["name"] = nil }
                collect(rest, "\(label)[\(name ?? "\(index)")]", into: &found)
            }
        case .object: if !label.isEmpty, label != "metadata" { found.append("\(label)={}") }
        case .null: found.append("no \(label)")
        default: found.append("\(label)=\(Brief.text(value, limit: 60))")
        }
    }
}
