import KubernetesObjects

/// Which references to objects of other namespaces ReferenceGrants of the Gateway API allow.
package enum ReferenceGrants {
    package static func allow(from kind: String, in namespace: String, to target: String, _ key: NamespacedName, grants: some Sequence<Value>) -> Bool {
        grants.contains { grant in
            grant.namespace == key.namespace
                && (grant["spec"]?["from"]?.elements ?? []).contains { $0["kind"]?.stringValue == kind && $0["namespace"]?.stringValue == namespace }
                && (grant["spec"]?["to"]?.elements ?? []).contains { entry in
                    entry["kind"]?.stringValue == target && (entry["name"]?.stringValue ?? key.name) == key.name
                }
        }
    }
}
