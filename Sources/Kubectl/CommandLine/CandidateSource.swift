import APIMachinery
import KubernetesObjects

/// What may stand in a command line: types, names, containers, entries of the kubeconfig. What cannot be asked for is left out.
///
/// - Source: k8s.io/kubectl `pkg/util/completion`.
struct CandidateSource {
    let invocation: Invocation

    /// What a command's arguments are.
    private enum Kind {
        /// A type, then names of it; or `type/name`.
        case types
        /// The same for some types only.
        case someTypes([String])
        case typesAlone
        /// A pod, or something that has pods.
        case pods
        /// The same, and then one of its containers.
        case podAndContainer
        /// Names of one type: once, or any number of them.
        case one(String)
        case many(String)
        /// An entry of the kubeconfig.
        case entry(String)
        case words([String])
        case copy
    }

    private static let workloads = ["deployment", "replicaset", "replicationcontroller", "statefulset"]
    private static let rollouts = ["deployment", "daemonset", "statefulset"]
    private static let templated = ["daemonsets", "deployments", "pods", "cronjobs", "replicasets", "replicationcontrollers", "statefulsets"]

    private static let kinds: [String: Kind] = [
        "kubectl get": .types, "kubectl describe": .types, "kubectl delete": .types, "kubectl edit": .types, "kubectl patch": .types,
        "kubectl label": .types, "kubectl annotate": .types, "kubectl apply view-last-applied": .types, "kubectl apply edit-last-applied": .types,
        "kubectl explain": .typesAlone,
        "kubectl logs": .podAndContainer, "kubectl exec": .pods, "kubectl attach": .pods, "kubectl port-forward": .pods, "kubectl cp": .copy,
        "kubectl rollout history": .someTypes(rollouts), "kubectl rollout restart": .someTypes(rollouts), "kubectl rollout status": .someTypes(rollouts),
        "kubectl rollout undo": .someTypes(rollouts), "kubectl rollout pause": .someTypes(["deployment"]), "kubectl rollout resume": .someTypes(["deployment"]),
        "kubectl scale": .someTypes(workloads), "kubectl autoscale": .someTypes(workloads),
        "kubectl expose": .someTypes(["pod", "service", "replicationcontroller", "deployment", "replicaset"]),
        "kubectl set image": .someTypes(templated), "kubectl taint": .someTypes(["node"]),
        "kubectl drain": .many("nodes"), "kubectl cordon": .many("nodes"), "kubectl uncordon": .many("nodes"),
        "kubectl top node": .one("nodes"), "kubectl top pod": .one("pods"), "kubectl create token": .one("serviceaccounts"),
        "kubectl config use-context": .entry("contexts"), "kubectl config set-context": .entry("contexts"),
        "kubectl config delete-context": .entry("contexts"), "kubectl config rename-context": .entry("contexts"),
        "kubectl config delete-cluster": .entry("clusters"), "kubectl config delete-user": .entry("users"),
        "kubectl completion": .words(["bash", "zsh", "fish", "powershell"]),
    ]

    // MARK: Arguments

    func arguments(_ part: String, after given: [String], path: String) -> Completion.Answer {
        switch Self.kinds[path] {
        case nil: return Completion.Answer()
        case .types?: return typesAndNames(part, given, types: nil)
        case .someTypes(let types)?: return typesAndNames(part, given, types: types)
        case .typesAlone?: return offer(given.isEmpty ? allTypes() : [], part)
        case .pods?: return given.isEmpty ? pods(part) : offer([], part)
        case .podAndContainer?:
            if given.isEmpty { return pods(part) }
            return offer(given.count == 1 && !given[0].contains("/") ? containers(of: given[0]) : [], part)
        case .one(let type)?: return offer(given.isEmpty ? names(of: type) : [], part)
        case .many(let type)?: return offer(names(of: type).filter { !given.contains($0) }, part)
        case .entry(let list)?: return offer(given.isEmpty ? entries(list) : [], part)
        case .words(let words)?: return offer(given.isEmpty ? words : [], part)
        case .copy?: return given.isEmpty ? copySources(part) : Completion.Answer(directive: .noSpace)
        }
    }

    private func offer(_ texts: [String], _ part: String, _ directive: Completion.Directive = .noFiles) -> Completion.Answer {
        Completion.Answer(candidates: texts.filter { $0.hasPrefix(part) }.map { Completion.Candidate(text: $0) }, directive: directive)
    }

    private func typesAndNames(_ part: String, _ given: [String], types: [String]?) -> Completion.Answer {
        if given.isEmpty || given[0].contains("/") {
            if let slash = part.firstIndex(of: "/") {
                let type = String(part[..<slash])
                return offer(names(of: type).map { "\(type)/\($0)" }.filter { !given.contains($0) }, part)
            }
            if !given.isEmpty { return offer([], part) }
            // Several types stand between commas; the last one is not complete.
            let before = types == nil ? part.lastIndex(of: ",").map { String(part[...$0]) } ?? "" : ""
            return offer((types ?? allTypes()).map { before + $0 }, part)
        }
        return offer(names(of: given[0]).filter { !given.dropFirst().contains($0) }, part)
    }

    private func pods(_ part: String) -> Completion.Answer {
        if part.contains("/") { return typesAndNames(part, [], types: nil) }
        let owners = ["daemonsets", "deployments", "pods", "jobs", "replicasets", "replicationcontrollers", "services", "statefulsets"].map { $0 + "/" }
        var answer = offer(names(of: "pods") + owners, part)
        if answer.candidates.count == 1, answer.candidates[0].text.hasSuffix("/") { answer.directive.formUnion(.noSpace) }
        return answer
    }

    private func copySources(_ part: String) -> Completion.Answer {
        if let first = part.first, "/.~".contains(first) { return Completion.Answer(directive: .noSpace) }
        if part.contains(":") { return Completion.Answer(directive: .noSpace) }
        if let slash = part.firstIndex(of: "/") {
            let namespace = String(part[..<slash])
            return offer(names(of: "pods", namespace: namespace).map { "\(namespace)/\($0):" }, part, .noSpace)
        }
        return offer(names(of: "namespaces").map { $0 + "/" } + names(of: "pods").map { $0 + ":" }, part, .noSpace)
    }

    // MARK: Values of options

    private static let formats = [
        "json", "yaml", "kyaml", "name", "go-template", "go-template-file", "template", "templatefile", "jsonpath", "jsonpath-as-json", "jsonpath-file",
        "custom-columns", "custom-columns-file", "wide",
    ]

    func values(of spec: FlagSpec, _ part: String) -> Completion.Answer {
        let isOwn = invocation.command.flags.contains { $0.name == spec.name }
        switch (spec.name, isOwn) {
        case ("namespace", false): return offer(names(of: "namespaces"), part)
        case ("context", false): return offer(entries("contexts"), part)
        case ("cluster", false): return offer(entries("clusters"), part)
        case ("user", false): return offer(entries("users"), part)
        case ("output", true) where invocation.commandPath == "kubectl get": return offer(Self.formats, part)
        case ("filename", true): return Completion.Answer(candidates: ["json", "yaml", "yml"].map { Completion.Candidate(text: $0) }, directive: .fileEnds)
        case ("container", true): return offer(invocation.arguments.first.map(containers) ?? [], part)
        default: return Completion.Answer()
        }
    }

    // MARK: What there is

    private func allTypes() -> [String] {
        let entries = (try? invocation.catalogue().preferred) ?? []
        return entries.filter { $0.verbs.contains("get") }.sorted { ($0.group, $0.plural) < ($1.group, $1.plural) }.map(\.groupResource.description)
    }

    /// The names of all objects of a type, of several types between commas, or of a category.
    private func names(of types: String, namespace: String? = nil) -> [String] {
        guard let catalogue = try? invocation.catalogue(), let place = namespace ?? (try? invocation.namespace().name) else { return [] }
        var names: [String] = []
        for type in types.split(separator: ",").map(String.init) {
            let members = catalogue.category(type)
            for entry in members.isEmpty ? [catalogue.find(type)].compactMap(\.self) : members {
                var request = APIRequest(.list, entry.resource, namespace: entry.isNamespaced ? place : "")
                request.representation = .partialObjectMetadata
                names += ((try? invocation.send(request).body["items"]?.elements) ?? []).map(\.name)
            }
        }
        return names
    }

    private func containers(of pod: String) -> [String] {
        let word = pod.hasPrefix("pod/") || pod.hasPrefix("pods/") ? String(pod.drop { $0 != "/" }.dropFirst()) : pod
        guard let place = try? invocation.namespace().name else { return [] }
        let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")
        guard let object = try? invocation.send(APIRequest(.get, pods, namespace: place, name: word)).body else { return [] }
        return ["initContainers", "containers", "ephemeralContainers"].flatMap { object["spec"]?[$0]?.elements ?? [] }.compactMap { $0["name"]?.stringValue }
    }

    private func entries(_ list: String) -> [String] { (try? invocation.config().names(list)) ?? [] }
}
