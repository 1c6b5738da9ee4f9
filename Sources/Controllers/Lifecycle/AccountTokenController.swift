import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Fills Secrets of type `kubernetes.io/service-account-token`, and deletes those whose account is gone.
///
/// - Source: kube-controller-manager `serviceaccount-token`.
package struct AccountTokenController: Controller {
    package let name = "tokens-controller"
    package let interests: [GroupResource] = [.secrets, .serviceAccounts]
    static let secretType = "kubernetes.io/service-account-token"
    static let nameKey = "kubernetes.io/service-account.name"
    static let uidKey = "kubernetes.io/service-account.uid"

    private let certificate: String
    private let token: @Sendable (_ namespace: String, _ account: String, _ uid: String, _ secret: String) -> String

    package init(
        certificate: String, token: @escaping @Sendable (_ namespace: String, _ account: String, _ uid: String, _ secret: String) -> String
    ) {
        self.certificate = certificate
        self.token = token
    }

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .secrets {
            return event.change != .deleted && event.object["type"]?.stringValue == Self.secretType ? ownKey(event) : []
        }
        if event.change == .modified { return [] }
        return view.list(.secrets, namespace: event.key.namespace).filter {
            $0["type"]?.stringValue == Self.secretType && $0.annotation(Self.nameKey) == event.key.name
        }.map { (ObjectKey(.secrets, namespace: $0.namespace, name: $0.name), .zero) }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard var secret = view.get(key), !secret.isBeingDeleted, let accountName = secret.annotation(Self.nameKey) else { return .done }
        var plan = Plan()
        let account = view.get(.serviceAccounts, namespace: key.namespace, name: accountName)
        let uid = secret.annotation(Self.uidKey)
        guard let account, uid == nil || uid == account.uid else {
            plan.add(.delete(key, uid: secret.uid), ifRefused: .continuing)
            return plan
        }
        let data = secret["data"]
        let authority = Value.string(Base64.encode(certificate))
        if uid != nil, data?["token"] != nil, data?["ca.crt"] == authority, data?["namespace"] != nil { return plan }
        secret["metadata", default: [:]]["annotations", default: [:]][Self.uidKey] = .string(account.uid)
        secret["data", default: [:]]["ca.crt"] = authority
        secret["data", default: [:]]["namespace"] = .string(Base64.encode(key.namespace))
        if data?["token"] == nil {
            secret["data", default: [:]]["token"] = .string(Base64.encode(token(key.namespace, accountName, account.uid, secret.name)))
        }
        plan.add(.update(.secrets, secret), ifRefused: .continuing)
        return plan
    }
}
