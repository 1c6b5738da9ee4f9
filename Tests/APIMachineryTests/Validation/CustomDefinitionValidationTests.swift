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
}
