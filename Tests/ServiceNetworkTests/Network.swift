import APIMachinery
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

/// A network with two nodes and one service with a ready pod on each, built from watch events.
struct Network {
    var plane: DataPlane
    var store = Store()

    init(mode: ProxyMode = .iptables, scheduler: IPVSScheduler = .rr) {
        plane = DataPlane(mode: mode, scheduler: scheduler, seed: 3)
        for (index, name) in ["n1", "n2"].enumerated() {
            add(.nodes, "", [
                "metadata": ["name": .string(name), "labels": ["topology.kubernetes.io/zone": .string("z\(index)")]],
                "status": ["addresses": [["type": "InternalIP", "address": .string("192.168.0.\(index + 1)")]], "conditions": [["type": "Ready", "status": "True"]]],
            ])
            add(.pods, "default", [
                "metadata": ["name": .string("p\(index)"), "namespace": "default", "labels": ["app": "web"]],
                "spec": ["nodeName": .string(name), "containers": [["name": "c", "ports": [["name": "http", "containerPort": 80]]]]],
                "status": ["phase": "Running", "podIP": .string("10.244.\(index).5")],
            ])
        }
        add(.namespaces, "", ["metadata": ["name": "default", "labels": ["kubernetes.io/metadata.name": "default"]]])
        addService([:])
        addSlice(ready: [true, true])
    }

    mutating func add(_ resource: GroupResource, _ namespace: String, _ object: Value) {
        let event = store.put(object, at: ObjectKey(resource, namespace: namespace, name: object.name), cause: TraceID(0))
        plane.observe(event, in: ClusterView(store: store, now: .simulationStart))
    }

    mutating func addService(_ extra: Fields) {
        var spec: Value = [
            "type": "NodePort", "clusterIP": "10.100.0.10", "clusterIPs": ["10.100.0.10"], "selector": ["app": "web"],
            "ports": [["port": 80, "targetPort": 80, "nodePort": 30080, "protocol": "TCP"]],
        ]
        for (key, value) in extra { spec[key] = value }
        add(.services, "default", ["metadata": ["name": "web", "namespace": "default"], "spec": spec])
    }

    mutating func addSlice(ready: [Bool]) {
        add(.endpointSlices, "default", [
            "metadata": ["name": "web-1", "namespace": "default", "labels": ["kubernetes.io/service-name": "web"]],
            "ports": [["name": "", "port": 80, "protocol": "TCP"]],
            "endpoints": .array(ready.enumerated().map { index, ready in
                [
                    "addresses": [.string("10.244.\(index).5")], "conditions": ["ready": .bool(ready), "serving": .bool(ready), "terminating": false],
                    "nodeName": .string("n\(index + 1)"), "zone": .string("z\(index)"), "targetRef": ["kind": "Pod", "name": .string("p\(index)")],
                ]
            }),
        ])
    }

    mutating func remove(_ resource: GroupResource, _ namespace: String, _ name: String) {
        let key = ObjectKey(resource, namespace: namespace, name: name)
        let event = StoreEvent(change: .deleted, key: key, object: store.get(key) ?? .null, old: store.get(key), revision: 0, cause: TraceID(0))
        plane.observe(event, in: ClusterView(store: store, now: .simulationStart))
    }

    /// The codes of the hops of a request, and that of its failure.
    mutating func codes(_ origin: RequestOrigin, _ url: String, headers: [(name: String, value: String)] = []) -> [RouteCode] {
        ask(origin, url, headers: headers).hops.map(\.note.code)
    }

    mutating func ask(_ origin: RequestOrigin, _ url: String, headers: [(name: String, value: String)] = [], at now: Instant = .simulationStart) -> Delivery {
        plane.route(SimulatedRequest(from: origin, url: RequestURL(url)!, headers: headers), now: now)
    }

    mutating func pods(_ origin: RequestOrigin, _ url: String, times: Int = 40) -> Set<String> {
        var result: Set<String> = []
        for _ in 0..<times { if case .pod(_, let name, _, _) = ask(origin, url).target { result.insert(name) } }
        return result
    }
}
