import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct CustomResourceTests {
    static let definition = #"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gadgets.lab.example.com"},
        "spec":{"group":"lab.example.com","scope":"Namespaced","names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","shortNames":["gad"]},
        "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.size"}},
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","required":["size"],"properties":{
        "size":{"type":"integer","minimum":1,"maximum":5},"color":{"type":"string","enum":["red","blue"],"default":"red"},"min":{"type":"integer"}},
        "x-kubernetes-validations":[{"rule":"!has(self.min) || self.min <= self.size","message":"min must not be above size"}]},
        "status":{"type":"object","properties":{"phase":{"type":"string"},"size":{"type":"integer"}}}}}},
        "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"},{"name":"Phase","type":"string","jsonPath":".status.phase"},
        {"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}]}]}}
        """#
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    let gadgets = "/apis/lab.example.com/v1/namespaces/default/gadgets"

    func server() throws -> TestServer {
        var server = TestServer()
        _ = try server.send("POST", definitions, Value(parsingJSON: Self.definition))
        return server
    }

    func gadget(_ spec: Value) -> Value {
        ["apiVersion": "lab.example.com/v1", "kind": "Gadget", "metadata": ["name": "one"], "spec": spec]
    }

    @Test func `a definition is established and served`() throws {
        var server = try server()
        let stored = server.api.store.get(.customResourceDefinitions, name: "gadgets.lab.example.com")
        #expect(stored?.isConditionTrue("Established") == true)
        #expect(stored?.isConditionTrue("NamesAccepted") == true)
        #expect(stored?["status"]?["storedVersions"] == ["v1"])
        #expect(try server.send("GET", "/apis/lab.example.com/v1").body["resources"]?[0]?["kind"] == "Gadget")
        #expect(try server.send("GET", gadgets).body.kind == "GadgetList")
    }

    @Test func `fields that a definition names can be selected by`() throws {
        var server = TestServer()
        var definition = try Value(parsingJSON: Self.definition)
        var version = try #require(definition["spec"]?["versions"]?[0])
        version["selectableFields"] = [["jsonPath": ".spec.color"], ["jsonPath": ".spec.size"]]
        definition["spec", "versions"] = [version]
        _ = try server.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        for (name, color, size) in [("one", "red", 1), ("two", "blue", 2), ("three", "blue", 3)] {
            var object = gadget(["color": .string(color), "size": Value(size)])
            object["metadata", "name"] = .string(name)
            _ = try server.send("POST", gadgets, object)
        }
        func names(_ selector: String, _ server: inout TestServer) throws -> [String] {
            try server.send("GET", gadgets + "?fieldSelector=" + selector).body["items"]?.elements.map(\.name).sorted() ?? []
        }
        #expect(try names("spec.color%3Dblue", &server) == ["three", "two"])
        #expect(try names("spec.color%3Dblue%2Cspec.size%21%3D3", &server) == ["two"])
        do {
            _ = try server.send("GET", gadgets + "?fieldSelector=spec.min%3D1")
            Issue.record("it was answered")
        } catch let error as APIStatus { #expect(error.message.contains("field label not supported: spec.min")) }
    }

    @Test func `objects are defaulted, pruned and printed`() throws {
        var server = try server()
        let made = try server.send("POST", gadgets, gadget(["size": 3, "weight": 1]))
        #expect(made.body["spec"] == ["size": 3, "color": "red"])
        #expect(made.warnings == ["unknown field \"spec.weight\""])
        #expect(made.body.generation == 1)
        _ = try server.send("PATCH", gadgets + "/one/status", ["status": ["phase": "Built"]], type: merge)
        let changed = try server.send("PATCH", gadgets + "/one", ["spec": ["size": 4], "status": ["phase": "No"]], type: merge)
        #expect(changed.body.generation == 2)
        #expect(changed.body["status"] == ["phase": "Built"])
        let table = try server.send("GET", gadgets, accept: "application/json;as=Table;v=v1;g=meta.k8s.io")
        #expect(table.body["rows"]?[0]?["cells"] == ["one", 4, "Built", "0s"])
        #expect(try server.send("GET", gadgets + "/one/scale").body["spec"] == ["replicas": 4])
        _ = try server.send("PATCH", gadgets + "/one/scale", ["spec": ["replicas": 2]], type: merge)
        #expect(try server.send("GET", gadgets + "/one").body["spec"]?["size"] == 2)
    }

    @Test(arguments: [
        (["size": 9] as Value, "Gadget.lab.example.com \"one\" is invalid: spec.size: Invalid value: 9: spec.size in body should be less than or equal to 5"),
        (
            ["color": "green"] as Value,
            "Gadget.lab.example.com \"one\" is invalid: [spec.color: Unsupported value: \"green\": supported values: \"red\", \"blue\", "
                + "spec.size: Required value, <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; "
                + "correct the existing errors to complete validation]"
        ),
        (["size": 2, "min": 4] as Value, "Gadget.lab.example.com \"one\" is invalid: spec: Invalid value: min must not be above size"),
    ]) func `values are checked against the schema`(_ spec: Value, _ message: String) throws {
        var server = try server()
        #expect(server.refusal("POST", gadgets, gadget(spec))?.message == message)
    }

    /// The conflict that is told is the last of those found, from the plural to the kind of the list.
    static let takenNames: [(Value, String, String)] = [
        (["plural": "widgets", "singular": "gadget", "kind": "Widget", "listKind": "Widgets"], "SingularConflict", "\"gadget\" is already in use"),
        (["plural": "widgets", "kind": "Widget", "shortNames": ["gad", "gadgets"]], "ShortNamesConflict", "[\"gad\" is already in use, \"gadgets\" is already in use]"),
        (["plural": "widgets", "kind": "Gadget"], "ListKindConflict", "\"GadgetList\" is already in use"),
    ]

    @Test(arguments: takenNames)
    func `names are taken once in a group`(_ names: Value, _ reason: String, _ message: String) throws {
        var server = try server()
        var definition = try Value(parsingJSON: Self.definition)
        definition["metadata"]?["name"] = "widgets.lab.example.com"
        definition["spec"]?["names"] = names
        _ = try server.send("POST", definitions, definition)
        let accepted = server.api.store.get(.customResourceDefinitions, name: "widgets.lab.example.com")?.condition("NamesAccepted")
        #expect(accepted?["status"] == "False")
        #expect(accepted?["reason"]?.stringValue == reason)
        #expect(accepted?["message"]?.stringValue == message)
    }

    @Test func `a strategic merge patch is refused`() throws {
        var server = try server()
        _ = try server.send("POST", gadgets, gadget(["size": 3]))
        #expect(
            server.refusal("PATCH", gadgets + "/one", ["spec": ["size": 4]], type: strategic)?.message
                == "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
                + "application/merge-patch+json, application/apply-patch+yaml")
    }

    @Test func `objects go with their definition`() throws {
        var server = try server()
        var held = gadget(["size": 3])
        held["metadata", default: [:]]["finalizers"] = ["lab.example/keep"]
        _ = try server.send("POST", gadgets, held)
        _ = try server.send("DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.lab.example.com")
        #expect(server.api.store.get(.customResourceDefinitions, name: "gadgets.lab.example.com")?.isBeingDeleted == true)
        #expect(try server.send("GET", gadgets + "/one").body.isBeingDeleted)
        _ = try server.send("PATCH", gadgets + "/one", ["metadata": ["finalizers": .null]], type: merge)
        #expect(server.api.store.get(.customResourceDefinitions, name: "gadgets.lab.example.com") == nil)
        #expect(server.refusal("GET", gadgets)?.code == 404)
    }

    @Test func `applying tracks fields of custom objects`() throws {
        var server = try server()
        let made = try server.send("PATCH", gadgets + "/one?fieldManager=kubectl", gadget(["size": 3]), type: applyPatch)
        #expect(made.body["metadata"]?["managedFields"]?[0]?["fieldsV1"] == ["f:spec": ["f:size": [:]]])
        #expect(
            server.refusal("PATCH", gadgets + "/one?fieldManager=ci", gadget(["size": 4]), type: applyPatch)?.message
                == "Apply failed with 1 conflict: conflict with \"kubectl\": .spec.size")
    }
}
