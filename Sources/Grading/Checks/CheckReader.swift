import KubernetesObjects

/// Makes checks of values that `FormatChecker` found in order.
package struct CheckReader {
    let position: ([PathStep]) -> FilePosition

    package init(position: @escaping ([PathStep]) -> FilePosition) { self.position = position }

    package func check(_ value: Value, at path: [PathStep]) -> Check {
        Check(
            name: value["name"]?.stringValue ?? "", title: LocalizedText(value["title"]), points: value["points"]?.intValue ?? 1,
            hint: LocalizedText(value["hint"]), needs: value["needs"]?.elements.compactMap(\.stringValue) ?? [],
            moment: value["at"]?.stringValue ?? Moment.submission, assertion: assertion(value), position: position(path))
    }

    package func assertion(_ value: Value) -> Assertion {
        if let pattern = value["object"] { return .object(ObjectAssertion(pattern, count: count(value))) }
        if let expression = value["cel"]?.stringValue {
            let variables = (value["with"]?.fields ?? [:]).map { (name: $0.key, reference: reference($0.value)) }
            return .cel(ExpressionAssertion(expression, variables: variables, meaning: LocalizedText(value["meaning"])))
        }
        if let http = value["http"] { return .http(self.http(http)) }
        if let timeline = value["timeline"] { return .timeline(self.timeline(timeline)) }
        if let command = value["command"] {
            return .command(
                CommandAssertion(
                    command["run"]?.stringValue ?? "", exitStatus: command["exit"]?.intValue ?? 0, output: text(command["stdout"]),
                    errors: text(command["stderr"])))
        }
        if let pattern = value["eksctl"] { return .eksctl(pattern) }
        if let file = value["file"] {
            return .file(
                FileAssertion(
                    path: file["path"]?.stringValue ?? "", exists: file["exists"]?.boolValue ?? true, text: text(file["text"]),
                    document: file["document"]))
        }
        if let parts = value["all"] { return .all(parts.elements.map(assertion)) }
        if let parts = value["any"] { return .any(parts.elements.map(assertion)) }
        if let part = value["not"] { return .not(assertion(part)) }
        return .all([])
    }

    private func count(_ value: Value) -> ClosedRange<Int>? {
        if value["exists"]?.boolValue == false { return 0...0 }
        guard let count = value["count"] else { return nil }
        if let number = count.intValue { return number...number }
        let low = count["min"]?.intValue ?? 0
        return low...max(low, count["max"]?.intValue ?? Int.max)
    }

    private func reference(_ value: Value) -> ObjectReference {
        ObjectReference(
            apiVersion: value["apiVersion"]?.stringValue ?? "v1", kind: value["kind"]?.stringValue ?? "",
            name: value["name"]?.stringValue ?? "", namespace: value["namespace"]?.stringValue ?? "default",
            labels: (value["labels"]?.fields ?? [:]).map { (key: $0.key, value: $0.value.stringValue ?? "") })
    }

    /// Where requests come from.
    package func origin(_ value: Value?) -> HTTPAssertion.Origin {
        let namespace = value?["namespace"]?.stringValue ?? "default"
        if let node = value?["node"]?.stringValue { return .node(node) }
        if let pod = value?["pod"]?.stringValue { return .pod(namespace: namespace, name: pod) }
        if let labels = value?["labels"]?.fields {
            return .labelled(Dictionary(labels.map { ($0.key, $0.value.stringValue ?? "") }, uniquingKeysWith: { $1 }), namespace: namespace)
        }
        return .outside
    }

    private func http(_ value: Value) -> HTTPAssertion {
        return HTTPAssertion(
            origin: origin(value["from"]), url: value["url"]?.stringValue, service: value["service"],
            route: value["via"]?.stringValue.flatMap(HTTPAssertion.Route.init) ?? .nodePort,
            port: value["port"].flatMap { $0.stringValue ?? $0.intValue.map(String.init) }, everyNode: value["everyNode"]?.boolValue ?? false,
            path: value["path"]?.stringValue ?? "/", method: value["method"]?.stringValue ?? "GET",
            headers: (value["headers"]?.fields ?? [:]).map { (name: $0.key, value: $0.value.stringValue ?? "") },
            times: value["times"]?.intValue ?? 1, status: value["status"]?.intValue ?? 200, body: text(value["body"]),
            spread: value["spread"]?.intValue ?? 0, isRefused: value["refused"]?.boolValue ?? false)
    }

    private func timeline(_ value: Value) -> TimelineAssertion {
        let from = value["from"]?.stringValue ?? Moment.submission
        let to = value["to"]?.stringValue ?? Moment.end
        func duration(_ name: String) -> Duration? { value[name]?.stringValue.flatMap(LabDuration.parse) }
        if let part = value["always"] { return TimelineAssertion(.always, assertion(part), from: from, to: to) }
        if let part = value["never"] { return TimelineAssertion(.never, assertion(part), from: from, to: to) }
        if let part = value["holds"] { return TimelineAssertion(.at(duration("after") ?? .zero), assertion(part), from: from, to: to) }
        return TimelineAssertion(.eventually(within: duration("within")), assertion(value["eventually"] ?? [:]), from: from, to: to)
    }

    private func text(_ value: Value?) -> TextMatch? {
        guard let value else { return nil }
        if let text = value.stringValue { return TextMatch(contains: [text]) }
        func list(_ name: String) -> [String] {
            guard let part = value[name] else { return [] }
            return part.stringValue.map { [$0] } ?? part.elements.compactMap(\.stringValue)
        }
        return TextMatch(equals: value["equals"]?.stringValue, contains: list("contains"), absent: list("absent"))
    }
}
