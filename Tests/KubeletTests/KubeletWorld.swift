import APIMachinery
import KubernetesObjects
import SimulationKernel

@testable import Kubelet

/// A store with kubelets and nothing else: plans are written as they come.
struct KubeletWorld {
    var store = Store()
    var kubelets: Kubelets
    var now = Instant.simulationStart
    var events: [String] = []
    var nodeEvents: [String] = []
    var deleted: [String] = []
    private var created = 0
    /// Each phase or reason the pods' status went through, by pod.
    var history: [String: [String]] = [:]

    init(profile: RuntimeProfile = RuntimeProfile(), nodes: Int = 1, images: [Value] = []) {
        let descriptions = (1...nodes).map {
            NodeDescription(name: "node-\($0)", internalIP: "192.168.0.\($0)", milliCPU: 2000, memoryKiB: 4 << 20, kubeletVersion: "v1.36.2")
        }
        kubelets = Kubelets(profile: profile, nodes: descriptions, podBlock: "10.244.0.0/16", images: images, now: .simulationStart)
        run(for: .seconds(1))
    }

    var view: ClusterView { ClusterView(store: store, now: now) }

    mutating func put(_ resource: GroupResource, _ object: Value) {
        let event = store.put(object, at: ObjectKey(resource, namespace: object.namespace, name: object.name), cause: TraceID(0))
        kubelets.observe(event, in: view)
    }

    /// Makes a pod bound to a node, from what its spec has beside that.
    mutating func pod(_ yaml: String, node: String = "node-1") throws {
        var object = try needed(YAMLReader().documents(yaml).first?.value)
        object["apiVersion"] = "v1"
        object["kind"] = "Pod"
        object["metadata", "namespace"] = "default"
        object["metadata", "uid"] = .string("uid-\(object.name)")
        object["metadata", "generation"] = 1
        object["spec", "nodeName"] = .string(node)
        object["status"] = ["phase": "Pending"]
        put(.pods, object)
    }

    func get(_ name: String) -> Value? { store.get(.pods, namespace: "default", name: name) }

    mutating func delete(_ name: String, grace: Int = 30) {
        guard var object = get(name) else { return }
        object["metadata", "deletionTimestamp"] = .string((now + .seconds(grace)).rfc3339)
        object["metadata", "deletionGracePeriodSeconds"] = Value(grace)
        put(.pods, object)
    }

    mutating func run(for duration: Duration) {
        let end = now + duration
        var steps = 0
        while let wake = kubelets.nextWake(), wake.at <= end {
            now = max(now, wake.at)
            let (plan, _) = kubelets.step(in: view)
            for action in plan.actions { apply(action.write) }
            steps += 1
            if steps > 200_000 { return }
        }
        now = end
    }

    /// Changes a stored pod as a request to the server would.
    mutating func change(_ name: String, _ body: (inout Value) -> Void) {
        guard var object = get(name) else { return }
        body(&object)
        object["metadata", "generation"] = Value(object.generation + 1)
        put(.pods, object)
    }

    /// Changes what the first container of a pod asks for.
    mutating func setResources(_ name: String, _ resources: Value) {
        change(name) { pod in
            var containers = pod["spec"]?["containers"]?.elements ?? []
            containers[0]["resources"] = resources
            pod["spec", "containers"] = .array(containers)
        }
    }

    func container(_ name: String, _ index: Int = 0, list: String = "containerStatuses") -> Value? { get(name)?["status"]?[list]?[index] }

    private mutating func apply(_ write: PlannedWrite) {
        switch write {
        case .create(let resource, var object) where object.uid.isEmpty:
            created += 1
            object["metadata", "uid"] = .string("uid-\(object.name)-\(created)")
            put(resource, object)
        case .create(let resource, let object), .update(let resource, let object), .updateStatus(let resource, let object):
            if resource == .pods { note(object) }
            put(resource, object)
        case .delete(let key, _, _, _):
            deleted.append(key.name)
            if let event = store.remove(key, cause: TraceID(0)) { kubelets.observe(event, in: view) }
        case .event(let draft): if draft.object.kind == "Pod" { events.append("\(draft.reason): \(draft.message)") } else { nodeEvents.append("\(draft.reason): \(draft.message)") }
        default: break
        }
    }

    private mutating func note(_ pod: Value) {
        let state = pod["status"]?["containerStatuses"]?[0]?["state"]
        let text = "\(pod["status"]?["phase"]?.stringValue ?? "")/" + (state?["waiting"]?["reason"]?.stringValue ?? state?["terminated"]?["reason"]?.stringValue ?? (state?["running"] != nil ? "running" : ""))
        if history[pod.name]?.last != text { history[pod.name, default: []].append(text) }
    }

    mutating func logs(_ name: String, container: String = "c", previous: Bool = false) -> String {
        var options = LogOptions()
        options.previous = previous
        do throws(APIStatus) { return try kubelets.logs(pod: NamespacedName(namespace: "default", name: name), container: container, options: options) } catch { return "error: \(error.message)" }
    }

    mutating func exec(_ name: String, _ command: String, container: String = "c") -> String {
        do throws(APIStatus) {
            var running = try kubelets.begin(["sh", "-c", command], pod: NamespacedName(namespace: "default", name: name), container: container, in: view)
            kubelets.proceed(&running, in: view)
            // Nobody is there who would answer it.
            while let call = running.calls.first {
                kubelets.answer(call, of: &running, with: .failed(.timedOut, .seconds(1)), in: view)
                kubelets.proceed(&running, in: view)
            }
            let result = running.result
            return result.text + (result.status == 0 ? "" : "[\(result.status)]")
        } catch { return "error: \(error.message)" }
    }

    mutating func ask(_ name: String, _ path: String = "/", port: Int = 80) -> String {
        switch kubelets.answer(ContainerRequest(path: path, host: "x", port: port), pod: NamespacedName(namespace: "default", name: name), in: view) {
        case .response(let status, _, let body, _): return "\(status) \(body.text)"
        case .refused(let reason): return "refused: \(reason)"
        case .passed(let passed): return "passed: \(passed.passing.urls.joined(separator: " "))"
        }
    }
}

struct Missing: Error {}

private func needed<Wrapped>(_ value: Wrapped?) throws -> Wrapped {
    guard let value else { throw Missing() }
    return value
}
