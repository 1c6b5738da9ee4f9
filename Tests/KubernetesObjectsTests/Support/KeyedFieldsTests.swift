import Testing

@testable import KubernetesObjects

@Suite struct KeyedFieldsTests {
    /// The same changes to a plain map and to a keyed one give the same map.
    @Test(arguments: 0..<20) func `agrees with a plain map`(seed: Int) {
        var random = RandomValues(seed: UInt64(seed + 1))
        let names = (0..<(seed % 2 == 0 ? 12 : 80)).map { "k\($0)" }
        var plain = Fields()
        for name in names where random.below(2) == 0 { plain[name] = Value(random.below(9)) }
        var keyed = KeyedFields(plain)
        for step in 0..<300 {
            let name = random.pick(names)
            #expect(keyed[name] == plain[name])
            #expect(keyed.contains(name) == plain.contains(name))
            if random.below(3) == 0 {
                keyed[name] = nil
                plain[name] = nil
            } else {
                keyed[name] = Value(step)
                plain[name] = Value(step)
            }
        }
        #expect(keyed.fields.keys == plain.keys)
        #expect(keyed.fields == plain)
    }
}
