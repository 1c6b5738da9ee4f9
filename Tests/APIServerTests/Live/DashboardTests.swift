import Foundation
import Testing

@testable import APIServer

/// The calls that k9s and Lens make at their start: each must find what it asks for.
@Suite(.serialized, .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "curl is not installed")) struct DashboardTests {
    /// Reads, by either.
    static let reads = """
        /version /api /apis /api/v1 /apis/apps/v1 /openapi/v2 /openapi/v3 /livez /readyz
        /api/v1/namespaces /api/v1/namespaces/kube-system /api/v1/nodes?limit=1 /api/v1/pods?limit=500 /api/v1/events?limit=500 /api/v1/services
        /api/v1/configmaps /api/v1/secrets /api/v1/serviceaccounts /api/v1/endpoints /api/v1/persistentvolumes /api/v1/persistentvolumeclaims
        /api/v1/replicationcontrollers /api/v1/resourcequotas /api/v1/limitranges /api/v1/namespaces/default/pods?labelSelector=app%3Dweb
        /apis/apps/v1/deployments /apis/apps/v1/replicasets /apis/apps/v1/statefulsets /apis/apps/v1/daemonsets /apis/batch/v1/jobs /apis/batch/v1/cronjobs
        /apis/autoscaling/v2/horizontalpodautoscalers /apis/policy/v1/poddisruptionbudgets /apis/networking.k8s.io/v1/ingresses
        /apis/networking.k8s.io/v1/ingressclasses /apis/networking.k8s.io/v1/networkpolicies /apis/storage.k8s.io/v1/storageclasses
        /apis/storage.k8s.io/v1/csinodes /apis/rbac.authorization.k8s.io/v1/roles /apis/rbac.authorization.k8s.io/v1/rolebindings
        /apis/rbac.authorization.k8s.io/v1/clusterroles /apis/rbac.authorization.k8s.io/v1/clusterrolebindings
        /apis/apiextensions.k8s.io/v1/customresourcedefinitions /apis/scheduling.k8s.io/v1/priorityclasses /apis/node.k8s.io/v1/runtimeclasses
        /apis/coordination.k8s.io/v1/leases /apis/discovery.k8s.io/v1/endpointslices /apis/events.k8s.io/v1/events
        /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations
        /apis/apiregistration.k8s.io/v1/apiservices /apis/certificates.k8s.io/v1/certificatesigningrequests
        /apis/metrics.k8s.io/v1beta1 /apis/metrics.k8s.io/v1beta1/nodes /apis/metrics.k8s.io/v1beta1/pods /apis/metrics.k8s.io/v1beta1/namespaces/default/pods
        /api/v1/pods?watch=true&timeoutSeconds=1&allowWatchBookmarks=true /apis/apps/v1/deployments?watch=1&timeoutSeconds=1&resourceVersion=0
        """
    /// Questions of what the user may do.
    static let reviews = [
        ("selfsubjectaccessreviews", #"{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}"#),
        ("selfsubjectaccessreviews", #"{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"create","group":"apps","resource":"deployments","namespace":"default"}}}"#),
        ("selfsubjectrulesreviews", #"{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectRulesReview","spec":{"namespace":"default"}}"#),
    ]

    @Test func `everything asked for is there`() async throws {
        let world = try await LiveWorld()
        let base = "https://127.0.0.1:\(world.server.address.port)"
        let keys = ["-s", "--http1.1", "--cacert", "ca.crt", "--cert", "client.crt", "--key", "client.key", "-o", "/dev/null", "-w", "%{http_code} %{url_effective}\n"]
        let paths = Self.reads.split(whereSeparator: \.isWhitespace).map(String.init)
        let form = "Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
        for headers in [[], ["-H", form], ["-H", "Accept: application/vnd.kubernetes.protobuf, */*"]] {
            let outcome = try await world.run("/usr/bin/curl", keys + headers + paths.flatMap { ["-o", "/dev/null", base + $0] })
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == paths.count, "\(outcome.errors)")
            #expect(lines.filter { !$0.hasPrefix("200 ") }.isEmpty, "\(headers)")
        }
        for (resource, body) in Self.reviews {
            let outcome = try await world.run(
                "/usr/bin/curl", keys + ["-H", "Content-Type: application/json", "-d", body, "\(base)/apis/authorization.k8s.io/v1/\(resource)"])
            #expect(outcome.output.hasPrefix("201 "), "\(outcome)")
        }
        let groups = try await world.run(
            "/usr/bin/curl", ["-s", "--cacert", "ca.crt", "--cert", "client.crt", "--key", "client.key", "-H", "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", "\(base)/apis"])
        #expect(groups.output.contains("\"APIGroupDiscoveryList\""))
        await world.stop()
    }
}
