import KubernetesObjects

/// The secrets that pods of a ServiceAccount may use when its annotation `kubernetes.io/enforce-mountable-secrets` says so: those that
/// the account lists.
///
/// - Order: volumes, containers that run first, containers, pull secrets; the first that is not allowed is told.
/// - Source: kubernetes `plugin/pkg/admission/serviceaccount.limitSecretReferences`, v1.36.
enum MountableSecrets {
    static let annotation = "kubernetes.io/enforce-mountable-secrets"
    /// What Go's `strconv.ParseBool` takes for true.
    private static let yes = ["1", "t", "T", "true", "TRUE", "True"]

    static func isEnforced(by account: Value) -> Bool { account.annotation(annotation).map(yes.contains) ?? false }

    /// Why a new pod is refused; nil when all its secrets are the account's.
    static func problem(of spec: Value, account: Value) -> String? {
        let secrets = names(account.list("secrets"))
        let suffix = "is not allowed because service account \(account.name) does not reference that"
        for volume in spec.list("volumes") {
            guard let name = volume.present("secret")?.text("secretName"), !secrets.contains(name) else { continue }
            return "volume with secret.secretName=\"\(name)\" \(suffix) secret"
        }
        for (field, title) in [("initContainers", "init container"), ("containers", "container")] {
            if let problem = problem(in: spec.list(field), called: title, secrets, suffix) { return problem }
        }
        let pulls = names(account.list("imagePullSecrets"))
        for (index, pull) in spec.list("imagePullSecrets").enumerated() where !pulls.contains(pull.text("name")) {
            return "imagePullSecrets[\(index)].name=\"\(pull.text("name"))\" \(suffix) imagePullSecret"
        }
        return nil
    }

    /// Why containers that are added to a pod for a while are refused.
    static func problem(ofEphemeralContainersIn spec: Value, account: Value) -> String? {
        problem(
            in: spec.list("ephemeralContainers"), called: "ephemeral container", names(account.list("secrets")),
            "is not allowed because service account \(account.name) does not reference that")
    }

    private static func problem(in containers: [Value], called title: String, _ secrets: Set<String>, _ suffix: String) -> String? {
        for container in containers {
            for variable in container.list("env") {
                guard let name = variable["valueFrom"]?.present("secretKeyRef")?.text("name"), !secrets.contains(name) else { continue }
                return "\(title) \(container.text("name")) with envVar \(variable.text("name")) referencing secret.secretName=\"\(name)\" \(suffix) secret"
            }
            for source in container.list("envFrom") {
                guard let name = source.present("secretRef")?.text("name"), !secrets.contains(name) else { continue }
                return "\(title) \(container.text("name")) with envFrom referencing secret.secretName=\"\(name)\" \(suffix) secret"
            }
        }
        return nil
    }

    private static func names(_ references: [Value]) -> Set<String> { Set(references.map { $0.text("name") }) }
}
