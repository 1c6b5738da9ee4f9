import CloudModel
import KubernetesObjects

extension ClusterSession {
    /// The AWS account's side as it is kept: a part beside the cluster's own.
    package var account: Value {
        [
            "clusters": .object(Fields(eksClusters.keys.sorted().map { ($0, eksClusters[$0]!.value) })), "launcher": launcher.value,
        ]
    }

    package func recall(account: Value) {
        for (name, saved) in account["clusters"]?.fields ?? Fields() { eksClusters[name] = EKSCluster(saved) }
        if let saved = account["launcher"] { launcher.recall(saved) }
    }
}
