import APIMachinery
import KubernetesObjects

/// Says why a Service does not bring requests to pods.
struct ServiceExplainer {
    let scene: Scene
    private var say: Speech { scene.say }
    private var noEndpoints: Cause { Cause(say("no endpoints", "엔드포인트 없음")) }

    init(_ scene: Scene) { self.scene = scene }

    func chains(_ service: Value) -> [CauseChain] {
        guard service["spec"]?["type"]?.stringValue != "ExternalName" else { return [] }
        func place(_ steps: PathStep...) -> FilePosition? { scene.submission.position(of: service, at: [.key("spec")] + steps) }
        guard let selector = service["spec"]?["selector"]?.fields, !selector.isEmpty else {
            return [CauseChain([Cause(say("the Service has no selector", "Service에 셀렉터 없음"), at: place()), noEndpoints])]
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
            let effect =
                ready.isEmpty
                ? say("no ready endpoints", "준비된 엔드포인트 없음")
                : say("only \(ready.count) of \(selected.count) endpoints ready", "엔드포인트 \(selected.count)개 중 \(ready.count)개만 준비됨")
            chains += PodExplainer(scene).chains(pod).map { $0.leading(to: effect) }
        }
        return chains
    }

    /// `selector app=ngnix matches no pod; 3 pods carry app=nginx → no endpoints`.
    private func mismatch(_ service: Value, _ selector: Fields, _ pods: [Value], at place: (PathStep...) -> FilePosition?) -> CauseChain {
        var text = say("selector \(selector.selectorText) matches no pod", "셀렉터 \(selector.selectorText)에 맞는 파드 없음")
        func carried(_ count: Int, _ labels: String) -> String {
            say("; \(Speech.english(count, "pod")) \(count == 1 ? "carries" : "carry") \(labels)", "; 파드 \(count)개의 레이블은 \(labels)")
        }
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
            text += carried(most.count, "\(key)=\(most.value)")
        } else if pods.isEmpty {
            text += say("; namespace \(service.namespace) has no pods", "; 네임스페이스 \(service.namespace)에 파드 없음")
        } else {
            var labels = pods[0].labels
            for generated in ["pod-template-hash", "controller-revision-hash", "topology.kubernetes.io/zone", "topology.kubernetes.io/region"] {
                labels.removeValue(forKey: generated)
            }
            text += carried(pods.count, labels.selectorText)
        }
        let position = place(.key("selector"), .key(key))
        return CauseChain([Cause(text, at: position), noEndpoints])
    }

    private func port(_ target: Value, of pods: [Value], at position: FilePosition?) -> CauseChain? {
        let ports = pods[0]["spec"]?["containers"]?.elements.flatMap { $0["ports"]?.elements ?? [] } ?? []
        if let name = target.stringValue, Int(name) == nil {
            if ports.contains(where: { $0["name"]?.stringValue == name }) { return nil }
            let names = ports.compactMap { $0["name"]?.stringValue }
            let list = say.list(names)
            let present = names.isEmpty ? say("its ports have no names", "포트에 이름이 없음") : say("it has \(list)", "있는 이름: \(list)")
            let told = say(
                "targetPort \(name) is the name of no port of pod \(pods[0].name); \(present)", "파드 \(pods[0].name)에 이름이 \(name)인 포트(targetPort) 없음; \(present)")
            return CauseChain([Cause(told, at: position), Cause(say("no endpoints for this port", "이 포트의 엔드포인트 없음"))])
        }
        guard let number = target.intValue ?? target.stringValue.flatMap({ Int($0) }), !ports.isEmpty else { return nil }
        let numbers = ports.compactMap { $0["containerPort"]?.intValue }
        if numbers.contains(number) { return nil }
        let open = say.list(numbers.map(String.init))
        return CauseChain([
            Cause(say("targetPort \(number) is not open: the pods listen on \(open)", "targetPort \(number)이(가) 열려 있지 않음: 파드는 \(open)에서 대기"), at: position),
            Cause(say("connections are refused", "연결이 거부됨")),
        ])
    }
}
