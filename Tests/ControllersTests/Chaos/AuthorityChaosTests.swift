import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Roles that collect others, and certificate requests, under random changes.
@Suite struct AuthorityChaosTests {
    // MARK: Roles

    static func roles(_ seed: UInt64) -> MiniCluster {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(nodes: 0, seed: seed, only: ["clusterrole-aggregation-controller"])
        for index in 0..<2 {
            cluster.create(
                .clusterRoles,
                [
                    "metadata": ["name": .string("all-\(index)"), "labels": index == 0 ? ["into": "1"] : [:]],
                    "aggregationRule": ["clusterRoleSelectors": [["matchLabels": ["into": .string("\(index)")]]]], "rules": .null,
                ])
        }
        func rule(_ random: inout RandomStream) -> Value {
            ["apiGroups": [""], "resources": [.string(["pods", "secrets", "nodes"][random.below(3)])], "verbs": [.string(["get", "list"][random.below(2)])]]
        }
        for round in 0..<15 {
            let parts = cluster.server.store.list(.clusterRoles).filter { $0.name.hasPrefix("part-") }
            let part = parts.isEmpty ? "" : parts[random.below(parts.count)].name
            let into = random.below(3)
            switch random.below(4) {
            case 0, 1:
                cluster.create(
                    .clusterRoles,
                    ["metadata": ["name": .string("part-\(round)"), "labels": ["into": .string("\(into)")]], "rules": [rule(&random), rule(&random)]])
            case 2: if !part.isEmpty { cluster.delete(.clusterRoles, part, namespace: "") }
            default:
                let rules = [rule(&random)]
                if !part.isEmpty {
                    cluster.change(.clusterRoles, part, namespace: "") {
                        $0["metadata", "labels"] = ["into": .string("\(into)")]
                        $0["rules"] = .array(rules)
                    }
                }
            }
            if random.chance(1, in: 2) { cluster.settle() }
        }
        cluster.settle()
        return cluster
    }

    @Test(arguments: ChaosSeeds.all)
    func `a collecting role has the rules of its parts, each once`(_ seed: UInt64) {
        let cluster = Self.roles(seed)
        let all = cluster.server.store.list(.clusterRoles)
        for index in 0..<2 {
            let rules = cluster.get(.clusterRoles, "all-\(index)", namespace: "")["rules"]?.elements ?? []
            let parts = all.filter { $0.label("into") == "\(index)" && $0.name != "all-\(index)" }
            #expect(Set(rules) == Set(parts.flatMap { $0["rules"]?.elements ?? [] }), ChaosSeeds.note(seed))
            #expect(Set(rules).count == rules.count, ChaosSeeds.note(seed))
        }
    }

    // MARK: Certificate requests

    static func requests(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var settings = ControllerSettings()
        settings.signCertificate = { request, _, _ in request.isEmpty ? nil : Base64.encode("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n") }
        var cluster = MiniCluster(nodes: 0, seed: seed, settings: settings, only: ["certificate-controller"])
        // The server asks who may approve and sign.
        cluster.create(
            .clusterRoles,
            [
                "metadata": ["name": "signer"],
                "rules": [["apiGroups": ["certificates.k8s.io"], "resources": ["signers"], "resourceNames": ["kubernetes.io/*"], "verbs": ["approve", "sign"]]],
            ])
        cluster.create(
            .clusterRoleBindings,
            [
                "metadata": ["name": "signer"], "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "signer"],
                "subjects": [["kind": "ServiceAccount", "name": "certificate-controller", "namespace": "kube-system"]],
            ])
        let violations = Violations()
        cluster.afterWrite = { store, _ in
            store.forEach(.certificateSigningRequests) { request in
                let signed = !(request.statusString("certificate") ?? "").isEmpty
                violations.check(!signed || request.isConditionTrue("Approved"), "\(request.name) is signed and not approved")
                violations.check(!signed || !request.isConditionTrue("Denied"), "\(request.name) is signed and denied")
                let isForeign = request.specString("signerName")?.hasPrefix("example.com") == true
                violations.check(!signed || !isForeign, "\(request.name) is another signer's")
            }
        }
        for round in 0..<20 {
            let pending = cluster.server.store.list(.certificateSigningRequests).filter { ($0["status"]?["conditions"]?.elements ?? []).isEmpty }
            switch random.below(5) {
            case 0, 1:
                let isKubelet = random.chance(1, in: 2)
                let signer = isKubelet ? CertificateController.kubeletSigner : ["kubernetes.io/kube-apiserver-client", "example.com/own"][random.below(2)]
                // Made where strategies do not put in who asks.
                let request: Value = [
                    "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
                    "metadata": ["name": .string("r-\(round)"), "uid": .string("u-\(round)"), "creationTimestamp": .string(cluster.server.now.rfc3339)],
                    "spec": [
                        "signerName": .string(signer), "request": .string(Base64.encode("-----BEGIN CERTIFICATE REQUEST-----\nMAcwADAAAwEA\n-----END CERTIFICATE REQUEST-----\n")), "username": .string("system:node:n-\(round)"),
                        "groups": isKubelet && random.chance(2, in: 3) ? ["system:nodes"] : ["students"], "usages": ["client auth"],
                    ], "status": [:],
                ]
                let key = ObjectKey(.certificateSigningRequests, name: "r-\(round)")
                cluster.inject(request, at: key)
            case 2, 3:
                guard !pending.isEmpty else { break }
                var next = pending[random.below(pending.count)]
                let (verdict, time) = (random.chance(1, in: 2) ? "Approved" : "Denied", Value.string(cluster.server.now.rfc3339))
                next["status"] = ["conditions": [["type": .string(verdict), "status": "True", "reason": "Test", "lastUpdateTime": time, "lastTransitionTime": time]]]
                cluster.inject(next, at: ObjectKey(.certificateSigningRequests, name: next.name))
            default: break
            }
            cluster.settle(until: cluster.server.now + .seconds(random.below(4) * 900))
        }
        cluster.advance(by: .seconds(2 * 86_400))
        return (cluster, violations.list)
    }

    @Test(arguments: ChaosSeeds.all)
    func `certificates are for approved requests, and old requests go`(_ seed: UInt64) {
        let (cluster, violations) = Self.requests(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        #expect(cluster.refused == [], ChaosSeeds.note(seed))
        // Only what somebody approved and nobody here signs is left.
        for request in cluster.server.store.list(.certificateSigningRequests) {
            #expect(request.isConditionTrue("Approved") && (request.statusString("certificate") ?? "").isEmpty, ChaosSeeds.note(seed))
            #expect(request.specString("signerName") == "example.com/own", ChaosSeeds.note(seed))
        }
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.roles(seed).server.trace.digest == Self.roles(seed).server.trace.digest)
        #expect(Self.requests(seed).cluster.server.trace.digest == Self.requests(seed).cluster.server.trace.digest)
    }
}

extension MiniCluster {
    /// Puts an object into the store as it is, as nobody's request.
    mutating func inject(_ object: Value, at key: ObjectKey) {
        _ = server.perform(.publish(key, object), by: .apiServer, actor: "test", cause: nil)
    }
}
