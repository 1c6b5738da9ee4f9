import Testing

@testable import KubernetesObjects

@Suite struct RoundTripTests {
    @Test(arguments: 0..<40) func `random values survive JSON and YAML`(seed: Int) throws {
        var random = RandomValues(seed: UInt64(seed + 1))
        for _ in 0..<25 {
            let value = random.value()
            #expect(try Value(parsingJSON: value.json()) == value)
            #expect(try Value(parsingJSON: value.json(.pretty, sortedKeys: true)) == value)
            let yaml = value.yaml()
            let again = try Value(parsingYAML: yaml)
            #expect(again == value, "\(yaml.debugDescription)")
            #expect(again.yaml() == yaml)
            #expect(try Value(parsingYAML: value.yaml(.kept)) == value)
        }
    }

    @Test(arguments: 0..<20) func `random bytes never crash the readers`(seed: Int) {
        var random = RandomValues(seed: UInt64(seed + 1))
        let yaml = ["a", ":", ": ", "\n", "\n  ", "- ", "{", "}", "[", "]", ",", "\"", "'", "|", ">", "&x ", "*x", "!!int ", "? ", "#", "%", "---", "<<: ", "\t", "\\", "1"]
        let json = ["{", "}", "[", "]", ",", ":", "\"", "\\u", "d8", "1", "e", ".", "-", "true", "nul", " ", "\\", "a"]
        for _ in 0..<300 {
            let text = random.bytes(yaml)
            let reading = YAMLReader().read(text)
            for document in reading.documents { _ = document.nearestPosition(of: "a.a[0].a") }
            if let value = try? Value(parsingJSON: random.bytes(json)) { _ = value.json() }
        }
    }
}
