/// What the filters and the trial removals said of every node to pods that ask for the same, when no node took one of them.
///
/// Hundreds of pods of one template that do not fit ask the same question of thousands of nodes of which few have changed
/// since the last one asked: only those are looked at again.
///
/// - Invariants: an answer counts while its node has the stamp that it was given for, and while the cache has the
///   `generation` of the pass. A stamp changes with the node's pods, amounts and guests and never comes back.
/// - Bounds: the answers of `RefusedPasses.keptMax` kinds of pods are kept.
struct RefusedPass {
    /// What a pod asks of nodes, when nothing but resources, taints and selectors matters.
    struct Needs: Equatable {
        var requests: PodRequests
        var priority: Int
        var tolerations: [Toleration]
        var selection: NodeSelection?

        /// The needs of a cycle's pod; nil when its answers depend on more.
        init?(_ cycle: SchedulingCycle) {
            guard cycle.asksForResourcesOnly, cycle.onlySlots == nil, cycle.pod.nodeName.isEmpty else { return nil }
            requests = cycle.pod.requests
            priority = cycle.pod.priority
            tolerations = cycle.pod.tolerations
            selection = cycle.pod.selection
        }
    }

    /// What came of taking the less important pods off a node.
    enum Trial {
        case candidate(Preemption.Candidate)
        case refused(Verdict)
    }

    let needs: Needs
    let generation: Int
    private var verdictStamps: [UInt64]
    private var verdicts: [Verdict]
    private var trialStamps: [UInt64]
    private var trials: [Trial]

    /// A pass of which nothing is known yet.
    init(_ needs: Needs, generation: Int, slots: Int) {
        self.needs = needs
        self.generation = generation
        verdictStamps = Array(repeating: 0, count: slots)
        verdicts = Array(repeating: [], count: slots)
        trialStamps = verdictStamps
        trials = Array(repeating: .refused([]), count: slots)
    }

    @inline(__always)
    func verdict(_ slot: Int, at stamp: UInt64) -> Verdict? { verdictStamps[slot] == stamp ? verdicts[slot] : nil }

    mutating func note(_ verdict: Verdict, _ slot: Int, at stamp: UInt64) {
        verdicts[slot] = verdict
        verdictStamps[slot] = stamp
    }

    @inline(__always)
    func trial(_ slot: Int, at stamp: UInt64) -> Trial? { trialStamps[slot] == stamp ? trials[slot] : nil }

    mutating func note(_ trial: Trial, _ slot: Int, at stamp: UInt64) {
        trials[slot] = trial
        trialStamps[slot] = stamp
    }
}

/// The last passes that found no node, by what their pods asked for.
///
/// - Order: the one used last is the last.
struct RefusedPasses {
    static let keptMax = 8
    private var passes: [RefusedPass] = []

    /// Takes out the pass of pods like this one, if it still counts; whoever takes it puts it back.
    mutating func take(for cycle: SchedulingCycle, _ cache: SchedulerCache) -> RefusedPass? {
        guard !passes.isEmpty, let needs = RefusedPass.Needs(cycle), let index = passes.lastIndex(where: { $0.needs == needs }) else { return nil }
        let pass = passes.remove(at: index)
        return pass.generation == cache.generation ? pass : nil
    }

    mutating func put(_ pass: consuming RefusedPass) {
        if passes.count >= Self.keptMax { passes.removeFirst() }
        passes.append(pass)
    }
}

extension SchedulerCache {
    /// The stamp of a node: a number that grows with each change of its pods, amounts and guests.
    @inline(__always)
    func stamp(of slot: Int, _ nominated: Nominations) -> UInt64 { nodes.versions[slot] &+ nominated.changes(of: slot) }
}
