import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

extension Kubelets {
    /// What the kernel of its node tells the programs of a container.
    ///
    /// - Parameter others: the processes that its programs see beside their own.
    mutating func kernelFacts(
        _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, _ files: VirtualFileSystem, _ environment: [(name: String, value: String)], others: [ProcessEntry],
        in view: ClusterView
    ) -> KernelFacts {
        var facts = KernelFacts()
        if let node = nodes[record.node]?.description {
            facts.release = node.kernelVersion
            facts.processors = max(node.milliCPU / 1000, 1)
            facts.memoryBytes = node.memoryKiB << 10
        }
        if let made = view.get(.nodes, name: record.node)?["metadata"]?["creationTimestamp"]?.stringValue.flatMap({ Instant(rfc3339: $0) }) { facts.bootedAt = made.nanoseconds / 1_000_000_000 }
        let spec = pod.containerSpec(ref)
        facts.limitMilliCPU = Quantity(spec["resources"]?["limits"]?["cpu"]).map { Int($0.milliValue) }
        facts.limitMemoryBytes = Quantity(spec["resources"]?["limits"]?["memory"]).map { Int($0.value) }
        if let running = plans[ContainerKey(pod: record.uid, ref: ref)] {
            facts.usedMemoryBytes = Int(max(running.image.cost.idleMemoryBytes, running.memoryBytes) + running.loadBytes)
        }
        let (own, shared) = (spec["securityContext"], pod["spec"]?["securityContext"])
        func names(_ list: String) -> [String] { (own?["capabilities"]?[list]?.elements ?? []).compactMap(\.stringValue) }
        facts.capabilities = own?["privileged"]?.boolValue == true ? .all : CapabilitySet.standard.changed(adding: names("add"), dropping: names("drop"))
        facts.forbidsNewPrivileges = own?["allowPrivilegeEscalation"]?.boolValue == false
        facts.isFiltered = (own?["seccompProfile"] ?? shared?["seccompProfile"])?["type"]?.stringValue ?? "Unconfined" != "Unconfined"
        (facts.user, facts.group, facts.groups) = (files.user, files.group, files.groups.sorted())
        // A kubelet gives each pod 65,536 users of its node's, from a range of 110 times as many.
        if pod["spec"]?["hostUsers"]?.boolValue == false { facts.firstUser = 65_536 * (1 + record.uid.utf8.reduce(0) { ($0 * 31 + Int($1)) % 110 }) }
        facts.settings = (shared?["sysctls"]?.elements ?? []).map { ($0["name"]?.stringValue ?? "", $0["value"]?.stringValue ?? "") }
        facts.environment = environment
        facts.processes = others
        if Self.sharesProcesses(pod) || !record.ephemeralContainers.isEmpty { facts.roots = roots(of: record, seenFrom: ref, pod, in: view) }
        return facts
    }

    /// The files of a pod's other containers, by the processes that run in them.
    private mutating func roots(of record: PodRecord, seenFrom ref: ContainerRef, _ pod: Value, in view: ClusterView) -> [Int: FileDirectory] {
        var result: [Int: FileDirectory] = [:]
        for (other, list) in processes(of: record, seenFrom: ref, pod) {
            guard let other, other != ref else { continue }
            let image = plans[ContainerKey(pod: record.uid, ref: other)]?.image ?? .unknown(record[other]?.image ?? "")
            let root = readableFiles(record, other, pod, image, in: view).root
            for process in list { result[process.id] = root }
        }
        return result
    }
}
