import KubernetesObjects
import Testing

@testable import APIMachinery

/// What a node may not say of itself, and what a kubelet may not do.
@Suite struct NodeRulesTests {
    private static func kubelet(_ node: String = "n1") -> UserInfo { UserInfo(name: "system:node:\(node)", groups: ["system:nodes", "system:authenticated"]) }
    private static func node(_ rest: String = "", labels: String = "{}", name: String = "n1") -> String {
        "apiVersion: v1\nkind: Node\nmetadata: {name: \(name), labels: \(labels)}\n\(rest)"
    }

    private static func bench() -> ValidationBench {
        var bench = ValidationBench()
        #expect(bench.create(node("status: {capacity: {cpu: 1}, addresses: [{type: InternalIP, address: 10.0.0.1}]}")) == "")
        return bench
    }

    @Test func `a status is checked as a node is`() {
        var bench = Self.bench()
        func status(_ status: String) -> String { bench.patchStatus("Node", "v1", "n1", "status: {\(status)}") }
        #expect(status("capacity: {cpu: -1}") == "status.capacity.cpu: Invalid value: \"-1\": must be greater than or equal to 0")
        #expect(status("allocatable: {pods: 1500m, a.io/b: 1.5}").hasPrefix("status.allocatable.pods: Invalid value: \"1500m\": must be an integer"))
        #expect(
            status("addresses: [{type: Hostname, address: a}, {type: Hostname, address: a}]")
                == "status.addresses[1]: Duplicate value: {\"Type\":\"Hostname\",\"Address\":\"a\"}")
        #expect(status("capacity: {cpu: 2}") == "")
    }

    private static let prefix = "nodes \"n1\" is forbidden: "

    @Test func `a kubelet sets few labels`() {
        var bench = Self.bench()
        func label(_ labels: String) -> String { bench.patch("Node", "v1", "n1", "metadata: {labels: {\(labels)}}", user: Self.kubelet()) }
        #expect(label("team: a, topology.kubernetes.io/zone: a, node.kubernetes.io/x: b, sub.kubelet.kubernetes.io/y: c") == "")
        #expect(label("x.node-restriction.kubernetes.io/a: b, k8s.io/z: c, team: b") == Self.prefix + "is not allowed to modify labels: k8s.io/z, x.node-restriction.kubernetes.io/a")
        #expect(bench.create(Self.node(labels: "{foo.k8s.io/a: b}", name: "n2"), user: Self.kubelet("n2")) == "nodes \"n2\" is forbidden: node \"n2\" is not allowed to set the following labels: foo.k8s.io/a")
        #expect(bench.patch("Node", "v1", "n1", "spec: {taints: [{key: a, effect: NoSchedule}]}", user: Self.kubelet()) == Self.prefix + "node \"n1\" is not allowed to modify taints")
        #expect(bench.patch("Node", "v1", "n1", "metadata: {labels: {a: b}}", user: Self.kubelet("n2")) == Self.prefix + "node \"n2\" is not allowed to modify node \"n1\"")
    }

    private static func pod(_ spec: String, annotations: String = "{kubernetes.io/config.mirror: x}", owners: String = "") -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: \(annotations), ownerReferences: [\(owners)]}\nspec: {containers: [{name: a, image: x}], \(spec)}"
    }

    @Test func `a kubelet makes only mirrors of its own pods`() {
        var bench = Self.bench()
        let uid = bench.server.store.get(.nodes, name: "n1")?.uid ?? ""
        let owner = "{apiVersion: v1, kind: Node, name: n1, uid: \(uid), controller: true}"
        func create(_ yaml: String) -> String {
            bench.create(yaml, user: Self.kubelet()).replacing("pods \"p\" is forbidden: ", with: "")
        }
        #expect(create(Self.pod("nodeName: n1", annotations: "{}")) == "pod does not have \"kubernetes.io/config.mirror\" annotation, node \"n1\" can only create mirror pods")
        #expect(create(Self.pod("nodeName: n2")) == "node \"n1\" can only create pods with spec.nodeName set to itself")
        #expect(create(Self.pod("nodeName: n1")) == "node \"n1\" can only create pods with an owner reference set to itself")
        #expect(create(Self.pod("nodeName: n1", owners: "{apiVersion: v1, kind: Node, name: n1, uid: \(uid)}")) == "node \"n1\" can only create pods with a controller owner reference set to itself")
        #expect(create(Self.pod("nodeName: n1, volumes: [{name: v, secret: {secretName: s}}]", owners: owner)) == "node \"n1\" can not create pods that reference secrets")
        #expect(create(Self.pod("nodeName: n1", owners: owner)) == "")
        #expect(
            bench.patch("Pod", "v1", "p", "metadata: {labels: {a: b}}", user: Self.kubelet()).hasPrefix("pods \"p\" is forbidden: "))
        #expect(bench.patchStatus("Pod", "v1", "p", "status: {phase: Running}", user: Self.kubelet()) == "")
    }
}
