import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl set serviceaccount`.
enum SetServiceAccount {
    static let command = Command(
        name: "serviceaccount", aliases: ["sa"], summary: "Update the service account of a resource",
        usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT", flags: SetCommand.flags + [SharedFlags.record],
        run: { (invocation) throws(Failure) in
            guard let account = invocation.arguments.last else { throw Failure("serviceaccount is required") }
            let infos = try SetCommand.find(invocation, Array(invocation.arguments.dropLast()))
            try SetCommand.update(invocation, infos, message: "serviceaccount updated", failing: "ServiceAccountName", always: true) {
                (object, info) throws(Failure) in
                let path = try SetCommand.podPath(of: info, invocation)
                object[path: path + ["serviceAccountName"]] = .string(account)
            }
        })
}
