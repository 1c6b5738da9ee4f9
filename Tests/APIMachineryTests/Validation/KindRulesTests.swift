import KubernetesObjects
import Testing

@testable import APIMachinery

/// What is refused of the kinds beside pods, rule by rule.
@Suite struct KindRulesTests {
    typealias Case = ObjectValidationTests.Case

    private static func object(_ kind: String, _ apiVersion: String, _ rest: String, name: String = "x") -> String {
        "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: \(name)}\n\(rest)"
    }

    // MARK: Jobs

    private static func job(_ spec: String, _ pod: String = "restartPolicy: Never", labels: String = "{}") -> String {
        object("Job", "batch/v1", "spec:\n  \(spec)\n  template: {metadata: {labels: \(labels)}, spec: {\(pod), containers: [{name: c, image: i}]}}", name: "j")
    }
    private static func policy(_ rule: String) -> String { job("podFailurePolicy: {rules: [{\(rule)}]}") }
    private static let indexed = "completionMode: Indexed\n  completions: 3\n  "

    static let jobs = [
        Case(
            "a label that the server gives", job("parallelism: 1", labels: "{job-name: k}"),
            "spec.template.metadata.labels[job-name]: Invalid value: {\"batch.kubernetes.io/controller-uid\":\"\(uid)\",\"batch.kubernetes.io/job-name\":\"j\",\"controller-uid\":\"\(uid)\",\"job-name\":\"k\"}: must be 'j'"),
        Case(
            "a selector of one's own", job("selector: {matchLabels: {a: b}}", labels: "{a: b}"),
            "spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b\",\"batch.kubernetes.io/controller-uid\":\"\(uid)\"}}: `selector` not auto-generated"),
        Case("indexes without their number", job("completionMode: Indexed\n  parallelism: 2"), "spec.completions: Required value: when completion mode is Indexed"),
        Case("a mode that is none", job("completionMode: Sorted"), "spec.completionMode: Unsupported value: \"Sorted\": supported values: \"NonIndexed\", \"Indexed\""),
        Case(
            "limits for indexes that there are not", job("backoffLimitPerIndex: 1\n  maxFailedIndexes: 1"),
            "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode\nspec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode"),
        Case("failed indexes without a limit for each", job(indexed + "maxFailedIndexes: 1"), "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"),
        Case("more failed than there are", job(indexed + "backoffLimitPerIndex: 1\n  maxFailedIndexes: 4"), "spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions"),
        Case(
            "more indexes than can be told", job("completionMode: Indexed\n  completions: 100001\n  parallelism: 10001\n  backoffLimitPerIndex: 1"),
            "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000\nspec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index"),
        Case(
            "a policy of success without indexes", job("successPolicy: {rules: [{succeededCount: 1}]}"),
            "spec.successPolicy: Invalid value: {\"Rules\":[{\"SucceededIndexes\":null,\"SucceededCount\":1}]}: requires indexed completion mode"),
        Case("no rule of success", job(indexed + "successPolicy: {rules: []}"), "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified"),
        Case(
            "a rule without action", policy("onExitCodes: {operator: In, values: [1]}"),
            "spec.podFailurePolicy.rules[0].action: Required value: valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]"),
        Case("a rule about nothing", policy("action: FailJob"), "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"),
        Case(
            "codes out of order", policy("action: FailJob, onExitCodes: {operator: In, values: [3, 0, 3]}"),
            "spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator\nspec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 3\nspec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,0,3]: must be ordered"),
        Case(
            "a policy and pods that restart", job("podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}", "restartPolicy: OnFailure"),
            "spec.template.spec.restartPolicy: Invalid value: \"OnFailure\": only \"Never\" is supported when podFailurePolicy is specified"),
        Case(
            "a replacement that a policy forbids", job("podReplacementPolicy: TerminatingOrFailed\n  podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}"),
            "spec.podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\""),
        Case("a manager without a domain", job("managedBy: me"), "spec.managedBy: Invalid value: \"me\": must be a domain-prefixed path (such as \"acme.io/foo\")"),
        Case(
            "a zone in the schedule", ObjectValidationTests.cronJob("TZ=UTC 0 0 * * *"),
            "spec.schedule: Invalid value: \"TZ=UTC 0 0 * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead"),
        Case(
            "an unknown zone in the schedule", ObjectValidationTests.cronJob("TZ=Foo/Bar 0 0 * * *"),
            "spec.schedule: Invalid value: \"TZ=Foo/Bar 0 0 * * *\": provided bad location Foo/Bar: unknown time zone Foo/Bar\n"
                + "spec.schedule: Invalid value: \"TZ=Foo/Bar 0 0 * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead"),
        Case("the zone of the place", ObjectValidationTests.cronJob("@daily", "timeZone: Local, "), "spec.timeZone: Invalid value: \"Local\": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"),
        Case("both at once is misspelled", ObjectValidationTests.cronJob("@daily", "concurrencyPolicy: Never, "), "spec.concurrencyPolicy: Unsupported value: \"Never\": supported values: \"Allow\", \"Forbid\", \"Replace\""),
    ]

    // MARK: Network

    private static func ingress(_ spec: String, annotations: String = "{}") -> String {
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: \(annotations)}\nspec: {\(spec)}"
    }
    private static let backend = "defaultBackend: {service: {name: s, port: {number: 80}}}"
    private static func path(_ path: String) -> String { ingress("rules: [{http: {paths: [{\(path), backend: {service: {name: s, port: {number: 80}}}}]}}]") }
    private static func policy(ports: String) -> String { object("NetworkPolicy", "networking.k8s.io/v1", "spec: {podSelector: {}, ingress: [{ports: [{\(ports)}]}]}") }
    private static func ingressClass(_ spec: String) -> String { object("IngressClass", "networking.k8s.io/v1", "spec: {\(spec)}") }
    private static func slice(_ type: String, _ addresses: String) -> String {
        object("EndpointSlice", "discovery.k8s.io/v1", "addressType: \(type)\nendpoints: [{addresses: \(addresses)}]")
    }

    static let network = [
        Case("no rules and no backend", ingress("ingressClassName: a"), "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"),
        Case("a path that is none", path("path: shop, pathType: Prefix"), "spec.rules[0].http.paths[0].path: Invalid value: \"shop\": must be an absolute path"),
        Case("a type of path in small letters", path("path: /, pathType: prefix"), "spec.rules[0].http.paths[0].pathType: Unsupported value: \"prefix\": supported values: \"Exact\", \"ImplementationSpecific\", \"Prefix\""),
        Case("a port without number", ingress("defaultBackend: {service: {name: s}}"), "spec.defaultBackend: Required value: port name or number is required"),
        Case("a port with both", ingress("defaultBackend: {service: {name: s, port: {name: a, number: 1}}}"), "spec.defaultBackend: Invalid value: \"\": cannot set both port name & port number"),
        Case("a backend that is a thing", ingress("defaultBackend: {resource: {apiGroup: A_B, kind: a/b, name: ''}}"), "spec.defaultBackend.resource.apiGroup: Invalid value: \"A_B\": \(NameFormats.subdomainMessage)\nspec.defaultBackend.resource.kind: Invalid value: \"a/b\": may not contain '/'\nspec.defaultBackend.resource.name: Required value"),
        Case("a class of old times", ingress(backend, annotations: "{kubernetes.io/ingress.class: a}"), "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"),
        Case("two classes", ingress(backend + ", ingressClassName: m", annotations: "{kubernetes.io/ingress.class: a}"), "annotations.kubernetes.io/ingress.class: Invalid value: \"a\": must match `ingressClassName` when both are specified"),
        Case("a controller without a domain", ingressClass("controller: nginx"), "spec.controller: Invalid value: \"nginx\": must be a domain-prefixed path (such as \"acme.io/foo\")"),
        Case("a controller with a bad domain", ingressClass("controller: A_B/c"), "spec.controller: Invalid value: \"A_B\": \(NameFormats.subdomainMessage)"),
        Case("parameters without a name", ingressClass("controller: a.io/c, parameters: {scope: Namespace}"), "spec.parameters.kind: Required value\nspec.parameters.name: Required value\nspec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"),
        Case("parameters of the cluster in a namespace", ingressClass("controller: a.io/c, parameters: {kind: K, name: a, namespace: a}"), "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"),
        Case("an end without a beginning", policy(ports: "endPort: 90"), "spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is not specified"),
        Case("an end before the beginning", policy(ports: "port: 80, endPort: 70"), "spec.ingress[0].ports[0].endPort: Invalid value: 70: must be greater than or equal to `port`"),
        Case("an end of a name", policy(ports: "port: web, endPort: 70"), "spec.ingress[0].ports[0].endPort: Invalid value: 70: may not be specified when `port` is non-numeric"),
        Case("a protocol that is none", policy(ports: "protocol: HTTP"), "spec.ingress[0].ports[0].protocol: Unsupported value: \"HTTP\": supported values: \"TCP\", \"UDP\", \"SCTP\""),
        Case("a peer that is nobody", object("NetworkPolicy", "networking.k8s.io/v1", "spec: {podSelector: {}, egress: [{to: [{}]}]}"), "spec.egress[0].to[0]: Required value: must specify a peer"),
        Case("a peer in two ways", object("NetworkPolicy", "networking.k8s.io/v1", "spec: {podSelector: {}, egress: [{to: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}"), "spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer"),
        Case("directions", object("NetworkPolicy", "networking.k8s.io/v1", "spec: {podSelector: {}, policyTypes: [ingress]}"), "spec.policyTypes[0]: Unsupported value: \"ingress\": supported values: \"Ingress\", \"Egress\""),
        Case("a name of one part", slice("FQDN", "[a]"), "endpoints[0].addresses[0]: Invalid value: \"a\": should be a domain with at least two segments separated by dots"),
        Case("names are of old times", slice("FQDN", "[a.b.]"), "addressType: FQDN endpoints are deprecated"),
        Case("an address of another family", slice("IPv4", "['fd00::1']"), "endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be an IPv4 address"),
        Case("an address written long", slice("IPv6", "['fd00:0::1']"), "endpoints[0].addresses[0]: IPv6 address \"fd00:0::1\" should be in RFC 5952 canonical format (\"fd00::1\")"),
    ]

    // MARK: Scaling, policy, access

    private static func hpa(_ spec: String, reference: String = "{apiVersion: apps/v1, kind: Deployment, name: d}") -> String {
        object("HorizontalPodAutoscaler", "autoscaling/v2", "spec: {\(spec), scaleTargetRef: \(reference)}")
    }
    private static func metric(_ metric: String) -> String { hpa("maxReplicas: 2, metrics: [{\(metric)}]") }
    private static func budget(_ spec: String, name: String = "x") -> String { object("PodDisruptionBudget", "policy/v1", "spec: {selector: {matchLabels: {a: b}}, \(spec)}", name: name) }
    private static let rbac = "rbac.authorization.k8s.io"

    static let policies = [
        Case("no most", hpa("minReplicas: 1"), "spec.maxReplicas: Required value: must be set and greater than 0\nspec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`"),
        Case("a most below zero", hpa("maxReplicas: -1"), "spec.maxReplicas: Invalid value: -1: must be greater than or equal to 1\nspec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`"),
        Case("a least of none", hpa("minReplicas: 0, maxReplicas: 1"), "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1\nspec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas"),
        Case("a target without its group", hpa("maxReplicas: 1", reference: "{kind: Deployment, name: d}"), "spec.scaleTargetRef.apiVersion: Invalid value: \"\": apiVersion must specify API group"),
        Case("a target of the core group", hpa("maxReplicas: 1", reference: "{apiVersion: v1, kind: ReplicationController, name: d}"), ""),
        Case("a target of too many groups", hpa("maxReplicas: 1", reference: "{apiVersion: a/b/c, kind: D, name: d}"), "spec.scaleTargetRef.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c"),
        Case("a metric of another kind", metric("type: Cpu, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}"), "spec.metrics[0].type: Unsupported value: \"Cpu\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\""),
        Case("a metric without what it is of", metric("type: Resource"), "spec.metrics[0].resource: Required value: must populate information for the given metric source"),
        Case("a metric without a target", metric("type: Resource, resource: {name: cpu, target: {type: Utilization}}"), "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization"),
        Case("no use at all", metric("type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 0}}"), "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0"),
        Case("less tolerance than none", hpa("maxReplicas: 2, behavior: {scaleUp: {tolerance: '-0.1'}}"), "spec.behavior.scaleUp.tolerance: Invalid value: \"-100m\": must be greater than or equal to 0"),
        Case("a window of two hours", hpa("maxReplicas: 2, behavior: {scaleDown: {stabilizationWindowSeconds: 7200}}"), "spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 7200: must be less than or equal to 3600"),
        Case("both bounds of a budget", budget("minAvailable: 1, maxUnavailable: 1"), "spec: Invalid value: {\"MinAvailable\":1,\"Selector\":{\"matchLabels\":{\"a\":\"b\"}},\"MaxUnavailable\":1,\"UnhealthyPodEvictionPolicy\":null}: minAvailable and maxUnavailable cannot be both set"),
        Case("more than all", budget("minAvailable: 150%"), "spec.minAvailable: Invalid value: \"150%\": must not be greater than 100%"),
        Case("a budget may be named freely", budget("minAvailable: 1", name: "My_Budget"), ""),
        Case("a class of the system", object("PriorityClass", "scheduling.k8s.io/v1", "value: 1", name: "system-mine"), "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class"),
        Case("a priority of the system", object("PriorityClass", "scheduling.k8s.io/v1", "value: 2000000000"), "value: Forbidden: maximum allowed value of a user defined priority is 1000000000"),
        Case("a role over URLs", object("Role", "\(rbac)/v1", "rules: [{nonResourceURLs: [/x], verbs: [get]}]"), "rules[0].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot apply to non-resource URLs"),
        Case("a role over nothing", object("Role", "\(rbac)/v1", "rules: [{verbs: [get]}]"), "rules[0].apiGroups: Required value: resource rules must supply at least one api group\nrules[0].resources: Required value: resource rules must supply at least one resource"),
        Case("a role of everything for one", object("ClusterRoleBinding", "\(rbac)/v1", "roleRef: {apiGroup: \(rbac), kind: Role, name: a}\nsubjects: [{kind: ServiceAccount, name: a}, {kind: Robot, name: b}]"), "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"\nsubjects[0].namespace: Required value\nsubjects[1].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\", \"User\", \"Group\""),
        Case("a scope that is not named", object("ResourceQuota", "v1", "spec: {hard: {pods: 1}, scopeSelector: {matchExpressions: [{}]}}"), "spec.scopeSelector.matchExpressions.scopeName: Required value\nspec.scopeSelector.matchExpressions.operator: Required value"),
        Case("topologies twice", object("StorageClass", "storage.k8s.io/v1", "provisioner: a.io/b\nallowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}, {matchLabelExpressions: [{key: zone, values: [a]}]}]"), "allowedTopologies[1].matchLabelExpressions: Duplicate value: \"\""),
        Case("a runtime of nothing", object("RuntimeClass", "node.k8s.io/v1", "handler: ''"), "handler: Required value"),
        Case(
            "a version without a group", object("APIService", "apiregistration.k8s.io/v1", "spec: {version: v2, service: {name: s}}", name: "v2."),
            "spec.group: Required value: only v1 may have an empty group and it better be legacy kube\nspec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000\nspec.versionPriority: Invalid value: 0: must be positive and less than 1000\nspec.service.namespace: Required value"),
        Case(
            "mounts that are enforced", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: x, annotations: {kubernetes.io/enforce-mountable-secrets: 'true'}}",
            "metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"),
    ]

    // MARK: Pods

    private static func spread(_ constraint: String) -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: a}}\nspec: {containers: [{name: a, image: x}], topologySpreadConstraints: [\(constraint)]}"
    }
    private static let hard = "maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule"

    static let pods = [
        Case("a key twice in a selector", spread("{\(hard), labelSelector: {matchLabels: {app: a}}, matchLabelKeys: [app]}"), "spec.topologySpreadConstraints[0][0]: Invalid value: \"app\": exists in both matchLabelKeys and labelSelector"),
        Case("keys without a selector", spread("{\(hard), matchLabelKeys: [app]}"), "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"),
        Case("a constraint twice", spread("{\(hard)}, {\(hard)}"), "spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: \"{zone, DoNotSchedule}\""),
        Case("no key", spread("{maxSkew: 1, whenUnsatisfiable: DoNotSchedule}"), "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty"),
        Case(
            "claims of a pod as a whole", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x}], resources: {claims: [{name: gpu}]}}",
            "spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level\nspec.resources.claims[0]: Not found: \"gpu\": must be one of the names in pod.spec.resourceClaims which is empty"),
    ]

    @Test(arguments: jobs + network + policies + pods)
    func `refuses what is wrong in the real server's words`(_ c: Case) {
        var bench = ValidationBench()
        let said = bench.create(c.yaml)
        #expect(said.replacing(#/[0-9a-f]{8}-[0-9a-f-]{27}/#, with: Self.uid) == c.refusal)
    }

    private static let uid = "<uid>"

    // MARK: Changes

    @Test func `a Job that rests may be placed elsewhere`() {
        var bench = ValidationBench()
        func patch(_ spec: String) -> String { bench.patch("Job", "batch/v1", "j", "spec: {\(spec)}") }
        func shortened(_ text: String) -> String { text.split(separator: ": Invalid value").first.map(String.init) ?? "" }
        #expect(bench.create(Self.job("suspend: true")) == "")
        #expect(patch("template: {spec: {nodeSelector: {zone: a}, affinity: {nodeAffinity: {}}, tolerations: [{operator: Exists}]}}") == "")
        #expect(patch("template: {spec: {containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}") == "")
        #expect(shortened(patch("template: {spec: {containers: [{name: c, image: other}]}}")) == "spec.template.spec")
        #expect(shortened(patch("template: {spec: {affinity: {podAffinity: {}}}}")) == "spec.template.spec")
        #expect(patch("suspend: false, completions: 2").hasPrefix("spec.completions: Invalid value: 2: field is immutable"))
        #expect(patch("suspend: false") == "")
        #expect(shortened(patch("template: {spec: {nodeSelector: {zone: b}}}")) == "spec.template")
        #expect(patch("podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: A}]}]}") == "spec.podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\"\nspec.podFailurePolicy: Invalid value: {\"Rules\":[{\"Action\":\"Ignore\",\"OnExitCodes\":null,\"OnPodConditions\":[{\"Type\":\"A\",\"Status\":\"True\"}]}]}: field is immutable")
    }

    @Test func `what was taken before there was a rule may stay`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.ingressClass("controller: a.io/c")) == "")
        #expect(bench.patch("IngressClass", "networking.k8s.io/v1", "x", "spec: {controller: b.io/c}") == "spec.controller: Invalid value: \"b.io/c\": field is immutable")
        #expect(bench.create(Self.hpa("maxReplicas: 1")) == "")
        #expect(bench.patch("HorizontalPodAutoscaler", "autoscaling/v2", "x", "spec: {scaleTargetRef: {apiVersion: v1}}") == "spec.scaleTargetRef.apiVersion: Invalid value: \"v1\": apiVersion must specify API group")
        #expect(bench.create(Self.object("CSIDriver", "storage.k8s.io/v1", "spec: {attachRequired: true, podInfoOnMount: false, storageCapacity: false}")) == "")
        #expect(bench.patch("CSIDriver", "storage.k8s.io/v1", "x", "spec: {attachRequired: false}") == "spec.attachedRequired: Invalid value: false: field is immutable")
    }

    @Test func `a pod's status keeps what a writer leaves out`() {
        var bench = ValidationBench()
        #expect(bench.create("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x}]}") == "")
        #expect(bench.patchStatus("Pod", "v1", "p", "status: {observedGeneration: 3, conditions: [{type: Ready, status: 'False', observedGeneration: 3}]}") == "")
        #expect(bench.replaceStatus("Pod", "v1", "p", "status: {phase: Running, conditions: [{type: Ready, status: 'True'}, {type: Other, status: 'True'}]}") == "")
        let status = bench.get(.pods, "p")?["status"]
        #expect(status?["qosClass"] == "BestEffort")
        #expect(status?["observedGeneration"] == 3)
        #expect(status?["conditions"]?.elements.map { $0["observedGeneration"] } == [3, nil])
        #expect(bench.replaceStatus("Pod", "v1", "p", "status: {qosClass: Guaranteed}") == "status.qosClass: Invalid value: \"Guaranteed\": field is immutable")
    }
}
