import APIMachinery
import Autoscaling
import CloudModel
import Kubelet
import KubernetesObjects
import SimulationKernel

/// Keeps each node group at its desired size: starts machines and ends them, as an Auto Scaling group does.
///
/// - Invariants: its `NodeGroup` objects list every machine of a group; a machine that is gone without being asked to is replaced.
/// - Order: a new machine goes to the place with the fewest; ids and addresses come from a named stream of the seed.
/// - Source: EC2 Auto Scaling: a machine that is to end is given 30 s.
package struct NodeGroups: Component {
    package let name = "node-groups"
    package let interests: [GroupResource] = [.nodeGroups, .nodes]

    /// What is to be done to machines, for the cluster to do.
    enum Order: Sendable {
        case start(NodeDescription)
        case end(String)
    }

    private enum Work: Hashable, Sendable {
        case sync(String)
        case ended(group: String, node: String)
    }

    private(set) var groups: [String: MachineGroup] = [:]
    /// The machines of EC2 that it started, by node.
    private(set) var instances: [String: EC2Instance] = [:]
    private var groupOf: [String: String] = [:]
    private var zoneOf: [String: String] = [:]
    private var orders: [Order] = []
    private var queue = TimedQueue<Work>()
    private var stream: RandomStream
    private var usedAddresses: Set<UInt32> = []
    private var nextNumber: [String: Int] = [:]

    static let shutdownTime: Duration = .seconds(30)
    /// A group is never asked for more at once than this.
    static let launchesMax = 1000

    init(seed: UInt64) { stream = RandomStream(seed: seed, name: "node-groups") }

    /// Takes a group over, or changes one; its object is written by the caller.
    mutating func set(_ group: MachineGroup) {
        groups[group.name] = group
        nextNumber[group.name] = max(nextNumber[group.name] ?? 0, group.members.count + 1)
        for member in group.members {
            groupOf[member.node] = group.name
            zoneOf[member.node] = member.zone
            if let instance = member.instance { instances[member.node] = instance }
        }
    }

    mutating func forget(_ name: String) {
        groups[name] = nil
        groupOf = groupOf.filter { $0.value != name }
    }

    mutating func takeOrders() -> [Order] {
        defer { orders = [] }
        return orders
    }

    var hasOrders: Bool { !orders.isEmpty }

    // MARK: Component

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        switch event.key.resource {
        case .nodeGroups where event.change != .deleted:
            if event.isInitial { resumeEnds(NodeGroup(event.object)) }
            queue.add(.sync(event.key.name), at: view.now)
        case .nodes where event.change != .modified:
            if event.change == .added, let address = Self.address(of: event.object) { usedAddresses.insert(address) }
            if let group = groupOf[event.key.name] { queue.add(.sync(group), at: view.now) }
        default: break
        }
    }

    package mutating func nextWake() -> Wake? { queue.nextDue.map { Wake(at: $0) } }

    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        guard let next = queue.popDue(by: view.now) else { return (.done, nil) }
        let (id, ended): (String, String?) =
            switch next.entry {
            case .sync(let group): (group, nil)
            case .ended(let group, let node): (group, node)
            }
        guard let machines = groups[id], let stored = view.get(.nodeGroups, name: id) else { return (.done, nil) }
        var group = NodeGroup(stored)
        if let ended {
            group.instances.removeAll { $0.name == ended }
            drop(ended)
        }
        refresh(&group, in: view)
        resize(&group, machines, now: view.now)
        var plan = Plan()
        if group.object != Self.bare(stored) { plan.add(.publish(group.key, group.object)) }
        return (plan, nil)
    }

    private static func bare(_ object: Value) -> Value {
        var object = object
        object["metadata", default: [:]]["resourceVersion"] = nil
        return object
    }

    /// Brings machines' states up to date with the nodes that there are.
    private mutating func refresh(_ group: inout NodeGroup, in view: ClusterView) {
        for index in group.instances.indices {
            let instance = group.instances[index]
            if instance.state == .creating, instance.errorCode.isEmpty, view.get(.nodes, name: instance.name) != nil {
                group.instances[index].state = .running
                group.instances[index].since = view.now
            }
        }
        // A machine that lost its node is gone; the group makes another one.
        let lost = group.instances.filter { $0.state == .running && view.get(.nodes, name: $0.name) == nil }.map(\.name)
        for name in lost {
            group.instances.removeAll { $0.name == name }
            drop(name)
        }
        for name in group.leaving {
            guard let index = group.instances.firstIndex(where: { $0.name == name }), group.instances[index].state != .deleting else { continue }
            if group.instances[index].errorCode.isEmpty {
                end(&group.instances[index], of: group.id, now: view.now)
            } else {
                group.instances.remove(at: index)
            }
        }
        let present = Set(group.instances.map(\.name))
        group.leaving.removeAll { !present.contains($0) }
    }

    private mutating func resize(_ group: inout NodeGroup, _ machines: MachineGroup, now: Instant) {
        var living = group.instances.filter { $0.state != .deleting }
        var launches = 0
        while living.count < group.target, launches < Self.launchesMax {
            launches += 1
            let instance = launch(machines, occupied: living.map { zoneOf[$0.name] ?? "" }, running: living.count { $0.errorCode.isEmpty }, now: now)
            group.instances.append(instance)
            living.append(instance)
        }
        while living.count > group.target, let last = living.popLast() {
            guard let index = group.instances.firstIndex(where: { $0.name == last.name }) else { break }
            if last.errorCode.isEmpty { end(&group.instances[index], of: group.id, now: now) } else { group.instances.remove(at: index) }
        }
    }

    private mutating func end(_ instance: inout NodeGroup.Instance, of group: String, now: Instant) {
        instance.state = .deleting
        instance.since = now
        queue.add(.ended(group: group, node: instance.name), at: now + Self.shutdownTime)
    }

    private mutating func drop(_ node: String) {
        orders.append(.end(node))
        instances[node] = nil
        groupOf[node] = nil
        zoneOf[node] = nil
    }

    private mutating func launch(_ machines: MachineGroup, occupied: [String], running: Int, now: Instant) -> NodeGroup.Instance {
        let number = nextNumber[machines.name] ?? 1
        nextNumber[machines.name] = number + 1
        if let capacity = machines.capacity, running >= capacity {
            return NodeGroup.Instance(
                name: "i-placeholder-\(machines.name)-\(number)", providerID: "aws:///i-placeholder-\(machines.name)-\(number)", state: .creating,
                since: now, errorCode: "InsufficientInstanceCapacity",
                errorMessage: "We currently do not have sufficient capacity in the Availability Zone you requested.")
        }
        let zone = InstanceLauncher.nextZone(machines.places.map(\.zone), occupied: occupied)
        let place = machines.places.first { $0.zone == zone }
        let instance = machines.makeInstance(place: place, address: newAddress(in: place), id: newID())
        let description = machines.description(instance, number: number)
        if let instance { instances[description.name] = instance }
        groupOf[description.name] = machines.name
        zoneOf[description.name] = zone
        orders.append(.start(description))
        return NodeGroup.Instance(name: description.name, providerID: description.providerID.isEmpty ? description.name : description.providerID, state: .creating, since: now)
    }

    private mutating func newAddress(in place: MachineGroup.Place?) -> UInt32 {
        guard let place else { return 0 }
        let size = max((1 << (32 - place.prefixLength)) - 6, 1)
        for _ in 0..<size {
            let address = place.base &+ UInt32(4 + stream.below(size))
            if usedAddresses.insert(address).inserted { return address }
        }
        return place.base
    }

    private mutating func newID() -> String {
        let digits = Array("0123456789abcdef")
        return "i-0" + String((0..<16).map { _ in digits[stream.below(16)] })
    }

    private static func address(of node: Value) -> UInt32? {
        let text = (node["status"]?["addresses"]?.elements ?? []).first { $0["type"]?.stringValue == "InternalIP" }?["address"]?.stringValue ?? ""
        let bytes = text.split(separator: ".").compactMap { UInt8($0) }
        return bytes.count == 4 ? bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : nil
    }
}

// MARK: Restarts

extension NodeGroups {
    /// What its objects do not tell: what machines are made of, and which names and addresses were given.
    package var memory: Value {
        [
            "groups": .array(groups.keys.sorted().map { groups[$0]!.value }), "stream": .string(String(stream.saved)),
            "addresses": .array(usedAddresses.sorted().map { Value(Int($0)) }),
            "numbers": .object(Fields(nextNumber.keys.sorted().map { ($0, Value(nextNumber[$0]!)) })),
            "machines": .object(
                Fields(
                    groupOf.keys.sorted().map { node in
                        var entry: Value = ["group": .string(groupOf[node]!), "zone": .string(zoneOf[node] ?? "")]
                        if let instance = instances[node] { entry["instance"] = instance.value }
                        return (node, entry)
                    })),
        ]
    }

    package mutating func recall(_ memory: Value) {
        for value in memory["groups"]?.elements ?? [] { if let group = MachineGroup(value) { groups[group.name] = group } }
        if let saved = memory["stream"]?.stringValue.flatMap({ UInt64($0) }) { stream.restore(saved) }
        usedAddresses = Set((memory["addresses"]?.elements ?? []).compactMap { $0.intValue.map { UInt32(truncatingIfNeeded: $0) } })
        for (name, number) in memory["numbers"]?.fields ?? Fields() { nextNumber[name] = number.intValue ?? 1 }
        for (node, entry) in memory["machines"]?.fields ?? Fields() {
            groupOf[node] = entry["group"]?.stringValue
            zoneOf[node] = entry["zone"]?.stringValue
            instances[node] = entry["instance"].flatMap { EC2Instance($0) }
        }
    }

    /// Goes on ending the machines that were on their way out.
    private mutating func resumeEnds(_ group: NodeGroup) {
        for instance in group.instances where instance.state == .deleting {
            queue.add(.ended(group: group.id, node: instance.name), at: instance.since + Self.shutdownTime)
        }
    }
}
