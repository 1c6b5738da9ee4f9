import KubernetesObjects
import KubernetesSchema
import Testing

@Suite struct OpenAPIDocumentTests {
    @Test func `describes a group and version with all that it refers to`() throws {
        let document = OpenAPIDocument.v3(group: "apps", version: "v1", catalogue: .standard, gitVersion: "v1.36.2")
        let schemas = try #require(document["components"]?["schemas"]?.fields)
        let deployment = try #require(schemas["io.k8s.api.apps.v1.Deployment"])
        #expect(deployment["x-kubernetes-group-version-kind"] == [["group": "apps", "kind": "Deployment", "version": "v1"]])
        let containers = try #require(schemas["io.k8s.api.core.v1.PodSpec"]?["properties"]?["containers"])
        #expect(containers["x-kubernetes-patch-merge-key"] == "name")
        #expect(containers["x-kubernetes-list-map-keys"] == ["name"])
        #expect(schemas["io.k8s.api.core.v1.PodSpec"]?["properties"]?["restartPolicy"]?["enum"] == ["Always", "Never", "OnFailure"])
        var missing: Set<String> = []
        collect(document) { if schemas[String($0.dropFirst("#/components/schemas/".count))] == nil { missing.insert($0) } }
        #expect(missing == [])
        let patch = document["paths"]?["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]?["patch"]
        #expect(patch?["parameters"]?.elements.contains { $0["name"] == "fieldValidation" } == true)
        // kubectl looks here before it makes a strategic merge patch of its own.
        #expect(patch?["requestBody"]?["content"]?["application/strategic-merge-patch+json"] != nil)
    }

    @Test func `has every kind in one document of version 2`() throws {
        let document = OpenAPIDocument.v2(catalogue: .complete, gitVersion: "v1.36.2")
        let definitions = try #require(document["definitions"]?.fields)
        var missing: Set<String> = []
        collect(document) { if definitions[String($0.dropFirst("#/definitions/".count))] == nil { missing.insert($0) } }
        #expect(missing == [])
        #expect(definitions.count > 600)
    }

    private func collect(_ value: Value, _ found: (String) -> Void) {
        switch value {
        case .object(let fields):
            for index in fields.indices {
                if fields[index].key == "$ref", let text = fields[index].value.stringValue { found(text) }
                collect(fields[index].value, found)
            }
        case .array(let list): for element in list { collect(element, found) }
        default: break
        }
    }

    @Test(arguments: [
        ("deploy", ["spec", "replicas"], "integer"), ("pod", ["spec", "containers"], "[]Container"),
        ("pod", ["spec", "containers", "ports", "containerPort"], "integer"), ("cm", ["data"], "map[string]string"),
        ("svc", ["spec", "ports", "targetPort"], "IntOrString"), ("pod", ["spec"], "PodSpec"),
    ])
    func `finds a field by its path`(_ kind: String, _ path: [String], _ type: String) throws {
        let resource = try #require(Catalogue.standard.lookUp(kind))
        let found = try #require(resource.explained(path))
        #expect(found.field?.type.explainedName == type)
        #expect(!found.description.isEmpty)
        #expect(resource.explained(path + ["nope"]) == nil)
    }

    /// Words on fields that do not exist would mislead.
    @Test func `describes only what there is`() {
        for name in Descriptions.describedTypes {
            guard let type = TypeLibrary.shared.type(name) else {
                Issue.record("no type \(name)")
                continue
            }
            for field in Descriptions.describedFields(of: name) where type.field(field) == nil { Issue.record("no field \(name).\(field)") }
        }
    }
}
