import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Scheduler

/// What each filter lets through and what it says of the nodes that it does not.
@Suite struct FilterTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        /// The reasons, as the message has them; nil when the pod gets its node.
        var refusal: String?
        var spec: Value = [:]
        var labels: Value = [:]
        var cpu: String?
        /// Whether the pod was refused before nodes were looked at.
        var isBeforehand = false
        var prepare: @Sendable (inout SchedulingWorld) -> Void = { $0.node("n") }
    }

    private func check(_ entry: Case) {
        var world = SchedulingWorld()
        entry.prepare(&world)
        world.run()
        world.pod("p", cpu: entry.cpu, labels: entry.labels, spec: entry.spec)
        world.run()
        guard let refusal = entry.refusal else {
            #expect(world.nodeOf("p") == "n", "\(world.message("p"))")
            return
        }
        #expect(world.nodeOf("p") == nil)
        let count = world.server.store.list(.nodes).count
        let start = "0/\(count) nodes are available: \(refusal)."
        #expect(world.message("p").hasPrefix(start), "\(world.message("p"))")
        if entry.isBeforehand { #expect(world.message("p") == start + " not found") }
    }

    // MARK: Nodes

    static let taint: Value = [["key": "lab", "value": "x", "effect": "NoSchedule"]]

    @Test(arguments: [
        Case(testDescription: "an empty node", refusal: nil),
        Case(testDescription: "a cordoned node", refusal: "1 node(s) were unschedulable") { $0.node("n", unschedulable: true) },
        Case(testDescription: "a cordoned node, tolerated", spec: ["tolerations": [["key": "node.kubernetes.io/unschedulable", "operator": "Exists"]]]) { $0.node("n", unschedulable: true) },
        Case(testDescription: "a taint", refusal: "1 node(s) had untolerated taint(s)") { $0.node("n", taints: taint) },
        Case(testDescription: "a taint, tolerated by value", spec: ["tolerations": [["key": "lab", "operator": "Equal", "value": "x", "effect": "NoSchedule"]]]) { $0.node("n", taints: taint) },
        Case(testDescription: "a taint, another value tolerated", refusal: "1 node(s) had untolerated taint(s)", spec: ["tolerations": [["key": "lab", "value": "y"]]]) { $0.node("n", taints: taint) },
        Case(testDescription: "a taint, all tolerated", spec: ["tolerations": [["operator": "Exists"]]]) { $0.node("n", taints: taint) },
        Case(testDescription: "a taint that only deters") { $0.node("n", taints: [["key": "lab", "effect": "PreferNoSchedule"]]) },
        Case(testDescription: "a label that is there", spec: ["nodeSelector": ["disk": "ssd"]]) { $0.node("n", labels: ["disk": "ssd"]) },
        Case(testDescription: "a label that is not there", refusal: "1 node(s) didn't match Pod's node affinity/selector", spec: ["nodeSelector": ["disk": "ssd"]]),
        Case(testDescription: "one of two terms", spec: affinity([["key": "disk", "operator": "In", "values": ["ssd"]]], [["key": "old", "operator": "DoesNotExist"]])),
        Case(testDescription: "more than", spec: affinity([["key": "cores", "operator": "Gt", "values": ["8"]]])) { $0.node("n", labels: ["cores": "16"]) },
        Case(testDescription: "not more than", refusal: "1 node(s) didn't match Pod's node affinity/selector", spec: affinity([["key": "cores", "operator": "Gt", "values": ["16"]]])) { $0.node("n", labels: ["cores": "16"]) },
        Case(testDescription: "not in", refusal: "1 node(s) didn't match Pod's node affinity/selector", spec: affinity([["key": "disk", "operator": "NotIn", "values": ["hdd"]]])) { $0.node("n", labels: ["disk": "hdd"]) },
    ])
    func `nodes by their own marks`(_ entry: Case) { check(entry) }

    static func affinity(_ terms: [Value]...) -> Value {
        ["affinity": ["nodeAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": .array(terms.map { ["matchExpressions": .array($0)] })]]]]
    }

    // MARK: Resources and ports

    static func container(_ requests: Value, port: Value? = nil) -> Value {
        var container: Value = ["name": "c", "image": "x", "resources": ["requests": requests, "limits": requests]]
        if let port { container["ports"] = [port] }
        return ["containers": [container]]
    }

    static func port(_ number: Int, _ network: String = "TCP", ip: String? = nil) -> Value {
        var port: Value = ["containerPort": Value(number), "hostPort": Value(number), "protocol": .string(network)]
        if let ip { port["hostIP"] = .string(ip) }
        return container([:], port: port)
    }

    @Test(arguments: [
        Case(testDescription: "just fits", cpu: "1"),
        Case(testDescription: "too much CPU", refusal: "1 Insufficient cpu", cpu: "1001m"),
        Case(testDescription: "too much CPU beside another", refusal: "1 Insufficient cpu", cpu: "500m") {
            $0.node("n")
            $0.pod("q", cpu: "501m")
        },
        Case(testDescription: "too much memory", refusal: "1 Insufficient memory", spec: container(["memory": "4Gi"])),
        Case(testDescription: "too much of both", refusal: "1 Insufficient cpu, 1 Insufficient memory", spec: container(["cpu": "2", "memory": "4Gi"])),
        Case(testDescription: "what the node has not", refusal: "1 Insufficient example.com/gpu", spec: container(["example.com/gpu": "1"])),
        Case(testDescription: "too many pods", refusal: "1 Too many pods") {
            $0.node("n", pods: 1)
            $0.pod("q")
        },
        Case(testDescription: "too many pods, and too much CPU", refusal: "1 Insufficient cpu, 1 Too many pods", cpu: "2") {
            $0.node("n", pods: 1)
            $0.pod("q")
        },
        Case(testDescription: "the largest start-up container counts", refusal: "1 Insufficient cpu", spec: ["initContainers": [["name": "i", "image": "x", "resources": ["requests": ["cpu": "2"]]]]], cpu: "100m"),
        Case(testDescription: "what the pod itself costs counts", refusal: "1 Insufficient cpu", spec: ["overhead": ["cpu": "600m"]], cpu: "500m"),
        Case(testDescription: "a free port", spec: port(80)),
        Case(testDescription: "a port that is taken", refusal: "1 node(s) didn't have free ports for the requested pod ports", spec: port(80)) {
            $0.node("n")
            $0.pod("q", spec: port(80))
        },
        Case(testDescription: "a port of another protocol", spec: port(80, "UDP")) {
            $0.node("n")
            $0.pod("q", spec: port(80))
        },
        Case(testDescription: "a port at another address", spec: port(80, ip: "10.0.0.1")) {
            $0.node("n")
            $0.pod("q", spec: port(80, ip: "10.0.0.2"))
        },
        Case(testDescription: "a port at all addresses", refusal: "1 node(s) didn't have free ports for the requested pod ports", spec: port(80, ip: "10.0.0.1")) {
            $0.node("n")
            $0.pod("q", spec: port(80))
        },
    ])
    func `resources and ports`(_ entry: Case) { check(entry) }

    // MARK: Other pods

    static func spread(_ skew: Int = 1, minDomains: Int? = nil) -> Value {
        var constraint: Value = [
            "maxSkew": Value(skew), "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": ["matchLabels": ["app": "web"]],
        ]
        if let minDomains { constraint["minDomains"] = Value(minDomains) }
        return ["topologySpreadConstraints": [constraint]]
    }

    static func podRule(_ kind: String, app: String = "web", key: String = "zone") -> Value {
        ["affinity": [kind: ["requiredDuringSchedulingIgnoredDuringExecution": [["topologyKey": .string(key), "labelSelector": ["matchLabels": ["app": .string(app)]]]]]]]
    }

    static let inZone: @Sendable (inout SchedulingWorld) -> Void = {
        $0.node("n", labels: ["zone": "a"])
        $0.pod("q", labels: ["app": "web"])
    }

    @Test(arguments: [
        Case(testDescription: "no label to spread over", refusal: "1 node(s) didn't match pod topology spread constraints (missing required label)", spec: spread(), labels: ["app": "web"]),
        Case(testDescription: "one zone only", spec: spread(), labels: ["app": "web"], prepare: inZone),
        Case(testDescription: "fewer zones than wanted", refusal: "1 node(s) didn't match pod topology spread constraints", spec: spread(minDomains: 2), labels: ["app": "web"], prepare: inZone),
        Case(
            testDescription: "an emptier zone that cannot take it", refusal: "1 Insufficient cpu, 1 node(s) didn't match pod topology spread constraints", spec: spread(), labels: ["app": "web"],
            cpu: "500m"
        ) {
            $0.node("n", labels: ["zone": "a"])
            $0.pod("q", labels: ["app": "web"])
            $0.run()
            $0.node("m", cpu: "100m", labels: ["zone": "b"])
        },
        Case(testDescription: "a wider skew", spec: spread(2), labels: ["app": "web"], cpu: "500m") {
            inZone(&$0)
            $0.run()
            $0.node("m", cpu: "100m", labels: ["zone": "b"])
        },
        Case(testDescription: "company that is there", spec: podRule("podAffinity"), prepare: inZone),
        Case(testDescription: "company that is nowhere", refusal: "1 node(s) didn't match pod affinity rules", spec: podRule("podAffinity", app: "db"), prepare: inZone),
        Case(testDescription: "its own company", spec: podRule("podAffinity"), labels: ["app": "web"]) { $0.node("n", labels: ["zone": "a"]) },
        Case(testDescription: "company to shun", refusal: "1 node(s) didn't match pod anti-affinity rules", spec: podRule("podAntiAffinity"), prepare: inZone),
        Case(testDescription: "company to shun elsewhere", spec: podRule("podAntiAffinity", app: "db"), prepare: inZone),
        Case(testDescription: "company that shuns it", refusal: "1 node(s) didn't satisfy existing pods anti-affinity rules", labels: ["app": "web"]) {
            $0.node("n", labels: ["zone": "a"])
            $0.pod("q", spec: podRule("podAntiAffinity"))
        },
    ])
    func `other pods`(_ entry: Case) { check(entry) }

    // MARK: Volumes

    static let claiming: Value = ["volumes": [["name": "v", "persistentVolumeClaim": ["claimName": "c"]]]]

    static func claim(volume: String? = nil, className: String = "", mode: String = "ReadWriteOnce", phase: String? = nil, isDeleted: Bool = false) -> Value {
        var metadata: Value = ["name": "c", "namespace": "default", "uid": "c"]
        if volume != nil { metadata["annotations"] = ["pv.kubernetes.io/bind-completed": "yes"] }
        if isDeleted { metadata["deletionTimestamp"] = "2030-01-01T00:00:00Z" }
        var spec: Value = ["accessModes": [.string(mode)], "storageClassName": .string(className), "resources": ["requests": ["storage": "1Gi"]]]
        if let volume { spec["volumeName"] = .string(volume) }
        return ["metadata": metadata, "spec": spec, "status": ["phase": .string(phase ?? (volume == nil ? "Pending" : "Bound"))]]
    }

    static func volume(_ spec: Value = [:], labels: Value = [:], phase: String = "Bound", isClaimed: Bool = true) -> Value {
        var all: Value = ["capacity": ["storage": "1Gi"], "accessModes": ["ReadWriteOnce"]]
        if isClaimed { all["claimRef"] = ["namespace": "default", "name": "c", "uid": "c"] }
        for (key, value) in spec.fields ?? Fields() { all[key] = value }
        return ["metadata": ["name": "v", "labels": labels], "spec": all, "status": ["phase": .string(phase)]]
    }

    static func onHost(_ name: String) -> Value {
        ["nodeAffinity": ["required": ["nodeSelectorTerms": [["matchExpressions": [["key": "kubernetes.io/hostname", "operator": "In", "values": [.string(name)]]]]]]]]
    }

    static func storageClass(provisioner: String, zones: [String] = []) -> Value {
        var object: Value = ["metadata": ["name": "late"], "provisioner": .string(provisioner), "volumeBindingMode": "WaitForFirstConsumer"]
        if !zones.isEmpty { object["allowedTopologies"] = [["matchLabelExpressions": [["key": "zone", "values": Value(zones)]]]] }
        return object
    }

    @Test(arguments: [
        Case(testDescription: "no claim", refusal: "persistentvolumeclaim \"c\" not found", spec: claiming, isBeforehand: true),
        Case(testDescription: "a claim that waits", refusal: "pod has unbound immediate PersistentVolumeClaims", spec: claiming, isBeforehand: true) {
            $0.node("n")
            $0.inject(.persistentVolumeClaims, claim())
        },
        Case(testDescription: "a claim that goes", refusal: "persistentvolumeclaim \"c\" is being deleted", spec: claiming, isBeforehand: true) {
            $0.node("n")
            $0.inject(.persistentVolumeClaims, claim(volume: "v", isDeleted: true))
        },
        Case(testDescription: "a claim that lost its volume", refusal: "persistentvolumeclaim \"c\" bound to non-existent persistentvolume \"v\"", spec: claiming, isBeforehand: true) {
            $0.node("n")
            $0.inject(.persistentVolumeClaims, claim(volume: "v", phase: "Lost"))
        },
        Case(testDescription: "a bound claim", spec: claiming) {
            $0.node("n")
            $0.inject(.persistentVolumes, volume())
            $0.inject(.persistentVolumeClaims, claim(volume: "v"))
        },
        Case(testDescription: "a bound claim whose volume is gone", refusal: "1 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", spec: claiming) {
            $0.node("n")
            $0.inject(.persistentVolumeClaims, claim(volume: "v"))
        },
        Case(testDescription: "a volume of another node", refusal: "1 node(s) didn't match PersistentVolume's node affinity", spec: claiming) {
            $0.node("n")
            $0.inject(.persistentVolumes, volume(onHost("m")))
            $0.inject(.persistentVolumeClaims, claim(volume: "v"))
        },
        Case(testDescription: "a volume of another zone", refusal: "1 node(s) had no available volume zone", spec: claiming) {
            $0.node("n", labels: ["topology.kubernetes.io/zone": "a"])
            $0.inject(.persistentVolumes, volume(labels: ["topology.kubernetes.io/zone": "b"]))
            $0.inject(.persistentVolumeClaims, claim(volume: "v"))
        },
        Case(testDescription: "a volume of several zones", spec: claiming) {
            $0.node("n", labels: ["topology.kubernetes.io/zone": "a"])
            $0.inject(.persistentVolumes, volume(labels: ["topology.kubernetes.io/zone": "a__b"]))
            $0.inject(.persistentVolumeClaims, claim(volume: "v"))
        },
        Case(testDescription: "nothing to bind a late claim to", refusal: "1 node(s) didn't find available persistent volumes to bind", spec: claiming) {
            $0.node("n")
            $0.inject(.storageClasses, storageClass(provisioner: "kubernetes.io/no-provisioner"))
            $0.inject(.persistentVolumeClaims, claim(className: "late"))
        },
        Case(testDescription: "a zone in which no volume may be made", refusal: "1 node(s) didn't find available persistent volumes to bind", spec: claiming) {
            $0.node("n", labels: ["zone": "a"])
            $0.inject(.storageClasses, storageClass(provisioner: "example.com/disk", zones: ["b"]))
            $0.inject(.persistentVolumeClaims, claim(className: "late"))
        },
        Case(testDescription: "as many volumes as the node takes", refusal: "1 node(s) exceed max volume count", spec: claiming) {
            $0.node("n")
            $0.inject(.csiNodes, ["metadata": ["name": "n"], "spec": ["drivers": [["name": "d", "nodeID": "n", "topologyKeys": .null, "allocatable": ["count": 0]]]]])
            $0.inject(.persistentVolumes, volume(["csi": ["driver": "d", "volumeHandle": "h"]]))
            $0.inject(.persistentVolumeClaims, claim(volume: "v"))
        },
        Case(
            testDescription: "a claim for one pod that has one", refusal: "1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode", spec: claiming
        ) {
            $0.node("n")
            $0.inject(.persistentVolumes, volume(["accessModes": ["ReadWriteOncePod"]]))
            $0.inject(.persistentVolumeClaims, claim(volume: "v", mode: "ReadWriteOncePod"))
            $0.pod("q", spec: claiming)
        },
    ])
    func `volumes`(_ entry: Case) { check(entry) }
}

extension SchedulingWorld {
    /// Stores an object as it is.
    mutating func inject(_ resource: GroupResource, _ object: Value) {
        _ = server.perform(.publish(ObjectKey(resource, namespace: object.namespace, name: object.name), object), by: .apiServer, actor: "test", cause: nil)
    }
}
