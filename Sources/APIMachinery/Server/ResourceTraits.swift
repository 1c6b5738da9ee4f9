import KubernetesObjects

/// The behaviour of built-in resources that OpenAPI does not tell.
///
/// - Source: `pkg/registry/*/*/strategy.go`, v1.36.
enum BuiltInTraits {
    /// Resources whose strategies set `metadata.generation` to 1 and count it up.
    private static let counted: Set<String> = [
        "pods", "replicationcontrollers", "podtemplates",
        "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps",
        "jobs.batch", "cronjobs.batch",
        "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io", "networkpolicies.networking.k8s.io",
        "poddisruptionbudgets.policy", "priorityclasses.scheduling.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io", "validatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingadmissionpolicies.admissionregistration.k8s.io", "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        "mutatingadmissionpolicies.admissionregistration.k8s.io", "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
        "flowschemas.flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        "endpointslices.discovery.k8s.io", "deviceclasses.resource.k8s.io", "resourceslices.resource.k8s.io",
        "csidrivers.storage.k8s.io",
    ]
    /// Resources that a PUT to a name that is not there creates.
    private static let createdOnUpdate: Set<String> = [
        "services", "endpoints", "events", "limitranges", "podtemplates", "events.events.k8s.io",
        "leases.coordination.k8s.io",
        "roles.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io",
        "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io",
    ]
    /// Resources whose updates must name a resource version.
    private static let conditionalOnly: Set<String> = [
        "customresourcedefinitions.apiextensions.k8s.io", "apiservices.apiregistration.k8s.io", "leases.coordination.k8s.io",
        "poddisruptionbudgets.policy", "runtimeclasses.node.k8s.io", "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io",
        "volumeattachments.storage.k8s.io", "csistoragecapacities.storage.k8s.io",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io", "validatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingadmissionpolicies.admissionregistration.k8s.io", "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        "flowschemas.flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
    ]
    /// Resources whose deletions answer with the deleted object.
    private static let returned: Set<String> = [
        "pods", "services", "serviceaccounts", "persistentvolumes", "persistentvolumeclaims", "podtemplates", "resourcequotas",
        "storageclasses.storage.k8s.io", "volumeattachments.storage.k8s.io", "csinodes.storage.k8s.io", "csidrivers.storage.k8s.io",
        "csistoragecapacities.storage.k8s.io",
    ]
    /// Which fields count, where not everything but metadata and status does.
    private static let fields: [String: [String]] = [
        "endpointslices.discovery.k8s.io": ["addressType", "endpoints", "ports"],
        "priorityclasses.scheduling.k8s.io": ["value", "globalDefault", "preemptionPolicy", "description"],
    ]

    static func of(_ resource: GroupResource, hasStatus: Bool) -> ResourceTraits {
        let name = resource.description
        return ResourceTraits(
            countsGenerations: counted.contains(name),
            countsAnnotations: resource == .deployments,
            countsLabels: resource == .endpointSlices,
            generationFields: fields[name] ?? [],
            allowsCreateOnUpdate: createdOnUpdate.contains(name),
            allowsUnconditionalUpdate: !conditionalOnly.contains(name),
            hasStatus: hasStatus,
            deletesGracefully: resource == .pods,
            returnsDeletedObject: returned.contains(name))
    }

    /// The traits of a custom resource.
    static func custom(hasStatus: Bool) -> ResourceTraits {
        ResourceTraits(countsGenerations: true, allowsCreateOnUpdate: false, allowsUnconditionalUpdate: false, hasStatus: hasStatus)
    }
}
