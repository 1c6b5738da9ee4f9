import KubernetesObjects

/// What is wrong with the classes of volumes.
///
/// - Source: kubernetes `pkg/apis/storage/validation`, v1.36.
enum StorageKindsValidation {
    static func storageClass(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old {
            for field in ["parameters", "provisioner", "reclaimPolicy"] where !sameValue(object[field], old[field]) {
                errors.forbidden(FieldPath(field), "updates to \(field) are forbidden.")
            }
            errors.checkImmutable(object["volumeBindingMode"], old["volumeBindingMode"], FieldPath("volumeBindingMode"))
            return
        }
        driver(object.text("provisioner"), at: FieldPath("provisioner"), into: &errors)
        parameters(object.map("parameters"), into: &errors)
        if let policy = object.present("reclaimPolicy")?.stringValue, policy != "Delete", policy != "Retain" {
            errors.notSupported(FieldPath("reclaimPolicy"), policy, ["Delete", "Retain"])
        }
        if let mode = object.present("volumeBindingMode")?.stringValue {
            if mode != "Immediate", mode != "WaitForFirstConsumer" {
                errors.notSupported(FieldPath("volumeBindingMode"), mode, ["Immediate", "WaitForFirstConsumer"])
            }
        } else {
            errors.required(FieldPath("volumeBindingMode"))
        }
        var seen: Set<[String: Set<String>]> = []
        for (index, term) in object.list("allowedTopologies").enumerated() {
            let path = FieldPath("allowedTopologies")[index] / "matchLabelExpressions"
            topology(term, at: path, into: &errors)
            let requirements = term.list("matchLabelExpressions").map { ($0.text("key"), Set($0.texts("values"))) }
            if !seen.insert(Dictionary(requirements, uniquingKeysWith: { first, _ in first })).inserted { errors.duplicate(path, "") }
        }
    }

    private static func driver(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        if name.isEmpty { errors.required(path) } else { errors.invalid(path, name, each: NameFormats.qualifiedName(name.lowercased())) }
    }

    private static func topology(_ term: Value, at path: FieldPath, into errors: inout FieldErrors) {
        var keys: Set<String> = []
        for (index, requirement) in term.list("matchLabelExpressions").enumerated() {
            let values = requirement.texts("values")
            if values.isEmpty { errors.required(path[index] / "values") }
            var seen: Set<String> = []
            for (number, value) in values.enumerated() where !seen.insert(value).inserted { errors.duplicate((path[index] / "values")[number], value) }
            let key = requirement.text("key")
            errors.invalid(path[index] / "key", key, each: NameFormats.qualifiedName(key))
            if !keys.insert(key).inserted { errors.duplicate(path[index] / "key", key) }
        }
    }

    /// A VolumeAttributesClass.
    static func attributesClass(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old {
            for field in ["driverName", "parameters"] where !sameValue(object[field], old[field]) {
                errors.forbidden(FieldPath(field), "updates to \(field) are forbidden.")
            }
        }
        driver(object.text("driverName"), at: FieldPath("driverName"), into: &errors)
        let parameters = object.map("parameters")
        self.parameters(parameters, into: &errors)
        if parameters.isEmpty { errors.required(FieldPath("parameters"), "must contain at least one key/value pair") }
    }

    private static let parametersMax = 512
    private static let parametersSizeMax = 256 * 1024

    private static func parameters(_ parameters: Fields, into errors: inout FieldErrors) {
        let path = FieldPath("parameters")
        if parameters.count > parametersMax { return errors.tooLong(path, maxBytes: parametersMax) }
        for entry in parameters where entry.key.isEmpty { errors.invalid(path, entry.key, "field can not be empty.") }
        let size = parameters.reduce(0) { $0 + $1.key.utf8.count + ($1.value.stringValue?.utf8.count ?? 0) }
        if size > parametersSizeMax { errors.tooLong(path, maxBytes: parametersSizeMax) }
    }
}
