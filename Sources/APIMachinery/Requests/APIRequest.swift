import KubernetesObjects
import SimulationKernel

/// Who makes a request.
package struct UserInfo: Hashable, Sendable {
    package var name: String
    package var uid: String
    package var groups: [String]
    package var extra: [String: [String]]

    package init(name: String, uid: String = "", groups: [String] = [], extra: [String: [String]] = [:]) {
        self.name = name
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    /// The administrator of a new cluster: in `system:masters`, for whom everything is allowed.
    package static let admin = UserInfo(name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"])
    /// The API server itself.
    package static let apiServer = UserInfo(name: "system:apiserver", groups: ["system:masters", "system:authenticated"])
    package static let scheduler = UserInfo(name: "system:kube-scheduler", groups: ["system:authenticated"])

    /// The ServiceAccount under which a controller of kube-controller-manager runs.
    package static func controller(_ name: String) -> UserInfo {
        .serviceAccount(namespace: "kube-system", name: name)
    }

    package static func serviceAccount(namespace: String, name: String, uid: String = "") -> UserInfo {
        UserInfo(
            name: "system:serviceaccount:\(namespace):\(name)", uid: uid,
            groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated"])
    }

    package static func node(_ name: String) -> UserInfo {
        UserInfo(name: "system:node:\(name)", groups: ["system:nodes", "system:authenticated"])
    }
}

/// What a request wants done.
package enum APIVerb: String, Sendable {
    case get, list, watch, create, update, patch, delete, deletecollection
    /// A request to a path that is no resource: discovery, `/version`, `/healthz`.
    case nonResource
}

/// How the body of a patch is to be read, by its content type.
package enum PatchType: String, Sendable {
    case json = "application/json-patch+json"
    case merge = "application/merge-patch+json"
    case strategicMerge = "application/strategic-merge-patch+json"
    /// Server-side apply.
    case apply = "application/apply-patch+yaml"
}

/// In which form an answer is wanted.
package enum Representation: Sendable {
    case object
    /// `Accept: application/json;as=Table;v=v1;g=meta.k8s.io`.
    case table
    case partialObjectMetadata
}

/// What to do with what an object owns when it is deleted.
package enum DeletionPropagation: String, Sendable {
    case background = "Background"
    case foreground = "Foreground"
    case orphan = "Orphan"
}

/// The query parameters and body options of a request.
package struct RequestOptions: Sendable {
    package var labelSelector = ""
    package var fieldSelector = ""
    /// 0 means no limit.
    package var limit = 0
    package var continueToken = ""
    package var resourceVersion = ""
    package var resourceVersionMatch = ""
    package var allowWatchBookmarks = false
    /// Whether a watch begins with what there is; nil for as its version says.
    package var sendInitialEvents: Bool?
    package var timeoutSeconds: Int?
    package var fieldManager = ""
    /// True for `dryRun=All`.
    package var dryRun = false
    /// `Ignore`, `Warn`, `Strict`; empty for the server's default, `Warn`.
    package var fieldValidation = ""
    /// Take over conflicting fields in server-side apply.
    package var force = false
    package var propagationPolicy: DeletionPropagation?
    package var orphanDependents: Bool?
    package var gracePeriodSeconds: Int?
    package var preconditionUID: String?
    package var preconditionResourceVersion: String?
    package var ignoreStoreReadError = false
    /// Query parameters of a subresource such as `log` and `exec`, in the order in which they were given.
    package var parameters: [(name: String, value: String)] = []

    package init() {}

    package func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}

/// One request to the API server, as it is after its path and query were read.
package struct APIRequest: Sendable {
    /// The bytes that a body may have.
    ///
    /// - Source: apiserver `MaxRequestBodyBytes`.
    package static let bodySizeMax = 3_145_728

    package var verb: APIVerb
    package var resource: GroupVersionResource
    /// `status`, `scale`, `binding`, `eviction`, `log`, ...; empty for the resource itself.
    package var subresource = ""
    package var namespace = ""
    package var name = ""
    /// The path of a request that is for no resource.
    package var nonResourcePath = ""
    package var body: Value?
    /// Whether the body came as bytes, whose number was within the limit.
    package var isBodyMeasured = false
    /// The places that the body's text gave more than once, where it was read from text.
    package var bodyDuplicates: [ValuePath] = []
    package var patchType: PatchType?
    package var representation = Representation.object
    package var options = RequestOptions()
    package var user: UserInfo
    /// Whom the user wants to act as; nil for himself.
    package var impersonating: UserInfo?
    /// `kubectl/v1.36.2 (linux/amd64) kubernetes/...`: names the field manager when none is given.
    package var userAgent = ""
    /// The `Accept` header as it came, for paths that are no resources; empty in process.
    package var accept = ""
    /// What in the causal trace made the requester ask; nil for somebody from outside.
    package var cause: TraceID?

    package init(_ verb: APIVerb, _ resource: GroupVersionResource, namespace: String = "", name: String = "", user: UserInfo = .admin) {
        self.verb = verb
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.user = user
    }

    /// A GET of a path that is no resource.
    package init(path: String, user: UserInfo = .admin) {
        self.init(.nonResource, GroupVersionResource(group: "", version: "", resource: ""), user: user)
        nonResourcePath = path
    }
}

/// What the API server answers when it does not refuse.
package struct APIResponse: Sendable {
    /// 200, 201 for created, 202 for a deletion that goes on.
    package var code: Int
    package var body: Value
    /// The texts of `Warning` headers, in order.
    package var warnings: [String]
    /// What the audit log keeps of the decisions that were made on the way, by key.
    package var auditAnnotations: [String: String]

    package init(code: Int = 200, body: Value, warnings: [String] = [], auditAnnotations: [String: String] = [:]) {
        self.code = code
        self.body = body
        self.warnings = warnings
        self.auditAnnotations = auditAnnotations
    }
}

/// An entry of a watch.
package struct WatchEvent: Sendable {
    package enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        case bookmark = "BOOKMARK"
        case error = "ERROR"
    }

    package var kind: Kind
    package var object: Value

    package init(_ kind: Kind, _ object: Value) {
        self.kind = kind
        self.object = object
    }
}

/// A way to an API server: in process, or over the network.
///
/// `Kubectl` and `Eksctl` know nothing else of a cluster, so that the same code
/// serves a lab, a cluster on disk and a live one.
package protocol APIClient: AnyObject {
    /// Sends a request and returns the answer.
    ///
    /// - Throws: the server's refusal. A client that cannot reach its server throws a status with code 0.
    func send(_ request: APIRequest) throws(APIStatus) -> APIResponse

    /// Opens a watch; the request's verb is `watch`.
    func watch(_ request: APIRequest) throws(APIStatus) -> any WatchStream

    /// The time that ages are printed by and time-outs are measured with.
    var now: Instant { get }

    /// Lets time pass: moves the virtual clock of a cluster in process, or sleeps.
    func advance(by duration: Duration)

    /// Who this client is to the server.
    var user: UserInfo { get set }
}

/// An open watch.
package protocol WatchStream: AnyObject {
    /// The next entry if one has come; nil when nothing has happened since the last call.
    /// Does not wait: call `APIClient.advance(by:)` in between.
    func next() -> WatchEvent?
    /// Whether the server has ended the watch.
    var isEnded: Bool { get }
    func cancel()
}
