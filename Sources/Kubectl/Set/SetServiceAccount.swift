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
            // Files say what is changed locally; words before the account are not looked at then.
            let words = invocation.flags.bool("local") ? [] : Array(invocation.arguments.dropLast())
            let infos = try SetCommand.find(invocation, words)
            try SetCommand.update(invocation, infos, message: "serviceaccount updated", failing: "ServiceAccountName", always: true) {
                (object, info) throws(Failure) in
                guard let path = SetCommand.podPath(info.entry) else { return }
                object[path: path + ["serviceAccountName"]] = .string(account)
                object[path: path + ["serviceAccount"]] = .string(account)
            }
        })
}
