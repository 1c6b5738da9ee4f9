import APIMachinery
import KubernetesObjects

/// Says why a HorizontalPodAutoscaler does not scale.
struct AutoscalerExplainer {
    let scene: Scene
    private var say: Speech { scene.say }

    init(_ scene: Scene) { self.scene = scene }

    func chains(_ autoscaler: Value) -> [CauseChain] {
        let reference = autoscaler["spec"]?["scaleTargetRef"]
        let kind = reference?["kind"]?.stringValue ?? ""
        let name = reference?["name"]?.stringValue ?? ""
        func place(_ steps: PathStep...) -> FilePosition? { scene.submission.position(of: autoscaler, at: [.key("spec")] + steps) }
        let all = scene.list(apiVersion: reference?["apiVersion"]?.stringValue ?? "apps/v1", kind: kind, namespace: autoscaler.namespace)
        guard let target = all.first(where: { $0.name == name }) else {
            let names = say.list(all.map(\.name))
            let present = all.isEmpty ? say("there is no \(kind)", "\(kind) 없음") : say("there are \(names)", "있는 것: \(names)")
            let told = say("scaleTargetRef names \(kind) \(name); \(present)", "scaleTargetRef가 가리키는 것은 \(kind) \(name); \(present)")
            return [
                CauseChain([
                    Cause(told, at: place(.key("scaleTargetRef"), .key("name"))), Cause(say("nothing is scaled", "스케일할 대상 없음")),
                ])
            ]
        }
        if let chain = missingRequests(autoscaler, target) { return [chain] }
        if let active = autoscaler.condition("ScalingActive"), active["status"]?.stringValue == "False", active["reason"]?.stringValue != "ScalingDisabled" {
            let told = say("the autoscaler cannot work out a number", "오토스케일러가 레플리카 수를 계산할 수 없음")
            return [CauseChain([Cause("\(told): \(active["message"]?.stringValue ?? "")", at: place(.key("metrics")))])]
        }
        if let able = autoscaler.condition("AbleToScale"), able["status"]?.stringValue == "False" {
            return [CauseChain([Cause(able["message"]?.stringValue ?? say("the autoscaler cannot scale", "오토스케일러가 스케일할 수 없음"), at: place())])]
        }
        if let limited = autoscaler.condition("ScalingLimited"), limited["status"]?.stringValue == "True", limited["reason"]?.stringValue == "TooManyReplicas" {
            let most = autoscaler["spec"]?["maxReplicas"]?.intValue ?? 0
            let told = say("maxReplicas is \(most), the load asks for more", "maxReplicas가 \(most)인데 부하는 더 많은 레플리카를 요구함")
            return [CauseChain([Cause(told, at: place(.key("maxReplicas")))])]
        }
        return []
    }

    /// Utilisation is a share of the request: without one there is none.
    private func missingRequests(_ autoscaler: Value, _ target: Value) -> CauseChain? {
        for metric in autoscaler["spec"]?["metrics"]?.elements ?? [] {
            guard let resource = metric["resource"], resource["target"]?["type"]?.stringValue == "Utilization" else { continue }
            let name = resource["name"]?.stringValue ?? "cpu"
            let containers = target["spec"]?["template"]?["spec"]?["containers"]?.elements ?? []
            for (index, container) in containers.enumerated() where container["resources"]?["requests"]?[name] == nil {
                let steps = Scene.template(of: target.kind) + [.key("spec"), .key("containers"), .index(index), .key("resources"), .key("requests"), .key(name)]
                let word = name == "cpu" ? "CPU" : name
                let said = autoscaler.condition("ScalingActive")?["message"]?.stringValue ?? "missing request for \(name)"
                let (owner, containerName) = ("\(target.kind) \(target.name)", container["name"]?.stringValue ?? "")
                return CauseChain([
                    Cause(
                        say("container \(containerName) of \(owner) has no \(word) request", "\(owner)의 컨테이너 \(containerName)에 \(word) 요청(requests) 없음"),
                        at: scene.submission.position(of: target, at: steps)),
                    Cause(say("its utilisation cannot be worked out", "사용률을 계산할 수 없음")),
                    Cause(say("HorizontalPodAutoscaler \(autoscaler.name): \(said)", "HorizontalPodAutoscaler \(autoscaler.name)의 상태: \(said)")),
                ])
            }
        }
        return nil
    }
}
