import KubernetesObjects

/// What the server warns of where nodes are chosen by labels that have newer names.
///
/// - Source: kubernetes `pkg/api/node/util.go` and `pkg/api/storage/util.go`, v1.36.
enum NodeLabelWarnings {
    private static let deprecated: [String: String] = [
        "beta.kubernetes.io/arch": "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        "beta.kubernetes.io/os": "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "failure-domain.beta.kubernetes.io/region": "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        "failure-domain.beta.kubernetes.io/zone": "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        "beta.kubernetes.io/instance-type": "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
        "app.kubernetes.io/created-by": "deprecated since v1.9",
        "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
        "node-role.kubernetes.io/master": "use \"node-role.kubernetes.io/control-plane\" instead",
    ]

    /// What is said of a label; nil where nothing is.
    static func message(_ key: String) -> String? { deprecated[key] }

    /// - Parameter checksValues: whether values that no label can have are named: where they are refused they need not be.
    static func term(_ term: Value, checksValues: Bool = false, at place: FieldPath) -> [String] {
        term.list("matchExpressions").enumerated().flatMap { index, expression in
            let at = (place / "matchExpressions")[index]
            let key = expression.text("key")
            var warnings = message(key).map { ["\(at / "key"): \(key) is \($0)"] } ?? []
            if checksValues {
                for (number, value) in expression.texts("values").enumerated() {
                    warnings += NameFormats.labelValue(value).map { "\((at / "values")[number]): \(value) is invalid, \($0)" }
                }
            }
            return warnings
        }
    }

    static func runtimeClass(_ new: Value, _ old: Value?) -> [String] {
        (new["scheduling"]?.map("nodeSelector") ?? Fields()).sorted().compactMap { entry in
            message(entry.key).map { "scheduling.nodeSelector: \($0)" }
        }
    }

    static func storageClass(_ new: Value, _ old: Value?) -> [String] {
        new.list("allowedTopologies").enumerated().flatMap { index, topology in
            topology.list("matchLabelExpressions").enumerated().compactMap { number, expression in
                message(expression.text("key")).map {
                    "\((FieldPath("allowedTopologies")[index] / "matchLabelExpressions")[number] / "key"): \($0)"
                }
            }
        }
    }

    static func capacity(_ new: Value, _ old: Value?) -> [String] {
        guard let topology = new.present("nodeTopology") else { return [] }
        return term(topology, at: FieldPath("nodeTopology"))
            + topology.map("matchLabels").sorted().compactMap { entry in
                message(entry.key).map { "\(FieldPath("nodeTopology") / "matchLabels" / entry.key): \($0)" }
            }
    }
}
