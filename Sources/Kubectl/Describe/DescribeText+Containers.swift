import KubernetesObjects

/// Containers of pods and of pod templates.
extension DescribeText {
    mutating func containers(_ label: String, _ containers: [Value], statuses: [Value]?, pod: Value?, space: String = "") {
        raw += "\(space)\(label):\(containers.isEmpty ? " <none>" : "")\n"
        let indent = space.isEmpty ? "" : " "
        for container in containers {
            let status = statuses?.first { $0["name"] == container["name"] }
            line(1, "\(indent)\(container["name"]?.stringValue ?? ""):")
            basics(container, status)
            command(container)
            if let status { state(status) }
            resources(container["resources"], level: 2)
            for (title, key) in [("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")] {
                if let probe = container[key] { field(title, Self.probe(probe), level: 2) }
            }
            environment(container, pod)
            mounts(container)
        }
    }

    private mutating func basics(_ container: Value, _ status: Value?) {
        if let status { field("Container ID", status["containerID"]?.stringValue ?? "", level: 2) }
        field("Image", container["image"]?.stringValue ?? "", level: 2)
        if let status { field("Image ID", status["imageID"]?.stringValue ?? "", level: 2) }
        let ports = container["ports"]?.elements ?? []
        for (title, key) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
            let texts = ports.map { port in
                let text = "\(port[key]?.intValue ?? 0)/\(port["protocol"]?.stringValue ?? "")"
                return (port["name"]?.stringValue).map { $0.isEmpty ? text : "\(text) (\($0))" } ?? text
            }
            field(texts.count > 1 ? title + "s" : title, texts.isEmpty ? "<none>" : texts.joined(separator: ", "), level: 2)
        }
        if let profile = container["securityContext", "seccompProfile"] {
            field("SeccompProfile", profile["type"]?.stringValue ?? "", level: 2)
            if profile["type"]?.stringValue == "Localhost" { field("LocalhostProfile", profile["localhostProfile"]?.stringValue ?? "", level: 3) }
        }
    }

    private mutating func command(_ container: Value) {
        for (title, key) in [("Command", "command"), ("Args", "args")] {
            let words = container[key]?.elements ?? []
            if words.isEmpty { continue }
            line(2, "\(title):")
            for word in words {
                for part in (word.stringValue ?? "").split(separator: "\n", omittingEmptySubsequences: false) { line(3, String(part)) }
            }
        }
    }

    mutating func resources(_ resources: Value?, level: Int) {
        for (title, key) in [("Limits", "limits"), ("Requests", "requests")] {
            guard let list = resources?[key]?.fields, !list.isEmpty else { continue }
            line(level, "\(title):")
            for (name, quantity) in list.sorted() { field(name, goText(quantity), level: level + 1) }
        }
    }

    private mutating func state(_ status: Value) {
        one("State", status["state"])
        if status["lastState", "terminated"] != nil { one("Last State", status["lastState"]) }
        field("Ready", status["ready"]?.boolValue == true ? "True" : "False", level: 2)
        field("Restart Count", "\(status["restartCount"]?.intValue ?? 0)", level: 2)
    }

    private mutating func one(_ title: String, _ state: Value?) {
        if let running = state?["running"] {
            field(title, "Running", level: 2)
            field("Started", rfc1123(running["startedAt"]), level: 3)
        } else if let ended = state?["terminated"] {
            field(title, "Terminated", level: 2)
            for (name, key) in [("Reason", "reason"), ("Message", "message")] {
                if let text = ended[key]?.stringValue, !text.isEmpty { field(name, text, level: 3) }
            }
            field("Exit Code", "\(ended["exitCode"]?.intValue ?? 0)", level: 3)
            if let signal = ended["signal"]?.intValue, signal > 0 { field("Signal", "\(signal)", level: 3) }
            field("Started", rfc1123(ended["startedAt"]), level: 3)
            field("Finished", rfc1123(ended["finishedAt"]), level: 3)
        } else {
            field(title, "Waiting", level: 2)
            if let reason = state?["waiting", "reason"]?.stringValue, !reason.isEmpty { field("Reason", reason, level: 3) }
        }
    }

    static func probe(_ probe: Value) -> String {
        func number(_ key: String) -> Int { probe[key]?.intValue ?? 0 }
        let attributes =
            "delay=\(number("initialDelaySeconds"))s timeout=\(number("timeoutSeconds"))s period=\(number("periodSeconds"))s #success=\(number("successThreshold")) #failure=\(number("failureThreshold"))"
        if let exec = probe["exec"] { return "exec \(goText(exec["command"] ?? [])) \(attributes)" }
        if let http = probe["httpGet"] {
            let host = http["host"]?.stringValue ?? ""
            let port = http["port"].map(goText) ?? ""
            let path = http["path"]?.stringValue ?? ""
            let scheme = (http["scheme"]?.stringValue ?? "").lowercased()
            return
                "http-get \(scheme.isEmpty ? "" : scheme + ":")//\(host)\(port.isEmpty ? "" : ":" + port)\(path.isEmpty || path.hasPrefix("/") ? "" : "/")\(path) \(attributes)"
        }
        if let tcp = probe["tcpSocket"] { return "tcp-socket \(tcp["host"]?.stringValue ?? ""):\(tcp["port"].map(goText) ?? "") \(attributes)" }
        if let grpc = probe["grpc"] { return "grpc <pod>:\(grpc["port"]?.intValue ?? 0) \(grpc["service"]?.stringValue ?? "") \(attributes)" }
        return "unknown \(attributes)"
    }

    private mutating func environment(_ container: Value, _ pod: Value?) {
        let from = container["envFrom"]?.elements ?? []
        if !from.isEmpty {
            line(2, "Environment Variables from:")
            for source in from {
                let (kind, reference) = source["configMapRef"].map { ("ConfigMap", $0) } ?? ("Secret", source["secretRef"] ?? [:])
                let prefix = source["prefix"]?.stringValue ?? ""
                let optional = reference["optional"]?.boolValue ?? false
                line(3, "\(reference["name"]?.stringValue ?? "")\t\(kind)\(prefix.isEmpty ? "" : " with prefix '\(prefix)'")\tOptional: \(optional)")
            }
        }
        let variables = container["env"]?.elements ?? []
        line(2, variables.isEmpty ? "Environment:\t<none>" : "Environment:")
        for variable in variables {
            let name = variable["name"]?.stringValue ?? ""
            guard let source = variable["valueFrom"] else {
                let parts = (variable["value"]?.stringValue ?? "").split(separator: "\n", omittingEmptySubsequences: false)
                for (index, part) in parts.enumerated() { line(3, index == 0 ? "\(name):\t\(part)" : "\t\(part)") }
                continue
            }
            if let reference = source["fieldRef"] {
                let path = reference["fieldPath"]?.stringValue ?? ""
                line(3, "\(name):\t\(pod.map { Self.fieldValue(path, of: $0) } ?? "") (\(reference["apiVersion"]?.stringValue ?? ""):\(path))")
            } else if let reference = source["resourceFieldRef"] {
                let resource = reference["resource"]?.stringValue ?? ""
                line(3, "\(name):\t\(Self.resourceValue(reference, of: container)) (\(resource))")
            } else if let reference = source["secretKeyRef"] {
                let optional = reference["optional"]?.boolValue ?? false
                line(
                    3,
                    "\(name):\t<set to the key '\(reference["key"]?.stringValue ?? "")' in secret '\(reference["name"]?.stringValue ?? "")'>\tOptional: \(optional)"
                )
            } else if let reference = source["configMapKeyRef"] {
                let optional = reference["optional"]?.boolValue ?? false
                line(
                    3,
                    "\(name):\t<set to the key '\(reference["key"]?.stringValue ?? "")' of config map '\(reference["name"]?.stringValue ?? "")'>\tOptional: \(optional)"
                )
            }
        }
    }

    /// What a `fieldRef` gives. kubectl looks up name and namespace alone and leaves the value of all other paths empty.
    private static func fieldValue(_ path: String, of pod: Value) -> String {
        switch path {
        case "metadata.name": pod.name
        case "metadata.namespace": pod.namespace
        default: ""
        }
    }

    /// What a `resourceFieldRef` gives, rounded up to the divisor.
    private static func resourceValue(_ reference: Value, of container: Value) -> String {
        let parts = (reference["resource"]?.stringValue ?? "").split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return "" }
        guard let quantity = (container["resources", parts[0]]?[parts[1]]).flatMap({ ResourceAmount(goText($0)) }) else {
            return parts[0] == "limits" && ["cpu", "memory"].contains(parts[1]) ? "node allocatable" : "0"
        }
        let divisor = ResourceAmount(reference["divisor"].map(goText) ?? "1").map { $0.milli == 0 ? 1000 : $0.milli } ?? 1000
        return String((quantity.milli + divisor - 1) / divisor)
    }

    private mutating func mounts(_ container: Value) {
        let mounts = container["volumeMounts"]?.elements ?? []
        line(2, mounts.isEmpty ? "Mounts:\t<none>" : "Mounts:")
        for mount in mounts.sorted(by: { ($0["mountPath"]?.stringValue ?? "") < ($1["mountPath"]?.stringValue ?? "") }) {
            var flags = mount["readOnly"]?.boolValue == true ? "ro" : "rw"
            if let path = mount["subPath"]?.stringValue, !path.isEmpty { flags += ",path=\(goQuoted(path))" }
            line(3, "\(mount["mountPath"]?.stringValue ?? "") from \(mount["name"]?.stringValue ?? "") (\(flags))")
        }
        let devices = container["volumeDevices"]?.elements ?? []
        if devices.isEmpty { return }
        line(2, mounts.isEmpty ? "Devices:\t<none>" : "Devices:")
        for device in devices.sorted(by: { ($0["devicePath"]?.stringValue ?? "") < ($1["devicePath"]?.stringValue ?? "") }) {
            line(3, "\(device["devicePath"]?.stringValue ?? "") from \(device["name"]?.stringValue ?? "")")
        }
    }

    /// A pod template as workloads show it.
    mutating func podTemplate(_ template: Value?) {
        line(0, "Pod Template:")
        guard let template else {
            put(1, "<unset>")
            return
        }
        labels("  Labels", template["metadata", "labels"]?.fields)
        if let annotations = template["metadata", "annotations"]?.fields, !annotations.isEmpty { self.annotations("  Annotations", annotations) }
        let spec = template["spec"] ?? [:]
        if let account = spec["serviceAccountName"]?.stringValue, !account.isEmpty { field("Service Account", account, level: 1) }
        let first = spec["initContainers"]?.elements ?? []
        if !first.isEmpty { containers("Init Containers", first, statuses: nil, pod: nil, space: "  ") }
        containers("Containers", spec["containers"]?.elements ?? [], statuses: nil, pod: nil, space: "  ")
        volumes(spec["volumes"]?.elements ?? [], space: "  ")
        spread(spec["topologySpreadConstraints"]?.elements ?? [], space: "  ")
        if let name = spec["priorityClassName"]?.stringValue, !name.isEmpty { field("Priority Class Name", name, level: 1) }
        labels("  Node-Selectors", spec["nodeSelector"]?.fields)
        tolerations("  Tolerations", spec["tolerations"]?.elements ?? [])
    }

    mutating func spread(_ constraints: [Value], space: String = "") {
        if constraints.isEmpty { return }
        raw += "\(space)Topology Spread Constraints:\t"
        let sorted = constraints.sorted { ($0["topologyKey"]?.stringValue ?? "") < ($1["topologyKey"]?.stringValue ?? "") }
        for (index, constraint) in sorted.enumerated() {
            if index > 0 { raw += "\(space)\t" }
            raw +=
                "\(constraint["topologyKey"]?.stringValue ?? ""):\(constraint["whenUnsatisfiable"]?.stringValue ?? "") when max skew \(constraint["maxSkew"]?.intValue ?? 0) is exceeded"
            if let selector = constraint["labelSelector"] { raw += " for selector \(formatSelector(selector))" }
            raw += "\n"
        }
    }

    mutating func tolerations(_ title: String, _ tolerations: [Value]) {
        raw += "\(title):\t"
        if tolerations.isEmpty { raw += "<none>\n" }
        let sorted = tolerations.enumerated().sorted {
            let (left, right) = ($0.element["key"]?.stringValue ?? "", $1.element["key"]?.stringValue ?? "")
            return left == right ? $0.offset < $1.offset : left < right
        }
        for (index, entry) in sorted.enumerated() {
            let toleration = entry.element
            if index > 0 { raw += "\t" }
            let key = toleration["key"]?.stringValue ?? ""
            let value = toleration["value"]?.stringValue ?? ""
            let effect = toleration["effect"]?.stringValue ?? ""
            raw += key + (value.isEmpty ? "" : "=\(value)") + (effect.isEmpty ? "" : ":\(effect)")
            if toleration["operator"]?.stringValue == "Exists", value.isEmpty { raw += key.isEmpty && effect.isEmpty ? "op=Exists" : " op=Exists" }
            if let seconds = toleration["tolerationSeconds"]?.intValue { raw += " for \(seconds)s" }
            raw += "\n"
        }
    }
}
