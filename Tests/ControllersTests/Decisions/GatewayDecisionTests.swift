import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// What Gateways, their listeners and HTTPRoutes are told of themselves, with the reasons of the Gateway API.
@Suite struct GatewayDecisionTests {
    private static func put(_ objects: [(GroupResource, Value)]) -> ClusterView {
        var store = Store()
        for (resource, object) in objects { store.put(object, at: ObjectKey(resource, namespace: object.namespace, name: object.name), cause: TraceID(0)) }
        return ClusterView(store: store, now: .simulationStart)
    }

    private static func status(_ plan: Plan) -> Value? {
        for action in plan.actions { if case .patch(_, _, let patch, "status") = action.write { return patch["status"] } }
        return nil
    }

    /// `Accepted=True/Accepted` for each.
    private static func conditions(_ value: Value?) -> [String] {
        (value?["conditions"]?.elements ?? []).map { "\($0["type"]?.stringValue ?? "")=\($0["status"]?.stringValue ?? "")/\($0["reason"]?.stringValue ?? "")" }
    }

    private static let base: [(GroupResource, Value)] = [
        (.gatewayClasses, ["metadata": ["name": "own"], "spec": ["controllerName": .string(GatewayImplementation.own)]]),
        (.gatewayClasses, ["metadata": ["name": "foreign"], "spec": ["controllerName": "example.com/nobody"]]),
        (.namespaces, ["metadata": ["name": "default", "labels": ["kubernetes.io/metadata.name": "default"]]]),
        (.namespaces, ["metadata": ["name": "shop", "labels": ["team": "shop"]]]),
        (.services, ["metadata": ["name": "web", "namespace": "default"], "spec": ["ports": [["port": 80]]]]),
        (.services, ["metadata": ["name": "far", "namespace": "shop"], "spec": ["ports": [["port": 80]]]]),
        (.secrets, ["metadata": ["name": "cert", "namespace": "default"], "type": "kubernetes.io/tls"]),
        (.secrets, ["metadata": ["name": "plain", "namespace": "default"], "type": "Opaque"]),
        (.secrets, ["metadata": ["name": "cert", "namespace": "shop"], "type": "kubernetes.io/tls"]),
    ]

    private static func gateway(_ listeners: [Value], className: String = "own") -> (GroupResource, Value) {
        (
            .gateways,
            [
                "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": ["name": "gw", "namespace": "default", "uid": "g", "generation": 1],
                "spec": ["gatewayClassName": .string(className), "listeners": .array(listeners)],
            ]
        )
    }

    private static let service: (GroupResource, Value) = (
        .services,
        [
            "metadata": ["name": "gw-own", "namespace": "default", "labels": ["gateway.networking.k8s.io/gateway-name": "gw"]],
            "spec": ["type": "LoadBalancer", "ports": [["name": "port-80", "port": 80]]], "status": ["loadBalancer": ["ingress": [["hostname": "lb.example.com"]]]],
        ]
    )

    private static func listener(_ name: String, port: Int = 80, scheme: String = "HTTP", host: String? = nil, tls: Value? = nil, kinds: Value? = nil, from: Value? = nil) -> Value {
        var value: Value = ["name": .string(name), "port": Value(port), "protocol": .string(scheme)]
        if let host { value["hostname"] = .string(host) }
        if let tls { value["tls"] = tls }
        if let kinds { value["allowedRoutes", default: [:]]["kinds"] = kinds }
        if let from { value["allowedRoutes", default: [:]]["namespaces"] = from }
        return value
    }

    // MARK: Gateways

    struct Row: CustomTestStringConvertible {
        let testDescription: String, listeners: [Value]
        var hasAddress = true
        var grants: [(GroupResource, Value)] = []
        let gateway: [String]
        /// Of the first listener.
        let first: [String]
    }

    private static func secured(_ references: [Value]) -> Value { listener("one", port: 443, scheme: "HTTPS", tls: ["mode": "Terminate", "certificateRefs": .array(references)]) }
    private static let good = ["Accepted=True/Accepted", "Conflicted=False/NoConflicts", "ResolvedRefs=True/ResolvedRefs", "Programmed=True/Programmed"]
    private static let invalid = ["Accepted=False/ListenersNotValid", "Programmed=False/Invalid"]
    private static let programmed = ["Accepted=True/Accepted", "Programmed=True/Programmed"]
    private static let grant: (GroupResource, Value) = (
        .referenceGrants,
        [
            "metadata": ["name": "g", "namespace": "shop"],
            "spec": ["from": [["group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "default"]], "to": [["group": "", "kind": "Secret"]]],
        ]
    )

    @Test(arguments: [
        Row(testDescription: "all is well", listeners: [listener("one")], gateway: programmed, first: good),
        Row(
            testDescription: "no address yet", listeners: [listener("one")], hasAddress: false, gateway: ["Accepted=True/Accepted", "Programmed=False/AddressNotAssigned"],
            first: ["Accepted=True/Accepted", "Conflicted=False/NoConflicts", "ResolvedRefs=True/ResolvedRefs", "Programmed=False/Pending"]),
        Row(testDescription: "two hosts on a port", listeners: [listener("one", host: "a.com"), listener("two", host: "b.com")], gateway: programmed, first: good),
        Row(
            testDescription: "one host twice", listeners: [listener("one", host: "a.com"), listener("two", host: "a.com")], gateway: invalid,
            first: ["Accepted=True/Accepted", "Conflicted=True/HostnameConflict", "ResolvedRefs=True/ResolvedRefs", "Programmed=False/Invalid"]),
        Row(
            testDescription: "two protocols on a port", listeners: [listener("one"), listener("two", scheme: "HTTPS", host: "b.com", tls: ["certificateRefs": [["name": "cert"]]])], gateway: invalid,
            first: ["Accepted=True/Accepted", "Conflicted=True/ProtocolConflict", "ResolvedRefs=True/ResolvedRefs", "Programmed=False/Invalid"]),
        Row(
            testDescription: "a protocol that is not served", listeners: [listener("one", scheme: "UDP")], gateway: invalid,
            first: ["Accepted=False/UnsupportedProtocol", "Conflicted=False/NoConflicts", "ResolvedRefs=True/ResolvedRefs", "Programmed=False/Invalid"]),
        Row(testDescription: "a certificate", listeners: [secured([["name": "cert"]])], gateway: programmed, first: good),
        Row(
            testDescription: "no certificate", listeners: [secured([])], gateway: invalid,
            first: ["Accepted=True/Accepted", "Conflicted=False/NoConflicts", "ResolvedRefs=False/InvalidCertificateRef", "Programmed=False/Invalid"]),
        Row(
            testDescription: "a Secret that is not there", listeners: [secured([["name": "gone"]])], gateway: invalid,
            first: ["Accepted=True/Accepted", "Conflicted=False/NoConflicts", "ResolvedRefs=False/InvalidCertificateRef", "Programmed=False/Invalid"]),
        Row(
            testDescription: "a Secret of another type", listeners: [secured([["name": "plain"]])], gateway: invalid,
            first: ["Accepted=True/Accepted", "Conflicted=False/NoConflicts", "ResolvedRefs=False/InvalidCertificateRef", "Programmed=False/Invalid"]),
        Row(
            testDescription: "a Secret elsewhere without a grant", listeners: [secured([["name": "cert", "namespace": "shop"]])], gateway: invalid,
            first: ["Accepted=True/Accepted", "Conflicted=False/NoConflicts", "ResolvedRefs=False/RefNotPermitted", "Programmed=False/Invalid"]),
        Row(testDescription: "a Secret elsewhere with a grant", listeners: [secured([["name": "cert", "namespace": "shop"]])], grants: [grant], gateway: programmed, first: good),
        Row(
            testDescription: "routes of a kind that is not served", listeners: [listener("one", kinds: [["kind": "TCPRoute"]])], gateway: invalid,
            first: ["Accepted=True/Accepted", "Conflicted=False/NoConflicts", "ResolvedRefs=False/InvalidRouteKinds", "Programmed=False/Invalid"]),
        Row(testDescription: "routes of a kind that is served", listeners: [listener("one", kinds: [["kind": "HTTPRoute"]])], gateway: programmed, first: good),
    ])
    func `a Gateway and its listeners`(_ row: Row) {
        let view = Self.put(Self.base + [Self.gateway(row.listeners)] + (row.hasAddress ? [Self.service] : []) + row.grants)
        let status = Self.status(GatewayController().reconcile(ObjectKey(.gateways, namespace: "default", name: "gw"), in: view))
        #expect(Self.conditions(status) == row.gateway)
        #expect(Self.conditions(status?["listeners"]?[0]) == row.first)
        #expect(status?["addresses"]?[0]?["value"]?.stringValue == (row.hasAddress ? "lb.example.com" : nil))
    }

    @Test func `a class that nobody implements is left alone`() {
        let view = Self.put(Self.base + [Self.gateway([Self.listener("one")], className: "foreign")])
        #expect(GatewayController().reconcile(ObjectKey(.gateways, namespace: "default", name: "gw"), in: view).actions.isEmpty)
        #expect(GatewayController().reconcile(ObjectKey(.gatewayClasses, name: "foreign"), in: view).actions.isEmpty)
        #expect(Self.conditions(Self.status(GatewayController().reconcile(ObjectKey(.gatewayClasses, name: "own"), in: view))) == ["Accepted=True/Accepted"])
    }

    // MARK: Routes

    struct RouteRow: CustomTestStringConvertible {
        let testDescription: String
        var listeners: [Value] = [GatewayDecisionTests.listener("one")]
        var parent: Value = ["name": "gw"]
        var hosts: [String] = []
        var namespace = "default"
        var backends: [Value] = [["name": "web", "port": 80]]
        var grants: [(GroupResource, Value)] = []
        /// Accepted and ResolvedRefs; empty when nobody speaks for the parent.
        let conditions: [String]
    }

    private static let serviceGrant: (GroupResource, Value) = (
        .referenceGrants,
        [
            "metadata": ["name": "g", "namespace": "shop"],
            "spec": ["from": [["group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "default"]], "to": [["group": "", "kind": "Service"]]],
        ]
    )
    private static let taken = ["Accepted=True/Accepted", "ResolvedRefs=True/ResolvedRefs"]

    @Test(arguments: [
        RouteRow(testDescription: "all is well", conditions: taken),
        RouteRow(testDescription: "another Gateway", parent: ["name": "other"], conditions: []),
        RouteRow(testDescription: "a section", parent: ["name": "gw", "sectionName": "one"], conditions: taken),
        RouteRow(testDescription: "a section that is not there", parent: ["name": "gw", "sectionName": "two"], conditions: ["Accepted=False/NoMatchingParent", "ResolvedRefs=True/ResolvedRefs"]),
        RouteRow(testDescription: "a port that is not there", parent: ["name": "gw", "port": 8080], conditions: ["Accepted=False/NoMatchingParent", "ResolvedRefs=True/ResolvedRefs"]),
        RouteRow(testDescription: "another namespace", parent: ["name": "gw", "namespace": "default"], namespace: "shop", backends: [["name": "far", "port": 80]], conditions: ["Accepted=False/NotAllowedByListeners", "ResolvedRefs=True/ResolvedRefs"]),
        RouteRow(
            testDescription: "another namespace that may", listeners: [listener("one", from: ["from": "All"])], parent: ["name": "gw", "namespace": "default"], namespace: "shop",
            backends: [["name": "far", "port": 80]], conditions: taken),
        RouteRow(
            testDescription: "a namespace by its labels", listeners: [listener("one", from: ["from": "Selector", "selector": ["matchLabels": ["team": "shop"]]])],
            parent: ["name": "gw", "namespace": "default"], namespace: "shop", backends: [["name": "far", "port": 80]], conditions: taken),
        RouteRow(
            testDescription: "a namespace with other labels", listeners: [listener("one", from: ["from": "Selector", "selector": ["matchLabels": ["team": "pay"]]])],
            parent: ["name": "gw", "namespace": "default"], namespace: "shop", backends: [["name": "far", "port": 80]], conditions: ["Accepted=False/NotAllowedByListeners", "ResolvedRefs=True/ResolvedRefs"]),
        RouteRow(testDescription: "a kind that the listener does not take", listeners: [listener("one", kinds: [["kind": "GRPCRoute"]])], conditions: ["Accepted=False/NotAllowedByListeners", "ResolvedRefs=True/ResolvedRefs"]),
        RouteRow(testDescription: "a host in common", listeners: [listener("one", host: "*.a.com")], hosts: ["x.a.com", "b.com"], conditions: taken),
        RouteRow(testDescription: "no host in common", listeners: [listener("one", host: "a.com")], hosts: ["b.com"], conditions: ["Accepted=False/NoMatchingListenerHostname", "ResolvedRefs=True/ResolvedRefs"]),
        RouteRow(testDescription: "a wide route under a narrow listener", listeners: [listener("one", host: "x.a.com")], hosts: ["*.a.com"], conditions: taken),
        RouteRow(testDescription: "a Service that is not there", backends: [["name": "gone", "port": 80]], conditions: ["Accepted=True/Accepted", "ResolvedRefs=False/BackendNotFound"]),
        RouteRow(testDescription: "a port of it that is not there", backends: [["name": "web", "port": 81]], conditions: ["Accepted=True/Accepted", "ResolvedRefs=False/BackendNotFound"]),
        RouteRow(testDescription: "no Service", backends: [["name": "web", "port": 80, "kind": "Bucket", "group": "example.com"]], conditions: ["Accepted=True/Accepted", "ResolvedRefs=False/InvalidKind"]),
        RouteRow(testDescription: "a Service elsewhere without a grant", backends: [["name": "far", "namespace": "shop", "port": 80]], conditions: ["Accepted=True/Accepted", "ResolvedRefs=False/RefNotPermitted"]),
        RouteRow(testDescription: "a Service elsewhere with a grant", backends: [["name": "far", "namespace": "shop", "port": 80]], grants: [serviceGrant], conditions: taken),
    ])
    func `a route and its parents`(_ row: RouteRow) {
        var spec: Value = ["parentRefs": [row.parent], "rules": [["backendRefs": .array(row.backends)]]]
        if !row.hosts.isEmpty { spec["hostnames"] = Value(row.hosts) }
        let route: Value = ["metadata": ["name": "r", "namespace": .string(row.namespace), "generation": 1], "spec": spec]
        let view = Self.put(Self.base + [Self.gateway(row.listeners), Self.service, (.httpRoutes, route)] + row.grants)
        let status = Self.status(HTTPRouteController().reconcile(ObjectKey(.httpRoutes, namespace: row.namespace, name: "r"), in: view))
        #expect(Self.conditions(status?["parents"]?[0]) == row.conditions)
    }
}
