import APIMachinery
import KubernetesObjects

/// Says why a Service does not bring requests to pods.
struct ServiceExplainer {
    let scene: Scene

    init(_ scene: Scene) { self.scene = scene }

    func chains(_ service: Value) -> [CauseChain] {
        guard service["spec"]?["type"]?.stringValue != "ExternalName" else { return [] }
        func place(_ steps: PathStep...) -> FilePosition? { scene.submission.position(of: service, at: [.key("spec")] + steps) }
        guard let selector = service["spec"]?["selector"]?.fields, !selector.isEmpty else {
            return [CauseChain([Cause("the Service has no selector", at: place()), Cause("no endpoints")])]
        }
        let pods = scene.list(apiVersion: "v1", kind: "Pod", namespace: service.namespace)
        let selected = pods.filter { $0.carries(selector) && !$0.isBeingDeleted }
        guard !selected.isEmpty else { return [mismatch(service, selector, pods, at: place)] }

        var chains: [CauseChain] = []
        for (index, port) in (service["spec"]?["ports"]?.elements ?? []).enumerated() {
            let target = port["targetPort"] ?? port["port"] ?? .null
            if let chain = self.port(target, of: selected, at: place(.key("ports"), .index(index), .key("targetPort"))) { chains.append(chain) }
        }
        let ready = selected.filter { $0.isConditionTrue("Ready") }
        if ready.count < selected.count, let pod = selected.first(where: { !$0.isConditionTrue("Ready") }) {
            let effect = ready.isEmpty ? "no ready endpoints" : "only \(ready.count) of \(selected.count) endpoints ready"
            chains += PodExplainer(scene).chains(pod).map { $0.leading(to: effect) }
        }
        return chains
    }

    /// `selector app=ngnix matches no pod; 3 pods carry app=nginx → no endpoints`.
    private func mismatch(_ service: Value, _ selector: Fields, _ pods: [Value], at place: (PathStep...) -> FilePosition?) -> CauseChain {
        var text = "selector \(selector.selectorText) matches no pod"
        var culprit: String?
        // The part of the selector that fits fewest pods is where to look.
        for (key, value) in selector where !pods.contains(where: { $0.labels[key] == value }) {
            culprit = culprit ?? key
        }
        let key = culprit ?? selector.keys[0]
        var counts: [(value: String, count: Int)] = []
        for pod in pods {
            guard let value = pod.label(key) else { continue }
            if let index = counts.firstIndex(where: { $0.value == value }) { counts[index].count += 1 } else { counts.append((value, 1)) }
        }
        counts.sort { ($1.count, $0.value) < ($0.count, $1.value) }
        if let most = counts.first {
            text += "; \(Words.count(most.count, "pod")) \(most.count == 1 ? "carries" : "carry") \(key)=\(most.value)"
        } else if pods.isEmpty {
            text += "; namespace \(service.namespace) has no pods"
        } else {
            var labels = pods[0].labels
            for generated in ["pod-template-hash", "controller-revision-hash", "topology.kubernetes.io/zone", "topology.kubernetes.io/region"] {
                labels.removeValue(forKey: generated)
            }
            text += "; \(Words.count(pods.count, "pod")) \(pods.count == 1 ? "carries" : "carry") \(labels.selectorText)"
        }
        let position = place(.key("selector"), .key(key))
        return CauseChain([Cause(text, at: position), Cause("no endpoints")])
    }

    private func port(_ target: Value, of pods: [Value], at position: FilePosition?) -> CauseChain? {
        let ports = pods[0]["spec"]?["containers"]?.elements.flatMap { $0["ports"]?.elements ?? [] } ?? []
        if let name = target.stringValue, Int(name) == nil {
            if ports.contains(where: { $0["name"]?.stringValue == name }) { return nil }
            let names = ports.compactMap { $0["name"]?.stringValue }
            let present = names.isEmpty ? "its ports have no names" : "it has \(Words.list(names))"
            return CauseChain([Cause("targetPort \(name) is the name of no port of pod \(pods[0].name); \(present)", at: position), Cause("no endpoints for this port")])
        }
        guard let number = target.intValue ?? target.stringValue.flatMap({ Int($0) }), !ports.isEmpty else { return nil }
        let numbers = ports.compactMap { $0["containerPort"]?.intValue }
        if numbers.contains(number) { return nil }
        return CauseChain([
            Cause("targetPort \(number) is not open: the pods listen on \(Words.list(numbers.map(String.init)))", at: position), Cause("connections are refused"),
        ])
    }
}
