import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What a recommender keeps of what it knows, so that the next one need not begin anew.
///
/// - Shape: one VerticalPodAutoscalerCheckpoint for each container of an autoscaler, named by both.
/// - Source: vertical-pod-autoscaler 1.5 `recommender/checkpoint`. Differs: all are written each minute, without a limit.
enum VPACheckpoint {
    static let version = "v3"
    /// How often those of autoscalers that are gone are cleared away.
    static let collectionInterval: Duration = .seconds(600)

    /// The checkpoint of a container's history; the peaks that are still open are left out, since they will be counted again.
    static func object(_ autoscaler: Value, _ container: String, _ history: ContainerHistory, at now: Instant) -> Value {
        let settled = history.withoutOpenPeaks(at: now)
        var status: Value = [
            "lastUpdateTime": .string(now.rfc3339), "version": .string(version), "cpuHistogram": settled.cpu.checkpoint,
            "memoryHistogram": settled.memory.checkpoint, "totalSamplesCount": Value(settled.sampleCount),
        ]
        if let first = settled.firstSample { status["firstSampleStart"] = .string(first.rfc3339) }
        if let last = settled.lastSample { status["lastSampleStart"] = .string(last.rfc3339) }
        return [
            "apiVersion": "autoscaling.k8s.io/v1", "kind": "VerticalPodAutoscalerCheckpoint",
            "metadata": ["name": .string("\(autoscaler.name)-\(container)"), "namespace": .string(autoscaler.namespace)],
            "spec": ["vpaObjectName": .string(autoscaler.name), "containerName": .string(container)], "status": status,
        ]
    }

    /// The histories that checkpoints hold of an autoscaler, by container.
    static func histories(of autoscaler: Value, in view: ClusterView) -> [String: ContainerHistory] {
        var result: [String: ContainerHistory] = [:]
        for checkpoint in view.list(.verticalPodAutoscalerCheckpoints, namespace: autoscaler.namespace)
        where checkpoint["spec"]?["vpaObjectName"]?.stringValue == autoscaler.name && checkpoint["status"]?["version"]?.stringValue == version {
            guard let container = checkpoint["spec"]?["containerName"]?.stringValue, let history = ContainerHistory(checkpoint: checkpoint["status"]) else { continue }
            result[container] = history
        }
        return result
    }

    /// Plans what differs from what is stored.
    static func write(_ object: Value, in view: ClusterView, _ plan: inout Plan) {
        guard let stored = view.get(.verticalPodAutoscalerCheckpoints, namespace: object.namespace, name: object.name) else {
            plan.add(.create(.verticalPodAutoscalerCheckpoints, object), ifRefused: .ignore)
            return
        }
        var next = stored
        next["status"] = object["status"]
        plan.add(.update(.verticalPodAutoscalerCheckpoints, next), ifRefused: .ignore)
    }

    /// Plans the removal of those whose autoscaler is gone.
    static func collect(in view: ClusterView, _ plan: inout Plan) {
        for checkpoint in view.list(.verticalPodAutoscalerCheckpoints) {
            let owner = checkpoint["spec"]?["vpaObjectName"]?.stringValue ?? ""
            guard view.get(.verticalPodAutoscalers, namespace: checkpoint.namespace, name: owner) == nil else { continue }
            plan.add(.delete(ObjectKey(.verticalPodAutoscalerCheckpoints, namespace: checkpoint.namespace, name: checkpoint.name)), ifRefused: .ignore)
        }
    }

    /// Whether its kind is there; an older installation may lack it.
    static func isDefined(in view: ClusterView) -> Bool {
        view.get(.customResourceDefinitions, name: GroupResource.verticalPodAutoscalerCheckpoints.description) != nil
    }
}

extension GroupResource {
    package static let verticalPodAutoscalerCheckpoints = GroupResource("verticalpodautoscalercheckpoints", group: "autoscaling.k8s.io")
}

extension DecayingHistogram {
    /// The largest weight of a checkpoint; the others are in proportion to it, in whole numbers.
    static let checkpointWeightMax = 10_000.0

    /// The histogram as a checkpoint keeps it.
    var checkpoint: Value {
        var buckets: Value = [:]
        let most = weights.max() ?? 0
        if most > 0 {
            for (bucket, weight) in weights.enumerated() {
                let share = Int((weight / most * Self.checkpointWeightMax).rounded())
                if share > 0 { buckets[String(bucket)] = Value(share) }
            }
        }
        return ["referenceTimestamp": .string(reference.rfc3339), "bucketWeights": buckets, "totalWeight": Value(total)]
    }

    /// The histogram that a checkpoint keeps; nil for one that makes no sense.
    init?(_ options: Options, checkpoint: Value?) {
        self.init(options)
        guard let moment = checkpoint?["referenceTimestamp"]?.stringValue.flatMap({ Instant(rfc3339: $0) }), let whole = checkpoint?["totalWeight"]?.doubleValue,
            whole.isFinite, whole >= 0
        else { return nil }
        reference = moment
        var shares: [(bucket: Int, share: Double)] = []
        for (key, share) in checkpoint?["bucketWeights"]?.fields ?? Fields() {
            guard let bucket = Int(key), weights.indices.contains(bucket), let share = share.doubleValue, share > 0 else { return nil }
            shares.append((bucket, share))
        }
        let sum = shares.reduce(0) { $0 + $1.share }
        guard sum > 0 else { return }
        for (bucket, share) in shares { weights[bucket] += share / sum * whole }
        total = weights.reduce(0, +)
    }
}
