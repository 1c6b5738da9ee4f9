import KubernetesObjects

/// What is wrong with Ingresses and IngressClasses.
///
/// - Source: kubernetes `pkg/apis/networking/validation`, v1.36.
enum IngressValidation {
    static let classAnnotation = "kubernetes.io/ingress.class"

    static func check(_ ingress: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = ingress["spec"] ?? [:]
        self.spec(spec, into: &errors)
        if old != nil { return }
        let key = classAnnotation
        if let annotation = ingress.annotation(key), let className = spec.present("ingressClassName")?.stringValue, annotation != className {
            errors.invalid(FieldPath("annotations") / key, annotation, "must match `ingressClassName` when both are specified")
        }
    }

    static func status(_ ingress: Value, old: Value?, into errors: inout FieldErrors) {
        ServiceValidation.points(ingress["status", "loadBalancer"] ?? [:], into: &errors)
    }

    private static func spec(_ spec: Value, into errors: inout FieldErrors) {
        let rules = spec.list("rules")
        let backend = spec.present("defaultBackend")
        if rules.isEmpty, backend == nil { errors.invalid(.spec, .null, "either `defaultBackend` or `rules` must be specified") }
        if let backend { self.backend(backend, at: .spec / "defaultBackend", into: &errors) }
        for (index, rule) in rules.enumerated() {
            let at = (FieldPath.spec / "rules")[index]
            host(rule.text("host"), at: at / "host", refusesIP: true, into: &errors)
            guard let http = rule.present("http") else { continue }
            let paths = http.list("paths")
            if paths.isEmpty { errors.required(at / "http" / "paths") }
            for (number, path) in paths.enumerated() { self.path(path, at: (at / "http" / "paths")[number], into: &errors) }
        }
        for (index, tls) in spec.list("tls").enumerated() {
            for (number, name) in tls.texts("hosts").enumerated() {
                host(name, at: ((FieldPath.spec / "tls")[index] / "hosts")[number], refusesIP: false, into: &errors)
            }
            let secret = tls.text("secretName")
            if !secret.isEmpty {
                errors.invalid((FieldPath.spec / "tls")[index] / "secretName", secret, each: NameFormats.dns1123Subdomain(secret))
            }
        }
        if let className = spec.present("ingressClassName")?.stringValue {
            errors.invalid(.spec / "ingressClassName", className, each: NameFormats.dns1123Subdomain(className))
        }
    }

    private static func host(_ host: String, at path: FieldPath, refusesIP: Bool, into errors: inout FieldErrors) {
        if host.isEmpty { return }
        if refusesIP, IPAddress(loose: host) != nil { errors.invalid(path, host, "must be a DNS name, not an IP address") }
        errors.invalid(path, host, each: host.contains("*") ? NameFormats.wildcardSubdomain(host) : NameFormats.dns1123Subdomain(host))
    }

    private static func path(_ path: Value, at: FieldPath, into errors: inout FieldErrors) {
        guard let type = path.present("pathType")?.stringValue else {
            errors.required(at / "pathType", "pathType must be specified")
            return
        }
        let text = path.text("path")
        switch type {
        case "Exact", "Prefix":
            if !text.hasPrefix("/") { errors.invalid(at / "path", text, "must be an absolute path") }
            for sequence in ["//", "/./", "/../", "%2f", "%2F"] where text.contains(sequence) {
                errors.invalid(at / "path", text, "must not contain '\(sequence)'")
            }
            for suffix in ["/..", "/."] where text.hasSuffix(suffix) { errors.invalid(at / "path", text, "cannot end with '\(suffix)'") }
        case "ImplementationSpecific":
            if !text.isEmpty, !text.hasPrefix("/") { errors.invalid(at / "path", text, "must be an absolute path") }
        default: errors.notSupported(at / "pathType", type, ["Exact", "ImplementationSpecific", "Prefix"])
        }
        backend(path["backend"] ?? [:], at: at / "backend", into: &errors)
    }

    private static func backend(_ backend: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let service = backend.present("service")
        let resource = backend.present("resource")
        if service != nil, resource != nil {
            errors.invalid(path, "", "cannot set both resource and service backends")
        } else if let resource {
            reference(resource, at: path / "resource", into: &errors)
        } else if let service {
            let name = service.text("name")
            if name.isEmpty {
                errors.required(path / "service" / "name")
            } else {
                errors.invalid(path / "service" / "name", name, each: NameFormats.dns1123Label(name))
            }
            let portName = service["port"]?.text("name") ?? ""
            let number = service["port"]?.int("number") ?? 0
            if !portName.isEmpty, number != 0 {
                errors.invalid(path, "", "cannot set both port name & port number")
            } else if !portName.isEmpty {
                errors.invalid(path / "service" / "port" / "name", portName, each: NameFormats.portName(portName))
            } else if number != 0 {
                ContainerPortValidation.number(number, at: path / "service" / "port" / "number", into: &errors)
            } else {
                errors.required(path, "port name or number is required")
            }
        } else {
            errors.invalid(path, "", "resource or service backend is required")
        }
    }

    /// An object that is named by group, kind and name.
    private static func reference(_ reference: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if let group = reference.present("apiGroup")?.stringValue { errors.invalid(path / "apiGroup", group, each: NameFormats.dns1123Subdomain(group)) }
        for field in ["kind", "name"] {
            let text = reference.text(field)
            if text.isEmpty { errors.required(path / field) } else { errors.invalid(path / field, text, each: NameFormats.pathSegment(text)) }
        }
    }

    // MARK: IngressClass

    private static let controllerMax = 250

    static func ingressClass(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let controller = object["spec"]?.text("controller") ?? ""
        if let old { errors.checkImmutable(.string(controller), old["spec"]?["controller"], .spec / "controller") }
        if controller.utf8.count > controllerMax { errors.tooLong(.spec / "controller", maxBytes: controllerMax) }
        errors.checkDomainPrefixedPath(controller, .spec / "controller")
        if let parameters = object["spec"]?.present("parameters") { self.parameters(parameters, at: .spec / "parameters", into: &errors) }
    }

    private static func parameters(_ parameters: Value, at path: FieldPath, into errors: inout FieldErrors) {
        reference(parameters, at: path, into: &errors)
        guard let scope = parameters.present("scope")?.stringValue else { return errors.required(path / "scope") }
        let namespace = parameters.present("namespace")?.stringValue
        switch scope {
        case "Cluster":
            if namespace != nil { errors.forbidden(path / "namespace", "`parameters.scope` is set to 'Cluster'") }
        case "Namespace":
            guard let namespace else { return errors.required(path / "namespace", "`parameters.scope` is set to 'Namespace'") }
            errors.invalid(path / "namespace", namespace, each: NameFormats.dns1123Label(namespace))
        default: errors.notSupported(path / "scope", scope, ["Cluster", "Namespace"])
        }
    }
}
