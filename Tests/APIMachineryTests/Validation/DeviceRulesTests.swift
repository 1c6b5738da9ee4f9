import KubernetesObjects
import Testing

@testable import APIMachinery

/// What servers refuse of the kinds by which pods get devices.
@Suite struct DeviceRulesTests {
    typealias Case = ObjectValidationTests.Case

    // MARK: Slices

    private static func slice(_ rest: String) -> String {
        "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: x}\nspec: {driver: lab.io, pool: {name: p, resourceSliceCount: 1, generation: 1}, \(rest)}"
    }
    private static func device(_ device: String) -> String { slice("nodeName: node, devices: [{name: d, \(device)}]") }
    private static func perDevice(_ device: String) -> String { slice("perDeviceNodeSelection: true, devices: [{name: d, \(device)}]") }
    private static func shared(_ policy: String) -> String {
        device("allowMultipleAllocations: true, capacity: {memory: {value: 10Gi, requestPolicy: {\(policy)}}}")
    }
    private static func range(_ range: String, standard: String = "1Gi") -> String { shared("default: \(standard), validRange: {\(range)}") }
    private static let at = "spec.devices[0]"
    private static let policyAt = "\(at).capacity[memory].requestPolicy"
    private static let choice =
        "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec"

    static let slices = [
        Case("a device as it should be", device("attributes: {model: {string: a}, lab.io/n: {int: 1}, v: {version: 1.2.3-a.1+b}}, capacity: {memory: {value: 1Gi}}"), ""),
        Case("a name of a domain and no name", device("attributes: {lab.io/: {int: 1}}"), "\(at).attributes: Invalid value: \"\": the name must not be empty"),
        Case("a name of no domain", device("attributes: {/n: {int: 1}}"), "\(at).attributes: Invalid value: \"\": the domain must not be empty"),
        Case("a name of three parts", device("attributes: {a/b/c: {int: 1}}"), "\(at).attributes: Invalid value: \"a/b/c\": must not contain more than one slash"),
        Case("a name that is no identifier", device("capacity: {a-b: {value: 1}}"), "\(at).capacity: Invalid value: \"a-b\": \(NameFormats.identifierMessage)"),
        Case(
            "a name too long", device("attributes: {\(String(repeating: "a", count: 33)): {int: 1}}"), "\(at).attributes: Too long: may not be more than 32 bytes"),
        Case("an attribute of no value", device("attributes: {a: {}}"), "\(at).attributes[a]: Invalid value: \"\": exactly one value must be specified"),
        Case(
            "an attribute of two values", device("attributes: {a: {int: 1, bool: true}}"),
            "\(at).attributes[a]: Invalid value: {\"IntValue\":1,\"BoolValue\":true,\"StringValue\":null,\"VersionValue\":null,\"IntValues\":null,\"BoolValues\":null,\"StringValues\":null,\"VersionValues\":null}: exactly one value must be specified"),
        Case("a text too long", device("attributes: {a: {string: \(String(repeating: "a", count: 65))}}"), "\(at).attributes[a].string: Too long: may not be more than 64 bytes"),
        Case("a version of two parts", device("attributes: {a: {version: '1.2'}}"), "\(at).attributes[a].version: Invalid value: \"1.2\": must be a string compatible with semver.org spec 2.0.0"),
        Case("a version with a zero in front", device("attributes: {a: {version: 1.02.3}}"), "\(at).attributes[a].version: Invalid value: \"1.02.3\": must be a string compatible with semver.org spec 2.0.0"),
        Case(
            "too many facts", device("attributes: {\((0..<33).map { "a\($0): {int: 1}" }.joined(separator: ", "))}"),
            "\(at): Invalid value: 33: the total number of attributes and capacities must not exceed 32"),
        Case("a device without a name", slice("nodeName: node, devices: [{}]"), "\(at).name: Invalid value: \"\": \(NameFormats.labelMessage)"),
        Case("a device twice", slice("nodeName: node, devices: [{name: d}, {name: d}]"), "spec.devices[1]: Duplicate value: \"d\""),
        Case("too many devices", slice("nodeName: node, devices: [\((0...128).map { "{name: d\($0)}" }.joined(separator: ", "))]"), "spec.devices: Too many: 129: must have at most 128 items"),
        Case(
            "too many devices with a taint", slice("nodeName: node, devices: [{name: a, taints: [{key: a, effect: None}]}, \((0..<64).map { "{name: d\($0)}" }.joined(separator: ", "))]"),
            "spec.devices: Too many: 65: must have at most 64 items"),
        Case(
            "taints", device("taints: [{key: '', effect: NoSchedule}, {key: a, value: 'b c', effect: PreferNoSchedule}, {key: a}]"),
            "\(at).taints[0].key: Invalid value: \"\": name part must be non-empty\n\(at).taints[0].key: Invalid value: \"\": name part \(NameFormats.qualifiedNameRegex)\n\(at).taints[1].value: Invalid value: \"b c\": \(NameFormats.labelValueMessage)\n\(at).taints[1].effect: Unsupported value: \"PreferNoSchedule\": supported values: \"NoExecute\", \"NoSchedule\", \"None\"\n\(at).taints[2].effect: Required value"),
        Case("counters", slice("nodeName: node, sharedCounters: [{name: a, counters: {c: {value: 1}}}, {name: a}, {counters: {B: {value: 1}}}]"), "spec.sharedCounters[1].counters: Required value\nspec.sharedCounters[2].name: Required value\nspec.sharedCounters[2].counters: Invalid value: \"B\": \(NameFormats.labelMessage)\nspec.sharedCounters[1]: Duplicate value: \"a\""),
        Case("counters and devices", slice("nodeName: node, sharedCounters: [{name: a, counters: {c: {value: 1}}}], devices: [{name: d}]"), "spec: Invalid value: \"\": only one of `sharedCounters` or `devices` is allowed"),
        Case("a consumption", device("consumesCounters: [{counterSet: a, counters: {c: {value: 1}}}, {counterSet: a}]"), "\(at).consumesCounters[1].counters: Required value\n\(at).consumesCounters[1]: Duplicate value: \"a\""),
        Case("too many consumptions", device("consumesCounters: [{counterSet: a}, {counterSet: b}, {counterSet: c}]"), "\(at).consumesCounters: Too many: 3: must have at most 2 items"),
        Case("nodes of a device", device("nodeName: m1"), "\(at): Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec"),
        Case("no nodes of a device", perDevice(""), "\(at): Required value: \(choice)"),
        Case("nodes of a device in two ways", perDevice("nodeName: m1, allNodes: true"), "\(at): Invalid value: \"{`nodeName`, `allNodes`}\": \(choice)"),
        Case("nodes of a device, all of them", perDevice("allNodes: true"), ""),
        Case("not all nodes", perDevice("allNodes: false"), "\(at).allNodes: Invalid value: false: must be either unset or set to true\n\(at): Required value: \(choice)"),
        Case("conditions without failures", device("bindingConditions: [a]"), "\(at).bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions"),
        Case("conditions that are failures", device("bindingConditions: [a, a], bindingFailureConditions: [a]"), "\(at).bindingConditions[1]: Duplicate value: \"a\"\n\(at).bindingFailureConditions[0]: Invalid value: \"a\": bindingFailureConditions must not overlap with bindingConditions"),
        Case("two ways to choose nodes", slice("nodeName: node, allNodes: true"), "spec: Invalid value: \"{`nodeName`, `allNodes`}\": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set"),
        Case("a driver in capitals", "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: x}\nspec: {driver: Lab.io, nodeName: node, pool: {name: p, resourceSliceCount: 1}}", "spec.driver: driver names should be lowercase; \"Lab.io\" contains uppercase characters"),

        // How capacity is shared out.
        Case("a rule for a device of one's own", device("capacity: {memory: {value: 1Gi, requestPolicy: {default: 1Gi}}}"), "\(policyAt): Forbidden: allowMultipleAllocations must be true"),
        Case("values as they should be", shared("default: 2Gi, validValues: [1Gi, 2Gi]"), ""),
        Case("values and a range", shared("default: 1Gi, validValues: [1Gi], validRange: {min: 1Gi}"), "\(policyAt): Forbidden: exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same time"),
        Case("values without a default", shared("validValues: [1Gi]"), "\(policyAt).default: Required value: required when validValues is defined"),
        Case("a default of no value", shared("default: 3Gi, validValues: [1Gi, 2Gi]"), "\(policyAt).validValues: Invalid value: \"3Gi\": default value is not valid according to the requestPolicy"),
        Case("values in disorder", shared("default: 2Gi, validValues: [2Gi, 1Gi]"), "\(policyAt).validValues[1]: Invalid value: \"1Gi\": values must be sorted in ascending order"),
        Case("a value past all there is", shared("default: 1Gi, validValues: [1Gi, 11Gi]"), "\(policyAt).validValues[1]: Invalid value: \"11Gi\": option is larger than capacity value: 10Gi"),
        Case("a range as it should be", range("min: 1Gi, max: 9Gi, step: 2Gi"), ""),
        Case("a range of no end", range("max: 2Gi"), "\(policyAt).validRange.min: Required value: required when validRange is defined"),
        Case("a range without a default", shared("validRange: {min: 1Gi}"), "\(policyAt).default: Required value: required when validRange is defined"),
        Case("a default below its range", range("min: 2Gi"), "\(policyAt).validRange.min: Invalid value: \"1Gi\": default is less than min: 2Gi"),
        Case("a default off its steps", range("min: 1Gi, step: 2Gi", standard: "2Gi"), "\(policyAt).validRange.step: Invalid value: \"2Gi\": value is not a multiple of a given step (2Gi) from (1Gi)"),
        Case("a step of nothing", range("min: 1Gi, step: 0"), "\(policyAt).validRange.step: Invalid value: \"0\": must be greater than zero"),
    ]

    // MARK: Claims and classes

    private static func claim(_ devices: String) -> String {
        "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: x}\nspec: {devices: {\(devices)}}"
    }
    private static func request(_ request: String) -> String { claim("requests: [{name: gpu, \(request)}]") }
    private static let requestAt = "spec.devices.requests[0]"

    static let claims = [
        Case("a request as it should be", request("exactly: {deviceClassName: g, count: 2, selectors: [{cel: {expression: \"device.driver == 'lab.io'\"}}]}"), ""),
        Case("a request of nothing", request(""), "\(requestAt): Required value: exactly one of `exactly` or `firstAvailable` is required"),
        Case("a request of both", request("exactly: {deviceClassName: g}, firstAvailable: [{name: a, deviceClassName: g}]"), "\(requestAt): Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set"),
        Case("no class", request("exactly: {}"), "\(requestAt).exactly.deviceClassName: Required value"),
        Case("all of two", request("exactly: {deviceClassName: g, allocationMode: All, count: 2}"), "\(requestAt).exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'"),
        Case("fewer than none", request("exactly: {deviceClassName: g, allocationMode: ExactCount, count: -1}"), "\(requestAt).exactly.count: Invalid value: -1: must be greater than zero"),
        Case("another mode", request("exactly: {deviceClassName: g, allocationMode: Some}"), "\(requestAt).exactly.allocationMode: Unsupported value: \"Some\": supported values: \"All\", \"ExactCount\""),
        Case("a selector of nothing", request("exactly: {deviceClassName: g, selectors: [{}]}"), "\(requestAt).exactly.selectors[0].cel: Required value"),
        Case("alternatives of one name", request("firstAvailable: [{name: a, deviceClassName: g}, {name: a, deviceClassName: g}]"), "\(requestAt).firstAvailable[1]: Duplicate value: \"a\""),
        Case(
            "too many alternatives", request("firstAvailable: [\((0..<9).map { "{name: a\($0), deviceClassName: g}" }.joined(separator: ", "))]"),
            "\(requestAt).firstAvailable: Too many: 9: must have at most 8 items"),
        Case(
            "tolerations", request("exactly: {deviceClassName: g, tolerations: [{key: a, operator: Exists, value: b}, {key: a, operator: In}, {effect: PreferNoSchedule}]}"),
            "\(requestAt).exactly.tolerations[0].value: Invalid value: \"b\": must be empty for operator `Exists`\n\(requestAt).exactly.tolerations[1].operator: Unsupported value: \"In\": supported values: \"Equal\", \"Exists\"\n\(requestAt).exactly.tolerations[2].effect: Unsupported value: \"PreferNoSchedule\": supported values: \"NoExecute\", \"NoSchedule\", \"None\""),
        Case("a constraint of nothing", claim("constraints: [{}]"), "spec.devices.constraints[0]: Required value: exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set"),
        Case("a constraint of no domain", claim("constraints: [{matchAttribute: model}]"), "spec.devices.constraints[0].matchAttribute: Invalid value: \"model\": a fully qualified name must be a domain and a name separated by a slash"),
        Case("settings of nobody", claim("config: [{requests: [gpu]}]"), "spec.devices.config[0].requests[0]: Invalid value: \"gpu\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'\nspec.devices.config[0].opaque: Required value"),
        Case("settings that are no object", claim("config: [{opaque: {driver: lab.io, parameters: [1]}}]"), "spec.devices.config[0].opaque.parameters: Invalid value: \"<value omitted>\": must be a valid JSON object"),
        Case("a class's resource", "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: x}\nspec: {extendedResourceName: cpu}", "spec.extendedResourceName: Invalid value: \"cpu\": must be a valid extended resource name"),
        Case(
            "a template's request", "apiVersion: resource.k8s.io/v1\nkind: ResourceClaimTemplate\nmetadata: {name: x}\nspec: {spec: {devices: {requests: [{name: A}]}}}",
            "spec.spec.devices.requests[0].name: Invalid value: \"A\": \(NameFormats.labelMessage)\nspec.spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required"),
    ]

    @Test(arguments: slices + claims)
    func `refuses what is wrong in the real server's words`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }

    @Test func `a claim stays what it was`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.request("exactly: {deviceClassName: g}")) == "")
        let refusal = bench.patch("ResourceClaim", "resource.k8s.io/v1", "x", "spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: h}}]}}")
        #expect(refusal.hasPrefix("spec: Invalid value: ") && refusal.hasSuffix(": field is immutable"))
        #expect(bench.patch("ResourceClaim", "resource.k8s.io/v1", "x", "metadata: {labels: {a: b}}") == "")
    }

    @Test(arguments: [
        ("1.2.3", true), ("0.0.0", true), ("1.2.3-0", true), ("1.2.3-00a", true), ("1.2.3-00", false), ("1.2.3+00", true), ("1.2.3+a.", false),
        ("1.2.3-a+b-c", true), ("1.2", false), ("v1.2.3", false), ("1.2.3-", false), ("1.2.-3", false),
    ])
    func `versions`(_ text: String, _ isValid: Bool) { #expect(SemanticVersionText.isValid(text) == isValid) }
}
