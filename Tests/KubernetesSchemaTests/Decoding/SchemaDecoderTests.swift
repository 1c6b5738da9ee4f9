import KubernetesObjects
import KubernetesSchema
import Testing

@Suite struct SchemaDecoderTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let kind: String
        let json: String
        let expected: String
        var testDescription: String { "\(kind) \(json)" }
    }

    private func decode(_ kind: String, _ json: String) throws -> SchemaDecoder.Decoded {
        let type = try #require(Catalogue.standard.lookUp(kind))
        let document = try JSONReader(reportsDuplicates: true).read(Array(json.utf8))
        return try SchemaDecoder.decode(document.value, as: type.schema, duplicates: document.duplicates)
    }

    @Test(arguments: [
        Case(
            kind: "deploy", json: #"{"spec":{"replicas":"3"}}"#,
            expected: "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"),
        Case(
            kind: "deploy", json: #"{"spec":{"replicas":1.5}}"#,
            expected: "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32"),
        Case(
            kind: "deploy", json: #"{"spec":{"replicas":3000000000}}"#,
            expected: "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32"),
        Case(
            kind: "pod", json: #"{"spec":{"containers":[{"command":"sh"}]}}"#,
            expected: "json: cannot unmarshal string into Go struct field Container.spec.containers.command of type []string"),
        Case(
            kind: "pod", json: #"{"spec":{"containers":[{"args":["a",3]}]}}"#,
            expected: "json: cannot unmarshal number into Go struct field Container.spec.containers.args of type string"),
        Case(
            kind: "pod", json: #"{"spec":{"containers":{"name":"a"}}}"#,
            expected: "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container"),
        Case(
            kind: "pod", json: #"{"spec":{"restartPolicy":7}}"#,
            expected: "json: cannot unmarshal number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy"),
        Case(
            kind: "pod", json: #"{"metadata":{"labels":{"a":1}}}"#,
            expected: "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"),
        Case(
            kind: "cm", json: #"{"data":{"a":true}}"#,
            expected: "json: cannot unmarshal bool into Go struct field ConfigMap.data of type string"),
        Case(
            kind: "cm", json: #"{"data":"a"}"#,
            expected: "json: cannot unmarshal string into Go struct field ConfigMap.data of type map[string]string"),
        Case(
            kind: "pod", json: #"{"spec":{"containers":[{"resources":{"limits":{"cpu":"500q"}}}]}}"#,
            expected: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        Case(
            kind: "pod", json: #"{"spec":{"containers":[{"resources":{"limits":{"cpu":"500mm"}}}]}}"#,
            expected: "unable to parse quantity's suffix"),
        Case(
            kind: "svc", json: #"{"spec":{"ports":[{"targetPort":1.5}]}}"#,
            expected: "json: cannot unmarshal number 1.5 into Go value of type int32"),
        Case(
            kind: "svc", json: #"{"spec":{"ports":[{"targetPort":true}]}}"#,
            expected: "json: cannot unmarshal bool into Go value of type int32"),
        Case(kind: "secret", json: #"{"data":{"a":"a*b="}}"#, expected: "illegal base64 data at input byte 1"),
        Case(
            kind: "pod", json: #"{"metadata":{"deletionTimestamp":"yesterday"}}"#,
            expected: #"parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006""#),
        Case(
            kind: "pod", json: #"{"metadata":{"deletionTimestamp":"2026-13-01T00:00:00Z"}}"#,
            expected: #"parsing time "2026-13-01T00:00:00Z": month out of range"#),
        Case(
            kind: "pod", json: #"{"metadata":{"deletionTimestamp":5}}"#,
            expected: "json: cannot unmarshal number into Go value of type string"),
        Case(kind: "pod", json: "[]", expected: "json: cannot unmarshal array into Go value of type v1.Pod"),
    ])
    func `refuses a wrong type with Go's words`(_ c: Case) throws {
        #expect(throws: DecodingFailure(message: c.expected)) { try decode(c.kind, c.json) }
    }

    @Test(arguments: [
        Case(kind: "deploy", json: #"{"spec":{"replica":3}}"#, expected: #"unknown field "spec.replica""#),
        Case(
            kind: "pod", json: #"{"metadata":{"label":{}},"spec":{"container":1,"containers":[{"env":[{"val":1}],"images":"a"}]}}"#,
            expected:
                #"unknown field "metadata.label", unknown field "spec.container", unknown field "spec.containers[0].env[0].val", unknown field "spec.containers[0].images""#
        ),
        Case(kind: "pod", json: #"{"containers":[]}"#, expected: #"unknown field "containers""#),
        Case(kind: "pod", json: #"{"spec":{"Containers":[]}}"#, expected: #"unknown field "spec.Containers""#),
        Case(
            kind: "pod", json: #"{"spec":{"nodeName":"a","nodeName":"b"}}"#, expected: #"duplicate field "spec.nodeName""#),
        Case(kind: "cm", json: #"{"data":{"a":"1","a":"2"}}"#, expected: #"duplicate field "data.a""#),
        Case(kind: "cm", json: #"{"data":{"a":"1"}}"#, expected: ""),
    ])
    func `reports what the schema does not know`(_ c: Case) throws {
        #expect(try decode(c.kind, c.json).problems.joined(separator: ", ") == c.expected)
    }

    @Test(arguments: [
        Case(kind: "cm", json: #"{"data":{},"immutable":false}"#, expected: #"{"immutable":false,"metadata":{}}"#),
        Case(
            kind: "pod", json: #"{"spec":{"hostNetwork":false,"nodeName":"","containers":[{"name":"a","env":null,"tty":false}]}}"#,
            expected: #"{"metadata":{},"spec":{"containers":[{"name":"a","resources":{}}]},"status":{}}"#),
        Case(
            kind: "pod", json: #"{"metadata":{"creationTimestamp":"2026-01-01T02:00:00.5+02:00"}}"#,
            expected: #"{"metadata":{"creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"containers":null},"status":{}}"#),
        Case(
            kind: "role", json: #"{"rules":[{"verbs":["get"],"unknown":1}]}"#,
            expected: #"{"metadata":{},"rules":[{"verbs":["get"]}]}"#),
        Case(kind: "role", json: "{}", expected: #"{"metadata":{},"rules":null}"#),
        Case(kind: "lease", json: #"{"spec":{"holderIdentity":""}}"#, expected: #"{"metadata":{},"spec":{"holderIdentity":""}}"#),
    ])
    func `writes what the server would write`(_ c: Case) throws {
        #expect(try decode(c.kind, c.json).value.json(sortedKeys: true) == c.expected)
    }
}
