import KubernetesObjects
import SimulationKernel

/// An open watch: what it is about, and how far it has come.
///
/// - Shape: a value that is advanced against a server; whoever holds the server polls it.
/// - Order: events come by revision; what exists at the start of a watch without a version comes first, by name.
/// - Source: apiserver `storage/cacher`; an object that comes to match is `ADDED`, one that ceases to is `DELETED`.
package struct WatchCursor: Sendable {
    private let type: ServedResource
    private let filter: ObjectFilter
    private let representation: Representation
    private let rows: Tables.RowObjects
    private let wantsBookmarks: Bool
    private var initial: [WatchEvent]
    private var revision: UInt64
    private var nextBookmark: Instant
    /// When the client's time-out ends the watch; nil for never.
    package let end: Instant?
    /// Whether the server has ended it.
    package private(set) var isEnded = false

    /// How often an idle watch gets a bookmark.
    static let bookmarkInterval: Duration = .seconds(60)

    /// Opens a watch.
    ///
    /// - Throws: the refusal of a request that is not allowed, names what is not served or cannot be read.
    package init(_ request: APIRequest, on server: GenericAPIServer) throws(APIStatus) {
        guard let type = server.resources[request.resource] else { throw .pageNotFound() }
        guard type.type.allows("watch") else {
            throw APIStatus(
                code: 405, reason: "MethodNotAllowed", message: "the server does not allow this method on the requested resource", details: [:])
        }
        var asked = request
        asked.verb = .watch
        try server.authorize(asked)
        self.type = type
        let scope = RequestScope(
            type: type, namespace: type.isNamespaced ? request.namespace : "", name: request.name, user: request.user, manager: "", actor: "",
            options: request.options)
        var filter = try server.filter(for: scope)
        if !request.name.isEmpty { filter.select(name: request.name) }
        self.filter = filter
        representation = request.representation
        rows = Tables.RowObjects(rawValue: request.options.parameter("includeObject") ?? "") ?? .metadata
        wantsBookmarks = request.options.allowWatchBookmarks
        revision = server.store.revision
        initial = []
        nextBookmark = server.now + Self.bookmarkInterval
        end = request.options.timeoutSeconds.map { server.now + .seconds(max(0, $0)) }
        let start = try GenericAPIServer.revision(request.options.resourceVersion)
        if request.options.sendInitialEvents || start == nil {
            for object in server.store.list(type.storage, namespace: filter.namespace) where filter.matches(object) {
                initial.append(try event(.added, object, server))
            }
            if request.options.sendInitialEvents, wantsBookmarks { initial.append(bookmark(isInitial: true)) }
        } else if let start {
            if start > server.store.revision {
                throw APIStatus(
                    code: 504, reason: "Timeout", message: "Too large resource version: \(start), current: \(server.store.revision)",
                    details: ["causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]], "retryAfterSeconds": 1])
            }
            revision = start
        }
    }

    /// What has happened since the last call.
    package mutating func poll(_ server: GenericAPIServer) -> [WatchEvent] {
        if isEnded { return [] }
        var result = initial
        initial = []
        guard let changes = server.store.changes(after: revision) else {
            isEnded = true
            let status = APIStatus.expired("too old resource version: \(revision) (\(server.store.compactedRevision))")
            return result + [WatchEvent(.error, status.value)]
        }
        for change in changes {
            revision = change.revision
            guard change.key.resource == type.storage, filter.namespace == nil || filter.namespace == change.key.namespace else { continue }
            let matches = change.change != .deleted && filter.matches(change.object)
            let matched = change.old.map(filter.matches) ?? false
            let kind: WatchEvent.Kind
            switch (matched, matches) {
            case (false, true): kind = .added
            case (true, true): kind = .modified
            case (true, false): kind = .deleted
            case (false, false): continue
            }
            if let event = try? event(kind, change.object, server) { result.append(event) }
        }
        if wantsBookmarks, server.now >= nextBookmark {
            nextBookmark = server.now + Self.bookmarkInterval
            result.append(bookmark(isInitial: false))
        }
        if let end, server.now >= end { isEnded = true }
        return result
    }

    private func event(_ kind: WatchEvent.Kind, _ object: Value, _ server: GenericAPIServer) throws(APIStatus) -> WatchEvent {
        if case .table = representation {
            return WatchEvent(
                kind,
                Tables.table(
                    [object], type, now: server.now, metadata: ["resourceVersion": .string(object.resourceVersion)], rows: rows))
        }
        return WatchEvent(kind, try server.represent(object, representation, type))
    }

    private func bookmark(isInitial: Bool) -> WatchEvent {
        var metadata: Value = ["resourceVersion": .string(String(revision))]
        if isInitial { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        return WatchEvent(.bookmark, ["kind": .string(type.kind), "apiVersion": .string(type.apiVersion), "metadata": metadata])
    }
}
