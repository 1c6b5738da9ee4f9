import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl set subject`.
enum SetSubject {
    static let command = Command(
        name: "subject", summary: "Update the user, group, or service account in a role binding or cluster role binding",
        usage: "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
        flags: SetCommand.flags + [
            SharedFlags.selector, FlagSpec("user", kind: .stringSlice, "Users."), FlagSpec("group", kind: .stringSlice, "Groups."),
            FlagSpec("serviceaccount", kind: .stringSlice, "Service accounts, NAMESPACE:NAME."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let infos = try SetCommand.find(invocation, invocation.arguments)
        var added: [Value] = []
        let group: Value = "rbac.authorization.k8s.io"
        for name in flags.list("user") { added.append(["kind": "User", "apiGroup": group, "name": .string(name)]) }
        for name in flags.list("group") { added.append(["kind": "Group", "apiGroup": group, "name": .string(name)]) }
        let place = try invocation.namespace().name
        for text in flags.list("serviceaccount") {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            if parts.count != 2 { throw Failure("serviceaccount must be <namespace>:<name>") }
            added.append(["kind": "ServiceAccount", "namespace": .string(parts[0].isEmpty ? place : parts[0]), "name": .string(parts[1])])
        }
        if added.isEmpty { throw Failure("you must specify at least one value of user, group or serviceaccount") }
        try SetCommand.update(invocation, infos, message: "subjects updated", failing: "subjects to rolebinding:") {
            (object, info) throws(Failure) in
            guard info.entry.kind.hasSuffix("RoleBinding") else { throw Failure("\(SetCommand.name(of: info, invocation)) setting subjects is only supported for RoleBinding/ClusterRoleBinding") }
            var subjects = object["subjects"]?.elements ?? []
            for subject in added where !subjects.contains(subject) { subjects.append(subject) }
            object["subjects"] = .array(subjects)
        }
    }
}
