import APIMachinery
import KubernetesObjects

/// The kinds of `snapshot.storage.k8s.io`, which are custom resources in a real cluster too.
package enum VolumeSnapshots {
    static let group = "snapshot.storage.k8s.io"
    package static let snapshots = GroupResource("volumesnapshots", group: group)
    package static let contents = GroupResource("volumesnapshotcontents", group: group)
    package static let classes = GroupResource("volumesnapshotclasses", group: group)

    /// The definitions that installing the snapshot controller makes.
    package static let definitions: [Value] = [
        definition(
            "VolumeSnapshot", plural: "volumesnapshots", shortNames: ["vs"], isNamespaced: true, hasStatus: true,
            columns: [
                ("ReadyToUse", "boolean", ".status.readyToUse"), ("SourcePVC", "string", ".spec.source.persistentVolumeClaimName"),
                ("SourceSnapshotContent", "string", ".spec.source.volumeSnapshotContentName"), ("RestoreSize", "string", ".status.restoreSize"),
                ("SnapshotClass", "string", ".spec.volumeSnapshotClassName"), ("SnapshotContent", "string", ".status.boundVolumeSnapshotContentName"),
                ("CreationTime", "date", ".status.creationTime"), ("Age", "date", ".metadata.creationTimestamp"),
            ]),
        definition(
            "VolumeSnapshotContent", plural: "volumesnapshotcontents", shortNames: ["vsc", "vscs"], isNamespaced: false, hasStatus: true,
            columns: [
                ("ReadyToUse", "boolean", ".status.readyToUse"), ("RestoreSize", "integer", ".status.restoreSize"), ("DeletionPolicy", "string", ".spec.deletionPolicy"),
                ("Driver", "string", ".spec.driver"), ("VolumeSnapshotClass", "string", ".spec.volumeSnapshotClassName"),
                ("VolumeSnapshot", "string", ".spec.volumeSnapshotRef.name"), ("VolumeSnapshotNamespace", "string", ".spec.volumeSnapshotRef.namespace"),
                ("Age", "date", ".metadata.creationTimestamp"),
            ]),
        definition(
            "VolumeSnapshotClass", plural: "volumesnapshotclasses", shortNames: ["vsclass", "vsclasses"], isNamespaced: false, hasStatus: false,
            columns: [("Driver", "string", ".driver"), ("DeletionPolicy", "string", ".deletionPolicy"), ("Age", "date", ".metadata.creationTimestamp")]),
    ]

    private static func definition(
        _ kind: String, plural: String, shortNames: [String], isNamespaced: Bool, hasStatus: Bool, columns: [(name: String, type: String, path: String)]
    ) -> Value {
        let text: Value = ["type": "string"]
        var properties: Value = ["apiVersion": text, "kind": text, "metadata": ["type": "object"]]
        if kind == "VolumeSnapshotClass" {
            properties["driver"] = text
            properties["deletionPolicy"] = deletionPolicy
            properties["parameters"] = ["type": "object", "additionalProperties": text]
        } else {
            properties["spec"] = isNamespaced ? snapshotSpec : contentSpec
            properties["status"] = status(ofContent: !isNamespaced)
        }
        let required: Value = kind == "VolumeSnapshotClass" ? ["deletionPolicy", "driver"] : ["spec"]
        var version: Value = [
            "name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": ["type": "object", "required": required, "properties": properties]],
            "additionalPrinterColumns": .array(columns.map { ["name": .string($0.name), "type": .string($0.type), "jsonPath": .string($0.path)] }),
        ]
        if hasStatus { version["subresources"] = ["status": [:]] }
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": [
                "name": .string("\(plural).\(group)"),
                "annotations": ["api-approved.kubernetes.io": "https://github.com/kubernetes-csi/external-snapshotter/pull/814"],
            ],
            "spec": [
                "group": .string(group), "scope": .string(isNamespaced ? "Namespaced" : "Cluster"),
                "names": [
                    "kind": .string(kind), "listKind": .string(kind + "List"), "plural": .string(plural), "singular": .string(kind.lowercased()),
                    "shortNames": .array(shortNames.map { .string($0) }),
                ],
                "versions": [version],
            ],
        ]
    }
}
