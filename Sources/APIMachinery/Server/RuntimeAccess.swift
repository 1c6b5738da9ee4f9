import KubernetesObjects
import SimulationKernel

/// The answer of a running container or of something behind the API server's proxies.
package struct RuntimeAnswer: Sendable {
    package var standardOutput: String
    package var standardError: String
    /// The exit status of a command, or the HTTP status of a proxied request.
    package var code: Int

    package init(standardOutput: String = "", standardError: String = "", code: Int = 0) {
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.code = code
    }
}

/// What lies behind the API server: kubelets' logs and exec, pods' and services' ports, metrics.
///
/// `Cluster` answers these requests; without one they fail as they do against nodes that cannot be reached.
/// Requests carry the subresource (`log`, `exec`, `attach`, `portforward`, `proxy`), the query in `options.parameters`,
/// and for `exec` the standard input in `body`. The server has checked who may ask and that the object exists.
package protocol RuntimeAccess: AnyObject {
    func connect(_ request: APIRequest, object: Value) throws(APIStatus) -> RuntimeAnswer
}
