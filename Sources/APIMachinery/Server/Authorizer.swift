import KubernetesObjects
import SimulationKernel

/// What a request wants to do, as authorizers look at it.
package struct AuthorizationAttributes: Sendable, Equatable {
    /// `get`, `list`, `create`, `impersonate`, ...
    package var verb: String
    package var group = ""
    package var version = ""
    package var resource = ""
    package var subresource = ""
    package var namespace = ""
    package var name = ""
    /// The path of a request for no resource; nil for a resource.
    package var path: String?
    package var fieldSelector = ""
    package var labelSelector = ""

    package init(verb: String, resource: GroupVersionResource, subresource: String = "", namespace: String = "", name: String = "") {
        self.verb = verb
        group = resource.group
        version = resource.version
        self.resource = resource.resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
    }

    package init(verb: String, path: String) {
        self.verb = verb
        self.path = path
    }
}

package enum AuthorizationDecision: Sendable, Equatable {
    case allow(reason: String)
    /// Refused, whatever other authorizers say.
    case deny(reason: String)
    /// Nothing known; the next one is asked, and without a next one it is refused.
    case noOpinion(reason: String)

    package var isAllowed: Bool { if case .allow = self { true } else { false } }
    package var reason: String {
        switch self {
        case .allow(let reason), .deny(let reason), .noOpinion(let reason): reason
        }
    }
}

/// Says who may do what. Implementations look at the stored objects only.
///
/// The server asks its authorizers in order before admission; the first `allow` or `deny` counts.
/// A refusal becomes the 403 whose text ends with the decisions' reasons.
package protocol Authorizer: Sendable {
    func decide(_ user: UserInfo, _ attributes: AuthorizationAttributes, in store: Store) -> AuthorizationDecision

    /// What a user may do in a namespace, for SelfSubjectRulesReview: `resourceRules` and `nonResourceRules` of its status.
    ///
    /// - Returns: the rules, and whether they are incomplete with the reason (empty when complete).
    func rules(of user: UserInfo, namespace: String, in store: Store) -> (resourceRules: [Value], nonResourceRules: [Value], incomplete: String)
}

extension Authorizer {
    package func rules(of user: UserInfo, namespace: String, in store: Store) -> (
        resourceRules: [Value], nonResourceRules: [Value], incomplete: String
    ) { ([], [], "") }
}

/// Allows everything, as a server started with `--authorization-mode=AlwaysAllow` does.
package struct AlwaysAllow: Authorizer {
    package init() {}
    package func decide(_ user: UserInfo, _ attributes: AuthorizationAttributes, in store: Store) -> AuthorizationDecision { .allow(reason: "") }
    package func rules(of user: UserInfo, namespace: String, in store: Store) -> (
        resourceRules: [Value], nonResourceRules: [Value], incomplete: String
    ) {
        (
            [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]], [["verbs": ["*"], "nonResourceURLs": ["*"]]], ""
        )
    }
}
