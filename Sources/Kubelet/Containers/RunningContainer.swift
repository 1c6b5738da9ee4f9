import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// A container that runs and behaves.
struct RunningContainer: Sendable {
    var plan: ContainerPlan
    var image: ImageProfile
    var startedAt: Instant
    var sources: EnvironmentSources
    /// Requests served, for its log and its usage.
    var served = 0
    /// CPU that its options ask it to use in millicores, beside what requests cost.
    var busyMilliCPU: Int64 = 0
    /// How busy its shell is.
    var meter: BusyMeter
    /// Memory that its process holds, beside what requests cost.
    var memoryBytes: Int64 = 0
    /// Memory that requests hold which it serves or lets wait.
    var loadBytes: Int64 = 0
    /// CPU that it would use without a limit.
    var demandMilliCPU: Int64 = 0
    /// What must answer before it serves.
    var awaited: [AwaitedService] = []
    /// When all it waited for had answered and it had started; nil when it waits for nothing.
    var servesFrom: Instant?
    /// When it asks again.
    var nextAsk: Instant?
    /// Makes it answer with this status, or (0) not at all, until it is cleared.
    var fault: Int?
    /// What its configuration files say, when they are not the image's own.
    var nginx: NginxConfiguration?
    /// The settings of a Redis server.
    var redis: RedisConfiguration?
}

extension RunningContainer {
    /// Whether its ports are open.
    func serves(at now: Instant) -> Bool {
        if awaited.isEmpty { return now - startedAt >= image.startup }
        return servesFrom.map { now >= $0 } ?? false
    }

    /// CPU beyond the limit is not had: the program is throttled.
    mutating func limitCPU(_ resources: Value) {
        busyMilliCPU = demandMilliCPU
        if let limit = Quantity(resources["limits"]?["cpu"]), !limit.isZero { busyMilliCPU = min(demandMilliCPU, Int64(limit.milliValue)) }
    }
}

extension Kubelets {
    /// Decides what a container does.
    ///
    /// - Parameters:
    ///   - kept: the environment that it was started with, when that is known to be an older one.
    mutating func makeRunning(
        _ record: PodRecord, _ ref: ContainerRef, _ spec: Value, _ pod: Value, kept: [EnvironmentVariable]? = nil, in view: ClusterView
    ) -> RunningContainer {
        var image = ImageProfile.unknown(record[ref]?.image ?? "")
        if case .found(let found) = images.look(up: record[ref]?.image ?? "") { image = found }
        image.startup = max(.zero, image.startup - profile.noticeTime)
        let namespace = Self.serviceNamespace(of: pod)
        let services = ServiceVariables.of(namespace: namespace, known: serviceVariables[namespace], in: view)
        serviceVariables[namespace] = services
        var sources = EnvironmentSources(spec, pod: pod, services: services, in: view)
        sources.kept = kept
        let plan = ContainerPlan.make(spec, image: image) { environment(record, spec, pod, image, sources) }
        var running = RunningContainer(plan: plan, image: image, startedAt: view.now, sources: sources, meter: BusyMeter(startedAt: view.now))
        let flags = ContainerPlan.flags((spec["command"]?.elements ?? []).compactMap(\.stringValue) + (spec["args"]?.elements ?? []).compactMap(\.stringValue))
        for name in image.cpuFlags { if let text = flags[name], let cores = Double(text) { running.busyMilliCPU = Int64(min(max(cores, 0), 1000) * 1000) } }
        for name in image.memoryFlags { if let text = flags[name] { running.memoryBytes = Self.bytes(text) } }
        running.demandMilliCPU = running.busyMilliCPU
        running.limitCPU(spec["resources"] ?? [:])
        if case .server = plan, !image.waitsFor.isEmpty { running.awaited = Self.awaited(image, environment(record, spec, pod, image, sources)) }
        return running
    }

    /// Holds a container to a new limit.
    mutating func limitCPU(_ key: ContainerKey, _ resources: Value) { plans[key]?.limitCPU(resources) }

    /// Bytes of `150M`, `150Mi` and the like.
    private static func bytes(_ text: String) -> Int64 {
        if let quantity = Quantity(text) { return Int64(quantity.value) }
        return 0
    }

    /// The environment that a container got at its start; what it would get now when it has not started.
    func environment(
        _ record: PodRecord, _ ref: ContainerRef, _ spec: Value, _ pod: Value, _ image: ImageProfile, in view: ClusterView
    ) -> [EnvironmentVariable] {
        let sources = plans[ContainerKey(pod: record.uid, ref: ref)]?.sources
            ?? EnvironmentSources(spec, pod: pod, services: .of(namespace: Self.serviceNamespace(of: pod), in: view), in: view)
        return environment(record, spec, pod, image, sources)
    }

    func environment(_ record: PodRecord, _ spec: Value, _ pod: Value, _ image: ImageProfile, _ sources: EnvironmentSources) -> [EnvironmentVariable] {
        let node = nodes[record.node]?.description
        return ContainerEnvironment.make(spec, pod: pod, image: image, hostIP: node?.internalIP ?? "", podIP: record.address, node: node, sources: sources)
    }

    /// The namespace whose Services a pod's containers are told of; empty for the API server's only.
    static func serviceNamespace(of pod: Value) -> String { pod["spec"]?["enableServiceLinks"]?.boolValue ?? true ? pod.namespace : "" }

    /// Starts what needs a process or prints at its start.
    mutating func startProcess(_ record: PodRecord, _ ref: ContainerRef, _ spec: Value, _ pod: Value, in view: ClusterView) {
        let key = ContainerKey(pod: record.uid, ref: ref)
        guard let running = plans[key] else { return }
        if let previous = logs[key] { logs[key] = previous.next() }
        switch running.plan {
        case .shell(let line):
            var machine = machine(for: record, ref, line, spec, pod, running.image, isInit: true, in: view)
            machine.now = view.now.nanoseconds
            if spec["stdin"]?.boolValue == true { machine.inputEnded = false }
            if spec["tty"]?.boolValue == true { machine.attach(Terminal()) }
            var process = ContainerProcess(machine: machine)
            process.isWatched = ref.kind == .sidecarOrInit && !pod.isSidecar(ref) || pod["spec"]?["restartPolicy"]?.stringValue ?? "Always" != "Always"
            processes[key] = process
            schedule(.process(record.uid, ref, record[ref]?.run ?? 0), at: view.now)
        case .server: break
        case .exit, .idle, .startError: break
        }
    }

    // MARK: Requests

    /// The container of a pod that listens on a port, with its plan.
    func listener(_ record: PodRecord, port: Int, pod: Value, now: Instant) -> (ref: ContainerRef, running: RunningContainer)? {
        for ref in record.refs {
            guard record[ref]?.state.isRunning == true, let running = plans[ContainerKey(pod: record.uid, ref: ref)] else { continue }
            guard running.serves(at: now) else { continue }
            switch running.plan {
            case .server(let ports, _, _, _): if ports.contains(port) { return (ref, running) }
            case .shell: if processes[ContainerKey(pod: record.uid, ref: ref)]?.listening.contains(port) == true { return (ref, running) }
            default: break
            }
        }
        return nil
    }

    /// What a pod answers to a request on a port; `times` says for how many equal requests of this moment the answer stands.
    package mutating func answer(_ request: ContainerRequest, pod name: NamespacedName, times: Int = 1, in view: ClusterView) -> ContainerAnswer {
        guard let uid = uids[name], let record = pods[uid], let pod = view.get(.pods, namespace: name.namespace, name: name.name) else {
            return .refused("pod \(name) does not run")
        }
        if nodes[record.node]?.isStopped ?? true, !profile.imagesBehave { return .refused("node \(record.node) does not answer") }
        return answer(request, record, pod, times: times, in: view)
    }

    /// Whether something in a pod listens on a port.
    package mutating func isListening(_ port: Int, pod name: NamespacedName, in view: ClusterView) -> Bool {
        guard let uid = uids[name], let record = pods[uid], let pod = view.get(.pods, namespace: name.namespace, name: name.name) else { return false }
        guard profile.imagesBehave else {
            if case .response = plainAnswer(ContainerRequest(path: "/", host: "", port: port), record, pod) { return true }
            return false
        }
        return listener(record, port: port, pod: pod, now: view.now) != nil
    }

    mutating func answer(_ request: ContainerRequest, _ record: PodRecord, _ pod: Value, times: Int = 1, in view: ClusterView) -> ContainerAnswer {
        if !profile.imagesBehave { return plainAnswer(request, record, pod) }
        guard let (ref, running) = listener(record, port: request.port, pod: pod, now: view.now) else {
            if !record.refs.contains(where: { record[$0]?.state.isRunning == true }) { return .refused("no container of pod \(record.key) runs") }
            return .refused("no container of pod \(record.key) listens on port \(request.port)")
        }
        let key = ContainerKey(pod: record.uid, ref: ref)
        plans[key]?.served += times
        if let fault = running.fault {
            if fault == 0 { return .refused("the container does not answer") }
            return .response(status: fault, headers: [("Content-Type", "text/plain")], body: "", latency: .milliseconds(2))
        }
        var latency = Duration.nanoseconds(Int64((running.image.cost.cpuMillisecondsPerRequest + running.image.cost.waitMilliseconds) * 1e6))
        if ["REDIS", "SQL"].contains(request.method) { return askDatabase(request, record, ref, pod, running, in: view) }
        if let nginx = running.nginx { return answer(request, by: nginx, record, ref, pod, running, times: times, in: view) }
        guard case .server(_, let routes, let flags, _) = running.plan else {
            return .response(status: 200, headers: [("Content-Type", "text/plain")], body: "\(pod.name)\n", latency: latency)
        }
        let path = request.path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? "/"
        var (status, type, body) = (200, "text/plain", MessageBody.text("\(pod.name)\n"))
        var headers: [(name: String, value: String)] = []
        if let route = ImageProfile.route(for: request.path, in: routes) {
            (status, type) = (route.status, route.type)
            let age = view.now - running.startedAt
            var text = route.body
            if let late = route.late, age >= late.age { (status, text) = (late.status, late.body) }
            func filled(_ text: String) -> String {
                Template.fill(
                    text, request: request, hostName: ContainerEnvironment.hostName(pod), address: record.address, flags: flags,
                    image: record[ref]?.image ?? "", age: age, now: view.now
                ) { environment(record, ref, pod.containerSpec(ref), pod, running.image, in: view) }
            }
            if !route.statusText.isEmpty, let number = Int(filled(route.statusText)), (100...599).contains(number) { status = number }
            headers = route.headers.map { ($0.name, filled($0.value)) }
            var result = ""
            if !route.runs.isEmpty { result = run(filled(route.runs), record, ref, pod, in: view) }
            if let exit = route.exit, let code = Int(filled(exit.code)), (0...255).contains(code) {
                let wait = GoDuration(filled(exit.after)).map { max($0.nanoseconds, 0) } ?? 0
                kill(pod: record.key, container: record[ref]?.name, code: code, now: view.now + .nanoseconds(wait))
            }
            // A body that is sent back whole goes back as it came, and what a command printed is no text with placeholders.
            body = text == "${body}" ? request.body : text == "${result}" ? .text(result) : .text(filled(text))
            latency += route.delay
        } else if !running.image.root.isEmpty {
            (status, type, body) = file(path, request.method, record, ref, pod, running.image, in: view)
        } else if !running.image.routes.isEmpty {
            (status, body) = (404, "404 page not found\n")
        }
        logAccess(request, status: status, bytes: body.count, key, times: times, in: view)
        let server = running.image.name == "nginx" ? [("Server", "nginx/\(version(record[ref]?.image ?? ""))")] : []
        return .response(status: status, headers: server + [("Content-Type", type)] + headers, body: body, latency: latency)
    }

    /// Writes a request to the log of a server that keeps one.
    mutating func logAccess(_ request: ContainerRequest, status: Int, bytes: Int, _ key: ContainerKey, times: Int, in view: ClusterView) {
        guard let running = plans[key], running.image.accessLog != "none" else { return }
        if running.served > 200, request.headers.contains(where: { $0.name == "User-Agent" && $0.value.hasPrefix("kube-probe") }) { return }
        let agent = request.headers.first { $0.name.lowercased() == "user-agent" }?.value ?? "-"
        let stamp = Template.time("access", view.now)
        let client = request.client.isEmpty ? "127.0.0.1" : request.client
        write("\(client) - - [\(stamp)] \"\(request.method) \(request.path) HTTP/1.1\" \(status) \(bytes) \"-\" \"\(agent)\" \"-\"", key, times: times, now: view.now)
    }

    /// Runs a command for a route; an object with its `output`, and its `error` when it failed.
    private mutating func run(_ command: String, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, in view: ClusterView) -> String {
        touched.insert(ContainerKey(pod: record.uid, ref: ref))
        noteLastingChange()
        let result = execute(["/bin/sh", "-c", command], record, ref, pod, limit: .seconds(30), in: view)
        let printed = String(decoding: result.output + result.errors, as: UTF8.self)
        var answer: Value = [:]
        if result.status != 0 { answer["error"] = .string("exit status \(result.status)") }
        if !printed.isEmpty { answer["output"] = .string(printed) }
        return answer.json()
    }

    /// What a container asks of other services before it answers a request, and what it says when they do not answer.
    package func questions(_ request: ContainerRequest, pod name: NamespacedName, in view: ClusterView) -> [(url: String, status: Int, body: String)] {
        guard let uid = uids[name], let record = pods[uid], let pod = view.get(.pods, namespace: name.namespace, name: name.name),
            let (ref, running) = listener(record, port: request.port, pod: pod, now: view.now), running.image.asksOthers,
            case .server(_, let routes, _, _) = running.plan, let route = ImageProfile.route(for: request.path, in: routes), !route.asks.isEmpty
        else { return [] }
        let known = Dictionary(environment(record, ref, pod.containerSpec(ref), pod, running.image, in: view).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        return route.asks.compactMap { question in
            let text = known[question.variable].flatMap { $0.isEmpty ? nil : $0 } ?? question.host
            guard !text.isEmpty, let (host, port) = Self.endpoint(text, defaultPort: question.port) else { return nil }
            return ("http://\(host):\(port)\(question.path)", question.status, question.body)
        }
    }

    func version(_ image: String) -> String {
        guard let tag = (try? ImageReference(image))?.tag, tag.first?.isNumber == true else { return "1.29.4" }
        let number = String(tag.prefix { $0 != "-" })
        return number.split(separator: ".").count >= 3 ? number : number + ".0"
    }

    /// A file under the root of a web server.
    private mutating func file(
        _ path: String, _ method: String, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, _ image: ImageProfile, in view: ClusterView
    ) -> (Int, String, MessageBody) {
        let isNginx = image.reads == "nginx"
        func page(_ status: Int, _ reason: String) -> (Int, String, MessageBody) {
            if isNginx { return (status, "text/html", .text(NginxPages.page(status, server: "nginx/\(version(record[ref]?.image ?? ""))"))) }
            let title = "\(status) \(reason)"
            return (status, "text/html", .text("<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n</body>\r\n</html>\r\n"))
        }
        if isNginx, !["GET", "HEAD"].contains(method) { return page(405, "Not Allowed") }
        var files = readableFiles(record, ref, pod, image, in: view)
        swap(&files.volumes, &volumes)
        defer { swap(&files.volumes, &volumes) }
        var place = VirtualFileSystem.absolute(image.root + "/" + path, from: "/")
        guard place.hasPrefix(image.root) else { return (400, "text/html", "<html><head><title>400 Bad Request</title></head></html>\n") }
        if files.isDirectory(place) {
            place += "/index.html"
            if !files.exists(place) { return page(403, "Forbidden") }
        }
        guard let bytes = try? files.read(place) else { return page(404, "Not Found") }
        let types = [
            "html": "text/html", "css": "text/css", "js": "application/javascript", "json": "application/json", "txt": "text/plain",
            "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml", "ico": "image/x-icon",
        ]
        return (200, types[place.split(separator: ".").last.map(String.init) ?? ""] ?? "application/octet-stream", .bytes(bytes))
    }

    /// What containers without behaviour answer: their ports are served, and nothing more is known.
    private func plainAnswer(_ request: ContainerRequest, _ record: PodRecord, _ pod: Value) -> ContainerAnswer {
        for (index, container) in record.containers.enumerated() where container.state.isRunning {
            let isWebServer = (try? ImageReference(container.image)).map { ["nginx", "httpd"].contains($0.shortName) } ?? false
            guard ContainerPlan.declaredPorts(pod.containerSpec(.regular(index))).contains(request.port) || (isWebServer && request.port == 80) else { continue }
            return .response(status: 200, headers: [("Content-Type", "text/html")], body: "\(pod.name)\n", latency: .milliseconds(2))
        }
        return .refused("no container of pod \(record.key) listens on port \(request.port)")
    }
}
