import APIMachinery
import Cluster
import KubernetesObjects
import SimulationKernel

/// A watch that a host feeds.
final class LiveWatch {
    var cursor: WatchCursor
    let subscription: WatchSubscription
    var pending: [WatchFrame] = []
    /// When the next bookmark is due, on the wall.
    var nextBookmark: Int64

    init(cursor: WatchCursor, subscription: WatchSubscription) {
        self.cursor = cursor
        self.subscription = subscription
        nextBookmark = WallClock.elapsed + Self.bookmarkInterval
    }

    static let bookmarkInterval: Int64 = 60_000_000_000
}

/// Watches: a change is looked at by the watches of its resource alone, and becomes one frame for each form.
extension ClusterHost {
    /// Opens a watch. Its time-out is the business of whoever holds it: it is of the wall.
    package func watch(_ request: APIRequest) async throws(APIStatus) -> WatchSubscription {
        var request = request
        request.options.timeoutSeconds = nil
        recallChanges(after: request.options.resourceVersion)
        let asked = request
        // The cursor is opened in a turn, so that it sees what is durable and misses nothing after.
        let cursor = try await withCluster { (cluster: inout Cluster) throws(APIStatus) in
            var asked = asked
            if let other = asked.impersonating {
                asked.user = try Impersonation.user(
                    asked.user, as: other.name, groups: other.groups, uid: other.uid, extra: other.extra,
                    authorizers: cluster.api.pipeline.authorizers, store: cluster.store)
                asked.impersonating = nil
            }
            return try WatchCursor(asked, on: cluster.api)
        }
        return register(cursor)
    }

    private func register(_ cursor: WatchCursor) -> WatchSubscription {
        watchCount += 1
        let id = watchCount
        let subscription = WatchSubscription(id: id) { [weak self] id in
            Task { await self?.remove(watch: id) }
        }
        var cursor = cursor
        // Between turns everything is durable and has been shown to the other watches.
        let entries = cursor.takeEntries(cluster.api)
        let (form, now) = (cursor, cluster.now)
        let frames = entries.map { WatchFrame($0, cursor: form, now: now) }
        if subscription.deliver(frames, isInitial: true, isEnd: cursor.isEnded) {
            watches[id] = LiveWatch(cursor: cursor, subscription: subscription)
            watchesByResource[cursor.resource, default: []].append(id)
        }
        return subscription
    }

    func remove(watch id: Int) {
        guard let watch = watches.removeValue(forKey: id) else { return }
        watchesByResource[watch.cursor.resource]?.removeAll { $0 == id }
    }

    /// How many watches are open.
    package var openWatches: Int { watches.count }

    /// Hands what has changed to the watches that are about it.
    func feedWatches() {
        defer { fed = cluster.store.revision }
        guard fed != cluster.store.revision, !watches.isEmpty else { return }
        guard let changes = cluster.store.changes(after: fed) else {
            return endWatches(with: .expired("too old resource version: \(fed) (\(cluster.store.compactedRevision))"))
        }
        var touched: [Int: LiveWatch] = [:]
        var frames: [FrameKey: WatchFrame] = [:]
        for change in changes {
            guard let ids = watchesByResource[change.key.resource], !ids.isEmpty else { continue }
            frames.removeAll(keepingCapacity: true)
            for id in ids {
                guard let watch = watches[id], let entry = watch.cursor.take(change) else { continue }
                let key = FrameKey(form: watch.cursor.form, kind: entry.kind)
                let frame: WatchFrame
                if let known = frames[key] {
                    frame = known
                } else {
                    frame = WatchFrame(entry, cursor: watch.cursor, now: cluster.now)
                    frames[key] = frame
                }
                if watch.pending.isEmpty { touched[id] = watch }
                watch.pending.append(frame)
            }
        }
        for (id, watch) in touched {
            let frames = watch.pending
            watch.pending = []
            if !watch.subscription.deliver(frames) { remove(watch: id) }
        }
    }

    private struct FrameKey: Hashable {
        var form: WatchCursor.Form
        var kind: WatchEvent.Kind
    }

    /// Tells quiet watches how far they have come.
    func sendBookmarks() {
        let wall = WallClock.elapsed
        for (id, watch) in watches where watch.nextBookmark <= wall {
            watch.nextBookmark = wall + LiveWatch.bookmarkInterval
            watch.cursor.skip(to: fed)
            guard let entry = watch.cursor.bookmarkEntry else { continue }
            if !watch.subscription.deliver([WatchFrame(entry, cursor: watch.cursor, now: cluster.now)]) { remove(watch: id) }
        }
    }

    /// Ends all watches, with a refusal where there is one.
    func endWatches(with status: APIStatus?) {
        for watch in watches.values {
            let entries = status.map { [WatchCursor.Entry(kind: .error, object: $0.value, revision: fed, isFinished: true)] } ?? []
            let (form, now) = (watch.cursor, cluster.now)
            _ = watch.subscription.deliver(entries.map { WatchFrame($0, cursor: form, now: now) }, isEnd: true)
        }
        watches = [:]
        watchesByResource = [:]
    }
}
