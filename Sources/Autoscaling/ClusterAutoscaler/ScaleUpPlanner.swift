import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// A way to make the cluster larger: so many nodes of a group help these pods.
struct ExpansionOption: Sendable {
    var group: NodeGroup
    var nodeCount: Int
    /// The pods that it helps, as indices of the pods that wait.
    var pods: [Int]
}

/// Pods that the scheduler cannot tell apart.
struct PodEquivalenceGroup: Sendable {
    var pods: [Int]
    /// Why a new node of a group would not take them, by group; groups that would are not in it.
    var refusals: [String: [String]] = [:]
    var isSchedulable = false
}

/// Finds out which groups could help pods that wait, and by how many nodes.
///
/// - Order: groups by name; pods by how much of a node they ask for, the largest first.
/// - Bounds: at most `nodesPerOptionMax` nodes an option.
/// - Source: cluster-autoscaler `core/scaleup/orchestrator` and `estimator/binpacking_estimator.go`.
struct ScaleUpPlanner {
    static let nodesPerOptionMax = 1000

    let pods: [PodInfo]
    private(set) var groups: [PodEquivalenceGroup] = []
    private var simulator: PlacementSimulator
    private let daemonSets: [Value]

    /// - Parameters:
    ///   - objects: the pods that wait.
    ///   - simulator: the cluster with the nodes that are on their way.
    init(objects: [Value], simulator: PlacementSimulator, daemonSets: [Value]) {
        pods = objects.map { PodInfo($0) }
        self.simulator = simulator
        self.daemonSets = daemonSets
        groups = Self.equivalent(objects, pods)
    }

    /// What a group offers for the pods; nil when it helps none.
    mutating func option(for group: NodeGroup) -> ExpansionOption? {
        let trial = "template-node-for-\(group.id)"
        add(trial, of: group)
        var helped: [Int] = []
        for index in groups.indices {
            let refusals = simulator.refusals(of: pods[groups[index].pods[0]], on: trial)
            if refusals.isEmpty {
                groups[index].isSchedulable = true
                helped.append(index)
            } else {
                groups[index].refusals[group.id] = refusals
            }
        }
        simulator.remove(node: trial)
        return helped.isEmpty ? nil : estimate(group, helped)
    }

    /// Packs pods onto new nodes of a group, the largest pods first.
    private mutating func estimate(_ group: NodeGroup, _ helped: [Int]) -> ExpansionOption? {
        let ranked = helped.map { ($0, score(pods[groups[$0].pods[0]], group)) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        let before = simulator
        defer { simulator = before }
        var nodes: [String] = []
        var used: Set<String> = []
        var packed: [Int] = []
        packing: for (index, _) in ranked {
            for pod in groups[index].pods {
                if let node = simulator.placeOnFirst(pods[pod], of: nodes) {
                    used.insert(node)
                    packed.append(pod)
                    continue
                }
                // A pod that an empty new node does not take will not be taken by another one.
                if let last = nodes.last, !used.contains(last) { break }
                guard nodes.count < Self.nodesPerOptionMax else { break packing }
                let name = "\(group.id)-estimated-\(nodes.count + 1)"
                add(name, of: group)
                nodes.append(name)
                guard simulator.placeOnFirst(pods[pod], of: [name]) != nil else { break }
                used.insert(name)
                packed.append(pod)
            }
        }
        return used.isEmpty ? nil : ExpansionOption(group: group, nodeCount: used.count, pods: packed)
    }

    /// Puts a node of a group into the simulation, with the pods of DaemonSets that would run on it.
    private mutating func add(_ name: String, of group: NodeGroup) { simulator.add(newNode: name, of: group, daemonSets: daemonSets) }

    private func score(_ pod: PodInfo, _ group: NodeGroup) -> Double {
        let allocatable = group.template["status"]?["allocatable"]
        let (cpu, memory) = (ResourceAmount.milli(allocatable?["cpu"]), ResourceAmount.whole(allocatable?["memory"]))
        return (cpu > 0 ? Double(pod.requests.cpu) / Double(cpu) : 0) + (memory > 0 ? Double(pod.requests.memory) / Double(memory) : 0)
    }

    /// Pods of one controller with one specification belong together; a pod without a controller stands alone.
    private static func equivalent(_ objects: [Value], _ pods: [PodInfo]) -> [PodEquivalenceGroup] {
        var result: [PodEquivalenceGroup] = []
        var byOwner: [String: [Int]] = [:]
        for index in objects.indices {
            guard let owner = pods[index].ownerUID else {
                result.append(PodEquivalenceGroup(pods: [index]))
                continue
            }
            let match = (byOwner[owner] ?? []).first { place in
                let other = result[place].pods[0]
                return pods[other].labels == pods[index].labels && isAlike(objects[other]["spec"], objects[index]["spec"])
            }
            if let match {
                result[match].pods.append(index)
            } else {
                byOwner[owner, default: []].append(result.count)
                result.append(PodEquivalenceGroup(pods: [index]))
            }
        }
        return result
    }

    /// Specifications that differ in nothing but the projected token's volume, whose name is random.
    private static func isAlike(_ left: Value?, _ right: Value?) -> Bool { bare(left) == bare(right) }

    private static func bare(_ spec: Value?) -> Value {
        var spec = spec ?? [:]
        func isToken(_ entry: Value) -> Bool { entry["name"]?.stringValue?.hasPrefix("kube-api-access-") == true }
        spec["volumes"] = .array((spec["volumes"]?.elements ?? []).filter { !isToken($0) })
        spec["hostname"] = nil
        for list in ["containers", "initContainers"] where spec[list] != nil {
            spec[list, default: []].modifyElements { containers in
                for index in containers.indices {
                    containers[index]["volumeMounts"] = .array((containers[index]["volumeMounts"]?.elements ?? []).filter { !isToken($0) })
                }
            }
        }
        return spec
    }
}

extension PlacementSimulator {
    /// Puts a node of a group into the simulation, with the pods of DaemonSets that would run on it.
    mutating func add(newNode name: String, of group: NodeGroup, daemonSets: [Value]) {
        var node = group.template
        node["metadata", "name"] = .string(name)
        node["metadata", default: [:]]["labels", default: [:]]["kubernetes.io/hostname"] = .string(name)
        add(node: node)
        for set in daemonSets {
            let pod = PodInfo(DaemonPods.pod(of: set, node: name))
            if refusals(of: pod, on: name).isEmpty { place(pod, on: name) }
        }
    }
}

/// The pod that a DaemonSet would put on a new node.
enum DaemonPods {
    static func pod(of set: Value, node: String) -> Value {
        var metadata = set["spec"]?["template"]?["metadata"] ?? [:]
        metadata["name"] = .string("\(set.name)-\(node)")
        metadata["namespace"] = .string(set.namespace)
        metadata["uid"] = .string("\(set.uid)/\(node)")
        var spec = set["spec"]?["template"]?["spec"] ?? [:]
        let tolerated: [Value] = ["not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"].map {
            ["key": .string("node.kubernetes.io/\($0)"), "operator": "Exists"]
        }
        spec["tolerations"] = .array((spec["tolerations"]?.elements ?? []) + tolerated)
        return ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec]
    }
}
