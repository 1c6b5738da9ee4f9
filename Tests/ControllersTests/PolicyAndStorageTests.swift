import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

@Suite struct PolicyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, spec: Value, desired: Int, expected: Int, allowed: Int
    }

    @Test(arguments: [
        Case(testDescription: "minimum as a number", spec: ["minAvailable": 2], desired: 2, expected: 4, allowed: 2),
        Case(testDescription: "minimum in percent", spec: ["minAvailable": "60%"], desired: 3, expected: 4, allowed: 1),
        Case(testDescription: "maximum as a number", spec: ["maxUnavailable": 1], desired: 3, expected: 4, allowed: 1),
        Case(testDescription: "maximum in percent", spec: ["maxUnavailable": "30%"], desired: 2, expected: 4, allowed: 2),
        Case(testDescription: "more than there are", spec: ["minAvailable": 9], desired: 9, expected: 4, allowed: 0),
    ])
    func `a budget counts what it allows`(_ c: Case) {
        var cluster = MiniCluster()
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 4))
        var spec = c.spec
        spec["selector"] = ["matchLabels": ["app": "web"]]
        cluster.create(.podDisruptionBudgets, ["metadata": ["name": "web", "namespace": "default"], "spec": spec])
        cluster.settle()
        let status = cluster.get(.podDisruptionBudgets, "web")["status"]
        #expect(status?["desiredHealthy"]?.intValue == c.desired)
        #expect(status?["expectedPods"]?.intValue == c.expected)
        #expect(status?["currentHealthy"]?.intValue == 4)
        #expect(status?["disruptionsAllowed"]?.intValue == c.allowed)
        #expect(status?["conditions"]?[0]?["reason"]?.stringValue == (c.allowed > 0 ? "SufficientPods" : "InsufficientPods"))
    }

    @Test func `a quota counts what a namespace uses`() {
        var cluster = MiniCluster()
        cluster.create(
            .resourceQuotas,
            ["metadata": ["name": "q", "namespace": "default"], "spec": ["hard": ["pods": "5", "requests.cpu": "2", "count/deployments.apps": "3"]]])
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 3, template: Sample.template("web", cpu: "150m")))
        cluster.settle()
        let used = cluster.get(.resourceQuotas, "q")["status"]?["used"]
        #expect(used == ["pods": "3", "requests.cpu": "450m", "count/deployments.apps": "1"])
    }

    @Test func `an aggregated role collects rules`() {
        var cluster = MiniCluster()
        let rules: Value = [["apiGroups": [""], "resources": ["pods"], "verbs": ["get"]]]
        cluster.create(
            .clusterRoles, ["metadata": ["name": "all"], "aggregationRule": ["clusterRoleSelectors": [["matchLabels": ["part": "yes"]]]], "rules": []])
        cluster.create(.clusterRoles, ["metadata": ["name": "part", "labels": ["part": "yes"]], "rules": rules])
        cluster.settle()
        #expect(cluster.get(.clusterRoles, "all", namespace: "")["rules"] == rules, "\(cluster.refused)")
    }
}

@Suite struct StorageTests {
    private func volume(_ name: String, _ size: String, mode: String = "ReadWriteOnce", policy: String = "Retain", spec extra: Value = [:]) -> Value {
        var spec: Value = [
            "capacity": ["storage": .string(size)], "accessModes": [.string(mode)], "persistentVolumeReclaimPolicy": .string(policy),
            "storageClassName": "manual", "volumeMode": "Filesystem", "hostPath": ["path": .string("/data/\(name)")],
        ]
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        return ["metadata": ["name": .string(name)], "spec": spec]
    }

    private func claim(_ name: String, _ size: String, mode: String = "ReadWriteOnce", className: String = "manual") -> Value {
        [
            "metadata": ["name": .string(name), "namespace": "default"],
            "spec": [
                "accessModes": [.string(mode)], "resources": ["requests": ["storage": .string(size)]],
                "storageClassName": .string(className), "volumeMode": "Filesystem",
            ],
        ]
    }

    @Test func `binds a claim to the smallest volume that does`() {
        var cluster = MiniCluster()
        cluster.create(.persistentVolumes, volume("large", "10Gi"))
        cluster.create(.persistentVolumes, volume("small", "2Gi"))
        cluster.create(.persistentVolumes, volume("other", "1Gi", mode: "ReadWriteMany"))
        cluster.create(.persistentVolumeClaims, claim("data", "1Gi"))
        cluster.settle()
        let data = cluster.get(.persistentVolumeClaims, "data")
        #expect(data["spec", "volumeName"]?.stringValue == "small")
        #expect(data["status"] == ["phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": ["storage": "2Gi"]])
        #expect(data.annotation("pv.kubernetes.io/bind-completed") == "yes")
        #expect(cluster.get(.persistentVolumes, "small", namespace: "")["status", "phase"]?.stringValue == "Bound")
        #expect(cluster.get(.persistentVolumes, "large", namespace: "")["status", "phase"]?.stringValue == "Available")
        cluster.delete(.persistentVolumeClaims, "data")
        cluster.settle()
        #expect(cluster.get(.persistentVolumes, "small", namespace: "")["status", "phase"]?.stringValue == "Released")
        #expect(cluster.refused == [])
    }

    @Test func `tells why a claim is not bound`() {
        var cluster = MiniCluster()
        cluster.create(.persistentVolumeClaims, claim("none", "1Gi", className: ""))
        cluster.create(.persistentVolumeClaims, claim("lost", "1Gi", className: "nowhere"))
        cluster.create(
            .storageClasses, ["metadata": ["name": "late"], "provisioner": "ebs.csi.aws.com", "volumeBindingMode": "WaitForFirstConsumer", "reclaimPolicy": "Delete"])
        cluster.create(.persistentVolumeClaims, claim("late", "1Gi", className: "late"))
        cluster.settle()
        let events = cluster.events()
        #expect(events.contains("FailedBinding no persistent volumes available for this claim and no storage class is set"))
        #expect(events.contains("ProvisioningFailed storageclass.storage.k8s.io \"nowhere\" not found"))
        #expect(events.contains("WaitForFirstConsumer waiting for first consumer to be created before binding"))
        // A pod that uses the late claim makes the scheduler choose a node and ask for a volume.
        cluster.create(
            .pods,
            [
                "metadata": ["name": "p", "namespace": "default"],
                "spec": ["containers": [["name": "c", "image": "x"]], "volumes": [["name": "v", "persistentVolumeClaim": ["claimName": "late"]]]],
            ])
        cluster.settle()
        #expect(cluster.get(.persistentVolumeClaims, "late").annotation("volume.kubernetes.io/selected-node")?.hasPrefix("node-") == true)
        #expect(cluster.events().contains { $0.hasPrefix("ExternalProvisioning Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com'") })
        #expect(cluster.get(.pods, "p")["spec", "nodeName"] == nil)
        // The driver makes it.
        var made = volume("pvc-1", "1Gi", spec: ["storageClassName": "late"])
        made["spec", "claimRef"] = ["namespace": "default", "name": "late", "uid": .string(cluster.get(.persistentVolumeClaims, "late").uid)]
        cluster.create(.persistentVolumes, made)
        cluster.settle()
        #expect(cluster.get(.persistentVolumeClaims, "late")["status", "phase"]?.stringValue == "Bound")
        #expect(cluster.get(.pods, "p")["spec", "nodeName"] != nil)
    }

    @Test func `a claim in use stays until its pod is gone`() {
        var cluster = MiniCluster()
        cluster.create(.persistentVolumes, volume("v", "1Gi"))
        cluster.create(.persistentVolumeClaims, claim("data", "1Gi"))
        cluster.create(
            .pods,
            [
                "metadata": ["name": "p", "namespace": "default"],
                "spec": ["containers": [["name": "c", "image": "x"]], "volumes": [["name": "v", "persistentVolumeClaim": ["claimName": "data"]]]],
            ])
        cluster.settle()
        cluster.delete(.persistentVolumeClaims, "data")
        cluster.settle()
        #expect(cluster.get(.persistentVolumeClaims, "data").isBeingDeleted)
        cluster.delete(.pods, "p")
        cluster.settle()
        #expect(cluster.get(.persistentVolumeClaims, "data").isNull)
    }

    @Test func `makes the claim of an ephemeral volume and takes it away with the pod`() {
        var cluster = MiniCluster()
        cluster.create(.persistentVolumes, volume("v", "1Gi"))
        cluster.create(
            .pods,
            [
                "metadata": ["name": "p", "namespace": "default"],
                "spec": [
                    "containers": [["name": "c", "image": "x"]],
                    "volumes": [["name": "tmp", "ephemeral": ["volumeClaimTemplate": ["spec": claim("x", "1Gi")["spec"] ?? [:]]]]],
                ],
            ])
        cluster.settle()
        #expect(cluster.get(.persistentVolumeClaims, "p-tmp")["status", "phase"]?.stringValue == "Bound")
        #expect(cluster.get(.pods, "p")["spec", "nodeName"] != nil)
        cluster.delete(.pods, "p")
        cluster.settle()
        #expect(cluster.get(.persistentVolumeClaims, "p-tmp").isNull)
    }
}

@Suite struct AccountTests {
    @Test func `fills token secrets and removes those without an account`() {
        var cluster = MiniCluster()
        cluster.create(
            .secrets,
            [
                "metadata": ["name": "t", "namespace": "default", "annotations": ["kubernetes.io/service-account.name": "default"]],
                "type": "kubernetes.io/service-account-token",
            ])
        cluster.create(
            .secrets,
            [
                "metadata": ["name": "stray", "namespace": "default", "annotations": ["kubernetes.io/service-account.name": "nobody"]],
                "type": "kubernetes.io/service-account-token",
            ])
        cluster.settle()
        #expect(cluster.get(.secrets, "t")["data"]?["token"] != nil)
        #expect(cluster.get(.secrets, "t")["data"]?["namespace"]?.stringValue == Base64.encode("default"))
        #expect(cluster.get(.secrets, "stray").isNull)
    }
}
