import KubernetesObjects
import Testing

@testable import APIMachinery

/// The roles of a new cluster, held to what the real one has.
@Suite struct BootstrapPolicyTests {
    static func rules(_ role: String) -> [String] {
        BootstrapPolicy.rules(ofClusterRole: role).map { rule in
            let names = rule.resourceNames.isEmpty ? "" : "[\(rule.resourceNames.joined(separator: ","))]"
            return "\(rule.apiGroups.joined(separator: ",")) \(rule.resources.joined(separator: ","))\(names) \(rule.verbs.joined(separator: ","))"
        }
    }

    @Test(arguments: [
        ("system:controller:cronjob-controller", " pods delete,list,watch"), ("system:controller:disruption-controller", "policy poddisruptionbudgets/status update"),
        ("system:controller:endpoint-controller", " endpoints create,delete,get,list,update,watch"),
        ("system:controller:horizontal-pod-autoscaler", "metrics.k8s.io pods list,watch"),
        ("system:controller:namespace-controller", "* * delete,deletecollection,get,list,watch"), ("system:controller:node-controller", " nodes delete,get,list,patch,update,watch"),
        ("system:controller:pod-garbage-collector", " nodes get,list,watch"),
        ("system:controller:resource-claim-controller", "resource.k8s.io resourceclaims/binding patch,update"),
        ("system:controller:statefulset-controller", " pods/finalizers update"), ("system:controller:device-taint-eviction-controller", "resource.k8s.io deviceclasses get,list,watch"),
        ("system:node", " events create,patch,update"), ("system:node", "resource.k8s.io resourceslices deletecollection"),
        ("system:node-proxier", " endpoints,services list,watch"), ("system:kubelet-api-admin", " nodes/configz,nodes/healthz,nodes/pods *"),
        ("system:kube-scheduler", "resource.k8s.io resourceclaims/binding patch,update"),
    ])
    func `a role has its rules`(role: String, rule: String) { #expect(Self.rules(role).contains(rule)) }

    @Test func `each controller is bound to its own account`() {
        #expect(!BootstrapPolicy.clusterRoles.contains { $0.name == "system:controller:taint-eviction-controller" })
        let bindings = BootstrapPolicy.clusterRoleBindings.filter { $0.name.hasPrefix("system:controller:") }
        #expect(bindings.count == 38)
        #expect(bindings.allSatisfy { $0["roleRef"]?["name"]?.stringValue == $0.name && $0["subjects"]?[0]?["namespace"] == "kube-system" })
    }
}
