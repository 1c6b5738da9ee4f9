import KubernetesObjects
import Testing

@testable import APIMachinery

/// The query parameters of requests, as the real server reads them.
@Suite struct RequestOptionsTests {
    private static let path = "/api/v1/namespaces/default/configmaps"

    private func request(_ method: String, _ query: String, name: String = "") throws -> APIRequest {
        try APIRequest(method: method, path: Self.path + (name.isEmpty ? "" : "/" + name) + "?" + query, headers: [], user: .admin)
    }

    @Test(arguments: [
        ("watch=1", true), ("watch=true", true), ("watch=", true), ("watch=yes", true), ("watch=0", false), ("watch=FALSE", false), ("watch=no", true),
        ("watch=false&watch=true", false), ("", false),
    ]) func `whatever is not false is true`(_ query: String, _ watches: Bool) throws {
        #expect(try request("GET", query).verb == (watches ? .watch : .list))
    }

    @Test(arguments: [
        ("limit=abc", "strconv.ParseInt: parsing \"abc\": invalid syntax"), ("limit=", "strconv.ParseInt: parsing \"\": invalid syntax"),
        ("timeoutSeconds=99999999999999999999", "strconv.ParseInt: parsing \"99999999999999999999\": value out of range"),
        ("limit=-", "strconv.ParseInt: parsing \"-\": invalid syntax"),
    ]) func `numbers that are none are refused`(_ query: String, _ message: String) {
        #expect { try request("GET", query) } throws: { ($0 as? APIStatus)?.message == message && ($0 as? APIStatus)?.code == 400 }
    }

    @Test(arguments: [
        ("POST", "", "CreateOptions"), ("PUT", "a", "UpdateOptions"), ("PATCH", "a", "PatchOptions"), ("DELETE", "a", "DeleteOptions"),
    ]) func `refusals are named after the options of the verb`(_ method: String, _ name: String, _ kind: String) {
        #expect { try request(method, "dryRun=true", name: name) } throws: {
            ($0 as? APIStatus)?.message == "\(kind).meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"true\"]: supported values: \"All\""
        }
    }
}
