import Dispatch
import Synchronization

extension Array where Element: Sendable {
    /// What work makes of each element, done on all cores at once.
    ///
    /// - Order: of the elements.
    func mapSideBySide<Outcome: Sendable>(_ work: @Sendable (Element) -> Outcome) -> [Outcome] {
        if count < 2 { return map(work) }
        let outcomes = Mutex([Outcome?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let outcome = work(self[index])
            outcomes.withLock { $0[index] = outcome }
        }
        return outcomes.withLock { $0.compactMap { $0 } }
    }
}
