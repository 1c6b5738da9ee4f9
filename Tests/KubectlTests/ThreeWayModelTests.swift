import APIMachinery
import KubernetesObjects
import KubernetesSchema
import SimulationKernel
import Testing

@testable import Kubectl

/// Client-side apply against a model that knows no patches: it merges three states field by field.
@Suite struct ThreeWayModelTests {
    /// How a place of the tree is merged, said by hand for the few fields that are drawn.
    indirect enum Shape: Sendable {
        case scalar
        /// Replaced as a whole.
        case atomic
        case map([String: Shape], other: Shape = .scalar, retainsKeys: Bool = false)
        case list(key: String, Shape)
        case set
    }

    private static let env = Shape.map([:])
    private static let container = Shape.map(["args": .atomic, "env": .list(key: "name", env), "resources": .map(["limits": .map([:])])])
    private static let volume = Shape.map(["emptyDir": .map([:]), "configMap": .map([:])], retainsKeys: true)
    private static let pod = Shape.map([
        "containers": .list(key: "name", container), "volumes": .list(key: "name", volume), "nodeSelector": .map([:]), "tolerations": .atomic,
    ])
    private static let deployment = Shape.map([
        "metadata": .map(["labels": .map([:]), "finalizers": .set]),
        "spec": .map(["strategy": .map(["rollingUpdate": .map([:])], retainsKeys: true), "template": .map(["spec": pod])]),
    ])

    /// What is there after `modified` was applied over `current`, where `original` was applied before.
    static func merge(_ original: Value?, _ modified: Value, _ current: Value?, _ shape: Shape) -> Value {
        switch shape {
        case .scalar, .atomic: return modified
        case .map(let fields, let other, let retainsKeys):
            guard let wanted = modified.fields else { return modified }
            var result: [String: Value] = [:]
            for (key, value) in current?.fields ?? [:] {
                if wanted[key] != nil { continue }
                if original?[key] != nil || retainsKeys { continue }
                result[key] = value
            }
            for (key, value) in wanted { result[key] = merge(original?[key], value, current?[key], fields[key] ?? other) }
            return .object(Fields(result.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        case .list(let key, let element):
            func find(_ list: Value?, _ name: Value?) -> Value? { list?.arrayValue?.first { $0[key] == name } }
            var result: [Value] = []
            for item in current?.arrayValue ?? [] where find(modified, item[key]) == nil && find(original, item[key]) == nil { result.append(item) }
            for item in modified.elements { result.append(merge(find(original, item[key]), item, find(current, item[key]), element)) }
            return .array(result.sorted { $0[key]?.stringValue ?? "" < $1[key]?.stringValue ?? "" })
        case .set:
            let (before, wanted) = (Set(original?.elements ?? []), Set(modified.elements))
            let kept = Set(current?.elements ?? []).subtracting(before.subtracting(wanted)).union(wanted)
            return .array(kept.sorted { $0.stringValue ?? "" < $1.stringValue ?? "" })
        }
    }

    /// A tree whose keyed lists and sets are sorted, for comparing.
    static func sorted(_ value: Value, _ shape: Shape) -> Value {
        switch shape {
        case .scalar, .atomic: return value
        case .map(let fields, let other, _):
            guard let given = value.fields else { return value }
            return .object(Fields(given.sorted().map { ($0.key, sorted($0.value, fields[$0.key] ?? other)) }))
        case .list(let key, let element):
            return .array(value.elements.map { sorted($0, element) }.sorted { $0[key]?.stringValue ?? "" < $1[key]?.stringValue ?? "" })
        case .set: return .array(value.elements.sorted { $0.stringValue ?? "" < $1.stringValue ?? "" })
        }
    }

    // MARK: Drawing

    struct Draw {
        var random: RandomStream

        mutating func some(_ names: [String]) -> [String] { names.filter { _ in random.chance(1, in: 2) } }
        mutating func digit() -> Value { .string("\(random.below(3))") }

        mutating func texts(_ names: [String]) -> Value {
            var result: Value = [:]
            for name in some(names) { result[name] = digit() }
            return result
        }

        mutating func container(_ name: String) -> Value {
            var container: Value = ["name": .string(name), "image": digit()]
            if random.chance(1, in: 2) { container["args"] = .array((0..<random.below(3)).map { _ in digit() }) }
            if random.chance(1, in: 2) { container["env"] = .array(some(["A", "B", "C"]).map { ["name": .string($0), "value": digit()] }) }
            if random.chance(1, in: 3) { container["resources"] = ["limits": texts(["cpu", "memory"])] }
            return container
        }

        mutating func volume(_ name: String) -> Value {
            random.chance(1, in: 2) ? ["name": .string(name), "emptyDir": texts(["medium", "sizeLimit"])] : ["name": .string(name), "configMap": ["name": digit()]]
        }

        mutating func object() -> Value {
            var spec: Value = ["containers": .array(shuffled(some(["c", "d", "e", "f"])).map { container($0) })]
            if random.chance(1, in: 2) { spec["volumes"] = .array(shuffled(some(["v", "w", "x"])).map { volume($0) }) }
            if random.chance(1, in: 2) { spec["nodeSelector"] = texts(["a", "b"]) }
            if random.chance(1, in: 2) { spec["tolerations"] = .array((0..<random.below(3)).map { _ in ["key": digit()] }) }
            var object: Value = ["metadata": ["labels": texts(["x", "y", "z"])], "spec": ["template": ["spec": spec]]]
            if random.chance(1, in: 2) { object["metadata", "finalizers"] = .array(some(["f/a", "f/b", "f/c"]).map { .string($0) }) }
            if random.chance(1, in: 2) {
                object["spec", "strategy"] = random.chance(1, in: 2) ? ["type": "Recreate"] : ["type": "RollingUpdate", "rollingUpdate": texts(["maxSurge", "maxUnavailable"])]
            }
            return object
        }

        mutating func shuffled(_ list: [String]) -> [String] {
            var list = list
            for index in list.indices.reversed() where index > 0 { list.swapAt(index, random.below(index + 1)) }
            return list
        }
    }

    private static let schema = Catalogue.standard.resource("deployments", group: "apps", version: "v1")!.schema

    @Test(arguments: Array(1...60) as [UInt64]) func `a strategic three-way patch does what the model does`(_ seed: UInt64) throws {
        var draw = Draw(random: RandomStream(seed: seed, name: "three-way"))
        for step in 0..<40 {
            let (original, modified) = (draw.object(), draw.object())
            // The live object began as what was applied, and others changed it.
            let current = draw.random.chance(1, in: 3) ? original : Self.merge(nil, draw.object(), original, Self.deployment)
            let patch = try StrategicDiff.threeWay(original: original, modified: modified, current: current, schema: Self.schema)
            let found = try StrategicMergePatch.apply(patch, to: current, schema: SchemaNode(Self.schema))
            let expected = Self.merge(original, modified, current, Self.deployment)
            #expect(
                Self.sorted(found, Self.deployment) == Self.sorted(expected, Self.deployment),
                "seed \(seed) step \(step)\noriginal \(original.json())\nmodified \(modified.json())\ncurrent \(current.json())\npatch \(patch.json())\nfound \(found.json())")
            // What was asked for is in the order in which it was asked for.
            let names = (modified["spec", "template", "spec", "containers"]?.elements ?? []).compactMap { $0["name"]?.stringValue }
            let order = (found["spec", "template", "spec", "containers"]?.elements ?? []).compactMap { $0["name"]?.stringValue }.filter(names.contains)
            #expect(order == names, "seed \(seed) step \(step)")
            // Applying the same again changes nothing, though the patch may name the order of lists that others add to.
            let again = try StrategicDiff.threeWay(original: modified, modified: modified, current: found, schema: Self.schema)
            let unchanged = try StrategicMergePatch.apply(again, to: found, schema: SchemaNode(Self.schema))
            #expect(Self.sorted(unchanged, Self.deployment) == Self.sorted(found, Self.deployment), "seed \(seed) step \(step): \(again.json())")
        }
    }
}
