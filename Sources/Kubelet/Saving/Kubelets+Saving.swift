import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// What kubelets keep beside the objects: machines, addresses, files and logs.
///
/// - Shape: parts by name: `nodes` (machines, addresses, waits), `pullFaults` while there are any, `volumes/NAME` for each volume that outlives pods,
///   `pods/UID` for what containers of a pod left on their node.
/// - Bounds: a container's files over `keptFilesMax` are not kept, as if it had been started anew; of a log its last part is.
extension Kubelets {
    static let keptFilesMax = 1 << 20
    static let keptScratchMax = 4 << 20

    /// The numbers that must never be given twice.
    package var counters: Value { ["containers": .string(String(nextContainer)), "calls": Value(nextCall)] }

    /// All parts, in no particular order; those of pods only where there is something to keep.
    package func parts(in view: ClusterView) -> [(name: String, value: Value)] {
        var result: [(name: String, value: Value)] = [("nodes", nodesPart)]
        if let faults = pullFaults.value { result.append(("pullFaults", faults)) }
        for (name, id) in lastingVolumes {
            guard let volume = volumes[id] else { continue }
            result.append(("volumes/\(name)", Self.value(volume)))
        }
        var withSomething = Set(logs.keys.map(\.pod))
        withSomething.formUnion(podVolumes.keys)
        withSomething.formUnion(touched.map(\.pod))
        withSomething.formUnion(faulty.map(\.pod))
        withSomething.formUnion(plans.lazy.filter { $0.value.redis?.given.isEmpty == false }.map(\.key.pod))
        let outdated = outdatedEnvironments(in: view)
        withSomething.formUnion(outdated.map(\.pod))
        for uid in withSomething {
            if let value = podPart(uid, outdated, in: view) { result.append(("pods/\(uid)", value)) }
        }
        return result
    }

    private static func value(_ volume: Volume) -> Value {
        var value: Value = ["root": FileTree.value(.directory(volume.root))]
        if let capacity = volume.capacityBytes { value["capacity"] = Value(capacity) }
        return value
    }

    // MARK: Nodes

    private var nodesPart: Value {
        var booting: [String: Instant] = [:]
        var restarts: [String: Instant] = [:]
        for (due, entry) in work.entries + beats.entries {
            switch entry {
            case .register(let name): booting[name] = due
            case .restart(let uid, let ref, let run): if pods[uid]?[ref]?.run == run { restarts["\(uid)/\(ref.list)/\(ref.index)"] = due }
            default: break
            }
        }
        let machines = nodes.keys.sorted().map { name -> Value in
            let record = nodes[name]!
            var entry: Value = ["description": record.description.value]
            if record.isStopped { entry["stopped"] = true }
            let pressure = record.pressure.value
            if !pressure.isEmptyValue { entry["pressure"] = pressure }
            if !record.images.isEmpty { entry["images"] = .object(Fields(record.images.keys.sorted().map { ($0, Value(record.images[$0]!)) })) }
            if let due = booting[name] { entry["registers"] = .int(due.nanoseconds) }
            return entry
        }
        var waits: Value = [:]
        for uid in pods.keys.sorted() {
            let record = pods[uid]!
            for ref in record.refs {
                guard let container = record[ref], container.backOff != nil || container.pullBackOff != nil else { continue }
                let key = "\(uid)/\(ref.list)/\(ref.index)"
                var entry: Value = [:]
                if let backOff = container.backOff {
                    entry["wait"] = .int(backOff.wait.nanoseconds)
                    entry["since"] = .int(backOff.since.nanoseconds)
                    if container.activity == .backingOff { entry["heldFor"] = .int(container.heldFor.nanoseconds) }
                }
                if let pull = container.pullBackOff { entry["pull"] = .int(pull.nanoseconds) }
                if container.activity == .backingOff, let due = restarts[key] { entry["restart"] = .int(due.nanoseconds) }
                waits[key] = entry
            }
        }
        return ["machines": .array(machines), "addresses": addresses.value, "waits": waits]
    }

    // MARK: Pods

    private func podPart(_ uid: String, _ outdated: Set<ContainerKey>, in view: ClusterView) -> Value? {
        guard let record = pods[uid], let pod = view.get(.pods, namespace: record.key.namespace, name: record.key.name), pod.uid == uid else { return nil }
        var value: Value = [:]
        for (name, id) in (podVolumes[uid] ?? [:]).sorted(by: { $0.key < $1.key }) {
            let spec = (pod["spec"]?["volumes"]?.elements ?? []).first { $0["name"]?.stringValue == name }
            guard spec?["emptyDir"] != nil, let volume = volumes[id], !volume.root.entries.isEmpty, volume.usedBytes <= Self.keptScratchMax else { continue }
            value["volumes", name] = Self.value(volume)
        }
        for ref in record.refs {
            guard let name = record[ref]?.name else { continue }
            let key = ContainerKey(pod: uid, ref: ref)
            if let log = logs[key] { value["logs", name] = log.value }
            if let fault = plans[key]?.fault { value["faults", name] = Value(fault) }
            if let settings = plans[key]?.redis?.given, !settings.isEmpty { value["settings", name] = .object(Fields(settings.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })) }
            if outdated.contains(key), let image = plans[key]?.image {
                let variables = environment(record, ref, pod.containerSpec(ref), pod, image, in: view)
                value["environments", name] = .array(variables.map { ["name": .string($0.name), "value": .string($0.value)] })
            }
            if touched.contains(key), let root = (processes[key]?.machine.files ?? keptFiles[key] ?? unwrittenFiles[key])?.root, FileNode.directory(root).totalSize <= Self.keptFilesMax {
                value["files", name] = FileTree.value(.directory(root))
            }
        }
        return value.isEmptyValue ? nil : value
    }

    /// Containers that would get another environment if they started now: theirs cannot be made again from the objects.
    private func outdatedEnvironments(in view: ClusterView) -> Set<ContainerKey> {
        var services: [String: ServiceVariables] = [:]
        var result: Set<ContainerKey> = []
        for (key, running) in plans {
            guard let record = pods[key.pod], let pod = view.get(.pods, namespace: record.key.namespace, name: record.key.name), pod.uid == key.pod else { continue }
            let namespace = Self.serviceNamespace(of: pod)
            let current = services[namespace] ?? .of(namespace: namespace, known: serviceVariables[namespace], in: view)
            services[namespace] = current
            if !running.sources.isCurrent(pod.containerSpec(key.ref), pod: pod, services: current, in: view) { result.insert(key) }
        }
        return result
    }
}
