import KubernetesObjects

/// What an assertion wants, in one sentence.
package struct Expectation {
    private let say: Speech

    package init(_ say: Speech) { self.say = say }

    package func text(_ assertion: Assertion) -> String {
        switch assertion {
        case .object(let assertion): return object(assertion)
        case .cel(let assertion):
            let meaning = assertion.meaning[say.language]
            return meaning.isEmpty ? assertion.expression : meaning
        case .http(let assertion): return http(assertion)
        case .timeline(let timeline): return self.timeline(timeline)
        case .command(let command):
            return say("'\(command.command)' exits with \(command.exitStatus)", "'\(command.command)'의 종료 상태 \(command.exitStatus)")
        case .eksctl(let pattern): return with(say("a ClusterConfig", "ClusterConfig"), pattern)
        case .file(let file):
            if !file.exists { return say("no file \(file.path)", "파일 \(file.path) 없음") }
            let name = say("a file \(file.path)", "파일 \(file.path)")
            return file.document.map { with(name, $0) } ?? name
        case .all(let parts): return parts.map(text).joined(separator: say(", and ", " 그리고 "))
        case .any(let parts): return parts.map(text).joined(separator: say(", or ", " 또는 "))
        case .not(let part): return say("not: ", "다음이 아님: ") + text(part)
        }
    }

    /// `a Service with spec.type=NodePort`; `Service (spec.type=NodePort)`.
    private func with(_ what: String, _ pattern: Value) -> String {
        let leaves = leaves(pattern)
        return leaves.isEmpty ? what : say("\(what) with \(leaves)", "\(what) (\(leaves))")
    }

    private func object(_ assertion: ObjectAssertion) -> String {
        let pattern = assertion.pattern
        let what = pattern.name.isEmpty ? pattern.kind : "\(pattern.kind) \(pattern.name)"
        var rest = pattern
        rest["apiVersion"] = nil
        rest["kind"] = nil
        rest["metadata"]?["name"] = nil
        rest["metadata"]?["namespace"] = nil
        switch assertion.count {
        case nil: return with(pattern.name.isEmpty ? say("a \(what)", what) : what, rest)
        case 0...0: return say(with("no \(what)", rest), with(what, rest) + " 없음")
        case let range?:
            let (low, high) = (range.lowerBound, range.upperBound)
            if say.isKorean { return with(what, rest) + (low == high ? " \(low)개" : high == .max ? " \(low)개 이상" : " \(low)~\(high)개") }
            let number = low == high ? "\(low)" : high == .max ? "at least \(low)" : "\(low) to \(high)"
            return with("\(number) \(pattern.kind)\(range == 1...1 ? "" : "s")" + (pattern.name.isEmpty ? "" : " \(pattern.name)"), rest)
        }
    }

    private func http(_ assertion: HTTPAssertion) -> String {
        var target = assertion.url ?? ""
        if let service = assertion.service {
            let name = service.name.isEmpty ? with(say("a Service", "Service"), service) : "Service \(service.name)"
            switch assertion.route {
            case .nodePort:
                target =
                    assertion.everyNode
                    ? say("the node port of \(name) on every node", "모든 노드에서 \(name)의 노드 포트")
                    : say("the node port of \(name) on a node", "한 노드에서 \(name)의 노드 포트")
            case .clusterIP: target = say("the cluster IP of \(name)", "\(name)의 클러스터 IP")
            case .loadBalancer: target = say("the load balancer of \(name)", "\(name)의 로드 밸런서")
            case .name: target = name
            }
        }
        let call = "\(assertion.method) \(target)"
        if assertion.isRefused { return say("\(call) is not answered", "\(call): 응답 없음") }
        var text = say("\(call) gives \(assertion.status)", "\(call): 응답 \(assertion.status)")
        if let body = assertion.body {
            if let equals = body.equals { text += say(" with the body '\(equals)'", ", 본문 '\(equals)'") }
            if !body.contains.isEmpty {
                let parts = body.contains.map { "'\($0)'" }.joined(separator: say(" and ", ", "))
                text += say(" with \(parts) in the body", ", 본문에 \(parts) 포함")
            }
        }
        if assertion.spread > 1 { text += say(", answered by \(assertion.spread) pods", ", 파드 \(assertion.spread)개가 응답") }
        return text
    }

    private func timeline(_ timeline: TimelineAssertion) -> String {
        let what = text(timeline.assertion)
        let isFromStart = timeline.from == Moment.submission
        let after = isFromStart ? "" : say(" after \(timeline.from)", "\(timeline.from) 이후 ")
        switch timeline.rule {
        case .always: return say("always\(after): \(what)", "\(after)항상: \(what)")
        case .never: return say("never\(after): \(what)", "\(after)다음이 아님: \(what)")
        case .eventually(let within?):
            let time = LabDuration.text(within)
            return say("within \(time)\(after): \(what)", "\(after)\(time) 안에: \(what)")
        case .eventually(nil): return say("at some time\(after): \(what)", "\(after)언젠가: \(what)")
        case .at(let time):
            let time = LabDuration.text(time)
            return say("\(time)\(isFromStart ? " later" : after): \(what)", "\(after)\(time) 뒤: \(what)")
        }
    }

    /// `spec.replicas=3, spec.template.spec.containers[name=web].image=nginx`, cut after six.
    private func leaves(_ value: Value) -> String {
        var found: [String] = []
        collect(value, "", into: &found)
        return say.list(found, limit: 6)
    }

    private func collect(_ value: Value, _ label: String, into found: inout [String]) {
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
        case .null: found.append(say("no \(label)", "\(label) 없음"))
        default: found.append("\(label)=\(Brief.text(value, limit: 60))")
        }
    }
}
