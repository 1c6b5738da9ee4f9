import CEL
import KubernetesObjects
import KubernetesSchema

/// What a mutation of a MutatingAdmissionPolicy makes of an object.
///
/// - Source: apiserver `admission/plugin/policy/mutating/patch`, v1.36.
enum PolicyPatch {
    enum Failure: Error {
        /// What the policy's failure policy decides about.
        case problem(String)
        /// An error of the server.
        case status(APIStatus)
    }

    static func apply(
        _ mutation: Value, to object: Value, _ evaluator: inout PolicyEvaluator, _ resources: any ResourceLookup
    ) throws(Failure) -> Value {
        guard let type = resources.resource(apiVersion: object.apiVersion, kind: object.kind) else {
            let kind = PolicyMatching.kindText(object.apiVersion, object.kind)
            throw .status(
                APIStatus(
                    code: 503, reason: "ServiceUnavailable",
                    message: "Resource kind \(kind) not found. There can be a delay between when CustomResourceDefinitions are created and when they are available."))
        }
        let isPatch = mutation.text("patchType") == "JSONPatch"
        let expression = (mutation[isPatch ? "jsonPatch" : "applyConfiguration"]?.text("expression") ?? "").trimmingBlanks
        let value: CELValue
        switch evaluator.evaluate(expression) {
        case .value(let result): value = result
        case .failed(let problem): throw .problem("expression '\(expression)' resulted in error: \(problem)")
        case .exhausted: throw .problem(PolicyEvaluator.exhaustion)
        }
        let changed = isPatch ? try patched(object, value, type) : try merged(object, value, type)
        return GenericAPIServer.defaulted(changed, type)
    }

    // MARK: JSON patches

    private static func patched(_ object: Value, _ value: CELValue, _ type: ServedResource) throws(Failure) -> Value {
        guard case .list(let operations) = value else { throw .problem("type mismatch: JSONPatchType.expression should evaluate to array") }
        var patch: [Value] = []
        for operation in operations {
            guard case .map(let fields) = operation else {
                throw .problem("type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch")
            }
            var made: Value = ["op": fields["op"]?.json ?? "", "path": fields["path"]?.json ?? ""]
            if let from = fields["from"]?.json, !from.isEmptyValue { made["from"] = from }
            if let argument = fields["value"] {
                try checkNames(argument)
                guard let tree = argument.json else {
                    throw .problem("JSONPath valueExpression evaluated to a type that could not marshal to JSON: unsupported type conversion")
                }
                made["value"] = tree
            }
            patch.append(made)
        }
        let changed: Value
        do throws(JSONPatch.Failure) {
            changed = try JSONPatch.applying(patch, to: object)
        } catch {
            // A test that fails says that there is nothing to do.
            if error.isFailedTest { return object }
            throw .problem("JSONPath: \(error.message)")
        }
        do throws(DecodingFailure) {
            let decoded = try GenericAPIServer.decode(changed, type, known: object)
            guard decoded.problems.isEmpty || type.custom != nil else {
                throw DecodingFailure(message: DecodingFailure.strict(decoded.problems))
            }
            return decoded.value
        } catch { throw .status(.internalError(error.message)) }
    }

    // MARK: Applied configurations

    private static func merged(_ object: Value, _ value: CELValue, _ type: ServedResource) throws(Failure) -> Value {
        try checkNames(value)
        guard case .map(let fields) = value, fields.typeName != nil else {
            throw .problem("unsupported return type from ApplyConfiguration expression: \(value.type.name)")
        }
        guard var configuration = value.json else { throw .problem("invalid return type: *types.Err") }
        configuration["apiVersion"] = .string(object.apiVersion)
        configuration["kind"] = .string(object.kind)
        func failed(_ why: String) -> Failure { .problem("error applying patch: \(why)") }
        if let problem = TypedCheck.problem(in: configuration, type.schema) {
            throw failed("failed to convert patch object to typed object: \(problem)")
        }
        let atomics = self.atomics(configuration, type.schema, path: "")
        if !atomics.isEmpty {
            throw failed("invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: \(atomics.joined(separator: ", "))")
        }
        let merged: Value
        do throws(TypedTree.Duplicate) {
            merged = try TypedTree.merge(object, configuration, type.schema)
        } catch { throw failed("failed to convert patch object to typed object: \(error.message)") }
        do throws(DecodingFailure) {
            return try GenericAPIServer.decode(merged, type, known: object).value
        } catch { throw failed("failed to convert typed object to object: \(error.message)") }
    }

    /// The places of a configuration that would replace something as a whole: its author may not know what else is there.
    private static func atomics(_ value: Value, _ schema: SchemaNode, path: String) -> [String] {
        guard let type = schema.type else { return [] }
        switch value {
        case .object(let fields):
            guard type.form == .structure || type.form == .map else { return [] }
            var found = type.isAtomic ? [path] : []
            for (key, child) in fields where schema.hasField(key) { found += atomics(child, schema.field(key), path: "\(path).\(key)") }
            return found
        case .array(let list):
            guard type.form == .list else { return [] }
            var found: [String] = []
            if case .atomic = schema.merging(value) { found.append(path) }
            for (index, child) in list.enumerated() { found += atomics(child, schema.element, path: "\(path)[\(index)]") }
            return found
        default: return []
        }
    }

    // MARK: Names of types

    /// An object that an expression made is named for its place: `Object.spec.template` is what `spec.template` of an `Object` holds.
    private static func checkNames(_ value: CELValue) throws(Failure) {
        guard case .map(let object) = value, let name = object.typeName else { return }
        var problems: [String] = []
        collectMisnamed(value, name, into: &problems)
        if !problems.isEmpty { throw .problem("type mismatch: \(problems.joined(separator: "\n"))") }
    }

    private static func collectMisnamed(_ value: CELValue, _ expected: String, into problems: inout [String]) {
        switch value {
        case .map(let map):
            if let name = map.typeName, name != expected {
                problems.append(
                    "unexpected type name \(goQuoted(name)), expected \(goQuoted(expected)), which matches field name path from root Object type")
            }
            for (key, child) in map {
                if map.typeName != nil, case .string(let field) = key {
                    collectMisnamed(child, "\(expected).\(field)", into: &problems)
                } else {
                    collectMisnamed(child, expected, into: &problems)
                }
            }
        case .list(let list): for child in list { collectMisnamed(child, expected, into: &problems) }
        default: break
        }
    }
}
