import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct AdmissionTests {
    static func pod(_ name: String, _ container: String, namespace: String = "") -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name)}\nspec:\n  containers:\n  - {name: \(name), image: nginx\(container)}"
    }

    @Test func `limit ranges give defaults and hold bounds`() {
        var bench = ValidationBench()
        #expect(
            bench.create(
                """
                apiVersion: v1
                kind: LimitRange
                metadata: {name: lr}
                spec:
                  limits:
                  - type: Container
                    default: {cpu: 200m, memory: 128Mi}
                    defaultRequest: {cpu: 50m, memory: 64Mi}
                    max: {cpu: 500m}
                    min: {cpu: 10m}
                """) == "")
        #expect(bench.create(Self.pod("p", "")) == "")
        let made = bench.get(.pods, "p")
        #expect(
            made?.annotation("kubernetes.io/limit-ranger")
                == "LimitRanger plugin set: cpu, memory request for container p; cpu, memory limit for container p")
        #expect(made?["status"]?["qosClass"] == "Burstable")
        #expect(
            bench.create(Self.pod("r", ", resources: {requests: {cpu: 800m}}"))
                == "spec.containers[0].resources.requests: Invalid value: \"800m\": must be less than or equal to cpu limit of 200m")
        #expect(
            bench.create(Self.pod("s", ", resources: {requests: {cpu: 5m}}"))
                == "pods \"s\" is forbidden: minimum cpu usage per Container is 10m, but request is 5m")
    }

    @Test func `quotas are never exceeded`() {
        var bench = ValidationBench()
        #expect(
            bench.create(
                "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec:\n  hard: {pods: 2, requests.cpu: 500m, services: 1, count/secrets: 1}")
                == "")
        #expect(bench.create(Self.pod("q", "")) == "pods \"q\" is forbidden: failed quota: q: must specify requests.cpu for: q")
        #expect(bench.create(Self.pod("p", ", resources: {requests: {cpu: 400m}}")) == "")
        #expect(
            bench.create(Self.pod("p2", ", resources: {requests: {cpu: 400m}}"))
                == "pods \"p2\" is forbidden: exceeded quota: q, requested: requests.cpu=400m, used: requests.cpu=400m, limited: requests.cpu=500m"
        )
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {ports: [{port: 80}]}"
        #expect(bench.create(service.replacing("NAME", with: "a")) == "")
        #expect(
            bench.create(service.replacing("NAME", with: "b"))
                == "services \"b\" is forbidden: exceeded quota: q, requested: services=1, used: services=1, limited: services=1")
        #expect(bench.create("apiVersion: v1\nkind: Secret\nmetadata: {name: s}") == "")
        #expect(
            bench.create("apiVersion: v1\nkind: Secret\nmetadata: {name: s2}")
                == "secrets \"s2\" is forbidden: exceeded quota: q, requested: count/secrets=1, used: count/secrets=1, limited: count/secrets=1")
    }

    @Test func `pod security refuses pods and warns of workloads`() {
        var bench = ValidationBench()
        #expect(
            bench.patch(
                "Namespace", "v1", "lab",
                "metadata: {labels: {pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/warn: restricted}}") == "")
        func findings(_ name: String) -> String {
            """
            allowPrivilegeEscalation != false (container "\(name)" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "\(name)" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "\(name)" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "\(name)" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")
            """
        }
        #expect(bench.create(Self.pod("p", "")) == "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": \(findings("p"))")
        #expect(
            bench.create(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: d}
                spec:
                  selector: {matchLabels: {app: d}}
                  template:
                    metadata: {labels: {app: d}}
                    spec: {containers: [{name: d, image: nginx}]}
                """) == "would violate PodSecurity \"restricted:latest\": \(findings("d"))")
        #expect(
            bench.patch("Namespace", "v1", "lab", "metadata: {labels: {pod-security.kubernetes.io/enforce: strict}}")
                == "metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must be one of privileged, baseline, restricted")
    }

    @Test func `nobody grants what they do not hold`() {
        var bench = ValidationBench()
        for (key, object) in BootstrapPolicy.keyed() { bench.server.store.put(object, at: key, cause: TraceID(0)) }
        let jane = UserInfo(name: "jane", groups: ["system:authenticated"])
        #expect(
            bench.create(Self.pod("p", ""), user: jane)
                == "pods is forbidden: User \"jane\" cannot create resource \"pods\" in API group \"\" in the namespace \"lab\"")
        #expect(
            bench.create(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: r}
                rules:
                - {apiGroups: [rbac.authorization.k8s.io], resources: [roles, rolebindings], verbs: [create, get]}
                """) == "")
        #expect(
            bench.create(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: rb}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: jane}]
                """) == "")
        #expect(
            bench.create(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r2}\nrules:\n- {apiGroups: [''], resources: [secrets], verbs: [get]}",
                user: jane)
                == "roles.rbac.authorization.k8s.io \"r2\" is forbidden: user \"jane\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}"
        )
        #expect(
            bench.create(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: rb2}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: jane}]
                """, user: jane)
                == "rolebindings.rbac.authorization.k8s.io \"rb2\" is forbidden: user \"jane\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}\n{NonResourceURLs:[\"*\"], Verbs:[\"*\"]}"
        )
    }

    @Test func `namespaces that are missing, going or needed`() {
        var bench = ValidationBench()
        #expect(
            bench.create("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {priorityClassName: nope, containers: [{name: p, image: nginx}]}")
                == "pods \"p\" is forbidden: no PriorityClass with name nope was found")
        var request = APIRequest(.delete, GroupVersionResource(group: "", version: "v1", resource: "namespaces"), name: "kube-system")
        request.user = .admin
        #expect(throws: APIStatus.forbidden(.namespaces, name: "kube-system", because: "this namespace may not be deleted")) {
            _ = try bench.server.handle(request)
        }
    }
}
