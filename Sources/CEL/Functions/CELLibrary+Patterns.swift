import KubernetesObjects

extension CELLibrary {
    /// Regular expressions.
    static let patterns: [CELFunction] = [
        CELFunction("matches", "string.(string) bool", "(string, string) bool") { arguments, context throws(CELEvaluationError) in
            let (text, pattern) = try searched(arguments, &context)
            return .bool(pattern.matches(text))
        },
        CELFunction("find", "string.(string) string") { arguments, context throws(CELEvaluationError) in
            let (text, pattern) = try searched(arguments, &context)
            return .string(pattern.first(in: text) ?? "")
        },
        CELFunction("findAll", "string.(string) list(string)", "string.(string, int) list(string)") { arguments, context throws(CELEvaluationError) in
            let (text, pattern) = try searched(arguments, &context)
            let limit = arguments.count > 2 ? try int(arguments[2]) : -1
            return .list(CELList(pattern.all(in: text, limit: limit < 0 ? .max : Int(limit)).map(CELValue.string)))
        },
    ]

    private static func searched(_ arguments: [CELValue], _ context: inout CELContext) throws(CELEvaluationError) -> (String, LinearPattern) {
        let text = try string(arguments[0])
        let pattern = try string(arguments[1])
        let (cost, overflow) = ((text.utf8.count + 10) / 10).multipliedReportingOverflow(by: max(1, (pattern.utf8.count + 3) / 4))
        try context.charge(overflow ? .max : cost)
        let compiled = try context.pattern(pattern)
        // A repetition makes a program longer than its text.
        try context.charge(compiled.programSize / 50 * ((text.utf8.count + 9) / 10))
        return (text, compiled)
    }

    /// Named formats of texts: `format.dns1123Label().validate("a_b")`.
    static let formats: [CELFunction] =
        [
            CELFunction("format.named", "(string) optional(format)") { arguments, _ throws(CELEvaluationError) in
                let name = try string(arguments[0])
                return .optional(rules[name] == nil ? nil : .format(name))
            },
            CELFunction("validate", "format.(string) optional(list(string))") { arguments, context throws(CELEvaluationError) in
                guard case .format(let name) = arguments[0], let rule = rules[name] else { throw .noSuchOverload }
                let text = try string(arguments[1])
                try context.chargeWalk(text.utf8.count * 4)
                let problems = rule(text)
                return .optional(problems.isEmpty ? nil : .list(CELList(problems.map(CELValue.string))))
            },
        ] + rules.keys.sorted().map { name in CELFunction("format.\(name)", "() format") { _, _ in .format(name) } }

    private static let rules: [String: @Sendable (String) -> [String]] = [
        "dns1123Label": { NameRules.dns1123Label($0) }, "dns1123Subdomain": { NameRules.dns1123Subdomain($0) },
        "dns1035Label": { NameRules.dns1035Label($0) }, "qualifiedName": { NameRules.qualifiedName($0) }, "labelValue": { NameRules.labelValue($0) },
        "dns1123LabelPrefix": { NameRules.prefix($0, of: NameRules.dns1123Label) },
        "dns1123SubdomainPrefix": { NameRules.prefix($0, of: NameRules.dns1123Subdomain) },
        "dns1035LabelPrefix": { NameRules.prefix($0, of: NameRules.dns1035Label) },
        "uri": { text in
            do throws(GoURL.Failure) {
                _ = try GoURL(parsing: text)
                return []
            } catch {
                return [error.message]
            }
        },
        "uuid": format("uuid", "does not match the UUID format"), "byte": format("byte", "invalid base64"), "date": format("date", "invalid date"),
        "datetime": format("datetime", "invalid datetime"),
    ]

    private static func format(_ name: String, _ problem: String) -> @Sendable (String) -> [String] {
        { StringFormat.accepts($0, format: name) ? [] : [problem] }
    }
}
