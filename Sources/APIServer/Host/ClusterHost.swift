import APIMachinery
import Cluster
import KubernetesObjects
import SimulationKernel

/// The one owner of a live cluster: takes requests in the order in which they come, lets virtual time follow the wall,
/// keeps the state on disk and feeds watches.
///
/// - Order: what arrives while a turn is under way is done together in the next turn, in the order of arrival. A turn
///   moves the clock, does its requests, commits what was written, and only then answers and feeds watches.
/// - Invariants: nobody hears of a change that is not durable; time moves only in turns.
/// - Bounds: a turn spends at most `turnMax` on time that has passed before it serves requests; a cluster too large to
///   keep up with its pace falls behind the wall rather than making clients wait.
package actor ClusterHost {
    /// What is done in a turn; what it returns is called when the turn's changes are durable, or with why they are not.
    typealias Job = @Sendable (inout Cluster) -> (@Sendable (APIStatus?) -> Void)

    var cluster: Cluster
    package private(set) var pace: ClusterPace
    private let storage: (any ClusterStorage)?
    private var queue: [Job] = []
    private var isTurnPlanned = false
    private var isClosed = false

    /// When the cluster's clock was last moved, on the wall.
    private var wallMark: Int64
    private var alarm: (at: Int64, task: Task<Void, Never>)?

    /// Up to which revision changes are durable.
    private var committed: UInt64
    /// Why the last commit failed; nil when it did not.
    private var storageFailure: APIStatus?

    private var observers: [Int: @Sendable (Cluster) -> Void] = [:]
    private var observerCount = 0

    /// Whether changes from before this process were looked for.
    private var hasRecalled = false

    var watches: [Int: LiveWatch] = [:]
    var watchesByResource: [GroupResource: [Int]] = [:]
    /// Up to which revision watches have heard of changes.
    var fed: UInt64
    var watchCount = 0

    /// That of the tasks which bring requests, so that none goes before the others.
    private static let priority = TaskPriority.medium
    /// How long a turn may move the clock before requests are served, in nanoseconds of the wall.
    static let turnMax: Int64 = 40_000_000
    /// How many changes watches may go back.
    private static let changesKept = 100_000
    /// How much a turn may change before it is committed.
    static let changesPerTurn: UInt64 = 4000

    package init(cluster: Cluster, pace: ClusterPace = .wall, storage: (any ClusterStorage)? = nil) {
        self.cluster = cluster
        self.cluster.keepChanges(Self.changesKept)
        self.pace = pace
        self.storage = storage
        wallMark = WallClock.elapsed
        committed = cluster.store.revision
        fed = cluster.store.revision
    }

    /// Lets time begin to pass by itself.
    package func start() {
        wallMark = WallClock.elapsed
        setAlarm()
        Task { [weak self] in
            while let self, await self.goesOn {
                await self.sendBookmarks()
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }

    private var goesOn: Bool { !isClosed }

    /// Does what was asked before, ends all watches and lets no more time pass.
    package func close() throws(APIStatus) {
        turn()
        isClosed = true
        alarm?.task.cancel()
        alarm = nil
        endWatches(with: nil)
        try storage?.close(cluster)
    }

    // MARK: Requests

    /// Sends a request; returns when what it wrote is durable.
    package func send(_ request: APIRequest) async throws(APIStatus) -> APIResponse {
        try await withCluster { (cluster: inout Cluster) throws(APIStatus) in try cluster.send(request) }
    }

    /// Does something with the cluster at its present time; returns when what was written is durable.
    ///
    /// - Throws: what `body` throws, and 500 when the changes could not be kept.
    package func withCluster<R: Sendable>(
        _ body: @escaping @Sendable (inout Cluster) throws(APIStatus) -> R
    ) async throws(APIStatus) -> R {
        let outcome: Result<R, APIStatus> = await enqueue { cluster in
            do throws(APIStatus) { return .success(try body(&cluster)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    /// Reads something of the cluster at its present time.
    package func read<R: Sendable>(_ body: @escaping @Sendable (Cluster) -> R) async -> R {
        let outcome: Result<R, APIStatus> = await enqueue { cluster in .success(body(cluster)) }
        switch outcome {
        case .success(let value): return value
        case .failure: return body(cluster)
        }
    }

    /// The API server's data as they are now, to be read without keeping others waiting.
    package func snapshot() async throws(APIStatus) -> GenericAPIServer {
        try await withCluster { (cluster: inout Cluster) throws(APIStatus) in cluster.api }
    }

    private func enqueue<R: Sendable>(
        _ body: @escaping @Sendable (inout Cluster) -> Result<R, APIStatus>
    ) async -> Result<R, APIStatus> {
        await withCheckedContinuation { continuation in
            queue.append { cluster in
                let outcome = body(&cluster)
                return { failure in continuation.resume(returning: failure.map { .failure($0) } ?? outcome) }
            }
            planTurn()
        }
    }

    private func planTurn() {
        guard !isTurnPlanned else { return }
        isTurnPlanned = true
        // A lagging cluster plans one turn after the other. Each begins outside of the actor, behind the tasks that wait for a
        // thread: else the actor would keep its thread, and on a small machine no request would be heard until it has caught up.
        Task.detached(priority: Self.priority) { await self.turn() }
    }

    // MARK: Turns

    func turn() {
        isTurnPlanned = false
        moveClock()
        let jobs = queue
        queue = []
        var answers: [@Sendable (APIStatus?) -> Void] = []
        answers.reserveCapacity(jobs.count)
        for job in jobs { answers.append(job(&cluster)) }
        let failure = commit()
        if failure == nil { feedWatches() }
        for answer in answers { answer(failure) }
        for observer in observers.values { observer(cluster) }
        setAlarm()
    }

    // MARK: Observers

    /// Calls `body` with the cluster at the end of each turn: for streams, which look whether they have something to carry.
    func observe(_ body: @escaping @Sendable (Cluster) -> Void) -> Int {
        observerCount += 1
        observers[observerCount] = body
        return observerCount
    }

    func removeObserver(_ id: Int) { observers[id] = nil }

    /// Makes what was written durable, or goes back to what is.
    ///
    /// - Returns: why it could not be.
    private func commit() -> APIStatus? {
        guard let storage else { return nil }
        do throws(APIStatus) {
            try storage.commit(cluster)
            storageFailure = nil
        } catch {
            storageFailure = error
            if let before = try? storage.lastCommitted() {
                put(before)
            }
            return error
        }
        committed = cluster.store.revision
        return nil
    }

    /// Takes a cluster in the place of the present one; the programs of its containers are this process's.
    private func put(_ other: Cluster) {
        let programs = cluster.clientPrograms
        cluster = other
        cluster.clientPrograms = programs
        hasRecalled = false
        cluster.keepChanges(Self.changesKept)
    }

    /// Makes changes from before this process known when a watch is to go on from one of them.
    func recallChanges(after text: String) {
        guard !hasRecalled, let storage, let start = UInt64(text), start > 0, start < cluster.store.compactedRevision else { return }
        // Only what is durable leads back to what was.
        guard storageFailure == nil, committed == cluster.store.revision else { return }
        hasRecalled = true
        guard let past = try? storage.history(before: cluster) else { return }
        cluster.recall(past)
    }

    // MARK: Time

    package var now: Instant { cluster.now }

    package func pause() { change { $0.isPaused = true } }
    package func resume() { change { $0.isPaused = false } }
    package func setSpeed(_ speed: ClusterPace.Speed) { change { $0.speed = speed } }

    private func change(_ body: (inout ClusterPace) -> Void) {
        turn()
        body(&pace)
        setAlarm()
    }

    /// Lets so much virtual time pass at once, in as many turns as it takes.
    package func step(by duration: Duration) async throws(APIStatus) {
        var end: Instant?
        while true {
            let goal = end
            let (reached, isDone) = try await withCluster { (cluster: inout Cluster) throws(APIStatus) in
                let end = goal ?? cluster.now + duration
                let revision = cluster.store.revision + Self.changesPerTurn
                return (end, cluster.advanceInSteps(by: end - cluster.now, pausing: { $0.store.revision >= revision }))
            }
            end = reached
            if isDone { return }
        }
    }

    /// Puts another cluster in the place of this one, such as an earlier state of it. Watches end with 410.
    package func replace(with other: Cluster) throws(APIStatus) {
        turn()
        let revision = cluster.store.revision
        let before = cluster
        put(other)
        cluster.endSessions(of: before)
        cluster.raiseRevision(above: revision)
        committed = 0
        fed = cluster.store.revision
        endWatches(with: .expired("too old resource version: \(revision) (\(fed))"))
        wallMark = WallClock.elapsed
        for observer in observers.values { observer(cluster) }
        if let failure = commit() { throw failure }
        setAlarm()
    }

    /// Lets as much virtual time pass as the wall says.
    private func moveClock() {
        let wall = WallClock.elapsed
        let passed = max(wall - wallMark, 0)
        wallMark = wall
        guard !isClosed else { return }
        let hasWork = pace.speed == .max && cluster.nextWork != nil
        let factor = pace.factor(hasWork: hasWork)
        guard factor > 0, passed > 0 else { return }
        let end = cluster.now + .nanoseconds(Int64(min(Double(passed) * factor, 9e17)))
        let limit = wall + Self.turnMax
        let revision = cluster.store.revision + Self.changesPerTurn
        let isDone = cluster.advanceInSteps(
            by: end - cluster.now,
            pausing: { $0.store.revision >= revision || WallClock.elapsed >= limit || (hasWork && $0.nextWork == nil) })
        guard !isDone, !hasWork || cluster.nextWork != nil else { return }
        // What a turn did not come to is done in the next; only when far behind does the clock fall back for good.
        wallMark -= min(Int64(Double((end - cluster.now).nanoseconds) / factor), Self.lagMax)
    }

    /// How far the cluster may be behind the wall before its clock falls back, in nanoseconds of the wall.
    private static let lagMax: Int64 = 1_000_000_000

    /// Makes sure that a turn comes when something is due.
    private func setAlarm() {
        guard !isClosed else { return }
        let wall = WallClock.elapsed
        let due: Int64
        if storageFailure != nil {
            due = wall + 1_000_000_000
        } else {
            let work = pace.speed == .max ? cluster.nextWork : nil
            let factor = pace.factor(hasWork: work != nil)
            guard factor > 0, let next = work ?? cluster.nextDue else { return }
            due = wallMark + Int64(min(max(Double((next - cluster.now).nanoseconds), 0) / factor, 9e17))
        }
        if due <= wall + 100_000 { return planTurn() }
        if let alarm, alarm.at <= due, alarm.at > wall { return }
        alarm?.task.cancel()
        let task = Task(priority: Self.priority) { [weak self] in
            try? await Task.sleep(nanoseconds: UInt64(due - wall))
            if !Task.isCancelled { await self?.ring() }
        }
        alarm = (due, task)
    }

    private func ring() {
        alarm = nil
        turn()
    }
}
