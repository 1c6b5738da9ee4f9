/// The autoscalers that clusters run as Deployments of their own: what they do happens in the room Autoscaling.
extension BuiltInImages {
    static let autoscalers: Group = ["cluster-autoscaler", "vpa-recommender", "vpa-updater", "vpa-admission-controller"].map { name in
        (
            ["autoscaling/\(name)", name],
            """
            kind: Image
            metadata: {name: \(name)}
            spec:
              sizeMB: 28
              run: idle
              programs: ["*\(name)", "--*"]
              commands: []
              startup: 800ms
              cost: {idleMilliCPU: 3, idleMemoryMB: 38}
            """
        )
    }
}
