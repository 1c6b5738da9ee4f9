import KubernetesObjects
import KubernetesSchema

/// Bodies to objects: the kind is checked, fields are checked and pruned, defaults filled in.
extension GenericAPIServer {
    /// Reads an object as a client sent it, in the version in which it is stored.
    ///
    /// - Throws: 400 with the decoder's text; unknown fields are refused, warned of or dropped as the request asks.
    mutating func decode(_ body: Value?, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        do throws(APIStatus) {
            guard let body else {
                throw .badRequest("the body of the request was empty: an object of type \(scope.type.kind) is required")
            }
            let object = try Self.typed(body, &scope)
            return Self.defaulted(VersionConversion.stored(object, scope.type), scope.type)
        } catch { throw refused(scope, error) }
    }

    /// Checks `apiVersion` and `kind` of a body against what the path asks for, and its fields against the schema.
    private static func typed(_ body: Value, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        let type = scope.type
        guard body.fields != nil else {
            throw .badRequest(
                "couldn't get version/kind; json parse error: json: cannot unmarshal \(body.goTypeName) into Go value of type "
                    + "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }")
        }
        var object = body
        if object.kind.isEmpty { object["kind"] = .string(type.kind) }
        if object.apiVersion.isEmpty { object["apiVersion"] = .string(type.apiVersion) }
        let given = GroupVersionKind(apiVersion: object.apiVersion, kind: object.kind)
        guard object.apiVersion == type.apiVersion, object.kind == type.kind else {
            if object.kind == type.kind {
                throw .badRequest(
                    "the API version in the data (\(object.apiVersion)) does not match the expected API version (\(type.apiVersion))")
            }
            throw .badRequest(
                DecodingFailure.badRequest(
                    foreign(given, for: type), given: given, expectedKind: type.kind))
        }
        let decoded: DecodedBody
        do throws(DecodingFailure) {
            decoded = try decode(object, type, duplicates: scope.duplicates)
        } catch {
            throw .badRequest(DecodingFailure.badRequest(error.message, given: given, expectedKind: type.kind))
        }
        if !decoded.problems.isEmpty {
            switch scope.options.fieldValidation {
            case "Ignore": break
            case "Strict":
                throw .badRequest(
                    DecodingFailure.badRequest(DecodingFailure.strict(decoded.problems), given: given, expectedKind: type.kind))
            default: for problem in decoded.problems { scope.warn(problem) }
            }
        }
        return decoded.value
    }

    /// What is wrong with an object of one kind in the place of another's.
    private static func foreign(_ given: GroupVersionKind, for type: ServedResource) -> String {
        if type.custom == nil, Catalogue.complete.resource(of: given) == nil {
            return "no kind \(goQuoted(given.kind)) is registered for version \(goQuoted(given.apiVersion)) in scheme "
                + "\"pkg/api/legacyscheme/scheme.go:30\""
        }
        // Go's package of the internal types has the first word of the group.
        let group = type.resource.group.split(separator: ".").first.map(String.init) ?? "core"
        return "converting (\(given.version).\(given.kind)) to (\(group).\(type.kind)): unknown conversion"
    }

    /// Keeps a patched object of the kind that it was.
    ///
    /// - Throws: 422 for a patch that would make another kind of it. A strategic merge patch cannot: it is applied to the Go type.
    static func keepKind(of object: inout Value, _ form: PatchType, _ scope: RequestScope) throws(APIStatus) {
        let type = scope.type
        if object.apiVersion == type.apiVersion, object.kind == type.kind { return }
        let given = GroupVersionKind(apiVersion: object.apiVersion, kind: object.kind)
        defer {
            object["apiVersion"] = .string(type.apiVersion)
            object["kind"] = .string(type.kind)
        }
        if form == .strategicMerge || given.kind.isEmpty || given.apiVersion.isEmpty { return }
        if type.custom != nil {
            if given.kind == type.kind { return }
            throw .invalid(
                kind: type.kind, group: type.resource.group, name: scope.name, [.invalid("kind", .string(given.kind), "must be \(type.kind)")])
        }
        if given.kind == type.kind, Catalogue.complete.resource(of: given) != nil { return }
        throw .invalid(
            kind: "", group: "", name: "",
            [.invalid("patch", .string(compactJSON(object, sortedKeys: true)), foreign(given, for: type))])
    }

    /// An object in its schema's shape; custom resources are validated instead of refused for wrong types.
    ///
    /// - Order: what is wrong is told in the order of the keys, since clients send them sorted.
    /// - `known` is the present object, of which a patched one shares what the patch left alone.
    static func decode(
        _ object: Value, _ type: ServedResource, duplicates: [ValuePath] = [], known: Value? = nil
    ) throws(DecodingFailure) -> DecodedBody {
        let first: Result<DecodedBody, DecodingFailure>
        do throws(DecodingFailure) {
            first = .success(try decodeOnce(object, type, duplicates, known))
        } catch { first = .failure(error) }
        if case .success(let body) = first, body.problems.count < 2 { return body }
        return try decodeOnce(object.withSortedKeys, type, duplicates, nil)
    }

    private static func decodeOnce(
        _ object: Value, _ type: ServedResource, _ duplicates: [ValuePath], _ known: Value?
    ) throws(DecodingFailure) -> DecodedBody {
        if let custom = type.custom {
            if let literal = object.numberOutOfRange {
                throw DecodingFailure(message: "json: cannot unmarshal number \(literal) into Go value of type float64")
            }
            return custom.pruned(object, duplicates: duplicates)
        }
        let decoded = try SchemaDecoder.decode(object, as: type.type.schema, duplicates: duplicates, known: known)
        return DecodedBody(value: decoded.value, problems: decoded.problems)
    }

    /// An object with the defaults of its kind. `known` is the stored object, where this one is a changed copy of it.
    static func defaulted(_ object: Value, _ type: ServedResource, known: Value? = nil) -> Value {
        var object = object
        if let custom = type.custom {
            custom.applyDefaults(&object)
        } else {
            // An object that was converted gets the defaults of the version in which it is stored.
            let stored = object.apiVersion == type.apiVersion ? nil : Catalogue.standard.resource(apiVersion: object.apiVersion, kind: object.kind)
            Defaulter.apply(to: &object, as: (stored ?? type.type).schema, known: known)
        }
        return object
    }

    /// A patched object, read back into its shape.
    ///
    /// - Throws: 422 about the patch, as a real server says it of each form.
    static func decodePatched(
        _ object: Value, patch: Value, _ form: PatchType, _ scope: inout RequestScope, present: Value? = nil
    ) throws(APIStatus) -> Value {
        func invalid(_ why: String) -> APIStatus {
            let shown = form == .strategicMerge ? patch.goDescription : compactJSON(object, sortedKeys: true)
            return .invalid(kind: "", group: "", name: "", [.invalid("patch", .string(shown), why)])
        }
        let decoded: DecodedBody
        do throws(DecodingFailure) {
            decoded = try decode(object, scope.type, known: present)
        } catch {
            if form == .strategicMerge { throw invalid(converterText(error.message)) }
            let given = GroupVersionKind(apiVersion: object.apiVersion, kind: object.kind)
            throw invalid(DecodingFailure.badRequest(error.message, given: given, expectedKind: scope.type.kind))
        }
        if !decoded.problems.isEmpty {
            switch scope.options.fieldValidation {
            case "Ignore": break
            case "Strict": throw invalid(DecodingFailure.strict(decoded.problems))
            default: for problem in decoded.problems { scope.warn(problem) }
            }
        }
        return decoded.value
    }

    /// What the converter of strategic merge patches says of a wrong type, from what the JSON decoder says.
    ///
    /// - Source: apimachinery `runtime.DefaultUnstructuredConverter`.
    private static func converterText(_ message: String) -> String {
        let words = message.split(separator: " ").map(String.init)
        guard words.count > 4, words[0] == "json:", words[1] == "cannot", words[2] == "unmarshal", let type = words.last else { return message }
        let source = switch words[3] {
        case "number": words[4] == "into" || !words[4].contains(".") ? "int64" : "float64"
        case "array": "slice"
        case "object": "map"
        default: words[3]
        }
        if type.hasPrefix("[]") { return "cannot restore slice from \(source)" }
        if type.hasPrefix("map[") { return "cannot restore map from \(source)" }
        let isStructure = TypeLibrary.shared.names.contains { $0.hasSuffix(".\(type)") }
        if isStructure { return "cannot restore struct from: \(source)" }
        switch type {
        case "bool", "int32", "int64", "float64":
            return source == "float64" && type.hasPrefix("int") ? "cannot convert float64 to \(type)" : "unrecognized type: \(type)"
        case "resource.Quantity", "v1.Time", "v1.MicroTime", "intstr.IntOrString": return message
        default: return source == "int64" ? "cannot convert int64 to \(type)" : "unrecognized type: string"
        }
    }
}

/// An object in its schema's shape, and what strict validation refuses of how it was written.
package struct DecodedBody: Sendable {
    package var value: Value
    package var problems: [String]
}

extension Value {
    /// The first number of a tree that is too large for a double; nil when there is none.
    var numberOutOfRange: String? {
        switch self {
        case .number(let literal): (Double(literal.text) ?? .infinity).isFinite ? nil : literal.text
        case .array(let list): list.lazy.compactMap { $0.numberOutOfRange }.first
        case .object(let fields): fields.lazy.compactMap { $0.value.numberOutOfRange }.first
        default: nil
        }
    }

    /// The tree with the keys of all its maps sorted.
    var withSortedKeys: Value {
        switch self {
        case .object(let fields): .object(Fields(fields.sorted().map { ($0.key, $0.value.withSortedKeys) }))
        case .array(let list): .array(list.map(\.withSortedKeys))
        default: self
        }
    }
}
