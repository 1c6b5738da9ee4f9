import KubernetesObjects

/// The schemas of snapshots, with the rules that hold when they change.
///
/// - Source: external-snapshotter 8 `client/config/crd`.
extension VolumeSnapshots {
    static let deletionPolicy: Value = ["type": "string", "enum": ["Delete", "Retain"]]

    /// Exactly one source, which stays.
    static let snapshotSpec: Value = [
        "type": "object", "required": ["source"],
        "properties": [
            "source": [
                "type": "object",
                "properties": ["persistentVolumeClaimName": fixedText("persistentVolumeClaimName"), "volumeSnapshotContentName": fixedText("volumeSnapshotContentName")],
                "x-kubernetes-validations": [
                    stays("persistentVolumeClaimName"), stays("volumeSnapshotContentName"),
                    rule(
                        "has(self.volumeSnapshotContentName) != has(self.persistentVolumeClaimName)",
                        "exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be set"),
                ],
            ],
            "volumeSnapshotClassName": [
                "type": "string", "x-kubernetes-validations": [rule("size(self) > 0", "volumeSnapshotClassName must not be the empty string when set")],
            ],
        ],
    ]

    static let contentSpec: Value = [
        "type": "object", "required": ["deletionPolicy", "driver", "source", "volumeSnapshotRef"],
        "properties": [
            "deletionPolicy": deletionPolicy, "driver": text, "volumeSnapshotClassName": text, "sourceVolumeMode": fixedText("sourceVolumeMode"),
            "source": [
                "type": "object", "properties": ["snapshotHandle": fixedText("snapshotHandle"), "volumeHandle": fixedText("volumeHandle")],
                "x-kubernetes-validations": [
                    stays("volumeHandle"), stays("snapshotHandle"),
                    rule("has(self.volumeHandle) != has(self.snapshotHandle)", "exactly one of volumeHandle and snapshotHandle must be set"),
                ],
            ],
            "volumeSnapshotRef": [
                "type": "object", "x-kubernetes-map-type": "atomic",
                "properties": [
                    "apiVersion": text, "fieldPath": text, "kind": text, "name": text, "namespace": text, "resourceVersion": text, "uid": text,
                ],
                "x-kubernetes-validations": [
                    rule(
                        "has(self.name) && has(self.__namespace__)", "both spec.volumeSnapshotRef.name and spec.volumeSnapshotRef.namespace must be set")
                ],
            ],
        ],
        "x-kubernetes-validations": [stays("sourceVolumeMode")],
    ]

    /// A content counts bytes and nanoseconds; a snapshot says the same as a quantity and a time.
    static func status(ofContent isContent: Bool) -> Value {
        let number: Value = ["type": "integer", "format": "int64"]
        let time: Value = ["type": "string", "format": "date-time"]
        var properties: Value = [
            "readyToUse": ["type": "boolean"], "error": ["type": "object", "properties": ["message": text, "time": time]], "creationTime": isContent ? number : time,
        ]
        if isContent {
            properties["restoreSize"] = number
            properties["snapshotHandle"] = text
        } else {
            properties["restoreSize"] = ["anyOf": [["type": "integer"], ["type": "string"]], "x-kubernetes-int-or-string": true]
            properties["boundVolumeSnapshotContentName"] = text
        }
        return ["type": "object", "properties": properties]
    }

    private static let text: Value = ["type": "string"]

    private static func rule(_ expression: String, _ message: String) -> Value { ["rule": .string(expression), "message": .string(message)] }

    private static func fixedText(_ field: String) -> Value {
        ["type": "string", "x-kubernetes-validations": [rule("self == oldSelf", "\(field) is immutable")]]
    }

    private static func stays(_ field: String) -> Value { rule("!has(oldSelf.\(field)) || has(self.\(field))", "\(field) is required once set") }
}
