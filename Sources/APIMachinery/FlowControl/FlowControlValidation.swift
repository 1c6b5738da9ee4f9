import KubernetesObjects

/// What is wrong with flow schemas and priority levels.
///
/// - Source: kubernetes `pkg/apis/flowcontrol/validation`, v1.36.
enum FlowControlValidation {
    /// What is wrong with the conditions of either: one of each type, and a type each.
    static func status(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let path = FieldPath.status / "conditions"
        var types: Set<String> = []
        for (index, condition) in (object["status"]?.list("conditions") ?? []).enumerated() {
            let type = condition.text("type")
            if !types.insert(type).inserted { errors.duplicate(path[index] / "type", type) }
            if type.isEmpty { errors.required(path[index] / "type", "must not be empty") }
        }
    }

    // MARK: Flow schemas

    static func flowSchema(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let precedence = spec.int("matchingPrecedence") ?? 0
        let precedencePath = FieldPath.spec / "matchingPrecedence"
        if precedence <= 0 { errors.invalid(precedencePath, precedence, "must be a positive value") }
        if precedence > 10000 { errors.invalid(precedencePath, precedence, "must not be greater than 10000") }
        if precedence == 1, object.name != "exempt" {
            errors.invalid(precedencePath, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")
        }
        if let method = spec.present("distinguisherMethod") {
            let type = method.text("type")
            if type != "ByUser", type != "ByNamespace" {
                errors.notSupported(.spec / "distinguisherMethod" / "type", ["Type": .string(type)], ["ByNamespace", "ByUser"])
            }
        }
        let levelPath = FieldPath.spec / "priorityLevelConfiguration" / "name"
        let level = spec["priorityLevelConfiguration"]?.text("name") ?? ""
        if level.isEmpty {
            errors.required(levelPath, "must reference a priority level")
        } else {
            errors.invalid(levelPath, level, each: NameFormats.dns1123Subdomain(level))
        }
        for (index, rule) in spec.list("rules").enumerated() { check(rule, at: (.spec / "rules")[index], into: &errors) }
        checkFixed(object, among: FlowControlBootstrap.flowSchemas, ["exempt", "catch-all"], into: &errors)
    }

    private static func check(_ rule: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let subjects = rule.list("subjects")
        if subjects.isEmpty { errors.required(path / "subjects", "subjects must contain at least one value") }
        for (index, subject) in subjects.enumerated() {
            check(subject: subject, at: (path / "subjects")[index], into: &errors)
        }
        if rule.list("resourceRules").isEmpty, rule.list("nonResourceRules").isEmpty {
            errors.required(path, "at least one of resourceRules and nonResourceRules has to be non-empty")
        }
        for (index, resourceRule) in rule.list("resourceRules").enumerated() {
            let at = (path / "resourceRules")[index]
            verbs(resourceRule, at: at, into: &errors)
            for (field, one) in [("apiGroups", "api group"), ("resources", "resource")] {
                let rule = StarredList(field: field, others: one + "s", whenEmpty: "resource rules must supply at least one \(one)")
                _ = members(of: resourceRule, rule, at: at, into: &errors)
            }
            namespaces(resourceRule, at: at, into: &errors)
        }
        for (index, pathRule) in rule.list("nonResourceRules").enumerated() {
            let at = (path / "nonResourceRules")[index]
            verbs(pathRule, at: at, into: &errors)
            paths(pathRule, at: at, into: &errors)
        }
    }

    /// The kinds of subjects, each with the field that holds it.
    private static let subjectKinds: KeyValuePairs = ["ServiceAccount": "serviceAccount", "User": "user", "Group": "group"]

    private static func check(subject: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let kind = subject.text("kind")
        guard let field = subjectKinds.first(where: { $0.key == kind })?.value else {
            return errors.notSupported(path / "kind", kind, ["Group", "ServiceAccount", "User"])
        }
        if let target = subject.present(field) {
            if kind == "ServiceAccount" {
                account(target, at: path / field, into: &errors)
            } else if target.text("name").isEmpty {
                errors.required(path / field / "name")
            }
        } else {
            errors.required(path / field, "\(field) is required when subject kind is '\(kind)'")
        }
        for (other, field) in subjectKinds where other != kind && subject.has(field) {
            errors.forbidden(path / field, "\(field) is forbidden when subject kind is not '\(other)'")
        }
    }

    private static func account(_ account: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let (name, namespace) = (account.text("name"), account.text("namespace"))
        if name.isEmpty {
            errors.required(path / "name")
        } else if name != "*" {
            errors.invalid(path / "name", name, each: NameFormats.dns1123Subdomain(name))
        }
        if namespace.isEmpty {
            errors.required(path / "namespace", "must specify namespace for service account")
        } else {
            errors.invalid(path / "namespace", namespace, each: NameFormats.dns1123Label(namespace))
        }
    }

    private static let knownVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"]

    private static func verbs(_ rule: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let list = StarredList(field: "verbs", others: "verbs", whenEmpty: "verbs must contain at least one value")
        guard let verbs = members(of: rule, list, at: path, into: &errors), !verbs.allSatisfy(knownVerbs.contains) else { return }
        errors.notSupported(path / "verbs", rule["verbs"], knownVerbs)
    }

    private static func namespaces(_ rule: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let list = StarredList(
            field: "namespaces", others: "namespaces",
            whenEmpty: rule.flag("clusterScope") ? nil : "resource rules that are not cluster scoped must supply at least one namespace")
        for (index, name) in (members(of: rule, list, at: path, into: &errors) ?? []).enumerated() {
            for message in NameFormats.dns1123Label(name) {
                errors.invalid((path / "namespaces")[index], name, "each member of this list must be '*' or a DNS-1123 label; " + message)
            }
        }
    }

    private static func paths(_ rule: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let list = StarredList(field: "nonResourceURLs", others: "non-resource URLs", whenEmpty: "nonResourceURLs must contain at least one value")
        for (index, text) in (members(of: rule, list, at: path, into: &errors) ?? []).enumerated() {
            if let problem = pathProblem(text) { errors.invalid((path / "nonResourceURLs")[index], text, problem) }
        }
    }

    /// A list whose members may be one `*`, which then stands alone.
    private struct StarredList {
        var field: String
        /// What may not stand beside the star.
        var others: String
        /// What is said of an empty list; nil when it may be empty.
        var whenEmpty: String?
    }

    /// The members that are still to be looked at: none of a list that is empty or has a star.
    private static func members(of rule: Value, _ list: StarredList, at path: FieldPath, into errors: inout FieldErrors) -> [String]? {
        let members = rule.texts(list.field)
        if members.isEmpty {
            if let message = list.whenEmpty { errors.required(path / list.field, message) }
            return nil
        }
        guard members.contains("*") else { return members }
        if members.count > 1 { errors.invalid(path / list.field, rule[list.field], "if '*' is present, must not specify other \(list.others)") }
        return nil
    }

    private static func pathProblem(_ text: String) -> String? {
        if text.isEmpty { return "must not be empty" }
        if text == "/" { return nil }
        if !text.hasPrefix("/") { return "must start with slash" }
        if text.contains(" ") { return "must not contain white-space" }
        if text.contains("//") { return "must not contain double slash" }
        let stars = text.utf8.count { $0 == UInt8(ascii: "*") }
        return stars > 1 || (stars == 1 && !text.hasSuffix("/*")) ? "wildcard can only do suffix matching" : nil
    }

    // MARK: Priority levels

    static func priorityLevel(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let type = spec.text("type")
        if (object.name == "exempt") != (type == "Exempt") {
            errors.invalid(.spec / "type", type, "type must be 'Exempt' if and only if name is 'exempt'")
        }
        switch type {
        case "Exempt":
            if spec.has("limited") { errors.forbidden(.spec / "limited", "must be nil if the type is not Limited") }
            if let exempt = spec.present("exempt") { shares(exempt, at: .spec / "exempt", into: &errors) }
        case "Limited":
            if spec.has("exempt") { errors.forbidden(.spec / "exempt", "must be nil if the type is Limited") }
            if let limited = spec.present("limited") {
                check(limited: limited, at: .spec / "limited", into: &errors)
            } else {
                errors.required(.spec / "limited", "must not be empty when type is Limited")
            }
        default: errors.notSupported(.spec / "type", type, ["Exempt", "Limited"])
        }
        checkFixed(object, among: FlowControlBootstrap.priorityLevels, ["catch-all"], into: &errors)
        // Administrators may say how many requests go past all queues, nothing else of this level.
        if object.name == "exempt", spec.has("limited") || type != "Exempt" {
            errors.invalid(.spec, spec, "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value")
        }
    }

    private static func shares(_ level: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if let shares = level.int("nominalConcurrencyShares"), shares < 0 {
            errors.invalid(path / "nominalConcurrencyShares", shares, "must be a non-negative integer")
        }
        if let percent = level.int("lendablePercent"), !(0...100).contains(percent) {
            errors.invalid(path / "lendablePercent", percent, "must be between 0 and 100, inclusive")
        }
    }

    private static func check(limited: Value, at path: FieldPath, into errors: inout FieldErrors) {
        shares(limited, at: path, into: &errors)
        if let percent = limited.int("borrowingLimitPercent"), percent < 0 {
            errors.invalid(path / "borrowingLimitPercent", percent, "if specified, must be a non-negative integer")
        }
        let response = limited["limitResponse"] ?? [:]
        let at = path / "limitResponse"
        switch response.text("type") {
        case "Reject":
            if response.has("queuing") { errors.forbidden(at / "queuing", "must be nil if limited.limitResponse.type is not Limited") }
        case "Queue":
            guard let queuing = response.present("queuing") else {
                return errors.required(at / "queuing", "must not be empty if limited.limitResponse.type is Limited")
            }
            check(queuing: queuing, at: at / "queuing", into: &errors)
        case let type: errors.notSupported(at / "type", type, ["Queue", "Reject"])
        }
    }

    private static let queuesMax = 10_000_000

    private static func check(queuing: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let queues = queuing.int("queues") ?? 0
        let hand = queuing.int("handSize") ?? 0
        let limit = queuing.int("queueLengthLimit") ?? 0
        if limit <= 0 { errors.invalid(path / "queueLengthLimit", limit, "must be positive") }
        if queues <= 0 {
            errors.invalid(path / "queues", queues, "must be positive")
        } else if queues > queuesMax {
            errors.invalid(path / "queues", queues, "must not be greater than \(queuesMax)")
        }
        if hand <= 0 {
            errors.invalid(path / "handSize", hand, "must be positive")
        } else if hand > queues {
            errors.invalid(path / "handSize", hand, "should not be greater than queues (\(queues))")
        } else if entropyBits(queues, hand) > hashBits {
            errors.invalid(
                path / "handSize", hand,
                "required entropy bits of deckSize \(queues) and handSize \(hand) should not be greater than \(hashBits)")
        }
    }

    /// How many bits of a flow's hash the dealing of its hand can use.
    private static let hashBits = 60

    /// The bits that it takes to deal a hand of queues: at most the logarithm of `queues` to the power of `hand`.
    ///
    /// - Source: apiserver `util/shufflesharding.RequiredEntropyBits`.
    private static func entropyBits(_ queues: Int, _ hand: Int) -> Int {
        var bits = 0
        var rest = 1.0
        for _ in 0..<hand {
            rest *= Double(queues)
            bits += Int(rest.exponent)
            rest = rest.significand
        }
        return rest > 1 ? bits + 1 : bits
    }

    // MARK: What may not be changed

    /// The objects that every server must have keep their spec.
    private static func checkFixed(_ object: Value, among built: [Value], _ names: [String], into errors: inout FieldErrors) {
        guard names.contains(object.name), let fixed = built.first(where: { $0.name == object.name }), fixed["spec"] != object["spec"] else { return }
        errors.invalid(.spec, object["spec"], "spec of '\(object.name)' must equal the fixed value")
    }
}
