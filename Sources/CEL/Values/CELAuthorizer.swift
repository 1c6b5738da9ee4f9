/// What expressions ask about permissions: `authorizer.group('apps').resource('deployments').check('create').allowed()`.
///
/// - Shape: each call gives a copy that asks more precisely; `check` asks the function that the API server provides.
package struct CELAuthorizer: Sendable {
    /// A question to the authorizer.
    package struct Question: Hashable, Sendable {
        /// A path of the API server; empty for a question about resources.
        package var path = ""
        package var group = ""
        package var resource = ""
        package var subresource = ""
        package var namespace = ""
        package var name = ""
        package var verb = ""
        package var fieldSelector = ""
        package var labelSelector = ""
        /// Asks for a service account in place of the user: namespace and name.
        package var serviceAccountNamespace = ""
        package var serviceAccountName = ""

        package init() {}
    }

    /// The answer.
    package struct Decision: Hashable, Sendable {
        package var isAllowed: Bool
        package var reason: String
        package var error: String?

        package init(isAllowed: Bool, reason: String = "", error: String? = nil) {
            self.isAllowed = isAllowed
            self.reason = reason
            self.error = error
        }
    }

    enum Stage: String, Sendable {
        case authorizer = "kubernetes.authorization.Authorizer"
        case path = "kubernetes.authorization.PathCheck"
        case group = "kubernetes.authorization.GroupCheck"
        case resource = "kubernetes.authorization.ResourceCheck"
    }

    package static let type = CELType.opaque(Stage.authorizer.rawValue)
    /// The type of the variable `authorizer.requestResource`.
    package static let resourceType = CELType.opaque(Stage.resource.rawValue)

    var question = Question()
    var stage = Stage.authorizer
    let decide: @Sendable (Question) -> Decision

    package init(decide: @escaping @Sendable (Question) -> Decision) { self.decide = decide }

    var typeName: String { stage.rawValue }

    /// A copy that asks about one resource, for the variable `authorizer.requestResource`.
    package func about(_ question: Question) -> CELAuthorizer {
        var copy = self
        copy.question = question
        copy.stage = .resource
        return copy
    }
}
