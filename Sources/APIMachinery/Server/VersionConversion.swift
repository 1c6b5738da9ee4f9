import KubernetesObjects

/// Objects from the version they are stored in to the one asked for, and back.
///
/// - Shape: between most versions only `apiVersion` changes. Horizontal pod autoscalers of v1 and events of
///   `events.k8s.io` have other fields.
enum VersionConversion {
    /// A stored object in the version of a served resource.
    static func served(_ object: Value, _ type: ServedResource) -> Value {
        if object.apiVersion == type.apiVersion { return object }
        var result = convert(object, to: type.apiVersion, kind: type.kind)
        result["apiVersion"] = .string(type.apiVersion)
        return result
    }

    /// An object as a client sent it in the version in which it is stored.
    static func stored(_ object: Value, _ type: ServedResource) -> Value {
        if type.apiVersion == type.storageAPIVersion { return object }
        var result = convert(object, to: type.storageAPIVersion, kind: type.kind)
        result["apiVersion"] = .string(type.storageAPIVersion)
        return result
    }

    private static func convert(_ object: Value, to version: String, kind: String) -> Value {
        switch (kind, version) {
        case ("HorizontalPodAutoscaler", "autoscaling/v1"): AutoscalerConversion.toV1(object)
        case ("HorizontalPodAutoscaler", "autoscaling/v2"): AutoscalerConversion.toV2(object)
        case ("Event", "events.k8s.io/v1"): EventConversion.toEventsGroup(object)
        case ("Event", "v1"): EventConversion.toCore(object)
        default: object
        }
    }
}

/// Events between the core group and `events.k8s.io`.
enum EventConversion {
    private static let names: [(core: String, events: String)] = [
        ("involvedObject", "regarding"), ("message", "note"), ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
    ]

    static func toEventsGroup(_ object: Value) -> Value { rename(object, names.map { ($0.core, $0.events) }) }
    static func toCore(_ object: Value) -> Value {
        var result = rename(object, names.map { ($0.events, $0.core) })
        if result["source"] == nil { result["source"] = [:] }
        return result
    }

    private static func rename(_ object: Value, _ pairs: [(String, String)]) -> Value {
        guard let fields = object.fields else { return object }
        let table = Dictionary(pairs, uniquingKeysWith: { $1 })
        return .object(Fields(lastWins: fields.map { (key: table[$0.key] ?? $0.key, value: $0.value) }))
    }
}

/// Horizontal pod autoscalers between v1, which knows CPU alone, and v2.
///
/// - Source: `pkg/apis/autoscaling/v1/conversion.go`: what v1 has no field for goes into annotations.
enum AutoscalerConversion {
    private static let metrics = "autoscaling.alpha.kubernetes.io/metrics"
    private static let currentMetrics = "autoscaling.alpha.kubernetes.io/current-metrics"
    private static let conditions = "autoscaling.alpha.kubernetes.io/conditions"
    private static let behavior = "autoscaling.alpha.kubernetes.io/behavior"

    static func toV1(_ object: Value) -> Value {
        var result = object
        var annotations = object.annotations
        if var spec = object["spec"] {
            var others: [Value] = []
            for metric in spec["metrics"]?.elements ?? [] {
                if isCPU(metric), let target = metric["resource"]?["target"], target["type"]?.stringValue == "Utilization" {
                    spec["targetCPUUtilizationPercentage"] = target["averageUtilization"]
                } else {
                    others.append(metric)
                }
            }
            if !others.isEmpty { annotations[metrics] = .string(compactJSON(.array(others))) }
            if let given = spec["behavior"] { annotations[behavior] = .string(compactJSON(given)) }
            spec["metrics"] = nil
            spec["behavior"] = nil
            result["spec"] = spec
        }
        if var status = object["status"] {
            var others: [Value] = []
            for metric in status["currentMetrics"]?.elements ?? [] {
                if isCPU(metric), let current = metric["resource"]?["current"]?["averageUtilization"] {
                    status["currentCPUUtilizationPercentage"] = current
                }
                others.append(metric)
            }
            if !others.isEmpty { annotations[currentMetrics] = .string(compactJSON(.array(others))) }
            if let given = status["conditions"] { annotations[conditions] = .string(compactJSON(given)) }
            status["currentMetrics"] = nil
            status["conditions"] = nil
            result["status"] = status
        }
        if !annotations.isEmpty { result["metadata", default: [:]]["annotations"] = .object(annotations) }
        return result
    }

    static func toV2(_ object: Value) -> Value {
        var result = object
        var annotations = object.annotations
        func take(_ key: String) -> Value? {
            guard let text = annotations.removeValue(forKey: key)?.stringValue else { return nil }
            return try? Value(parsingJSON: text)
        }
        if var spec = object["spec"] {
            var list: [Value] = take(metrics)?.elements ?? []
            if let percentage = spec["targetCPUUtilizationPercentage"] {
                list.append([
                    "type": "Resource",
                    "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": percentage]],
                ])
            }
            spec["targetCPUUtilizationPercentage"] = nil
            if !list.isEmpty { spec["metrics"] = .array(list) }
            if let given = take(behavior) { spec["behavior"] = given }
            result["spec"] = spec
        }
        if var status = object["status"] {
            if let list = take(currentMetrics) { status["currentMetrics"] = list }
            if let list = take(conditions) { status["conditions"] = list }
            status["currentCPUUtilizationPercentage"] = nil
            result["status"] = status
        }
        if result["metadata"]?["annotations"] != nil {
            result["metadata", default: [:]]["annotations"] = annotations.isEmpty ? nil : .object(annotations)
        }
        return result
    }

    private static func isCPU(_ metric: Value) -> Bool {
        metric["type"]?.stringValue == "Resource" && metric["resource"]?["name"]?.stringValue == "cpu"
    }
}
