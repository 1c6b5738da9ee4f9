import APIMachinery
import Autoscaling
import Kubelet
import KubernetesObjects
import Scheduler
import ServiceNetwork
import SimulationKernel

extension Cluster {
    /// Starts a load that goes on until it is stopped.
    package mutating func startLoad(_ source: LoadSource) {
        ownLastingChanges += 1
        traffic.start(source, now: now)
    }

    package mutating func stopLoad(_ name: String) {
        ownLastingChanges += 1
        traffic.stop(name, now: now)
    }

    /// What became of each load source's requests so far.
    package var loadTallies: [String: LoadTally] { traffic.tallies }

    /// Sends a tick's requests and reads metrics, where they are due.
    mutating func runTraffic(at tick: Instant) {
        if traffic.takeTick(at: tick) { sendLoad() }
        if traffic.takeReading(at: tick) { publishMetrics() }
        if traffic.takeDeclared(at: tick) { publishDeclaredMetrics() }
    }

    private mutating func sendLoad() {
        var rates: [NamespacedName: Double] = [:]
        for name in traffic.sources.keys.sorted() {
            let source = traffic.sources[name]!
            let (rate, ends) = requests(of: source)
            guard rate > 0 else {
                if ends { end(source) }
                continue
            }
            let samples = max(1, min(Int(rate.rounded(.up)), Traffic.samplesPerTick))
            let share = rate / Double(samples)
            var tally = traffic.tallies[name] ?? LoadTally()
            for _ in 0..<samples { tally.sent += share }
            let request = SimulatedRequest(from: source.origin, url: source.url)
            // Nothing else happens at this moment: requests that reach the same pod get the same answer.
            for (delivery, count) in dataPlane.routes(of: request, count: samples, now: now) {
                let answer = answer(to: request, at: delivery, times: count)
                guard let pod = podName(answer.answeredBy) else {
                    if answer.status == 0 {
                        for _ in 0..<count { tally.failed += share }
                        if tally.firstFailure.isEmpty { tally.firstFailure = answer.failure?.reason ?? "" }
                        if tally.firstFailureKind == nil { tally.firstFailureKind = Self.kind(answer.failure) }
                    } else {
                        for _ in 0..<count { tally.answered += share }
                        tally.byStatus[answer.status, default: 0] += share * Double(count)
                        tally.latencies.add(answer.latency.inSeconds * 1000, count: share * Double(count))
                        tally.bodyBytes = answer.body.utf8.count
                    }
                    continue
                }
                let service = traffic.service[pod]
                var (rate, reached) = (rates[pod] ?? 0, tally.byPod[answer.answeredBy] ?? 0)
                for _ in 0..<count {
                    rate += share
                    reached += share
                    tally.note(share, answer, service)
                }
                (rates[pod], tally.byPod[answer.answeredBy]) = (rate, reached)
            }
            let fraction = source.requestsMax.map { min(1, max($0 - (tally.sent - rate), 0) / max(fullRate(of: source, rate), 0.001)) } ?? 1
            tally.seconds += max(min(fraction, 1), 0.001)
            traffic.tallies[name] = tally
            if ends { end(source) }
        }
        traffic.rates = rates
        serveLoad(rates)
    }

    private static func kind(_ failure: DeliveryFailure?) -> NetworkOutcome.Failure {
        switch failure {
        case .refused?: .refused
        case .unknownHost?, .noNameServer?: .noSuchHost
        default: .timedOut
        }
    }

    // MARK: Sources that end, and workers that wait for answers

    /// How many requests a source sends in this tick, and whether they are its last.
    private func requests(of source: LoadSource) -> (count: Double, areLast: Bool) {
        let age = now - source.startedAt
        if let duration = source.duration, age >= duration { return (0, true) }
        if case .pod(let namespace, let name) = source.origin, source.hasEnd, store.get(.pods, namespace: namespace, name: name) == nil { return (0, true) }
        var rate = fullRate(of: source, source.profile.rate(after: age))
        var isLast = source.duration.map { age + Traffic.tick >= $0 } ?? false
        if let duration = source.duration, duration - age < Traffic.tick { rate *= (duration - age).inSeconds }
        if let most = source.requestsMax {
            let left = most - (traffic.tallies[source.name]?.sent ?? 0)
            if rate >= left { (rate, isLast) = (max(left, 0), true) }
        }
        return (rate, isLast)
    }

    /// Requests a second that a source would send if nothing ended it.
    ///
    /// - Source: Little's law: workers send as often as their answers come; what is full is sent what it serves.
    private func fullRate(of source: LoadSource, _ given: Double) -> Double {
        guard source.hasWorkers else { return given }
        let workers = source.profile.rate(after: now - source.startedAt)
        guard let tally = traffic.tallies[source.name], tally.sent > 0 else { return workers }
        let reached = tally.byPod.keys.sorted().compactMap { podName($0).flatMap { traffic.service[$0] } }
        let pause = source.pause.inSeconds
        if reached.isEmpty {
            // Nobody answers: a refusal comes at once, a time-out after its time.
            let wait = tally.firstFailureKind == .timedOut && tally.answered == 0 ? 20 : max(tally.latencies.mean / 1000, 0.005)
            return workers / (wait + pause)
        }
        let service = reached.reduce(0) { $0 + $1.serviceMilliseconds } / Double(reached.count) / 1000
        let capacity = reached.reduce(0) { $0 + $1.capacityPerSecond }
        let waiting = reached.reduce(0) { $0 + $1.waiting }
        return min(workers / max(service + pause, 0.0001), max(capacity + workers - waiting, workers))
    }

    private mutating func end(_ source: LoadSource) {
        traffic.tallies[source.name, default: LoadTally()].hasEnded = true
        traffic.stop(source.name, now: now)
    }

    /// Begins what a load generator in a container is asked for, or tells what came of it when it has ended; nil while it goes on.
    mutating func loadOutcome(of call: ContainerCall) -> NetworkOutcome? {
        let kubelets = components.components[places.kubelets] as? Kubelets
        func file(_ path: String) -> String? {
            let place = path.hasPrefix("/") ? path : call.directory + "/" + path
            return kubelets?.file(place, of: call).map { String(decoding: $0, as: UTF8.self) }
        }
        let plan: LoadPlan
        do throws(LoadRefusal) { plan = try call.command.loadPlan(input: call.input, file: file) } catch { return .answered(error.answer, .milliseconds(20)) }
        guard let url = RequestURL(plan.url) else { return .failed(.noSuchHost, .milliseconds(1)) }
        if let tally = traffic.takeTally(call.loadName) { return .loaded(plan, tally.result) }
        if traffic.tallies[call.loadName] == nil { startLoad(source(call, plan, url)) }
        return nil
    }

    private func source(_ call: ContainerCall, _ plan: LoadPlan, _ url: RequestURL) -> LoadSource {
        var source = LoadSource(
            name: call.loadName, origin: .pod(namespace: call.pod.namespace, name: call.pod.name), url: url,
            profile: LoadProfile(constant: plan.ratePerSecond ?? Double(plan.workers)), startedAt: now)
        source.hasWorkers = plan.ratePerSecond == nil
        if !plan.stages.isEmpty, source.hasWorkers { source.profile = LoadProfile(steps: plan.stages.map { (after: $0.after, ratePerSecond: $0.workers) }) }
        source.pause = plan.pause
        source.requestsMax = plan.requests.map { Double($0) }
        source.duration = plan.duration ?? LoadPlan.durationMax
        return source
    }

    /// Lets each pod serve what reached it in this tick; one that needs more memory than its limit is killed.
    private mutating func serveLoad(_ rates: [NamespacedName: Double]) {
        let pods = Set(rates.keys).union(traffic.queues.keys).sorted()
        guard !pods.isEmpty else { return }
        let (view, queues) = (ClusterView(store: store, now: now), traffic.queues)
        typealias Served = (pod: NamespacedName, queue: ServiceQueue, load: ServiceLoad, memoryLimit: Int?, idleMemoryBytes: Int)
        let served = components.with(Kubelets.self, at: places.kubelets) { kubelets in
            pods.compactMap { pod -> Served? in
                guard kubelets.work(ofPod: pod, container: 0, now: view.now) != nil, let object = view.get(.pods, namespace: pod.namespace, name: pod.name) else { return nil }
                let limits = object["spec"]?["containers"]?[0]?["resources"]?["limits"]
                let node = kubelets.description(ofNode: object["spec"]?["nodeName"]?.stringValue ?? "")
                var queue = queues[pod] ?? ServiceQueue()
                let cost = kubelets.serviceCost(ofPod: pod, container: 0, now: view.now)
                let load = queue.advance(
                    seconds: Traffic.tick.inSeconds, ratePerSecond: rates[pod] ?? 0, cost: cost,
                    limitMilliCPU: (limits?["cpu"]).map { Int(ResourceAmount.milli($0)) }, availableMilliCPU: Int(node?.allocatableMilliCPU ?? 1000))
                return (pod, queue, load, (limits?["memory"]).map { Int(ResourceAmount.whole($0)) }, cost.idleMemoryBytes)
            }
        } ?? []
        traffic.queues = [:]
        traffic.service = [:]
        let present = now
        _ = components.with(Kubelets.self, at: places.kubelets) { kubelets in
            for entry in served { kubelets.setLoadMemory(Int64(entry.load.memoryBytes - entry.idleMemoryBytes), ofPod: entry.pod, container: 0, now: present) }
        }
        for entry in served {
            if let limit = entry.memoryLimit, entry.load.memoryBytes > limit {
                let (now, container) = (now, store.get(.pods, namespace: entry.pod.namespace, name: entry.pod.name)?["spec"]?["containers"]?[0]?["name"]?.stringValue)
                _ = components.with(Kubelets.self, at: places.kubelets) { $0.kill(pod: entry.pod, container: container, reason: "OOMKilled", now: now) }
                continue
            }
            if rates[entry.pod] != nil || entry.queue.waiting > 0 {
                traffic.queues[entry.pod] = entry.queue
                traffic.service[entry.pod] = entry.load
            }
        }
    }

    func podName(_ text: String) -> NamespacedName? {
        let parts = text.split(separator: "/")
        return parts.count == 2 ? NamespacedName(namespace: String(parts[0]), name: String(parts[1])) : nil
    }

    // MARK: Metrics

    /// What every running pod uses at this moment.
    package mutating func usages() -> [PodUsage] {
        let (service, arrivals) = (traffic.service, traffic.arrivals)
        let view = ClusterView(store: store, now: now)
        return components.with(Kubelets.self, at: places.kubelets) { kubelets in
            kubelets.runningPods.compactMap { pod, node -> PodUsage? in
                guard let object = view.get(.pods, namespace: pod.namespace, name: pod.name) else { return nil }
                let available = Int(kubelets.description(ofNode: node)?.allocatableMilliCPU ?? 1000)
                let specs = object["spec"]?["containers"]?.elements ?? []
                let containers = specs.enumerated().map { index, spec -> ContainerUsage in
                    let limit = spec["resources"]?["limits"]?["cpu"]?.stringValue.flatMap { Quantity($0) }.map { Int($0.milliValue) }
                    let cost = kubelets.serviceCost(ofPod: pod, container: index, now: view.now)
                    var load = WorkloadModel.load(
                        ratePerSecond: index == 0 ? Double(arrivals[pod] ?? 0) / MetricsServer.resolution.inSeconds : 0, cost: cost,
                        limitMilliCPU: limit, availableMilliCPU: available)
                    if index == 0, let served = service[pod] {
                        // What sources send comes on top of what containers ask of each other.
                        load.milliCPU = min(load.milliCPU + served.milliCPU - cost.idleMilliCPU, limit ?? available)
                        load.memoryBytes += served.memoryBytes - cost.idleMemoryBytes
                    }
                    let starting = kubelets.startUpMilliCPU(ofPod: pod, container: index, now: view.now)
                    return ContainerUsage(
                        name: spec["name"]?.stringValue ?? "", milliCPU: min(max(load.milliCPU, starting), limit ?? available), memoryBytes: load.memoryBytes)
                }
                return PodUsage(pod: pod, node: node, containers: containers)
            }
        } ?? []
    }

    private mutating func publishMetrics() {
        let readings = usages()
        traffic.arrivals = [:]
        let view = ClusterView(store: store, now: now)
        for (key, object) in traffic.metricsServer.publish(readings, view: view) { api.publish(object, at: key) }
    }

    private mutating func publishDeclaredMetrics() {
        let view = ClusterView(store: store, now: now)
        let elapsed = now - startedAt
        for metric in profile.metrics {
            let (key, object) = metric.published(after: elapsed, in: view)
            api.publish(object, at: key)
        }
    }

    /// Registers the APIs of the metrics that the profile declares, as installing an adapter does.
    mutating func installMetricsAdapter() {
        guard !profile.metrics.isEmpty else { return }
        for (group, version) in [("custom.metrics.k8s.io", "v1beta2"), ("external.metrics.k8s.io", "v1beta1")]
        where profile.metrics.contains(where: { $0.group == group }) {
            registerAPI(group, version: version, service: "metrics-adapter")
        }
        traffic.nextDeclared = now
        dispatchEvents()
    }

    /// Registers the metrics API and begins to read metrics, as installing the metrics server does.
    mutating func installMetricsServer() {
        registerAPI("metrics.k8s.io", version: "v1beta1", service: "metrics-server")
        api.serveAggregated(MetricsAPI.types)
        traffic.nextReading = now + MetricsServer.resolution
        dispatchEvents()
    }

    private mutating func registerAPI(_ group: String, version: String, service: String) {
        let object: Value = [
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
            "metadata": ["name": .string("\(version).\(group)"), "labels": ["k8s-app": .string(service)]],
            "spec": [
                "group": .string(group), "version": .string(version), "groupPriorityMinimum": 100, "versionPriority": 100, "insecureSkipTLSVerify": true,
                "service": ["name": .string(service), "namespace": "kube-system", "port": 443],
            ],
        ]
        if var stored = try? api.create(.apiServices, object) {
            stored["status"] = [
                "conditions": [[
                    "type": "Available", "status": "True", "reason": "Passed", "message": "all checks passed",
                    "lastTransitionTime": .string(now.rfc3339),
                ]]
            ]
            _ = try? api.updateStatus(.apiServices, stored)
        }
    }
}

extension Kubelets {
    /// What serving requests costs a container of an image.
    func serviceCost(ofPod pod: NamespacedName, container: Int, now: Instant) -> ServiceCost {
        guard let (cost, busy, _) = work(ofPod: pod, container: container, now: now) else { return ServiceCost() }
        return ServiceCost(
            cpuMillisecondsPerRequest: cost.cpuMillisecondsPerRequest, idleMilliCPU: Int(cost.idleMilliCPU + busy), idleMemoryBytes: Int(cost.idleMemoryBytes),
            memoryBytesPerRequest: Int(cost.memoryBytesPerRequest), concurrency: cost.concurrency, waitMilliseconds: cost.waitMilliseconds)
    }
}

// MARK: Metrics from outside

extension Cluster {
    /// Serves the metrics API without a metrics server: what stands there is what somebody published.
    package mutating func serveScriptedMetrics() {
        installMetricsServer()
        traffic.nextReading = nil
    }

    /// Puts or (nil) removes an object of the metrics API.
    package mutating func publishMetrics(_ object: Value?, at key: ObjectKey) { api.publish(object, at: key) }

    /// When a component of a name runs next.
    package func nextRun(ofComponent name: String) -> Instant? {
        var probe = components
        guard let index = probe.index(named: name) else { return nil }
        return probe.with(index) { $0.nextWake() }?.at
    }
}
