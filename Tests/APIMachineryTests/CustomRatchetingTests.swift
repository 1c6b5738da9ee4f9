import KubernetesObjects
import Testing

@testable import APIMachinery

/// Objects that were right once, and whose definition has become stricter since.
@Suite struct CustomRatchetingTests {
    static func definition(_ spec: String) -> String {
        #"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"foos.lab.example.com"},
        "spec":{"group":"lab.example.com","scope":"Namespaced","names":{"plural":"foos","singular":"foo","kind":"Foo","listKind":"FooList"},
        "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object",
        """# + spec + "}}}}}]}}"
    }

    static let loose = #"""
        "properties":{"a":{"type":"string"},"n":{"type":"integer"},"l":{"type":"array","items":{"type":"string"}},
        "m":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
        "items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"v":{"type":"string"}}}}}
        """#
    static let strict = #"""
        "required":["z"],"properties":{"a":{"type":"string","maxLength":3},"n":{"type":"integer","format":"int32"},"z":{"type":"string","format":"wat"},
        "l":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
        "m":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
        "items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"v":{"type":"string","maxLength":3}}}}}
        """#
    static let object = #"""
        {"apiVersion":"lab.example.com/v1","kind":"Foo","metadata":{"name":"x"},"spec":{"a":"long one","n":3000000000,"l":["a","a"],
        "m":[{"name":"k","v":"long one"},{"name":"j","v":"ok"}]}}
        """#

    struct Case: CustomTestStringConvertible {
        var patch: String
        var fields: [String]
        var testDescription: String { patch }
    }

    @Test(arguments: [
        Case(patch: #"{"metadata":{"labels":{"a":"b"}}}"#, fields: []),
        Case(patch: #"{"spec":{"z":"here"}}"#, fields: []),
        Case(patch: #"{"spec":{"z":"here","a":"other"}}"#, fields: ["spec.a"]),
        Case(patch: #"{"spec":{"a":"abc"}}"#, fields: ["spec.z"]),
        Case(patch: #"{"spec":{"z":"here","n":3000000001}}"#, fields: [""]),
        Case(patch: #"{"spec":{"z":"here","l":["a","a","b"]}}"#, fields: []),
        Case(patch: #"{"spec":{"z":"here","m":[{"name":"j","v":"ok"},{"name":"k","v":"long one"}]}}"#, fields: []),
        Case(patch: #"{"spec":{"z":"here","m":[{"name":"k","v":"longer"},{"name":"j","v":"ok"}]}}"#, fields: ["spec.m[0].v"]),
    ])
    func `what stays as it was may stay wrong`(_ c: Case) throws {
        var server = TestServer()
        let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        let foos = "/apis/lab.example.com/v1/namespaces/default/foos"
        _ = try server.send("POST", definitions, Value(parsingJSON: Self.definition(Self.loose)))
        _ = try server.send("POST", foos, Value(parsingJSON: Self.object))
        var stored = try server.send("GET", definitions + "/foos.lab.example.com").body
        stored["spec"] = try Value(parsingJSON: Self.definition(Self.strict))["spec"]
        #expect(try server.send("PUT", definitions + "/foos.lab.example.com", stored).warnings == ["unrecognized format \"wat\""])
        var object = try server.send("GET", foos + "/x").body
        let patch = try Value(parsingJSON: c.patch)
        if let labels = patch["metadata"]?["labels"] { object["metadata", "labels"] = labels }
        for entry in patch["spec"]?.fields ?? Fields() { object["spec", entry.key] = entry.value }
        let causes = server.refusal("PUT", foos + "/x", object)?.details?["causes"]?.elements ?? []
        let fields = causes.map { $0["field"]?.stringValue ?? "" }
        #expect(fields.map { $0 == "<nil>" ? "" : $0 } == c.fields)
    }
}
