import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// The API server of a cluster: requests in, objects and refusals out.
///
/// A value: a copy is a snapshot of the whole control plane's data. It does nothing by itself; time is what `now` says.
///
/// - Order: a request is resolved, authorized, decoded and defaulted, admitted, prepared, validated, admitted again, stored.
/// - Shape: people and tools come through `handle(_:)`; the simulator's components through `perform(_:by:actor:cause:)`.
///   Every write goes into the trace with its cause and into the outbox, which the cluster hands to its components.
package struct GenericAPIServer: Sendable {
    package var store: Store
    package var trace: CausalTrace
    package var now: Instant { didSet { stamp = .string(now.rfc3339) } }
    /// The time as objects show it: one text for all writes of a moment.
    private(set) var stamp: Value
    package var settings: ServerSettings
    /// What is served; CRDs add to it.
    package internal(set) var resources: ResourceIndex
    package var pipeline: ServerPipeline

    var uids: RandomStream
    var suffixes: RandomStream
    var allocators: ServiceAllocators
    /// What tokens are signed with.
    let tokens: TokenSigner
    var recorder = EventRecorder()
    var outbox: [StoreEvent] = []
    /// The pod spec that a component last used with success, as it came and with its defaults.
    var soundTemplate: (template: Fields, spec: Value)?

    /// What answers `logs`, `exec` and the proxies; nil when nothing runs behind this server.
    package nonisolated(unsafe) weak var runtime: (any RuntimeAccess)?

    package init(
        seed: UInt64 = 0, now: Instant = .simulationStart, resources: ResourceIndex = .builtIn, pipeline: ServerPipeline = .standard,
        settings: ServerSettings = ServerSettings()
    ) {
        store = Store()
        trace = CausalTrace()
        self.now = now
        stamp = .string(now.rfc3339)
        self.settings = settings
        self.resources = resources
        self.pipeline = pipeline
        uids = RandomStream(seed: seed, name: "apiserver.uids")
        suffixes = RandomStream(seed: seed, name: "apiserver.names")
        allocators = ServiceAllocators(settings: settings, seed: seed)
        tokens = settings.tokenSigner ?? TokenSigner(seed: seed)
    }

    /// Serves the resources of an aggregated API; its objects are put with `publish(_:at:)`.
    package mutating func serveAggregated(_ types: [ResourceType]) { resources.serveAggregated(types) }

    /// Serves the resources of an aggregated API no more.
    package mutating func withdrawAggregated(group: String, version: String) { resources.withdrawAggregated(group: group, version: version) }

    /// Puts or (nil) removes an object of an aggregated API: nobody is told, and nothing is validated.
    package mutating func publish(_ object: Value?, at key: ObjectKey) {
        if let object {
            store.put(object, at: key, cause: TraceID(-1))
        } else {
            store.remove(key, cause: TraceID(-1))
        }
    }

    /// Stores an object that a server brings itself when it starts: stamped, but neither admitted nor validated.
    package mutating func install(_ object: Value, at key: ObjectKey) {
        var object = object
        object["metadata", default: [:]]["uid"] = .string(uids.uuid())
        object["metadata", default: [:]]["creationTimestamp"] = stamp
        outbox.append(store.put(object, at: key, cause: trace.record(cause: nil, time: now, actor: "apiserver", action: "bootstrap", subject: key.description)))
    }

    /// Takes the changes since the last call, oldest first.
    package mutating func takeEvents() -> [StoreEvent] {
        guard !outbox.isEmpty else { return [] }
        defer { outbox.removeAll(keepingCapacity: true) }
        return outbox
    }

    /// Whether there are changes that nobody has taken yet.
    package var hasEvents: Bool { !outbox.isEmpty }
}

/// How a server is set up: what `kube-apiserver`'s flags say.
package struct ServerSettings: Sendable {
    /// The range of cluster IPs.
    package var serviceRange = "10.100.0.0/16"
    package var nodePorts = 30000...32767
    /// What `/version` reports.
    package var gitVersion = "v1.36.2"
    /// Objects may be this large when stored, in bytes of JSON.
    package var objectSizeMax = 1_572_864
    /// What is sent to the storage at once may be this large.
    package var messageSizeMax = 2_097_152
    /// Bodies may be this large.
    package var bodySizeMax = APIRequest.bodySizeMax
    /// How many objects are stored at most, of all kinds together.
    package var objectsMax = 250_000
    /// Events live this long.
    package var eventLifetime: Duration = .seconds(3600)
    /// The issuer of ServiceAccount tokens.
    package var tokenIssuer = "https://kubernetes.default.svc.cluster.local"
    /// What tokens are signed with; nil for a secret of the seed.
    package var tokenSigner: TokenSigner?
    /// Where clients outside find the keys that verify tokens.
    package var keysAddress = "https://127.0.0.1:6443/openid/v1/jwks"

    package init() {}
}

/// Who decides on a server's requests: the chain every write goes through.
package struct ServerPipeline: Sendable {
    package var authorizers: [any Authorizer]
    package var plugins: [any AdmissionPlugin]
    package var strategies: StrategyTable

    package init(authorizers: [any Authorizer] = [], plugins: [any AdmissionPlugin] = [], strategies: StrategyTable = StrategyTable()) {
        self.authorizers = authorizers
        self.plugins = plugins
        self.strategies = strategies
    }
}

