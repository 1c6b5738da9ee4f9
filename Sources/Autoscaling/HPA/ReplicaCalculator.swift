import APIMachinery
import KubernetesObjects
import SimulationKernel

/// How far a ratio may be from 1 before replicas change; the bounds themselves do nothing.
package struct Tolerances: Hashable, Sendable {
    package var scaleDown: Double
    package var scaleUp: Double

    package init(scaleDown: Double, scaleUp: Double) {
        self.scaleDown = scaleDown
        self.scaleUp = scaleUp
    }

    package func isWithin(_ ratio: Double) -> Bool { 1.0 - scaleDown <= ratio && ratio <= 1.0 + scaleUp }
}

/// A proposal of replicas from one metric.
package struct ReplicaProposal: Hashable, Sendable {
    package var replicas: Int
    /// Percent of the request; nil where no utilisation was asked for.
    package var utilization: Int?
    /// The average per pod, or the metric itself, in milli-units.
    package var milliValue: Int
}

/// Turns metrics into a number of replicas.
///
/// - Source: kube-controller-manager `podautoscaler/replica_calculator.go`.
package struct ReplicaCalculator: Sendable {
    let view: ClusterView
    let settings: HPASettings
    let metrics: MetricsReader

    /// - Parameter answer: what an API outside of the cluster says of the pods; nil where the cluster serves their metrics itself.
    package init(view: ClusterView, settings: HPASettings, answer: Result<Value, MetricsFailure>? = nil) {
        self.view = view
        self.settings = settings
        var metrics = MetricsReader(view)
        metrics.answer = answer
        self.metrics = metrics
    }

    /// What the replicas should be for a target share of the pods' requests.
    func forUtilization(
        current: Int, target: Int, resource: String, container: String?, tolerances: Tolerances, namespace: String, selector: LabelSelector
    ) throws(MetricsFailure) -> ReplicaProposal {
        var usage = try resourceUsage(resource, container: container, namespace: namespace, selector: selector)
        let pods = try selectedPods(namespace: namespace, selector: selector)
        let groups = PodGroups(pods, metrics: usage, resource: resource, settings: settings, now: view.now)
        usage = usage.filter { !groups.ignored.contains($0.key) && !groups.unready.contains($0.key) }
        if usage.isEmpty { throw MetricsFailure("did not receive metrics for targeted pods (pods might be unready)") }
        let requests = try self.requests(of: pods, container: container, resource: resource)

        let first = try utilization(of: usage, requests: requests, target: target)
        let countsUnready = !groups.unready.isEmpty && first.ratio > 1
        if !countsUnready, groups.missing.isEmpty {
            let replicas = tolerances.isWithin(first.ratio) ? current : ceiling(first.ratio * Double(groups.readyCount))
            return ReplicaProposal(replicas: replicas, utilization: first.percent, milliValue: first.average)
        }
        for name in groups.missing.sorted() {
            if first.ratio < 1 {
                usage[name] = idle(max(100, target) * (requests[name] ?? 0) / 100)
            } else if first.ratio > 1 {
                usage[name] = idle(0)
            }
        }
        if countsUnready { for name in groups.unready { usage[name] = idle(0) } }
        let second = try utilization(of: usage, requests: requests, target: target)
        let replicas = settled(
            current: current, first: first.ratio, second: second.ratio, count: usage.count, tolerances: tolerances)
        return ReplicaProposal(replicas: replicas, utilization: first.percent, milliValue: first.average)
    }

    /// What the replicas should be for a target average per pod, of a resource or (nil) of another metric.
    func forAverage(
        current: Int, targetMilli: Int, resource: String?, metric: [String: PodMetric], tolerances: Tolerances, namespace: String,
        selector: LabelSelector
    ) throws(MetricsFailure) -> ReplicaProposal {
        var usage = metric
        let pods = try selectedPods(namespace: namespace, selector: selector)
        let groups = PodGroups(pods, metrics: usage, resource: resource ?? "", settings: settings, now: view.now)
        usage = usage.filter { !groups.ignored.contains($0.key) && !groups.unready.contains($0.key) }
        if usage.isEmpty { throw MetricsFailure("did not receive metrics for targeted pods (pods might be unready)") }
        let first = average(of: usage, targetMilli: targetMilli)
        let countsUnready = !groups.unready.isEmpty && first.ratio > 1
        if !countsUnready, groups.missing.isEmpty {
            let replicas = tolerances.isWithin(first.ratio) ? current : ceiling(first.ratio * Double(groups.readyCount))
            return ReplicaProposal(replicas: replicas, milliValue: first.average)
        }
        for name in groups.missing { usage[name] = idle(first.ratio < 1 ? targetMilli : 0) }
        if countsUnready { for name in groups.unready { usage[name] = idle(0) } }
        let second = average(of: usage, targetMilli: targetMilli)
        let replicas = settled(current: current, first: first.ratio, second: second.ratio, count: usage.count, tolerances: tolerances)
        return ReplicaProposal(replicas: replicas, milliValue: first.average)
    }

    /// What the replicas should be for the target value of a metric that is not of pods.
    func forValue(
        current: Int, targetMilli: Int, usageMilli: Int, tolerances: Tolerances, namespace: String, selector: LabelSelector
    ) throws(MetricsFailure) -> ReplicaProposal {
        let ratio = Double(usageMilli) / Double(max(targetMilli, 1))
        if current == 0 { return ReplicaProposal(replicas: ceiling(ratio), milliValue: usageMilli) }
        if tolerances.isWithin(ratio) { return ReplicaProposal(replicas: current, milliValue: usageMilli) }
        let ready = try selectedPods(namespace: namespace, selector: selector).filter {
            $0["status"]?["phase"]?.stringValue == "Running" && $0.isConditionTrue("Ready")
        }.count
        return ReplicaProposal(replicas: ceiling(ratio * Double(ready)), milliValue: usageMilli)
    }

    /// What the replicas should be for the target average over all replicas of a metric that is not of pods.
    func forAverageOverReplicas(current: Int, statusReplicas: Int, targetMilli: Int, usageMilli: Int, tolerances: Tolerances) -> ReplicaProposal {
        let ratio = Double(usageMilli) / (Double(max(targetMilli, 1)) * Double(statusReplicas))
        var replicas = statusReplicas
        if statusReplicas == 0 || !tolerances.isWithin(ratio) { replicas = ceiling(Double(usageMilli) / Double(max(targetMilli, 1))) }
        let share = statusReplicas == 0 ? usageMilli : Int((Double(usageMilli) / Double(statusReplicas)).rounded(.up))
        return ReplicaProposal(replicas: replicas, milliValue: share)
    }

    // MARK: Parts

    func resourceUsage(_ resource: String, container: String?, namespace: String, selector: LabelSelector) throws(MetricsFailure) -> [String: PodMetric] {
        do {
            return try metrics.resource(resource, container: container, namespace: namespace, selector: selector)
        } catch {
            throw MetricsFailure("unable to get metrics for resource \(resource): \(error.message)")
        }
    }

    private func selectedPods(namespace: String, selector: LabelSelector) throws(MetricsFailure) -> [Value] {
        let pods = view.list(.pods, namespace: namespace).filter { selector.matches($0.labels) }
        if pods.isEmpty { throw MetricsFailure("no pods returned by selector while calculating replica count") }
        return pods
    }

    /// The requests of each pod, or of one container of each, in milli-units.
    private func requests(of pods: [Value], container: String?, resource: String) throws(MetricsFailure) -> [String: Int] {
        var result: [String: Int] = [:]
        for pod in pods {
            let spec = pod["spec"]
            if container == nil, let whole = spec?["resources"]?["requests"]?[resource]?.stringValue.flatMap({ Quantity($0) }) {
                result[pod.name] = Int(whole.milliValue)
                continue
            }
            var sum: Int = 0
            let sidecars = (spec?["initContainers"]?.elements ?? []).filter { $0["restartPolicy"]?.stringValue == "Always" }
            for entry in (spec?["containers"]?.elements ?? []) + sidecars {
                let name = entry["name"]?.stringValue ?? ""
                if let container, container != name { continue }
                guard let request = entry["resources"]?["requests"]?[resource]?.stringValue.flatMap({ Quantity($0) }) else {
                    throw MetricsFailure("missing request for \(resource) in container \(name) of Pod \(pod.name)")
                }
                sum &+= Int(request.milliValue)
            }
            result[pod.name] = sum
        }
        return result
    }

    private func utilization(of usage: [String: PodMetric], requests: [String: Int], target: Int) throws(MetricsFailure) -> (
        ratio: Double, percent: Int, average: Int
    ) {
        var total: Int = 0
        var requested: Int = 0
        var count: Int = 0
        for (name, metric) in usage {
            guard let request = requests[name] else { continue }
            total &+= metric.milliValue
            requested &+= request
            count += 1
        }
        guard requested > 0 else { throw MetricsFailure("no metrics returned matched known pods") }
        let percent = Int(total &* 100 / requested)
        return (Double(percent) / Double(max(target, 1)), percent, total / count)
    }

    private func average(of usage: [String: PodMetric], targetMilli: Int) -> (ratio: Double, average: Int) {
        let total = usage.values.reduce(Int(0)) { $0 &+ $1.milliValue }
        let average = total / Int(usage.count)
        return (Double(average) / Double(max(targetMilli, 1)), average)
    }

    /// Keeps the present replicas where the guesses for missing pods would turn the direction round.
    private func settled(current: Int, first: Double, second: Double, count: Int, tolerances: Tolerances) -> Int {
        if tolerances.isWithin(second) || (first < 1 && second > 1) || (first > 1 && second < 1) { return current }
        let replicas = ceiling(second * Double(count))
        if (second < 1 && replicas > current) || (second > 1 && replicas < current) { return current }
        return replicas
    }

    private func idle(_ milliValue: Int) -> PodMetric { PodMetric(timestamp: view.now, window: .zero, milliValue: milliValue) }

    private func ceiling(_ number: Double) -> Int { number.isFinite ? Int(min(max(number.rounded(.up), 0), 2_147_483_647)) : 2_147_483_647 }
}

/// The selected pods by what their metrics can be used for.
struct PodGroups {
    var readyCount = 0
    var unready: Set<String> = []
    var missing: Set<String> = []
    var ignored: Set<String> = []

    init(_ pods: [Value], metrics: [String: PodMetric], resource: String, settings: HPASettings, now: Instant) {
        for pod in pods {
            let phase = pod["status"]?["phase"]?.stringValue
            if pod.isBeingDeleted || phase == "Failed" {
                ignored.insert(pod.name)
            } else if phase == "Pending" {
                unready.insert(pod.name)
            } else if let metric = metrics[pod.name] {
                if resource == "cpu", isUnready(pod, metric: metric, settings: settings, now: now) {
                    unready.insert(pod.name)
                } else {
                    readyCount += 1
                }
            } else {
                missing.insert(pod.name)
            }
        }
    }

    private func isUnready(_ pod: Value, metric: PodMetric, settings: HPASettings, now: Instant) -> Bool {
        guard let ready = pod.condition("Ready"), let started = pod["status"]?["startTime"]?.stringValue.flatMap({ Instant(rfc3339: $0) }) else {
            return true
        }
        let isFalse = ready["status"]?.stringValue == "False"
        let changed = ready["lastTransitionTime"]?.stringValue.flatMap { Instant(rfc3339: $0) } ?? started
        if started + settings.cpuInitializationPeriod > now {
            return isFalse || metric.timestamp < changed + metric.window
        }
        return isFalse && started + settings.initialReadinessDelay > changed
    }
}
