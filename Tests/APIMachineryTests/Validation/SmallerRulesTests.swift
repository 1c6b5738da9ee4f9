import KubernetesObjects
import Testing

@testable import APIMachinery

/// Rules that are seldom broken: quotas, limits, nodes, volumes, webhooks.
@Suite struct SmallerRulesTests {
    typealias Case = ObjectValidationTests.Case

    private static func quota(_ spec: String) -> String { "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {\(spec)}" }
    private static func limits(_ limit: String) -> String { "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec: {limits: [{\(limit)}]}" }
    private static func node(_ rest: String) -> String { "apiVersion: v1\nkind: Node\nmetadata: {name: node-1}\n\(rest)" }
    private static func volume(_ spec: String) -> String {
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], \(spec)}"
    }
    private static func claim(_ spec: String, modes: String = "[ReadWriteOnce]") -> String {
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: \(modes), resources: {requests: {storage: 1Gi}}, \(spec)}"
    }
    private static func pod(_ spec: String) -> String { "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x}], \(spec)}" }
    private static func webhook(_ rest: String, name: String = "a.lab.io") -> String {
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: w}\nwebhooks:\n- {name: \(name), sideEffects: None, admissionReviewVersions: [v1], \(rest)}"
    }
    private static func rule(_ resources: String) -> String {
        webhook("clientConfig: {url: 'https://a'}, rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: \(resources)}]")
    }

    private static func devices(_ spec: String) -> String { "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: c}\nspec: {devices: {\(spec)}}" }
    private static func slice(_ spec: String) -> String { "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: s}\nspec: {pool: {name: a, generation: 1, resourceSliceCount: 1}, \(spec)}" }

    static let cases = [
        Case("a request of nothing", devices("requests: [{name: a}]"), "spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required"),
        Case("devices of no class", devices("requests: [{name: a, exactly: {count: 1}}]"), "spec.devices.requests[0].exactly.deviceClassName: Required value"),
        Case("all devices, and two", devices("requests: [{name: a, exactly: {deviceClassName: g, allocationMode: All, count: 2}}]"), "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'"),
        Case("a request twice", devices("requests: [{name: a, exactly: {deviceClassName: g}}, {name: a, exactly: {deviceClassName: g}}]"), "spec.devices.requests[1]: Duplicate value: \"a\""),
        Case("a constraint on another's request", devices("requests: [{name: a, exactly: {deviceClassName: g}}], constraints: [{requests: [b], matchAttribute: lab.io/numa}]"), "spec.devices.constraints[0].requests[0]: Invalid value: \"b\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"),
        Case("a claim of devices as it should be", devices("requests: [{name: a, firstAvailable: [{name: x, deviceClassName: g}]}], constraints: [{requests: [a/x], matchAttribute: lab.io/numa}]"), ""),
        Case("devices of no node", slice("driver: lab.io"), "spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"),
        Case("devices of nodes named in two ways", slice("driver: lab.io, allNodes: true, nodeName: node-1"), "spec: Invalid value: \"{`nodeName`, `allNodes`}\": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set"),
        Case("a scope that is none", quota("hard: {pods: 1}, scopes: [Odd]"), "spec.scopes: Invalid value: [\"Odd\"]: unsupported scope"),
        Case(
            "a scope of things it has not", quota("hard: {configmaps: 1, pods: 1}, scopes: [Terminating]"),
            "spec.scopes: Invalid value: [\"Terminating\"]: unsupported scope applied to resource"),
        Case(
            "best effort has no CPU", quota("hard: {cpu: 1}, scopes: [BestEffort]"),
            "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource"),
        Case("scopes that exclude each other", quota("hard: {pods: 1}, scopes: [Terminating, NotTerminating]"), "spec.scopes: Invalid value: [\"Terminating\",\"NotTerminating\"]: conflicting scopes"),
        Case(
            "a selector without values", quota("hard: {pods: 1}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}"),
            "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"),
        Case(
            "a selector that must exist", quota("hard: {pods: 1}, scopeSelector: {matchExpressions: [{scopeName: Terminating, operator: In, values: [x]}]}"),
            "spec.scopeSelector.matchExpressions.operator: Invalid value: \"In\": must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"),
        Case("a default of a resource that is none", limits("type: Container, default: {gpus: 1}"), "spec.limits[0].default[gpus]: Invalid value: \"gpus\": must be a standard resource type or fully qualified\nspec.limits[0].default[gpus]: Invalid value: \"gpus\": must be a standard resource for containers\nspec.limits[0].defaultRequest[gpus]: Invalid value: \"gpus\": must be a standard resource type or fully qualified\nspec.limits[0].defaultRequest[gpus]: Invalid value: \"gpus\": must be a standard resource for containers"),
        Case("a ratio past its bounds", limits("type: Container, max: {cpu: 1}, min: {cpu: 300m}, maxLimitRequestRatio: {cpu: 5}"), "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"5\": ratio 5 is greater than max/min = 3.333333"),
        Case("a taint's effect", node("spec: {taints: [{key: a, effect: Sometimes}]}"), "metadata.taints[0].effect: Unsupported value: \"Sometimes\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""),
        Case("a taint's value", node("spec: {taints: [{key: a, value: '-', effect: NoSchedule}]}"), "metadata.taints[0].value: Invalid value: \"-\": \(NameFormats.labelValueMessage)"),
        Case("pods' ranges of one family", node("spec: {podCIDRs: [10.0.0.0/24, 10.0.1.0/24]}"), "spec.podCIDRs: Invalid value: [\"10.0.0.0/24\",\"10.0.1.0/24\"]: may specify no more than one CIDR for each IP family"),
        Case("a node with less than nothing", node("status: {capacity: {cpu: -1}}"), "status.capacity.cpu: Invalid value: \"-1\": must be greater than or equal to 0\nstatus.allocatable.cpu: Invalid value: \"-1\": must be greater than or equal to 0"),
        Case("attributes without a driver", volume("hostPath: {path: /a}, volumeAttributesClassName: fast"), "spec.csi: Required value: has to be specified when using volumeAttributesClassName"),
        Case("a recycled root", volume("hostPath: {path: /./}, persistentVolumeReclaimPolicy: Recycle"), "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"),
        Case("modes and selector", claim("selector: {matchLabels: {a: '-'}}", modes: "[Odd]"), "spec.selector.matchLabels: Invalid value: \"-\": \(NameFormats.labelValueMessage)\nspec.accessModes: Unsupported value: \"Odd\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\""),
        Case("two sources that differ", claim("dataSource: {kind: PersistentVolumeClaim, name: a}, dataSourceRef: {kind: PersistentVolumeClaim, name: b}"), "spec: Invalid value: {}: must match dataSourceRef"),
        Case("a claim that the pod will make", pod("volumes: [{name: e, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}, {name: c, persistentVolumeClaim: {claimName: p-e}}]"), "spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: \"p-e\": must not reference a PVC that gets created for an ephemeral volume"),
        Case("overhead", pod("overhead: {gpus: 1}"), "spec.overhead.limits[gpus]: Invalid value: \"gpus\": must be a standard resource type or fully qualified\nspec.overhead.limits[gpus]: Invalid value: \"gpus\": must be a standard resource for containers"),
        Case("a preferred node's value may be odd", pod("affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: a, operator: In, values: ['-']}]}}]}}"),"spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: - is invalid, \(NameFormats.labelValue("-")[0])"),
        Case("an affinity's namespace", pod("affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, namespaces: ['-']}]}}"), "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespace: Invalid value: \"-\": \(NameFormats.labelMessage)"),
        Case("own names without servers", pod("dnsPolicy: None, dnsConfig: {searches: ['-']}"), "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"),
        Case("a profile that needs no file", pod("securityContext: {seccompProfile: {type: RuntimeDefault, localhostProfile: a}}"), "spec.securityContext.seccompProfile.localhostProfile: Invalid value: {\"Type\":\"RuntimeDefault\",\"LocalhostProfile\":\"a\"}: can only be set when seccomp type is Localhost"),
        Case("a padded profile", pod("securityContext: {appArmorProfile: {type: Localhost, localhostProfile: ' a'}}"), "spec.securityContext.appArmorProfile.localhostProfile: Invalid value: \" a\": must not be padded with whitespace"),
        Case("a container with more than its pod", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {resources: {limits: {cpu: 1}}, containers: [{name: a, image: x, resources: {limits: {cpu: 2}, requests: {cpu: 1}}}]}", "spec.resources.containers[0][cpu].limits: Invalid value: \"2\": must be less than or equal to pod limits of 1"),
        Case("containers that ask for more than their pod", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {resources: {requests: {memory: 1Mi}}, containers: [{name: a, image: x, resources: {requests: {memory: 2Mi}}}]}", "spec.resources.requests[memory]: Invalid value: \"1Mi\": must be greater than or equal to aggregate container requests of 2Mi"),
        Case("a claim of devices that is not there", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x, resources: {claims: [{name: gpu}]}}]}", "spec.containers[0].resources.claims[0]: Not found: \"gpu\": must be one of the names in pod.spec.resourceClaims which is empty"),
        Case("a label of a template", ObjectValidationTests.deployment("replicas: 1", labels: "{app: d, a: '-'}"), "spec.template.labels: Invalid value: \"-\": \(NameFormats.labelValueMessage)"),
        Case("ranges of a load balancer", ObjectValidationTests.service("ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.0/8]"), "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"),
        Case("external addresses that are none", ObjectValidationTests.service("ports: [{port: 80}], externalIPs: [0.0.0.0]"), "spec.externalIPs[0]: Invalid value: \"0.0.0.0\": may not be unspecified (0.0.0.0)"),
        Case("external addresses that hide another", ObjectValidationTests.service("ports: [{port: 80}], externalIPs: ['::ffff:1.2.3.4', 1.2.3.04]"), "spec.externalIPs[0]: Invalid value: \"::ffff:1.2.3.4\": must not be an IPv4-mapped IPv6 address\nspec.externalIPs[1]: Invalid value: \"1.2.3.04\": must not have leading 0s"),
        Case("ranges that are not whole", ObjectValidationTests.service("type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [10.1.2.3/8, ' 10.0.0.0/08 ', 10.0.0.0]"), "spec.LoadBalancerSourceRanges[0]: Invalid value: \"10.1.2.3/8\": must not have bits set beyond the prefix length\nspec.LoadBalancerSourceRanges[1]: Invalid value: \"10.0.0.0/08\": must not have leading 0s in IP or prefix length\nspec.LoadBalancerSourceRanges[2]: Invalid value: \"10.0.0.0\": \(IPText.rangeMessage)"),
        Case("a list of addresses alone", ObjectValidationTests.service("ports: [{port: 80}], clusterIPs: [10.100.0.9]"), "spec.clusterIPs: Invalid value: [\"10.100.0.9\"]: must be empty when `clusterIP` is not specified"),
        Case("a range in a policy", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np}\nspec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.2.3/24, 11.0.0.0/16, 10.0.0.0/8]}}]}]}", "spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: \"10.1.2.3/24\": must not have bits set beyond the prefix length\nspec.ingress[0].from[0].ipBlock.except[1]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`\nspec.ingress[0].from[0].ipBlock.except[2]: Invalid value: \"10.0.0.0/8\": must be a strict subset of `cidr`"),
        Case("no policies of scaling", "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: d, apiVersion: apps/v1}, behavior: {scaleUp: {policies: []}, scaleDown: {selectPolicy: Max}}}", "spec.behavior.scaleUp.policies: Required value: must specify at least one Policy"),
        Case("a webhook's short name", webhook("clientConfig: {url: 'https://a'}", name: "a.b"), "webhooks[0].name: Invalid value: \"a.b\": should be a domain with at least three segments separated by dots"),
        Case("a webhook by plain HTTP", webhook("clientConfig: {url: 'http://a'}"), "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]"),
        Case("a webhook's condition", webhook("clientConfig: {url: 'https://a'}, matchConditions: [{name: a, expression: '1'}]"), "webhooks[0].matchConditions[0].expression: Invalid value: \"1\": must evaluate to bool"),
        Case("a webhook's parameters", webhook("clientConfig: {url: 'https://a'}, matchConditions: [{name: a, expression: 'params.x'}]"), "webhooks[0].matchConditions[0].expression: Invalid value: \"params.x\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x\n | ^"),
        Case("all subresources and one", rule("[pods/*, pods/status]"), "webhooks[0].rules[0].resources[1]: Invalid value: \"pods/status\": if 'pods/*' is present, must not specify pods/status"),
        Case("everything and more", rule("['*/*', pods]"), "webhooks[0].rules[0].resources: Invalid value: [\"*/*\",\"pods\"]: if '*/*' is present, must not specify other resources"),
    ]

    @Test(arguments: cases) func `refuses in the real server's words`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }

    @Test func `what stays as it is given`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.volume("csi: {driver: d, volumeHandle: h}, volumeAttributesClassName: fast")) == "")
        #expect(
            bench.patch("PersistentVolume", "v1", "v", "spec: {volumeAttributesClassName: null}")
                == "spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden")
        #expect(bench.patch("PersistentVolume", "v1", "v", "spec: {csi: {controllerExpandSecretRef: {name: s, namespace: lab}}}") == "")
        #expect(bench.patch("PersistentVolume", "v1", "v", "spec: {volumeMode: Block}") == "volumeMode: Invalid value: \"Block\": field is immutable")
        #expect(bench.create(Self.node("spec: {podCIDRs: [10.0.0.0/24]}")) == "")
        #expect(
            bench.patch("Node", "v1", "node-1", "spec: {podCIDRs: [10.0.1.0/24]}")
                == "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid")
    }

    @Test func `keeps the class that an old client wrote as an annotation`() {
        var bench = ValidationBench()
        let key = "volume.beta.kubernetes.io/storage-class"
        #expect(
            bench.create(
                "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, annotations: {\(key): slow}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"
            ) == "metadata.annotations[\(key)]: deprecated since v1.8; use \"storageClassName\" attribute instead")
        #expect(
            bench.patch("PersistentVolumeClaim", "v1", "c", "metadata: {annotations: {\(key): fast}}")
                == "metadata.annotations.\(key): Invalid value: \"fast\": field is immutable")
        #expect(
            bench.patch("PersistentVolumeClaim", "v1", "c", "metadata: {annotations: {\(key): null}}")
                == "metadata.annotations.\(key): Invalid value: \"\": field is immutable")
        #expect(bench.patch("PersistentVolumeClaim", "v1", "c", "metadata: {annotations: {other: a}}") == "metadata.annotations[\(key)]: deprecated since v1.8; use \"storageClassName\" attribute instead")
        #expect(bench.patch("PersistentVolumeClaim", "v1", "c", "metadata: {annotations: {\(key): null}}\nspec: {storageClassName: slow}") == "")
    }
}
