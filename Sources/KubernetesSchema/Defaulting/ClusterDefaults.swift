import KubernetesObjects

/// Defaults of storage classes, CSI drivers, custom resource definitions and what else configures a cluster.
enum ClusterDefaults {
    static let rules: [String: DefaultRule] = [
        "storage.v1.StorageClass": .plain(["reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"]),
        "storage.v1.CSIDriverSpec": .plain([
            "attachRequired": true, "fsGroupPolicy": "ReadWriteOnceWithFSType", "podInfoOnMount": false, "requiresRepublish": false,
            "seLinuxMount": false, "storageCapacity": false, "volumeLifecycleModes": ["Persistent"],
        ]),
        "apiextensions.v1.CustomResourceDefinitionSpec": .computed { spec in
            spec.modifyField("names") { names in
                let kind = names["kind"]?.stringValue ?? ""
                names.setDefaultText("singular", kind.lowercased())
                if !kind.isEmpty { names.setDefaultText("listKind", kind + "List") }
            }
            spec.setDefault("conversion", ["strategy": "None"])
        },
        "apiextensions.v1.ServiceReference": .plain(["port": 443]),
        "apiregistration.v1.ServiceReference": .plain(["port": 443]),
        "authentication.v1.TokenRequestSpec": .plain(["expirationSeconds": 3600]),
        "flowcontrol.v1.FlowSchemaSpec": .plain(["matchingPrecedence": 1000]),
        "flowcontrol.v1.ExemptPriorityLevelConfiguration": .plain(["lendablePercent": 0, "nominalConcurrencyShares": 0]),
        "flowcontrol.v1.LimitedPriorityLevelConfiguration": .plain(["lendablePercent": 0, "nominalConcurrencyShares": 30]),
        "flowcontrol.v1.QueuingConfiguration": .plain(["handSize": 8, "queueLengthLimit": 50, "queues": 64]),
        "resource.v1.ExactDeviceRequest": deviceCount,
        "resource.v1.DeviceSubRequest": deviceCount,
        "resource.v1.DeviceToleration": .plain(["operator": "Equal"]),
    ]

    private static let deviceCount = DefaultRule(
        ["allocationMode": "ExactCount"],
        function: { request in
            let mode = request["allocationMode"]?.stringValue ?? "ExactCount"
            if mode == "ExactCount", request["count"]?.intValue ?? 0 == 0 { request["count"] = 1 }
        })
}
