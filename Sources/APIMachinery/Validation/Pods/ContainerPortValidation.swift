import KubernetesObjects

/// What is wrong with the ports of containers.
enum ContainerPortValidation {
    static let protocols = ["SCTP", "TCP", "UDP"]

    static func check(_ ports: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let at = path[index]
            let name = port.text("name")
            if !name.isEmpty {
                let messages = NameFormats.portName(name)
                if !messages.isEmpty {
                    errors.invalid(at / "name", name, each: messages)
                } else if !names.insert(name).inserted {
                    errors.duplicate(at / "name", name)
                }
            }
            let number = port.int("containerPort") ?? 0
            if number == 0 { errors.required(at / "containerPort") } else { self.number(number, at: at / "containerPort", into: &errors) }
            if let hostPort = port.int("hostPort"), hostPort != 0 {
                self.number(hostPort, at: at / "hostPort", into: &errors)
            }
            errors.checkEnum(port.text("protocol"), at / "protocol", protocols)
        }
    }

    /// In the network of its node a container has the ports of the host; a template may leave them out.
    static func hostNetwork(_ containers: [Value], isPod: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        for (index, container) in containers.enumerated() {
            for (number, port) in container.list("ports").enumerated() {
                let host = port.int("hostPort") ?? 0
                if host != port.int("containerPort") ?? 0, isPod || host != 0 {
                    errors.invalid((path[index] / "ports")[number] / "hostPort", host, "must match `containerPort` when `hostNetwork` is true")
                }
            }
        }
    }

    static func number(_ number: Int, at path: FieldPath, into errors: inout FieldErrors) {
        if number < 1 || number > 65535 { errors.invalid(path, number, NameFormats.portNumber) }
    }

    /// A port given by number or by name.
    static func numberOrName(_ port: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        if let name = port?.stringValue {
            errors.invalid(path, name, each: NameFormats.portName(name))
        } else {
            number(port?.intValue ?? 0, at: path, into: &errors)
        }
    }

    /// Two containers cannot have one port of the host.
    static func hostPortConflicts(_ containers: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        var seen: Set<String> = []
        for (index, container) in containers.enumerated() {
            for (number, port) in container.list("ports").enumerated() {
                guard let hostPort = port.int("hostPort"), hostPort != 0 else { continue }
                let key = "\(port.text("protocol"))/\(port.text("hostIP"))/\(hostPort)"
                if !seen.insert(key).inserted { errors.duplicate((path[index] / "ports")[number] / "hostPort", key) }
            }
        }
    }
}
