import APIMachinery
import Cluster
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// Set-ups that do not work, each with the reason that the way of a request tells where it stops.
@Suite struct BrokenSetupTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What is applied beside a client pod `client` in namespace default.
        let objects: String
        let url: String
        var isOutside = false
        let code: RouteCode
        /// Texts that the reason has in English.
        let says: [String]
    }

    private static func pod(_ name: String, labels: String = "{app: web}", container: String = "image: nginx, ports: [{containerPort: 80, name: http}]", more: String = "") -> String {
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: \(name), labels: \(labels)}\nspec: {\(more)containers: [{name: c, \(container)}]}\n"
    }

    private static func service(_ spec: String, name: String = "web", namespace: String = "default") -> String {
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: \(name), namespace: \(namespace)}\nspec: {\(spec)}\n"
    }

    private static let policy = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: shut}\nspec: "

    @Test(arguments: [
        Case(testDescription: "a selector with a slip of the pen", objects: pod("web") + service("selector: {app: wbe}, ports: [{port: 80}]"), url: "http://web", code: .selectorMatchesNothing, says: ["app=wbe", "default/web"]),
        Case(testDescription: "a target port that nobody listens on", objects: pod("web") + service("selector: {app: web}, ports: [{port: 80, targetPort: 8080}]"), url: "http://web", code: .containerListensElsewhere, says: ["8080", "80"]),
        Case(testDescription: "a named target port that no pod has", objects: pod("web") + service("selector: {app: web}, ports: [{port: 80, targetPort: web}]"), url: "http://web", code: .targetPortUnknown, says: ["web"]),
        Case(testDescription: "a port that the service has not", objects: pod("web") + service("selector: {app: web}, ports: [{port: 80}]"), url: "http://web:8080", code: .portNotOfService, says: ["8080", "80"]),
        Case(testDescription: "a name in another namespace", objects: "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n" + service("selector: {app: web}, ports: [{port: 80}]", namespace: "shop"), url: "http://web", code: .serviceElsewhere, says: ["ask for web.shop"]),
        Case(testDescription: "a name that there is not", objects: "", url: "http://wbe", code: .serviceUnknown, says: ["there is no Service wbe in namespace default"]),
        Case(testDescription: "a pod that is not ready", objects: pod("web", container: "image: nginx, ports: [{containerPort: 80}], readinessProbe: {httpGet: {path: /nosuch, port: 80}, periodSeconds: 1}") + service("selector: {app: web}, ports: [{port: 80}]"), url: "http://web", code: .noneReady, says: ["none of the 1 endpoints"]),
        Case(testDescription: "a pod that cannot be scheduled", objects: pod("web", more: "nodeSelector: {disk: ssd}, ") + service("selector: {app: web}, ports: [{port: 80}]"), url: "http://web", code: .noneRunning, says: ["app=web", "1 pods"]),
        Case(testDescription: "a policy that lets nobody in", objects: pod("web") + service("selector: {app: web}, ports: [{port: 80}]") + policy + "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}\n", url: "http://web", code: .ingressDenied, says: ["NetworkPolicy default/shut", "default/client"]),
        Case(testDescription: "a policy that lets nothing out, not even questions for names", objects: pod("web") + service("selector: {app: web}, ports: [{port: 80}]") + policy + "{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress]}\n", url: "http://web", code: .dnsBlocked, says: ["NetworkPolicy default/shut"]),
        Case(testDescription: "a service without a selector", objects: service("ports: [{port: 80}]"), url: "http://web", code: .noSelector, says: ["no selector"]),
        Case(testDescription: "a headless name of a pod that is not there", objects: pod("web") + service("clusterIP: None, selector: {app: web}, ports: [{port: 80}]"), url: "http://web-0.web", code: .endpointNameUnknown, says: ["headless Service"]),
        Case(testDescription: "a node port that nobody has", objects: "", url: "http://NODE:30999", isOutside: true, code: .nodePortUnknown, says: ["30999"]),
        Case(testDescription: "a cluster address from outside", objects: pod("web") + service("clusterIP: 10.100.77.7, selector: {app: web}, ports: [{port: 80}]"), url: "http://10.100.77.7", isOutside: true, code: .clusterAddressOutside, says: ["Service default/web"]),
    ])
    func `the way of a request tells why it stops`(_ c: Case) throws {
        var cluster = ClusterTests.started()
        try StorageTests.apply(Self.pod("client", labels: "{app: client}", container: "image: busybox, command: [sleep, infinity]"), in: &cluster)
        for document in YAMLReader().read(c.objects).documents where !document.value.isNull {
            if document.value.kind == "NetworkPolicy" {
                var request = APIRequest(.create, GroupVersionResource(group: "networking.k8s.io", version: "v1", resource: "networkpolicies"), namespace: "default")
                request.body = document.value
                _ = try cluster.send(request)
            } else if document.value.kind == "Namespace" {
                var request = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "namespaces"))
                request.body = document.value
                _ = try cluster.send(request)
            } else {
                try StorageTests.apply(document.value, in: &cluster)
            }
        }
        cluster.settle()
        cluster.advance(by: .seconds(5))
        let address = cluster.store.list(.nodes).first?["status"]?["addresses"]?.elements.first { $0["type"] == "InternalIP" }?["address"]?.stringValue ?? ""
        let url = c.url.split(separator: "NODE", omittingEmptySubsequences: false).joined(separator: address)
        let response = cluster.request(SimulatedRequest(from: c.isOutside ? .outside : .pod(namespace: "default", name: "client"), url: RequestURL(url)!))
        let note = try #require(response.failure?.note, "\(response.hops.map { $0.note.text() })")
        #expect(note.code == c.code, "\(note.text())")
        for text in c.says { #expect(note.text().contains(text), "\(note.text())") }
        #expect(response.hops.last?.note.code == note.code)
        #expect(!note.text("ko").isEmpty && note.text("ko") != note.text())
    }
}
