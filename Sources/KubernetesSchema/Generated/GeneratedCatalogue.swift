// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

/// The text that the catalogue of built-in types is read from.
enum GeneratedCatalogue {
    /// The types of each package of the API, sorted by package.
    static let packages: [(name: StaticString, types: StaticString)] = [
        ("admissionregistration", admissionregistrationTypes),
        ("apiextensions", apiextensionsTypes),
        ("apiregistration", apiregistrationTypes),
        ("apiserverinternal", apiserverinternalTypes),
        ("apps", appsTypes),
        ("authentication", authenticationTypes),
        ("authorization", authorizationTypes),
        ("autoscaling", autoscalingTypes),
        ("batch", batchTypes),
        ("certificates", certificatesTypes),
        ("coordination", coordinationTypes),
        ("core", coreTypes),
        ("discovery", discoveryTypes),
        ("events", eventsTypes),
        ("flowcontrol", flowcontrolTypes),
        ("meta", metaTypes),
        ("networking", networkingTypes),
        ("node", nodeTypes),
        ("policy", policyTypes),
        ("rbac", rbacTypes),
        ("resource", resourceTypes),
        ("scheduling", schedulingTypes),
        ("storage", storageTypes),
        ("storagemigration", storagemigrationTypes),
        ("version", versionTypes),
    ]
}
