import APIMachinery
import KubernetesObjects

/// `kubectl auth`.
enum AuthCommand {
    static let command = Command(
        name: "auth", summary: "Inspect authorization", details: "Inspect authorization.", usage: "",
        subcommands: [canI, AuthReconcile.command, whoAmI])

    // MARK: can-i

    private static let canI = Command(
        name: "can-i", summary: "Check whether an action is allowed", usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
        flags: [
            SharedFlags.allNamespaces, .flag("list", nil, "Show all that is allowed."), .flag("no-headers", nil, "Leave out the header line."),
            .flag("quiet", "q", "Print nothing; only the exit status tells."), FlagSpec("subresource", "Ask for this subresource."),
        ],
        run: { (invocation) throws(Failure) in try runCanI(invocation) })

    private static let resourceVerbs: Set = [
        "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate", "*", "approve", "sign",
        "escalate", "attest",
    ]
    private static let pathVerbs: Set = ["get", "put", "post", "head", "options", "delete", "patch", "*"]

    private static func runCanI(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let arguments = invocation.arguments
        if flags.bool("list") {
            if !arguments.isEmpty { throw Failure("list option must be specified with no arguments") }
            return try list(invocation)
        }
        if flags.bool("list"), flags.bool("quiet") { throw Failure("list option can't be specified with neither quiet nor --no-headers options") }
        guard arguments.count == 2 else {
            throw Failure("you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.")
        }
        let verb = arguments[0]
        var target = arguments[1]
        let namespace = flags.bool("all-namespaces") ? "" : try invocation.namespace().name
        var spec: Value
        if target.hasPrefix("/") {
            if !flags.string("subresource").isEmpty { throw Failure("--subresource can not be used with NonResourceURL") }
            if !pathVerbs.contains(verb) { invocation.warn("verb '\(verb)' is not a known verb\n") }
            spec = ["nonResourceAttributes": ["verb": .string(verb), "path": .string(target)]]
        } else {
            var name = ""
            let subresource = flags.string("subresource")
            if let slash = target.firstIndex(of: "/") {
                name = String(target[target.index(after: slash)...])
                target = String(target[..<slash])
            }
            if !resourceVerbs.contains(verb) { invocation.warn("verb '\(verb)' is not a known verb\n") }
            var attributes: Value = ["verb": .string(verb)]
            var place = namespace
            if target == "*" {
                attributes["group"] = "*"
                attributes["resource"] = "*"
            } else if let entry = try invocation.lookup({ $0.find(target) }) {
                attributes["group"] = .string(entry.group)
                attributes["resource"] = .string(entry.plural)
                if !entry.isNamespaced, !place.isEmpty {
                    invocation.warn("resource '\(entry.plural)' is not namespace scoped" + (entry.group.isEmpty ? "\n" : " in group '\(entry.group)'\n"))
                }
            } else {
                let parts = target.split(separator: ".", maxSplits: 1).map(String.init)
                attributes["resource"] = .string(parts[0])
                if parts.count > 1 { attributes["group"] = .string(parts[1]) }
                invocation.warn("the server doesn't have a resource type '\(parts[0])'" + (parts.count > 1 ? " in group '\(parts[1])'\n" : "\n"))
            }
            if verb == "*", target == "*", !flags.isSet("namespace") { place = namespace }
            attributes["namespace"] = .string(place)
            if !name.isEmpty { attributes["name"] = .string(name) }
            if !subresource.isEmpty { attributes["subresource"] = .string(subresource) }
            spec = ["resourceAttributes": attributes]
        }
        let answer = try review("selfsubjectaccessreviews", "SelfSubjectAccessReview", spec, invocation)
        let status = answer["status"] ?? [:]
        let isAllowed = status["allowed"]?.boolValue ?? false
        if !flags.bool("quiet") {
            var text = isAllowed ? "yes" : "no"
            if !isAllowed {
                for key in ["reason", "evaluationError"] {
                    if let detail = status[key]?.stringValue, !detail.isEmpty { text += " - \(detail)" }
                }
            }
            invocation.outLine(text)
        }
        if !isAllowed { throw .quiet() }
    }

    private static func review(_ resource: String, _ kind: String, _ spec: Value, _ invocation: Invocation) throws(Failure) -> Value {
        var request = APIRequest(.create, GroupVersionResource(group: "authorization.k8s.io", version: "v1", resource: resource))
        request.body = ["kind": .string(kind), "apiVersion": "authorization.k8s.io/v1", "metadata": [:], "spec": spec]
        return try invocation.send(request).body
    }

    private static func list(_ invocation: Invocation) throws(Failure) {
        let namespace = try invocation.namespace().name
        let answer = try review("selfsubjectrulesreviews", "SelfSubjectRulesReview", ["namespace": .string(namespace)], invocation)
        let status = answer["status"] ?? [:]
        if status["incomplete"]?.boolValue == true {
            let why = status["evaluationError"]?.stringValue ?? ""
            invocation.warn("the list may be incomplete" + (why.isEmpty ? "" : ": \(why)"))
        }
        let rules = PolicyRule.compacted((status["resourceRules"]?.elements ?? []) + (status["nonResourceRules"]?.elements ?? []))
        var writer = TabWriter.table
        if !invocation.flags.bool("no-headers") { writer.write("Resources\tNon-Resource URLs\tResource Names\tVerbs\n") }
        for rule in rules {
            func words(_ list: [String]) -> String { "[" + list.joined(separator: " ") + "]" }
            writer.write("\(rule.combinedResource)\t\(words(rule.urls))\t\(words(rule.names))\t\(words(rule.verbs))\n")
        }
        invocation.out(writer.flushed())
    }

    // MARK: whoami

    private static let whoAmI = Command(
        name: "whoami", summary: "Experimental: Check self subject attributes", usage: "", flags: SharedFlags.output,
        run: { (invocation) throws(Failure) in
            var request = APIRequest(.create, GroupVersionResource(group: "authentication.k8s.io", version: "v1", resource: "selfsubjectreviews"))
            request.body = ["kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1", "metadata": [:]]
            let answer: Value
            do throws(Failure) { answer = try invocation.send(request).body } catch {
                guard error.status?.reason == "Forbidden" else { throw error }
                throw Failure("the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it")
            }
            let user = answer["status", "userInfo"] ?? [:]
            var known = Fields()
            for key in ["username", "uid", "groups", "extra"] { if let value = user[key] { known[key] = value } }
            let typed: Value = [
                "kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1",
                "metadata": answer["metadata"] ?? ["creationTimestamp": .null], "status": ["userInfo": .object(known)],
            ]
            // A template alone does not ask for another form.
            if !invocation.flags.string("output").isEmpty, let text = try OutputFormat(invocation).text(of: typed, sorted: false) {
                return invocation.out(text)
            }
            var writer = TabWriter.table
            writer.write("ATTRIBUTE\tVALUE\n")
            if let name = user["username"]?.stringValue, !name.isEmpty { writer.write("Username\t\(name)\n") }
            if let uid = user["uid"]?.stringValue, !uid.isEmpty { writer.write("UID\t\(uid)\n") }
            if let groups = user["groups"]?.elements, !groups.isEmpty { writer.write("Groups\t\(goText(.array(groups)))\n") }
            for (key, values) in user["extra"]?.fields?.sorted() ?? [:] { writer.write("Extra: \(key)\t\(goText(values))\n") }
            invocation.out(writer.flushed())
        })
}
