import APIMachinery
import KubernetesObjects

/// `kubectl create namespace`, `serviceaccount`, `quota`, `priorityclass` and `poddisruptionbudget`.
enum CreateSmallObjects {
    static let namespace = Command(
        name: "namespace", aliases: ["ns"], summary: "Create a namespace with the specified name", usage: "NAME [--dry-run=server|client|none]",
        flags: Creation.flags,
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            let object: Value = [
                "kind": "Namespace", "apiVersion": "v1", "metadata": try Creation.metadata(invocation, name: name, namespaced: false),
                "spec": [:], "status": [:],
            ]
            try Creation.create(object, .namespaces, failing: nil, invocation)
        })

    static let serviceAccount = Command(
        name: "serviceaccount", aliases: ["sa"], summary: "Create a service account with the specified name",
        usage: "NAME [--dry-run=server|client|none]", flags: Creation.flags,
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            let object: Value = ["kind": "ServiceAccount", "apiVersion": "v1", "metadata": try Creation.metadata(invocation, name: name)]
            try Creation.create(object, .serviceAccounts, failing: "failed to create serviceaccount: ", invocation)
        })

    static let quota = Command(
        name: "quota", aliases: ["resourcequota"], summary: "Create a quota with the specified name",
        usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
        flags: Creation.flags + [
            FlagSpec("hard", "Limits, RESOURCE=QUANTITY, divided by commas."), FlagSpec("scopes", "Scopes, divided by commas."),
        ],
        run: { (invocation) throws(Failure) in try createQuota(invocation) })

    static let priorityClass = Command(
        name: "priorityclass", aliases: ["pc"], summary: "Create a priority class with the specified name",
        usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
        flags: Creation.flags + [
            FlagSpec("value", kind: .int, "The priority."), .flag("global-default", nil, "Pods without a class get this one."),
            FlagSpec("description", "What the class is for."),
            FlagSpec("preemption-policy", fallback: "PreemptLowerPriority", "PreemptLowerPriority or Never."),
        ],
        run: { (invocation) throws(Failure) in
            let flags = invocation.flags
            let name = try Creation.name(invocation)
            let policy = flags.string("preemption-policy")
            var object: Value = [
                "kind": "PriorityClass", "apiVersion": "scheduling.k8s.io/v1",
                "metadata": try Creation.metadata(invocation, name: name, namespaced: false), "value": Value(flags.int("value")),
            ]
            if flags.bool("global-default") { object["globalDefault"] = true }
            if !flags.string("description").isEmpty { object["description"] = .string(flags.string("description")) }
            object["preemptionPolicy"] = .string(policy)
            try Creation.create(
                object, GroupResource("priorityclasses", group: "scheduling.k8s.io"), failing: "failed to create priorityclass: ", invocation)
        })

    static let disruptionBudget = Command(
        name: "poddisruptionbudget", aliases: ["pdb"], summary: "Create a pod disruption budget with the specified name",
        usage: "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
        flags: Creation.flags + [
            FlagSpec("selector", "Label selector of the pods."), FlagSpec("min-available", "Pods that must stay, a number or a percentage."),
            FlagSpec("max-unavailable", "Pods that may go, a number or a percentage."),
        ],
        run: { (invocation) throws(Failure) in try createBudget(invocation) })

    private static func createQuota(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let name = try Creation.name(invocation)
        var hard = Fields()
        for part in flags.string("hard").split(separator: ",").map(String.init) {
            let halves = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            if halves.count != 2 { throw Failure("Invalid argument syntax \(part), expected <resource>=<value>") }
            guard ResourceAmount(halves[1]) != nil else {
                throw Failure("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
            }
            hard[halves[0]] = .string(halves[1])
        }
        var spec: Value = [:]
        if !hard.isEmpty { spec["hard"] = .object(hard) }
        let scopes = flags.string("scopes").isEmpty ? [] : flags.string("scopes").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if scopes.contains("") { throw Failure("invalid resource quota scope \"\"") }
        if !scopes.isEmpty { spec["scopes"] = Value(scopes) }
        let object: Value = [
            "kind": "ResourceQuota", "apiVersion": "v1", "metadata": try Creation.metadata(invocation, name: name), "spec": spec, "status": [:],
        ]
        try Creation.create(object, GroupResource("resourcequotas"), failing: "failed to create quota: ", invocation)
    }

    private static func createBudget(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let name = try Creation.name(invocation)
        let (minimum, maximum) = (flags.string("min-available"), flags.string("max-unavailable"))
        if flags.string("selector").isEmpty { throw Failure("a selector must be specified") }
        if minimum.isEmpty, maximum.isEmpty { throw Failure("one of min-available or max-unavailable must be specified") }
        if !minimum.isEmpty, !maximum.isEmpty { throw Failure("min-available and max-unavailable cannot be both specified") }
        for (key, value) in [("min-available", minimum), ("max-unavailable", maximum)] where !value.isEmpty {
            let digits = value.hasSuffix("%") ? value.dropLast() : Substring(value)
            if digits.isEmpty || !digits.allSatisfy({ $0.isASCII && $0.isNumber }) {
                throw Failure("invalid format specified for \(key)")
            }
        }
        var spec: Value = [:]
        if !minimum.isEmpty { spec["minAvailable"] = intOrString(minimum) }
        spec["selector"] = try LabelSelectorText.parse(flags.string("selector"))
        if !maximum.isEmpty { spec["maxUnavailable"] = intOrString(maximum) }
        let object: Value = [
            "kind": "PodDisruptionBudget", "apiVersion": "policy/v1", "metadata": try Creation.metadata(invocation, name: name), "spec": spec,
            "status": ["disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0],
        ]
        try Creation.create(
            object, GroupResource("poddisruptionbudgets", group: "policy"), failing: "failed to create poddisruptionbudgets: ", invocation)
    }
}

/// A number, or a text that is none.
func intOrString(_ text: String) -> Value { Int(text).map { Value($0) } ?? .string(text) }

/// A label selector on the command line as the API object.
enum LabelSelectorText {
    static func parse(_ text: String) throws(Failure) -> Value {
        do { _ = try LabelSelector(parsing: text) } catch {
            throw Failure("couldn't parse the selector string \(goQuoted(text)): \(error.message)")
        }
        var labels = Fields()
        var expressions: [Value] = []
        var depth = 0
        var parts: [String] = []
        var current = ""
        for letter in text {
            if letter == "(" { depth += 1 }
            if letter == ")" { depth -= 1 }
            if letter == ",", depth == 0 {
                parts.append(trimmed(current))
                current = ""
            } else {
                current.append(letter)
            }
        }
        for part in parts + [trimmed(current)] where !part.isEmpty {
            let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.count >= 3, words[1] == "in" || words[1] == "notin" {
                let list = words[2...].joined().drop { $0 == "(" }.prefix { $0 != ")" }.split(separator: ",").map(String.init)
                expressions.append(["key": .string(words[0]), "operator": words[1] == "in" ? "In" : "NotIn", "values": Value(list)])
            } else if let range = part.range(of: "!=") {
                expressions.append([
                    "key": .string(trimmed(String(part[..<range.lowerBound]))), "operator": "NotIn",
                    "values": [.string(trimmed(String(part[range.upperBound...])))],
                ])
            } else if let range = part.range(of: "==") ?? part.range(of: "=") {
                labels[trimmed(String(part[..<range.lowerBound]))] = .string(trimmed(String(part[range.upperBound...])))
            } else if part.hasPrefix("!") {
                expressions.append(["key": .string(trimmed(String(part.dropFirst()))), "operator": "DoesNotExist"])
            } else {
                expressions.append(["key": .string(part), "operator": "Exists"])
            }
        }
        var selector: Value = [:]
        if !labels.isEmpty { selector["matchLabels"] = .object(labels) }
        if !expressions.isEmpty { selector["matchExpressions"] = .array(expressions) }
        return selector
    }
}
