import KubernetesObjects

/// What is wrong with a list of conditions of the common kind (`metav1.Condition`).
///
/// - Source: k8s.io/apimachinery `pkg/apis/meta/v1/validation.ValidateConditions`, v1.36.
enum ConditionValidation {
    private static let reasonMax = 1024
    private static let messageMax = 32 * 1024
    private static let reasonMessage =
        "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')"

    static func check(_ conditions: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        var types: Set<String> = []
        for (index, condition) in conditions.enumerated() {
            let type = condition.text("type")
            if !types.insert(type).inserted { errors.duplicate(path[index] / "type", type) }
            check(condition, type, at: path[index], into: &errors)
        }
    }

    private static func check(_ condition: Value, _ type: String, at path: FieldPath, into errors: inout FieldErrors) {
        errors.invalid(path / "type", type, each: NameFormats.qualifiedName(type))
        let status = condition.text("status")
        if !["False", "True", "Unknown"].contains(status) { errors.notSupported(path / "status", status, ["False", "True", "Unknown"]) }
        if let generation = condition.int("observedGeneration"), generation < 0 {
            errors.invalid(path / "observedGeneration", generation, "must be greater than or equal to zero")
        }
        if !condition.has("lastTransitionTime") { errors.required(path / "lastTransitionTime", "must be set") }
        let reason = condition.text("reason")
        if reason.isEmpty {
            errors.required(path / "reason", "must be set")
        } else {
            if !isReason(reason) { errors.invalid(path / "reason", reason, reasonMessage) }
            if reason.utf8.count > reasonMax { errors.tooLong(path / "reason", maxBytes: reasonMax) }
        }
        if condition.text("message").utf8.count > messageMax { errors.tooLong(path / "message", maxBytes: messageMax) }
    }

    private static func isReason(_ text: String) -> Bool {
        let letters = Array(text.utf8)
        guard let first = letters.first, let last = letters.last, NameFormats.isLower(first) || NameFormats.isUpper(first) else { return false }
        let underscore = UInt8(ascii: "_")
        let inner: [UInt8] = [underscore, UInt8(ascii: ","), UInt8(ascii: ":")]
        return (NameFormats.isAlphanumeric(last) || last == underscore)
            && letters.allSatisfy { NameFormats.isAlphanumeric($0) || inner.contains($0) }
    }
}
