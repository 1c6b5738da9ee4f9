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
        let service = try self.service(word, pod, invocation)
        var ports: [ForwardedPort] = []
        for text in invocation.arguments.dropFirst() {
            if let service {
                ports.append(try ForwardedPort(text, pod: pod.object, service: service))
            } else {
                ports.append(try ForwardedPort(text, pod: pod.object))
            }
        }
        if let phase = pod.object["status", "phase"]?.stringValue, phase != "Running" {
            throw Failure("unable to forward port because pod is not running. Current status=\(phase)")
        }
        var request = pod.request(.create)
        request.subresource = "portforward"
        request = try invocation.prepared(request)
        // A request that asks for no connection is refused for that alone, once it is known that there may be one.
        do throws(APIStatus) { _ = try connection.client.send(request) } catch {
            if error.reason == "Forbidden" { throw Failure("error upgrading connection: \(error.message)") }
        }
        let notices = Notices(errors: connection.streams.errors, output: connection.streams.output)
        let addresses = try ForwardedAddresses(invocation.flags.list("address"))
        var isListening = false
        for port in ports {
            var local = port.local
            let problem = addresses.listen { (address) throws(Failure) in
                let here = local
                do throws(APIStatus) {
                    local = try connection.client.forward(request, port: port.remote, on: address, at: here) { notices.take($0, local: here, remote: port.remote) }
                } catch {
                    throw Failure(error.message)
                }
                invocation.outLine("Forwarding from \(address.contains(":") ? "[\(address)]" : address):\(local) -> \(port.remote)")
            }
            if let problem { invocation.errLine("Unable to listen on port \(local): \(problem)") } else { isListening = true }
        }
        if !isListening { throw Failure("unable to listen on any of the requested ports: [\(ports.map(\.description).joined(separator: " "))]") }
        while !notices.hasFailed { if !invocation.pass(.milliseconds(200)) { break } }
        throw Failure("lost connection to pod")
    }

    /// The Service that was named, whose ports stand for those of its pods.
    private static func service(_ word: String, _ pod: ResourceInfo, _ invocation: Invocation) throws(Failure) -> Value? {
        let parts = word.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        let type = try invocation.resource(named: parts[0])
        guard type.kind == "Service" else { return nil }
        return try invocation.get(ResourceInfo(entry: type, namespace: pod.namespace, name: parts[1], object: .null))
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
