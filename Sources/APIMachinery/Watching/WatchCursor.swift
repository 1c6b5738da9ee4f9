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
    private var initial: [Entry]
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
        try request.options.checkWatch()
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
        let start: UInt64?
        do throws(GenericAPIServer.RevisionProblem) { start = try GenericAPIServer.revision(request.options.resourceVersion) } catch {
            throw APIStatus(code: 500, reason: "", message: error.message)
        }
        if let start, start > server.store.revision {
            throw APIStatus(
                code: 504, reason: "Timeout", message: "Too large resource version: \(start), current: \(server.store.revision)",
                details: ["causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]], "retryAfterSeconds": 1])
        }
        if request.options.sendInitialEvents ?? (start == nil) {
            for object in server.store.list(type.storage, namespace: filter.namespace) where filter.matches(object) {
                initial.append(Entry(kind: .added, object: object, revision: revision, isFinished: false))
            }
            if request.options.sendInitialEvents == true, wantsBookmarks {
                initial.append(bookmark(isInitial: true))
            }
        } else if let start {
            revision = start
        }
    }

    /// Whose changes it is about.
    package var resource: GroupResource { type.storage }

    /// In which form its entries are wanted: entries of one change are the same for all cursors of one form.
    package var form: Form {
        Form(apiVersion: type.apiVersion, kind: type.kind, representation: representation, rows: rows)
    }

    /// What the entries of a watch look like.
    package struct Form: Hashable, Sendable {
        package var apiVersion: String
        package var kind: String
        package var representation: Representation
        package var rows: Tables.RowObjects
    }

    /// A change that a watch is to hear of, not yet in the form it is wanted in.
    package struct Entry: Sendable {
        package var kind: WatchEvent.Kind
        /// The object as it is stored; of a status or a bookmark the object itself.
        package var object: Value
        package var revision: UInt64
        /// Whether it is sent as it is.
        package var isFinished: Bool

        package init(kind: WatchEvent.Kind, object: Value, revision: UInt64, isFinished: Bool) {
            self.kind = kind
            self.object = object
            self.revision = revision
            self.isFinished = isFinished
        }
    }

    /// What has happened since the last call.
    package mutating func poll(_ server: GenericAPIServer) -> [WatchEvent] {
        if isEnded { return [] }
        var result = takeEntries(server).compactMap { render($0, now: server.now) }
        if isEnded { return result }
        if wantsBookmarks, server.now >= nextBookmark {
            nextBookmark = server.now + Self.bookmarkInterval
            if let event = render(bookmark(isInitial: false), now: server.now) { result.append(event) }
        }
        if let end, server.now >= end { isEnded = true }
        return result
    }

    /// What has happened since the last call, without regard to the clock: whoever paces a watch by the wall sends
    /// bookmarks and ends it himself.
    package mutating func takeEntries(_ server: GenericAPIServer) -> [Entry] {
        if isEnded { return [] }
        var result = initial
        initial = []
        guard let changes = server.store.changes(after: revision) else {
            isEnded = true
            let status = APIStatus.expired("too old resource version: \(revision) (\(server.store.compactedRevision))")
            return result + [Entry(kind: .error, object: status.value, revision: revision, isFinished: true)]
        }
        for change in changes { if let entry = take(change) { result.append(entry) } }
        return result
    }

    /// Takes note of the next change in order; nil when the watch does not hear of it.
    package mutating func take(_ change: StoreEvent) -> Entry? {
        guard change.revision > revision else { return nil }
        revision = change.revision
        guard change.key.resource == type.storage, filter.namespace == nil || filter.namespace == change.key.namespace else { return nil }
        let matches = change.change != .deleted && filter.matches(change.object)
        let matched = change.old.map(filter.matches) ?? false
        let kind: WatchEvent.Kind
        switch (matched, matches) {
        case (false, true): kind = .added
        case (true, true): kind = .modified
        case (true, false): kind = .deleted
        case (false, false): return nil
        }
        return Entry(kind: kind, object: change.object, revision: change.revision, isFinished: false)
    }

    /// Notes that nothing up to a revision is about this watch.
    package mutating func skip(to revision: UInt64) { self.revision = max(self.revision, revision) }

    /// A bookmark of how far the watch has come; nil when the client wants none.
    package var bookmarkEntry: Entry? { wantsBookmarks ? bookmark(isInitial: false) : nil }

    /// An entry in the form that the watch's client wants.
    package func render(_ entry: Entry, now: Instant) -> WatchEvent? {
        if entry.isFinished { return WatchEvent(entry.kind, entry.object) }
        switch representation {
        case .object where entry.kind == .bookmark: return WatchEvent(entry.kind, entry.object)
        case .object: return WatchEvent(entry.kind, VersionConversion.served(ImpliedManagers.told(entry.object, type), type))
        case .partialObjectMetadata: return WatchEvent(entry.kind, GenericAPIServer.partial(ImpliedManagers.told(entry.object, type)))
        case .table:
            let metadata: Value = ["resourceVersion": .string(entry.object.resourceVersion)]
            return WatchEvent(entry.kind, Tables.table([entry.object], type, now: now, metadata: metadata, rows: rows))
        }
    }

    private func bookmark(isInitial: Bool) -> Entry {
        var metadata: Value = ["resourceVersion": .string(String(revision))]
        if isInitial { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        let object: Value = ["kind": .string(type.kind), "apiVersion": .string(type.apiVersion), "metadata": metadata]
        return Entry(kind: .bookmark, object: object, revision: revision, isFinished: false)
    }
}
