import KubernetesObjects

/// Defaults of Deployments, ReplicaSets, StatefulSets and DaemonSets.
enum AppsDefaults {
    static let rules: [String: DefaultRule] = [
        "apps.v1.DeploymentSpec": DefaultRule(
            ["progressDeadlineSeconds": 600, "replicas": 1, "revisionHistoryLimit": 10],
            function: { spec in
                updateStrategy("strategy", of: &spec, rollingUpdate: ["maxSurge": "25%", "maxUnavailable": "25%"])
            }),
        "apps.v1.DaemonSetSpec": DefaultRule(
            ["revisionHistoryLimit": 10],
            function: { spec in
                updateStrategy("updateStrategy", of: &spec, rollingUpdate: ["maxSurge": 0, "maxUnavailable": 1])
            }),
        "apps.v1.StatefulSetSpec": DefaultRule(
            ["podManagementPolicy": "OrderedReady", "replicas": 1, "revisionHistoryLimit": 10],
            function: { spec in
                updateStrategy("updateStrategy", of: &spec, rollingUpdate: ["partition": 0])
                spec["persistentVolumeClaimRetentionPolicy", default: [:]].setDefaultText("whenDeleted", "Retain")
                spec["persistentVolumeClaimRetentionPolicy", default: [:]].setDefaultText("whenScaled", "Retain")
                spec.modifyField("volumeClaimTemplates") { claims in
                    claims.modifyElements { elements in
                        for index in elements.indices {
                            elements[index]["apiVersion"] = "v1"
                            elements[index]["kind"] = "PersistentVolumeClaim"
                        }
                    }
                }
            }),
        "apps.v1.ReplicaSetSpec": .plain(["replicas": 1]),
    ]

    private static func updateStrategy(_ name: String, of spec: inout Value, rollingUpdate: Fields) {
        var strategy = spec[name] ?? [:]
        strategy.setDefaultText("type", "RollingUpdate")
        if strategy["type"]?.stringValue == "RollingUpdate" {
            var settings = strategy["rollingUpdate"] ?? [:]
            if settings.isNull { settings = [:] }
            for index in rollingUpdate.indices { settings.setDefault(rollingUpdate[index].key, rollingUpdate[index].value) }
            strategy["rollingUpdate"] = settings
        }
        spec[name] = strategy
    }
}
