import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubectl

/// Client-side apply of custom resources against a model that knows no patches.
@Suite struct MergeModelTests {
    /// What is there after `modified` was applied over `current`, where `original` was applied before: maps are merged, all else is
    /// replaced.
    static func merge(_ original: Value?, _ modified: Value, _ current: Value?) -> Value {
        guard let wanted = modified.fields else { return modified }
        var result: [String: Value] = [:]
        for (key, value) in current?.fields ?? [:] where wanted[key] == nil && original?[key] == nil { result[key] = value }
        for (key, value) in wanted { result[key] = merge(original?[key], value, current?[key]) }
        return .object(Fields(result.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }

    /// A tree of few keys, so that three of them meet often; maps and lists may be empty.
    static func object(_ random: inout RandomStream, depth: Int = 3) -> Value {
        var result: Value = [:]
        for key in ["a", "b", "c"] where random.chance(1, in: 2) {
            switch random.below(depth == 0 ? 4 : 8) {
            case 0: result[key] = .int(Int64(random.below(2)))
            case 1: result[key] = .string("\(random.below(2))")
            case 2: result[key] = .bool(random.chance(1, in: 2))
            case 3: result[key] = .array((0..<random.below(3)).map { ["name": .string("\($0)")] })
            default: result[key] = object(&random, depth: depth - 1)
            }
        }
        return result
    }

    @Test(arguments: Array(1...50) as [UInt64]) func `a three-way merge patch does what the model does`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "merge")
        for step in 0..<60 {
            let original = Self.object(&random)
            let modified = Self.object(&random)
            let current = random.chance(1, in: 3) ? original : Self.merge(nil, Self.object(&random), original)
            let patch = MergeDiff.threeWay(original: original, modified: modified, current: current)
            let found = MergePatch.apply(patch, to: current)
            #expect(
                found == Self.merge(original, modified, current),
                "seed \(seed) step \(step)\noriginal \(original.json())\nmodified \(modified.json())\ncurrent \(current.json())\npatch \(patch.json())")
            let again = MergeDiff.threeWay(original: modified, modified: modified, current: found)
            #expect(MergePatch.apply(again, to: found) == found, "seed \(seed) step \(step): \(again.json())")
        }
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var original: Value = [:]
        var modified: Value
        var current: Value
        var patch: Value
    }

    /// - Source: k8s.io/apimachinery `util/jsonmergepatch`, v1.36.
    @Test(arguments: [
        Case(testDescription: "nothing to do", modified: ["a": 1], current: ["a": 1, "b": 2], patch: [:]),
        Case(testDescription: "an empty map is asked for", modified: ["a": [:]], current: [:], patch: ["a": [:]]),
        Case(testDescription: "an empty map in a new map", modified: ["a": ["b": [:]]], current: ["a": [:]], patch: ["a": ["b": [:]]]),
        Case(testDescription: "an empty map for a number", modified: ["a": [:]], current: ["a": 1], patch: ["a": [:]]),
        Case(testDescription: "an empty map where others set fields", modified: ["a": [:]], current: ["a": ["b": 1]], patch: [:]),
        Case(testDescription: "a map is emptied", original: ["a": ["b": 1]], modified: ["a": [:]], current: ["a": ["b": 1]], patch: ["a": ["b": .null]]),
        Case(testDescription: "a field is dropped", original: ["a": 1, "b": 1], modified: ["a": 1], current: ["a": 1], patch: ["b": .null]),
        Case(testDescription: "lists are replaced", original: ["a": [1, 2]], modified: ["a": [2]], current: ["a": [1, 2, 3]], patch: ["a": [2]]),
        Case(testDescription: "null takes away", modified: ["a": .null], current: ["a": 1], patch: ["a": .null]),
        Case(testDescription: "null as before", original: ["a": .null], modified: ["a": .null], current: ["a": 1], patch: [:]),
    ])
    func `patches are the real ones`(_ c: Case) {
        let patch = MergeDiff.threeWay(original: c.original, modified: c.modified, current: c.current)
        #expect(patch == c.patch, "\(patch.json())")
    }
}
