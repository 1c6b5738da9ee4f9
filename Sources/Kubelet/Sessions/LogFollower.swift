import APIMachinery
import KubernetesObjects
import SimulationKernel

/// How far somebody who follows a container's log has come.
package struct LogFollower: Sendable {
    var key: ContainerKey
    var run: Int32
    /// Lines of this run that have been seen.
    var seen: Int
    var timestamps: Bool
    /// Bytes that may still be given; nil for no limit.
    var left: Int?
}

/// Following logs, as `kubectl logs -f` does.
///
/// - Source: kubelet `logs.ReadLogs`: what is there first, then each line as it comes, until the container has ended.
extension Kubelets {
    /// The log so far and a place to go on from.
    ///
    /// - Throws: what `logs` throws.
    package func follow(pod name: NamespacedName, container: String, options: LogOptions) throws(APIStatus) -> (text: String, follower: LogFollower?) {
        let text = try logs(pod: name, container: container, options: options)
        guard !options.previous, let uid = uids[name], let record = pods[uid], let ref = record.ref(named: container) else { return (text, nil) }
        let key = ContainerKey(pod: uid, ref: ref)
        let left = options.limitBytes.map { $0 - text.utf8.count }
        return (text, LogFollower(key: key, run: record[ref]?.run ?? 0, seen: logs[key]?.linesEver ?? 0, timestamps: options.timestamps, left: left))
    }

    /// What has been printed since the last call, and whether no more will come.
    package func next(_ follower: inout LogFollower) -> (text: String, hasEnded: Bool) {
        guard let record = pods[follower.key.pod], let container = record[follower.key.ref] else { return ("", true) }
        guard let log = logs[follower.key] else { return ("", !container.state.isRunning) }
        let isOver = container.run != follower.run || !container.state.isRunning
        let lines = container.run == follower.run ? log.lines : log.previous
        let ever = container.run == follower.run ? log.linesEver : log.previousEver
        let fresh = lines.suffix(max(0, ever - follower.seen))
        follower.seen = ever
        var text = fresh.map { (follower.timestamps ? Self.stamp($0.time) + " " : "") + $0.text + "\n" }.joined()
        if let left = follower.left {
            if text.utf8.count > left { text = String(decoding: Array(text.utf8.prefix(max(left, 0))), as: UTF8.self) }
            follower.left = left - text.utf8.count
            if follower.left! <= 0 { return (text, true) }
        }
        return (text, isOver)
    }
}
