import KubernetesObjects
import Testing

@testable import APIMachinery

@Suite struct CustomDefinitionValidationTests {
    private func problems(_ definition: Value) -> [String] {
        var errors: FieldErrors = []
        CustomDefinitionValidation.check(definition, old: nil, into: &errors)
        return errors.map(\.message)
    }

    @Test func `accepts a plain definition and refuses one without schema`() throws {
        let json = """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gadgets.lab.example.com"},
             "spec":{"group":"lab.example.com","scope":"Namespaced","names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","listKind":"GadgetList"},
             "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}
            """
        var definition = try Value(parsingJSON: json)
        #expect(problems(definition) == [])
        definition["spec"]?["versions"]?.modifyElements { $0[0]["schema"] = nil }
        #expect(
            problems(definition) == [
                "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"
            ])
    }

    private func problems(schema: String, version: String = "") throws -> [String] {
        let json = """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gadgets.lab.example.com"},
             "spec":{"group":"lab.example.com","scope":"Namespaced","names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","listKind":"GadgetList"},
             "versions":[{"name":"v1","served":true,"storage":true\(version),
                          "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{\(schema)}}}}}}]}}
            """
        let place = "spec.validation.openAPIV3Schema.properties[spec].properties"
        return problems(try Value(parsingJSON: json)).map { $0.replacing(place, with: "") }
    }

    @Test func `rules are compiled where the schema is structural`() throws {
        let wrong = #""a":{"type":"string","x-kubernetes-validations":[{"rule":"self.b == 1"}]}"#
        #expect(try problems(schema: wrong).contains { $0.contains("[a].x-kubernetes-validations[0].rule") && $0.contains("compilation failed") })
        #expect(try problems(schema: wrong + #","c":{}"#) == ["[c].type: Required value: must not be empty for specified object fields"])
        #expect(
            try problems(schema: #""a":{"type":"string","x-kubernetes-validations":[{"rule":" "}]},"c":{}"#) == [
                "[c].type: Required value: must not be empty for specified object fields",
                "[a].x-kubernetes-validations[0].rule: Required value: rule is not specified",
            ])
    }

    @Test func `defaults hold to rules`() throws {
        let rule = #""x-kubernetes-validations":[{"rule":"self == 'y'"}]"#
        #expect(try problems(schema: #""a":{"type":"string","default":"y",\#(rule)}"#) == [])
        #expect(try problems(schema: #""a":{"type":"string","default":"x",\#(rule)}"#) == [#"[a].default: Invalid value: "x": failed rule: self == 'y'"#])
    }

    @Test func `the warning of a deprecated version is printable`() throws {
        let place = "spec.versions[0].deprecationWarning: Invalid value: "
        #expect(try problems(schema: "", version: #","deprecated":true,"deprecationWarning":"über""#) == [])
        #expect(
            try problems(schema: "", version: #","deprecated":true,"deprecationWarning":"ü\nb""#) == [
                place + #""ü\nb": must only contain printable UTF-8 characters; non-printable character found at index 2"#
            ])
    }
}
