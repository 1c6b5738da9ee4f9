import KubernetesObjects

/// What is wrong with an object's `metadata`.
///
/// - Source: k8s.io/apimachinery `api/validation/objectmeta.go` and the core group's additions, v1.36.
enum ObjectMetaValidation {
    static let annotationsSizeMax = 256 * 1024

    /// Checks the metadata of a new object.
    static func check(_ object: Value, namespaced: Bool, name rule: NameRule, at path: FieldPath = .metadata, into errors: inout FieldErrors) {
        let metadata = object["metadata"] ?? [:]
        let generateName = metadata.text("generateName")
        if !generateName.isEmpty { errors.invalid(path / "generateName", generateName, each: rule(generateName, true)) }
        let name = metadata.text("name")
        if name.isEmpty {
            errors.required(path / "name", "name or generateName is required")
        } else {
            errors.invalid(path / "name", name, each: rule(name, false))
        }
        let namespace = metadata.text("namespace")
        if namespaced {
            if namespace.isEmpty {
                errors.required(path / "namespace")
            } else {
                errors.invalid(path / "namespace", namespace, each: NameFormats.dns1123Label(namespace))
            }
        } else if !namespace.isEmpty {
            errors.forbidden(path / "namespace", "not allowed on this type")
        }
        common(metadata, at: path, into: &errors)
    }

    /// Checks the metadata of a changed object.
    static func checkUpdate(_ object: Value, old: Value, at path: FieldPath = .metadata, into errors: inout FieldErrors) {
        let metadata = object["metadata"] ?? [:]
        let before = old["metadata"] ?? [:]
        if before.has("deletionTimestamp") {
            let known = before.texts("finalizers")
            let added = metadata.texts("finalizers").filter { !known.contains($0) }
            if !added.isEmpty {
                let list = Array(Set(added)).sorted().map(goQuoted).joined(separator: ", ")
                errors.forbidden(
                    path / "finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}")
            }
        }
        if metadata.text("resourceVersion").isEmpty { errors.invalid(path / "resourceVersion", "", "must be specified for an update") }
        if let generation = metadata.int("generation"), generation < before.int("generation") ?? 0 {
            errors.invalid(path / "generation", generation, "must not be decremented")
        }
        for field in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
            errors.checkImmutable(metadata[field], before[field], path / field)
        }
        common(metadata, known: before, at: path, into: &errors)
    }

    /// What is the same as in the stored object was looked at when that was stored.
    private static func common(_ metadata: Value, known: Value? = nil, at path: FieldPath, into errors: inout FieldErrors) {
        func changed(_ field: String) -> Value? {
            guard let value = metadata[field], known?[field].map(value.isSameStorage) != true else { return nil }
            return value
        }
        if let fields = changed("labels")?.fields { labels(fields, at: path / "labels", into: &errors) }
        if let fields = changed("annotations")?.fields { annotations(fields, at: path / "annotations", into: &errors) }
        if let list = changed("ownerReferences")?.arrayValue { ownerReferences(list, at: path / "ownerReferences", into: &errors) }
        if changed("finalizers") != nil { finalizers(metadata.texts("finalizers"), at: path / "finalizers", into: &errors) }
    }

    /// Fields of metadata as Go's struct declares them, with the names that a template's refusal gives them: only the first letter of
    /// Go's name is made small.
    private static let templateFields = [
        ("name", "name"), ("generateName", "generateName"), ("namespace", "namespace"), ("selfLink", "selfLink"), ("uid", "uID"),
        ("resourceVersion", "resourceVersion"), ("generation", "generation"), ("creationTimestamp", "creationTimestamp"),
        ("deletionTimestamp", "deletionTimestamp"), ("deletionGracePeriodSeconds", "deletionGracePeriodSeconds"),
        ("ownerReferences", "ownerReferences"), ("finalizers", "finalizers"), ("managedFields", "managedFields"),
    ]

    /// The metadata of a template whose objects are named by somebody else: labels and annotations, and nothing more.
    static func template(_ metadata: Value, at path: FieldPath, into errors: inout FieldErrors) {
        annotations(metadata.map("annotations"), at: path / "annotations", into: &errors)
        labels(metadata.map("labels"), at: path / "labels", into: &errors)
        for (field, shown) in templateFields {
            guard let value = metadata.present(field), !value.isEmptyValue, value != 0 else { continue }
            errors.forbidden(path / shown, "cannot be set")
        }
    }

    static func labels(_ labels: Fields, at path: FieldPath, into errors: inout FieldErrors) {
        for entry in labels {
            let text = entry.value.stringValue ?? ""
            errors.invalid(path, entry.key, each: NameFormats.qualifiedName(entry.key))
            errors.invalid(path, text, each: NameFormats.labelValue(text))
        }
    }

    static func annotations(_ annotations: Fields, at path: FieldPath, into errors: inout FieldErrors) {
        var size = 0
        for entry in annotations {
            let messages = NameFormats.qualifiedName(entry.key.lowercased())
            errors.invalid(path, entry.key, each: messages)
            size += entry.key.utf8.count + (entry.value.stringValue?.utf8.count ?? 0)
        }
        if size > annotationsSizeMax { errors.tooLong(path, maxBytes: annotationsSizeMax) }
    }

    static func ownerReferences(_ references: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        var firstController: String?
        for reference in references {
            let apiVersion = reference.text("apiVersion")
            let version = apiVersion.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
            if version.isEmpty { errors.invalid(path / "apiVersion", apiVersion, "version must not be empty") }
            for field in ["kind", "name", "uid"] where reference.text(field).isEmpty {
                errors.invalid(path / field, "", "must not be empty")
            }
            if apiVersion == "v1", reference.text("kind") == "Event" {
                errors.invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner")
            }
            if reference.flag("controller") {
                let controller = "\(reference.text("kind"))/\(reference.text("name"))"
                if let firstController {
                    errors.invalid(
                        path, .array(references),
                        "Only one reference can have Controller set to true. Found \"true\" in references for \(firstController) and \(controller)")
                } else {
                    firstController = controller
                }
            }
        }
    }

    static func finalizers(_ finalizers: [String], at path: FieldPath, into errors: inout FieldErrors) {
        for finalizer in finalizers { errors.invalid(path, finalizer, each: NameFormats.qualifiedName(finalizer)) }
        if finalizers.contains("orphan"), finalizers.contains("foregroundDeletion") {
            errors.invalid(
                path, .array(finalizers.map { .string($0) }), "finalizer orphan and foregroundDeletion cannot be both set")
        }
        for (index, finalizer) in finalizers.enumerated() where !finalizer.contains("/") {
            if !["kubernetes", "orphan", "foregroundDeletion"].contains(finalizer) {
                errors.invalid(path[index], finalizer, "name is neither a standard finalizer name nor is it fully qualified")
            }
        }
    }
}
