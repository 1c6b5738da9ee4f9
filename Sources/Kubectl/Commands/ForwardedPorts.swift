import KubernetesObjects

/// A local port and the pod's port that it leads to.
///
/// - Source: k8s.io/client-go `tools/portforward`, and k8s.io/kubectl `pkg/cmd/portforward` for the names of ports.
struct ForwardedPort: Equatable, CustomStringConvertible {
    /// 0 for any that is free.
    var local: Int
    var remote: Int

    var description: String { "{\(local) \(remote)}" }

    /// Reads `8080`, `8888:80` or `:80`, with names for ports of the pod.
    init(_ text: String, pod: Value) throws(Failure) {
        let (local, named) = Self.split(text)
        let remote = Int(named) == nil ? String(try Self.containerPort(named, of: pod)) : named
        try self.init(local: local == named ? remote : local, remote: remote)
    }

    /// The same where the ports are a Service's.
    init(_ text: String, pod: Value, service: Value) throws(Failure) {
        var (local, named) = Self.split(text)
        let ports = service["spec", "ports"]?.elements ?? []
        let number: Int
        if let given = Int(named) {
            number = given
        } else {
            guard let found = ports.first(where: { $0["name"]?.stringValue == named })?["port"]?.intValue else {
                throw Failure("Service '\(service.name)' does not have a named port '\(named)'")
            }
            if local == named { local = String(found) }
            number = found
        }
        guard let port = ports.first(where: { $0["port"]?.intValue == number }) else {
            throw Failure("Service \(service.name) does not have a service port \(number)")
        }
        let remote: Int
        if service["spec", "clusterIP"]?.stringValue == "None" {
            remote = number
        } else if let name = port["targetPort"]?.stringValue {
            remote = try Self.containerPort(name, of: pod)
        } else {
            remote = port["targetPort"]?.intValue ?? number
        }
        try self.init(local: local, remote: String(remote))
    }

    private init(local: String, remote: String) throws(Failure) {
        self.local = try Self.number(local.isEmpty ? "0" : local, "local")
        self.remote = try Self.number(remote, "remote")
        if self.remote == 0 { throw Failure("remote port must be > 0") }
    }

    private static func split(_ text: String) -> (local: String, remote: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : (parts[0], parts[0])
    }

    private static func number(_ text: String, _ side: String) throws(Failure) -> Int {
        if text.isEmpty || !text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
            throw Failure("error parsing \(side) port '\(text)': strconv.ParseUint: parsing \(goQuoted(text)): invalid syntax")
        }
        guard let value = Int(text), value <= 65_535 else {
            throw Failure("error parsing \(side) port '\(text)': strconv.ParseUint: parsing \(goQuoted(text)): value out of range")
        }
        return value
    }

    private static func containerPort(_ name: String, of pod: Value) throws(Failure) -> Int {
        let ports = (pod["spec", "containers"]?.elements ?? []).flatMap { $0["ports"]?.elements ?? [] }
        guard let found = ports.first(where: { $0["name"]?.stringValue == name })?["containerPort"]?.intValue else {
            throw Failure("Pod '\(pod.name)' does not have a named port '\(name)'")
        }
        return found
    }
}

/// Where local ports are opened.
///
/// - Order: by address.
/// - Source: k8s.io/client-go `tools/portforward`, `parseAddresses` and `listenOnPort`.
struct ForwardedAddresses {
    /// Addresses, and whether it is enough that one of those alike can be listened on, as with both of `localhost`.
    let list: [(address: String, oneIsEnough: Bool)]

    init(_ given: [String]) throws(Failure) {
        var found: [String: Bool] = [:]
        for address in given {
            if address == "localhost" {
                for own in ["127.0.0.1", "::1"] where found[own] == nil { found[own] = true }
            } else if IPAddress(address) != nil {
                found[address] = false
            } else {
                throw Failure("\(address) is not a valid IP")
            }
        }
        list = found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Listens on each address for one port.
    ///
    /// - Returns: what went wrong, when that makes the port unusable.
    func listen(_ open: (_ address: String) throws(Failure) -> Void) -> String? {
        var errors: [String] = []
        var (failed, opened, mustFailed) = (false, false, false)
        for (address, oneIsEnough) in list {
            do throws(Failure) {
                try open(address)
                if oneIsEnough { opened = true }
            } catch {
                errors.append("unable to create listener: Error \(error.plainText)")
                if oneIsEnough { failed = true } else { mustFailed = true }
            }
        }
        guard failed && !opened || mustFailed else { return nil }
        return "Listeners failed to create with the following errors: [\(errors.joined(separator: " "))]"
    }
}
