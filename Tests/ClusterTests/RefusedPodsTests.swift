import APIMachinery
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

/// What workloads tell of themselves while the server refuses their pods.
@Suite struct RefusedPodsTests {
    private static func manifest(_ kind: String) -> String {
        let template = "template: {metadata: {labels: {a: w}}, spec: {containers: [{name: c, image: busybox}]}}"
        switch kind {
        case "Job":
            return
                "apiVersion: batch/v1\nkind: Job\nmetadata: {name: w}\nspec: {parallelism: 3, completions: 3, template: {spec: {restartPolicy: Never, containers: [{name: c, image: nginx}]}}}"
        case "StatefulSet":
            return
                "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: w}\nspec: {replicas: 2, podManagementPolicy: Parallel, serviceName: w, selector: {matchLabels: {a: w}}, \(template)}"
        default: return "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: w}\nspec: {selector: {matchLabels: {a: w}}, \(template)}"
        }
    }

    @Test(arguments: [
        ("Job", GroupResource.jobs, ["active": 1, "terminating": 0]), ("StatefulSet", .statefulSets, ["observedGeneration": 1, "replicas": 1, "updatedReplicas": 1]),
        ("DaemonSet", .daemonSets, ["observedGeneration": 1, "desiredNumberScheduled": 3, "currentNumberScheduled": 1]),
    ] as [(String, GroupResource, [String: Int])])
    func `the status is written all the same`(_ kind: String, _ resource: GroupResource, _ expected: [String: Int]) throws {
        var cluster = Cluster(profile: .named("recording")!, seed: 1)
        cluster.settle()
        try StorageTests.apply("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: '1'}}", in: &cluster)
        cluster.advance(by: .seconds(1))
        try StorageTests.apply(Self.manifest(kind), in: &cluster)
        cluster.advance(by: .seconds(5))
        let status = try #require(cluster.store.get(resource, namespace: "default", name: "w"))["status"]
        for (key, count) in expected { #expect(status?[key]?.intValue == count, "\(key) of \(status ?? .null)") }
        #expect(!StorageTests.messages(cluster, "FailedCreate").isEmpty)
    }

    @Test func `a claim that is refused is told of the claim and of its pod`() throws {
        var cluster = Cluster(profile: .named("recording")!, seed: 1)
        cluster.settle()
        try StorageTests.apply("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {persistentvolumeclaims: '0'}}", in: &cluster)
        cluster.advance(by: .seconds(1))
        try StorageTests.apply(
            """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: w}
            spec:
              serviceName: w
              selector: {matchLabels: {a: w}}
              template: {metadata: {labels: {a: w}}, spec: {containers: [{name: c, image: busybox}]}}
              volumeClaimTemplates:
              - {metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
            """, in: &cluster)
        cluster.advance(by: .seconds(2))
        let refusal =
            "persistentvolumeclaims \"d-w-0\" is forbidden: exceeded quota: q, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=0, limited: persistentvolumeclaims=0"
        #expect(
            Set(StorageTests.messages(cluster, "FailedCreate")) == [
                "Create Claim d-w-0 for Pod w-0 in StatefulSet w failed error: \(refusal)",
                "Create Pod w-0 in StatefulSet w failed error: failed to create PVC d-w-0: \(refusal)",
            ])
        #expect(cluster.store.list(.pods, namespace: "default").isEmpty)
    }
}
