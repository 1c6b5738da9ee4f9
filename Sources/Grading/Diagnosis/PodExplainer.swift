import KubernetesObjects

/// Says why a pod does not run, or runs and is not ready.
struct PodExplainer {
    let scene: Scene

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
            let reason = pod["status"]?["message"]?.stringValue ?? pod["status"]?["reason"]?.stringValue ?? "a container failed"
            return [CauseChain([Cause("pod \(pod.name) has failed: \(reason)")])]
        }
        return []
    }

    private func place(_ pod: Value, _ steps: [PathStep]) -> FilePosition? { scene.templatePosition(of: pod, at: steps) }

    /// A pod that no node takes.
    private func scheduling(_ pod: Value) -> CauseChain? {
        guard let condition = pod.condition("PodScheduled"), condition["status"]?.stringValue == "False" else { return nil }
        let message = condition["message"]?.stringValue ?? "no node takes it"
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
        return CauseChain([Cause("no node takes the pod: \(shown)", at: place(pod, steps)), Cause("pod \(pod.name) stays Pending")])
    }

    /// A container that waits or keeps ending.
    private func container(_ pod: Value, _ status: Value, name: String, path: [PathStep]) -> CauseChain? {
        guard let waiting = status["state"]?["waiting"], let reason = waiting["reason"]?.stringValue else { return nil }
        let message = waiting["message"]?.stringValue ?? ""
        switch reason {
        case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull":
            let image = status["image"]?.stringValue ?? ""
            return CauseChain([Cause("image \(image) cannot be pulled", at: place(pod, path + [.key("image")])), Cause("pod \(pod.name) is in \(reason)")])
        case "CrashLoopBackOff":
            let ended = status["lastState"]?["terminated"]
            let code = ended?["exitCode"]?.intValue ?? 1
            let why = ended?["reason"]?.stringValue == "OOMKilled" ? "is killed: it needs more memory than its limit" : "exits with code \(code)"
            let field = ended?["reason"]?.stringValue == "OOMKilled" ? "resources" : scene.hasField("command", pod, path) ? "command" : scene.hasField("args", pod, path) ? "args" : "image"
            return CauseChain([
                Cause("container \(name) \(why)", at: place(pod, path + [.key(field)])),
                Cause("pod \(pod.name) is in CrashLoopBackOff after \(Words.count(status["restartCount"]?.intValue ?? 0, "restart"))"),
            ])
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
            return CauseChain([Cause("container \(name) cannot be made: \(message)", at: place(pod, path + [.key("env")])), Cause("pod \(pod.name) is in \(reason)")])
        case "ContainerCreating", "PodInitializing":
            return CauseChain([Cause("pod \(pod.name) is still being started" + (message.isEmpty ? "" : ": \(message)"))])
        default:
            return CauseChain([Cause("container \(name) waits: \(reason)\(message.isEmpty ? "" : ": \(message)")", at: place(pod, path))])
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
                return CauseChain([Cause("container \(name) has ended with code \(code)", at: place(pod, path)), Cause("pod \(pod.name) is not ready")])
            }
            if let probe = container["readinessProbe"] {
                let (target, steps) = Self.target(of: probe)
                return CauseChain([
                    Cause("the readiness probe\(target) does not succeed", at: place(pod, path + [.key("readinessProbe")] + steps)),
                    Cause("pod \(pod.name) is not ready"),
                ])
            }
        }
        for gate in pod["spec"]?["readinessGates"]?.elements ?? [] {
            guard let type = gate["conditionType"]?.stringValue, !pod.isConditionTrue(type) else { continue }
            return CauseChain([Cause("the readiness gate \(type) is not met", at: place(pod, [.key("spec"), .key("readinessGates")])), Cause("pod \(pod.name) is not ready")])
        }
        return nil
    }

    private static func target(of probe: Value) -> (String, [PathStep]) {
        if let get = probe["httpGet"] {
            let port = get["port"].map(Brief.plain) ?? ""
            return (" GET :\(port)\(get["path"]?.stringValue ?? "/")", [.key("httpGet")])
        }
        if let socket = probe["tcpSocket"] { return (" on port \(socket["port"].map(Brief.plain) ?? "")", [.key("tcpSocket")]) }
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
