import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

/// What the server warns of in pods.
///
/// - Source: kubernetes `pkg/api/pod/warnings.go`, v1.36.
@Suite struct PodWarningsTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var spec: String
        var warnings: [String]
        init(_ description: String, _ spec: String, _ warnings: String...) {
            testDescription = description
            self.spec = spec
            self.warnings = warnings
        }
    }

    static let plain = "containers: [{name: a, image: x}], "

    @Test(arguments: [
        Case("nothing", plain),
        Case("an old label of nodes", plain + "nodeSelector: {beta.kubernetes.io/os: linux}", "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead"),
        Case(
            "spreading without selector", plain + "topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}]",
            "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod"),
        Case(
            "affinity without selector", plain + "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: z}}]}}",
            "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod"),
        Case("secrets", plain + "imagePullSecrets: [{name: s}, {name: s}, {}]", "spec.imagePullSecrets[1].name: duplicate name \"s\"", "spec.imagePullSecrets[2].name: invalid empty name \"\""),
        Case("aliases", plain + "hostAliases: [{ip: 10.0.0.1, hostnames: [a]}, {ip: 10.0.0.1, hostnames: [b]}]", "spec.hostAliases[1].ip: duplicate ip \"10.0.0.1\""),
        Case(
            "a variable that hides another", "containers: [{name: a, image: x, env: [{name: V, value: '1'}, {name: V, value: '2'}, {name: V, value: 'x$(V)'}, {name: V, value: '$(V)'}]}]",
            "spec.containers[0].env[1]: hides previous definition of \"V\", which may be dropped when using apply",
            "spec.containers[0].env[3]: hides previous definition of \"V\", which may be dropped when using apply"),
        Case(
            "ports of one number", "containers: [{name: a, image: x, ports: [{containerPort: 80}, {containerPort: 80, name: b}]}, {name: b, image: x, ports: [{containerPort: 80, protocol: UDP, name: b}]}]",
            "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
            "spec.containers[1].ports[0]: duplicate port name \"b\" with spec.containers[0].ports[1], services and probes that select ports by name will use spec.containers[0].ports[1]"),
        Case(
            "ports of the host", "containers: [{name: a, image: x, ports: [{containerPort: 80, hostPort: 8080, hostIP: 10.0.0.1}, {containerPort: 80, hostPort: 8080}, {containerPort: 80}]}]",
            "spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]",
            "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]",
            "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]"),
        Case("an address for no port", "containers: [{name: a, image: x, ports: [{containerPort: 80, hostIP: 10.0.0.1}]}]", "spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}"),
        Case("half a byte", "containers: [{name: a, image: x, resources: {requests: {memory: 100m}}}]", "spec.containers[0].resources.requests[memory]: fractional byte value \"100m\" is invalid, must be an integer"),
        Case(
            "files over each other", plain + "volumes: [{name: v, configMap: {name: c, items: [{key: a, path: p}, {key: b, path: p/q}, {key: c, path: z}]}}]",
            "volume \"v\" (ConfigMap \"c\"): overlapping paths: \"p/q\" with \"p\""),
        Case(
            "files of several sources", plain + "volumes: [{name: v, projected: {sources: [{secret: {name: s, items: [{key: a, path: p}]}}, {downwardAPI: {items: [{path: p, fieldRef: {fieldPath: metadata.name}}]}}]}}]",
            "volume \"v\" (Projected): overlapping paths: \"p\" (DownwardAPI) with \"p\" (Secret \"s\")"),
        Case(
            "a source that names no files", plain + "volumes: [{name: v, projected: {sources: [{configMap: {name: c, items: [{key: a, path: p}]}}, {secret: {name: s}}]}}]",
            "volume \"v\" (Projected): overlapping paths: \"p\" (ConfigMap \"c\") with \"p\" (ConfigMap \"c\")"),
        Case(
            "files that begin alike", plain + "volumes: [{name: v, secret: {secretName: s, items: [{key: a, path: p1}, {key: b, path: p/q}, {key: c, path: p/}]}}]",
            "volume \"v\" (Secret \"s\"): overlapping paths: \"p\" with \"p/q\""),
        Case(
            "old labels of nodes",
            plain
                + "nodeSelector: {node-role.kubernetes.io/master: ''}, affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: beta.kubernetes.io/os, operator: In, values: ['-1']}]}}]}}",
            "spec.nodeSelector[node-role.kubernetes.io/master]: use \"node-role.kubernetes.io/control-plane\" instead",
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: -1 is invalid, a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        Case(
            "addresses", plain + "dnsConfig: {nameservers: [1.2.3.4, 05.06.07.08]}, hostAliases: [{ip: '::ffff:1.2.3.4'}]",
            "spec.dnsConfig.nameservers[1]: non-standard IP address \"05.06.07.08\" will be considered invalid in a future Kubernetes release: use \"5.6.7.8\"",
            "spec.hostAliases[0].ip: non-standard IP address \"::ffff:1.2.3.4\" will be considered invalid in a future Kubernetes release: use \"1.2.3.4\""),
        Case("a volume of git", plain + "volumes: [{name: v, gitRepo: {repository: r}}]", "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+"),
    ]) func `warns in the real server's words`(_ c: Case) {
        let pod = ValidationBench.parse("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {\(c.spec)}")
        let decoded = (try? GenericAPIServer.decode(pod, ResourceIndex.builtIn.stored(.pods)!))?.value ?? .null
        let complete = GenericAPIServer.defaulted(decoded, ResourceIndex.builtIn.stored(.pods)!)
        #expect(PodWarnings.pod(complete, nil) == c.warnings)
        // Changes of pods are not looked at.
        #expect(PodWarnings.pod(complete, [:]).isEmpty)
    }

    /// The real server compares every two paths.
    private static func overlapsSlowly(_ paths: [String]) -> [String] {
        var result: [String] = []
        for (index, path) in paths.enumerated() where !path.isEmpty {
            for other in paths[..<index] where !other.isEmpty {
                if "\(path)/".hasPrefix("\(other)/") || "\(other)/".hasPrefix("\(path)/") { result.append("m: \"\(path)\" with \"\(other)\"") }
            }
        }
        return result
    }

    @Test(arguments: Array(1...20) as [UInt64]) func `overlaps are those that comparing every two finds`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "paths")
        for _ in 0..<20 {
            let paths = (0..<12).map { _ in (0..<random.below(3)).map { _ in ["a", "ab", "b"][random.below(3)] }.joined(separator: "/") }
            #expect(VirtualPathWarnings.overlaps(paths.map { VirtualPathWarnings.File($0) }, "m") == Self.overlapsSlowly(paths), "seed \(seed): \(paths)")
        }
    }

    // MARK: Templates

    private static let old = "container.apparmor.security.beta.kubernetes.io/a"

    private static func deployment(_ spec: String = "") -> String {
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}, annotations: {\(old): unconfined}}, spec: {containers: [{name: a, image: x}], \(spec)}}}"
    }

    private static let refreshed = "spec.template.metadata.annotations[\(old)]: deprecated since v1.30; use the \"appArmorProfile\" field instead"

    @Test func `each generation of a workload is warned of`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.deployment()) == Self.refreshed)
        #expect(bench.patch("Deployment", "apps/v1", "d", "spec: {replicas: 2}") == Self.refreshed)
        #expect(bench.patch("Deployment", "apps/v1", "d", "metadata: {labels: {x: z}}") == "")
    }

    @Test func `the profile of the pod takes the place of annotations`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.deployment("securityContext: {appArmorProfile: {type: Unconfined}}")) == "")
    }

    @Test func `scaling warns as well`() throws {
        var server = TestServer()
        _ = try server.send("POST", "/apis/apps/v1/namespaces/default/deployments", ValidationBench.parse(Self.deployment()))
        let answer = try server.send("PATCH", "/apis/apps/v1/namespaces/default/deployments/d/scale", ["spec": ["replicas": 3]], type: merge)
        #expect(answer.warnings == [Self.refreshed])
    }

    @Test func `a zone in the schedule is warned of when a CronJob changes`() {
        var bench = ValidationBench()
        let job = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {schedule: '@daily', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}}}}"
        #expect(bench.create(job) == "")
        #expect(bench.patch("CronJob", "batch/v1", "c", "spec: {suspend: true}") == "")
        #expect(PodWarnings.cronJob(["spec": ["schedule": "TZ=UTC 0 0 * * *"]], [:]) == [
            "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
        ])
    }

    // MARK: Other kinds

    @Test func `labels of slices count as a generation`() {
        var bench = ValidationBench()
        #expect(bench.create("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s}\naddressType: IPv4\nendpoints: []") == "")
        #expect(bench.patch("EndpointSlice", "discovery.k8s.io/v1", "s", "metadata: {annotations: {a: b}}") == "")
        #expect(bench.get(.endpointSlices, "s")?.generation == 1)
        #expect(bench.patch("EndpointSlice", "discovery.k8s.io/v1", "s", "metadata: {labels: {a: b}}") == "")
        #expect(bench.get(.endpointSlices, "s")?.generation == 2)
    }

    @Test(arguments: [
        (
            "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: r}\nhandler: h\nscheduling: {nodeSelector: {beta.kubernetes.io/os: linux}}",
            "scheduling.nodeSelector: deprecated since v1.14; use \"kubernetes.io/os\" instead"
        ),
        (
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: s}\nprovisioner: p\nallowedTopologies: [{matchLabelExpressions: [{key: failure-domain.beta.kubernetes.io/zone, values: [a]}]}]",
            "allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"
        ),
        (
            "apiVersion: storage.k8s.io/v1\nkind: CSIStorageCapacity\nmetadata: {name: s}\nstorageClassName: s\nnodeTopology: {matchLabels: {beta.kubernetes.io/arch: a}, matchExpressions: [{key: beta.kubernetes.io/os, operator: Exists}]}",
            "nodeTopology.matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use \"kubernetes.io/os\" instead\nnodeTopology.matchLabels.beta.kubernetes.io/arch: deprecated since v1.14; use \"kubernetes.io/arch\" instead"
        ),
        (
            "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v, annotations: {volume.beta.kubernetes.io/mount-options: ''}}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: beta.kubernetes.io/os, operator: In, values: [windows]}]}]}}, rbd: {monitors: [a], image: i}}",
            "metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use \"mountOptions\" attribute instead\nspec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use \"kubernetes.io/os\" instead\nspec.rbd: deprecated in v1.28, non-functional in v1.31+"
        ),
        (
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100m}, limits: {storage: 300m}}}",
            "spec.resources.requests[storage]: fractional byte value \"100m\" is invalid, must be an integer\nspec.resources.limits[storage]: fractional byte value \"300m\" is invalid, must be an integer"
        ),
    ])
    func `old labels, volumes and halves of bytes are warned of`(yaml: String, warnings: String) {
        var bench = ValidationBench()
        #expect(bench.create(yaml) == warnings)
    }
}
