/// What runs in kube-system on Amazon EKS: what it does happens in the room ServiceNetwork.
extension BuiltInImages {
    static let networkParts: Group = [
        (
            ["eks/coredns", "coredns/coredns", "coredns"],
            """
            kind: Image
            metadata: {name: coredns}
            spec:
              sizeMB: 22
              run: server
              programs: [/coredns, "-*"]
              commands: []
              startup: 400ms
              ports: [53, 8080, 8181, 9153]
              routes:
              - {path: /health, status: 200, type: text/plain, body: "OK"}
              - {path: /ready, status: 200, type: text/plain, body: "OK"}
              - {path: /metrics, status: 200, type: text/plain, body: "coredns_build_info 1\\n"}
              cost: {idleMilliCPU: 3, idleMemoryMB: 14}
              log: [".:53", "CoreDNS-1.13.2"]
            """
        )
    ] + [
        ("kube-proxy", ["eks/kube-proxy", "kube-proxy"]), ("aws-node", ["amazon-k8s-cni"]), ("aws-eks-nodeagent", ["amazon/aws-network-policy-agent"]),
    ].map { name, repositories in
        (
            repositories,
            """
            kind: Image
            metadata: {name: \(name)}
            spec:
              sizeMB: 40
              run: idle
              programs: [kube-proxy, "*entrypoint*", "--*"]
              commands: []
              startup: 500ms
              cost: {idleMilliCPU: 4, idleMemoryMB: 36}
            """
        )
    } + [
        (
            ["amazon-k8s-cni-init"],
            """
            kind: Image
            metadata: {name: aws-vpc-cni-init}
            spec: {sizeMB: 60, run: exit, exit: {code: 0, after: 800ms}, commands: [], startup: 800ms}
            """
        )
    ]
}
