import KubernetesObjects
import SimulationKernel

/// What a write is about, as admission plug-ins see it.
package struct AdmissionAttributes: Sendable {
    package enum Operation: String, Sendable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case connect = "CONNECT"
    }

    package var operation: Operation
    package var resource: GroupVersionResource
    /// The kind of the object, such as `Pod`.
    package var kind: String
    /// `status`, `binding`, `scale`, ...; empty for the resource itself.
    package var subresource: String
    package var namespace: String
    /// Empty on a create with `generateName`, as on a real server.
    package var name: String
    /// The new object; null when it is deleted. Mutating plug-ins change it in place.
    package var object: Value
    /// The stored object; nil when it is created.
    package var oldObject: Value?
    package var user: UserInfo
    package var options: RequestOptions
    /// Texts for `Warning` headers; plug-ins append.
    package var warnings: [String] = []
    /// What the audit log keeps, by key; plug-ins add.
    package var auditAnnotations: [String: String] = [:]
    /// Whether the mutating plug-ins run once more, and for what.
    var reinvocation = Reinvocation()

    package init(
        operation: Operation, resource: GroupVersionResource, kind: String, subresource: String = "", namespace: String, name: String,
        object: Value, oldObject: Value? = nil, user: UserInfo, options: RequestOptions = RequestOptions()
    ) {
        self.operation = operation
        self.resource = resource
        self.kind = kind
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
        self.object = object
        self.oldObject = oldObject
        self.user = user
        self.options = options
    }

    package var groupResource: GroupResource { resource.groupResource }

    /// The refusal that admission plug-ins give: `pods "x" is forbidden: …`.
    ///
    /// - Source: apiserver `admission.NewForbidden`; without a name it is the generated one, or `Unknown`.
    package func forbidden(_ reason: String) -> APIStatus {
        let named = !name.isEmpty ? name : !object.name.isEmpty ? object.name : object.generateName.isEmpty ? "Unknown" : object.generateName
        return .forbidden(groupResource, name: named, because: reason)
    }
}

/// The second round of the mutating plug-ins, which comes when a policy has changed the object.
///
/// - Source: apiserver `admission/reinvocation.go` and `admission/plugin/policy/mutating/reinvocationcontext.go`.
struct Reinvocation: Sendable {
    /// Whether this is the second round.
    private(set) var isSecondRound = false
    private var isWanted = false
    /// What the policies left behind when they last ran.
    private var output: Value?
    /// Policies that run again if the object changes after them.
    private var candidates: Set<String> = []
    private var due: Set<String> = []

    /// Goes on to the second round; false when there is none.
    mutating func begin() -> Bool {
        guard isWanted, !isSecondRound else { return false }
        isSecondRound = true
        return true
    }

    func skips(_ use: String) -> Bool { isSecondRound && !due.contains(use) }

    /// Notes that the object was changed: who ran before and wants to, runs again.
    mutating func noteChange() {
        isWanted = true
        due.formUnion(candidates)
        candidates = []
    }

    mutating func noteRun(_ use: String) { candidates.insert(use) }

    /// The policies' turn begins with an object; what other plug-ins did to it in the second round is a change too.
    mutating func enter(_ object: Value) { if isSecondRound, output != object { noteChange() } }

    mutating func leave(_ object: Value) { output = object }
}

/// What plug-ins may look at besides the write: the stored objects, the time, who may do what.
package struct AdmissionContext: Sendable {
    package let store: Store
    package let now: Instant
    package let authorizers: [any Authorizer]
    /// The kind and scope of resources, custom ones included.
    package let resources: any ResourceLookup

    package init(store: Store, now: Instant, authorizers: [any Authorizer], resources: any ResourceLookup) {
        self.store = store
        self.now = now
        self.authorizers = authorizers
        self.resources = resources
    }

    package func isAllowed(_ user: UserInfo, _ attributes: AuthorizationAttributes) -> Bool {
        for authorizer in authorizers {
            switch authorizer.decide(user, attributes, in: store) {
            case .allow: return true
            case .deny: return false
            case .noOpinion: continue
            }
        }
        return false
    }
}

/// What a server can say about its resources without handing out its catalogue.
package protocol ResourceLookup: Sendable {
    /// The kind of a resource and whether its objects live in namespaces; nil when it is not served.
    func kind(of resource: GroupResource) -> (kind: String, isNamespaced: Bool)?
    /// The resource of a kind; nil when it is not served.
    func resource(ofKind kind: String, group: String) -> GroupResource?
    /// How objects of a kind are served; nil when they are not.
    func resource(apiVersion: String, kind: String) -> ServedResource?
}

/// Changes or refuses writes after authorization and before they are stored.
///
/// - Order: all plug-ins' `admit` in chain order, then the strategy's preparation and validation, then all `validate`.
/// - Invariants: a plug-in keeps no state; what it must look up stands in the store.
package protocol AdmissionPlugin: Sendable {
    /// `LimitRanger`, `ResourceQuota`, ...: the real plug-in's name.
    var name: String { get }
    /// Whether it wants to see writes of a kind of operation at all. Asked once a request; cheap.
    func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool
    /// Whether, as the store is now, it could change or refuse a well-formed write of one of the simulator's own components.
    /// Asked once for each of their many plain writes (events, statuses of pods), so that the chain is walked only where it matters.
    func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store) -> Bool
    func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus)
    func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus)
}

extension AdmissionPlugin {
    package func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store
    ) -> Bool { handles(operation, resource, subresource: subresource) }
    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {}
    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {}
}
