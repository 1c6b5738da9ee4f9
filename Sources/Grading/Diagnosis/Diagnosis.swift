import APIMachinery
import KubernetesObjects

/// Explains findings: from what is wrong in the cluster back to the line of the submission that made it so.
///
/// Each kind has its own explainer, which looks at the objects' state only; all of them return chains with the root
/// first, so that they can be joined.
package struct Diagnosis {
    let scene: Scene

    /// How many chains a finding gets.
    static let chainsMax = 3

    package init(_ scene: Scene) { self.scene = scene }

    package func causes(of finding: Finding) -> [CauseChain] {
        var chains: [CauseChain] = []
        for involved in finding.involved {
            if let object = live(involved) {
                chains += refusals(of: involved)
                chains += explain(object).map { $0.leading(to: effect(of: finding)) }
                if chains.isEmpty { chains += differences(finding) }
            } else if involved.kind == "Pod", involved.name.isEmpty {
                chains += templates(involved, finding)
            } else {
                chains += missing(involved)
            }
        }
        if finding.involved.isEmpty {
            chains += problems { _ in true }
            if chains.isEmpty { chains += differences(finding) }
        }
        var distinct: [CauseChain] = []
        for chain in chains where !chain.links.isEmpty && !distinct.contains(chain) { distinct.append(chain) }
        return Array(distinct.prefix(Self.chainsMax))
    }

    /// Chains for an object that is not as it should be; empty when nothing is wrong with it.
    package func explain(_ object: Value) -> [CauseChain] {
        switch object.kind {
        case "Pod": PodExplainer(scene).chains(object)
        case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController": WorkloadExplainer(scene).chains(object)
        case "Service": ServiceExplainer(scene).chains(object)
        case "HorizontalPodAutoscaler": AutoscalerExplainer(scene).chains(object)
        default: []
        }
    }

    /// What a finding says, as the last link of a chain.
    private func effect(of finding: Finding) -> String {
        if !finding.effect.isEmpty { return finding.effect }
        let found = finding.found.split(separator: "\n").first.map(String.init) ?? finding.found
        return found.count > 120 ? found.prefix(119) + "…" : found
    }

    private func live(_ involved: InvolvedObject) -> Value? {
        guard !involved.name.isEmpty else { return nil }
        return scene.list(apiVersion: involved.apiVersion, kind: involved.kind, namespace: "*")
            .first { $0.name == involved.name && ($0.namespace == involved.namespace || $0.namespace.isEmpty) }
    }

    // MARK: What the submission says

    /// The fields that differ, where the submission writes them.
    private func differences(_ finding: Finding) -> [CauseChain] {
        finding.differences.compactMap { difference in
            // What a controller found out stands in no file.
            guard let position = difference.position, difference.steps.first != .key("status") else { return nil }
            let (path, actual, wanted) = (difference.path, difference.actual, difference.expected)
            return CauseChain([Cause(scene.say("\(path) is \(actual), not \(wanted)", "\(path): \(wanted)이(가) 아니라 \(actual)"), at: position)])
        }
    }

    private func problems(where isRelevant: (SubmissionProblem) -> Bool) -> [CauseChain] {
        scene.submission.problems.filter { $0.isError && isRelevant($0) }.map { CauseChain([Cause($0.message, at: $0.position)]) }
    }

    private func refusals(of involved: InvolvedObject) -> [CauseChain] {
        problems { $0.subjectKind == involved.kind && $0.subjectName == involved.name }
    }

    /// Why there are too few pods: what is wrong with the workloads that make them.
    private func templates(_ involved: InvolvedObject, _ finding: Finding) -> [CauseChain] {
        var chains: [CauseChain] = []
        for (apiVersion, kind) in [("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("batch/v1", "Job")] {
            for workload in scene.list(apiVersion: apiVersion, kind: kind, namespace: involved.namespace) {
                if finding.time != nil { chains += strategy(of: workload).map { $0.leading(to: effect(of: finding)) } }
                chains += explain(workload).map { $0.leading(to: effect(of: finding)) }
            }
        }
        return chains.isEmpty ? missing(involved) : chains
    }

    /// What in a Deployment's strategy takes pods away during an update.
    private func strategy(of workload: Value) -> [CauseChain] {
        let strategy = workload["spec"]?["strategy"]
        if strategy?["type"]?.stringValue == "Recreate" {
            let place = scene.submission.position(of: workload, at: [.key("spec"), .key("strategy"), .key("type")])
            let told = scene.say(
                "the strategy Recreate ends all pods before it starts new ones", "Recreate 전략은 새 파드를 시작하기 전에 모든 파드를 종료함")
            return [CauseChain([Cause(told, at: place)])]
        }
        guard let share = strategy?["rollingUpdate"]?["maxUnavailable"], Brief.plain(share) != "25%" else { return [] }
        let place = scene.submission.position(of: workload, at: [.key("spec"), .key("strategy"), .key("rollingUpdate"), .key("maxUnavailable")])
        let told = scene.say(
            "maxUnavailable \(Brief.plain(share)) lets the update take so many pods away", "maxUnavailable \(Brief.plain(share)): 업데이트가 그만큼의 파드를 내릴 수 있음")
        return [CauseChain([Cause(told, at: place)])]
    }

    /// Why an object is not there: it was refused, a file could not be read, or it has another name or namespace.
    private func missing(_ involved: InvolvedObject) -> [CauseChain] {
        let title = involved.name.isEmpty ? involved.kind : "\(involved.kind) \(involved.name)"
        let what = scene.say("no \(title)", "\(title) 없음")
        var chains = problems { $0.subjectKind == involved.kind || $0.subjectKind.isEmpty }.map { $0.leading(to: what) }
        let others = scene.list(apiVersion: involved.apiVersion, kind: involved.kind, namespace: "*")
        if !involved.name.isEmpty {
            for other in others where other.name == involved.name && other.namespace != involved.namespace {
                let place = scene.submission.position(of: other, at: [.key("metadata"), .key("namespace")])
                let told = scene.say(
                    "\(title) is in namespace \(other.namespace), not \(involved.namespace)",
                    "\(title)은(는) \(involved.namespace)이(가) 아니라 \(other.namespace) 네임스페이스에 있음")
                chains.append(CauseChain([Cause(told, at: place)]))
            }
            let own = others.filter { scene.submission.position(of: $0) != nil && $0.namespace == involved.namespace }
            if let near = NearestName.of(involved.name, among: own.map(\.name)) ?? (own.count == 1 ? own[0].name : nil), near != involved.name,
                let other = own.first(where: { $0.name == near })
            {
                let place = scene.submission.position(of: other, at: [.key("metadata"), .key("name")])
                chains.append(CauseChain([Cause(scene.say("the \(involved.kind) is named \(near)", "\(involved.kind)의 이름이 \(near)임"), at: place), Cause(what)]))
            }
        }
        if chains.isEmpty, !scene.submission.documents.contains(where: { $0.value.kind == involved.kind }), others.isEmpty {
            let told = scene.say("nothing in the submission makes a \(involved.kind)", "제출물에 \(involved.kind)을(를) 만드는 것이 없음")
            chains.append(CauseChain([Cause(told), Cause(what)]))
        }
        return chains
    }
}

extension Scene {
    /// Where the submission says what a pod has at a path of its own, through the object that its template came from.
    func templatePosition(of pod: Value, at steps: [PathStep]) -> FilePosition? {
        if let position = submission.document(for: pod)?.position(following: steps, in: pod) { return position }
        var current = pod
        for _ in 0..<4 {
            guard let reference = current.ownerReferences.first(where: { $0["controller"]?.boolValue == true }),
                let owner = list(apiVersion: reference["apiVersion"]?.stringValue ?? "", kind: reference["kind"]?.stringValue ?? "", namespace: current.namespace)
                    .first(where: { $0.uid == reference["uid"]?.stringValue })
            else { break }
            if submission.position(of: owner) != nil {
                return submission.position(of: owner, at: Self.template(of: owner.kind) + steps)
            }
            current = owner
        }
        return nil
    }

    /// Where in an object of a kind its pod template stands.
    static func template(of kind: String) -> [PathStep] {
        switch kind {
        case "Pod": []
        case "CronJob": [.key("spec"), .key("jobTemplate"), .key("spec"), .key("template")]
        default: [.key("spec"), .key("template")]
        }
    }
}
