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
            "volume \"v\" (Projected DownwardAPI): overlapping paths: \"p\" with \"p\""),
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
        var seen: [String] = []
        var result: [String] = []
        for path in paths {
            let above = path.isEmpty ? nil : seen.first { !$0.isEmpty && path.hasPrefix($0) }
            let below = path.isEmpty ? nil : seen.first { !$0.isEmpty && $0.hasPrefix(path) }
            if let other = above ?? below { result.append("m: \"\(path)\" with \"\(other)\"") }
            seen.append(path)
        }
        return result
    }

    @Test(arguments: Array(1...20) as [UInt64]) func `overlaps are those that comparing every two finds`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "paths")
        for _ in 0..<20 {
            let paths = (0..<12).map { _ in (0..<random.below(3)).map { _ in ["a", "ab", "b"][random.below(3)] }.joined(separator: "/") }
            #expect(VirtualPathWarnings.overlaps(paths, "m") == Self.overlapsSlowly(paths), "seed \(seed): \(paths)")
        }
    }
}
