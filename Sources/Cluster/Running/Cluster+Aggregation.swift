import APIMachinery
import Autoscaling
import KubernetesObjects
import KubernetesSchema

/// APIs that servers outside of the cluster serve behind its API server.
extension Cluster {
    /// What waits for somebody to ask outside of the cluster, in the order of names.
    package var outwardRequests: [OutwardRequest] {
        store.count(OutwardRequest.resource) == 0 ? [] : store.list(OutwardRequest.resource).compactMap { OutwardRequest($0) }.filter { $0.answer == nil }
    }

    /// Takes in what came of a request, unless something else is asked by now.
    package mutating func answer(_ request: OutwardRequest, with answer: OutwardRequest.Answer) {
        guard var asked = OutwardRequest(store.get(request.key)), asked.askedAt == request.askedAt, asked.asksAs(request) else { return }
        asked.answer = answer
        if case .response(200, let body) = answer, let list = try? Value(parsingJSON: Array(body.utf8)), list.kind == "APIResourceList" { serve(list) }
        _ = api.perform(.publish(asked.key, asked.object), by: .apiServer, actor: "aggregator", cause: nil)
        dispatchEvents()
    }

    /// Lists the resources of an aggregated API with those of the cluster.
    private mutating func serve(_ list: Value) {
        let parts = (list["groupVersion"]?.stringValue ?? "").split(separator: "/").map(String.init)
        guard parts.count == 2 else { return }
        let types = (list["resources"]?.elements ?? []).compactMap { entry -> ResourceType? in
            guard let name = entry["name"]?.stringValue, !name.contains("/"), let kind = entry["kind"]?.stringValue else { return nil }
            func texts(_ key: String) -> [String] { (entry[key]?.elements ?? []).compactMap(\.stringValue) }
            return ResourceType(
                group: parts[0], version: parts[1], kind: kind, plural: name, singular: entry["singularName"]?.stringValue ?? "", shortNames: texts("shortNames"),
                categories: texts("categories"), isNamespaced: entry["namespaced"]?.boolValue ?? false, verbs: texts("verbs").sorted(), schema: .lazy("any"))
        }
        let known = api.resources.catalogue.resources(group: parts[0], version: parts[1])
        guard Set(known.map(\.plural)) != Set(types.map(\.plural)) else { return }
        api.withdrawAggregated(group: parts[0], version: parts[1])
        api.serveAggregated(types)
    }
}
