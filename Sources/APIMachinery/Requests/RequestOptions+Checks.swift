/// Which options of lists and watches go together.
///
/// - Source: apimachinery `internalversion/validation`.
extension RequestOptions {
    /// - Throws: 422 for a list's options that contradict each other.
    func checkList() throws(APIStatus) {
        var errors: [FieldError] = []
        let match = resourceVersionMatch
        if !match.isEmpty {
            if resourceVersion.isEmpty {
                errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"))
            }
            if !continueToken.isEmpty {
                errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"))
            }
            if match != "Exact", match != "NotOlderThan" {
                errors.append(.notSupported("resourceVersionMatch", .string(match), supported: ["Exact", "NotOlderThan", ""]))
            }
            if match == "Exact", resourceVersion == "0" {
                errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""))
            }
        }
        if sendInitialEvents != nil { errors.append(.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")) }
        try Self.refuse(errors)
    }

    /// - Throws: 422 for a watch's options that contradict each other.
    func checkWatch() throws(APIStatus) {
        var errors: [FieldError] = []
        let match = resourceVersionMatch
        if sendInitialEvents != nil, match != "NotOlderThan" {
            errors.append(.forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
        }
        if !match.isEmpty {
            if sendInitialEvents == nil {
                errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"))
            }
            if match != "NotOlderThan" { errors.append(.notSupported("resourceVersionMatch", .string(match), supported: ["NotOlderThan"])) }
            if !continueToken.isEmpty {
                errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"))
            }
        }
        try Self.refuse(errors)
    }

    private static func refuse(_ errors: [FieldError]) throws(APIStatus) {
        if !errors.isEmpty { throw .invalid(kind: "ListOptions", group: "meta.k8s.io", name: "", errors) }
    }
}
