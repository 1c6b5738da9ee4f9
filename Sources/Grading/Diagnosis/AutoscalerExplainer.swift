import APIMachinery
import KubernetesObjects

/// Says why a HorizontalPodAutoscaler does not scale.
struct AutoscalerExplainer {
    let scene: Scene

    init(_ scene: Scene) { self.scene = scene }

    func chains(_ autoscaler: Value) -> [CauseChain] {
        let reference = autoscaler["spec"]?["scaleTargetRef"]
        let kind = reference?["kind"]?.stringValue ?? ""
        let name = reference?["name"]?.stringValue ?? ""
        func place(_ steps: PathStep...) -> FilePosition? { scene.submission.position(of: autoscaler, at: [.key("spec")] + steps) }
        let all = scene.list(apiVersion: reference?["apiVersion"]?.stringValue ?? "apps/v1", kind: kind, namespace: autoscaler.namespace)
        guard let target = all.first(where: { $0.name == name }) else {
            let present = all.isEmpty ? "there is no \(kind)" : "there are \(Words.list(all.map(\.name)))"
            return [CauseChain([Cause("scaleTargetRef names \(kind) \(name); \(present)", at: place(.key("scaleTargetRef"), .key("name"))), Cause("nothing is scaled")])]
        }
        if let chain = missingRequests(autoscaler, target) { return [chain] }
        if let active = autoscaler.condition("ScalingActive"), active["status"]?.stringValue == "False", active["reason"]?.stringValue != "ScalingDisabled" {
            return [CauseChain([Cause("the autoscaler cannot work out a number: \(active["message"]?.stringValue ?? "")", at: place(.key("metrics")))])]
        }
        if let able = autoscaler.condition("AbleToScale"), able["status"]?.stringValue == "False" {
            return [CauseChain([Cause(able["message"]?.stringValue ?? "the autoscaler cannot scale", at: place())])]
        }
        if let limited = autoscaler.condition("ScalingLimited"), limited["status"]?.stringValue == "True", limited["reason"]?.stringValue == "TooManyReplicas" {
            return [CauseChain([Cause("maxReplicas is \(autoscaler["spec"]?["maxReplicas"]?.intValue ?? 0), the load asks for more", at: place(.key("maxReplicas")))])]
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
                return CauseChain([
                    Cause("container \(container["name"]?.stringValue ?? "") of \(target.kind) \(target.name) has no \(word) request", at: scene.submission.position(of: target, at: steps)),
                    Cause("its utilisation cannot be worked out"),
                    Cause("HorizontalPodAutoscaler \(autoscaler.name): \(said)"),
                ])
            }
        }
        return nil
    }
}
