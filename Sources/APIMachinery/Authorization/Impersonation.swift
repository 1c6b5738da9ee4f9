import KubernetesObjects

/// Whether somebody may act as somebody else.
///
/// - Source: apiserver `endpoints/filters/impersonation`, v1.36.
package enum Impersonation {
    /// The user that a request is made as.
    ///
    /// - Throws: Forbidden with the first thing that may not be taken on.
    package static func user(
        _ requester: UserInfo, as name: String, groups: [String] = [], uid: String = "", extra: [String: [String]] = [:],
        authorizers: [any Authorizer], store: Store
    ) throws(APIStatus) -> UserInfo {
        let context = Check(user: requester, authorizers: authorizers, store: store)
        var result = UserInfo(name: name, uid: uid, groups: groups, extra: extra)
        let accountParts = name.split(separator: ":", omittingEmptySubsequences: false)
        let isAccount = accountParts.count == 4 && name.hasPrefix("system:serviceaccount:")
        if isAccount {
            try context.check("serviceaccounts", name: String(accountParts[3]), namespace: String(accountParts[2]))
            if groups.isEmpty {
                result.groups = ["system:serviceaccounts", "system:serviceaccounts:\(accountParts[2])"]
            }
        } else {
            try context.check("users", name: name)
        }
        for group in groups { try context.check("groups", name: group) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            for value in values { try context.check("userextras", group: "authentication.k8s.io", subresource: key, name: value) }
        }
        if !uid.isEmpty { try context.check("uids", group: "authentication.k8s.io", name: uid) }
        let anonymous = "system:anonymous"
        if name == anonymous {
            if !result.groups.contains("system:unauthenticated") { result.groups.append("system:unauthenticated") }
        } else if !result.groups.contains("system:authenticated"), !result.groups.contains("system:unauthenticated") {
            result.groups.append("system:authenticated")
        }
        return result
    }

    private struct Check {
        let user: UserInfo
        let authorizers: [any Authorizer]
        let store: Store

        func check(
            _ resource: String, group: String = "", subresource: String = "", name: String, namespace: String = ""
        ) throws(APIStatus) {
            if authorizers.isEmpty { return }
            let attributes = AuthorizationAttributes(
                verb: "impersonate", resource: GroupVersionResource(group: group, version: "v1", resource: resource), subresource: subresource,
                namespace: namespace, name: name)
            var reasons: [String] = []
            for authorizer in authorizers {
                switch authorizer.decide(user, attributes, in: store) {
                case .allow: return
                case .deny(let reason):
                    throw GenericAPIServer.forbidden(user, attributes, because: reason)
                case .noOpinion(let reason): if !reason.isEmpty { reasons.append(reason) }
                }
            }
            throw GenericAPIServer.forbidden(user, attributes, because: reasons.joined(separator: "\n"))
        }
    }
}
