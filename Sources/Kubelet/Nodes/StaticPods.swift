import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Pods that a node runs from manifests on its own disk, and their mirrors in the API.
///
/// - Shape: a mirror has the manifest's name with `-NODE`, belongs to the Node object, and carries the annotations
///   `kubernetes.io/config.source: file`, `config.hash`, `config.mirror` and `config.seen`.
/// - Source: kubelet `config/common.go` (`applyDefaults`) and `pod/mirror_client.go`.
enum StaticPods {
    static let sourceKey = "kubernetes.io/config.source"
    static let mirrorKey = "kubernetes.io/config.mirror"

    static func mirror(_ manifest: Value, node: Value, now: Instant) -> Value {
        let name = "\(manifest.name)-\(node.name)"
        var stream = RandomStream(seed: 11, name: manifest.json(.compact) + node.name)
        let hash = String(Kubelets.hexadecimal(&stream).prefix(32))
        var annotations = manifest["metadata"]?["annotations"] ?? [:]
        annotations["kubernetes.io/config.hash"] = .string(hash)
        annotations[mirrorKey] = .string(hash)
        annotations["kubernetes.io/config.seen"] = .string(now.rfc3339)
        annotations[sourceKey] = "file"
        var metadata: Value = [
            "name": .string(name), "namespace": .string(manifest.namespace.isEmpty ? "default" : manifest.namespace), "annotations": annotations,
            "ownerReferences": [["apiVersion": "v1", "kind": "Node", "name": .string(node.name), "uid": .string(node.uid), "controller": true]],
        ]
        if let labels = manifest["metadata"]?["labels"] { metadata["labels"] = labels }
        var spec = manifest["spec"] ?? [:]
        spec["nodeName"] = .string(node.name)
        spec["tolerations"] = .array((spec["tolerations"]?.elements ?? []) + [["operator": "Exists", "effect": "NoExecute"]])
        // Nothing of the API may be needed by what runs without it.
        spec["automountServiceAccountToken"] = false
        if spec["enableServiceLinks"] == nil { spec["enableServiceLinks"] = true }
        return ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec]
    }
}

extension Kubelets {
    /// Makes the mirrors that are missing.
    mutating func mirrorStaticPods(ofNode name: String, in view: ClusterView) -> Plan {
        guard let record = nodes[name], !record.description.staticPods.isEmpty, let node = view.get(.nodes, name: name) else { return .done }
        var plan = Plan()
        for manifest in record.description.staticPods {
            let mirror = StaticPods.mirror(manifest, node: node, now: view.now)
            if view.get(.pods, namespace: mirror.namespace, name: mirror.name) == nil { plan.add(.create(.pods, mirror), ifRefused: .ignore) }
        }
        return plan
    }

    /// Puts a manifest on a node's disk, or takes the one of its name away; the pod follows.
    package mutating func setStaticPod(_ manifest: Value?, named name: String, node: String, now: Instant) {
        guard nodes[node] != nil else { return }
        nodes[node]!.description.staticPods.removeAll { $0.name == name }
        if let manifest {
            nodes[node]!.description.staticPods.append(manifest)
            schedule(.mirror(node), at: now + .seconds(1))
            return
        }
        for record in pods.values.sorted(by: { $0.key < $1.key }) where record.node == node && record.isStatic && record.key.name == "\(name)-\(node)" {
            pods[record.uid]!.isUnwanted = true
            schedule(.sync(record.uid), at: now)
        }
    }

    /// A mirror was deleted while its containers run on: they belong to the next mirror.
    mutating func park(_ uid: String, now: Instant) {
        guard let record = pods.removeValue(forKey: uid) else { return }
        if uids[record.key] == uid { uids[record.key] = nil }
        parked[record.key] = record
        schedule(.mirror(record.node), at: now + .milliseconds(500))
    }

    /// Gives what runs under an earlier mirror's name to a new one; whether there was something.
    mutating func adopt(_ pod: Value, node: String, now: Instant) -> Bool {
        let key = NamespacedName(namespace: pod.namespace, name: pod.name)
        guard var record = parked.removeValue(forKey: key), record.node == node else { return false }
        let old = record.uid
        record.uid = pod.uid
        for ref in record.refs {
            let (from, to) = (ContainerKey(pod: old, ref: ref), ContainerKey(pod: pod.uid, ref: ref))
            plans[to] = plans.removeValue(forKey: from)
            processes[to] = processes.removeValue(forKey: from)
            processes[to]?.planned = nil
            logs[to] = logs.removeValue(forKey: from)
            pulls[to] = pulls.removeValue(forKey: from)
            keptFiles[to] = keptFiles.removeValue(forKey: from)
            unwrittenFiles[to] = unwrittenFiles.removeValue(forKey: from)
        }
        podVolumes[pod.uid] = podVolumes.removeValue(forKey: old)
        pods[pod.uid] = record
        uids[key] = pod.uid
        for ref in record.refs { resume(record, ref, pod, now: now) }
        schedule(.sync(pod.uid), at: now)
        return true
    }

    /// Plans again what was planned for a container under its pod's earlier identity.
    private mutating func resume(_ record: PodRecord, _ ref: ContainerRef, _ pod: Value, now: Instant) {
        guard let container = record[ref] else { return }
        switch container.activity {
        case .running:
            if processes[ContainerKey(pod: record.uid, ref: ref)] != nil { schedule(.process(record.uid, ref, container.run), at: now) }
            if case .exit(let code, let after, _)? = plans[ContainerKey(pod: record.uid, ref: ref)]?.plan, case .running(let startedAt) = container.state {
                schedule(.ended(record.uid, ref, container.run, code: code), at: max(startedAt + after, now))
            }
            let spec = pod.containerSpec(ref)
            for probe in container.probes { scheduleProbe(record, ref, probe.kind, spec, isFirst: false, now: now) }
        case .pulling: schedule(.pulled(record.uid, ref, container.run), at: now)
        case .starting: schedule(.started(record.uid, ref, container.run), at: now)
        case .backingOff: schedule(.restart(record.uid, ref, container.run), at: now + Self.restartBackOffFirst)
        case .stopping: schedule(.killed(record.uid, ref, container.run, code: 137), at: now)
        case .idle: break
        }
    }
}
