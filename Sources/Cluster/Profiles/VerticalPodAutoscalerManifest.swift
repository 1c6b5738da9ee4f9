import KubernetesObjects

/// What the manifests of the vertical pod autoscaler install: its kinds and its three components.
///
/// - Source: vertical-pod-autoscaler 1.5 `deploy/`.
enum VerticalPodAutoscalerManifest {
    static let version = "1.5.1"

    static var objects: [Value] {
        [definition, checkpointDefinition]
            + ["vpa-recommender", "vpa-updater", "vpa-admission-controller"].flatMap { name in
                [
                    AddOn.serviceAccount(name),
                    AddOn.deployment(name, image: "registry.k8s.io/autoscaling/\(name):\(version)", cpu: "50m", memory: name == "vpa-admission-controller" ? "200Mi" : "500Mi"),
                ]
            }
    }

    private static var columns: [Value] {
        [
            ["name": "Mode", "type": "string", "jsonPath": ".spec.updatePolicy.updateMode"],
            ["name": "CPU", "type": "string", "jsonPath": ".status.recommendation.containerRecommendations[0].target.cpu"],
            ["name": "Mem", "type": "string", "jsonPath": ".status.recommendation.containerRecommendations[0].target.memory"],
            ["name": "Provided", "type": "string", "jsonPath": ".status.conditions[?(@.type=='RecommendationProvided')].status"],
            ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"],
        ]
    }

    private static func object(_ properties: Value, required: [String] = []) -> Value {
        var schema: Value = ["type": "object", "properties": properties]
        if !required.isEmpty { schema["required"] = Value(required) }
        return schema
    }

    private static func list(_ items: Value) -> Value { ["type": "array", "items": items] }
    private static func word(_ names: [String]) -> Value { ["type": "string", "enum": Value(names)] }
    private static let text: Value = ["type": "string"]
    private static let number: Value = ["type": "integer", "format": "int32"]
    private static let amounts: Value = [
        "type": "object",
        "additionalProperties": [
            "anyOf": [["type": "integer"], ["type": "string"]], "x-kubernetes-int-or-string": true,
            "pattern": "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$",
        ],
    ]

    private static var spec: Value {
        let policy = object([
            "containerName": text, "mode": word(["Auto", "Off"]), "minAllowed": amounts, "maxAllowed": amounts, "controlledResources": list(text),
            "controlledValues": word(["RequestsAndLimits", "RequestsOnly"]),
        ])
        return object(
            [
                "targetRef": object(["apiVersion": text, "kind": text, "name": text], required: ["kind", "name"]),
                "updatePolicy": object([
                    "updateMode": word(["Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto"]), "minReplicas": number,
                    "evictionRequirements": list(
                        object(
                            ["resources": list(text), "changeRequirement": word(["TargetHigherThanRequests", "TargetLowerThanRequests"])],
                            required: ["resources", "changeRequirement"])),
                ]),
                "resourcePolicy": object(["containerPolicies": list(policy)]),
                "recommenders": list(object(["name": text], required: ["name"])),
            ], required: ["targetRef"])
    }

    private static var status: Value {
        object([
            "recommendation": object([
                "containerRecommendations": list(
                    object(
                        ["containerName": text, "lowerBound": amounts, "target": amounts, "uncappedTarget": amounts, "upperBound": amounts],
                        required: ["target"]))
            ]),
            "conditions": list(
                object(
                    ["type": text, "status": text, "lastTransitionTime": ["type": "string", "format": "date-time"], "reason": text, "message": text],
                    required: ["status", "type"])),
        ])
    }

    private static var definition: Value {
        definition(
            of: "VerticalPodAutoscaler", shortName: "vpa", version: ["additionalPrinterColumns": .array(columns), "subresources": ["status": [:]]],
            schema: object(["apiVersion": text, "kind": text, "metadata": ["type": "object"], "spec": spec, "status": status], required: ["spec"]))
    }

    /// A definition of the group; `version` is what its one version says besides its schema.
    private static func definition(of kind: String, shortName: String, version: Value, schema: Value) -> Value {
        let singular = kind.lowercased()
        var served: Value = ["name": "v1", "served": true, "storage": true]
        for (key, value) in version.fields ?? Fields() { served[key] = value }
        served["schema"] = ["openAPIV3Schema": schema]
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": [
                "name": .string(singular + "s.autoscaling.k8s.io"),
                "annotations": ["api-approved.kubernetes.io": "https://github.com/kubernetes/kubernetes/pull/63797"],
            ],
            "spec": [
                "group": "autoscaling.k8s.io", "scope": "Namespaced",
                "names": [
                    "kind": .string(kind), "listKind": .string(kind + "List"), "plural": .string(singular + "s"), "singular": .string(singular),
                    "shortNames": [.string(shortName)],
                ],
                "versions": [served],
            ],
        ]
    }

    private static var checkpointDefinition: Value {
        let time: Value = ["type": "string", "format": "date-time"]
        let histogram = object([
            "referenceTimestamp": ["type": "string", "format": "date-time", "nullable": true],
            "bucketWeights": ["type": "object", "x-kubernetes-preserve-unknown-fields": true], "totalWeight": ["type": "number"],
        ])
        let status = object([
            "lastUpdateTime": time, "version": text, "cpuHistogram": histogram, "memoryHistogram": histogram, "firstSampleStart": time, "lastSampleStart": time,
            "totalSamplesCount": ["type": "integer"],
        ])
        return definition(
            of: "VerticalPodAutoscalerCheckpoint", shortName: "vpacheckpoint", version: [:],
            schema: object([
                "apiVersion": text, "kind": text, "metadata": ["type": "object"],
                "spec": object(["vpaObjectName": text, "containerName": text]), "status": status,
            ]))
    }
}
