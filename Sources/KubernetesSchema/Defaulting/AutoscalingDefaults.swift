import KubernetesObjects

/// Defaults of HorizontalPodAutoscalers.
enum AutoscalingDefaults {
    static let rules: [String: DefaultRule] = [
        "autoscaling.v1.HorizontalPodAutoscalerSpec": .plain(["minReplicas": 1]),
        "autoscaling.v2.HorizontalPodAutoscalerSpec": .plain([
            "metrics": [["resource": ["name": "cpu", "target": ["averageUtilization": 80, "type": "Utilization"]], "type": "Resource"]],
            "minReplicas": 1,
        ]),
        "autoscaling.v2.HorizontalPodAutoscalerBehavior": .computed { behavior in
            fill("scaleUp", of: &behavior, scaleUp)
            fill("scaleDown", of: &behavior, scaleDown)
        },
    ]

    private static let scaleUp: Fields = [
        "policies": [
            ["periodSeconds": 15, "type": "Pods", "value": 4],
            ["periodSeconds": 15, "type": "Percent", "value": 100],
        ],
        "selectPolicy": "Max",
        "stabilizationWindowSeconds": 0,
    ]
    private static let scaleDown: Fields = [
        "policies": [["periodSeconds": 15, "type": "Percent", "value": 100]],
        "selectPolicy": "Max",
    ]

    private static func fill(_ name: String, of behavior: inout Value, _ defaults: Fields) {
        var rules = behavior[name] ?? [:]
        if rules.isNull { rules = [:] }
        for index in defaults.indices { rules.setDefault(defaults[index].key, defaults[index].value) }
        behavior[name] = rules
    }
}
