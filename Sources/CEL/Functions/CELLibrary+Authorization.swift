extension CELLibrary {
    /// Questions about permissions.
    static let authorization: [CELFunction] = [
        step("path", "authorizer.(string) pathCheck", .authorizer) { authorizer, arguments in
            authorizer.question.path = arguments[0]
            authorizer.stage = .path
        },
        step("group", "authorizer.(string) groupCheck", .authorizer) { authorizer, arguments in
            authorizer.question.group = arguments[0]
            authorizer.stage = .group
        },
        step("serviceAccount", "authorizer.(string, string) authorizer", .authorizer) { authorizer, arguments in
            authorizer.question.serviceAccountNamespace = arguments[0]
            authorizer.question.serviceAccountName = arguments[1]
        },
        step("resource", "groupCheck.(string) resourceCheck", .group) { authorizer, arguments in
            authorizer.question.resource = arguments[0]
            authorizer.stage = .resource
        },
        step("subresource", "resourceCheck.(string) resourceCheck", .resource) { $0.question.subresource = $1[0] },
        step("namespace", "resourceCheck.(string) resourceCheck", .resource) { $0.question.namespace = $1[0] },
        step("name", "resourceCheck.(string) resourceCheck", .resource) { $0.question.name = $1[0] },
        step("fieldSelector", "resourceCheck.(string) resourceCheck", .resource) { $0.question.fieldSelector = $1[0] },
        step("labelSelector", "resourceCheck.(string) resourceCheck", .resource) { $0.question.labelSelector = $1[0] },
        CELFunction("check", "pathCheck.(string) decision", "resourceCheck.(string) decision") { arguments, context throws(CELEvaluationError) in
            guard case .authorizer(var authorizer) = arguments[0], authorizer.stage == .path || authorizer.stage == .resource else {
                throw CELEvaluationError.noSuchOverload
            }
            authorizer.question.verb = try string(arguments[1])
            try context.charge(350_000)
            return .decision(authorizer.decide(authorizer.question))
        },
        CELFunction("allowed", "decision.() bool") { arguments, _ throws(CELEvaluationError) in .bool(try decision(arguments[0]).isAllowed) },
        CELFunction("reason", "decision.() string") { arguments, _ throws(CELEvaluationError) in .string(try decision(arguments[0]).reason) },
        CELFunction("errored", "decision.() bool") { arguments, _ throws(CELEvaluationError) in .bool(try decision(arguments[0]).error != nil) },
        CELFunction("error", "decision.() string") { arguments, _ throws(CELEvaluationError) in .string(try decision(arguments[0]).error ?? "") },
    ]

    private static func decision(_ value: CELValue) throws(CELEvaluationError) -> CELAuthorizer.Decision {
        guard case .decision(let decision) = value else { throw .noSuchOverload }
        return decision
    }

    private static func step(
        _ name: String, _ signature: String, _ stage: CELAuthorizer.Stage, _ change: @escaping @Sendable (inout CELAuthorizer, [String]) -> Void
    ) -> CELFunction {
        CELFunction(name, signature) { arguments, _ throws(CELEvaluationError) in
            guard case .authorizer(var authorizer) = arguments[0], authorizer.stage == stage else { throw CELEvaluationError.noSuchOverload }
            var texts: [String] = []
            for argument in arguments.dropFirst() { texts.append(try string(argument)) }
            change(&authorizer, texts)
            return .authorizer(authorizer)
        }
    }
}
