import Testing

@testable import SimulationKernel

@Suite struct QueueTests {
    private func at(_ seconds: Int64) -> Instant { Instant(seconds: seconds) }

    @Test func `comes out by time, then by arrival`() {
        var queue = TimedQueue<String>()
        for (entry, second) in [("c", 2), ("a", 1), ("d", 2), ("b", 1)] { queue.add(entry, at: at(Int64(second))) }
        #expect(queue.popDue(by: at(0)) == nil && queue.nextDue == at(1) && queue.nextEntry == "a")
        var order: [String] = []
        while let (_, entry) = queue.popDue(by: at(5)) { order.append(entry) }
        #expect(order == ["a", "b", "c", "d"] && queue.isEmpty)
    }

    @Test(arguments: 0..<10) func `agrees with a sorted list`(seed: Int) {
        var random = RandomStream(seed: UInt64(seed), name: "queue")
        var queue = TimedQueue<Int>()
        var model: [(due: Int64, entry: Int)] = []
        for step in 0..<500 {
            if random.below(3) > 0 || model.isEmpty {
                let due = Int64(random.below(50))
                queue.add(step, at: at(due))
                model.append((due, step))
            } else {
                let next = model.min { ($0.due, $0.entry) < ($1.due, $1.entry) }
                #expect(queue.popDue(by: at(100))?.entry == next?.entry)
                model.removeAll { $0.entry == next?.entry }
            }
            #expect(queue.count == model.count)
        }
    }

    @Test func `a waiting key is queued once, at the earlier time`() {
        var queue = WorkQueue<String>()
        queue.add("a", at: at(10))
        queue.add("b", at: at(7))
        queue.add("a", at: at(5))
        queue.add("a", at: at(20))
        #expect(queue.count == 2 && queue.nextDue() == at(5))
        #expect(queue.pop(by: at(30)) == "a" && queue.pop(by: at(30)) == "b" && queue.pop(by: at(30)) == nil)
        #expect(queue.isEmpty && queue.nextDue() == nil)
        queue.add("a", at: at(1))
        #expect(queue.pop(by: at(1)) == "a")
    }

    @Test func `backs off and forgets`() {
        var queue = WorkQueue<String>()
        var delays: [Int64] = []
        for _ in 0..<25 {
            queue.addRateLimited("a", now: at(0))
            let due = queue.nextDue() ?? at(0)
            delays.append(due.nanoseconds / 1_000_000)
            _ = queue.pop(by: due)
        }
        #expect(delays.prefix(4) == [5, 10, 20, 40] && delays.last == 1_000_000)
        #expect(queue.failureCount("a") == 25)
        queue.forget("a")
        queue.addRateLimited("a", now: at(0))
        #expect(queue.failureCount("a") == 1 && queue.nextDue() == Instant(nanoseconds: 5_000_000))
    }
}
