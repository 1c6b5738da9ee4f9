import KubernetesObjects

/// Says of each write that an admission webhook would have been asked about that nobody was asked.
///
/// - Differs: webhooks are stored and matched, never called.
package struct WebhookAdmission: AdmissionPlugin {
    package let name = "ValidatingAdmissionWebhook"
    package init() {}

    private static let kinds = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].map {
        GroupResource($0, group: "admissionregistration.k8s.io")
    }

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        resource.group != "admissionregistration.k8s.io"
    }

    package func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store
    ) -> Bool { Self.kinds.contains { store.count($0) > 0 } }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        for kind in Self.kinds {
            for configuration in context.store.list(kind) {
                for webhook in configuration.list("webhooks") {
                    guard ResourceRules.match(webhook.list("rules"), attributes),
                        ResourceRules.selects(
                            webhook["namespaceSelector"], webhook["objectSelector"], attributes, in: context.store)
                    else { continue }
                    attributes.warnings.append(
                        "admission webhook \(goQuoted(webhook.text("name"))) of \(configuration.kind) \(goQuoted(configuration.name)) matches this request but is not called: the cluster is simulated and has no webhook servers"
                    )
                }
            }
        }
    }
}

/// Whether the rules of webhooks and admission policies are about a write.
///
/// - Source: apiserver `admission/plugin/webhook/predicates`, v1.36.
enum ResourceRules {
    static func match(_ rules: [Value], _ attributes: AdmissionAttributes) -> Bool { rules.contains { match($0, attributes) } }

    private static func match(_ rule: Value, _ attributes: AdmissionAttributes) -> Bool {
        func has(_ field: String, _ wanted: String) -> Bool { rule.texts(field).contains { $0 == "*" || $0 == wanted } }
        guard has("operations", attributes.operation.rawValue), has("apiGroups", attributes.resource.group),
            has("apiVersions", attributes.resource.version)
        else { return false }
        let names = rule.texts("resourceNames")
        if !names.isEmpty, !names.contains(attributes.name) { return false }
        switch rule.text("scope") {
        case "Namespaced": if attributes.namespace.isEmpty || attributes.groupResource == .namespaces { return false }
        case "Cluster": if !attributes.namespace.isEmpty, attributes.groupResource != .namespaces { return false }
        default: break
        }
        return rule.texts("resources").contains { pattern in
            let parts = pattern.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let isResource = parts[0] == "*" || parts[0] == attributes.resource.resource
            let subresource = parts.count > 1 ? parts[1] : ""
            return isResource && (subresource == "*" || subresource == attributes.subresource)
        }
    }

    /// Whether the selectors of a webhook or policy choose the object and its namespace.
    static func selects(
        _ namespaces: Value?, _ objects: Value?, _ attributes: AdmissionAttributes, in store: Store
    ) -> Bool {
        if let objects, !objects.isNull, !LabelSelectorValidation.isEmpty(objects) {
            let new = LabelSelectorValidation.matches(objects, attributes.object.labels)
            let old = attributes.oldObject.map { LabelSelectorValidation.matches(objects, $0.labels) } ?? false
            if !new, !old { return false }
        }
        guard let namespaces, !namespaces.isNull, !LabelSelectorValidation.isEmpty(namespaces) else { return true }
        if attributes.groupResource == .namespaces {
            return LabelSelectorValidation.matches(namespaces, (attributes.object.isNull ? attributes.oldObject ?? [:] : attributes.object).labels)
        }
        if attributes.namespace.isEmpty { return true }
        return LabelSelectorValidation.matches(namespaces, store.get(.namespaces, name: attributes.namespace)?.labels ?? Fields())
    }
}
