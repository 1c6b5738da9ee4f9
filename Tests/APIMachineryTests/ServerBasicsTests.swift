import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct ServerBasicsTests {
    static let configMaps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")
    static let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")

    func request(_ verb: APIVerb, _ resource: GroupVersionResource = configMaps, name: String = "", body: Value? = nil) -> APIRequest {
        var request = APIRequest(verb, resource, namespace: "default", name: name)
        request.body = body
        return request
    }

    @Test func `creates, reads, changes and deletes`() throws {
        var server = GenericAPIServer()
        let made = try server.handle(request(.create, body: ["metadata": ["name": "c"], "data": ["a": "1"]]))
        #expect(made.code == 201)
        #expect(made.body.uid.utf8.count == 36)
        #expect(made.body.kind == "ConfigMap")
        var changed = made.body
        changed["data"] = ["a": "2"]
        let updated = try server.handle(request(.update, name: "c", body: changed))
        #expect(updated.body["data"] == ["a": "2"])
        #expect(updated.body.resourceVersion != made.body.resourceVersion)
        #expect(throws: APIStatus.conflict(.configMaps, name: "c", because: APIStatus.staleObjectMessage)) {
            _ = try server.handle(request(.update, name: "c", body: made.body["data"] == nil ? .null : {
                var stale = made.body
                stale["data"] = ["a": "3"]
                return stale
            }()))
        }
        let patched = try server.handle({
            var patch = request(.patch, name: "c", body: ["data": ["b": "3"]])
            patch.patchType = .merge
            return patch
        }())
        #expect(patched.body["data"] == ["a": "2", "b": "3"])
        let page = try server.handle(request(.list))
        #expect(page.body["items"]?.elements.count == 1)
        let gone = try server.handle(request(.delete, name: "c"))
        #expect(gone.body["status"] == "Success")
        #expect(throws: APIStatus.notFound(.configMaps, name: "c")) { _ = try server.handle(request(.get, name: "c")) }
        #expect(server.takeEvents().map(\.change) == [.added, .modified, .modified, .deleted])
    }
}
