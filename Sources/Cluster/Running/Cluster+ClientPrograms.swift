import APIMachinery
import Kubelet
import KubernetesObjects
import Shell
import SimulationKernel

/// kubectl and its like inside of containers, with the rights of the pod's ServiceAccount.
extension Cluster {
    /// What a client program in a container came to; nil when it waits for something and is to be run again later.
    mutating func runClient(_ call: ContainerCall) -> NetworkOutcome? {
        guard let program = clientPrograms[call.command.tool] else {
            return .answered(HostAnswer(output: "", errors: "sh: \(call.command.tool): not found\n", status: 127), .zero)
        }
        guard let account = account(of: call) else {
            let text = "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n"
            return .answered(HostAnswer(output: "", errors: text, status: 1), .milliseconds(10))
        }
        let session = ContainerSession(self, user: account)
        let kubelets = components.components[places.kubelets] as? Kubelets
        let result = program.run(call.command.arguments, input: call.input, namespace: call.pod.namespace, client: session) { path in
            kubelets?.file(path, of: call)
        }
        // A program that only looked may look again until its own patience is over.
        if session.hasWaited, !session.hasWritten, now - call.askedAt < session.ownTime { return nil }
        self = session.cluster
        return .answered(HostAnswer(output: result.output, errors: result.errors, status: result.status), .milliseconds(80))
    }

    /// The ServiceAccount whose token a container has; nil when it has none.
    private func account(of call: ContainerCall) -> UserInfo? {
        guard let pod = store.get(.pods, namespace: call.pod.namespace, name: call.pod.name) else { return nil }
        let container = ["containers", "initContainers", "ephemeralContainers"].flatMap { pod["spec"]?[$0]?.elements ?? [] }.first { $0["name"]?.stringValue == call.container }
        let hasToken = (container?["volumeMounts"]?.elements ?? []).contains { $0["mountPath"]?.stringValue == "/var/run/secrets/kubernetes.io/serviceaccount" }
        guard hasToken else { return nil }
        let name = pod["spec"]?["serviceAccountName"]?.stringValue ?? "default"
        guard let account = store.get(.serviceAccounts, namespace: call.pod.namespace, name: name) else { return nil }
        return .serviceAccount(namespace: call.pod.namespace, name: name, uid: account.uid)
    }
}
