import CloudModel
import Cluster
import Grading
import Kubelet
import KubernetesObjects

/// Makes the cluster profile that a lab asks for.
struct ProfileReader {
    let lab: Lab

    init(_ lab: Lab) { self.lab = lab }

    func profile() throws(RunError) -> ClusterProfile {
        var profile = try plain()
        for addOn in lab.cluster.addOns where !profile.addOns.contains(addOn) { profile.addOns.append(addOn) }
        profile.metrics = lab.cluster.metrics
        return profile
    }

    private func plain() throws(RunError) -> ClusterProfile {
        if !lab.cluster.nodes.isEmpty { return try spelledOut() }
        if let file = lab.cluster.config { return try ofConfig(file) }
        guard let profile = ClusterProfile.named(lab.cluster.profile) else {
            let near = NearestName.of(lab.cluster.profile, among: ClusterProfile.names).map { " Did you mean '\($0)'?" } ?? ""
            throw RunError(
                .lab, "Lab \(lab.name) asks for the cluster profile '\(lab.cluster.profile)', which there is not. There are \(ClusterProfile.names.joined(separator: ", ")), and eks-COUNTxTYPE for any instance type.\(near)")
        }
        return profile
    }

    /// The cluster of an eksctl ClusterConfig in the lab's folder.
    private func ofConfig(_ file: String) throws(RunError) -> ClusterProfile {
        func problem(_ text: String) -> RunError { RunError(.lab, "Lab \(lab.name): cluster.config \(file): \(text)") }
        guard let bytes = try? lab.folder.read(file) else { throw problem("the file cannot be read.") }
        let document: Value
        do throws(YAMLError) { document = try YAMLReader().documents(bytes).first?.value ?? .null } catch { throw problem(error.message) }
        do throws(ConfigError) { return .eks(try ClusterConfig(document: document, fileName: file)) } catch { throw problem(error.message) }
    }

    private func spelledOut() throws(RunError) -> ClusterProfile {
        guard var profile = ClusterProfile.named(ClusterSpec.standardProfile) else { throw RunError(.defect, "there is no standard profile") }
        profile.name = lab.name
        profile.nodes = []
        profile.nodeGroups = []
        for value in lab.cluster.nodes {
            let count = value["count"]?.intValue ?? 1
            for number in 1...max(count, 1) {
                let given = value["name"]?.stringValue ?? "node"
                let name = count == 1 && value["name"] != nil ? given : "\(given)-\(count == 1 ? profile.nodes.count + 1 : number)"
                try profile.nodes.append(node(value, name: name, index: profile.nodes.count))
            }
        }
        return profile
    }

    private func node(_ value: Value, name: String, index: Int) throws(RunError) -> NodeDescription {
        let cpu = value["cpu"].map(Brief.plain) ?? "2"
        let memory = value["memory"]?.stringValue ?? "8Gi"
        guard let milliCPU = Self.milli(cpu), let memoryBytes = Self.milli(memory).map({ $0 / 1000 }) else {
            throw RunError(.lab, "Lab \(lab.name): '\(cpu)' and '\(memory)' are no amounts of CPU and memory for node \(name).")
        }
        let zone = value["zone"]?.stringValue ?? "zone-" + String(UnicodeScalar(UInt8(97 + index % 26)))
        var labels: Fields = [
            "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": .string(name),
            "kubernetes.io/os": "linux", "topology.kubernetes.io/zone": .string(zone),
        ]
        for (key, label) in value["labels"]?.fields ?? [:] { labels[key] = label }
        var node = NodeDescription(
            name: name, internalIP: "192.168.\(10 + index / 200).\(10 + index % 200)", milliCPU: Int(milliCPU), memoryKiB: Int(memoryBytes >> 10),
            podsMax: value["pods"]?.intValue ?? 110,
            ephemeralKiB: 80 << 20, labels: labels, kubeletVersion: "v1.36.2")
        node.taints = value["taints"]?.elements ?? []
        node.staticPods = value["staticPods"]?.elements ?? []
        node.bootTime = .zero
        return node
    }

    /// A quantity in thousandths.
    private static func milli(_ text: String) -> Int64? {
        let units: [(String, Int64)] = [
            ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("k", 1000), ("M", 1_000_000), ("G", 1_000_000_000),
        ]
        if text.hasSuffix("m"), let number = Int64(text.dropLast()) { return number }
        for (suffix, factor) in units where text.hasSuffix(suffix) {
            guard let number = Int64(text.dropLast(suffix.count)), number < 1 << 20 else { return nil }
            return number * factor * 1000
        }
        return Int64(text).flatMap { $0 < 1 << 40 ? $0 * 1000 : nil }
    }
}
