import KubernetesObjects

extension GenericAPIServer {
    func trackManagersOnCreate(_ object: Value, _ scope: RequestScope) -> Value { object }
    func trackManagersOnUpdate(_ object: Value, old: Value, _ scope: RequestScope) -> Value { object }
    func keepManagersTimesIfUnchanged(_ object: Value, old: Value) -> Value { object }

    mutating func apply(_ configuration: Value, _ scope: inout RequestScope) throws(APIStatus) -> (object: Value, isCreated: Bool) {
        if store.get(scope.key) == nil {
            let object = try decode(configuration, &scope)
            return (try create(object, &scope), true)
        }
        return try patch(configuration, .strategicMerge, &scope)
    }
}
