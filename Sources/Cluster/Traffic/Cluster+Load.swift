import APIMachinery
import Autoscaling
import Kubelet
import KubernetesObjects
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
    }

    private mutating func sendLoad() {
        var rates: [NamespacedName: Double] = [:]
        for name in traffic.sources.keys.sorted() {
            let source = traffic.sources[name]!
            let rate = source.profile.rate(after: now - source.startedAt)
            guard rate > 0 else { continue }
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
                    } else {
                        for _ in 0..<count { tally.answered += share }
                    }
                    continue
                }
                var (rate, reached) = (rates[pod] ?? 0, tally.byPod[answer.answeredBy] ?? 0)
                for _ in 0..<count {
                    rate += share
                    reached += share
                    tally.answered += share
                }
                (rates[pod], tally.byPod[answer.answeredBy]) = (rate, reached)
            }
            traffic.tallies[name] = tally
        }
        traffic.rates = rates
    }

    func podName(_ text: String) -> NamespacedName? {
        let parts = text.split(separator: "/")
        return parts.count == 2 ? NamespacedName(namespace: String(parts[0]), name: String(parts[1])) : nil
    }

    // MARK: Metrics

    /// What every running pod uses at this moment.
    package mutating func usages() -> [PodUsage] {
        let (rates, arrivals) = (traffic.rates, traffic.arrivals)
        let view = ClusterView(store: store, now: now)
        return components.with(Kubelets.self, at: places.kubelets) { kubelets in
            kubelets.runningPods.compactMap { pod, node -> PodUsage? in
                guard let object = view.get(.pods, namespace: pod.namespace, name: pod.name) else { return nil }
                let available = Int(kubelets.description(ofNode: node)?.allocatableMilliCPU ?? 1000)
                let specs = object["spec"]?["containers"]?.elements ?? []
                let containers = specs.enumerated().map { index, spec -> ContainerUsage in
                    let limit = spec["resources"]?["limits"]?["cpu"]?.stringValue.flatMap { Quantity($0) }.map { Int($0.milliValue) }
                    let load = WorkloadModel.load(
                        ratePerSecond: index == 0 ? (rates[pod] ?? 0) + Double(arrivals[pod] ?? 0) / MetricsServer.resolution.inSeconds : 0,
                        cost: kubelets.serviceCost(ofPod: pod, container: index),
                        limitMilliCPU: limit, availableMilliCPU: available)
                    return ContainerUsage(name: spec["name"]?.stringValue ?? "", milliCPU: load.milliCPU, memoryBytes: load.memoryBytes)
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

    /// Registers the metrics API and begins to read metrics, as installing the metrics server does.
    mutating func installMetricsServer() {
        let service: Value = [
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
            "metadata": ["name": "v1beta1.metrics.k8s.io", "labels": ["k8s-app": "metrics-server"]],
            "spec": [
                "group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100, "insecureSkipTLSVerify": true,
                "service": ["name": "metrics-server", "namespace": "kube-system", "port": 443],
            ],
        ]
        if var stored = try? api.create(.apiServices, service) {
            stored["status"] = [
                "conditions": [[
                    "type": "Available", "status": "True", "reason": "Passed", "message": "all checks passed",
                    "lastTransitionTime": .string(now.rfc3339),
                ]]
            ]
            _ = try? api.updateStatus(.apiServices, stored)
        }
        api.serveAggregated(MetricsAPI.types)
        traffic.nextReading = now + MetricsServer.resolution
        dispatchEvents()
    }
}

extension Kubelets {
    /// What serving requests costs a container of an image.
    func serviceCost(ofPod pod: NamespacedName, container: Int) -> ServiceCost {
        guard let (cost, busy, _) = work(ofPod: pod, container: container) else { return ServiceCost() }
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
