import Testing

@testable import SimulationKernel

@Suite struct RandomStreamTests {
    @Test func `a seed and a name give one stream`() {
        var a = RandomStream(seed: 1, name: "uid"), b = RandomStream(seed: 1, name: "uid"), c = RandomStream(seed: 1, name: "name")
        let drawn = (0..<10).map { _ in a.next() }
        #expect(drawn == (0..<10).map { _ in b.next() })
        #expect(drawn != (0..<10).map { _ in c.next() })
        #expect(Set(drawn).count == 10)
    }

    @Test func `can be taken back`() {
        var stream = RandomStream(seed: 7, name: "x")
        let saved = stream.saved
        let first = stream.uuid()
        stream.restore(saved)
        #expect(stream.uuid() == first)
    }

    @Test func `makes names and identifiers of the right form`() {
        var stream = RandomStream(seed: 3, name: "x")
        for _ in 0..<200 {
            let suffix = stream.nameSuffix()
            #expect(suffix.count == 5 && suffix.allSatisfy { RandomStream.nameAlphabet.contains($0) })
            let uuid = stream.uuid().split(separator: "-")
            #expect(uuid.map(\.count) == [8, 4, 4, 4, 12] && uuid[2].first == "4" && "89ab".contains(uuid[3].first ?? "x"))
            #expect((0..<7).contains(stream.below(7)))
        }
        #expect(!stream.chance(0, in: 5) && stream.chance(5, in: 5))
    }

    @Test func `numbers spread evenly`() {
        var stream = RandomStream(seed: 11, name: "spread")
        var counts = [Int](repeating: 0, count: 8)
        for _ in 0..<8000 { counts[stream.below(8)] += 1 }
        #expect(counts.allSatisfy { (850...1150).contains($0) })
    }
}
