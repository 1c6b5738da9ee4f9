import KubernetesObjects

/// What is wrong with ConfigMaps, Secrets and ServiceAccounts.
///
/// - Source: kubernetes `pkg/apis/core/validation`, v1.36.
enum ConfigValidation {
    static let sizeMax = 1024 * 1024
    /// The path of an error that is about the whole object.
    private static let whole = "[]"

    // MARK: ConfigMap

    static func configMap(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old { frozen(object, old, ["data", "binaryData"], into: &errors) }
        let data = object.map("data")
        let binary = object.map("binaryData")
        var size = 0
        for entry in data {
            let path = FieldPath("data").key(entry.key)
            errors.invalid(path, entry.key, each: NameFormats.configKey(entry.key))
            if binary.contains(entry.key) { errors.invalid(path, entry.key, "duplicate of key present in binaryData") }
            size += entry.value.stringValue?.utf8.count ?? 0
        }
        for entry in binary {
            errors.invalid(FieldPath("binaryData").key(entry.key), entry.key, each: NameFormats.configKey(entry.key))
            size += decodedSize(entry.value.stringValue ?? "")
        }
        if size > sizeMax { errors.append(.tooLong(whole, maxBytes: sizeMax)) }
    }

    /// An object that was made immutable stays so, and keeps its data.
    private static func frozen(_ object: Value, _ old: Value, _ fields: [String], into errors: inout FieldErrors) {
        guard old.flag("immutable") else { return }
        let message = "field is immutable when `immutable` is set"
        if !object.flag("immutable") { errors.forbidden(FieldPath("immutable"), message) }
        for field in fields where !sameValue(object[field], old[field]) { errors.forbidden(FieldPath(field), message) }
    }

    private static func decodedSize(_ base64: String) -> Int {
        let count = base64.utf8.count
        return count / 4 * 3 - (base64.hasSuffix("==") ? 2 : base64.hasSuffix("=") ? 1 : 0)
    }

    // MARK: Secret

    static func secret(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old {
            errors.checkImmutable(object["type"], old["type"], FieldPath("type"))
            frozen(object, old, ["data"], into: &errors)
        }
        let data = object.map("data")
        let path = FieldPath("data")
        var size = 0
        for entry in data {
            errors.invalid(path.key(entry.key), entry.key, each: NameFormats.configKey(entry.key))
            size += decodedSize(entry.value.stringValue ?? "")
        }
        if size > sizeMax { errors.tooLong(path, maxBytes: sizeMax) }
        switch object.text("type") {
        case "kubernetes.io/service-account-token":
            let key = "kubernetes.io/service-account.name"
            if (object.annotation(key) ?? "").isEmpty { errors.required((.metadata / "annotations").key(key)) }
        case "kubernetes.io/dockercfg": json(data, ".dockercfg", into: &errors)
        case "kubernetes.io/dockerconfigjson": json(data, ".dockerconfigjson", into: &errors)
        case "kubernetes.io/basic-auth":
            if !data.contains("username"), !data.contains("password") {
                errors.required(path.key("username"))
                errors.required(path.key("password"))
            }
        case "kubernetes.io/ssh-auth":
            if (data["ssh-privatekey"]?.stringValue ?? "").isEmpty { errors.required(path.key("ssh-privatekey")) }
        case "kubernetes.io/tls":
            for key in ["tls.crt", "tls.key"] where !data.contains(key) { errors.required(path.key(key)) }
        default: break
        }
    }

    private static func json(_ data: Fields, _ key: String, into errors: inout FieldErrors) {
        let path = FieldPath("data").key(key)
        guard let encoded = data[key]?.stringValue else {
            errors.required(path)
            return
        }
        let decoded = Base64.decode(encoded) ?? []
        if let problem = JSONProblem.first(in: decoded) { errors.invalid(path, "<secret contents redacted>", problem) }
    }
}
