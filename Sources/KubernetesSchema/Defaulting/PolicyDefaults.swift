import KubernetesObjects

/// Defaults of roles' bindings, priority classes, webhooks and admission policies.
enum PolicyDefaults {
    private static let rbacGroup: Value = "rbac.authorization.k8s.io"
    private static let webhook: Fields = [
        "failurePolicy": "Fail", "matchPolicy": "Equivalent", "namespaceSelector": [:], "objectSelector": [:], "timeoutSeconds": 10,
    ]
    private static let matchResources = DefaultRule(["matchPolicy": "Equivalent", "namespaceSelector": [:], "objectSelector": [:]])

    static let rules: [String: DefaultRule] = [
        "rbac.v1.Subject": .computed { subject in
            switch subject["kind"]?.stringValue {
            case "User", "Group": subject.setDefaultText("apiGroup", "rbac.authorization.k8s.io")
            default: break
            }
        },
        "rbac.v1.RoleRef": .plain(["apiGroup": rbacGroup]),
        "scheduling.v1.PriorityClass": .plain(["preemptionPolicy": "PreemptLowerPriority"]),
        "admissionregistration.v1.MutatingWebhook": .plain(webhook.merging(["reinvocationPolicy": "Never"])),
        "admissionregistration.v1.ValidatingWebhook": .plain(webhook),
        "admissionregistration.v1.RuleWithOperations": .plain(["scope": "*"]),
        "admissionregistration.v1.NamedRuleWithOperations": .plain(["scope": "*"]),
        "admissionregistration.v1.ServiceReference": .plain(["port": 443]),
        "admissionregistration.v1.ValidatingAdmissionPolicySpec": .plain(["failurePolicy": "Fail"]),
        "admissionregistration.v1.MutatingAdmissionPolicySpec": .plain(["failurePolicy": "Fail"]),
        "admissionregistration.v1.MatchResources": matchResources,
    ]
}
