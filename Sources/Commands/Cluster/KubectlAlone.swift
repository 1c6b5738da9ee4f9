import APIMachinery
import Kubectl
import KubernetesObjects
import SimulationKernel

/// `labrunner kubectl` where there is no cluster: for `config`, `kustomize` and others that need none.
enum KubectlAlone {
    private static let commands: Set = ["config", "kustomize", "completion", "options", "plugin", "version", "help", "__complete", "__completeNoDesc"]

    /// Whether the words make sense without a cluster, or a kubeconfig was named that leads to none of ours. Help makes sense with any command.
    static func serves(_ words: [String]) -> Bool {
        if Host.variable("KUBECONFIG") != nil || words.contains(where: { $0 == "--kubeconfig" || $0.hasPrefix("--kubeconfig=") }) { return true }
        if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) { return true }
        return words.first.map(commands.contains) ?? false
    }

    static func run(_ words: [String]) -> Int32 {
        var environment = DiskKubectl.environment()
        environment.reaches = { _ in false }
        return Kubectl(client: Unreachable(), environment: environment).run(words)
    }

    /// A server that nobody answers for.
    private final class Unreachable: APIClient {
        var user = UserInfo.admin
        var now: Instant { Host.preciseNow }

        private static let refusal = APIStatus(
            code: 0, reason: "", message: "The connection to the server localhost:8080 was refused - did you specify the right host or port?")

        func send(_ request: APIRequest) throws(APIStatus) -> APIResponse { throw Self.refusal }
        func watch(_ request: APIRequest) throws(APIStatus) -> any WatchStream { throw Self.refusal }
        func advance(by duration: Duration) {}
    }
}
