import KubernetesObjects
import SimulationKernel

/// Everything that is known of a request besides the object in it.
struct RequestScope {
    var type: ServedResource
    var subresource = ""
    var namespace = ""
    var name = ""
    var user: UserInfo
    /// Under which name its fields are managed.
    var manager: String
    /// Its name in the trace.
    var actor: String
    var options = RequestOptions()
    var cause: TraceID?
    /// True for the simulator's own components: their objects are well-formed, they are authorized, and they need no answer
    /// in the version they asked in.
    var isTrusted = false
    /// True for a pod of a template that has passed validation before and that nothing but the usual is added to.
    var hasSoundSpec = false
    /// True while a configuration is applied by the server: managed fields are computed by the apply itself.
    var isApplying = false
    var recorder = WarningRecorder()
    /// What the audit log keeps of the decisions on the way.
    var auditAnnotations: [String: String] = [:]
    /// The places that the body's text gave more than once.
    var duplicates: [ValuePath] = []

    var key: ObjectKey { type.key(namespace: namespace, name: name) }
    var isDryRun: Bool { options.dryRun }

    /// What the answer warns of.
    var warnings: [String] { recorder.texts }

    mutating func warn(_ text: String) { recorder.add(text) }
}

extension APIRequest {
    /// The field manager of a request: the one it names, or the first part of its user agent.
    ///
    /// - Source: apiserver `managerOrUserAgent`, `prefixFromUserAgent`: up to the first `/`, printable, at most 128 bytes.
    package var manager: String {
        if !options.fieldManager.isEmpty { return options.fieldManager }
        let prefix = userAgent.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        return String(String.UnicodeScalarView(prefix.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }.prefix(128)))
    }
}
