import KubernetesObjects

/// Whether a definition in one of Kubernetes' own groups says who approved it.
///
/// - Source: apiextensions-apiserver `pkg/apihelpers.GetAPIApprovalState` and `controller/apiapproval`, v1.36.
package struct CustomDefinitionApproval: Sendable, Equatable {
    package static let annotation = "api-approved.kubernetes.io"
    package static let conditionType = "KubernetesAPIApprovalPolicyConformant"

    /// `ApprovedAnnotation` and the like: the reason of the condition.
    package var reason: String
    package var message: String

    package var isApproved: Bool { reason == "ApprovedAnnotation" }
    /// Whether such a definition is not taken at all.
    package var isRefused: Bool { reason == "MissingAnnotation" || reason == "InvalidAnnotation" }

    /// Nil for a definition of another group, which needs no approval.
    package init?(_ definition: Value) {
        let group = definition["spec"]?["group"]?.stringValue ?? ""
        guard ["k8s.io", "kubernetes.io"].contains(where: { group == $0 || group.hasSuffix("." + $0) }) else { return nil }
        let text = definition.annotation(Self.annotation) ?? ""
        let link = "see https://github.com/kubernetes/enhancements/pull/1111"
        if text.isEmpty {
            reason = "MissingAnnotation"
            message = "protected groups must have approval annotation \(GoText.quoted(Self.annotation)), \(link)"
        } else if text.hasPrefix("unapproved") {
            reason = "UnapprovedAnnotation"
            message = "not approved: \(GoText.quoted(text))"
        } else if Self.isAddress(text) {
            reason = "ApprovedAnnotation"
            message = "approved in \(text)"
        } else {
            reason = "InvalidAnnotation"
            message =
                "protected groups must have approval annotation \(GoText.quoted(Self.annotation)) with either a URL or a reason starting with \"unapproved\", \(link)"
        }
    }

    /// `scheme://host…`
    private static func isAddress(_ text: String) -> Bool {
        guard let mark = text.firstRange(of: "://"), let first = text.utf8.first, (first | 0x20) >= 0x61, (first | 0x20) <= 0x7A else { return false }
        let isBare = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isBare && !text[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }.isEmpty
    }
}
