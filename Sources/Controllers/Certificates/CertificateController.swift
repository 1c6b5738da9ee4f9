import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Approves the requests of kubelets, signs what was approved, and clears old requests away.
///
/// - Bounds: signed, failed and denied requests stay an hour, requests that nobody decides on a day; an approved one that nobody
///   signs stays.
/// - Source: kube-controller-manager `certificates`: approver, signer and cleaner.
package struct CertificateController: Controller {
    package let name = "certificate-controller"
    package let interests: [GroupResource] = [.certificateSigningRequests]
    package let isPeriodic = true
    private let sign: Signing
    private let read: Reading

    static let decidedMax = Duration.seconds(3600)
    static let pendingMax = Duration.seconds(86_400)
    static let kubeletSigner = "kubernetes.io/kube-apiserver-client-kubelet"
    static let signers: Set = [kubeletSigner, "kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client", "kubernetes.io/legacy-unknown"]

    /// Makes the certificate of a request, for as long as it asks for; nil when it cannot be made.
    package typealias Signing = @Sendable (_ request: String, _ signer: String, _ lifetime: Duration?) -> String?

    /// Reads the text of a request; nil when it cannot.
    package typealias Reading = @Sendable (_ request: String) -> RequestedCertificate?

    package init(sign: @escaping Signing, read: @escaping Reading = { _ in nil }) {
        self.sign = sign
        self.read = read
    }

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        event.change == .deleted ? [] : ownKey(event)
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        guard let request = view.get(key) else { return plan }
        let signer = request.specString("signerName") ?? ""
        let isDenied = request.isConditionTrue("Denied")
        let isFailed = request.isConditionTrue("Failed")
        let isApproved = request.isConditionTrue("Approved")
        let hasCertificate = !(request.statusString("certificate") ?? "").isEmpty
        if let due = due(request, isDecided: isDenied || isFailed || hasCertificate) {
            if due <= view.now {
                plan.add(.delete(key, uid: request.uid), ifRefused: .continuing)
                return plan
            }
            plan.requeueAfter = due - view.now
        }
        if isDenied || isFailed || hasCertificate { return plan }
        if !isApproved {
            if signer == Self.kubeletSigner, isOfKubelet(request) { approve(request, key, view.now, &plan) }
            return plan
        }
        let asked = request["spec"]?["expirationSeconds"]?.intValue.map { Duration.seconds(Int64($0)) }
        let text = request.specString("request") ?? ""
        guard Self.signers.contains(signer) else { return plan }
        let usages = (request["spec"]?["usages"]?.elements ?? []).compactMap(\.stringValue)
        if let contents = read(text), let problem = SignerRules.problem(signer, contents, usages: usages) {
            refuse(request, problem, view.now, &plan)
            return plan
        }
        guard let certificate = sign(text, signer, asked) else { return plan }
        var next = request
        next["status", default: [:]]["certificate"] = .string(certificate)
        plan.add(.updateStatus(.certificateSigningRequests, next), ifRefused: .continuing)
        return plan
    }

    private func refuse(_ request: Value, _ problem: String, _ now: Instant, _ plan: inout Plan) {
        var next = request
        let time = Value.string(now.rfc3339)
        next["status", default: [:]]["conditions", default: []].append([
            "type": "Failed", "status": "True", "reason": "SignerValidationFailure", "message": .string(problem), "lastUpdateTime": time,
            "lastTransitionTime": time,
        ])
        plan.add(.updateStatus(.certificateSigningRequests, next), ifRefused: .continuing)
    }

    /// When a request is cleared away; nil while it may stay.
    private func due(_ request: Value, isDecided: Bool) -> Instant? {
        let conditions = request["status"]?["conditions"]?.elements ?? []
        if !isDecided { return conditions.isEmpty ? request.created + Self.pendingMax : nil }
        let decided = conditions.compactMap { $0["lastUpdateTime"]?.stringValue.flatMap { Instant(rfc3339: $0) } }.min()
        return (decided ?? request.created) + Self.decidedMax
    }

    private func isOfKubelet(_ request: Value) -> Bool {
        let groups = (request["spec"]?["groups"]?.elements ?? []).compactMap(\.stringValue)
        return groups.contains("system:nodes") || groups.contains("system:bootstrappers")
    }

    private func approve(_ request: Value, _ key: ObjectKey, _ now: Instant, _ plan: inout Plan) {
        var next = request
        let time = Value.string(now.rfc3339)
        // A kubelet that renews its own certificate, or one that asks for its first.
        let subject = request.specString("username")?.hasPrefix("system:node:") == true ? "self kubelet" : "kubelet"
        next["status", default: [:]]["conditions", default: []].append([
            "type": "Approved", "status": "True", "reason": "AutoApproved",
            "message": .string("Auto approving \(subject) client certificate after SubjectAccessReview."), "lastUpdateTime": time, "lastTransitionTime": time,
        ])
        plan.add(.updateSubresource(key, subresource: "approval", next), ifRefused: .continuing)
    }
}
