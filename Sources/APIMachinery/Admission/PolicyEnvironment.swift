import CEL
import KubernetesObjects

/// What the expressions of an admission policy may name, and which types that has.
///
/// - Source: apiserver `admission/plugin/cel/compile.go`, v1.36: the object is dynamic, the request and the namespace have types of
///   their own, and variables have the types of their expressions.
struct PolicyEnvironment: Sendable {
    /// Whether the policy names a kind of parameters.
    var hasParams: Bool
    var hasAuthorizer = true
    /// Whether expressions may make objects and patches.
    var makesPatches = false
    /// The type of `object` and `oldObject`.
    var object: CELType = .dyn
    var params: CELType = .dyn
    /// The policy's variables, as far as they are defined.
    private(set) var variables: [String: CELType] = [:]

    init(hasParams: Bool, makesPatches: Bool = false, object: CELType = .dyn, params: CELType = .dyn) {
        self.hasParams = hasParams
        self.makesPatches = makesPatches
        self.object = object
        self.params = params
    }

    func compile(_ expression: String) throws(CELCompileError) -> CELProgram {
        var names: [String: CELType] = ["object": object, "oldObject": object, "request": Self.request, "namespaceObject": Self.namespace]
        if hasParams { names["params"] = params }
        if hasAuthorizer {
            names["authorizer"] = CELAuthorizer.type
            names["authorizer.requestResource"] = CELAuthorizer.resourceType
        }
        if !variables.isEmpty { names["variables"] = Self.structure("kubernetes.variables", variables) }
        var environment = CELEnvironment(variables: names)
        if makesPatches { environment.objectTypes = ["Object", "JSONPatch"] }
        return try environment.compile(expression)
    }

    /// Adds a variable; what cannot be compiled is one of any type.
    ///
    /// - Returns: what is wrong with its expression.
    mutating func define(_ name: String, _ expression: String) -> String? {
        do throws(CELCompileError) {
            variables[name] = try compile(expression).type
            return nil
        } catch {
            variables[name] = .dyn
            return Self.text(error)
        }
    }

    /// What is wrong with an expression; nil when it compiles, and to one of the types that are wanted.
    func problem(_ expression: String, expecting types: [CELType] = []) -> String? {
        do throws(CELCompileError) {
            let type = try compile(expression).type
            if types.isEmpty || types.contains(type) { return nil }
            if types.count == 1 { return "must evaluate to \(types[0].name)" }
            return "must evaluate to one of [\(types.map { $0 == .null ? "null_type" : $0.name }.joined(separator: " "))]"
        } catch {
            return Self.text(error)
        }
    }

    static func text(_ error: CELCompileError) -> String { "compilation failed: \(error)" }

    // MARK: Types

    private struct KnownFields: CELObjectSchema {
        let types: [String: CELType]
        func fieldType(_ name: String) -> CELType? { types[name] }
    }

    private static func structure(_ name: String, _ fields: [String: CELType]) -> CELType {
        .object(CELObjectType(name: name, schema: KnownFields(types: fields)))
    }

    /// The request as expressions see it: an `AdmissionRequest` without the objects.
    static let request: CELType = {
        let kind = structure("kubernetes.GroupVersionKind", ["group": .string, "version": .string, "kind": .string])
        let resource = structure("kubernetes.GroupVersionResource", ["group": .string, "version": .string, "resource": .string])
        let user = structure(
            "kubernetes.UserInfo",
            ["username": .string, "uid": .string, "groups": .list(.string), "extra": .map(.string, .list(.string))])
        return structure(
            "kubernetes.AdmissionRequest",
            [
                "kind": kind, "requestKind": kind, "resource": resource, "requestResource": resource, "subResource": .string,
                "requestSubResource": .string, "name": .string, "namespace": .string, "operation": .string, "userInfo": user,
                "dryRun": .bool, "options": .dyn,
            ])
    }()

    /// The namespace of the request's object.
    static let namespace: CELType = {
        let texts = CELType.map(.string, .string)
        let metadata = structure(
            "kubernetes.NamespaceMetadata",
            [
                "name": .string, "generateName": .string, "namespace": .string, "labels": texts, "annotations": texts, "UID": .string,
                "creationTimestamp": .timestamp, "deletionGracePeriodSeconds": .int, "deletionTimestamp": .timestamp, "generation": .int,
                "resourceVersion": .string, "finalizers": .list(.string),
            ])
        let condition = structure(
            "kubernetes.NamespaceCondition",
            ["status": .string, "type": .string, "lastTransitionTime": .timestamp, "message": .string, "reason": .string])
        return structure(
            "kubernetes.Namespace",
            [
                "metadata": metadata, "spec": structure("kubernetes.NamespaceSpec", ["finalizers": .list(.string)]),
                "status": structure("kubernetes.NamespaceStatus", ["conditions": .list(condition), "phase": .string]),
            ])
    }()
}
