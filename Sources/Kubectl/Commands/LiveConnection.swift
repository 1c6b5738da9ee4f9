import APIMachinery
import KubernetesObjects
import Synchronization

/// Connections that a command holds with this process's own streams.
struct LiveConnection {
    let invocation: Invocation
    let client: any StreamingClient
    let streams: StreamEnds

    /// Nil where no connection can be held: for a cluster in process, or in a script.
    init?(_ invocation: Invocation) {
        guard let client = invocation.client as? any StreamingClient, let streams = invocation.environment.streams else { return nil }
        self.invocation = invocation
        self.client = client
        self.streams = streams
    }

    /// What a command that cannot do without one says.
    static func required(by invocation: Invocation) throws(Failure) -> LiveConnection {
        guard let connection = LiveConnection(invocation) else {
            throw Failure("\(invocation.commandPath) needs a live cluster: serve this one and use a kubectl that connects to it")
        }
        return connection
    }

    // MARK: Commands in containers

    /// Runs a command in a container, or joins its first process (`attach`), until it ends.
    ///
    /// - Returns: its exit status.
    func join(_ pod: ResourceInfo, _ subresource: String, container: String, command: [String] = []) throws(Failure) -> Int {
        let flags = invocation.flags
        var hasTerminal = flags.bool("tty")
        if hasTerminal, !invocation.environment.isTerminal || streams.size == nil {
            if !flags.bool("quiet") { invocation.errLine("Unable to use a TTY - input is not a terminal or the right kind of file") }
            hasTerminal = false
        }
        if subresource == "attach" {
            let specs = ["containers", "ephemeralContainers"].flatMap { pod.object["spec"]?[$0]?.elements ?? [] }
            let spec = specs.first { $0["name"]?.stringValue == container }
            if hasTerminal, spec?["tty"]?.boolValue != true {
                if !flags.bool("quiet") { invocation.errLine("error: Unable to use a TTY - container \(container) did not allocate one") }
                hasTerminal = false
            }
            if !flags.bool("quiet") {
                invocation.errLine("All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.")
                invocation.errLine("If you don't see a command prompt, try pressing enter.")
            }
        }
        var ends = streams
        if !flags.bool("stdin") { ends.input = nil }
        if !hasTerminal { ends.size = nil }
        let code = try carry(request(pod, subresource, container, command, hasInput: ends.input != nil, hasTerminal: hasTerminal), ends, isRaw: hasTerminal)
        if subresource == "attach", hasTerminal, !flags.bool("quiet"), pod.object["spec", "restartPolicy"]?.stringValue ?? "Always" == "Always" {
            invocation.outLine("Session ended, resume using 'kubectl attach \(pod.name) -c \(container) -i -t' command when the pod is running")
        }
        return code
    }

    /// What a command that did not end well is told as.
    static func check(_ code: Int) throws(Failure) {
        if code != 0 { throw Failure(kind: .text("command terminated with exit code \(code)"), exitStatus: Int32(clamping: code)) }
    }

    /// Runs a command with bytes as its input, and gathers what it prints.
    func exec(_ pod: ResourceInfo, container: String, command: [String], input: [UInt8]?) throws(Failure) -> (out: [UInt8], err: [UInt8], code: Int) {
        let (output, errors, rest) = (Gathered(), Gathered(), Gathered(input ?? []))
        var ends = StreamEnds(output: { output.add($0) }, errors: { errors.add($0) })
        if input != nil { ends.input = { rest.take() } }
        let code = try carry(request(pod, "exec", container, command, hasInput: input != nil, hasTerminal: false), ends, isRaw: false)
        return (output.take(), errors.take(), code)
    }

    private func request(_ pod: ResourceInfo, _ subresource: String, _ container: String, _ command: [String], hasInput: Bool, hasTerminal: Bool) -> APIRequest {
        var request = pod.request(.create)
        request.subresource = subresource
        request.options.parameters = [("container", container)] + command.map { ("command", $0) }
        if hasInput { request.options.parameters.append(("stdin", "true")) }
        request.options.parameters.append(("stdout", "true"))
        request.options.parameters.append(hasTerminal ? ("tty", "true") : ("stderr", "true"))
        return request
    }

    private func carry(_ request: APIRequest, _ ends: StreamEnds, isRaw: Bool) throws(Failure) -> Int {
        let request = try invocation.prepared(request)
        var outcome: Result<Int, APIStatus>?
        func run() {
            do throws(APIStatus) { outcome = .success(try client.run(request, ends)) } catch { outcome = .failure(error) }
        }
        if isRaw { invocation.environment.withRawTerminal(run) } else { run() }
        switch outcome {
        case .success(let code)?: return code
        case .failure(let status)?: throw Failure(status)
        case nil: return 0
        }
    }

    // MARK: Logs

    /// Prints logs as they grow, each line behind its log's prefix; returns when all containers have ended.
    func follow(_ logs: [(request: APIRequest, prefix: String)], toleratesFailures: Bool) throws(Failure) {
        var requests: [APIRequest] = []
        for log in logs { requests.append(try invocation.prepared(log.request)) }
        let output = streams.output
        let rests = logs.map { (prefix: Array($0.prefix.utf8), bytes: Gathered()) }
        do {
            try client.read(requests, toleratesFailures: toleratesFailures) { index, bytes in
                // Lines of several logs are kept whole.
                if rests.count == 1, rests[index].prefix.isEmpty { return output(bytes) }
                for line in rests[index].bytes.lines(adding: bytes) { output(rests[index].prefix + line) }
            }
        } catch {
            throw Failure(error)
        }
        for rest in rests {
            let last = rest.bytes.take()
            if !last.isEmpty { output(rest.prefix + last + [10]) }
        }
    }
}

/// Bytes that come on another thread.
private final class Gathered: Sendable {
    private let bytes: Mutex<[UInt8]>

    init(_ bytes: [UInt8] = []) { self.bytes = Mutex(bytes) }

    func add(_ more: [UInt8]) { bytes.withLock { $0 += more } }

    func take() -> [UInt8] {
        bytes.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
    }

    /// The lines that are whole, each with its end.
    func lines(adding more: [UInt8]) -> [[UInt8]] {
        bytes.withLock { bytes in
            bytes += more
            guard let last = bytes.lastIndex(of: 10) else { return [] }
            let lines = bytes[..<last].split(separator: 10, omittingEmptySubsequences: false).map { Array($0) + [10] }
            bytes.removeFirst(last + 1)
            return lines
        }
    }
}
