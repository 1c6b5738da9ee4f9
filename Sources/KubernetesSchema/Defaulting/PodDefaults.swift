import KubernetesObjects

/// Defaults of pods, their templates and their containers.
enum PodDefaults {
    static let rules: [String: DefaultRule] = [
        "core.v1.Pod": .computed(pod),
        "core.v1.PodSpec": DefaultRule(
            [
                "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler", "securityContext": [:],
                "terminationGracePeriodSeconds": 30,
            ], function: podSpec),
        "core.v1.Container": containerRule,
        "core.v1.EphemeralContainer": containerRule,
        "core.v1.ContainerPort": .plain(["protocol": "TCP"]),
        "core.v1.Probe": .plain(["failureThreshold": 3, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1]),
        "core.v1.HTTPGetAction": .plain(["path": "/", "scheme": "HTTP"]),
        "core.v1.GRPCAction": .plain(["service": ""]),
        "core.v1.ObjectFieldSelector": .plain(["apiVersion": "v1"]),
        "core.v1.FileKeySelector": .plain(["optional": false]),
        "core.v1.ResourceRequirements": .computed { resources in
            resources.modifyField("limits", ResourceLists.roundUp)
            resources.modifyField("requests", ResourceLists.roundUp)
        },
    ]

    /// The service account stands under its old name as well.
    @Sendable private static func podSpec(_ spec: inout Value) {
        spec.modifyField("overhead", ResourceLists.roundUp)
        let account = spec["serviceAccountName"]?.stringValue ?? spec["serviceAccount"]?.stringValue ?? ""
        guard !account.isEmpty else { return }
        spec["serviceAccountName"] = .string(account)
        spec["serviceAccount"] = .string(account)
    }

    private static let containerRule = DefaultRule(
        ["terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"],
        function: { container in
            container.setDefaultText("imagePullPolicy", pullPolicy(ofImage: container["image"]?.stringValue ?? ""))
        })

    /// `Always` for an image whose tag is or is taken to be `latest`, else `IfNotPresent`.
    static func pullPolicy(ofImage image: String) -> String {
        if image.contains("@") { return "IfNotPresent" }
        let name = image.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let colon = name.lastIndex(of: ":") else { return image.isEmpty ? "IfNotPresent" : "Always" }
        return name[name.index(after: colon)...] == "latest" ? "Always" : "IfNotPresent"
    }

    /// What holds for pods only and not for templates: requests from limits, host ports, service links.
    @Sendable private static func pod(_ pod: inout Value) {
        pod.modifyField("spec") { spec in
            spec.setDefault("enableServiceLinks", true)
            let usesHostNetwork = spec["hostNetwork"]?.boolValue ?? false
            for list in ["containers", "initContainers"] {
                spec.modifyField(list) { containers in
                    containers.modifyElements { elements in
                        for index in elements.indices {
                            elements[index].modifyField("resources", ResourceLists.requestsFromLimits)
                            if usesHostNetwork { elements[index].modifyField("ports", hostPorts) }
                        }
                    }
                }
            }
            PodLevelResources.fillRequests(&spec)
        }
    }

    private static func hostPorts(_ ports: inout Value) {
        ports.modifyElements { elements in
            for index in elements.indices where (elements[index]["hostPort"]?.intValue ?? 0) == 0 {
                if let port = elements[index]["containerPort"] { elements[index]["hostPort"] = port }
            }
        }
    }
}
