import CloudModel
import KubernetesObjects

extension ClusterSession {
    /// The AWS account's side as it is kept: a part beside the cluster's own.
    package var account: Value {
        [
            "clusters": .object(Fields(eksClusters.keys.sorted().map { ($0, eksClusters[$0]!.value) })), "launcher": launcher.value,
        ]
    }

    /// Takes the account over. The cluster knows its node groups itself, and may have scaled them since: they stay as they are.
    package func recall(account: Value) {
        keptClusters = [:]
        for (name, saved) in account["clusters"]?.fields ?? Fields() { keptClusters[name] = EKSCluster(saved) }
        if let saved = account["launcher"] { launcher.recall(saved) }
    }
}
