import KubernetesObjects
import ServiceNetwork

/// The add-ons that Amazon EKS gives a new cluster: names, rules on nodes, and addresses of pods.
///
/// What they do is done by the room ServiceNetwork; names alone depend on them: with `coredns` in a cluster they are found as long as
/// one of its pods is ready.
///
/// - Source: the add-ons' manifests of EKS 1.36: names, labels, ports, amounts and tolerations.
enum NetworkAddOns {
    private static let registry = "602401143452.dkr.ecr.ap-southeast-1.amazonaws.com"

    static func coreDNS(serviceBlock: String) -> [Value] {
        let labels: Value = ["eks.amazonaws.com/component": "coredns", "k8s-app": "kube-dns"]
        let selector: Value = ["k8s-app": "kube-dns"]
        var service: Value = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": [
                "name": "kube-dns", "namespace": "kube-system",
                "labels": [
                    "eks.amazonaws.com/component": "kube-dns", "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS",
                ],
            ],
            "spec": [
                "selector": selector,
                "ports": [port("dns", 53, "UDP"), port("dns-tcp", 53, "TCP"), port("metrics", 9153, "TCP")],
            ],
        ]
        if let address = IPBlock(serviceBlock)?.address(at: 10) { service["spec", "clusterIP"] = .string(address.description) }
        var deployment = workload("Deployment", "coredns", labels: labels, selector: selector, priority: "system-cluster-critical")
        deployment["spec", "replicas"] = 2
        deployment["spec", "strategy"] = ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 1]]
        deployment["spec", "template", "spec", "dnsPolicy"] = "Default"
        deployment["spec", "template", "spec", "tolerations"] = [
            ["key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"], ["key": "CriticalAddonsOnly", "operator": "Exists"],
        ]
        deployment["spec", "template", "spec", "volumes"] = [["name": "config-volume", "configMap": ["name": "coredns", "items": [["key": "Corefile", "path": "Corefile"]]]]]
        deployment["spec", "template", "spec", "containers"] = [
            [
                "name": "coredns", "image": .string("\(registry)/eks/coredns:v1.13.2-eksbuild.1"),
                "args": ["-conf", "/etc/coredns/Corefile"], "resources": ["limits": ["memory": "170Mi"], "requests": ["cpu": "100m", "memory": "70Mi"]],
                "ports": [
                    ["name": "dns", "containerPort": 53, "protocol": "UDP"], ["name": "dns-tcp", "containerPort": 53], ["name": "metrics", "containerPort": 9153],
                ],
                "livenessProbe": ["httpGet": ["path": "/health", "port": 8080], "initialDelaySeconds": 60, "timeoutSeconds": 5, "failureThreshold": 5],
                "readinessProbe": ["httpGet": ["path": "/ready", "port": 8181]],
                "volumeMounts": [["name": "config-volume", "mountPath": "/etc/coredns", "readOnly": true]],
            ]
        ]
        let configuration: Value = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "coredns", "namespace": "kube-system", "labels": labels],
            "data": ["Corefile": .string(corefile)],
        ]
        let budget: Value = [
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": ["name": "coredns", "namespace": "kube-system", "labels": labels],
            "spec": ["maxUnavailable": 1, "selector": ["matchLabels": selector]],
        ]
        return [AddOn.serviceAccount("coredns"), configuration, deployment, service, budget]
    }

    static var kubeProxy: [Value] {
        let labels: Value = ["k8s-app": "kube-proxy"]
        var set = workload("DaemonSet", "kube-proxy", labels: labels, selector: labels, priority: "system-node-critical")
        runOnEveryNode(&set)
        set["spec", "template", "spec", "volumes"] = [["name": "config", "configMap": ["name": "kube-proxy-config"]]]
        set["spec", "template", "spec", "containers"] = [
            [
                "name": "kube-proxy", "image": .string("\(registry)/eks/kube-proxy:v1.36.1-eksbuild.1"),
                "command": ["kube-proxy", "--v=2", "--config=/var/lib/kube-proxy-config/config"], "resources": ["requests": ["cpu": "100m"]],
                "securityContext": ["privileged": true], "volumeMounts": [["name": "config", "mountPath": "/var/lib/kube-proxy-config/"]],
            ]
        ]
        let configuration: Value = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "kube-proxy-config", "namespace": "kube-system", "labels": labels],
            "data": ["config": .string(proxyConfiguration)],
        ]
        return [AddOn.serviceAccount("kube-proxy"), configuration, set]
    }

    static var vpcCNI: [Value] {
        let labels: Value = ["app.kubernetes.io/instance": "aws-vpc-cni", "app.kubernetes.io/name": "aws-node", "k8s-app": "aws-node"]
        var set = workload("DaemonSet", "aws-node", labels: labels, selector: ["k8s-app": "aws-node"], priority: "system-node-critical")
        runOnEveryNode(&set)
        set["spec", "template", "spec", "initContainers"] = [
            ["name": "aws-vpc-cni-init", "image": .string("\(registry)/amazon-k8s-cni-init:v1.21.1-eksbuild.1"), "resources": ["requests": ["cpu": "25m"]]]
        ]
        set["spec", "template", "spec", "containers"] = [
            ["name": "aws-node", "image": .string("\(registry)/amazon-k8s-cni:v1.21.1-eksbuild.1"), "resources": ["requests": ["cpu": "25m"]]],
            ["name": "aws-eks-nodeagent", "image": .string("\(registry)/amazon/aws-network-policy-agent:v1.3.0-eksbuild.1"), "resources": ["requests": ["cpu": "25m"]]],
        ]
        return [AddOn.serviceAccount("aws-node"), set]
    }

    private static func port(_ name: String, _ number: Int, _ protocolName: String) -> Value {
        ["name": .string(name), "port": Value(number), "protocol": .string(protocolName), "targetPort": Value(number)]
    }

    /// Acts by the ServiceAccount of its name.
    private static func workload(_ kind: String, _ name: String, labels: Value, selector: Value, priority: String) -> Value {
        [
            "apiVersion": "apps/v1", "kind": .string(kind), "metadata": ["name": .string(name), "namespace": "kube-system", "labels": labels],
            "spec": [
                "selector": ["matchLabels": selector],
                "template": ["metadata": ["labels": labels], "spec": ["priorityClassName": .string(priority), "serviceAccountName": .string(name)]],
            ],
        ]
    }

    private static func runOnEveryNode(_ set: inout Value) {
        set["spec", "updateStrategy"] = ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": "10%"]]
        set["spec", "template", "spec", "hostNetwork"] = true
        set["spec", "template", "spec", "tolerations"] = [["operator": "Exists"]]
    }

    private static let proxyConfiguration = """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        bindAddress: 0.0.0.0
        clientConnection:
          acceptContentTypes: ""
          burst: 10
          contentType: application/vnd.kubernetes.protobuf
          kubeconfig: /var/lib/kube-proxy/kubeconfig
          qps: 5
        clusterCIDR: ""
        configSyncPeriod: 15m0s
        conntrack:
          maxPerCore: 32768
          min: 131072
          tcpCloseWaitTimeout: 1h0m0s
          tcpEstablishedTimeout: 24h0m0s
        enableProfiling: false
        healthzBindAddress: 0.0.0.0:10256
        hostnameOverride: ""
        iptables:
          masqueradeAll: false
          masqueradeBit: 14
          minSyncPeriod: 0s
          syncPeriod: 30s
        ipvs:
          excludeCIDRs: null
          minSyncPeriod: 0s
          scheduler: ""
          syncPeriod: 30s
        kind: KubeProxyConfiguration
        metricsBindAddress: 0.0.0.0:10249
        mode: "iptables"
        nodePortAddresses: null
        oomScoreAdj: -998
        portRange: ""

        """

    private static let corefile = """
        .:53 {
            errors
            health {
                lameduck 5s
              }
            ready
            kubernetes cluster.local in-addr.arpa ip6.arpa {
              pods insecure
              fallthrough in-addr.arpa ip6.arpa
            }
            prometheus :9153
            forward . /etc/resolv.conf
            cache 30
            loop
            reload
            loadbalance
        }

        """
}
