import KubernetesObjects

/// Events of both groups. Those written in the core group are held to the rules of old times alone, whose names may be anything that
/// can stand in a path.
///
/// - Source: kubernetes `pkg/registry/core/event/strategy.go`, v1.36.
struct EventStrategy: ResourceStrategy {
    private static func isStrict(_ context: StrategyContext) -> Bool { context.resource.group == "events.k8s.io" }

    func validate(_ event: Value, in context: StrategyContext) -> [FieldError] {
        var errors: FieldErrors = []
        EventValidation.legacy(event, into: &errors)
        if Self.isStrict(context) {
            ObjectMetaValidation.check(event, namespaced: true, name: NameFormats.subdomainRule, into: &errors)
            EventValidation.strict(event, into: &errors)
        } else if errors.isEmpty {
            ObjectMetaValidation.check(event, namespaced: true, name: NameFormats.pathSegmentRule, into: &errors)
        }
        return errors
    }

    func validateUpdate(_ event: Value, old: Value, in context: StrategyContext) -> [FieldError] {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(event, old: old, into: &errors)
        EventValidation.legacy(event, into: &errors)
        if Self.isStrict(context) { EventValidation.strictUpdate(event, old: old, into: &errors) }
        return errors
    }
}
