import APIMachinery
import Autoscaling
import Cluster
import Grading
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

/// Does what a scenario says should happen to the cluster.
struct ScenarioRunner {
    let run: LabRun

    func perform(_ step: ScenarioStep, pass: (Duration) -> Void, settle: (Duration) -> Void) throws(RunError) {
        func fault(_ message: String) -> RunError { RunError(.lab, "\(step.position): \(message)") }
        switch step.action {
        case .wait(let time): pass(time)
        case .settle(let limit): settle(limit)
        case .load(let load): try start(load, fault)
        case .stopLoad(let name): run.session.cluster.stopLoad(name)
        case .kill(let labels, let namespace, let count): kill(labels, namespace, count)
        case .killContainer(let labels, let namespace, let container, let count):
            for pod in oldest(labels, namespace, count) {
                run.session.cluster.apply(.killContainer(namespace: namespace, pod: pod.name, container: container))
            }
        case .disturbNode(let name, let disturbance): run.session.cluster.apply(disturbance(try node(name, fault)))
        case .disturbPulls(let name, let disturbance): run.session.cluster.apply(disturbance(try name.map { name throws(RunError) in try node(name, fault) } ?? ""))
        case .disturb(let disturbance):
            if case .cutZone(let zone) = disturbance, !run.session.cluster.zones.contains(zone) {
                throw fault("there is no zone '\(zone)'. There are \(run.session.cluster.zones.joined(separator: ", ")).")
            }
            run.session.cluster.apply(disturbance)
        case .setImage(let kind, let name, let namespace, let container, let image):
            setImage(kind, name, namespace, container, image)
        case .applyFile(let file): try run.lab.apply(file, to: run.session)
        case .applyManifest(let value): try run.lab.apply(value, of: LabReader.fileName, to: run.session)
        case .run(let commands):
            var runner = ScriptRunner(session: run.session, files: [])
            _ = runner.run(commands, name: "scenario")
        }
    }

    private func start(_ load: LoadSpec, _ fault: (String) -> RunError) throws(RunError) {
        guard let url = RequestURL(load.url) else { throw fault("'\(load.url)' is no URL for a load.") }
        let origin: RequestOrigin
        switch load.origin {
        case .outside: origin = .outside
        case .node(let name): origin = .node(name)
        case .pod(let namespace, let name): origin = .pod(namespace: namespace, name: name)
        case .labelled(let labels, let namespace):
            let pod = run.session.cluster.store.list(.pods, namespace: namespace).first { pod in labels.allSatisfy { pod.label($0.key) == $0.value } }
            guard let pod else { return }
            origin = .pod(namespace: namespace, name: pod.name)
        }
        var profile = LoadProfile(constant: load.rate)
        if let length = load.length { profile.steps.append((length, 0)) }
        run.session.cluster.startLoad(LoadSource(name: load.name, origin: origin, url: url, profile: profile, startedAt: run.session.now))
    }

    /// Deletes the oldest pods that carry the labels, at once.
    private func kill(_ labels: [(key: String, value: String)], _ namespace: String, _ count: Int) {
        for pod in oldest(labels, namespace, count) {
            var request = APIRequest(.delete, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: namespace, name: pod.name)
            request.options.gracePeriodSeconds = 0
            request.userAgent = "scenario"
            _ = try? run.session.send(request)
        }
    }

    private func oldest(_ labels: [(key: String, value: String)], _ namespace: String, _ count: Int) -> [Value] {
        let pods = run.session.cluster.store.list(.pods, namespace: namespace)
            .filter { pod in !pod.isBeingDeleted && labels.allSatisfy { pod.label($0.key) == $0.value } }
            .sorted { ($0["metadata"]?["creationTimestamp"]?.stringValue ?? "", $0.name) < ($1["metadata"]?["creationTimestamp"]?.stringValue ?? "", $1.name) }
        return Array(pods.prefix(count))
    }

    private func setImage(_ kind: String, _ name: String, _ namespace: String, _ container: String, _ image: String) {
        let store = run.session.cluster.store
        let resources: [String: GroupResource] = ["Deployment": .deployments, "StatefulSet": .statefulSets, "DaemonSet": .daemonSets]
        guard let resource = resources[kind],
            let workload = store.list(resource, namespace: namespace).first(where: { name.isEmpty || $0.name == name })
        else { return }
        let first = workload["spec"]?["template"]?["spec"]?["containers"]?[0]?["name"]?.stringValue ?? ""
        let patch: Value = [
            "spec": ["template": ["spec": ["containers": [["name": .string(container.isEmpty ? first : container), "image": .string(image)]]]]]
        ]
        var request = APIRequest(
            .patch, GroupVersionResource(group: "apps", version: "v1", resource: resource.resource), namespace: namespace, name: workload.name)
        request.body = patch
        request.patchType = .strategicMerge
        request.userAgent = "scenario"
        _ = try? run.session.send(request)
    }

    private func node(_ name: String, _ fault: (String) -> RunError) throws(RunError) -> String {
        let names = run.session.cluster.store.list(.nodes).map(\.name)
        if let number = Int(name) {
            guard names.indices.contains(number) else { throw fault("there is no node number \(number): numbers begin at 0, and the cluster has \(names.count) nodes.") }
            return names[number]
        }
        guard names.contains(name) else { throw fault("there is no node '\(name)'. There are \(names.joined(separator: ", ")).") }
        return name
    }
}
