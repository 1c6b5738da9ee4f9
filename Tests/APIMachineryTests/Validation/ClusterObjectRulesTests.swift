import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

/// Rules of the objects that components keep for themselves: leases, drivers, flow control, reviews, webhooks.
@Suite struct ClusterObjectRulesTests {
    typealias Case = ObjectValidationTests.Case

    private static func object(_ kind: String, _ apiVersion: String, _ rest: String, name: String = "x") -> String {
        "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: \(name)}\n\(rest)"
    }
    private static func lease(_ spec: String) -> String { object("Lease", "coordination.k8s.io/v1", "spec: {\(spec)}") }
    private static func csiNode(_ drivers: String) -> String { object("CSINode", "storage.k8s.io/v1", "spec: {drivers: [\(drivers)]}") }
    private static let flow = "flowcontrol.apiserver.k8s.io/v1"
    private static func subjects(_ subjects: String) -> String {
        object(
            "FlowSchema", flow,
            "spec: {matchingPrecedence: 500, priorityLevelConfiguration: {name: system}, rules: [{subjects: [\(subjects)], nonResourceRules: [{verbs: [get], nonResourceURLs: [/a]}]}]}")
    }
    private static func level(_ spec: String, name: String = "x") -> String { object("PriorityLevelConfiguration", flow, "spec: {\(spec)}", name: name) }
    private static func queues(_ queuing: String) -> String {
        level("type: Limited, limited: {nominalConcurrencyShares: 1, limitResponse: {type: Queue, queuing: {\(queuing)}}}")
    }
    private static func review(_ spec: String, kind: String = "SubjectAccessReview", metadata: String = "{}") -> String {
        "apiVersion: authorization.k8s.io/v1\nkind: \(kind)\nmetadata: \(metadata)\nspec: {\(spec)}"
    }
    private static let pods = "resourceAttributes: {verb: get, resource: pods}"

    static let cases = [
        Case("a lease of no time", lease("leaseDurationSeconds: 0, leaseTransitions: -1"), "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0\nspec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"),
        Case("a strategy that is none", lease("strategy: Newest"), "spec.strategy.strategy: Unsupported value: \"Newest\": supported values: \"OldestEmulationVersion\""),
        Case("a strategy of one's own", lease("strategy: a.io/b, preferredHolder: c"), ""),
        Case("a preference without a strategy", lease("preferredHolder: c"), "spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined"),
        Case("an overhead below nothing", object("RuntimeClass", "node.k8s.io/v1", "handler: a\noverhead: {podFixed: {cpu: -1}}"), "overhead.limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0"),
        Case("a driver on a node", csiNode("{name: A.b, nodeID: '', topologyKeys: [a, a], allocatable: {count: -1}}"), "spec.drivers[0].nodeID: Required value\nspec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0\nspec.drivers[0]: Duplicate value: \"a\""),
        Case("room without a class", object("CSIStorageCapacity", "storage.k8s.io/v1", "storageClassName: A\ncapacity: -1"), "storageClassName: Invalid value: \"A\": \(NameFormats.subdomainMessage)\ncapacity: Invalid value: \"-1\": must be greater than or equal to 0"),
        Case("modes of life", object("CSIDriver", "storage.k8s.io/v1", "spec: {volumeLifecycleModes: [Short], nodeAllocatableUpdatePeriodSeconds: 5}"), "spec.volumeLifecycleModes: Unsupported value: \"Short\": supported values: \"Persistent\", \"Ephemeral\"\nspec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 5: must be greater than or equal to 10 seconds"),
        Case("a subject in another's field", subjects("{kind: Group, group: {name: g}, user: {name: u}, serviceAccount: {name: a, namespace: b}}"), "spec.rules[0].subjects[0].serviceAccount: Forbidden: serviceAccount is forbidden when subject kind is not 'ServiceAccount'\nspec.rules[0].subjects[0].user: Forbidden: user is forbidden when subject kind is not 'User'"),
        Case("an account of no name", subjects("{kind: ServiceAccount, serviceAccount: {name: A_B}}"), "spec.rules[0].subjects[0].serviceAccount.name: Invalid value: \"A_B\": \(NameFormats.subdomainMessage)\nspec.rules[0].subjects[0].serviceAccount.namespace: Required value: must specify namespace for service account"),
        Case("every account of a namespace", subjects("{kind: ServiceAccount, serviceAccount: {name: '*', namespace: a}}"), ""),
        Case("a hand that takes too many bits", queues("queues: 1024, handSize: 7, queueLengthLimit: 1"), "spec.limited.limitResponse.queuing.handSize: Invalid value: 7: required entropy bits of deckSize 1024 and handSize 7 should not be greater than 60"),
        Case("a hand that just fits", queues("queues: 1024, handSize: 6, queueLengthLimit: 1"), ""),
        Case("a level that is past all queues", level("type: Exempt"), "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'"),
        Case("nobody asked", review(pods), "spec.user: Invalid value: \"\": at least one of user or group must be specified"),
        Case("a question with a name", review(pods + ", user: a", metadata: "{name: q, labels: {a: b}}"), "metadata: Invalid value: {\"name\":\"q\",\"labels\":{\"a\":\"b\"}}: must be empty"),
        Case("two questions", review(pods + ", nonResourceAttributes: {path: /a}, user: a"), "spec.nonResourceAttributes: Invalid value: {\"Path\":\"/a\",\"Verb\":\"\"}: cannot be specified in combination with resourceAttributes"),
        Case("a path in a namespace", review("nonResourceAttributes: {path: /a}, user: a", kind: "LocalSubjectAccessReview"), "spec.nonResourceAttributes: Invalid value: {\"Path\":\"/a\",\"Verb\":\"\"}: disallowed on this kind of request"),
        Case("another namespace", review("resourceAttributes: {namespace: b}, user: a", kind: "LocalSubjectAccessReview"), "spec.resourceAttributes.namespace: Invalid value: \"b\": must match metadata.namespace"),
        Case("a selector of nothing", review("resourceAttributes: {verb: list, labelSelector: {}}, user: a"), "spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required"),
        Case("overhead without a class", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x}], overhead: {cpu: 1}}", "pods \"p\" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"),
    ]

    @Test(arguments: cases)
    func `refuses what is wrong in the real server's words`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }

    @Test func `only what a driver can attach changes on its node`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.csiNode("{name: a.io, nodeID: node, allocatable: {count: 1}}")) == "")
        func patch(_ driver: String) -> String { bench.patch("CSINode", "storage.k8s.io/v1", "x", "spec: {drivers: [{\(driver)}]}") }
        #expect(patch("name: a.io, nodeID: node, allocatable: {count: 2}") == "")
        #expect(patch("name: a.io, nodeID: m") == "spec.drivers: Invalid value: {\"Name\":\"a.io\",\"NodeID\":\"m\",\"TopologyKeys\":null,\"Allocatable\":null}: field is immutable")
    }

    @Test func `webhooks keep what they were let through with`() {
        var bench = ValidationBench()
        let kind = "ValidatingWebhookConfiguration"
        let version = "admissionregistration.k8s.io/v1"
        func webhooks(_ more: String) -> String { "webhooks: [{name: a.lab.io, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://a'}, \(more)}]" }
        #expect(bench.create(Self.object(kind, version, webhooks("timeoutSeconds: 5"))) == "")
        let key = ObjectKey(GroupResource("validatingwebhookconfigurations", group: "admissionregistration.k8s.io"), name: "x")
        var old = bench.server.store.get(key) ?? .null
        var webhook = old.list("webhooks").first ?? .null
        webhook["sideEffects"] = "Some"
        webhook["admissionReviewVersions"] = ["v2"]
        old["webhooks"] = [webhook, webhook]
        _ = bench.server.store.put(old, at: key, cause: TraceID(0))
        #expect(bench.patch(kind, version, "x", "metadata: {labels: {a: b}}") == "")
        #expect(bench.patch(kind, version, "x", webhooks("timeoutSeconds: 50")) == "webhooks[0].timeoutSeconds: Invalid value: 50: the timeout value must be between 1 and 30 seconds")
        #expect(bench.patch(kind, version, "x", webhooks("failurePolicy: Ignore")) == "")
        #expect(bench.patch(kind, version, "x", "webhooks: [{name: a.lab.io, sideEffects: Some, admissionReviewVersions: [v2], clientConfig: {url: 'https://a'}}]") == "webhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\"\nwebhooks[0].admissionReviewVersions: Invalid value: [\"v2\"]: must include at least one of v1, v1beta1")
    }

    // MARK: Services

    @Test func `what a service wishes for is taken before the rest of it is looked at`() {
        var bench = ValidationBench()
        func service(_ name: String, _ ports: String, _ more: String = "type: NodePort") -> String {
            ObjectValidationTests.service("\(more), ports: [\(ports)]", name: name)
        }
        let taken = "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated"
        #expect(bench.create(service("a", "{port: 80, nodePort: 30080}")) == "")
        #expect(bench.create(service("a", "{port: 80, nodePort: 30080}")) == taken)
        #expect(bench.create(service("b", "{port: 0, nodePort: 30080}")) == taken)
        #expect(bench.create(service("b", "{port: 80, nodePort: 30081, name: x}, {port: 81, nodePort: 30081, name: z}")) == "spec.ports[1].nodePort: Invalid value: 30081: provided port is already allocated")
        #expect(bench.create(service("b", "{port: 0, nodePort: 30081}")) == "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\nspec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive")
        #expect(bench.create(service("b", "{port: 80, nodePort: 30081}")) == "")
        #expect(bench.create(service("c", "{port: 0}", "clusterIP: 10.100.0.300")) == "spec.clusterIPs[0]: Invalid value: \"10.100.0.300\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
        #expect(bench.create(service("a", "{port: 80}")) == "services \"a\" already exists")
    }

    // MARK: Windows

    private static func windows(_ pod: String, _ containers: String) -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {\(pod), containers: [\(containers)]}"
    }

    @Test(arguments: [
        Case("all on the node", windows("hostNetwork: true, securityContext: {windowsOptions: {hostProcess: true}}", "{name: a, image: x}"), ""),
        Case(
            "not on its network", windows("securityContext: {windowsOptions: {hostProcess: true}}", "{name: a, image: x}"),
            "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers"),
        Case(
            "one of two", windows("hostNetwork: true", "{name: a, image: x, securityContext: {windowsOptions: {hostProcess: true}}}, {name: b, image: x}"),
            "spec: Invalid value: \"\": If pod contains any hostProcess containers then all containers must be HostProcess containers"),
        Case(
            "against the pod", windows("securityContext: {windowsOptions: {hostProcess: true}}", "{name: a, image: x, securityContext: {windowsOptions: {hostProcess: false}}}"),
            "spec.containers[0].securityContext.windowsOptions.hostProcess: Invalid value: false: pod hostProcess value must be identical if both are specified, was true"),
    ])
    func `processes of a Windows node`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }

    // MARK: Definitions

    private static func definition(_ schema: String) -> String {
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.lab.io}\nspec: {group: lab.io, scope: Namespaced, names: {plural: foos, kind: Foo}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: \(schema)}}}}]}"
    }
    private static let at = "spec.validation.openAPIV3Schema.properties[a]"
    private static func list(_ kind: String, _ items: String) -> String { definition("{type: array, \(kind), items: \(items)}") }
    private static func rule(_ more: String) -> String { definition("{type: object, properties: {b: {type: string}}, x-kubernetes-validations: [{rule: 'self.c == 1', \(more)}]}") }

    @Test(arguments: [
        Case("keys of no map", list("x-kubernetes-list-map-keys: [k]", "{type: string}"), "\(at).x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty"),
        Case("keys of a set", list("x-kubernetes-list-type: set, x-kubernetes-list-map-keys: [k]", "{type: string}"), "\(at).x-kubernetes-list-type: Invalid value: \"set\": must be map if x-kubernetes-list-map-keys is non-empty"),
        Case("a map of texts", list("x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k]", "{type: object, properties: {k: {type: object}}, required: [k]}"), "\(at).items.properties[k].type: Invalid value: \"object\": must be a scalar type if parent array's x-kubernetes-list-type is map"),
        Case("a set of objects", list("x-kubernetes-list-type: set", "{type: object}"), "\(at).items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set"),
        Case("a message of two lines", rule("message: \"x\\ny\""), "\(at).x-kubernetes-validations[0].message: Invalid value: \"x\\ny\": message must not contain line breaks"),
        Case("a reason that is none", rule("reason: Odd"), "\(at).x-kubernetes-validations[0].reason: Unsupported value: \"Odd\": supported values: \"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\", \"FieldValueRequired\""),
        Case("a field that is not there", rule("fieldPath: .c"), "\(at).x-kubernetes-validations[0].fieldPath: Invalid value: \".c\": fieldPath must be a valid path"),
    ])
    func `lists and rules of definitions`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }
}
