import KubernetesObjects

extension NodeDescription {
    /// The description as it is kept.
    package var value: Value {
        var value: Value = [
            "name": .string(name), "internalIP": .string(internalIP), "milliCPU": Value(milliCPU), "memoryKiB": Value(memoryKiB),
            "podsMax": Value(podsMax), "ephemeralKiB": Value(ephemeralKiB), "allocatableMilliCPU": Value(allocatableMilliCPU),
            "allocatableMemoryKiB": Value(allocatableMemoryKiB), "labels": .object(labels), "taints": .array(taints), "gpus": Value(gpus),
            "hasHugePages": .bool(hasHugePages), "bootTime": .int(bootTime.nanoseconds),
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
    /// What cannot be seen from pods: the nodes' ranges and which addresses go out next.
    var value: Value {
        .object(
            Fields(
                nodeBase.keys.sorted().map { node in
                    var entry: Value = ["base": Value(Int(nodeBase[node]!))]
                    if let offset = next[node] { entry["next"] = Value(Int(offset)) }
                    if let list = free[node], !list.isEmpty { entry["free"] = .array(list.map { Value(Int($0)) }) }
                    return (node, entry)
                }))
    }

    /// Takes in what was kept; the addresses of pods are taken in one by one with `adopt`.
    mutating func recall(_ value: Value) {
        for (node, entry) in value.fields ?? Fields() {
            guard let base = entry["base"]?.intValue else { continue }
            nodeBase[node] = UInt32(truncatingIfNeeded: base)
            next[node] = entry["next"]?.intValue.map { UInt32(truncatingIfNeeded: $0) }
            free[node] = entry["free"]?.elements.compactMap { $0.intValue.map { UInt32(truncatingIfNeeded: $0) } }
        }
    }

    /// Takes an address that a pod has.
    mutating func adopt(_ text: String, onNode node: String) {
        let bytes = text.split(separator: ".").compactMap { UInt8($0) }
        guard bytes.count == 4 else { return }
        let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        used.insert(address)
        if let list = free[node], list.contains(address) { free[node] = list.filter { $0 != address } }
    }
}
