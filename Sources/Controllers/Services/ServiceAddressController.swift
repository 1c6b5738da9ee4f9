import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Keeps an IPAddress object for each cluster IP, and the state of ServiceCIDRs.
///
/// - Source: kube-apiserver's IP allocator and its repair loop, kube-controller-manager `servicecidrs`, Kubernetes 1.36.
///   Differs: the objects are written right after the Service, not before it.
package struct ServiceAddressController: Controller {
    static let managedBy = "ipallocator.k8s.io"
    static let finalizer = "networking.k8s.io/service-cidr-finalizer"
    /// How long a range that nothing holds stays after its deletion was asked for.
    static let grace = Duration.seconds(10)

    package let name = "service-cidr-controller"
    package let interests: [GroupResource] = [.services, .ipAddresses, .serviceCIDRs]
    package var user: UserInfo { .apiServer }

    /// The Service of each cluster IP.
    private var holders: [String: ObjectKey] = [:]

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .services:
            let (now, before) = (event.change == .deleted ? [] : Self.addresses(of: event.object), event.old.map(Self.addresses) ?? Self.addresses(of: event.object))
            for address in before { holders[address] = nil }
            for address in now { holders[address] = event.key }
            if event.change == .modified, before == now { return [] }
            return Set(now + before).sorted().map { (ObjectKey(.ipAddresses, name: $0), .zero) }
        case .ipAddresses:
            if event.change == .modified { return [] }
            let address = IPAddress(event.key.name)
            return ownKey(event) + leaving(in: view) { block in address.map(block.contains) ?? false }
        default:
            let changed = Self.blocks(event.object)
            let others = leaving(in: view) { block in changed.contains { $0.overlaps(block) } }.filter { $0.key != event.key }
            return (event.change == .deleted ? [] : ownKey(event)) + others
        }
    }

    /// The ranges that are being deleted and have such a block: an address or another range may be what held them.
    private func leaving(in view: ClusterView, where matches: (IPBlock) -> Bool) -> [(key: ObjectKey, after: Duration)] {
        var keys: [(key: ObjectKey, after: Duration)] = []
        view.store.forEach(.serviceCIDRs) { range in
            if range.isBeingDeleted, Self.blocks(range).contains(where: matches) { keys.append((ObjectKey(.serviceCIDRs, name: range.name), .zero)) }
        }
        return keys
    }

    private static func blocks(_ range: Value) -> [IPBlock] {
        (range["spec"]?["cidrs"]?.elements ?? []).compactMap { $0.stringValue.flatMap { IPBlock($0) } }
    }

    private static func addresses(of service: Value) -> [String] {
        (service["spec"]?["clusterIPs"]?.elements ?? []).compactMap(\.stringValue).filter { $0 != "None" && !$0.isEmpty }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        key.resource == .serviceCIDRs ? reconcileRange(key, in: view) : reconcileAddress(key, in: view)
    }

    private func reconcileAddress(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        let present = view.get(key)
        guard let owner = holders[key.name].flatMap({ view.get($0) }) else {
            if present?.label("ipaddress.kubernetes.io/managed-by") == Self.managedBy { plan.add(.delete(key), ifRefused: .ignore) }
            return plan
        }
        let reference: Value = ["group": "", "resource": "services", "namespace": .string(owner.namespace), "name": .string(owner.name)]
        let known = present?["spec"]?["parentRef"]
        // An empty group is not kept.
        guard !["resource", "namespace", "name"].allSatisfy({ known?[$0] == reference[$0] }) else { return plan }
        if present != nil { plan.add(.delete(key), ifRefused: .continuing) }
        plan.add(
            .create(
                .ipAddresses,
                [
                    "apiVersion": "networking.k8s.io/v1", "kind": "IPAddress",
                    "metadata": [
                        "name": .string(key.name),
                        "labels": ["ipaddress.kubernetes.io/ip-family": "IPv4", "ipaddress.kubernetes.io/managed-by": .string(Self.managedBy)],
                    ],
                    "spec": ["parentRef": reference],
                ]), ifRefused: .ignore)
        return plan
    }

    private func reconcileRange(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        guard let range = view.get(key) else { return plan }
        if range.isBeingDeleted {
            guard range.hasFinalizer(Self.finalizer) else { return plan }
            guard canGo(range, in: view) else {
                setReady(range, key, status: "False", reason: "Terminating", message: "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR", view, &plan)
                return plan
            }
            // Until then a server may not have heard of the deletion, and may still take an address of the range.
            if let deletion = range.deletionTime, deletion + Self.grace > view.now {
                plan.requeueAfter = deletion + Self.grace - view.now
                return plan
            }
            let left = range.finalizers.filter { $0 != Self.finalizer }
            plan.add(.patch(key, .merge, ["metadata": ["finalizers": left.isEmpty ? .null : Value(left)]]), ifRefused: .continuing)
            return plan
        }
        if !range.hasFinalizer(Self.finalizer) {
            plan.add(.patch(key, .merge, ["metadata": ["finalizers": Value(range.finalizers + [Self.finalizer])]]), ifRefused: .continuing)
        }
        setReady(range, key, status: "True", reason: "", message: "Kubernetes Service CIDR is ready", view, &plan)
        return plan
    }

    /// Whether every block of a range lies in another range, or no address is left that only this range holds.
    private func canGo(_ range: Value, in view: ClusterView) -> Bool {
        let own = Self.blocks(range)
        let others = view.list(.serviceCIDRs).filter { $0.name != range.name }.flatMap(Self.blocks)
        if own.allSatisfy({ block in others.contains { $0.contains(block) } }) { return true }
        var isUsed = false
        view.store.forEach(.ipAddresses) { address in
            if !isUsed, address.label("ipaddress.kubernetes.io/managed-by") == Self.managedBy, let number = IPAddress(address.name) {
                isUsed = own.contains { $0.contains(number) } && !others.contains { $0.contains(number) }
            }
        }
        return !isUsed
    }

    private func setReady(_ range: Value, _ key: ObjectKey, status: String, reason: String, message: String, _ view: ClusterView, _ plan: inout Plan) {
        guard range.condition("Ready")?["status"]?.stringValue != status else { return }
        let condition: Value = [
            "type": "Ready", "status": .string(status), "lastTransitionTime": .string(view.now.rfc3339), "reason": .string(reason), "message": .string(message),
        ]
        plan.add(.patch(key, .merge, ["status": ["conditions": [condition]]], subresource: "status"), ifRefused: .continuing)
    }
}
