import APIMachinery
import NIOConcurrencyHelpers

/// The receiving end of a watch on a live cluster.
///
/// - Order: frames come as the cluster's revisions go.
/// - Bounds: of changes that nobody takes at most `pendingMax` wait; then the watch is ended, as a real server ends a
///   slow one. What existed at the start does not count, and frames are shared by all watches of one form.
package final class WatchSubscription: Sendable {
    package static let pendingMax = 10_000

    private struct State {
        var frames: [WatchFrame] = []
        var taken = 0
        var initialCount = 0
        var isEnded = false
        var isCancelled = false
        var notify: (@Sendable () -> Void)?
    }

    let id: Int
    private let state = NIOLockedValueBox(State())
    private let onCancel: @Sendable (Int) -> Void

    init(id: Int, onCancel: @escaping @Sendable (Int) -> Void) {
        self.id = id
        self.onCancel = onCancel
    }

    /// Calls `body` whenever there may be something to take; at once when there is already.
    package func whenReady(_ body: @escaping @Sendable () -> Void) {
        let isReady = state.withLockedValue { state in
            state.notify = body
            return state.isEnded || state.taken < state.frames.count
        }
        if isReady { body() }
    }

    /// Takes up to so many frames; `isEnded` when none will follow them.
    package func take(_ max: Int = 64) -> (frames: [WatchFrame], isEnded: Bool) {
        state.withLockedValue { state in
            let end = min(state.taken + max, state.frames.count)
            let frames = Array(state.frames[state.taken..<end])
            state.taken = end
            if end == state.frames.count {
                state.frames.removeAll(keepingCapacity: end < 256)
                state.taken = 0
                state.initialCount = 0
            } else if end >= 1024, end * 2 > state.frames.count {
                state.frames.removeFirst(end)
                state.initialCount = Swift.max(0, state.initialCount - end)
                state.taken = 0
            }
            return (frames, state.isEnded && state.frames.isEmpty)
        }
    }

    /// Waits until there is something to take, or nothing will come any more.
    package func wait() async {
        await withCheckedContinuation { continuation in
            let once = NIOLockedValueBox<CheckedContinuation<Void, Never>?>(continuation)
            whenReady { once.withLockedValue { waiting in waiting.take() }?.resume() }
        }
    }

    /// Lets nothing more come; what waits can still be taken. Ends a watch whose time is up.
    package func finish() {
        let notify = state.withLockedValue { state in
            state.isEnded = true
            return state.notify
        }
        onCancel(id)
        notify?()
    }

    /// Ends the watch from the receiver's side.
    package func cancel() {
        let (isFirst, notify) = state.withLockedValue { state in
            defer {
                state.isCancelled = true
                state.isEnded = true
                state.frames = []
                state.taken = 0
                state.notify = nil
            }
            return (!state.isCancelled, state.notify)
        }
        if isFirst { onCancel(id) }
        notify?()
    }

    // MARK: The host's side

    /// Hands over frames.
    ///
    /// - Returns: false when the receiver is too slow or gone: the watch is over.
    func deliver(_ frames: [WatchFrame], isInitial: Bool = false, isEnd: Bool = false) -> Bool {
        let (goesOn, notify) = state.withLockedValue { state -> (Bool, (@Sendable () -> Void)?) in
            if state.isEnded { return (false, nil) }
            state.frames += frames
            if isInitial { state.initialCount += frames.count }
            if isEnd || state.frames.count - Swift.max(state.taken, state.initialCount) > Self.pendingMax { state.isEnded = true }
            return (!state.isEnded, state.notify)
        }
        notify?()
        return goesOn
    }
}
