import APIMachinery
import KubernetesObjects
import SimulationKernel

extension GroupResource {
    static let ipAddresses = GroupResource("ipaddresses", group: "networking.k8s.io")
    static let serviceCIDRs = GroupResource("servicecidrs", group: "networking.k8s.io")
}

/// Keeps an IPAddress object for each cluster IP, and the state of ServiceCIDRs.
///
/// - Source: kube-apiserver's IP allocator and its repair loop, kube-controller-manager `servicecidrs`, Kubernetes 1.36.
///   Differs: the objects are written right after the Service, not before it.
package struct ServiceAddressController: Controller {
    static let managedBy = "ipallocator.k8s.io"
    static let finalizer = "networking.k8s.io/service-cidr-finalizer"

    package let name = "service-cidr-controller"
    package let interests: [GroupResource] = [.services, .ipAddresses, .serviceCIDRs]
    package var user: UserInfo { .apiServer }

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .services:
            let addresses = Set(Self.addresses(of: event.object) + (event.old.map(Self.addresses) ?? []))
            if event.change == .modified, let old = event.old, Self.addresses(of: old) == Self.addresses(of: event.object) { return [] }
            return addresses.sorted().map { (ObjectKey(.ipAddresses, name: $0), .zero) }
        case .ipAddresses: return event.change == .modified ? [] : ownKey(event)
        default: return event.change == .deleted ? [] : ownKey(event)
        }
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
        var owner: Value?
        if let reference = present?["spec"]?["parentRef"], reference["resource"]?.stringValue == "services" {
            owner = view.get(.services, namespace: reference["namespace"]?.stringValue ?? "", name: reference["name"]?.stringValue ?? "")
            if let holder = owner, !Self.addresses(of: holder).contains(key.name) { owner = nil }
        }
        if owner == nil {
            view.store.forEach(.services) { service in if owner == nil, Self.addresses(of: service).contains(key.name) { owner = service } }
        }
        guard let owner else {
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
            // A range goes when no address is left that only it holds.
            let others = view.list(.serviceCIDRs).filter { $0.name != key.name && !$0.isBeingDeleted }.flatMap { $0["spec"]?["cidrs"]?.elements.compactMap(\.stringValue) ?? [] }
            let own = range["spec"]?["cidrs"]?.elements.compactMap(\.stringValue) ?? []
            let isUsed = view.list(.ipAddresses).contains { address in
                own.contains { AddressBlock($0)?.contains(address.name) == true } && !others.contains { AddressBlock($0)?.contains(address.name) == true }
            }
            if isUsed {
                setReady(range, key, status: "False", reason: "Terminating", message: "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR", view, &plan)
                plan.requeueAfter = .seconds(30)
            } else {
                let left = range.finalizers.filter { $0 != Self.finalizer }
                plan.add(.patch(key, .merge, ["metadata": ["finalizers": left.isEmpty ? .null : Value(left)]]), ifRefused: .continuing)
            }
            return plan
        }
        if !range.hasFinalizer(Self.finalizer) {
            plan.add(.patch(key, .merge, ["metadata": ["finalizers": Value(range.finalizers + [Self.finalizer])]]), ifRefused: .continuing)
        }
        setReady(range, key, status: "True", reason: "", message: "Kubernetes Service CIDR is ready", view, &plan)
        return plan
    }

    private func setReady(_ range: Value, _ key: ObjectKey, status: String, reason: String, message: String, _ view: ClusterView, _ plan: inout Plan) {
        guard range.condition("Ready")?["status"]?.stringValue != status else { return }
        let condition: Value = [
            "type": "Ready", "status": .string(status), "lastTransitionTime": .string(view.now.rfc3339), "reason": .string(reason), "message": .string(message),
        ]
        plan.add(.patch(key, .merge, ["status": ["conditions": [condition]]], subresource: "status"), ifRefused: .continuing)
    }
}

/// A block of IPv4 addresses, to ask what it holds.
struct AddressBlock {
    private let base: UInt32
    private let bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let base = Self.number(String(parts[0])), let bits = Int(parts[1]), (0...32).contains(bits) else { return nil }
        (self.base, self.bits) = (base, bits)
    }

    func contains(_ text: String) -> Bool {
        guard let address = Self.number(text) else { return false }
        return bits == 0 || (address ^ base) >> UInt32(32 - bits) == 0
    }

    static func number(_ text: String) -> UInt32? {
        let octets = text.split(separator: ".").compactMap { UInt8($0) }
        return octets.count == 4 ? octets.reduce(0) { $0 << 8 | UInt32($1) } : nil
    }
}
