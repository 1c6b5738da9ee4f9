import KubernetesObjects
import SimulationKernel

extension NodeDescription {
    /// The description as it is kept.
    package var value: Value {
        var value: Value = [
            "name": .string(name), "internalIP": .string(internalIP), "milliCPU": Value(milliCPU), "memoryKiB": Value(memoryKiB),
            "podsMax": Value(podsMax), "ephemeralKiB": Value(ephemeralKiB), "allocatableMilliCPU": Value(allocatableMilliCPU),
            "allocatableMemoryKiB": Value(allocatableMemoryKiB), "labels": .object(labels), "taints": .array(taints), "gpus": Value(gpus),
            "hasHugePages": .bool(hasHugePages), "bootTime": .int(bootTime.nanoseconds), "interfacesMax": Value(interfacesMax),
            "addressesPerInterface": Value(addressesPerInterface),
        ]
        if !staticPods.isEmpty { value["staticPods"] = .array(staticPods) }
        for (key, path) in Self.texts { value[key] = .string(self[keyPath: path]) }
        return value
    }

    /// Reads a description that was kept; nil when it is none.
    package init?(_ value: Value) {
        func number(_ key: String) -> Int? { value[key]?.intValue }
        guard let name = value["name"]?.stringValue, let address = value["internalIP"]?.stringValue, let milliCPU = number("milliCPU"),
            let memory = number("memoryKiB"), let pods = number("podsMax"), let ephemeral = number("ephemeralKiB")
        else { return nil }
        self.init(
            name: name, internalIP: address, milliCPU: milliCPU, memoryKiB: memory, podsMax: pods, ephemeralKiB: ephemeral,
            labels: value["labels"]?.fields ?? Fields(), kubeletVersion: "")
        allocatableMilliCPU = number("allocatableMilliCPU") ?? milliCPU
        allocatableMemoryKiB = number("allocatableMemoryKiB") ?? memory
        taints = value["taints"]?.elements ?? []
        staticPods = value["staticPods"]?.elements ?? []
        gpus = number("gpus") ?? 0
        interfacesMax = number("interfacesMax") ?? 0
        addressesPerInterface = number("addressesPerInterface") ?? 0
        hasHugePages = value["hasHugePages"]?.boolValue ?? true
        bootTime = .nanoseconds(Int64(number("bootTime") ?? 0))
        for (key, path) in Self.texts { self[keyPath: path] = value[key]?.stringValue ?? "" }
    }

    private static var texts: [(String, WritableKeyPath<NodeDescription, String>)] {
        [
            ("externalIP", \.externalIP), ("architecture", \.architecture), ("osImage", \.osImage), ("kernelVersion", \.kernelVersion),
            ("containerRuntimeVersion", \.containerRuntimeVersion), ("kubeletVersion", \.kubeletVersion), ("providerID", \.providerID),
        ]
    }
}

extension PodAddresses {
    /// What cannot be seen from pods: the nodes' ranges and interfaces, and which addresses go out next.
    var value: Value {
        .object(
            Fields(
                pools.keys.sorted().map { node in
                    let pool = pools[node]!
                    var entry: Value = ["base": Value(Int(pool.base)), "own": Value(Int(pool.own)), "next": Value(Int(pool.next))]
                    if pool.perInterface > 0 {
                        entry["interfacesMax"] = Value(pool.interfacesMax)
                        entry["perInterface"] = Value(pool.perInterface)
                        entry["interfaces"] = Value(pool.interfaces)
                    }
                    if !pool.free.isEmpty { entry["free"] = .array(pool.free.map { Value(Int($0.address)) }) }
                    return (node, entry)
                }))
    }

    /// Takes in what was kept; the addresses of pods are taken in one by one with `adopt`.
    mutating func recall(_ value: Value) {
        for (node, entry) in value.fields ?? Fields() {
            guard let base = entry["base"]?.intValue else { continue }
            func number(_ key: String) -> Int { entry[key]?.intValue ?? 0 }
            if pools[node] == nil, overlayBase != nil { overlayCount += 1 }
            var pool = NodePool(
                base: UInt32(truncatingIfNeeded: base), own: UInt32(truncatingIfNeeded: number("own")), next: UInt32(truncatingIfNeeded: number("next")),
                interfacesMax: number("interfacesMax"), perInterface: number("perInterface"))
            pool.interfaces = number("interfaces")
            pool.free = (entry["free"]?.elements ?? []).compactMap { $0.intValue.map { (UInt32(truncatingIfNeeded: $0), Instant(nanoseconds: .min)) } }
            if pool.perInterface > 0 { for entry in pool.free { used.insert(entry.address) } }
            if overlayBase == nil { used.insert(pool.own) }
            pools[node] = pool
        }
    }

    /// Takes an address that a pod has.
    mutating func adopt(_ text: String, onNode node: String) {
        guard let address = Self.number(text) else { return }
        used.insert(address)
        pools[node]?.free.removeAll { $0.address == address }
        pools[node]?.inUse += 1
    }
}
