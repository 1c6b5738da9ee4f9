import KubernetesObjects
import Testing

@testable import APIMachinery

/// What servers warn of in Services and in the ranges of NetworkPolicies.
@Suite struct ServiceWarningsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, yaml: String, warnings: String
        init(_ description: String, _ yaml: String, _ warnings: String) {
            testDescription = description
            self.yaml = yaml
            self.warnings = warnings
        }
    }

    private static func service(_ spec: String) -> String { "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {\(spec)}" }
    private static func policy(_ block: String) -> String {
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np}\nspec: {podSelector: {}, ingress: [{from: [{ipBlock: {\(block)}}]}]}"
    }

    @Test(arguments: [
        Case("nothing odd", service("ports: [{port: 80}]"), ""),
        Case(
            "a headless one", service("clusterIP: None, ports: [{port: 80}], externalIPs: [1.2.3.4], sessionAffinity: ClientIP"),
            "spec.externalIPs is ignored for headless services\nspec.SessionAffinity is ignored for headless services"),
        Case("near ones first", service("ports: [{port: 80}], trafficDistribution: PreferClose"), "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\""),
        Case("a name that is not used", service("ports: [{port: 80}], externalName: a.lab.io"), "spec.externalName is ignored when spec.type is not \"ExternalName\""),
        Case("an address that is not used", service("type: ExternalName, externalName: a.lab.io, externalIPs: [1.2.3.4]"), "spec.externalIPs is ignored when spec.type is \"ExternalName\""),
        Case(
            "an address in long form", service("ports: [{port: 80}], externalIPs: ['2001:db8:0:0::1']"),
            "spec.externalIPs[0]: IPv6 address \"2001:db8:0:0::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")\nspec.externalIPs is deprecated"),
        Case(
            "addresses where anything is taken", service("type: LoadBalancer, ports: [{port: 80}], loadBalancerIP: '::ffff:1.2.3.4'"),
            "spec.loadBalancerIP: non-standard IP address \"::ffff:1.2.3.4\" will be considered invalid in a future Kubernetes release: use \"1.2.3.4\""),
        Case(
            "zeros before numbers there", service("type: LoadBalancer, ports: [{port: 80}], loadBalancerIP: 1.2.3.04"),
            "spec.loadBalancerIP: non-standard IP address \"1.2.3.04\" will be considered invalid in a future Kubernetes release: use \"1.2.3.4\""),
        Case(
            "a range in long form", policy("cidr: '2001:DB8::/32'"),
            "spec.ingress[0].from[0].ipBlock.cidr: IPv6 CIDR value \"2001:DB8::/32\" should be in RFC 5952 canonical format (\"2001:db8::/32\")"),
    ])
    func `warns of what the real server warns of`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.warnings)
    }
}
