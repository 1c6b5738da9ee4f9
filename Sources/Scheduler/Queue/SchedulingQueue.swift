import HeapModule
import SimulationKernel

/// The pods that wait to be scheduled: those to try now, and those that were refused and wait for a change.
///
/// - Order: higher priority first, then longer waiting, then arrival.
/// - Invariants: a pod is in one place; tickets of the heap that no longer agree with `entries` are skipped.
/// - Source: kube-scheduler's scheduling queue. Differs: the back-off queue is passed through at once, as the real
///   one is while nothing else is to do (SchedulerPopFromBackoffQ); only refused requests wait for their back-off.
package struct SchedulingQueue: Sendable {
    enum Place: Sendable, Equatable {
        case active
        case backingOff(until: Instant)
        /// Was refused, and waits for something to change.
        case unschedulable
        case gated
        /// Taken out to be scheduled, or waiting for its volumes.
        case inFlight
    }

    struct Entry: Sendable {
        var pod: PodInfo
        var place: Place
        var ticket: UInt64
        var queuedAt: Instant
        var attempts = 0
        var errors = 0
        /// All reasons of all nodes at the last attempt.
        var reasons: Verdict = []
        /// Whether fewer pods on some node could help.
        var canBeHelpedByRemoval = false
        /// Refused before nodes were looked at, because of volumes.
        var waitsForVolumes = false
        var refusedAt = Instant(nanoseconds: 0)
    }

    private struct Ticket: Comparable, Sendable {
        var priority: Int
        var queuedAt: Instant
        var number: UInt64
        var uid: String

        static func < (left: Ticket, right: Ticket) -> Bool {
            if left.priority != right.priority { return left.priority < right.priority }
            if left.queuedAt != right.queuedAt { return left.queuedAt > right.queuedAt }
            return left.number > right.number
        }
        static func == (left: Ticket, right: Ticket) -> Bool { left.number == right.number }
    }

    private(set) var entries: [String: Entry] = [:]
    private var heap = Heap<Ticket>()
    private var backOff = TimedQueue<(uid: String, ticket: UInt64)>()
    /// In the order of refusal, from `waitingStart` on; those that no longer wait are skipped.
    private var waiting: [String] = []
    private var waitingStart = 0
    private var waitingCount = 0
    /// Refused pods that a pod placed elsewhere can help: they want company, or the emptiest domain filled.
    private var hopefuls: Set<String> = []
    static let additionReasons: Verdict = [.podAffinity, .spread]
    private var nextTicket: UInt64 = 0
    private var activeCount = 0

    package init() {}

    package var hasActive: Bool { activeCount > 0 }
    package var count: Int { entries.count }
    var hasUnschedulable: Bool { waitingCount > 0 }
    var hasHopefuls: Bool { !hopefuls.isEmpty }

    /// When the next pod may be tried; nil when all wait for changes.
    mutating func nextDue(now: Instant) -> Instant? {
        if activeCount > 0 { return now }
        while let next = backOff.nextEntry, let due = backOff.nextDue {
            if let entry = entries[next.uid], entry.ticket == next.ticket { return due }
            _ = backOff.popDue(by: due)
        }
        return nil
    }

    mutating func update(_ pod: PodInfo, now: Instant) {
        guard var entry = entries[pod.uid] else {
            nextTicket += 1
            entries[pod.uid] = Entry(pod: pod, place: .gated, ticket: nextTicket, queuedAt: now)
            if !pod.isGated { activate(pod.uid, now: now) }
            return
        }
        let wasGated = entry.place == .gated
        entry.pod = pod
        entries[pod.uid] = entry
        if wasGated, !pod.isGated { activate(pod.uid, now: now) }
    }

    mutating func remove(_ uid: String) {
        guard let entry = entries.removeValue(forKey: uid) else { return }
        left(entry.place)
        if !hopefuls.isEmpty { hopefuls.remove(uid) }
    }

    private mutating func left(_ place: Place) {
        if place == .active { activeCount -= 1 }
        if place == .unschedulable { waitingCount -= 1 }
    }

    mutating func activate(_ uid: String, now: Instant) {
        guard var entry = entries[uid], entry.place != .active, !entry.pod.isGated else { return }
        left(entry.place)
        if !hopefuls.isEmpty { hopefuls.remove(uid) }
        nextTicket += 1
        entry.ticket = nextTicket
        entry.place = .active
        activeCount += 1
        entries[uid] = entry
        heap.insert(Ticket(priority: entry.pod.priority, queuedAt: entry.queuedAt, number: entry.ticket, uid: uid))
    }

    /// Takes the next pod to schedule.
    mutating func pop(now: Instant) -> PodInfo? {
        while let due = backOff.popDue(by: now) {
            if let entry = entries[due.entry.uid], entry.ticket == due.entry.ticket, case .backingOff = entry.place {
                activate(due.entry.uid, now: now)
            }
        }
        while let ticket = heap.popMax() {
            guard var entry = entries[ticket.uid], entry.ticket == ticket.number, entry.place == .active else { continue }
            activeCount -= 1
            entry.place = .inFlight
            entry.attempts += 1
            entries[ticket.uid] = entry
            return entry.pod
        }
        return nil
    }

    /// Puts a pod back that no node takes.
    mutating func refuse(_ uid: String, reasons: Verdict, canBeHelpedByRemoval: Bool, waitsForVolumes: Bool, now: Instant) {
        guard var entry = entries[uid] else { return }
        left(entry.place)
        entry.place = .unschedulable
        entry.reasons = reasons
        entry.canBeHelpedByRemoval = canBeHelpedByRemoval
        entry.waitsForVolumes = waitsForVolumes
        entry.refusedAt = now
        entry.errors = 0
        entries[uid] = entry
        waitingCount += 1
        waiting.append(uid)
        if !reasons.isDisjoint(with: Self.additionReasons) { hopefuls.insert(uid) }
    }

    /// Puts a pod back whose binding was refused by the API server; it is tried again after 1 s, 2 s, ... 10 s.
    mutating func fail(_ uid: String, now: Instant) {
        guard var entry = entries[uid] else { return }
        left(entry.place)
        nextTicket += 1
        entry.ticket = nextTicket
        let until = now + .seconds(min(10, 1 << min(entry.errors, 4)))
        entry.errors += 1
        entry.place = .backingOff(until: until)
        entries[uid] = entry
        backOff.add((uid, entry.ticket), at: until)
    }

    /// Tries the refused pods again that `helps` says a change may help, in the order in which they were refused.
    mutating func retry(now: Instant, where helps: (Entry) -> Bool) {
        defer { waitingStart = 0 }
        if waitingCount == 0 {
            waiting.removeAll()
            return
        }
        var kept: [String] = []
        var woken: [String] = []
        var seen: Set<String> = []
        for uid in waiting[waitingStart...] {
            guard let entry = entries[uid], entry.place == .unschedulable, seen.insert(uid).inserted else { continue }
            if helps(entry) { woken.append(uid) } else { kept.append(uid) }
        }
        waiting = kept
        for uid in woken { activate(uid, now: now) }
    }

    /// About the earliest moment at which a pod was refused that still waits: the first of the list, which is in the order of refusal.
    mutating func oldestRefusal() -> Instant? {
        while waitingStart < waiting.count {
            if let entry = entries[waiting[waitingStart]], entry.place == .unschedulable { return entry.refusedAt }
            waitingStart += 1
        }
        waiting.removeAll(keepingCapacity: true)
        waitingStart = 0
        return nil
    }
}
