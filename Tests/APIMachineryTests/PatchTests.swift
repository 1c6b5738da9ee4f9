import KubernetesObjects
import KubernetesSchema
import Testing

@testable import APIMachinery

@Suite struct PatchTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String, document: String, patch: String, expected: String
    }

    /// Documents and patches are pod specs.
    static let strategic: [Case] = [
        Case(
            testDescription: "merges containers by name", document: #"{"containers":[{"name":"a","image":"x"}]}"#,
            patch: #"{"containers":[{"name":"b","image":"y"}]}"#,
            expected: #"{"containers":[{"name":"b","image":"y"},{"name":"a","image":"x"}]}"#),
        Case(
            testDescription: "changes one container", document: #"{"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"}]}"#,
            patch: #"{"containers":[{"name":"b","image":"z"}]}"#,
            expected: #"{"containers":[{"name":"a","image":"x"},{"name":"b","image":"z"}]}"#),
        Case(
            testDescription: "deletes by directive", document: #"{"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"}]}"#,
            patch: #"{"containers":[{"$patch":"delete","name":"a"}]}"#, expected: #"{"containers":[{"name":"b","image":"y"}]}"#),
        Case(
            testDescription: "replaces a list", document: #"{"containers":[{"name":"a","image":"x"}]}"#,
            patch: #"{"containers":[{"$patch":"replace"},{"name":"z","image":"n"}]}"#, expected: #"{"containers":[{"name":"z","image":"n"}]}"#),
        Case(
            testDescription: "orders by directive", document: #"{"containers":[{"name":"a"},{"name":"b"}]}"#,
            patch: #"{"$setElementOrder/containers":[{"name":"b"},{"name":"c"},{"name":"a"}],"containers":[{"name":"c"}]}"#,
            expected: #"{"containers":[{"name":"b"},{"name":"c"},{"name":"a"}]}"#),
        Case(
            testDescription: "keeps server items among ordered ones", document: #"{"containers":[{"name":"a"},{"name":"s"},{"name":"b"}]}"#,
            patch: #"{"$setElementOrder/containers":[{"name":"a"},{"name":"b"}],"containers":[{"name":"b","image":"i"}]}"#,
            expected: #"{"containers":[{"name":"a"},{"name":"s"},{"name":"b","image":"i"}]}"#),
        Case(
            testDescription: "replaces atomic lists", document: #"{"containers":[{"name":"a","args":["1","2"]}]}"#,
            patch: #"{"containers":[{"name":"a","args":["3"]}]}"#, expected: #"{"containers":[{"name":"a","args":["3"]}]}"#),
        Case(
            testDescription: "retains keys of a volume", document: #"{"volumes":[{"name":"v","emptyDir":{}}]}"#,
            patch: #"{"volumes":[{"$retainKeys":["name","hostPath"],"name":"v","hostPath":{"path":"/x"}}]}"#,
            expected: #"{"volumes":[{"name":"v","hostPath":{"path":"/x"}}]}"#),
        Case(
            testDescription: "null removes", document: #"{"nodeName":"n","nodeSelector":{"a":"1","b":"2"}}"#,
            patch: #"{"nodeName":null,"nodeSelector":{"a":null}}"#, expected: #"{"nodeSelector":{"b":"2"}}"#),
        Case(
            testDescription: "merges ports by containerPort", document: #"{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"h"}]}]}"#,
            patch: #"{"containers":[{"name":"a","ports":[{"containerPort":80,"protocol":"TCP"},{"containerPort":81}]}]}"#,
            expected: #"{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"h","protocol":"TCP"},{"containerPort":81}]}]}"#),
        Case(
            testDescription: "replaces a map", document: #"{"nodeSelector":{"a":"1"}}"#, patch: #"{"nodeSelector":{"$patch":"replace","z":"1"}}"#,
            expected: #"{"nodeSelector":{"z":"1"}}"#),
    ]

    @Test(arguments: strategic) func `strategic merge patches follow the schema`(_ c: Case) throws {
        let schema = SchemaNode(TypeLibrary.shared.type("core.v1.PodSpec"))
        let result = try StrategicMergePatch.apply(Value(parsingJSON: c.patch), to: Value(parsingJSON: c.document), schema: schema)
        #expect(try result == Value(parsingJSON: c.expected), "\(compactJSON(result))")
    }

    @Test func `primitive lists lose what a directive names`() throws {
        let schema = SchemaNode(TypeLibrary.shared.type("meta.v1.ObjectMeta"))
        let result = try StrategicMergePatch.apply(
            ["$deleteFromPrimitiveList/finalizers": ["a"], "$setElementOrder/finalizers": ["c", "b"], "finalizers": ["c"]],
            to: ["finalizers": ["a", "b"]], schema: schema)
        #expect(result == ["finalizers": ["c", "b"]])
    }

    static let json: [Case] = [
        Case(testDescription: "add", document: #"{"a":[1,2]}"#, patch: #"[{"op":"add","path":"/a/1","value":9}]"#, expected: #"{"a":[1,9,2]}"#),
        Case(testDescription: "append", document: #"{"a":[1]}"#, patch: #"[{"op":"add","path":"/a/-","value":2}]"#, expected: #"{"a":[1,2]}"#),
        Case(testDescription: "escapes", document: #"{"a":{}}"#, patch: #"[{"op":"add","path":"/a/x~1y~0z","value":1}]"#, expected: #"{"a":{"x/y~z":1}}"#),
        Case(testDescription: "replace", document: #"{"a":{"b":1}}"#, patch: #"[{"op":"replace","path":"/a/b","value":{"c":2}}]"#, expected: #"{"a":{"b":{"c":2}}}"#),
        Case(testDescription: "remove", document: #"{"a":[1,2,3]}"#, patch: #"[{"op":"remove","path":"/a/0"}]"#, expected: #"{"a":[2,3]}"#),
        Case(testDescription: "move", document: #"{"a":1,"b":{}}"#, patch: #"[{"op":"move","from":"/a","path":"/b/c"}]"#, expected: #"{"b":{"c":1}}"#),
        Case(testDescription: "copy", document: #"{"a":[1],"b":0}"#, patch: #"[{"op":"copy","from":"/a","path":"/b"}]"#, expected: #"{"a":[1],"b":[1]}"#),
        Case(testDescription: "test", document: #"{"a":1}"#, patch: #"[{"op":"test","path":"/a","value":1},{"op":"remove","path":"/a"}]"#, expected: "{}"),
    ]

    @Test(arguments: json) func `JSON patches`(_ c: Case) throws {
        #expect(try JSONPatch.apply(Value(parsingJSON: c.patch), to: Value(parsingJSON: c.document)) == Value(parsingJSON: c.expected))
    }

    @Test(arguments: [
        #"[{"op":"remove","path":"/zz"}]"#, #"[{"op":"add","path":"/a/7","value":1}]"#, #"[{"op":"test","path":"/a","value":2}]"#,
        #"[{"op":"replace","path":"/zz","value":1}]"#, #"[{"op":"nope","path":"/a"}]"#, #"[{"op":"add","path":"a","value":1}]"#,
        #"[{"op":"move","from":"/zz","path":"/b"}]"#, #"[{"op":"add","path":"/a/99999999999999999999","value":1}]"#,
    ]) func `JSON patches that do not fit are refused`(_ patch: String) throws {
        #expect(throws: APIStatus.patchRejected) { _ = try JSONPatch.apply(Value(parsingJSON: patch), to: ["a": [1]]) }
    }
}
