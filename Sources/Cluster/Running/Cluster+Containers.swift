import APIMachinery
import Autoscaling
import Kubelet
import KubernetesObjects
import ServiceNetwork
import Shell
import SimulationKernel

/// Notes that a request is for what runs behind the server, so that it is answered once the server has let it through.
///
/// The server is part of the cluster's value: while it handles a request nothing else of the cluster may be used.
final class RuntimeRelay: RuntimeAccess {
    static let code = -1
    private(set) var asked: (request: APIRequest, object: Value)?

    func connect(_ request: APIRequest, object: Value) throws(APIStatus) -> RuntimeAnswer {
        asked = (request, object)
        throw APIStatus(code: Self.code, reason: "", message: "")
    }
}

extension Cluster {
    /// Lets the server handle a request, and answers it from the kubelets when it is for a running container.
    mutating func handle(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        guard !request.subresource.isEmpty else { return try api.handle(request) }
        if request.subresource == "proxy" || request.subresource.hasPrefix("proxy/") { return try handleProxy(request) }
        let relay = RuntimeRelay()
        api.runtime = relay
        do throws(APIStatus) {
            return try api.handle(request)
        } catch {
            guard error.code == RuntimeRelay.code, let (asked, object) = relay.asked else { throw error }
            let answer = try answerFromContainer(asked, object)
            return APIResponse(body: ["stdout": .string(answer.standardOutput), "stderr": .string(answer.standardError), "code": Value(answer.code)])
        }
    }

    /// Asks whether a request may reach what runs behind the server, and returns the object it is for: everything that
    /// the server checks has been checked, and nothing has been done.
    ///
    /// - Throws: the server's refusal, and 400 for a request that is not for something running.
    package mutating func admitConnection(_ request: APIRequest) throws(APIStatus) -> Value { try runtimeRequest(request).object }

    private mutating func handleProxy(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        let query = request.options.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let path = request.nonResourcePath.isEmpty ? "/" : request.nonResourcePath
        let answer = try proxy(request, ProxiedRequest(path: query.isEmpty ? path : path + "?" + query))
        return APIResponse(body: ["stdout": .string(String(decoding: answer.body, as: UTF8.self)), "stderr": "", "code": Value(answer.status)])
    }

    private mutating func answerFromContainer(_ request: APIRequest, _ pod: Value) throws(APIStatus) -> RuntimeAnswer {
        let name = NamespacedName(namespace: request.namespace, name: request.name)
        let container = containerName(request, pod)
        switch request.subresource {
        case "log":
            let options = try LogOptions(request, now: now)
            // Of a pod that has no node nobody can be asked: its log is empty.
            if (pod["spec", "nodeName"]?.stringValue ?? "").isEmpty { return RuntimeAnswer(code: 0) }
            var outcome: Result<String, APIStatus> = .success("")
            _ = components.with(Kubelets.self, at: places.kubelets) { kubelets in
                do throws(APIStatus) { outcome = .success(try kubelets.logs(pod: name, container: container, options: options)) } catch { outcome = .failure(error) }
            }
            return RuntimeAnswer(standardOutput: try outcome.get(), code: 0)
        case "exec":
            let command = request.options.parameters.filter { $0.name == "command" }.map(\.value)
            return try exec(pod: name, container: container, command: command, input: request.body?.stringValue ?? "")
        default: throw .badRequest("\(request.subresource) is not supported by a simulated cluster")
        }
    }

    /// Runs a command in a container; requests it makes go through the data plane, time does not pass.
    package mutating func exec(pod: NamespacedName, container: String, command: [String], input: String = "") throws(APIStatus) -> RuntimeAnswer {
        var outcome: Result<ContainerCommand, APIStatus> = .failure(.internalError("no kubelet runs"))
        let view = ClusterView(store: store, now: now)
        _ = components.with(Kubelets.self, at: places.kubelets) { kubelets in
            do throws(APIStatus) {
                outcome = .success(try kubelets.begin(command, pod: pod, container: container, input: Array(input.utf8), in: view))
            } catch { outcome = .failure(error) }
        }
        var running = try outcome.get()
        while !running.isDone {
            var view = ClusterView(store: store, now: now)
            _ = components.with(Kubelets.self, at: places.kubelets) { $0.proceed(&running, in: view) }
            for var call in running.calls {
                let outcome = outcomeAtOnce(of: &call)
                view = ClusterView(store: store, now: now)
                _ = components.with(Kubelets.self, at: places.kubelets) { $0.answer(call, of: &running, with: outcome, in: view) }
            }
        }
        let result = running.result
        return RuntimeAnswer(
            standardOutput: String(decoding: result.output, as: UTF8.self), standardError: String(decoding: result.errors, as: UTF8.self), code: result.status)
    }

    /// What a command gets that cannot wait for the clock.
    private mutating func outcomeAtOnce(of call: inout ContainerCall) -> NetworkOutcome {
        switch call.command.action {
        case .client: return runClient(call) ?? .failed(.timedOut, .seconds(30))
        case .load:
            // Time passes in a copy, in which the load is served; here it only begins.
            var copy = self
            let start = now
            if let outcome = copy.loadOutcome(of: call) { return outcome }
            if let source = copy.traffic.sources[call.loadName] { startLoad(source) }
            while copy.now - start <= LoadPlan.durationMax + .seconds(2) {
                copy.advance(by: Traffic.tick)
                if case .loaded(let plan, let result)? = copy.loadOutcome(of: call) { return .loaded(plan, result) }
            }
            return .failed(.timedOut, .seconds(1))
        default: return outcome(of: &call)
        }
    }

    /// Answers what containers have asked of the network since the last call.
    mutating func answerContainers() {
        guard components.with(Kubelets.self, at: places.kubelets, { $0.hasPendingCalls }) == true else { return }
        let calls = components.with(Kubelets.self, at: places.kubelets) { $0.takeCalls() } ?? []
        let now = now
        for var call in calls {
            if case .client = call.command.action {
                guard let outcome = runClient(call) else {
                    _ = components.with(Kubelets.self, at: places.kubelets) { $0.postpone(call, now: now) }
                    continue
                }
                _ = components.with(Kubelets.self, at: places.kubelets) { $0.resolve(call, with: outcome, now: now) }
                continue
            }
            if case .load = call.command.action {
                let outcome = loadOutcome(of: call)
                _ = components.with(Kubelets.self, at: places.kubelets) { kubelets in
                    if let outcome { kubelets.resolve(call, with: outcome, now: now) } else { kubelets.postpone(call, by: Traffic.tick, now: now) }
                }
                continue
            }
            let outcome = outcome(of: &call)
            _ = components.with(Kubelets.self, at: places.kubelets) { $0.resolve(call, with: outcome, now: now) }
        }
    }

    /// What the network answers to a container's request; the address that it was sent to is noted.
    mutating func outcome(of call: inout ContainerCall) -> NetworkOutcome {
        let origin = RequestOrigin.pod(namespace: call.pod.namespace, name: call.pod.name)
        switch call.command.action {
        case .http(let url, let method, let headers, let body):
            guard let target = RequestURL(url) else { return .failed(.noSuchHost, .milliseconds(1)) }
            let asked = SimulatedRequest(from: origin, method: method, url: target, headers: headers, body: body)
            let first = outcome(of: asked, weight: call.weight, address: &call.command.address)
            return call.command.followsRedirects ? followed(first, origin, method, target, headers) : first
        case .connect(let host, let port):
            let scheme = call.command.isDatagram ? "udp" : "tcp"
            let probe = outcome(of: SimulatedRequest(from: origin, url: RequestURL(scheme: scheme, host: host, port: port)), address: &call.command.address)
            if case .http = probe { return .connected(.milliseconds(1)) }
            // Nobody says that a datagram was lost.
            if call.command.isDatagram, case .failed(.timedOut, _) = probe { return .connected(.milliseconds(1)) }
            return probe
        case .resolve(let name, let type):
            return Self.outcome(of: dataPlane.lookUp(name, type: type, from: origin, searches: call.command.usesSearchPath))
        case .ping(let host):
            let reply = dataPlane.ping(host, from: origin)
            guard let address = reply.address else { return .failed(reply.isKnown ? .timedOut : .noSuchHost, .seconds(10)) }
            return .resolved(name: host, records: [NameRecord(name: host, type: "A", value: address)], server: "")
        case .load, .client, .listen, .immediate, .report: return .connected(.zero)
        }
    }

    /// Where an answer points to, asked in turn; at most `redirectsMax` times, as curl does.
    private mutating func followed(_ first: NetworkOutcome, _ origin: RequestOrigin, _ method: String, _ url: RequestURL, _ headers: [(name: String, value: String)]) -> NetworkOutcome {
        var (answer, place) = (first, url)
        for _ in 0..<Self.redirectsMax {
            guard case .http(let status, let answered, _, _) = answer, [301, 302, 303, 307, 308].contains(status), let location = answered.first(where: { $0.name.lowercased() == "location" })?.value
            else { return answer }
            let absolute = location.contains("://") ? location : "\(place.scheme)://\(place.host):\(place.port)\(location.hasPrefix("/") ? "" : "/")\(location)"
            guard let next = RequestURL(absolute) else { return answer }
            // Another host gets its own name.
            let kept = headers.filter { $0.name.lowercased() != "host" || next.host == place.host }
            var address = ""
            answer = outcome(of: SimulatedRequest(from: origin, method: status == 303 ? "GET" : method, url: next, headers: kept, body: ""), address: &address)
            place = next
        }
        return answer
    }

    private static let redirectsMax = 50

    private static func outcome(of reply: NameReply) -> NetworkOutcome {
        if reply.silence != nil { return .failed(.timedOut, .seconds(15)) }
        switch reply.answer {
        case .records(let records):
            return .resolved(name: reply.name, records: records.map { NameRecord(name: $0.name, type: $0.type, value: $0.value) }, server: reply.server)
        case .noData: return .resolved(name: reply.name, records: [], server: reply.server)
        case .noSuchName: return .failed(.noSuchHost, .milliseconds(5))
        }
    }

    private mutating func outcome(of asked: SimulatedRequest, weight: Int = 1, address: inout String) -> NetworkOutcome {
        let response = request(asked)
        address = response.address
        if let pod = podName(response.answeredBy) { traffic.arrivals[pod, default: 0] += weight }
        switch response.failure {
        case .unknownHost?: return .failed(.noSuchHost, .milliseconds(5))
        case .noNameServer?: return .failed(.noSuchHost, .seconds(10))
        case .refused?: return .failed(.refused, .milliseconds(1))
        case .timedOut?: return .failed(.timedOut, .seconds(130))
        case nil: return .http(status: response.status, headers: response.headers, body: response.body, latency: max(response.latency, .milliseconds(1)))
        }
    }
}

extension LogOptions {
    /// Reads what a request for a container's log asks for.
    ///
    /// - Throws: 400 for what cannot be read, 422 for what contradicts itself.
    /// - Source: `pkg/apis/core/validation` `ValidatePodLogOptions`; query parameters as apimachinery converts them.
    init(_ request: APIRequest, now: Instant) throws(APIStatus) {
        self.init()
        func number(_ name: String) throws(APIStatus) -> Int? {
            guard let text = request.options.parameter(name) else { return nil }
            guard let number = Int(text) else { throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax") }
            return number
        }
        previous = Self.isOn(request, "previous")
        timestamps = Self.isOn(request, "timestamps")
        (tailLines, limitBytes) = (try number("tailLines"), try number("limitBytes"))
        let seconds = try number("sinceSeconds")
        var errors: [FieldError] = []
        if let tailLines, tailLines < 0 { errors.append(.invalid("tailLines", Value(tailLines), "must be greater than or equal to 0")) }
        if let limitBytes, limitBytes < 1 { errors.append(.invalid("limitBytes", Value(limitBytes), "must be greater than 0")) }
        if let text = request.options.parameter("sinceTime") {
            guard let time = Instant(rfc3339: text) else {
                throw .badRequest(GoTime.problem(text) ?? "parsing time \(GoText.quoted(text)): year outside of range [0,9999]")
            }
            sinceTime = time
            if seconds != nil { errors.append(.forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified")) }
        } else if let seconds {
            if seconds < 1 { errors.append(.invalid("sinceSeconds", Value(seconds), "must be greater than 0")) }
            sinceTime = now - .seconds(min(max(seconds, 0), 1 << 32))
        }
        if !errors.isEmpty { throw .invalid(kind: "PodLogOptions", group: "", name: request.name, errors) }
    }

    /// Whether a parameter is there and says neither `false` nor `0`.
    static func isOn(_ request: APIRequest, _ name: String) -> Bool {
        request.options.parameter(name).map { $0.lowercased() != "false" && $0 != "0" } ?? false
    }
}
