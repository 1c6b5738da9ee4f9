import KubernetesObjects
import SimulationKernel

/// Addresses and ports that one write has taken, to be given back when it fails.
struct Reservation: Sendable {
    var addresses: [IPAddress] = []
    var ports: [Int] = []
    /// What the old object had and the new one does not; given back when the write succeeds.
    var freedAddresses: [IPAddress] = []
    var freedPorts: [Int] = []
}

/// Hands out cluster IPs and node ports.
///
/// - Order: without a wish, a random number in the upper band, then the next free ones; the lower band when that is full. Of several
///   ranges the server's own comes first, then the ServiceCIDRs by name (a real server asks them in any order).
/// - Source: `pkg/registry/core/service/{ipallocator,portallocator,storage/alloc.go}`, v1.36: the lower band is kept for wishes:
///   of addresses `min(max(16, size/16), 256)`, of ports `min(max(16, size/32), 128)`.
package struct ServiceAllocators: Sendable {
    private var usedAddresses: Set<IPAddress> = []
    private var usedPorts: Set<Int> = []
    private let range: IPBlock
    /// What the ServiceCIDRs of a revision offer.
    private var offered: (revision: UInt64, ranges: [IPBlock])?
    private let ports: ClosedRange<Int>
    private var random: RandomStream

    init(settings: ServerSettings, seed: UInt64) {
        range = IPBlock(settings.serviceRange)?.masked ?? IPBlock(address: IPAddress(bits: 0x0a64_0000, isIPv4: true), prefixLength: 16)
        ports = settings.nodePorts
        random = RandomStream(seed: seed, name: "apiserver.services")
    }

    /// Where the stream of wishes stands; `restore` takes it back there.
    var saved: UInt64 { random.saved }

    mutating func restore(_ saved: UInt64) { random.restore(saved) }

    /// Fills in what a service needs and does not have: cluster IPs, families, node ports.
    ///
    /// - Throws: 422 for a wish that cannot be met, 500 when a range is full.
    mutating func allocate(for service: inout Value, old: Value?, into reservation: inout Reservation, store: Store) throws(APIStatus) {
        let name = service.name
        var errors: [FieldError] = []
        let type = service["spec"]?["type"]?.stringValue ?? "ClusterIP"
        if type == "ExternalName" {
            releaseAddresses(of: old, into: &reservation)
        } else {
            // Nothing can be given out for addresses and families that contradict each other.
            let problems = ServiceAddressValidation.problems(in: service["spec"] ?? [:])
            if old == nil, !problems.isEmpty { throw .invalid(kind: "Service", group: "", name: name, problems) }
            try families(&service, old: old, name)
            try allocateAddress(&service, old: old, into: &reservation, &errors, store)
        }
        if errors.isEmpty { try allocatePorts(&service, type, old: old, into: &reservation, &errors) }
        if errors.isEmpty { try allocateHealthPort(&service, type, old: old, into: &reservation) }
        if !errors.isEmpty { throw .invalid(kind: "Service", group: "", name: name, errors) }
    }

    private func families(_ service: inout Value, old: Value?, _ name: String) throws(APIStatus) {
        var spec = service["spec"] ?? [:]
        let isHeadless = spec["clusterIP"]?.stringValue == "None"
        let hasSelector = !(spec["selector"]?.fields ?? [:]).isEmpty
        // One that lists its endpoints itself may have any family: no address of the cluster is given out for it.
        if !isHeadless || hasSelector, let family = spec["ipFamilies"]?.elements.first(where: { $0.stringValue != "IPv4" }) {
            throw .invalid(
                kind: "Service", group: "", name: name,
                [.invalid("spec.ipFamilies[\(spec["ipFamilies"]?.elements.firstIndex(of: family) ?? 0)]", family, "not configured on this cluster")])
        }
        if spec["ipFamilyPolicy"] == nil { spec["ipFamilyPolicy"] = isHeadless && !hasSelector ? "RequireDualStack" : "SingleStack" }
        if spec["ipFamilyPolicy"]?.stringValue == "RequireDualStack", !(isHeadless && !hasSelector) {
            throw .invalid(
                kind: "Service", group: "", name: name,
                [.invalid("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], "this cluster is not configured for dual-stack services")])
        }
        if (spec["ipFamilies"]?.elements ?? []).isEmpty { spec["ipFamilies"] = isHeadless && !hasSelector ? ["IPv4", "IPv6"] : ["IPv4"] }
        service["spec"] = spec
    }

    // MARK: Addresses

    private mutating func allocateAddress(
        _ service: inout Value, old: Value?, into reservation: inout Reservation, _ errors: inout [FieldError], _ store: Store
    ) throws(APIStatus) {
        let wish = service["spec"]?["clusterIP"]?.stringValue ?? service["spec"]?["clusterIPs"]?[0]?.stringValue ?? ""
        let present = old?["spec"]?["clusterIP"]?.stringValue ?? ""
        if wish == "None" {
            service["spec", default: [:]]["clusterIP"] = "None"
            service["spec", default: [:]]["clusterIPs"] = ["None"]
            return
        }
        if !wish.isEmpty, wish == present { return }
        if wish.isEmpty {
            guard let address = freeAddress(in: ranges(store)) else { throw .internalError("failed to allocate a serviceIP: range is full") }
            take(address, into: &reservation)
            service["spec", default: [:]]["clusterIP"] = .string(address.description)
        } else {
            let list = service["spec"]?["clusterIPs"] ?? [.string(wish)]
            guard let address = IPAddress(wish), ranges(store).contains(where: { Self.offers($0, address) }) else {
                errors.append(
                    .invalid("spec.clusterIPs", list, "failed to allocate IP \(wish): the provided network does not match the current range"))
                return
            }
            guard !usedAddresses.contains(address) else {
                errors.append(.invalid("spec.clusterIPs", list, "failed to allocate IP \(wish): provided IP is already allocated"))
                return
            }
            take(address, into: &reservation)
        }
        if let address = service["spec"]?["clusterIP"] ?? service["spec"]?["clusterIPs"]?[0] {
            service["spec", default: [:]]["clusterIP"] = address
            service["spec", default: [:]]["clusterIPs"] = [address]
        }
    }

    private mutating func take(_ address: IPAddress, into reservation: inout Reservation) {
        usedAddresses.insert(address)
        reservation.addresses.append(address)
    }

    /// The ranges that addresses may be had from: of every ServiceCIDR that is ready and stays. The server's own alone where there
    /// are no such objects.
    private mutating func ranges(_ store: Store) -> [IPBlock] {
        let revision = store.revision(of: .serviceCIDRs)
        if let offered, offered.revision == revision { return offered.ranges }
        var (own, others, hasObjects) = ([IPBlock](), [IPBlock](), false)
        store.forEach(.serviceCIDRs) { object in
            hasObjects = true
            // One that nobody has judged yet is taken for ready.
            if object.isBeingDeleted || object.condition("Ready").map({ $0["status"]?.stringValue != "True" }) ?? false { return }
            for text in object["spec"]?["cidrs"]?.elements ?? [] {
                guard let found = text.stringValue.flatMap({ IPBlock($0)?.masked }), found.address.isIPv4 else { continue }
                if found == range { own = [found] } else { others.append(found) }
            }
        }
        let ranges = hasObjects ? own + others : [range]
        offered = (revision, ranges)
        return ranges
    }

    /// Whether an address of a block may be given out: its first and its last may not.
    private static func offers(_ block: IPBlock, _ address: IPAddress) -> Bool {
        block.contains(address) && address != block.first && address != block.address(at: block.count - 1)
    }

    private mutating func freeAddress(in ranges: [IPBlock]) -> IPAddress? {
        for range in ranges { if let address = freeAddress(in: range) { return address } }
        return nil
    }

    private mutating func freeAddress(in range: IPBlock) -> IPAddress? {
        let count = range.count - 2
        guard count > 0 else { return nil }
        let band = count <= 16 ? 0 : min(max(16, count / 16), 256)
        let upper = count - band
        func free(_ place: Int) -> IPAddress? { range.address(at: 1 + place).flatMap { usedAddresses.contains($0) ? nil : $0 } }
        if upper > 0 {
            let start = random.below(upper)
            for step in 0..<upper { if let address = free(band + (start + step) % upper) { return address } }
        }
        for place in 0..<band { if let address = free(place) { return address } }
        return nil
    }

    // MARK: Ports

    private mutating func allocatePorts(
        _ service: inout Value, _ type: String, old: Value?, into reservation: inout Reservation, _ errors: inout [FieldError]
    ) throws(APIStatus) {
        let before = Self.nodePorts(of: old)
        let needs = type == "NodePort" || (type == "LoadBalancer" && service["spec"]?["allocateLoadBalancerNodePorts"]?.boolValue != false)
        guard type == "NodePort" || type == "LoadBalancer", var list = service["spec"]?["ports"]?.arrayValue else {
            reservation.freedPorts += before.sorted()
            return
        }
        /// One number serves TCP and UDP of one service.
        var byNumber: [Int: Set<String>] = [:]
        var mine: Set<Int> = []
        for index in list.indices {
            let port = list[index]
            let wish = port["nodePort"]?.intValue ?? 0
            let transport = port["protocol"]?.stringValue ?? "TCP"
            if wish != 0 {
                let isShared = mine.contains(wish) && byNumber[wish]?.contains(transport) == false
                if !before.contains(wish), !isShared, let problem = takePort(wish, into: &reservation) {
                    errors.append(.invalid("spec.ports[\(index)].nodePort", Value(wish), problem))
                    return
                }
                mine.insert(wish)
                byNumber[wish, default: []].insert(transport)
            } else if needs {
                let number = port["port"]?.intValue
                let sibling = list[..<index].first { other in
                    guard other["port"]?.intValue == number, let taken = other["nodePort"]?.intValue, taken != 0 else { return false }
                    return byNumber[taken]?.contains(transport) == false
                }
                let chosen: Int
                if let taken = sibling?["nodePort"]?.intValue {
                    chosen = taken
                } else if let free = freePort() {
                    chosen = free
                    _ = takePort(free, into: &reservation)
                } else {
                    throw .internalError("failed to allocate a nodePort: range is full")
                }
                list[index]["nodePort"] = Value(chosen)
                mine.insert(chosen)
                byNumber[chosen, default: []].insert(transport)
            }
        }
        service["spec", default: [:]]["ports"] = .array(list)
        reservation.freedPorts += before.subtracting(mine).sorted()
    }

    private mutating func allocateHealthPort(
        _ service: inout Value, _ type: String, old: Value?, into reservation: inout Reservation
    ) throws(APIStatus) {
        let before = old?["spec"]?["healthCheckNodePort"]?.intValue ?? 0
        let needs = type == "LoadBalancer" && service["spec"]?["externalTrafficPolicy"]?.stringValue == "Local"
        guard needs else {
            if before != 0 { reservation.freedPorts.append(before) }
            return
        }
        let wish = service["spec"]?["healthCheckNodePort"]?.intValue ?? 0
        if wish != 0, wish == before { return }
        if wish != 0 {
            if let problem = takePort(wish, into: &reservation) {
                throw .internalError("failed to allocate requested HealthCheck NodePort \(wish): \(problem)")
            }
        } else if let free = freePort() {
            _ = takePort(free, into: &reservation)
            service["spec", default: [:]]["healthCheckNodePort"] = Value(free)
        } else {
            throw .internalError("failed to allocate a HealthCheck NodePort: range is full")
        }
    }

    /// Takes a port.
    ///
    /// - Returns: why it cannot be had; nil when it was taken.
    private mutating func takePort(_ port: Int, into reservation: inout Reservation) -> String? {
        guard ports.contains(port) else {
            return "provided port is not in the valid range. The range of valid ports is \(ports.lowerBound)-\(ports.upperBound)"
        }
        guard usedPorts.insert(port).inserted else { return "provided port is already allocated" }
        reservation.ports.append(port)
        return nil
    }

    private mutating func freePort() -> Int? {
        let count = ports.count
        let band = count <= 16 ? 0 : min(max(16, count / 32), 128)
        let upper = count - band
        if upper > 0 {
            let start = random.below(upper)
            for step in 0..<upper {
                let port = ports.lowerBound + band + (start + step) % upper
                if !usedPorts.contains(port) { return port }
            }
        }
        for port in ports.prefix(band) where !usedPorts.contains(port) { return port }
        return nil
    }

    private static func nodePorts(of service: Value?) -> Set<Int> {
        Set((service?["spec"]?["ports"]?.elements ?? []).compactMap { $0["nodePort"]?.intValue }.filter { $0 != 0 })
    }

    // MARK: Giving back

    /// Gives back what a write that failed had taken.
    mutating func release(_ reservation: Reservation) {
        for address in reservation.addresses { usedAddresses.remove(address) }
        for port in reservation.ports { usedPorts.remove(port) }
    }

    /// Gives back what a write that succeeded has left behind.
    mutating func commit(_ reservation: Reservation) {
        for address in reservation.freedAddresses { usedAddresses.remove(address) }
        for port in reservation.freedPorts { usedPorts.remove(port) }
    }

    private func releaseAddresses(of old: Value?, into reservation: inout Reservation) {
        for address in old?["spec"]?["clusterIPs"]?.elements ?? [] {
            if let number = address.stringValue.flatMap({ IPAddress($0) }) { reservation.freedAddresses.append(number) }
        }
    }

    /// Gives back everything a removed service had.
    mutating func releaseAll(of service: Value) {
        var reservation = Reservation()
        releaseAddresses(of: service, into: &reservation)
        reservation.freedPorts = Self.nodePorts(of: service).sorted()
        if let health = service["spec"]?["healthCheckNodePort"]?.intValue { reservation.freedPorts.append(health) }
        commit(reservation)
    }

    /// Takes what a stored service has, when a saved cluster is loaded.
    mutating func adopt(_ service: Value) {
        for address in service["spec"]?["clusterIPs"]?.elements ?? [] {
            if let number = address.stringValue.flatMap({ IPAddress($0) }) { usedAddresses.insert(number) }
        }
        usedPorts.formUnion(Self.nodePorts(of: service))
        if let health = service["spec"]?["healthCheckNodePort"]?.intValue, health != 0 { usedPorts.insert(health) }
    }
}
