import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// A request that a container passes on to other servers.
package struct PassedRequest: Sendable {
    package var passing: NginxPassing
    /// The request as the container got it.
    package var request: ContainerRequest
    var key: ContainerKey
    var times: Int

    /// Asks the servers in turn until one answers; the last answer, and whose it was.
    ///
    /// - Parameter ask: one server's answer; nil for what is no URL.
    /// - Bounds: servers pass requests on four deep.
    package func firstAnswer(depth: Int, _ ask: (String) -> PassedAnswer?) -> (answer: PassedAnswer, url: String) {
        var last = (answer: PassedAnswer.refused, url: passing.urls.first ?? "")
        for url in passing.urls where depth < 4 {
            guard let answer = ask(url) else { continue }
            last = (answer, url)
            if case .response = answer { break }
        }
        return last
    }
}

/// What came of a request that was passed on.
package enum PassedAnswer: Sendable {
    case response(status: Int, headers: [(name: String, value: String)], body: String, latency: Duration)
    case refused, timedOut, noSuchHost
}

/// Containers whose server does what its configuration files say.
///
/// - Source: the nginx image's entry point and nginx's own start: templates are filled, the configuration is read, ports are bound.
/// - Bounds: files are read only where a volume lies over them, or the container's user or a read-only root may be in the way.
extension Kubelets {
    private static let templates = "/etc/nginx/templates"

    /// An nginx container that was just planned, with what its configuration files say, or the end that they lead to.
    mutating func configuredNginx(_ container: RunningContainer, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, in view: ClusterView) -> RunningContainer {
        guard case .server(_, let routes, let flags, let log) = container.plan else { return container }
        let (key, spec) = (ContainerKey(pod: record.uid, ref: ref), pod.containerSpec(ref))
        var container = container
        do throws(NginxProblem) {
            if Self.mountsConfiguration(spec) || Self.isRestricted(spec, pod, container.image) {
                var files = fileSystem(record, ref, pod, container.image, in: view)
                swap(&files.volumes, &volumes)
                defer { swap(&files.volumes, &volumes) }
                if Self.mountsConfiguration(spec) {
                    fillTemplates(&files, environment(record, spec, pod, container.image, container.sources))
                    let nginx = try NginxConfiguration(files: files)
                    container.nginx = nginx
                    container.plan = .server(ports: nginx.ports, routes: routes, flags: flags, log: log)
                    container.awaited = nginx.neededNames.map {
                        AwaitedService(host: $0.host, port: 80, message: "${time:nginx} [emerg] 1#1: \($0.problem)\nnginx: [emerg] \($0.problem)", patience: .zero, code: 1, isName: true)
                    }
                }
                if let problem = NginxConfiguration.startProblem(&files) { throw problem }
                keptFiles[key] = files
                keptFiles[key]!.volumes = VolumeStore()
            }
            try bind(container.nginx?.ports ?? container.image.ports, record, ref)
        } catch {
            container.awaited = []
            container.plan = .exit(code: 1, after: .milliseconds(400), log: ["${time:nginx} [emerg] 1#1: \(error.message)", "nginx: [emerg] \(error.message)"])
        }
        return container
    }

    /// Whether a volume lies over, above or below the configuration.
    private static func mountsConfiguration(_ spec: Value) -> Bool {
        (spec["volumeMounts"]?.elements ?? []).contains { mount in
            let path = VirtualFileSystem.absolute(mount["mountPath"]?.stringValue ?? "", from: "/")
            return path == "/" || path == "/etc" || path == NginxConfiguration.directory || path.hasPrefix(NginxConfiguration.directory + "/")
        }
    }

    /// Whether the container may not write where its image does.
    private static func isRestricted(_ spec: Value, _ pod: Value, _ image: ImageProfile) -> Bool {
        let user = spec["securityContext"]?["runAsUser"]?.intValue ?? pod["spec"]?["securityContext"]?["runAsUser"]?.intValue ?? image.user
        return user != image.user || spec["securityContext"]?["readOnlyRootFilesystem"]?.boolValue == true
    }

    /// What a container of the same pod listens on already cannot be bound.
    private func bind(_ ports: [Int], _ record: PodRecord, _ ref: ContainerRef) throws(NginxProblem) {
        guard record.refs.count > 1 else { return }
        for other in record.refs where other != ref && record[other]?.state.isRunning == true {
            guard case .server(let taken, _, _, _)? = plans[ContainerKey(pod: record.uid, ref: other)]?.plan else { continue }
            if let port = ports.first(where: { taken.contains($0) }) { throw .addressInUse(port) }
        }
    }

    /// Writes the files that the image's entry point makes of templates.
    private func fillTemplates(_ files: inout VirtualFileSystem, _ environment: [(name: String, value: String)]) {
        let table = Dictionary(environment.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        for name in (try? files.names(in: Self.templates)) ?? [] where name.hasSuffix(".template") {
            guard let bytes = try? files.read(Self.templates + "/" + name) else { continue }
            let text = NginxConfiguration.filled(String(decoding: bytes, as: UTF8.self), table)
            try? files.write(Array(text.utf8), to: "\(NginxConfiguration.directory)/conf.d/\(name.dropLast(9))")
        }
    }

    /// `nginx -s reload`: the new configuration counts if it can be used.
    mutating func reload(_ record: PodRecord, _ ref: ContainerRef, _ pod: Value, in view: ClusterView) {
        let key = ContainerKey(pod: record.uid, ref: ref)
        guard let running = plans[key], running.image.reads == "nginx", case .server(_, let routes, let flags, let begin) = running.plan else { return }
        var files = fileSystem(record, ref, pod, running.image, in: view)
        swap(&files.volumes, &volumes)
        defer { swap(&files.volumes, &volumes) }
        log(["${time:nginx} [notice] 1#1: signal 1 (SIGHUP) received from 40, reconfiguring", "${time:nginx} [notice] 1#1: reconfiguring"], key, in: view)
        do throws(NginxProblem) {
            let nginx = try NginxConfiguration(files: files)
            plans[key]!.nginx = nginx
            plans[key]!.plan = .server(ports: nginx.ports, routes: routes, flags: flags, log: begin)
        } catch { log(["${time:nginx} [emerg] 1#1: \(error.message)"], key, in: view) }
    }

    // MARK: Requests

    /// What nginx answers by its configuration.
    mutating func answer(
        _ request: ContainerRequest, by nginx: NginxConfiguration, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, _ running: RunningContainer, times: Int, in view: ClusterView
    ) -> ContainerAnswer {
        let asked = NginxRequest(
            method: request.method, target: request.path, host: request.host, port: request.port, headers: request.headers, bodySize: request.body.count, client: request.client,
            address: record.address, hostName: ContainerEnvironment.hostName(pod), version: version(record[ref]?.image ?? ""), served: running.served, now: view.now.nanoseconds)
        guard var exchange = NginxExchange(asked, configuration: nginx) else { return .refused("nginx listens on port \(request.port) for the pod itself only") }
        var files = readableFiles(record, ref, pod, running.image, in: view)
        swap(&files.volumes, &volumes)
        let outcome = exchange.run(files)
        swap(&files.volumes, &volumes)
        let key = ContainerKey(pod: record.uid, ref: ref)
        return answer(outcome, request, key, errors: exchange.errors, context: exchange.context, latency: Self.latency(running), times: times, in: view)
    }

    private static func latency(_ running: RunningContainer) -> Duration {
        .nanoseconds(Int64((running.image.cost.cpuMillisecondsPerRequest + running.image.cost.waitMilliseconds) * 1e6))
    }

    /// Goes on with a request that was passed on: the first server that answered counts.
    package mutating func finish(_ passed: PassedRequest, _ answer: PassedAnswer, url: String, in view: ClusterView) -> ContainerAnswer {
        guard let record = pods[passed.key.pod], let running = plans[passed.key], let pod = view.get(.pods, namespace: record.key.namespace, name: record.key.name) else {
            return .refused("pod does not run")
        }
        var files = readableFiles(record, passed.key.ref, pod, running.image, in: view)
        swap(&files.volumes, &volumes)
        var (reply, problem, latency): (NginxAnswer?, String, Duration) = (nil, "", Self.latency(running))
        switch answer {
        case .response(let status, let headers, let body, let time):
            reply = NginxAnswer(status: status, headers: headers, body: Array(body.utf8))
            latency += time
        case .refused: problem = "connect() failed (111: Connection refused) while connecting to upstream"
        case .noSuchHost: problem = "could not be resolved (3: Host not found)"
        case .timedOut:
            problem = "upstream timed out (110: Connection timed out) while connecting to upstream"
            latency += .seconds(60)
        }
        let (outcome, errors) = passed.passing.finish(reply, isTimeout: { if case .timedOut = answer { true } else { false } }(), problem: problem, url: url, files: files)
        swap(&files.volumes, &volumes)
        return self.answer(outcome, passed.request, passed.key, errors: errors, context: passed.passing.context, latency: latency, times: passed.times, in: view)
    }

    private mutating func answer(
        _ outcome: NginxOutcome, _ request: ContainerRequest, _ key: ContainerKey, errors: [String], context: String, latency: Duration, times: Int, in view: ClusterView
    ) -> ContainerAnswer {
        if case .pass(let passing) = outcome { return .passed(PassedRequest(passing: passing, request: request, key: key, times: times)) }
        for error in errors.prefix(4) { logText("\(Template.time("nginx", view.now)) [error] 29#29: *1 \(error), \(context)", key, stream: 2, times: times, now: view.now) }
        guard case .answer(let answer) = outcome else { return .refused("nginx closed the connection") }
        logAccess(request, status: answer.status, bytes: answer.body.count, key, times: times, in: view)
        return .response(status: answer.status, headers: answer.headers, body: .bytes(answer.body), latency: latency)
    }

    /// A line that is what it is, placeholders and all.
    private mutating func logText(_ text: String, _ key: ContainerKey, stream: Int, times: Int, now: Instant) {
        for _ in 0..<times { logs[key, default: ContainerLog()].add(text, stream: stream, now: now) }
    }

    /// What a request that is passed on comes to without the network: for a kubelet's own probes.
    ///
    /// - Differs: a server outside of the pod is taken to answer well when its Service has an endpoint that is ready.
    mutating func settled(_ answer: ContainerAnswer, _ record: PodRecord, _ pod: Value, depth: Int = 0, in view: ClusterView) -> ContainerAnswer {
        guard case .passed(let passed) = answer else { return answer }
        let last = passed.firstAnswer(depth: depth) { url in
            guard let parts = URLParts(url) else { return nil }
            guard parts.isLoopback || parts.host == record.address else { return hasEndpoint(parts.host, from: pod, in: view) }
            let inner = ContainerRequest(
                method: passed.passing.method, path: parts.path, host: parts.host, port: parts.port, headers: passed.passing.headers, body: passed.request.body, client: "127.0.0.1")
            switch settled(self.answer(inner, record, pod, in: view), record, pod, depth: depth + 1, in: view) {
            case .response(let status, let headers, let body, let latency): return .response(status: status, headers: headers, body: body.text, latency: latency)
            default: return .refused
            }
        }
        return finish(passed, last.answer, url: last.url, in: view)
    }

    private func hasEndpoint(_ host: String, from pod: Value, in view: ClusterView) -> PassedAnswer {
        let names = host.split(separator: ".").map(String.init)
        let slices = view.list(.endpointSlices, namespace: names.count > 1 ? names[1] : pod.namespace).filter { $0["metadata"]?["labels"]?["kubernetes.io/service-name"]?.stringValue == names.first }
        let isReady = slices.contains { $0["endpoints"]?.elements.contains { $0["conditions"]?["ready"]?.boolValue ?? true } == true }
        return isReady ? .response(status: 200, headers: [], body: "", latency: .milliseconds(1)) : .refused
    }
}
