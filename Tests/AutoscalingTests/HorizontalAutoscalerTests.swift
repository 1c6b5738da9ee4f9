import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Autoscaling

/// The HorizontalPodAutoscaler's arithmetic: replicas from metrics, windows and rates.
@Suite struct HorizontalAutoscalerTests {
    struct Pod {
        var usage: String?
        var isReady = true
        var phase = "Running"
        var startedAgo: Duration = .seconds(3600)
        var isDeleted = false
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var pods: [Pod]
        var target = 50
        var tolerances = Tolerances(scaleDown: 0.1, scaleUp: 0.1)
        var replicas: Int
        var utilization: Int
    }

    /// Pods ask for one core each.
    @Test(arguments: [
        Case(testDescription: "steady", pods: [Pod(usage: "500m"), Pod(usage: "500m"), Pod(usage: "500m")], replicas: 3, utilization: 50),
        Case(testDescription: "within the tolerance", pods: [Pod(usage: "550m"), Pod(usage: "540m")], replicas: 2, utilization: 54),
        Case(testDescription: "up", pods: [Pod(usage: "900m"), Pod(usage: "900m"), Pod(usage: "900m")], replicas: 6, utilization: 90),
        Case(testDescription: "down", pods: [Pod(usage: "100m"), Pod(usage: "100m"), Pod(usage: "100m")], replicas: 1, utilization: 10),
        Case(
            testDescription: "a wider tolerance upwards", pods: [Pod(usage: "640m"), Pod(usage: "640m")], tolerances: Tolerances(scaleDown: 0.1, scaleUp: 0.3),
            replicas: 2, utilization: 64),
        Case(
            testDescription: "a narrower tolerance downwards", pods: [Pod(usage: "470m"), Pod(usage: "470m"), Pod(usage: "470m"), Pod(usage: "470m")],
            target: 60, tolerances: Tolerances(scaleDown: 0, scaleUp: 0.1), replicas: 4, utilization: 47),
        Case(
            testDescription: "a pod that is not ready counts nothing when growing",
            pods: [Pod(usage: "1"), Pod(usage: "1"), Pod(usage: "1", isReady: false, startedAgo: .seconds(60))], replicas: 4, utilization: 100),
        Case(
            testDescription: "a pod that is pending counts nothing when growing", pods: [Pod(usage: "1"), Pod(usage: "1"), Pod(usage: nil, phase: "Pending")],
            replicas: 4, utilization: 100),
        Case(
            testDescription: "a pod without metrics is taken as busy when shrinking", pods: [Pod(usage: "100m"), Pod(usage: "100m"), Pod(usage: nil)],
            replicas: 3, utilization: 10),
        Case(
            testDescription: "a pod without metrics is taken as idle when growing", pods: [Pod(usage: "1"), Pod(usage: "1"), Pod(usage: nil)], replicas: 4,
            utilization: 100),
        Case(
            testDescription: "a pod that failed does not count", pods: [Pod(usage: "900m"), Pod(usage: "900m"), Pod(usage: "0", phase: "Failed")], replicas: 4,
            utilization: 90),
        Case(
            testDescription: "guesses never turn the direction round", pods: [Pod(usage: "600m"), Pod(usage: nil), Pod(usage: nil)], replicas: 3, utilization: 60),
    ])
    func `replicas for a target utilisation`(_ entry: Case) throws {
        var world = World()
        for (index, pod) in entry.pods.enumerated() {
            world.pod("p\(index)", requests: ["cpu": "1"], phase: pod.phase, ready: pod.isReady && pod.phase == "Running", startedAgo: pod.startedAgo)
        }
        world.metrics(entry.pods.enumerated().compactMap { index, pod in pod.usage.map { ("p\(index)", $0) } })
        let calculator = ReplicaCalculator(view: world.view, settings: HPASettings())
        let proposal = try calculator.forUtilization(
            current: entry.pods.count, target: entry.target, resource: "cpu", container: nil, tolerances: entry.tolerances, namespace: "default",
            selector: LabelSelector(object: ["matchLabels": ["app": "web"]]))
        #expect(proposal.replicas == entry.replicas)
        #expect(proposal.utilization == entry.utilization)
    }

    @Test func `says what is missing`() {
        var world = World()
        world.pod("p0")
        func failure(_ world: World) -> String {
            do throws(MetricsFailure) {
                _ = try ReplicaCalculator(view: world.view, settings: HPASettings()).forUtilization(
                    current: 1, target: 50, resource: "cpu", container: nil, tolerances: Tolerances(scaleDown: 0.1, scaleUp: 0.1), namespace: "default",
                    selector: LabelSelector(object: ["matchLabels": ["app": "web"]]))
                return ""
            } catch { return error.message }
        }
        #expect(failure(world).contains("the server could not find the requested resource (get pods.metrics.k8s.io)"))
        world.metrics([])
        #expect(failure(world) == "unable to get metrics for resource cpu: no metrics returned from resource metrics API")
        world.metrics([("p0", "100m")])
        #expect(failure(world) == "missing request for cpu in container main of Pod p0")
    }

    struct Limit: CustomTestStringConvertible {
        var testDescription: String
        var proposed: Int
        var current: Int
        var replicas: Int
        var reason: String
    }

    @Test(arguments: [
        Limit(testDescription: "in range", proposed: 5, current: 4, replicas: 5, reason: "DesiredWithinRange"),
        Limit(testDescription: "from one to four at most", proposed: 9, current: 1, replicas: 4, reason: "ScaleUpLimit"),
        Limit(testDescription: "doubles at most", proposed: 20, current: 5, replicas: 10, reason: "ScaleUpLimit"),
        Limit(testDescription: "the most", proposed: 30, current: 9, replicas: 12, reason: "TooManyReplicas"),
        Limit(testDescription: "the least", proposed: 1, current: 5, replicas: 2, reason: "TooFewReplicas"),
    ])
    func `limits without behaviour`(_ entry: Limit) {
        let verdict = ScaleHistory.limited(entry.proposed, current: entry.current, minimum: 2, maximum: 12)
        #expect(verdict.replicas == entry.replicas)
        #expect(verdict.reason == entry.reason)
    }

    @Test func `policies count what was done in their period`() {
        let start = Instant.simulationStart
        let behavior: Value = [
            "scaleUp": ["selectPolicy": "Max", "policies": [["type": "Pods", "value": 4, "periodSeconds": 60], ["type": "Percent", "value": 100, "periodSeconds": 60]]],
            "scaleDown": ["selectPolicy": "Min", "policies": [["type": "Pods", "value": 2, "periodSeconds": 60], ["type": "Percent", "value": 50, "periodSeconds": 60]]],
        ]
        var history = ScaleHistory(initial: 3, at: start)
        #expect(history.limited(20, current: 3, minimum: 1, maximum: 50, behavior: behavior, now: start).replicas == 7)
        history.noteRescaling(from: 3, to: 7, behavior: behavior, now: start)
        #expect(history.limited(20, current: 7, minimum: 1, maximum: 50, behavior: behavior, now: start + .seconds(30)).replicas == 7)
        #expect(history.limited(20, current: 7, minimum: 1, maximum: 50, behavior: behavior, now: start + .seconds(61)).replicas == 14)
        let down = history.limited(1, current: 7, minimum: 1, maximum: 50, behavior: behavior, now: start + .seconds(90))
        #expect(down.replicas == 5)
        #expect(down.reason == "ScaleDownLimit")
    }

    @Test func `a disabled direction stays`() {
        let history = ScaleHistory(initial: 5, at: .simulationStart)
        let behavior: Value = ["scaleDown": ["selectPolicy": "Disabled"], "scaleUp": ["policies": [["type": "Percent", "value": 900, "periodSeconds": 15]]]]
        #expect(history.limited(1, current: 5, minimum: 1, maximum: 9, behavior: behavior, now: .simulationStart).replicas == 5)
    }

    @Test(arguments: [(2, 4, "ScaleDownStabilized"), (4, 4, "ScaleUpStabilized"), (9, 4, "ScaleUpStabilized")])
    func `what was proposed says which way it was stabilized`(_ proposed: Int, _ expected: Int, _ reason: String) {
        let start = Instant.simulationStart
        var history = ScaleHistory(initial: 4, at: start)
        let verdict = history.stabilized(proposed, current: 4, upWindow: .seconds(60), downWindow: .seconds(60), now: start + .seconds(15))
        #expect(verdict.replicas == expected && verdict.reason == reason)
    }

    @Test func `the highest recommendation of the window holds`() {
        let start = Instant.simulationStart
        var history = ScaleHistory(initial: 4, at: start)
        #expect(history.stabilized(2, window: .seconds(300), now: start + .seconds(15)) == 4)
        #expect(history.stabilized(2, window: .seconds(300), now: start + .seconds(300)) == 4)
        #expect(history.stabilized(2, window: .seconds(300), now: start + .seconds(316)) == 2)
    }

    @Test(arguments: [
        ("300", [Fields](), "300"), ("100", [["queue": "a"]], "100"),
    ] as [(String, [Fields], String)])
    func `declared metrics follow their curve`(_ value: String, _ labels: [Fields], _ expected: String) throws {
        var world = World()
        let metric = DeclaredMetric(
            name: "length", namespace: "default", subject: .external(labels.first ?? Fields()),
            points: [.init(after: .seconds(60), value: value), .init(after: .seconds(120), value: "0")])
        #expect(metric.value(after: .seconds(59)) == nil)
        for (elapsed, wanted) in [(60, Int(expected)! * 1000), (119, Int(expected)! * 1000), (120, 0)] {
            let (key, object) = metric.published(after: .seconds(elapsed), in: world.view)
            world.store.put(object!, at: key, cause: TraceID(0))
            let values = try MetricsReader(world.view).external(metric: "length", namespace: "default", selector: LabelSelector(object: [:]))
            #expect(values == [wanted])
        }
    }

    @Test func `a declared metric of pods is on those that run`() throws {
        var world = World()
        world.pod("a")
        world.pod("b", phase: "Pending")
        world.pod("c", labels: ["app": "other"])
        let metric = DeclaredMetric(name: "rps", namespace: "default", subject: .pods(["app": "web"]), points: [.init(after: .zero, value: "1500m")])
        let (key, object) = metric.published(after: .zero, in: world.view)
        world.store.put(object!, at: key, cause: TraceID(0))
        let values = try MetricsReader(world.view).pods(metric: "rps", namespace: "default", selector: LabelSelector(object: [:]))
        #expect(values.mapValues(\.milliValue) == ["a": 1500])
    }

    @Test(arguments: [
        ("apps/v1", "Deployment", "deployments.apps \"web\" not found"),
        ("apps/v1", "DaemonSet", "the server could not find the requested resource"),
        ("v1", "Pod", "the server could not find the requested resource"),
        ("apps/v1", "Deploymnet", "no matches for kind \"Deploymnet\" in group \"apps\""),
        ("a/b/c", "Deployment", "unexpected GroupVersion string: a/b/c"),
    ])
    func `says why a target has no scale`(_ apiVersion: String, _ kind: String, _ message: String) {
        do throws(MetricsFailure) {
            _ = try ScaleTarget(
                reference: ["apiVersion": .string(apiVersion), "kind": .string(kind), "name": "web"], namespace: "default", in: World().view)
            Issue.record("it was found")
        } catch { #expect(error.message == message) }
    }

    /// The sync asks for two more replicas; what it says depends on the answer.
    @Test(arguments: [
        (nil, "SuccessfulRescale", "New size: 4; reason: Current number of replicas below Spec.MinReplicas", "SucceededRescale", 4),
        (
            APIStatus.badRequest("not on Sundays"), "FailedRescale",
            "New size: 4; reason: Current number of replicas below Spec.MinReplicas; error: not on Sundays", "FailedUpdateScale", 0
        ),
    ] as [(APIStatus?, String, String, String, Int)])
    func `tells what became of a rescaling`(_ refusal: APIStatus?, _ reason: String, _ message: String, _ condition: String, _ desired: Int) throws {
        var world = World()
        let target: Value = ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"]
        world.put(
            ["metadata": ["name": "web", "namespace": "default"], "spec": ["replicas": 2, "selector": ["matchLabels": ["app": "web"]]]], .deployments)
        world.put(
            ["metadata": ["name": "web", "namespace": "default"], "spec": ["scaleTargetRef": target, "minReplicas": 4, "maxReplicas": 8]],
            .horizontalPodAutoscalers)
        let key = ObjectKey(.horizontalPodAutoscalers, namespace: "default", name: "web")
        var controller = HorizontalPodAutoscalerController()
        let plan = controller.reconcile(key, in: world.view)
        let action = try #require(plan.actions.first)
        #expect(plan.actions.count == 1)
        let then = controller.completed(action, result: refusal.map { .failure($0) } ?? .success([:]), for: key, in: world.view)
        guard case .event(let event)? = then.first?.write, case .updateStatus(_, let object)? = then.last?.write else {
            Issue.record("an event and a status were expected: \(then)")
            return
        }
        #expect((event.reason, event.message) == (reason, message))
        let able = object["status"]?["conditions"]?.elements.first { $0["type"]?.stringValue == "AbleToScale" }
        #expect(able?["reason"]?.stringValue == condition)
        #expect(object["status"]?["desiredReplicas"]?.intValue == desired)
    }

    @Test func `says that nothing serves custom metrics, or not this one`() {
        var world = World()
        world.pod("a")
        func failure() -> String? {
            do throws(MetricsFailure) {
                _ = try MetricsReader(world.view).object(metric: "rps", namespace: "default", kind: "Ingress", name: "main")
                return nil
            } catch { return error.message }
        }
        let prefix = "unable to fetch metrics from custom metrics API: "
        #expect(failure() == prefix + "no custom metrics API (custom.metrics.k8s.io) registered")
        let metric = DeclaredMetric(name: "rps", namespace: "default", subject: .pods(["app": "web"]), points: [.init(after: .zero, value: "1")])
        let (key, object) = metric.published(after: .zero, in: world.view)
        world.store.put(object!, at: key, cause: TraceID(0))
        #expect(failure() == prefix + "the server could not find the metric rps for ingresses.networking.k8s.io main")
    }
}
