import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What a cloud gives Services of type LoadBalancer.
package struct LoadBalancerSettings: Sendable {
    package enum Addresses: Sendable, Hashable {
        /// Names of Elastic Load Balancers in a region.
        case names(region: String)
        /// Addresses of a block, the first ones first.
        case block(String)
    }

    package var addresses: Addresses
    /// From the request to the cloud until the balancer has its address.
    package var delay: Duration = .seconds(5)

    package init(_ addresses: Addresses) { self.addresses = addresses }
}

/// Gets load balancers for Services, as a cloud's controller manager does.
///
/// - Bounds: Services with a `loadBalancerClass`, or whose annotation leaves them to another controller, are not touched.
/// - Source: `k8s.io/cloud-provider/controllers/service` and the names that AWS gives.
package struct LoadBalancerController: Controller {
    static let finalizer = "service.kubernetes.io/load-balancer-cleanup"
    static let typeAnnotation = "service.beta.kubernetes.io/aws-load-balancer-type"
    static let excludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers"

    package let name = "service-controller"
    package let interests: [GroupResource] = [.services, .nodes]
    private let settings: LoadBalancerSettings
    /// When the cloud was asked, for balancers that have yet to come.
    private var asked: [ObjectKey: Instant] = [:]
    /// The nodes that each balancer sends to.
    private var hosts: [ObjectKey: [String]] = [:]
    private var taken: Set<String> = []

    package init(_ settings: LoadBalancerSettings) { self.settings = settings }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .nodes {
            if event.change == .modified, let old = event.old, Self.isHost(old) == Self.isHost(event.object) { return [] }
            return hosts.keys.sorted().map { ($0, .zero) }
        }
        if event.change == .deleted {
            asked[event.key] = nil
            hosts[event.key] = nil
            return []
        }
        return wants(event.object) || event.object.hasFinalizer(Self.finalizer) ? ownKey(event) : []
    }

    private func wants(_ service: Value) -> Bool {
        guard service["spec"]?["type"]?.stringValue == "LoadBalancer", service["spec"]?["loadBalancerClass"]?.stringValue == nil else { return false }
        // These two are for the AWS Load Balancer Controller.
        guard case .names = settings.addresses else { return true }
        return !["external", "nlb-ip"].contains(service.annotation(Self.typeAnnotation) ?? "")
    }

    private static func isHost(_ node: Value) -> Bool {
        node.label(excludeLabel) == nil && !node.isBeingDeleted
            && !(node["spec"]?["taints"]?.elements ?? []).contains { $0["key"]?.stringValue == "ToBeDeletedByClusterAutoscaler" }
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let service = view.get(key) else { return .done }
        var plan = Plan()
        guard wants(service), !service.isBeingDeleted else {
            release(service, key, &plan)
            return plan
        }
        let ready = view.list(.nodes).filter(Self.isHost).map(\.name)
        if let known = hosts[key], !(service["status"]?["loadBalancer"]?["ingress"]?.elements ?? []).isEmpty {
            guard known != ready else { return plan }
            hosts[key] = ready
            if ready.isEmpty { plan.event(on: service, type: .warning, reason: "UnAvailableLoadBalancer", message: "There are no available nodes for LoadBalancer") }
            plan.event(on: service, reason: "UpdatedLoadBalancer", message: "Updated load balancer with new hosts")
            return plan
        }
        guard let since = asked[key] else {
            asked[key] = view.now
            plan.event(on: service, reason: "EnsuringLoadBalancer", message: "Ensuring load balancer")
            if !service.hasFinalizer(Self.finalizer) {
                plan.add(.patch(key, .merge, ["metadata": ["finalizers": Value(service.finalizers + [Self.finalizer])]]), ifRefused: .continuing)
            }
            plan.requeueAfter = settings.delay
            return plan
        }
        let due = since + settings.delay
        guard view.now >= due else {
            plan.requeueAfter = due - view.now
            return plan
        }
        guard let address = address(for: service) else {
            plan.event(on: service, type: .warning, reason: "SyncLoadBalancerFailed", message: "Error syncing load balancer: failed to ensure load balancer: no addresses left")
            asked[key] = nil
            plan.requeueWithBackOff = true
            return plan
        }
        asked[key] = nil
        hosts[key] = ready
        plan.add(.patch(key, .merge, ["status": ["loadBalancer": ["ingress": [address]]]], subresource: "status"), ifRefused: .continuing)
        if ready.isEmpty { plan.event(on: service, type: .warning, reason: "UnAvailableLoadBalancer", message: "There are no available nodes for LoadBalancer") }
        plan.event(on: service, reason: "EnsuredLoadBalancer", message: "Ensured load balancer")
        return plan
    }

    private mutating func release(_ service: Value, _ key: ObjectKey, _ plan: inout Plan) {
        guard service.hasFinalizer(Self.finalizer) else { return }
        asked[key] = nil
        hosts[key] = nil
        for entry in service["status"]?["loadBalancer"]?["ingress"]?.elements ?? [] { if let ip = entry["ip"]?.stringValue { taken.remove(ip) } }
        plan.event(on: service, reason: "DeletingLoadBalancer", message: "Deleting load balancer")
        if service["status"]?["loadBalancer"]?["ingress"] != nil {
            plan.add(.patch(key, .merge, ["status": ["loadBalancer": ["ingress": .null]]], subresource: "status"), ifRefused: .continuing)
        }
        let left = service.finalizers.filter { $0 != Self.finalizer }
        plan.add(.patch(key, .merge, ["metadata": ["finalizers": left.isEmpty ? .null : Value(left)]]), ifRefused: .continuing)
        plan.event(on: service, reason: "DeletedLoadBalancer", message: "Deleted load balancer")
    }

    // MARK: Addresses

    private mutating func address(for service: Value) -> Value? {
        switch settings.addresses {
        case .names(let region): return ["hostname": .string(Self.hostName(service, region: region))]
        case .block(let block):
            if let wish = service["spec"]?["loadBalancerIP"]?.stringValue, !wish.isEmpty, !taken.contains(wish) {
                taken.insert(wish)
                return ["ip": .string(wish), "ipMode": "VIP"]
            }
            guard let free = Self.first(of: block, except: taken) else { return nil }
            taken.insert(free)
            return ["ip": .string(free), "ipMode": "VIP"]
        }
    }

    /// `a` and the UID's first 31 digits, as the in-tree provider names balancers, with the number that AWS adds.
    static func hostName(_ service: Value, region: String) -> String {
        let digits = service.uid.filter { $0 != "-" }
        let name = "a" + digits.prefix(31)
        let hash = digits.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        if service.annotation(typeAnnotation) == "nlb" {
            let text = String(hash, radix: 16)
            return "\(name)-\(String(repeating: "0", count: 16 - text.count) + text).elb.\(region).amazonaws.com"
        }
        return "\(name)-\(1_000_000_000 + hash % 1_000_000_000).\(region).elb.amazonaws.com"
    }

    private static func first(of block: String, except taken: Set<String>) -> String? {
        let parts = block.split(separator: "/")
        guard parts.count == 2, let bits = Int(parts[1]), (16...32).contains(bits) else { return nil }
        let octets = parts[0].split(separator: ".").compactMap { UInt32($0) }
        guard octets.count == 4, octets.allSatisfy({ $0 < 256 }) else { return nil }
        let base = octets.reduce(0) { $0 << 8 | $1 }
        for offset in 0..<UInt32(1 << (32 - bits)) {
            let address = base &+ offset
            let text = "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
            if !taken.contains(text) { return text }
        }
        return nil
    }
}
