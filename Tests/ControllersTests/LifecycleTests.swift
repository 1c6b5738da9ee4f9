import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

@Suite struct LifecycleTests {
    @Test func `a namespace gets its account and certificate, and takes everything with it`() {
        var cluster = MiniCluster()
        cluster.create(.namespaces, ["metadata": ["name": "lab"], "spec": ["finalizers": ["kubernetes"]]])
        cluster.settle()
        #expect(!cluster.get(.serviceAccounts, "default", namespace: "lab").isNull)
        #expect(!cluster.get(.configMaps, "kube-root-ca.crt", namespace: "lab").isNull)
        var web = Sample.workload("Deployment", "web", replicas: 2)
        web["metadata", "namespace"] = "lab"
        cluster.create(.deployments, web)
        cluster.settle()
        #expect(cluster.list(.pods, namespace: "lab").count == 2)
        cluster.delete(.namespaces, "lab", namespace: "")
        cluster.advance(by: .seconds(120))
        let lab = cluster.get(.namespaces, "lab", namespace: "")
        #expect(lab.isNull || lab.condition("NamespaceContentRemaining")?["reason"]?.stringValue == "ContentRemoved")
        #expect(cluster.server.store.resources.allSatisfy { cluster.list($0, namespace: "lab").isEmpty })
    }

    @Test func `a namespace tells what is left of it: pods first, then what finalizers hold`() {
        var cluster = MiniCluster()
        cluster.create(.namespaces, ["metadata": ["name": "lab"], "spec": ["finalizers": ["kubernetes"]]])
        cluster.settle()
        cluster.create(.configMaps, ["metadata": ["name": "held", "namespace": "lab", "finalizers": ["ex.com/f"]]])
        cluster.create(.configMaps, ["metadata": ["name": "free", "namespace": "lab"]])
        cluster.create(
            .pods,
            [
                "metadata": ["name": "p", "namespace": "lab", "finalizers": ["ex.com/g"]],
                "spec": ["nodeName": "node-1", "terminationGracePeriodSeconds": 4, "containers": [["name": "c", "image": "x"]]],
            ])
        cluster.settle()
        cluster.delete(.namespaces, "lab", namespace: "")
        func left() -> [String?] {
            ["NamespaceContentRemaining", "NamespaceFinalizersRemaining"].map {
                cluster.get(.namespaces, "lab", namespace: "").condition($0)?["message"]?.stringValue
            }
        }
        cluster.advance(by: .seconds(1))
        #expect(left() == [
            "Some resources are remaining: pods. has 1 resource instances",
            "Some content in the namespace has finalizers remaining: ex.com/g in 1 resource instances",
        ])
        #expect(cluster.list(.configMaps, namespace: "lab").contains { $0.name == "free" })
        cluster.change(.pods, "p", namespace: "lab") { $0["metadata", "finalizers"] = nil }
        cluster.advance(by: .seconds(20))
        #expect(left() == [
            "Some resources are remaining: configmaps. has 1 resource instances",
            "Some content in the namespace has finalizers remaining: ex.com/f in 1 resource instances",
        ])
        cluster.change(.configMaps, "held", namespace: "lab") { $0["metadata", "finalizers"] = nil }
        cluster.advance(by: .seconds(20))
        #expect(cluster.get(.namespaces, "lab", namespace: "").isNull)
    }

    @Test(arguments: [DeletionPropagation.background, .foreground])
    func `deleting a Deployment takes its sets and pods`(_ propagation: DeletionPropagation) {
        var cluster = MiniCluster()
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 2))
        cluster.settle()
        cluster.delete(.deployments, "web", propagation: propagation)
        cluster.settle()
        #expect(cluster.get(.deployments, "web").isNull)
        #expect(cluster.list(.replicaSets).isEmpty)
        #expect(cluster.list(.pods).isEmpty)
    }

    @Test func `orphaning keeps the sets without an owner`() {
        var cluster = MiniCluster()
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 2))
        cluster.settle()
        cluster.delete(.deployments, "web", propagation: .orphan)
        cluster.settle()
        #expect(cluster.get(.deployments, "web").isNull)
        #expect(cluster.list(.replicaSets).count == 1)
        #expect(cluster.list(.replicaSets)[0].ownerReferences.isEmpty)
        #expect(cluster.list(.pods).count == 2)
    }

    @Test func `a StatefulSet made again takes the pods and the history that it left`() {
        var cluster = MiniCluster()
        let set = Sample.workload(
            "StatefulSet", "db", replicas: 2,
            spec: ["serviceName": "db", "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]]])
        cluster.create(.statefulSets, set)
        cluster.settle()
        cluster.delete(.statefulSets, "db", propagation: .orphan)
        cluster.settle()
        #expect(cluster.list(.controllerRevisions).map(\.ownerReferences.isEmpty) == [true])
        cluster.create(.statefulSets, set)
        cluster.settle()
        let uid = cluster.get(.statefulSets, "db").uid
        #expect((cluster.list(.controllerRevisions) + cluster.list(.pods)).map(\.controllerUID) == [uid, uid, uid])
        cluster.change(.statefulSets, "db") { $0["spec", "replicas"] = 3 }
        cluster.settle()
        #expect(cluster.list(.pods).map(\.name) == ["db-0", "db-1", "db-2"])
        #expect(cluster.refused == [])
    }

    @Test func `a DaemonSet made again takes the pods and the history that it left`() {
        var cluster = MiniCluster()
        let set = Sample.workload(
            "DaemonSet", "agent", spec: ["updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1]]])
        cluster.create(.daemonSets, set)
        cluster.settle()
        let pods = cluster.list(.pods).map(\.name)
        cluster.delete(.daemonSets, "agent", propagation: .orphan)
        cluster.settle()
        cluster.create(.daemonSets, set)
        cluster.settle()
        let made = cluster.get(.daemonSets, "agent")
        #expect(cluster.list(.pods).map(\.name) == pods)
        #expect((cluster.list(.controllerRevisions) + cluster.list(.pods)).allSatisfy { $0.controllerUID == made.uid })
        #expect(made["status"]?["desiredNumberScheduled"]?.intValue == 3)
        #expect(cluster.refused == [])
    }

    @Test func `what names a missing owner goes`() {
        var cluster = MiniCluster()
        cluster.create(
            .configMaps,
            [
                "metadata": [
                    "name": "stray", "namespace": "default",
                    "ownerReferences": [["apiVersion": "v1", "kind": "ConfigMap", "name": "nobody", "uid": "1111"]],
                ]
            ])
        cluster.settle()
        #expect(cluster.get(.configMaps, "stray").isNull)
    }
}

@Suite struct ReplicaSetControllerTests {
    @Test func `adopts matching pods, lets go of others, keeps the number`() {
        var cluster = MiniCluster()
        cluster.create(
            .pods,
            [
                "metadata": ["name": "lone", "namespace": "default", "labels": ["app": "web"]],
                "spec": ["containers": [["name": "c", "image": "nginx"]]],
            ])
        cluster.create(.replicaSets, Sample.workload("ReplicaSet", "web", replicas: 2))
        cluster.settle()
        #expect(cluster.list(.pods).count == 2)
        #expect(cluster.get(.pods, "lone").controllerReference?["name"]?.stringValue == "web")
        cluster.change(.pods, "lone") { $0["metadata", "labels"] = ["app": "other"] }
        cluster.settle()
        #expect(cluster.list(.pods).count == 3)
        #expect(cluster.get(.pods, "lone").ownerReferences.isEmpty)
        #expect(cluster.get(.replicaSets, "web")["status"]?["readyReplicas"]?.intValue == 2)
    }

    @Test func `heals a killed pod`() {
        var cluster = MiniCluster()
        cluster.create(.replicaSets, Sample.workload("ReplicaSet", "web", replicas: 3))
        cluster.settle()
        let victim = cluster.list(.pods)[0].name
        cluster.delete(.pods, victim)
        cluster.settle()
        #expect(cluster.list(.pods).count == 3)
        #expect(cluster.get(.pods, victim).isNull)
    }
}

@Suite struct EndpointTests {
    @Test func `lists ready pods of a Service in slices and Endpoints`() {
        var cluster = MiniCluster()
        cluster.create(
            .services,
            [
                "metadata": ["name": "web", "namespace": "default"],
                "spec": ["selector": ["app": "web"], "ports": [["port": 80, "protocol": "TCP", "targetPort": 8080]]],
            ])
        cluster.settle()
        #expect(cluster.list(.endpointSlices).count == 1)
        let name = cluster.list(.endpointSlices)[0].name
        cluster.create(.replicaSets, Sample.workload("ReplicaSet", "web", replicas: 3))
        cluster.settle()
        let slice = cluster.get(.endpointSlices, name)
        #expect(slice["endpoints"]?.elements.count == 3)
        #expect(slice["ports"]?[0]?["port"]?.intValue == 8080)
        #expect(slice.label("kubernetes.io/service-name") == "web")
        #expect(cluster.get(.endpoints, "web")["subsets"]?[0]?["addresses"]?.elements.count == 3)
        cluster.change(.replicaSets, "web") { $0["spec", "replicas"] = 0 }
        cluster.settle()
        #expect(cluster.get(.endpointSlices, name)["endpoints"]?.elements.count ?? 0 == 0)
    }
}
