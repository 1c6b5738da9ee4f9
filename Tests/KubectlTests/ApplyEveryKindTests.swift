import APIMachinery
import Kubectl
import KubernetesObjects
import Testing
import TestSupport

/// For random objects a and b of every kind: after a is applied and then b, what is there is b.
///
/// - Shape: b on top of a is compared with b alone on a fresh server. A field that is in neither may differ, since a default
///   that a server once gave stays (`imagePullPolicy` of an image that had no tag); one that is in a or in b may not.
@Suite(.timeLimit(.minutes(10))) struct ApplyEveryKindTests {
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case clientSide = "apply", serverSide = "apply --server-side", replace
        var testDescription: String { rawValue }

        var arguments: [String] {
            switch self {
            case .clientSide: ["apply", "-f", "object.json"]
            case .serverSide: ["apply", "--server-side", "-f", "object.json"]
            case .replace: ["replace", "-f", "object.json"]
            }
        }
    }

    /// Fields that the server or its clients set of every object.
    private static let own = ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"]

    private static func stripped(_ object: Value) -> Value {
        var object = object
        for field in own { object["metadata", default: [:]][field] = nil }
        object["metadata", default: [:]]["annotations", default: [:]]["kubectl.kubernetes.io/last-applied-configuration"] = nil
        if object["metadata"]?["annotations"]?.fields?.isEmpty == true { object["metadata", default: [:]]["annotations"] = nil }
        object["status"] = nil
        // Admission adds it to nodes that are new, and only then.
        if let taints = object["spec"]?["taints"]?.elements {
            let own = taints.filter { $0["key"]?.stringValue != "node.kubernetes.io/not-ready" }
            object["spec", default: [:]]["taints"] = own.isEmpty ? nil : .array(own)
        }
        return object
    }

    /// The places in which two trees differ.
    private static func differences(_ left: Value?, _ right: Value?, at path: [String] = []) -> [[String]] {
        if left == right { return [] }
        if let before = left?.fields, let after = right?.fields {
            var result: [[String]] = []
            for (key, value) in before { result += differences(value, after[key], at: path + [key]) }
            for (key, value) in after where before[key] == nil { result += differences(nil, value, at: path + [key]) }
            return result
        }
        if let before = left?.arrayValue, let after = right?.arrayValue, before.count == after.count {
            return before.indices.flatMap { differences(before[$0], after[$0], at: path + ["\($0)"]) }
        }
        return [path]
    }

    private static func has(_ object: Value, _ path: [String]) -> Bool {
        var value: Value? = object
        for step in path {
            value = value?.arrayValue != nil ? Int(step).flatMap { value?[$0] } : value?[step]
            if value == nil { return false }
        }
        return true
    }

    private func get(_ type: ServedResource, _ name: String, _ terminal: Terminal) throws -> Value {
        try terminal.client.send(APIRequest(.get, type.resource, namespace: type.isNamespaced ? "default" : "", name: name)).body
    }

    /// Runs one way with a file; gives what was printed as an error.
    private func put(_ object: Value, _ way: Way, _ terminal: Terminal) -> String {
        try? terminal.files.write("object.json", Array(object.json().utf8))
        let answer = terminal.kubectl(way.arguments)
        return answer.status == 0 ? "" : answer.errors
    }

    @Test(arguments: Way.allCases) func `b on top of a is b`(_ way: Way) throws {
        var compared = 0
        for (number, type) in RandomObjects.resources.enumerated() {
            var random = RandomObjects(seed: UInt64(number + 1))
            let base = TestClient().server
            let smallest = RandomObjects.smallest(type)
            let isAccepted = RandomObjects.isAccepted(smallest, type, on: base)
            #expect(isAccepted, "the smallest \(type.type.kind) is refused: \(smallest.json())")
            if !isAccepted { continue }
            for round in 0..<2 {
                let (a, b) = (random.object(type, on: base), random.object(type, on: base))
                let (terminal, fresh) = (Terminal(), Terminal())
                if way == .replace {
                    for (object, place) in [(a, terminal), (smallest, fresh)] {
                        try? place.files.write("object.json", Array(object.json().utf8))
                        try #require(place.kubectl(["create", "-f", "object.json"]).status == 0)
                    }
                } else {
                    let refusal = put(a, way, terminal)
                    // Server-side apply wants the members of a set to differ and entries to have their keys, where a plain write does not.
                    if way == .serverSide, refusal.contains("duplicate entries for key") || refusal.contains("omits key field") { continue }
                    #expect(refusal.isEmpty, "\(type.type.kind): \(refusal)\n\(a.json())")
                }
                // What may not be changed is refused, on top of one or of the other.
                if !put(b, way, terminal).isEmpty || !put(b, way, fresh).isEmpty { continue }
                let (found, expected) = (Self.stripped(try get(type, b.name, terminal)), Self.stripped(try get(type, b.name, fresh)))
                let wrong = Self.differences(found, expected).filter { Self.has(a, $0) || Self.has(b, $0) }
                #expect(
                    wrong.isEmpty,
                    "\(type.type.kind) round \(round): \(wrong.map { $0.joined(separator: ".") })\na: \(a.json())\nb: \(b.json())\nfound: \(found.json())\nexpected: \(expected.json())")
                compared += 1
            }
        }
        // A test that compares next to nothing shows nothing.
        #expect(compared > RandomObjects.resources.count, "only \(compared) of \(2 * RandomObjects.resources.count) were compared")
    }
}
