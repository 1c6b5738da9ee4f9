import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// CRDs: their names are accepted, their versions served, their objects removed with them.
///
/// - Source: apiextensions-apiserver `controller/status`, `controller/establish`, `controller/finalizer`, v1.36.
/// - Differs: what its controllers do within seconds happens with the write itself.
extension GenericAPIServer {
    static let cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io"

    /// Serves what a changed definition says, after its conditions are set.
    mutating func settleDefinition(_ definition: Value, cause: TraceID) {
        guard let scope = definitionScope(definition.name, cause) else { return }
        var changed = definition
        var status = changed["status"] ?? [:]
        let spec = changed["spec"] ?? .null
        let names = spec["names"] ?? .null
        let conflict = nameConflict(definition)
        let accepts: Value =
            conflict.map { condition("NamesAccepted", false, $0.reason, $0.message, old: definition) }
            ?? condition("NamesAccepted", true, "NoConflicts", "no conflicts found", old: definition)
        if conflict == nil { status["acceptedNames"] = names }
        let wasEstablished = definition.isConditionTrue("Established")
        let established =
            conflict == nil || wasEstablished
            ? condition("Established", true, "InitialNamesAccepted", "the initial names have been accepted", old: definition)
            : condition("Established", false, "NotAccepted", "not all names are accepted", old: definition)
        let approval = CustomDefinitionApproval(definition).map {
            condition(CustomDefinitionApproval.conditionType, $0.isApproved, $0.reason, $0.message, old: definition)
        }
        // A condition keeps its place; new ones come in the order in which the real controllers add them.
        var conditions = status["conditions"]?.elements ?? []
        for new in [approval, accepts, established].compactMap(\.self) {
            if let place = conditions.firstIndex(where: { $0["type"] == new["type"] }) { conditions[place] = new } else { conditions.append(new) }
        }
        status["conditions"] = .array(conditions)
        let stored = spec["versions"]?.elements.first { $0["storage"]?.boolValue == true }?["name"]
        var versions = status["storedVersions"]?.elements ?? []
        if let stored, !versions.contains(stored) { versions.append(stored) }
        status["storedVersions"] = .array(versions)
        changed["status"] = status
        if changed != definition { changed = put(changed, scope.key, action: "update/status", scope) }
        if established["status"]?.stringValue == "True" { serve(changed) }
    }

    func definitionScope(_ name: String, _ cause: TraceID?) -> RequestScope? {
        try? componentScope(.customResourceDefinitions, namespace: "", name: name, .apiServer, "crd-controller", cause)
    }

    private func condition(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String, old: Value) -> Value {
        let state = isTrue ? "True" : "False"
        if let present = old.condition(type), present["status"]?.stringValue == state, present["reason"]?.stringValue == reason { return present }
        return [
            "type": .string(type), "status": .string(state), "lastTransitionTime": .string(now.rfc3339), "reason": .string(reason),
            "message": .string(message),
        ]
    }

    /// Which of its names another definition of the group has already: of several kinds of names the last is told.
    private func nameConflict(_ definition: Value) -> (reason: String, message: String)? {
        let group = definition["spec"]?["group"]?.stringValue
        var resources: Set<String> = []
        var kinds: Set<String> = []
        store.forEach(.customResourceDefinitions) { other in
            guard other.name != definition.name, other["spec"]?["group"]?.stringValue == group else { return }
            let names = other["status"]?["acceptedNames"]
            for field in ["plural", "singular"] { if let name = names?[field]?.stringValue { resources.insert(name) } }
            for name in names?["shortNames"]?.elements ?? [] { if let name = name.stringValue { resources.insert(name) } }
            for field in ["kind", "listKind"] { if let name = names?[field]?.stringValue { kinds.insert(name) } }
        }
        let names = definition["spec"]?["names"]
        func name(_ field: String) -> [String] { [names?[field]?.stringValue].compactMap(\.self) }
        let rules: [(reason: String, names: [String], taken: Set<String>)] = [
            ("PluralConflict", name("plural"), resources), ("SingularConflict", name("singular"), resources),
            ("ShortNamesConflict", (names?["shortNames"]?.elements ?? []).compactMap(\.stringValue), resources), ("KindConflict", name("kind"), kinds),
            ("ListKindConflict", name("listKind"), kinds),
        ]
        guard let rule = rules.last(where: { !$0.taken.isDisjoint(with: $0.names) }) else { return nil }
        let problems = rule.names.filter(rule.taken.contains).map { "\(goQuoted($0)) is already in use" }
        return (rule.reason, problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]")
    }

    private mutating func serve(_ definition: Value) {
        let types = CustomResourceTypes(definition: definition)
        let group = definition["spec"]?["group"]?.stringValue ?? ""
        let plural = definition["spec"]?["names"]?["plural"]?.stringValue ?? ""
        let versions = types.versions.map { version in
            (
                type: version.type,
                definition: CustomDefinition(
                    name: definition.name, schema: version.schema, selectableFields: version.selectableFields, scale: version.scale,
                    isNamespaced: version.type.isNamespaced, rules: CustomRules(version.schema))
            )
        }
        resources.setCustom(GroupResource(plural, group: group), versions: versions)
        followAPIServices(ofGroup: group, versions: Self.versionNames(definition))
    }

    private static func versionNames(_ definition: Value) -> [String] {
        (definition["spec"]?["versions"]?.elements ?? []).compactMap { $0["name"]?.stringValue }
    }

    // MARK: Deleting

    /// Marks a definition; it goes when its objects are gone.
    mutating func deleteDefinition(_ object: Value, _ scope: inout RequestScope) throws(APIStatus) -> DeletionOutcome {
        if scope.isDryRun { return .marked(object) }
        var marked = object
        if !object.isBeingDeleted {
            marked["metadata", default: [:]]["deletionTimestamp"] = .string(now.rfc3339)
            marked["metadata", default: [:]]["deletionGracePeriodSeconds"] = 0
            if object.generation > 0 { marked["metadata", default: [:]]["generation"] = Value(object.generation + 1) }
            marked.setFinalizers(object.finalizers + (object.finalizers.contains(Self.cleanupFinalizer) ? [] : [Self.cleanupFinalizer]))
            let terminating = condition(
                "Terminating", true, "InstanceDeletionInProgress", "CustomResource deletion is in progress", old: object)
            marked["status", default: [:]]["conditions"] = .array(
                (object["status"]?["conditions"]?.elements ?? []).filter { $0["type"]?.stringValue != "Terminating" } + [terminating])
            marked = put(marked, scope.key, action: "mark-deleted", scope)
        }
        removeInstances(of: marked, cause: scope.cause)
        finishDefinition(marked.name, cause: scope.cause)
        return store.get(scope.key).map { .marked($0) } ?? .marked(marked)
    }

    private func instances(of definition: Value) -> GroupResource {
        GroupResource(
            definition["spec"]?["names"]?["plural"]?.stringValue ?? "", group: definition["spec"]?["group"]?.stringValue ?? "")
    }

    private mutating func removeInstances(of definition: Value, cause: TraceID?) {
        let resource = instances(of: definition)
        for object in store.list(resource) where !object.isBeingDeleted {
            guard
                var scope = try? componentScope(
                    resource, namespace: object.namespace, name: object.name, .apiServer, "crd-controller", cause)
            else { return }
            _ = try? delete(&scope)
        }
    }

    /// Removes a definition that is being deleted when the last of its objects is gone.
    mutating func finishDefinition(_ name: String, cause: TraceID?) {
        guard let scope = definitionScope(name, cause), var definition = store.get(scope.key), definition.isBeingDeleted,
            store.count(instances(of: definition)) == 0, definition.finalizers.contains(Self.cleanupFinalizer)
        else { return }
        definition.setFinalizers(definition.finalizers.filter { $0 != Self.cleanupFinalizer })
        if definition.finalizers.isEmpty {
            remove(scope.key, last: definition, scope)
        } else {
            put(definition, scope.key, action: "update", scope)
        }
    }

    /// Follows up a write to a definition or to one of its objects.
    mutating func followDefinition(_ event: StoreEvent) {
        if event.key.resource == .customResourceDefinitions {
            if event.change == .deleted {
                resources.removeCustom(instances(of: event.object))
                followAPIServices(ofGroup: event.object["spec"]?["group"]?.stringValue ?? "", versions: Self.versionNames(event.object))
            } else if !event.object.isBeingDeleted, event.object["spec"] != event.old?["spec"] || event.old == nil {
                settleDefinition(event.object, cause: event.cause)
            }
        } else if event.change == .deleted, let custom = resources.stored(event.key.resource)?.custom {
            finishDefinition(custom.name, cause: event.cause)
        }
    }

    /// Serves the custom resources of a store that was loaded.
    mutating func serveStoredDefinitions() {
        for definition in store.list(.customResourceDefinitions) where definition.isConditionTrue("Established") { serve(definition) }
    }
}
