/// What is known of fields beyond their OpenAPI description, one table a package of the API.
///
/// - Shape: a type's short name without its package, then indented lines:
///   `plain` names fields whose Go type is a plain value with `omitempty`, so that a zero is left out;
///   `pointer` names strings that are pointers, so that an explicit "" stays;
///   `written` names optional fields that the server writes even when they are empty;
///   `null` names required fields that are pointers, and so are missing rather than zero when not given;
///   `named FIELD TYPE VALUES` tells the Go type that messages name (of package `v1` unless it says another)
///   and, where the API has one, its enumeration.
/// - Source: `k8s.io/api` v0.36. Differs: of alpha types only what a reader would notice.
enum FieldTables {
    static func of(_ package: String) -> StaticString? { tables[package] }

    private static let tables: [String: StaticString] = [
        "admissionregistration": admissionregistration,
        "apiextensions": apiextensions,
        "apiregistration": apiregistration,
        "apps": apps,
        "authentication": authentication,
        "authorization": authorization,
        "autoscaling": autoscaling,
        "batch": batch,
        "certificates": certificates,
        "coordination": coordination,
        "core": core,
        "discovery": discovery,
        "events": events,
        "flowcontrol": flowcontrol,
        "meta": meta,
        "networking": networking,
        "policy": policy,
        "rbac": rbac,
        "resource": resource,
        "scheduling": scheduling,
        "storage": storage,
    ]
}
