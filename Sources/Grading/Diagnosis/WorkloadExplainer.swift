import APIMachinery
import KubernetesObjects

/// Says why a workload has not the pods that it should have.
struct WorkloadExplainer {
    let scene: Scene

    init(_ scene: Scene) { self.scene = scene }

    func chains(_ workload: Value) -> [CauseChain] {
        var chains: [CauseChain] = []
        if let failure = workload.condition("ReplicaFailure"), failure["status"]?.stringValue == "True" {
            let message = failure["message"]?.stringValue ?? scene.say("pods cannot be created", "파드를 만들 수 없음")
            chains.append(CauseChain([Cause(message, at: scene.submission.position(of: workload, at: Scene.template(of: workload.kind)))]))
        }
        let pods = pods(of: workload)
        let unready = pods.filter { !$0.isConditionTrue("Ready") && !$0.isBeingDeleted }
        if let pod = unready.first {
            // Equal pods share their cause: one chain speaks for all.
            for chain in PodExplainer(scene).chains(pod) {
                let ready = pods.count - unready.count
                chains.append(ready == 0 ? chain : chain.leading(to: scene.say("\(ready) of \(Speech.english(pods.count, "pod")) ready", "파드 \(pods.count)개 중 \(ready)개 준비됨")))
            }
        }
        if chains.isEmpty, workload["spec"]?["paused"]?.boolValue == true {
            chains.append(CauseChain([Cause(scene.say("the rollout is paused", "롤아웃이 일시 중지됨"), at: scene.submission.position(of: workload, at: [.key("spec"), .key("paused")]))]))
        }
        for autoscaler in scene.list(apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace: workload.namespace) {
            let target = autoscaler["spec"]?["scaleTargetRef"]
            guard target?["kind"]?.stringValue == workload.kind, target?["name"]?.stringValue == workload.name else { continue }
            chains += AutoscalerExplainer(scene).chains(autoscaler)
        }
        return chains
    }

    /// The pods of a workload, through its ReplicaSets where it has some; those of the newest template first.
    private func pods(of workload: Value) -> [Value] {
        guard workload.kind == "Deployment" else { return scene.store.controlled(.pods, by: workload.uid) }
        let sets = scene.store.controlled(.replicaSets, by: workload.uid).filter { ($0["spec"]?["replicas"]?.intValue ?? 0) > 0 }
        return sets.reversed().flatMap { scene.store.controlled(.pods, by: $0.uid) }
    }
}
