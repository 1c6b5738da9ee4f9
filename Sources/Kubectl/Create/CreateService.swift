import APIMachinery
import KubernetesObjects

/// `kubectl create service`.
enum CreateService {
    static let command = Command(
        name: "service", aliases: ["svc"], summary: "Create a service using a specified subcommand", usage: "[flags]",
        subcommands: [clusterIP, externalName, loadBalancer, nodePort])

    private static let tcp = FlagSpec("tcp", kind: .stringSlice, "Port pairs, PORT or PORT:TARGETPORT; can be repeated.")

    private static let clusterIP = Command(
        name: "clusterip", summary: "Create a ClusterIP service", usage: "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
        flags: Creation.flags + [tcp, FlagSpec("clusterip", "Address to assign, or None for a headless service.")],
        run: { (invocation) throws(Failure) in try create("ClusterIP", invocation) })

    private static let nodePort = Command(
        name: "nodeport", summary: "Create a NodePort service", usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
        flags: Creation.flags + [tcp, FlagSpec("node-port", kind: .int, "Port on the nodes.")],
        run: { (invocation) throws(Failure) in try create("NodePort", invocation) })

    private static let loadBalancer = Command(
        name: "loadbalancer", summary: "Create a LoadBalancer service", usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
        flags: Creation.flags + [tcp], run: { (invocation) throws(Failure) in try create("LoadBalancer", invocation) })

    private static let externalName = Command(
        name: "externalname", summary: "Create an ExternalName service",
        usage: "NAME --external-name external.name [--dry-run=server|client|none]",
        flags: Creation.flags + [tcp, FlagSpec("external-name", "Name that the service stands for.")], requiredFlags: ["external-name"],
        run: { (invocation) throws(Failure) in try create("ExternalName", invocation) })

    private static func create(_ type: String, _ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let name = try Creation.name(invocation)
        let pairs = flags.list("tcp")
        let address = flags.isKnown("clusterip") ? flags.string("clusterip") : ""
        let external = flags.isKnown("external-name") ? flags.string("external-name") : ""
        if address == "None", !pairs.isEmpty, type != "ClusterIP" { throw Failure("can not map ports with clusterip=None") }
        if address != "None", pairs.isEmpty, type != "ExternalName" { throw Failure("at least one tcp port specifier must be provided") }
        if type == "ExternalName", !Self.isDNSName(external) { throw Failure("invalid service external name \(external)") }
        var ports: [Value] = []
        for pair in pairs {
            let (port, target) = try self.port(pair)
            var entry: Value = [
                "name": .string(pair.replacing(text: ":", with: "-")), "protocol": "TCP", "port": Value(port), "targetPort": target,
            ]
            if flags.isKnown("node-port"), flags.int("node-port") != 0 { entry["nodePort"] = Value(flags.int("node-port")) }
            ports.append(entry)
        }
        let labels: Value = ["app": .string(name)]
        var spec: Value = [:]
        if !ports.isEmpty { spec["ports"] = .array(ports) }
        spec["selector"] = labels
        if !address.isEmpty { spec["clusterIP"] = .string(address) }
        spec["type"] = .string(type)
        if !external.isEmpty { spec["externalName"] = .string(external) }
        let object: Value = [
            "kind": "Service", "apiVersion": "v1", "metadata": try Creation.metadata(invocation, name: name, labels: labels.fields),
            "spec": spec, "status": ["loadBalancer": [:]],
        ]
        try Creation.create(object, .services, failing: "failed to create \(type) service: ", annotating: .never, invocation)
    }

    /// `80:8080` as port and target.
    private static func port(_ pair: String) throws(Failure) -> (Int, Value) {
        let parts = pair.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let first = parts.first ?? ""
        guard !first.isEmpty, first.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
            throw Failure("strconv.ParseUint: parsing \(goQuoted(first)): invalid syntax")
        }
        guard let port = Int(first), port < 65536 else { throw Failure("strconv.ParseUint: parsing \(goQuoted(first)): value out of range") }
        guard parts.count > 1 else { return (port, Value(port)) }
        if let number = Int(parts[1]) {
            if number < 1 || number > 65535 { throw Failure("must be between 1 and 65535, inclusive") }
            return (port, Value(number))
        }
        try PortNames.check(parts[1])
        return (port, .string(parts[1]))
    }

    static func isDNSName(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                guard let first = part.utf8.first, let last = part.utf8.last else { return false }
                func isPlain(_ byte: UInt8) -> Bool { (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) }
                return isPlain(first) && isPlain(last) && part.utf8.allSatisfy { isPlain($0) || $0 == 45 }
            }
    }
}

/// Names of ports: at most 15 lower case letters, digits and single dashes, with a letter.
enum PortNames {
    static func check(_ name: String) throws(Failure) {
        var problems: [String] = []
        if name.count > 15 { problems.append("must be no more than 15 characters") }
        let bytes = Array(name.utf8)
        if bytes.isEmpty || !bytes.allSatisfy({ ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 }) {
            problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !bytes.contains(where: { $0 >= 97 && $0 <= 122 }) { problems.append("must contain at least one letter (a-z)") }
        if name.contains(text: "--") { problems.append("must not contain consecutive hyphens") }
        if bytes.first == 45 || bytes.last == 45 { problems.append("must not begin or end with a hyphen") }
        if !problems.isEmpty { throw Failure(problems.joined(separator: ",")) }
    }
}
