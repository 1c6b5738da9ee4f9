import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct ServerSideApplyTests {
    let deployments = "/apis/apps/v1/namespaces/default/deployments"
    let configMaps = "/api/v1/namespaces/default/configmaps"

    func managers(_ object: Value) -> [String: Value] {
        var result: [String: Value] = [:]
        for entry in object["metadata"]?["managedFields"]?.elements ?? [] {
            let subresource = entry["subresource"]?.stringValue ?? ""
            result["\(entry["manager"]?.stringValue ?? "") \(entry["operation"]?.stringValue ?? "")\(subresource)"] = entry["fieldsV1"]
        }
        return result
    }

    func json(_ text: String) throws -> Value { try Value(parsingJSON: text) }

    @Test func `names who owns a conflicting field, and gives it up when forced`() throws {
        var server = TestServer()
        let path = deployments + "/web"
        _ = try server.send("PATCH", path + "?fieldManager=kubectl", deployment(), type: applyPatch)
        let again = try server.send("PATCH", path + "?fieldManager=kubectl", deployment(), type: applyPatch)
        let first = try server.send("GET", path)
        #expect(again.body.resourceVersion == first.body.resourceVersion)
        let other = deployment(image: "nginx:1.27")
        let refusal = server.refusal("PATCH", path + "?fieldManager=ci", other, type: applyPatch)
        #expect(
            refusal?.message
                == "Apply failed with 1 conflict: conflict with \"kubectl\": .spec.template.spec.containers[name=\"web\"].image")
        #expect(refusal?.details?["causes"]?[0]?["reason"] == "FieldManagerConflict")
        let forced = try server.send("PATCH", path + "?fieldManager=ci&force=true", other, type: applyPatch)
        let fields = managers(forced.body)
        #expect(
            try fields["ci Apply"]
                == json(
                    #"{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:name":{}}}}}}}"#
                ))
        #expect(
            try fields["kubectl Apply"]
                == json(
                    #"{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:name":{}}}}}}}"#
                ))
    }

    @Test func `removes what the last owner gives up, and nothing else`() throws {
        var server = TestServer()
        func apply(_ server: inout TestServer, _ data: Value, by manager: String) throws -> Value {
            try server.send(
                "PATCH", configMaps + "/c?fieldManager=\(manager)",
                ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"], "data": data], type: applyPatch
            ).body
        }
        _ = try apply(&server, ["a": "1", "b": "2"], by: "kubectl")
        _ = try apply(&server, ["b": "2", "z": "26"], by: "other")
        #expect(try apply(&server, ["a": "1"], by: "kubectl")["data"] == ["a": "1", "b": "2", "z": "26"])
        let last = try apply(&server, [:], by: "kubectl")
        #expect(last["data"] == ["b": "2", "z": "26"])
        #expect(managers(last) == ["kubectl Apply": ["f:data": [:]], "other Apply": ["f:data": ["f:b": [:], "f:z": [:]]]])
    }

    @Test func `records what an ordinary write set`() throws {
        var server = TestServer()
        let made = try server.send("POST", deployments + "?fieldManager=kubectl-create", deployment(replicas: 2))
        #expect(
            try managers(made.body)
                == [
                    "kubectl-create Update": json(
                        #"{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}"#
                    )
                ])
        let patched = try server.send(
            "PATCH", deployments + "/web?fieldManager=kubectl-patch", ["metadata": ["annotations": ["x": "y"]], "spec": ["replicas": 3]],
            type: strategic)
        let fields = managers(patched.body)
        #expect(try fields["kubectl-patch Update"] == json(#"{"f:metadata":{"f:annotations":{".":{},"f:x":{}}},"f:spec":{"f:replicas":{}}}"#))
        #expect(fields["kubectl-create Update"]?["f:spec"]?["f:replicas"] == nil)
    }

    @Test func `refuses fields that nobody declared`() throws {
        var server = TestServer()
        var object = deployment()
        object["spec", default: [:]]["foo"] = 1
        #expect(
            server.refusal("PATCH", deployments + "/web?fieldManager=kubectl", object, type: applyPatch)?.message
                == "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema")
        #expect(
            server.refusal("PATCH", deployments + "/web", deployment(), type: applyPatch) == nil)
    }

    @Test(arguments: [
        (#"{"replicas":"two"}"#, ".spec.replicas: expected numeric (int or float), got string"),
        (#"{"paused":"yes"}"#, ".spec.paused: expected boolean, got &{yes}"),
        (#"{"selector":[]}"#, ".spec.selector: expected map, got &{[]}"),
        (#"{"template":{"spec":{"containers":{"name":"a"}}}}"#, ".spec.template.spec.containers: expected list, got &{map[name:a]}"),
        (
            #"{"template":{"spec":{"containers":[{"name":"a","env":[{"name":"PORT","value":8080}]}]}}}"#,
            #".spec.template.spec.containers[name="a"].env[name="PORT"].value: expected string, got &value.valueUnstructured{Value:8080}"#
        ),
        (
            #"{"template":{"spec":{"containers":[{"image":"a"}]}}}"#,
            #".spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name" (and doesn't have default value)"#
        ),
        (
            #"{"replicas":"two","template":{"spec":{"containers":[{"name":"a"},{"name":"a","foo":1,"bar":2}]}}}"#,
            "errors:\n  .spec.replicas: expected numeric (int or float), got string\n  .spec.template.spec.containers: duplicate entries for key [name=\"a\"]\n  .spec.template.spec.containers[name=\"a\"].foo: field not declared in schema"
        ),
        (#"{"strategy":{"rollingUpdate":{"maxSurge":{}}}}"#, ".spec.strategy.rollingUpdate.maxSurge: expected any scalar, got &{map[]}"),
    ]) func `refuses values of another type`(_ spec: String, _ problem: String) throws {
        var server = TestServer()
        let object: Value = ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"], "spec": try json(spec)]
        #expect(
            server.refusal("PATCH", deployments + "/web?fieldManager=kubectl", object, type: applyPatch)?.message
                == "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): \(problem)")
    }
}
