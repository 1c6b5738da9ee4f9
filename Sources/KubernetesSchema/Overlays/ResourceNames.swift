/// The short names and categories of built-in resources, which OpenAPI does not tell.
///
/// - Source: the `ShortNames` and `Categories` of the REST storages under `pkg/registry`, v1.36.
struct ResourceNames {
    var shortNames: [String] = []
    var categories: [String] = []
    var deprecationWarning: String?

    static func of(_ plural: String, group: String) -> ResourceNames {
        table[group.isEmpty ? plural : "\(plural).\(group)"] ?? ResourceNames(categories: groupCategories[group] ?? [])
    }

    private static let groupCategories = ["admissionregistration.k8s.io": ["api-extensions"], "apiregistration.k8s.io": ["api-extensions"]]

    private static let table: [String: ResourceNames] = [
        "componentstatuses": ResourceNames(
            shortNames: ["cs"], deprecationWarning: "v1 ComponentStatus is deprecated in v1.19+"),
        "configmaps": ResourceNames(shortNames: ["cm"]),
        "endpoints": ResourceNames(
            shortNames: ["ep"], deprecationWarning: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"),
        "events": ResourceNames(shortNames: ["ev"]),
        "limitranges": ResourceNames(shortNames: ["limits"]),
        "namespaces": ResourceNames(shortNames: ["ns"]),
        "nodes": ResourceNames(shortNames: ["no"]),
        "persistentvolumeclaims": ResourceNames(shortNames: ["pvc"]),
        "persistentvolumes": ResourceNames(shortNames: ["pv"]),
        "pods": ResourceNames(shortNames: ["po"], categories: ["all"]),
        "replicationcontrollers": ResourceNames(shortNames: ["rc"], categories: ["all"]),
        "resourcequotas": ResourceNames(shortNames: ["quota"]),
        "serviceaccounts": ResourceNames(shortNames: ["sa"]),
        "services": ResourceNames(shortNames: ["svc"], categories: ["all"]),
        "customresourcedefinitions.apiextensions.k8s.io": ResourceNames(shortNames: ["crd", "crds"], categories: ["api-extensions"]),
        "daemonsets.apps": ResourceNames(shortNames: ["ds"], categories: ["all"]),
        "deployments.apps": ResourceNames(shortNames: ["deploy"], categories: ["all"]),
        "replicasets.apps": ResourceNames(shortNames: ["rs"], categories: ["all"]),
        "statefulsets.apps": ResourceNames(shortNames: ["sts"], categories: ["all"]),
        "horizontalpodautoscalers.autoscaling": ResourceNames(shortNames: ["hpa"], categories: ["all"]),
        "cronjobs.batch": ResourceNames(shortNames: ["cj"], categories: ["all"]),
        "jobs.batch": ResourceNames(categories: ["all"]),
        "certificatesigningrequests.certificates.k8s.io": ResourceNames(shortNames: ["csr"]),
        "events.events.k8s.io": ResourceNames(shortNames: ["ev"]),
        "ingresses.networking.k8s.io": ResourceNames(shortNames: ["ing"]),
        "ipaddresses.networking.k8s.io": ResourceNames(shortNames: ["ip"]),
        "networkpolicies.networking.k8s.io": ResourceNames(shortNames: ["netpol"]),
        "poddisruptionbudgets.policy": ResourceNames(shortNames: ["pdb"]),
        "priorityclasses.scheduling.k8s.io": ResourceNames(shortNames: ["pc"]),
        "storageclasses.storage.k8s.io": ResourceNames(shortNames: ["sc"]),
        "volumeattributesclasses.storage.k8s.io": ResourceNames(shortNames: ["vac"]),
    ]
}
