import APIMachinery
import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Draws random objects of any kind that a server accepts.
///
/// An object begins as small as its kind allows and grows field by field: what the server refuses is left out again. So the
/// objects are valid without a second copy of the rules.
package struct RandomObjects {
    private var random: RandomStream
    /// How often something is added to an object.
    package var growth = 12

    package init(seed: UInt64) { random = RandomStream(seed: seed, name: "random objects") }

    /// Kinds that are questions or orders, and those that only the control plane makes.
    private static let unmade: Set<String> = ["bindings", "componentstatuses"]

    /// The resources that can be created and read back.
    package static let resources: [ServedResource] = ResourceIndex.builtIn.all.filter {
        $0.type.verbs.contains("create") && $0.type.verbs.contains("get") && !unmade.contains($0.type.plural)
            && $0.type.version == $0.type.storageVersion
    }

    // MARK: Seeds

    private static let template = "{metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: nginx}]}}"
    private static let rule = "rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]"
    private static let webhook =
        "webhooks: [{name: a.b.c, clientConfig: {url: 'https://a.b/c'}, \(rule), sideEffects: None, admissionReviewVersions: [v1]}]"
    private static let constraints = "matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}"

    /// What a kind needs besides a name.
    private static let needs: [String: String] = [
        "pods": "spec: {containers: [{name: web, image: nginx}]}", "podtemplates": "template: \(template)",
        "replicationcontrollers": "spec: {selector: {app: web}, template: \(template)}", "services": "spec: {ports: [{port: 80}]}",
        "persistentvolumeclaims": "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}",
        "persistentvolumes": "spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /a}}",
        "events": "involvedObject: {kind: Pod, name: a, namespace: default}", "deployments": "spec: {selector: {matchLabels: {app: web}}, template: \(template)}",
        "replicasets": "spec: {selector: {matchLabels: {app: web}}, template: \(template)}",
        "daemonsets": "spec: {selector: {matchLabels: {app: web}}, template: \(template)}",
        "statefulsets": "spec: {serviceName: web, selector: {matchLabels: {app: web}}, template: \(template)}", "controllerrevisions": "revision: 1\ndata: {a: b}",
        "jobs": "spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: nginx}]}}}",
        "cronjobs": "spec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: nginx}]}}}}}",
        "horizontalpodautoscalers": "spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}",
        "ingresses": "spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}", "ingressclasses": "spec: {controller: a.b/c}",
        "networkpolicies": "spec: {podSelector: {}}", "endpointslices": "addressType: IPv4\nendpoints: [{addresses: [10.0.0.1]}]",
        "ipaddresses": "spec: {parentRef: {resource: services, name: web, namespace: default}}", "servicecidrs": "spec: {cidrs: [10.200.0.0/16]}",
        "rolebindings": "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}",
        "clusterrolebindings": "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}", "clusterroles": "rules: []",
        "poddisruptionbudgets": "spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}", "priorityclasses": "value: 10",
        "storageclasses": "provisioner: a.b/c", "csidrivers": "spec: {}", "csinodes": "spec: {drivers: []}",
        "volumeattachments": "spec: {attacher: a.b, nodeName: node, source: {persistentVolumeName: v}}",
        "volumeattributesclasses": "driverName: a.b.c\nparameters: {tier: gold}", "csistoragecapacities": "storageClassName: a", "runtimeclasses": "handler: runc", "leases": "spec: {}",
        "leasecandidates": "spec: {leaseName: a, binaryVersion: 1.36.0, strategy: OldestEmulationVersion}",
        "certificatesigningrequests":
            "spec: {request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUFjd0FEQUFBd0VBCi0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=, signerName: a.b/c, usages: [client auth]}",
        "mutatingwebhookconfigurations": webhook, "validatingwebhookconfigurations": webhook,
        "validatingadmissionpolicies": "spec: {\(constraints), validations: [{expression: 'true'}]}",
        "validatingadmissionpolicybindings": "spec: {policyName: a, validationActions: [Deny]}",
        "mutatingadmissionpolicies":
            "spec: {\(constraints), reinvocationPolicy: Never, mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"add\", path: \"/metadata/labels/a\", value: \"b\"}]'}}]}",
        "mutatingadmissionpolicybindings": "spec: {policyName: a}", "flowschemas": "spec: {priorityLevelConfiguration: {name: a}, matchingPrecedence: 500}",
        "prioritylevelconfigurations": "spec: {type: Limited, limited: {limitResponse: {type: Reject}}}",
        "deviceclasses": "spec: {}", "resourceclaims": "spec: {}", "resourceclaimtemplates": "spec: {spec: {}}",
        "resourceslices": "spec: {driver: a.b, nodeName: node, pool: {name: pool, generation: 1, resourceSliceCount: 1}}",
        "apiservices": "spec: {group: a.example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 100, service: {namespace: default, name: a}, insecureSkipTLSVerify: true}",
        "customresourcedefinitions":
            "spec: {group: a.example.com, scope: Namespaced, names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}",
    ]

    private static let names = ["customresourcedefinitions": "things.a.example.com", "apiservices": "v1.a.example.com", "csinodes": "n", "ipaddresses": "10.100.9.9"]

    /// The smallest object of a kind.
    package static func smallest(_ type: ServedResource) -> Value {
        let needs = type.type.plural == "events" && type.type.group == "events.k8s.io"
            ? "eventTime: '2026-01-05T09:00:00.000000Z'\naction: a\nreason: r\nreportingController: a.b/c\nreportingInstance: i\ntype: Normal" : needs[type.type.plural] ?? ""
        var object = (try? Value(parsingYAML: "apiVersion: \(type.type.apiVersion)\nkind: \(type.type.kind)\n\(needs)")) ?? [:]
        object["metadata"] = ["name": .string(names[type.type.plural] ?? "sample")]
        if type.isNamespaced { object["metadata", "namespace"] = "default" }
        return object
    }

    /// Two names of one field: what one of them says stays when the other is taken away, on a real server too.
    private static let aliased: Set = ["serviceAccount", "serviceAccountName"]

    // MARK: Growing

    /// An object of a kind, as large as chance and the server let it grow.
    package mutating func object(_ type: ServedResource, on server: GenericAPIServer) -> Value {
        var object = Self.smallest(type)
        for _ in 0..<growth {
            var candidate = object
            if random.chance(1, in: 5) {
                candidate["metadata", default: [:]][random.chance(1, in: 2) ? "labels" : "annotations", default: [:]][name()] = .string(name())
            } else {
                grow(&candidate, type.type.schema, depth: 0)
            }
            if candidate != object, Self.isAccepted(candidate, type, on: server) { object = candidate }
        }
        return object
    }

    /// Whether a server would create an object.
    package static func isAccepted(_ object: Value, _ type: ServedResource, on server: GenericAPIServer) -> Bool {
        var copy = server
        var request = APIRequest(.create, type.resource, namespace: type.isNamespaced ? "default" : "")
        request.body = object
        request.options.dryRun = true
        request.options.fieldValidation = "Strict"
        return (try? copy.handle(request)) != nil
    }

    /// Adds or changes one field somewhere in a structure.
    private mutating func grow(_ value: inout Value, _ type: TypeSchema, depth: Int) {
        let fields = type.fields.filter {
            depth > 0 ? !Self.aliased.contains($0.name) : !["apiVersion", "kind", "metadata", "status"].contains($0.name)
        }
        if fields.isEmpty { return }
        // Go down into what is there more often than not: the interesting fields are deep.
        let present = fields.filter { field in value[field.name].map { !$0.isNull } ?? false }
        if let field = pick(present), random.chance(3, in: 4) {
            let inner = field.type
            switch inner.form {
            case .structure:
                grow(&value[field.name, default: [:]], inner, depth: depth + 1)
                return
            case .list:
                guard let element = inner.element, var list = value[field.name]?.arrayValue else { break }
                if element.form == .structure, !list.isEmpty, random.chance(3, in: 4) {
                    grow(&list[random.below(list.count)], element, depth: depth + 1)
                } else {
                    list.append(draw(element, named: field.name, values: field.enumValues, depth: depth + 1))
                }
                value[field.name] = .array(list)
                return
            default: break
            }
        }
        guard let field = pick(fields) else { return }
        value[field.name] = draw(field.type, named: field.name, values: field.enumValues, depth: depth + 1)
    }

    private mutating func pick<T>(_ list: [T]) -> T? { list.isEmpty ? nil : list[random.below(list.count)] }

    private mutating func name() -> String { pick(["a", "b", "web", "db", "x1"])! }

    private mutating func draw(_ type: TypeSchema, named field: String, values: [String], depth: Int) -> Value {
        if let choice = pick(values), type.form == .string { return .string(choice) }
        switch type.form {
        case .structure:
            var result: Value = [:]
            if depth > 8 { return result }
            for inner in type.fields where !Self.aliased.contains(inner.name) && (inner.isRequired || random.chance(1, in: max(type.fields.count / 2, 2))) {
                result[inner.name] = draw(inner.type, named: inner.name, values: inner.enumValues, depth: depth + 1)
            }
            return result
        case .list:
            guard let element = type.element else { return [] }
            return .array((0...random.below(2)).map { _ in draw(element, named: field, values: values, depth: depth + 1) })
        case .map:
            guard let element = type.element else { return [:] }
            let key = ["limits", "requests", "capacity", "hard"].contains(field) ? pick(["cpu", "memory", "storage", "pods"])! : name()
            return [key: draw(element, named: field, values: [], depth: depth + 1)]
        case .string:
            switch field {
            case "mountPath", "path": return .string("/" + name())
            case "image": return .string("\(name()):\(random.below(3))")
            case "clusterIP", "ip": return .string("10.100.0.\(20 + random.below(100))")
            case "cidr": return "10.0.0.0/8"
            case "host", "hostname": return .string(name() + ".example.com")
            default: return .string(name())
            }
        case .int32, .int64, .integer: return Value([1, 2, 3, 5, 30, 80, 8080][random.below(7)])
        case .double, .number: return 1
        case .bool: return .bool(random.chance(1, in: 2))
        case .bytes: return .string(["YQ==", "YmM="][random.below(2)])
        case .time: return "2026-01-05T10:00:00Z"
        case .microTime: return "2026-01-05T10:00:00.000000Z"
        case .quantity: return .string(["1", "2", "500m", "1Gi", "64Mi"][random.below(5)])
        case .intOrString: return random.chance(1, in: 2) ? Value([1, 2, 80][random.below(3)]) : .string(["25%", "50%", "http"][random.below(3)])
        case .object, .any, .fieldSet: return [name(): .string(name())]
        case .schemaOrBool: return true
        case .schemaOrArray, .schemaOrStringArray: return ["type": "string"]
        }
    }
}
