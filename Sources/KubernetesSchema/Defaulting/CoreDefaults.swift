import KubernetesObjects

/// Defaults of services, secrets, namespaces and the other kinds of the core group.
enum CoreDefaults {
    static let rules: [String: DefaultRule] = [
        "core.v1.Service": .computed(service),
        "core.v1.Secret": DefaultRule(["type": "Opaque"], function: secret),
        "core.v1.EndpointPort": .plain(["protocol": "TCP"]),
        "core.v1.Namespace": .computed(readsMetadata: true) { namespace in
            if !namespace.name.isEmpty, namespace.label("kubernetes.io/metadata.name") != namespace.name {
                namespace["metadata", default: [:]]["labels", default: [:]]["kubernetes.io/metadata.name"] = .string(namespace.name)
            }
            namespace["status", default: [:]].setDefaultText("phase", "Active")
        },
        "core.v1.Node": .computed { node in
            node.modifyField("status") { status in
                status.modifyField("capacity", ResourceLists.roundUp)
                if let capacity = status["capacity"], !capacity.isEmptyValue { status.setDefault("allocatable", capacity) }
                status.modifyField("allocatable", ResourceLists.roundUp)
            }
        },
        "core.v1.ReplicationController": .computed(readsMetadata: true, replicationController),
        "core.v1.LimitRangeItem": .computed(limitRangeItem),
        "core.v1.ResourceQuotaSpec": .computed { $0.modifyField("hard", ResourceLists.roundUp) },
    ]

    /// Plain texts move into the data, over what is there.
    @Sendable private static func secret(_ secret: inout Value) {
        guard let texts = secret["stringData"]?.fields else { return }
        secret["stringData"] = nil
        guard !texts.isEmpty else { return }
        var data = secret["data"]?.fields ?? Fields()
        for index in texts.indices { data[texts[index].key] = .string(Base64.encode(texts[index].value.stringValue ?? "")) }
        secret["data"] = .object(data)
    }

    @Sendable private static func service(_ service: inout Value) {
        var spec = service["spec"] ?? [:]
        service["spec"] = .null
        spec.setDefaultText("sessionAffinity", "None")
        switch spec["sessionAffinity"]?.stringValue {
        case "ClientIP":
            if spec["sessionAffinityConfig"]?["clientIP"]?["timeoutSeconds"] == nil {
                spec["sessionAffinityConfig", default: [:]]["clientIP", default: [:]]["timeoutSeconds"] = 10800
            }
        case "None": spec["sessionAffinityConfig"] = nil
        default: break
        }
        spec.setDefaultText("type", "ClusterIP")
        spec.modifyField("ports") { ports in
            ports.modifyElements { elements in
                for index in elements.indices {
                    elements[index].setDefaultText("protocol", "TCP")
                    let target = elements[index]["targetPort"]
                    if target == nil || target?.isEmptyValue == true { elements[index]["targetPort"] = elements[index]["port"] ?? 0 }
                }
            }
        }
        let type = spec["type"]?.stringValue ?? ""
        let hasExternalAddresses = type == "ClusterIP" && !(spec["externalIPs"]?.elements.isEmpty ?? true)
        if type == "NodePort" || type == "LoadBalancer" || hasExternalAddresses { spec.setDefaultText("externalTrafficPolicy", "Cluster") }
        if type == "NodePort" || type == "LoadBalancer" || type == "ClusterIP" { spec.setDefault("internalTrafficPolicy", "Cluster") }
        if type == "LoadBalancer" {
            spec.setDefault("allocateLoadBalancerNodePorts", true)
            service.modifyField("status") { status in
                status.modifyField("loadBalancer") { balancer in
                    balancer.modifyField("ingress") { ingress in
                        ingress.modifyElements { elements in
                            for index in elements.indices where !(elements[index]["ip"]?.stringValue ?? "").isEmpty {
                                elements[index].setDefault("ipMode", "VIP")
                            }
                        }
                    }
                }
            }
        }
        service["spec"] = spec
    }

    /// A controller without selector or labels takes the labels of its template.
    @Sendable private static func replicationController(_ controller: inout Value) {
        if let labels = controller["spec"]?["template"]?["metadata"]?["labels"], !labels.isEmptyValue {
            if controller["spec"]?["selector"]?.isEmptyValue ?? true { controller["spec", default: [:]]["selector"] = labels }
            if controller.labels.isEmpty { controller["metadata", default: [:]]["labels"] = labels }
        }
        controller["spec", default: [:]].setDefault("replicas", 1)
    }

    @Sendable private static func limitRangeItem(_ item: inout Value) {
        for name in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] { item.modifyField(name, ResourceLists.roundUp) }
        guard item["type"]?.stringValue == "Container" else { return }
        var limits = item["default"] ?? [:]
        ResourceLists.fill(&limits, from: item["max"])
        var requests = item["defaultRequest"] ?? [:]
        ResourceLists.fill(&requests, from: limits)
        ResourceLists.fill(&requests, from: item["min"])
        if !limits.isEmptyValue { item["default"] = limits }
        if !requests.isEmptyValue { item["defaultRequest"] = requests }
    }
}
