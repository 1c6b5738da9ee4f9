import KubernetesObjects

/// The priority levels and flow schemas that a server makes for itself.
///
/// - Source: apiserver `apis/flowcontrol/bootstrap`, v1.36.
package enum FlowControlBootstrap {
    /// Name, shares, lendable percent, and of levels that queue: queues, hand, length.
    private static let levels: [(name: String, shares: Int, lendable: Int, queues: (Int, Int, Int)?)] = [
        ("catch-all", 5, 0, nil), ("global-default", 20, 50, (128, 6, 50)), ("leader-election", 10, 0, (16, 4, 50)),
        ("node-high", 40, 25, (64, 6, 50)), ("system", 30, 33, (64, 6, 50)), ("workload-high", 40, 50, (128, 6, 50)),
        ("workload-low", 100, 90, (128, 6, 50)),
    ]

    package static let priorityLevels: [Value] = {
        var result = [object("PriorityLevelConfiguration", "exempt", ["type": "Exempt", "exempt": ["nominalConcurrencyShares": 0, "lendablePercent": 0]])]
        for level in levels {
            var response: Value = ["type": "Reject"]
            if let (queues, hand, length) = level.queues {
                response = ["type": "Queue", "queuing": ["queues": Value(queues), "handSize": Value(hand), "queueLengthLimit": Value(length)]]
            }
            let limited: Value = [
                "nominalConcurrencyShares": Value(level.shares), "limitResponse": response, "lendablePercent": Value(level.lendable),
            ]
            result.append(object("PriorityLevelConfiguration", level.name, ["type": "Limited", "limited": limited]))
        }
        return result
    }()

    package static let flowSchemas: [Value] = {
        let anyone = [group("system:unauthenticated"), group("system:authenticated")]
        let systemAccounts: Value = ["kind": "ServiceAccount", "serviceAccount": ["namespace": "kube-system", "name": "*"]]
        func account(_ name: String) -> Value {
            ["kind": "ServiceAccount", "serviceAccount": ["namespace": "kube-system", "name": .string(name)]]
        }
        let leases = resources(["get", "create", "update"], "coordination.k8s.io", ["leases"])
        return [
            schema("exempt", 1, "exempt", nil, rule([group("system:masters")])),
            schema(
                "probes", 2, "exempt", nil,
                ["subjects": .array(anyone), "nonResourceRules": [["verbs": ["get"], "nonResourceURLs": ["/healthz", "/readyz", "/livez"]]]]),
            schema(
                "system-leader-election", 100, "leader-election", "ByUser",
                [
                    "subjects": [user("system:kube-controller-manager"), user("system:kube-scheduler"), systemAccounts],
                    "resourceRules": [leases],
                ]),
            schema(
                "endpoint-controller", 150, "workload-high", "ByUser",
                [
                    "subjects": [user("system:kube-controller-manager"), account("endpoint-controller"), account("endpointslicemirroring-controller")],
                    "resourceRules": [resources(["get", "create", "update"], "", ["endpoints"])],
                ]),
            schema(
                "workload-leader-election", 200, "leader-election", "ByUser", ["subjects": [systemAccounts], "resourceRules": [leases]]),
            schema(
                "system-node-high", 400, "node-high", "ByUser",
                [
                    "subjects": [group("system:nodes")],
                    "resourceRules": [
                        resources(["*"], "", ["nodes", "nodes/status"], isClusterWide: true), resources(["*"], "coordination.k8s.io", ["leases"]),
                    ],
                ]),
            schema("system-nodes", 500, "system", "ByUser", rule([group("system:nodes")])),
            schema("kube-controller-manager", 800, "workload-high", "ByNamespace", rule([user("system:kube-controller-manager")])),
            schema("kube-scheduler", 800, "workload-high", "ByNamespace", rule([user("system:kube-scheduler")])),
            schema("kube-system-service-accounts", 900, "workload-high", "ByNamespace", rule([systemAccounts])),
            schema("service-accounts", 9000, "workload-low", "ByUser", rule([group("system:serviceaccounts")])),
            schema("global-default", 9900, "global-default", "ByUser", rule(anyone)),
            schema("catch-all", 10000, "catch-all", "ByUser", rule(anyone)),
        ]
    }()

    // MARK: Parts

    private static func object(_ kind: String, _ name: String, _ spec: Value) -> Value {
        [
            "apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": .string(kind),
            "metadata": ["name": .string(name), "generation": 1, "annotations": ["apf.kubernetes.io/autoupdate-spec": "true"]], "spec": spec,
            "status": [:],
        ]
    }

    private static func schema(_ name: String, _ precedence: Int, _ level: String, _ distinguisher: String?, _ rule: Value) -> Value {
        var spec: Value = ["priorityLevelConfiguration": ["name": .string(level)], "matchingPrecedence": Value(precedence)]
        if let distinguisher { spec["distinguisherMethod"] = ["type": .string(distinguisher)] }
        spec["rules"] = [rule]
        return object("FlowSchema", name, spec)
    }

    private static func user(_ name: String) -> Value { ["kind": "User", "user": ["name": .string(name)]] }
    private static func group(_ name: String) -> Value { ["kind": "Group", "group": ["name": .string(name)]] }

    /// Everything that some subjects may ask for.
    private static func rule(_ subjects: [Value]) -> Value {
        [
            "subjects": .array(subjects), "resourceRules": [resources(["*"], "*", ["*"], isClusterWide: true)],
            "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]],
        ]
    }

    private static func resources(_ verbs: [String], _ group: String, _ resources: [String], isClusterWide: Bool = false) -> Value {
        var rule: Value = ["verbs": Value(verbs), "apiGroups": [.string(group)], "resources": Value(resources)]
        if isClusterWide { rule["clusterScope"] = true }
        rule["namespaces"] = ["*"]
        return rule
    }

    /// The condition that says whether a schema's priority level exists.
    static func dangling(_ schema: Value, isMissing: Bool, at time: String) -> Value {
        let level = schema["spec"]?["priorityLevelConfiguration"]?.text("name") ?? ""
        return [
            "type": "Dangling", "status": isMissing ? "True" : "False", "lastTransitionTime": .string(time), "reason": isMissing ? "NotFound" : "Found",
            "message": .string(
                "This FlowSchema references the PriorityLevelConfiguration object named \(goQuoted(level)) "
                    + (isMissing ? "but there is no such object" : "and it exists")),
        ]
    }
}

extension GenericAPIServer {
    /// Puts the priority levels and flow schemas of a server that has started.
    package mutating func installFlowControl() {
        for level in FlowControlBootstrap.priorityLevels { install(level, at: ObjectKey(.priorityLevelConfigurations, name: level.name)) }
        for schema in FlowControlBootstrap.flowSchemas {
            var schema = schema
            schema["status"] = ["conditions": [FlowControlBootstrap.dangling(schema, isMissing: false, at: now.rfc3339)]]
            install(schema, at: ObjectKey(.flowSchemas, name: schema.name))
        }
    }

    /// Says of the flow schemas of a priority level that came or went whether they still have one.
    ///
    /// - Source: apiserver `util/flowcontrol`, which keeps the condition `Dangling` up.
    mutating func followFlowControl(_ event: StoreEvent) {
        switch event.key.resource {
        case .flowSchemas where event.change == .added: judgeFlowSchema(event.object)
        case .flowSchemas where event.change == .modified && event.old?["spec"] != event.object["spec"]: judgeFlowSchema(event.object)
        case .priorityLevelConfigurations where event.change != .modified:
            for schema in store.list(.flowSchemas) where schema["spec"]?["priorityLevelConfiguration"]?.text("name") == event.key.name {
                judgeFlowSchema(schema)
            }
        default: break
        }
    }

    private mutating func judgeFlowSchema(_ schema: Value) {
        let level = schema["spec"]?["priorityLevelConfiguration"]?.text("name") ?? ""
        let isMissing = store.get(.priorityLevelConfigurations, name: level) == nil
        let old = schema["status"]?.list("conditions").first { $0.text("type") == "Dangling" }
        let condition = FlowControlBootstrap.dangling(schema, isMissing: isMissing, at: now.rfc3339)
        if old?.text("status") == condition.text("status"), old?.text("message") == condition.text("message") { return }
        var next = schema
        next["status"] = ["conditions": [condition]]
        _ = try? updateStatus(.flowSchemas, next, actor: "api-priority-and-fairness-config-consumer-v1")
    }
}
