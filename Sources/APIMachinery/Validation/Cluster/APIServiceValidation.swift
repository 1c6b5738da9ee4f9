import KubernetesObjects

/// What is wrong with an APIService.
///
/// - Source: kube-aggregator `pkg/apis/apiregistration/validation`, v1.36.
enum APIServiceValidation {
    private static let groupPriorityMax = 20_000
    private static let versionPriorityMax = 1000

    static func check(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let (group, version) = (spec.text("group"), spec.text("version"))
        // A name of another form has been told already.
        if old == nil, !object.name.isEmpty, object.name != "\(version).\(group)", NameFormats.pathSegment(object.name).isEmpty {
            errors.invalid(.metadata / "name", object.name, "must be `spec.version+\".\"+spec.group`: \(goQuoted("\(version).\(group)"))")
        }
        if group.isEmpty, version != "v1" {
            errors.required(.spec / "group", "only v1 may have an empty group and it better be legacy kube")
        }
        if !group.isEmpty { errors.invalid(.spec / "group", group, each: NameFormats.dns1123Subdomain(group)) }
        errors.invalid(.spec / "version", version, each: NameFormats.dns1035Label(version))
        for (field, most) in [("groupPriorityMinimum", groupPriorityMax), ("versionPriority", versionPriorityMax)] {
            let priority = spec.int(field) ?? 0
            if priority <= 0 || priority > most { errors.invalid(.spec / field, priority, "must be positive and less than \(most)") }
        }
        if let service = spec.present("service") {
            self.service(service, spec, into: &errors)
        } else {
            local(spec, into: &errors)
        }
    }

    /// A version that this server serves itself has no connection to be secured.
    private static func local(_ spec: Value, into errors: inout FieldErrors) {
        let bundle = Base64.decode(spec.text("caBundle")) ?? []
        if !bundle.isEmpty { errors.invalid(.spec / "caBundle", "\(bundle.count) bytes", "local APIServices may not have a caBundle") }
        if spec.flag("insecureSkipTLSVerify") {
            errors.invalid(.spec / "insecureSkipTLSVerify", true, "local APIServices may not have insecureSkipTLSVerify")
        }
    }

    private static func service(_ service: Value, _ spec: Value, into errors: inout FieldErrors) {
        for field in ["namespace", "name"] where service.text(field).isEmpty { errors.required(.spec / "service" / field) }
        if let port = service.int("port") { ContainerPortValidation.number(port, at: .spec / "service" / "port", into: &errors) }
        if spec.flag("insecureSkipTLSVerify"), !spec.text("caBundle").isEmpty {
            errors.invalid(.spec / "insecureSkipTLSVerify", true, "may not be true if caBundle is present")
        }
    }
}
