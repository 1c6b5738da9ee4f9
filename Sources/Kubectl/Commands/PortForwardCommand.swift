import APIMachinery
import KubernetesObjects
import SimulationKernel
import Synchronization

/// `kubectl port-forward`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/portforward`.
enum PortForwardCommand {
    static let command = Command(
        name: "port-forward", summary: "Forward one or more local ports to a pod",
        usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
        flags: [
            FlagSpec("address", kind: .stringSlice, fallback: "localhost", "Addresses to listen on."),
            FlagSpec("pod-running-timeout", kind: .duration, fallback: "1m0s", "How long to wait for the pod."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        if invocation.arguments.count < 2 { throw invocation.usage("TYPE/NAME and list of ports are required for port-forward") }
        let connection = try LiveConnection.required(by: invocation)
        let word = invocation.arguments[0]
        let pod = try PodAccess(invocation: invocation).pods([word])[0]
        let service = try service(word, pod, invocation)
        var ports: [(local: Int, remote: Int)] = []
        for text in invocation.arguments.dropFirst() { ports.append(try port(text, of: pod.object, service)) }
        if let phase = pod.object["status", "phase"]?.stringValue, phase != "Running" {
            throw Failure("unable to forward port because pod is not running. Current status=\(phase)")
        }
        var request = pod.request(.create)
        request.subresource = "portforward"
        request = try invocation.prepared(request)
        let notices = Notices(errors: connection.streams.errors, output: connection.streams.output)
        for (local, remote) in ports {
            var found = local
            for (index, address) in addresses(invocation.flags.list("address")).enumerated() {
                do throws(APIStatus) {
                    let here = found
                    found = try connection.client.forward(request, port: remote, on: address, at: here) { notices.take($0, local: here, remote: remote) }
                    invocation.outLine("Forwarding from \(address.contains(":") ? "[\(address)]" : address):\(found) -> \(remote)")
                } catch {
                    // Without IPv6 the other address of "localhost" does.
                    if index == 0 { throw Failure("unable to listen on any of the requested ports: [{\(local) \(remote)}]") }
                }
            }
        }
        while !notices.hasFailed { if !invocation.pass(.milliseconds(200)) { break } }
        throw Failure("lost connection to pod")
    }

    private static func addresses(_ given: [String]) -> [String] { given.flatMap { $0 == "localhost" ? ["127.0.0.1", "::1"] : [$0] } }

    /// The Service that was named, whose ports stand for those of its pods.
    private static func service(_ word: String, _ pod: ResourceInfo, _ invocation: Invocation) throws(Failure) -> Value? {
        let parts = word.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        let type = try invocation.resource(named: parts[0])
        guard type.kind == "Service" else { return nil }
        return try invocation.get(ResourceInfo(entry: type, namespace: pod.namespace, name: parts[1], object: .null))
    }

    /// `8080`, `8888:80`, `:80`; ports may have names.
    private static func port(_ text: String, of pod: Value, _ service: Value?) throws(Failure) -> (local: Int, remote: Int) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let wanted = parts.last, !wanted.isEmpty else { throw Failure("invalid port format '\(text)'") }
        let remote: Int
        if let service {
            let ports = service["spec", "ports"]?.elements ?? []
            guard let found = ports.first(where: { $0["name"]?.stringValue == wanted || $0["port"]?.intValue == Int(wanted) }) else {
                throw Failure("Service \(service.name) does not have a service port \(wanted)")
            }
            if service["spec", "clusterIP"]?.stringValue == "None" {
                remote = found["port"]?.intValue ?? 0
            } else if let name = found["targetPort"]?.stringValue {
                remote = try containerPort(name, of: pod)
            } else {
                remote = found["targetPort"]?.intValue ?? found["port"]?.intValue ?? 0
            }
        } else if let number = Int(wanted) {
            remote = number
        } else {
            remote = try containerPort(wanted, of: pod)
        }
        guard (1...65_535).contains(remote) else { throw Failure("remote port must be > 0") }
        let first = parts.count == 2 ? parts[0] : Int(wanted) == nil ? String(remote) : wanted
        guard let local = first.isEmpty ? 0 : Int(first), (0...65_535).contains(local) else {
            throw Failure("error parsing local port '\(first)': strconv.ParseUint: parsing \(goQuoted(first)): invalid syntax")
        }
        return (local, remote)
    }

    private static func containerPort(_ name: String, of pod: Value) throws(Failure) -> Int {
        let ports = (pod["spec", "containers"]?.elements ?? []).flatMap { $0["ports"]?.elements ?? [] }
        guard let found = ports.first(where: { $0["name"]?.stringValue == name })?["containerPort"]?.intValue else {
            throw Failure("Pod '\(pod.name)' does not have a named port '\(name)'")
        }
        return found
    }
}

/// Says what goes on at forwarded ports, which other threads tell of.
private final class Notices: Sendable {
    private let errors: @Sendable ([UInt8]) -> Void
    private let output: @Sendable ([UInt8]) -> Void
    private let failed = Atomic(false)

    init(errors: @escaping @Sendable ([UInt8]) -> Void, output: @escaping @Sendable ([UInt8]) -> Void) {
        self.errors = errors
        self.output = output
    }

    var hasFailed: Bool { failed.load(ordering: .relaxed) }

    func take(_ notice: ForwardingNotice, local: Int, remote: Int) {
        switch notice {
        case .connected: output(Array("Handling connection for \(local)\n".utf8))
        case .failed(let message):
            errors(Array("an error occurred forwarding \(local) -> \(remote): \(message)\n".utf8))
            failed.store(true, ordering: .relaxed)
        }
    }
}
