import KubernetesObjects
import Testing

@testable import APIMachinery

/// Objects of the rarer kinds with what is wrong about them.
@Suite struct OddObjectsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, yaml: String, refusal: String
        init(_ description: String, _ kind: String, _ apiVersion: String, _ body: String, _ refusal: String) {
            testDescription = "\(kind): \(description)"
            yaml = "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: x}\n\(body)"
            self.refusal = refusal
        }
    }

    private static func schema(_ rule: String) -> String {
        "spec: {priorityLevelConfiguration: {name: a}, matchingPrecedence: 500, rules: [{subjects: [{kind: Group, group: {name: g}}], \(rule)}]}"
    }
    private static func slice(_ endpoint: String, _ port: String = "name: web, protocol: TCP, port: 80") -> String {
        "addressType: IPv4\nendpoints: [{\(endpoint)}]\nports: [{\(port)}]"
    }
    private static let flow = "flowcontrol.apiserver.k8s.io/v1"

    @Test(arguments: [
        Case(
            "a name and a range of ports", "NetworkPolicy", "networking.k8s.io/v1", "spec: {podSelector: {}, ingress: [{ports: [{port: web, endPort: 90}]}]}",
            "spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is non-numeric"),
        Case("an address of the node itself", "EndpointSlice", "discovery.k8s.io/v1", slice("addresses: [127.0.0.1]"), "endpoints[0].addresses[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        Case("a zone twice", "EndpointSlice", "discovery.k8s.io/v1", slice("addresses: [10.0.0.1], hints: {forZones: [{name: a}, {name: a}]}"), "endpoints[0].hints.forZones[1].name: Duplicate value: \"a\""),
        Case("a range with an address in it", "ServiceCIDR", "networking.k8s.io/v1", "spec: {cidrs: [10.0.0.1/24]}", "spec.cidrs[0]: Invalid value: \"10.0.0.1/24\": must not have bits set beyond the prefix length"),
        Case("two ranges of one family", "ServiceCIDR", "networking.k8s.io/v1", "spec: {cidrs: [10.0.0.0/24, 10.1.0.0/16]}", "spec.cidrs: Invalid value: {\"CIDRs\":[\"10.0.0.0/24\",\"10.1.0.0/16\"]}: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"),
        Case("no parameters", "VolumeAttributesClass", "storage.k8s.io/v1", "driverName: ebs.csi.aws.com", "parameters: Required value: must contain at least one key/value pair"),
        Case(
            "zones without names", "StorageClass", "storage.k8s.io/v1", "provisioner: a.b/c\nallowedTopologies: [{matchLabelExpressions: [{key: zone, values: []}, {key: zone, values: [a, a]}]}]",
            "allowedTopologies[0].matchLabelExpressions[0].values: Required value\nallowedTopologies[0].matchLabelExpressions[1].values[1]: Duplicate value: \"a\"\nallowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: \"zone\""),
        Case(
            "tokens that are short or come twice", "CSIDriver", "storage.k8s.io/v1", "spec: {tokenRequests: [{audience: a, expirationSeconds: 5}, {audience: a}]}",
            "spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes\nspec.tokenRequests[1].audience: Duplicate value: \"a\""),
        Case(
            "verbs that are none", "FlowSchema", flow, schema("resourceRules: [{verbs: [fetch], apiGroups: [], resources: [], namespaces: [A]}]"),
            "spec.rules[0].resourceRules[0].verbs: Unsupported value: [\"fetch\"]: supported values: \"create\", \"delete\", \"deletecollection\", \"get\", \"list\", \"patch\", \"proxy\", \"update\", \"watch\"\nspec.rules[0].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group\nspec.rules[0].resourceRules[0].resources: Required value: resource rules must supply at least one resource\nspec.rules[0].resourceRules[0].namespaces[0]: Invalid value: \"A\": each member of this list must be '*' or a DNS-1123 label; a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        Case(
            "paths that are none", "FlowSchema", flow, schema("nonResourceRules: [{verbs: [get], nonResourceURLs: [x, /a//b, '/a/*/b', /healthz, '/x/*']}]"),
            "spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: \"x\": must start with slash\nspec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: \"/a//b\": must not contain double slash\nspec.rules[0].nonResourceRules[0].nonResourceURLs[2]: Invalid value: \"/a/*/b\": wildcard can only do suffix matching"),
    ])
    func `are refused in the real server's words`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }
}
