import KubernetesObjects

/// Reads an object into the shape its schema gives it, as the API server's decoder does.
///
/// Fields that the schema does not know are dropped and reported; quantities and times are
/// written in canonical form; what Go leaves out (`omitempty`) is left out, and what it
/// always writes (`status: {}`) is added. Parts that are shared with an object that was read before are taken as they are.
///
/// - Order: problems stand in the order of the document.
/// - Bounds: one pass over the object; at most `problemsMax` problems are kept.
/// - Throws: the first value of a wrong type, with the text of `sigs.k8s.io/json`.
/// - Source: kube-apiserver 1.36, strict decoding of JSON into `k8s.io/api` types.
package struct SchemaDecoder {
    /// An object in the shape of its schema.
    package struct Decoded: Sendable {
        package var value: Value
        /// `unknown field "spec.replica"`, `duplicate field "spec.replicas"`: what strict validation refuses.
        package var problems: [String]
    }

    private static let problemsMax = 100

    private var problems: [String] = []
    private var failure: String?
    private let duplicates: Set<String>
    /// The way to the value that is being read.
    private var path: [Step] = []
    /// The innermost structure on the way.
    private var goStruct: TypeSchema?

    private enum Step {
        case field(String)
        case key(String)
        case index(Int)
    }

    private init(duplicates: [ValuePath]) {
        self.duplicates = Set(duplicates.map(\.description))
    }

    /// Reads `value` as `type`; `duplicates` are the places that the JSON text gave more than once, and `known` is an object of
    /// this type that was read before, of which `value` is a changed copy.
    package static func decode(
        _ value: Value, as type: TypeSchema, duplicates: [ValuePath] = [], known: Value? = nil
    ) throws(DecodingFailure) -> Decoded {
        var decoder = SchemaDecoder(duplicates: duplicates)
        let result = decoder.value(value, type, goType: nil, known: known) ?? type.zeroValue
        if let failure = decoder.failure { throw DecodingFailure(message: failure) }
        return Decoded(value: result, problems: decoder.problems)
    }

    // MARK: - Forms

    /// The value in its type's shape; nil for null and for what could not be read.
    private mutating func value(_ value: Value, _ type: TypeSchema, goType: String?, known: Value? = nil) -> Value? {
        if let known, value.isSameStorage(as: known) { return value }
        switch type.form {
        case .structure: return structure(value, type, goType: goType, known: known?.fields)
        case .list: return list(value, type, goType: goType, known: known?.arrayValue ?? [])
        case .map: return map(value, type, goType: goType, known: known?.fields)
        case .string:
            if case .string = value { return value }
            return mismatch(value, goType ?? "string")
        case .bool:
            if case .bool = value { return value }
            return mismatch(value, goType ?? "bool")
        case .int32: return integer(value, Int64(Int32.min)...Int64(Int32.max), goType ?? "int32")
        case .int64, .integer: return integer(value, Int64.min...Int64.max, goType ?? "int64")
        case .double, .number:
            switch value {
            case .int, .number: return value
            default: return mismatch(value, goType ?? "float64")
            }
        case .bytes: return bytes(value)
        case .quantity: return quantity(value)
        case .time: return time(value, microseconds: false)
        case .microTime: return time(value, microseconds: true)
        case .intOrString: return intOrString(value)
        case .object, .any, .fieldSet: return value.isNull ? nil : value
        case .schemaOrBool: return schema(value, isOther: value.boolValue != nil, "boolean or JSON schema expected")
        case .schemaOrArray: return schemaOrArray(value)
        case .schemaOrStringArray:
            let strings = value.arrayValue?.allSatisfy { $0.stringValue != nil } ?? false
            return schema(value, isOther: strings, "json: cannot unmarshal \(Self.jsonKind(value)) into Go value of type []string")
        }
    }

    private mutating func structure(_ value: Value, _ type: TypeSchema, goType: String?, known: Fields?) -> Value? {
        guard case .object(let given) = value else { return mismatch(value, goType ?? Self.goTypeName(type)) }
        let outerStruct = goStruct
        goStruct = type
        defer { goStruct = outerStruct }
        var result = Fields()
        result.reserveCapacity(given.count + 2)
        var seen = 0
        for index in given.indices {
            let (key, element) = given[index]
            guard let field = type.field(key) else {
                path.append(.field(key))
                report("unknown field")
                path.removeLast()
                continue
            }
            path.append(.field(key))
            if !duplicates.isEmpty, duplicates.contains(pathText) { report("duplicate field") }
            let decoded = self.value(element, field.type, goType: field.goType, known: known?[key])
            path.removeLast()
            if let kept = Self.kept(decoded, field) {
                if field.emptiness == .written { seen += 1 }
                result.appendDistinct(key, kept)
            }
        }
        if seen < type.writtenCount {
            for field in type.fields where field.emptiness == .written && !result.contains(field.name) {
                result.appendDistinct(field.name, field.type.zeroValue)
            }
        }
        return .object(result)
    }

    /// What the server writes of a decoded field; nil leaves it out.
    private static func kept(_ value: Value?, _ field: FieldSchema) -> Value? {
        guard let value else { return nil }
        return field.emptiness == .omitted && value.isEmptyValue ? nil : value
    }

    private mutating func list(_ value: Value, _ type: TypeSchema, goType: String?, known: [Value]) -> Value? {
        guard case .array(let given) = value else { return mismatch(value, goType ?? Self.goTypeName(type)) }
        guard let element = type.element else { return value }
        let elementGoType = goType.flatMap { $0.hasPrefix("[]") ? String($0.dropFirst(2)) : nil }
        var result: [Value] = []
        result.reserveCapacity(given.count)
        for index in given.indices {
            path.append(.index(index))
            let before = index < known.count ? known[index] : nil
            result.append(self.value(given[index], element, goType: elementGoType, known: before) ?? element.zeroValue)
            path.removeLast()
        }
        return .array(result)
    }

    private mutating func map(_ value: Value, _ type: TypeSchema, goType: String?, known: Fields?) -> Value? {
        guard case .object(let given) = value else { return mismatch(value, goType ?? Self.goTypeName(type)) }
        guard let element = type.element else { return value }
        var result = Fields()
        result.reserveCapacity(given.count)
        for index in given.indices {
            let (key, member) = given[index]
            path.append(.key(key))
            if !duplicates.isEmpty, duplicates.contains(pathText) { report("duplicate field") }
            // A value that is plain costs less to read than to look up.
            let decoded = self.value(member, element, goType: nil, known: element.isComposite ? known?[key] : nil)
            path.removeLast()
            result.appendDistinct(key, decoded ?? (element.form == .bytes ? "" : element.zeroValue))
        }
        return .object(result)
    }

    // MARK: - Scalars

    private mutating func integer(_ value: Value, _ range: ClosedRange<Int64>, _ goType: String) -> Value? {
        switch value {
        case .int(let number):
            if range.contains(number) { return value }
            return wrong("number \(number)", goType)
        case .number(let literal): return wrong("number \(literal.text)", goType)
        default: return mismatch(value, goType)
        }
    }

    private mutating func bytes(_ value: Value) -> Value? {
        guard case .string(let text) = value else { return mismatch(value, "[]uint8") }
        switch Base64.decoding(text) {
        case .success: return value
        case .failure(let failure): return fail(failure.description)
        }
    }

    private mutating func quantity(_ value: Value) -> Value? {
        let text: String
        switch value {
        case .null: return nil
        case .string(let string): text = string
        case .int(let number): text = "\(number)"
        case .number(let literal): text = literal.text
        default: return fail(QuantityText.formatMessage)
        }
        switch QuantityText.kept(text) {
        case .success(let kept): return .string(kept)
        case .failure(let failure): return fail(failure.message)
        }
    }

    private mutating func time(_ value: Value, microseconds: Bool) -> Value? {
        switch value {
        case .null: return nil
        case .string(let text):
            do throws(GoTime.Failure) {
                return .string(try GoTime.normalized(text, microseconds: microseconds))
            } catch {
                return fail(error.message)
            }
        default: return fail("json: cannot unmarshal \(Self.jsonKind(value)) into Go value of type string")
        }
    }

    private mutating func intOrString(_ value: Value) -> Value? {
        switch value {
        case .string: return value
        case .null: return nil
        case .int(let number) where Int32(exactly: number) != nil: return value
        case .int(let number): return fail("json: cannot unmarshal number \(number) into Go value of type int32")
        case .number(let literal): return fail("json: cannot unmarshal number \(literal.text) into Go value of type int32")
        default: return fail("json: cannot unmarshal \(Self.jsonKind(value)) into Go value of type int32")
        }
    }

    private mutating func schema(_ value: Value, isOther: Bool, _ message: String) -> Value? {
        if value.isNull { return nil }
        if isOther { return value }
        guard case .object = value, let type = TypeLibrary.shared.type("apiextensions.v1.JSONSchemaProps") else { return fail(message) }
        return self.value(value, type, goType: nil)
    }

    private mutating func schemaOrArray(_ value: Value) -> Value? {
        if case .array(let list) = value, let type = TypeLibrary.shared.type("apiextensions.v1.JSONSchemaProps") {
            return .array(list.map { self.value($0, type, goType: nil) ?? .object(Fields()) })
        }
        return schema(value, isOther: false, "json: cannot unmarshal \(Self.jsonKind(value)) into Go value of type v1.JSONSchemaProps")
    }

    // MARK: - Reporting

    /// The place for strict problems: `spec.containers[0]`.
    private var pathText: String {
        var text = ""
        for step in path {
            switch step {
            case .field(let name), .key(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }

    /// The place as Go's JSON errors name it: the innermost struct and the fields on the way, without keys and indices.
    private var goPlace: String {
        let fields = path.compactMap { step in if case .field(let name) = step { name } else { nil } }
        return fields.isEmpty ? "Go value" : "Go struct field \(goStruct?.goName ?? "").\(fields.joined(separator: "."))"
    }

    private mutating func report(_ what: String) {
        guard problems.count < Self.problemsMax else { return }
        let problem = "\(what) \"\(pathText)\""
        if !problems.contains(problem) { problems.append(problem) }
    }

    /// Null is no error in Go; anything else of the wrong kind is.
    private mutating func mismatch(_ value: Value, _ goType: @autoclosure () -> String) -> Value? {
        value.isNull ? nil : wrong(Self.jsonKind(value), goType())
    }

    private mutating func wrong(_ what: String, _ goType: String) -> Value? {
        fail("json: cannot unmarshal \(what) into \(goPlace) of type \(goType)")
    }

    private mutating func fail(_ message: String) -> Value? {
        if failure == nil { failure = message }
        return nil
    }

    private static func jsonKind(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .int, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// The type as Go's reflection prints it: `[]v1.Container`, `map[string]string`.
    private static func goTypeName(_ type: TypeSchema) -> String {
        switch type.form {
        case .structure:
            let parts = type.name.split(separator: ".")
            return parts.count >= 2 ? parts.suffix(2).joined(separator: ".") : type.name
        case .list: return "[]" + (type.element.map(goTypeName) ?? "interface {}")
        case .map: return "map[string]" + (type.element.map(goTypeName) ?? "interface {}")
        case .string, .int32, .int64, .bool: return type.form.rawValue
        case .double, .number: return "float64"
        case .bytes: return "[]uint8"
        case .integer: return "int64"
        case .time: return "v1.Time"
        case .microTime: return "v1.MicroTime"
        case .quantity: return "resource.Quantity"
        case .intOrString: return "intstr.IntOrString"
        case .object: return "runtime.RawExtension"
        case .fieldSet: return "v1.FieldsV1"
        case .any: return "v1.JSON"
        case .schemaOrBool: return "v1.JSONSchemaPropsOrBool"
        case .schemaOrArray: return "v1.JSONSchemaPropsOrArray"
        case .schemaOrStringArray: return "v1.JSONSchemaPropsOrStringArray"
        }
    }
}

/// Why an object could not be read into its schema's shape, in the API server's words.
package struct DecodingFailure: Error, Hashable, Sendable {
    package var message: String
    package init(message: String) { self.message = message }

    /// The text of the BadRequest status: `Deployment in version "v1" cannot be handled as a Deployment: …`.
    package static func badRequest(_ cause: String, given: GroupVersionKind, expectedKind: String) -> String {
        "\(given.kind) in version \(GoText.quoted(given.version)) cannot be handled as a \(expectedKind): \(cause)"
    }

    /// The cause that strict field validation names for a list of problems.
    package static func strict(_ problems: [String]) -> String { "strict decoding error: " + problems.joined(separator: ", ") }
}
