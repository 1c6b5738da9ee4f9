import KubernetesObjects

/// What is wrong with the smaller kinds of a cluster: leases, runtime classes, revisions.
enum ClusterKindsValidation {
    static func lease(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        if let seconds = spec.int("leaseDurationSeconds"), seconds <= 0 {
            errors.invalid(.spec / "leaseDurationSeconds", seconds, "must be greater than 0")
        }
        errors.checkNonNegative(spec.int("leaseTransitions"), .spec / "leaseTransitions")
        let strategy = spec.present("strategy")?.stringValue
        if let strategy { leaseStrategy(strategy, into: &errors) }
        if !spec.text("preferredHolder").isEmpty, strategy?.isEmpty ?? true {
            errors.forbidden(.spec / "preferredHolder", "may only be specified if `strategy` is defined")
        }
    }

    private static func leaseStrategy(_ strategy: String, into errors: inout FieldErrors) {
        // The real path says it twice.
        let path = FieldPath.spec / "strategy" / "strategy"
        if strategy.contains("/") {
            errors.invalid(path, strategy, each: NameFormats.qualifiedName(strategy))
        } else if strategy != "OldestEmulationVersion" {
            errors.notSupported(path, strategy, ["OldestEmulationVersion"])
        }
    }

    static func runtimeClass(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old {
            errors.checkImmutable(object["handler"], old["handler"], FieldPath("handler"))
            return
        }
        let handler = object.text("handler")
        if handler.isEmpty {
            errors.required(FieldPath("handler"))
        } else {
            errors.invalid(FieldPath("handler"), handler, each: NameFormats.dns1123Label(handler))
        }
        for entry in object["overhead"]?.map("podFixed") ?? Fields() {
            // What is fixed is checked as a container's limits are, and called so.
            let path = (FieldPath("overhead") / "limits").key(entry.key)
            ResourceValidation.containerName(entry.key, at: path, into: &errors)
            ResourceValidation.quantity(entry.key, entry.value, at: path, into: &errors)
        }
        if let scheduling = object.present("scheduling") {
            ObjectMetaValidation.labels(scheduling.map("nodeSelector"), at: FieldPath("scheduling") / "nodeSelector", into: &errors)
            TolerationValidation.tolerations(scheduling.list("tolerations"), at: FieldPath("scheduling") / "tolerations", into: &errors)
        }
    }

    static func controllerRevision(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old {
            errors.checkNonNegative(object.int("revision"), FieldPath("revision"))
            errors.checkImmutable(object["data"], old["data"], FieldPath("data"))
            return
        }
        if !object.has("data") { errors.required(FieldPath("data"), "data is mandatory") }
        errors.checkNonNegative(object.int("revision"), FieldPath("revision"))
    }
}
