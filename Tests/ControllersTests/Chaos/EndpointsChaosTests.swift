import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Services and pods at random: slices and Endpoints say what a plain look at the pods says.
@Suite struct EndpointsChaosTests {
    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(
            seed: seed,
            only: MiniCluster.ground.union([
                "endpoint-slice-controller", "endpoint-controller", "endpointslicemirroring-controller", "garbage-collector-controller",
            ]))
        let violations = Violations()
        cluster.afterWrite = { store, _ in
            for slice in store.list(.endpointSlices, namespace: "default") {
                let addresses = (slice["endpoints"]?.elements ?? []).flatMap { $0["addresses"]?.elements ?? [] }
                violations.check(addresses.count <= EndpointSliceController.endpointsMax, "\(slice.name) has \(addresses.count) addresses")
                violations.check(Set(addresses).count == addresses.count, "\(slice.name) has an address twice")
            }
        }
        for round in 0..<25 {
            let services = cluster.list(.services)
            let pods = cluster.list(.pods)
            switch random.below(11) {
            case 0, 1, 2: cluster.create(.pods, pod(round, &random))
            case 3: if !pods.isEmpty { cluster.delete(.pods, pods[random.below(pods.count)].name) }
            case 4:
                guard !pods.isEmpty else { break }
                let isStuck = random.chance(1, in: 2)
                cluster.change(.pods, pods[random.below(pods.count)].name) {
                    $0["metadata", default: [:]]["labels", default: [:]][MiniCluster.stuckLabel] = isStuck ? "yes" : nil
                }
            case 5:
                guard !pods.isEmpty else { break }
                let app = "app-\(random.below(2))"
                cluster.change(.pods, pods[random.below(pods.count)].name) { $0["metadata", default: [:]]["labels", default: [:]]["app"] = .string(app) }
            case 6: if let pod = pods.first(where: \.isPodActive) { cluster.finish(pod, phase: random.chance(1, in: 2) ? "Failed" : "Succeeded") }
            case 7: if services.count < 4 { cluster.create(.services, service(round, &random)) }
            case 8:
                guard !services.isEmpty else { break }
                let service = services[random.below(services.count)]
                if random.chance(1, in: 3) { cluster.delete(.services, service.name) } else { change(service, in: &cluster, &random) }
            case 9:
                guard let service = services.first(where: { !ServiceSelection.hasSelector($0) }) else { break }
                write(endpointsOf: service, in: &cluster, &random)
            default:
                let slices = cluster.list(.endpointSlices)
                if !slices.isEmpty { cluster.delete(.endpointSlices, slices[random.below(slices.count)].name) }
            }
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 300))
        }
        cluster.settle()
        cluster.settle()
        return (cluster, violations.list)
    }

    private static func pod(_ round: Int, _ random: inout RandomStream) -> Value {
        var labels: Value = ["app": .string("app-\(random.below(2))")]
        if random.chance(1, in: 4) { labels[MiniCluster.stuckLabel] = "yes" }
        let port: Value = ["name": "http", "containerPort": Value(8080 + random.below(2)), "protocol": "TCP"]
        return [
            "metadata": ["name": .string("pod-\(round)"), "namespace": "default", "labels": labels],
            "spec": ["containers": [["name": "c", "image": "x", "ports": [port]]]],
        ]
    }

    private static func service(_ round: Int, _ random: inout RandomStream) -> Value {
        var spec: Value = ["ports": [["name": "web", "port": 80, "protocol": "TCP", "targetPort": random.chance(1, in: 2) ? "http" : 8080]]]
        if random.chance(3, in: 4) { spec["selector"] = ["app": .string("app-\(random.below(2))")] }
        if random.chance(1, in: 4) { spec["clusterIP"] = "None" }
        if random.chance(1, in: 4) { spec["publishNotReadyAddresses"] = true }
        return ["metadata": ["name": .string("svc-\(round)"), "namespace": "default"], "spec": spec]
    }

    private static func change(_ service: Value, in cluster: inout MiniCluster, _ random: inout RandomStream) {
        let (what, app) = (random.below(3), "app-\(random.below(2))")
        cluster.change(.services, service.name) { object in
            switch what {
            case 0: if ServiceSelection.hasSelector(object) { object["spec", "selector"] = ["app": .string(app)] }
            case 1: object["spec", "trafficDistribution"] = "PreferSameZone"
            default: object["metadata", default: [:]]["labels", default: [:]]["team"] = .string(app)
            }
        }
    }

    private static func write(endpointsOf service: Value, in cluster: inout MiniCluster, _ random: inout RandomStream) {
        let addresses: [Value] = (0..<random.below(4)).map { ["ip": .string("10.9.0.\($0 + 1)")] }
        let subsets: [Value] = addresses.isEmpty ? [] : [["addresses": .array(addresses), "ports": [["name": "web", "port": 80, "protocol": "TCP"]]]]
        if cluster.get(.endpoints, service.name).isNull {
            cluster.create(.endpoints, ["metadata": ["name": .string(service.name), "namespace": "default"], "subsets": .array(subsets)])
        } else {
            cluster.change(.endpoints, service.name) { $0["subsets"] = .array(subsets) }
        }
    }

    /// `address port ready` of each endpoint that the pods of a Service make.
    private static func expected(_ service: Value, _ cluster: MiniCluster) -> Set<String> {
        var found: Set<String> = []
        let publishes = service["spec"]?["publishNotReadyAddresses"]?.boolValue == true
        for pod in cluster.list(.pods) where pod.label("app") == service["spec", "selector", "app"]?.stringValue && !pod.isPodTerminal {
            guard let ip = pod["status"]?["podIP"]?.stringValue else { continue }
            let named = service["spec", "ports"]?[0]?["targetPort"]?.stringValue == "http"
            let port = named ? pod["spec", "containers"]?[0]?["ports"]?[0]?["containerPort"]?.intValue ?? 0 : 8080
            found.insert("\(ip) \(port) \(publishes || (pod.isPodReady && !pod.isBeingDeleted))")
        }
        return found
    }

    private static func listed(_ slices: [Value]) -> [String] {
        slices.flatMap { slice in
            (slice["endpoints"]?.elements ?? []).map {
                "\($0["addresses"]?[0]?.stringValue ?? "") \(slice["ports"]?[0]?["port"]?.intValue ?? 0) \($0["conditions"]?["ready"]?.boolValue == true)"
            }
        }
    }

    @Test(arguments: ChaosSeeds.all)
    func `lists each endpoint once, and no others`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let slices = cluster.list(.endpointSlices)
        let services = cluster.list(.services)
        for service in services {
            let own = Self.listed(slices.filter { $0.label(EndpointSliceController.serviceNameLabel) == service.name })
            #expect(Set(own).count == own.count, ChaosSeeds.note(seed))
            let endpoints = cluster.get(.endpoints, service.name)
            guard ServiceSelection.hasSelector(service) else {
                let written = (endpoints["subsets"]?[0]?["addresses"]?.elements ?? []).map { "\($0["ip"]?.stringValue ?? "") 80 true" }
                #expect(own.sorted() == written.sorted(), ChaosSeeds.note(seed))
                continue
            }
            #expect(Set(own) == Self.expected(service, cluster), ChaosSeeds.note(seed))
            let ready = Set((endpoints["subsets"]?.elements ?? []).flatMap { $0["addresses"]?.elements ?? [] }.compactMap { $0["ip"]?.stringValue })
            #expect(ready == Set(own.filter { $0.hasSuffix("true") }.map { String($0.prefix { $0 != " " }) }), ChaosSeeds.note(seed))
        }
        let names = Set(services.map(\.name))
        #expect(slices.allSatisfy { names.contains($0.label(EndpointSliceController.serviceNameLabel) ?? "") }, ChaosSeeds.note(seed))
        #expect(cluster.list(.endpoints).allSatisfy { names.contains($0.name) }, ChaosSeeds.note(seed))
        #expect(cluster.server.store.danglingOwners == [], ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
