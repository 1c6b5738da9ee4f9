import KubernetesObjects

/// Says why a pod does not run, or runs and is not ready.
struct PodExplainer {
    let scene: Scene
    private var say: Speech { scene.say }

    init(_ scene: Scene) { self.scene = scene }

    func chains(_ pod: Value) -> [CauseChain] {
        if let chain = scheduling(pod) { return [chain] }
        let containers = pod["spec"]?["containers"]?.elements ?? []
        for list in ["initContainerStatuses", "containerStatuses"] {
            for status in pod["status"]?[list]?.elements ?? [] {
                let name = status["name"]?.stringValue ?? ""
                let field = list == "containerStatuses" ? "containers" : "initContainers"
                let index = (pod["spec"]?[field]?.elements ?? containers).firstIndex { $0["name"]?.stringValue == name } ?? 0
                if let chain = container(pod, status, name: name, path: [.key("spec"), .key(field), .index(index)]) { return [chain] }
            }
        }
        if let chain = readiness(pod, containers) { return [chain] }
        if pod["status"]?["phase"]?.stringValue == "Failed" {
            let reason = pod["status"]?["message"]?.stringValue ?? pod["status"]?["reason"]?.stringValue ?? say("a container failed", "컨테이너 실패")
            return [CauseChain([Cause(say("pod \(pod.name) has failed: \(reason)", "파드 \(pod.name) 실패: \(reason)"))])]
        }
        return []
    }

    private func place(_ pod: Value, _ steps: [PathStep]) -> FilePosition? { scene.templatePosition(of: pod, at: steps) }

    /// A pod that no node takes.
    private func scheduling(_ pod: Value) -> CauseChain? {
        guard let condition = pod.condition("PodScheduled"), condition["status"]?.stringValue == "False" else { return nil }
        let message = condition["message"]?.stringValue ?? say("no node takes it", "받아들이는 노드 없음")
        var steps: [PathStep] = [.key("spec")]
        if TextMatch.holds(message, "Insufficient") {
            steps += [.key("containers"), .index(0), .key("resources"), .key("requests")]
            if TextMatch.holds(message, "Insufficient cpu") { steps.append(.key("cpu")) } else if TextMatch.holds(message, "Insufficient memory") { steps.append(.key("memory")) }
        } else if TextMatch.holds(message, "node affinity/selector") {
            steps.append(.key(pod["spec"]?["nodeSelector"] != nil ? "nodeSelector" : "affinity"))
        } else if TextMatch.holds(message, "topology spread") {
            steps.append(.key("topologySpreadConstraints"))
        } else if TextMatch.holds(message, "ports") {
            steps += [.key("containers"), .index(0), .key("ports")]
        }
        let shown = Self.firstSentence(message)
        return CauseChain([
            Cause(say("no node takes the pod: \(shown)", "파드를 받아들이는 노드 없음: \(shown)"), at: place(pod, steps)),
            Cause(say("pod \(pod.name) stays Pending", "파드 \(pod.name)이(가) Pending 상태에 머무름")),
        ])
    }

    private func isIn(_ reason: String, _ pod: Value) -> Cause {
        Cause(say("pod \(pod.name) is in \(reason)", "파드 \(pod.name)의 상태는 \(reason)"))
    }

    private func isNotReady(_ pod: Value) -> Cause { Cause(say("pod \(pod.name) is not ready", "파드 \(pod.name)이(가) 준비되지 않음")) }

    /// A container that waits or keeps ending.
    private func container(_ pod: Value, _ status: Value, name: String, path: [PathStep]) -> CauseChain? {
        guard let waiting = status["state"]?["waiting"], let reason = waiting["reason"]?.stringValue else { return nil }
        let message = waiting["message"]?.stringValue ?? ""
        switch reason {
        case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull":
            let image = status["image"]?.stringValue ?? ""
            return CauseChain([
                Cause(say("image \(image) cannot be pulled", "이미지 \(image)을(를) 가져올 수 없음"), at: place(pod, path + [.key("image")])), isIn(reason, pod),
            ])
        case "CrashLoopBackOff":
            let ended = status["lastState"]?["terminated"]
            let code = ended?["exitCode"]?.intValue ?? 1
            let restarts = status["restartCount"]?.intValue ?? 0
            let isKilled = ended?["reason"]?.stringValue == "OOMKilled"
            let told =
                isKilled
                ? say("container \(name) is killed: it needs more memory than its limit", "컨테이너 \(name)이(가) 강제 종료됨: 메모리 제한(limits)보다 많은 메모리가 필요함")
                : say("container \(name) exits with code \(code)", "컨테이너 \(name)이(가) 코드 \(code)(으)로 종료됨")
            let field = isKilled ? "resources" : scene.hasField("command", pod, path) ? "command" : scene.hasField("args", pod, path) ? "args" : "image"
            return CauseChain([
                Cause(told, at: place(pod, path + [.key(field)])),
                Cause(
                    say(
                        "pod \(pod.name) is in CrashLoopBackOff after \(Speech.english(restarts, "restart"))",
                        "파드 \(pod.name)이(가) \(restarts)번 재시작 후 CrashLoopBackOff 상태")),
            ])
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
            return CauseChain([
                Cause(say("container \(name) cannot be made: \(message)", "컨테이너 \(name)을(를) 만들 수 없음: \(message)"), at: place(pod, path + [.key("env")])),
                isIn(reason, pod),
            ])
        case "ContainerCreating", "PodInitializing":
            return CauseChain([Cause(say("pod \(pod.name) is still being started", "파드 \(pod.name)이(가) 아직 시작되는 중") + (message.isEmpty ? "" : ": \(message)"))])
        default:
            let told = say("container \(name) waits: \(reason)", "컨테이너 \(name) 대기 중: \(reason)")
            return CauseChain([Cause(told + (message.isEmpty ? "" : ": \(message)"), at: place(pod, path))])
        }
    }

    /// A pod that runs and takes no requests.
    private func readiness(_ pod: Value, _ containers: [Value]) -> CauseChain? {
        guard pod["status"]?["phase"]?.stringValue == "Running", !pod.isConditionTrue("Ready") else { return nil }
        let statuses = pod["status"]?["containerStatuses"]?.elements ?? []
        for (index, container) in containers.enumerated() {
            let name = container["name"]?.stringValue ?? ""
            let status = statuses.first { $0["name"]?.stringValue == name }
            if status?["ready"]?.boolValue == true { continue }
            let path: [PathStep] = [.key("spec"), .key("containers"), .index(index)]
            if let ended = status?["state"]?["terminated"] {
                let code = ended["exitCode"]?.intValue ?? 0
                let told = say("container \(name) has ended with code \(code)", "컨테이너 \(name)이(가) 코드 \(code)(으)로 끝남")
                return CauseChain([Cause(told, at: place(pod, path)), isNotReady(pod)])
            }
            if let probe = container["readinessProbe"] {
                let (target, steps) = self.target(of: probe)
                let told = say("the readiness probe\(target) does not succeed", "준비성 프로브\(target)이(가) 성공하지 않음")
                return CauseChain([Cause(told, at: place(pod, path + [.key("readinessProbe")] + steps)), isNotReady(pod)])
            }
        }
        for gate in pod["spec"]?["readinessGates"]?.elements ?? [] {
            guard let type = gate["conditionType"]?.stringValue, !pod.isConditionTrue(type) else { continue }
            let told = say("the readiness gate \(type) is not met", "준비성 게이트 \(type)이(가) 충족되지 않음")
            return CauseChain([Cause(told, at: place(pod, [.key("spec"), .key("readinessGates")])), isNotReady(pod)])
        }
        return nil
    }

    private func target(of probe: Value) -> (String, [PathStep]) {
        if let get = probe["httpGet"] {
            let port = get["port"].map(Brief.plain) ?? ""
            return (" GET :\(port)\(get["path"]?.stringValue ?? "/")", [.key("httpGet")])
        }
        if let socket = probe["tcpSocket"] { return (say(" on port ", " 포트 ") + (socket["port"].map(Brief.plain) ?? ""), [.key("tcpSocket")]) }
        if let command = probe["exec"]?["command"] { return (" '\(command.elements.map(Brief.plain).joined(separator: " "))'", [.key("exec")]) }
        return ("", [])
    }

    static func firstSentence(_ text: String) -> String {
        var result = ""
        for part in text.split(separator: ". ", omittingEmptySubsequences: true) {
            result = String(part)
            break
        }
        while result.hasSuffix(".") { result.removeLast() }
        return result
    }
}

extension Scene {
    func hasField(_ name: String, _ object: Value, _ path: [PathStep]) -> Bool {
        var current: Value? = object
        for step in path {
            switch step {
            case .key(let key): current = current?[key]
            case .index(let index): current = current?[index]
            }
        }
        return current?[name] != nil
    }
}
