import APIMachinery
import KubernetesObjects
import NIOCore
import Testing

@testable import APIServer

/// The client of `labrunner kubectl` against a real server.
@Suite struct HTTPSClientTests {
    /// Does blocking work off the threads that tests run on.
    private func blocking<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            NIOSingletons.posixBlockingThreadPool.submit { _ in continuation.resume(with: Result { try body() }) }
        }
    }

    private static let resource = GroupVersionResource(group: "", version: "v1", resource: "configmaps")

    @Test func `requests, refusals and watches come through`() async throws {
        let live = try await LiveServerFixture.shared.value
        let pair = try live.identity.clientCertificate(name: "kubernetes-admin", groups: ["system:masters"])
        try await blocking {
            let client = try HTTPSClient(
                server: "https://127.0.0.1:\(live.server.address.port)", authority: live.identity.authorityText,
                credentials: .certificate(pair.certificate, key: pair.key))
            var create = APIRequest(.create, Self.resource, namespace: "default")
            create.body = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "over-https"], "data": ["a": "<1>"]]
            let made = try client.send(create)
            #expect(made.code == 201 && made.body["data"]?["a"] == "<1>")
            do throws(APIStatus) {
                _ = try client.send(create)
                Issue.record("made twice")
            } catch {
                #expect(error == .alreadyExists(.configMaps, name: "over-https"))
            }

            var watch = APIRequest(.watch, Self.resource, namespace: "default")
            watch.options.resourceVersion = made.body.resourceVersion
            watch.options.fieldSelector = "metadata.name=over-https"
            let stream = try client.watch(watch)
            var patch = APIRequest(.patch, Self.resource, namespace: "default", name: "over-https")
            patch.patchType = .merge
            patch.body = ["data": ["a": "2"]]
            #expect(try client.send(patch).body["data"]?["a"] == "2")
            _ = try client.send(APIRequest(.delete, Self.resource, namespace: "default", name: "over-https"))
            var kinds: [WatchEvent.Kind] = []
            for _ in 0..<500 where kinds.count < 2 {
                if let event = stream.next() { kinds.append(event.kind) } else { client.advance(by: .milliseconds(10)) }
            }
            #expect(kinds == [.modified, .deleted])
            #expect(!stream.isEnded)
            stream.cancel()

            var table = APIRequest(.list, GroupVersionResource(group: "", version: "v1", resource: "nodes"))
            table.representation = .table
            #expect(try client.send(table).body.kind == "Table")
            #expect(try client.send(APIRequest(path: "/healthz")).body == "ok")
        }
    }

    @Test func `a server that is not there has the code 0`() async throws {
        try await blocking {
            let client = try HTTPSClient(server: "https://127.0.0.1:1", authority: nil, credentials: .none)
            do throws(APIStatus) {
                _ = try client.send(APIRequest(path: "/healthz"))
                Issue.record("somebody answered")
            } catch {
                #expect(error.code == 0)
            }
        }
    }

    @Test func `a server of another authority is not trusted`() async throws {
        let live = try await LiveServerFixture.shared.value
        let other = try ClusterIdentity().authorityText
        try await blocking {
            let client = try HTTPSClient(server: "https://127.0.0.1:\(live.server.address.port)", authority: other, credentials: .none)
            do throws(APIStatus) {
                _ = try client.send(APIRequest(path: "/healthz"))
                Issue.record("it was trusted")
            } catch {
                #expect(error.code == 0)
            }
        }
    }

    @Test(arguments: [
        "/api/v1/namespaces/default/pods?labelSelector=a%20in%20%28b%2Cc%29&limit=5", "/apis/apps/v1/namespaces/x/deployments/y/scale",
        "/api/v1/nodes?watch=true", "/api/v1/namespaces/default/pods/p/log?container=c&tailLines=3", "/apis/example.com/v1/things/a",
    ])
    func `a request's path is written as it was read`(_ path: String) throws {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let written = try APIRequest(method: "GET", path: path).httpPath.split(separator: "?", maxSplits: 1).map(String.init)
        #expect(written[0] == parts[0])
        func words(_ query: [String]) -> Set<Substring> { Set(query.dropFirst().first?.split(separator: "&") ?? []) }
        #expect(words(written) == words(parts))
    }
}
