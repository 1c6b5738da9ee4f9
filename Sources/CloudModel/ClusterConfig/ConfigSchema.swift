import KubernetesObjects

/// The type of a field of a ClusterConfig.
indirect enum ConfigType: Sendable, Hashable {
    case string, integer, number, boolean, any
    case list(ConfigType)
    case map(ConfigType)
    case named(String)

    init(_ text: Substring) {
        switch text.first {
        case "@": self = .named(String(text.dropFirst()))
        case "[": self = .list(ConfigType(text.dropFirst().dropLast()))
        case "{": self = .map(ConfigType(text.dropFirst().dropLast()))
        default:
            switch text {
            case "string": self = .string
            case "integer": self = .integer
            case "number": self = .number
            case "boolean": self = .boolean
            default: self = .any
            }
        }
    }
}

/// The structs of a ClusterConfig by name.
struct ConfigSchema: Sendable {
    private(set) var structs: [String: [(name: String, type: ConfigType)]] = [:]
    private(set) var aliases: [String: ConfigType] = [:]

    /// The schema that ships with the product, read once.
    static let current = ConfigSchema()

    private init() {
        for line in "\(ConfigSchemaData.text)".split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2 else { continue }
            if words[1] == ":=" {
                aliases[String(words[0])] = words.count > 2 ? ConfigType(words[2]) : .any
            } else {
                structs[String(words[0])] = words.dropFirst(2).compactMap { field in
                    guard let colon = field.firstIndex(of: ":") else { return nil }
                    return (String(field[..<colon]), ConfigType(field[field.index(after: colon)...]))
                }
            }
        }
    }

    func resolve(_ type: ConfigType) -> ConfigType {
        if case .named(let name) = type, structs[name] == nil { return aliases[name] ?? .any }
        return type
    }

    /// The fields that a struct has, for suggestions and documentation.
    package func fields(of name: String) -> [String] { (structs[name] ?? []).map(\.name) }
}

/// What is wrong with a ClusterConfig, in eksctl's own words.
package struct ConfigError: Error, Hashable, Sendable {
    /// The text that follows `Error: `.
    package var message: String
    /// The fields that it is about, from the root: `["managedNodeGroups", "0", "instanceType"]`; empty for the whole file.
    package var path: [String]

    package init(_ message: String, at path: [String] = []) {
        self.message = message
        self.path = path
    }
}

/// Reads a ClusterConfig as eksctl does: a strict pass that ignores case, then a lenient one that does not.
///
/// - Source: eksctl `pkg/eks/api.go`, `ParseConfig`.
struct ConfigDecoder {
    let schema = ConfigSchema.current

    /// The first unknown field, in the order in which eksctl meets them: keys sorted, depth first.
    func unknownField(in value: Value, type: ConfigType, path: [String] = []) -> [String]? {
        switch (schema.resolve(type), value) {
        case (.named(let name), .object(let fields)):
            let known = schema.structs[name] ?? []
            for (key, child) in fields.sorted() {
                guard let field = known.first(where: { $0.name == key }) ?? known.first(where: { $0.name.lowercased() == key.lowercased() }) else {
                    return path + [key]
                }
                // Types with a decoder of their own are not strict inside.
                if name == "ClusterSubnets" || (name == "ClusterConfig" && field.name == "identityProviders") { continue }
                if let found = unknownField(in: child, type: field.type, path: path + [key]) { return found }
            }
        case (.list(let element), .array(let list)):
            for (index, child) in list.enumerated() {
                if let found = unknownField(in: child, type: element, path: path + [String(index)]) { return found }
            }
        case (.map(let element), .object(let fields)):
            for (key, child) in fields.sorted() {
                if let found = unknownField(in: child, type: element, path: path + [key]) { return found }
            }
        default: break
        }
        return nil
    }

    /// The first value of a wrong type, with Go's text.
    func typeMismatch(in value: Value, type: ConfigType, structName: String = "ClusterConfig", fieldPath: String = "", path: [String] = []) -> ConfigError? {
        if value.isNull { return nil }
        func mismatch(_ wanted: String) -> ConfigError {
            let got = ["integer": "number", "boolean": "bool"][value.typeName] ?? value.typeName
            let field = fieldPath.isEmpty ? "value of type v1alpha5.ClusterConfig" : "struct field \(structName).\(fieldPath) of type \(wanted)"
            return ConfigError("json: cannot unmarshal \(got) into Go \(field)", at: path)
        }
        switch schema.resolve(type) {
        case .string: return value.stringValue == nil ? mismatch("string") : nil
        case .boolean: return value.boolValue == nil ? mismatch("bool") : nil
        case .integer:
            if case .int = value { return nil }
            if case .number(let literal) = value {
                return ConfigError("json: cannot unmarshal number \(literal.text) into Go struct field \(structName).\(fieldPath) of type int", at: path)
            }
            return mismatch("int")
        case .number: return value.doubleValue == nil ? mismatch("float64") : nil
        case .any: return nil
        case .list(let element):
            guard case .array(let list) = value else { return mismatch("[]\(goName(element))") }
            for (index, child) in list.enumerated() {
                if let found = typeMismatch(in: child, type: element, structName: structName, fieldPath: fieldPath, path: path + [String(index)]) {
                    return found
                }
            }
        case .map(let element):
            guard case .object(let fields) = value else { return mismatch("map[string]\(goName(element))") }
            for (key, child) in fields.sorted() {
                if let found = typeMismatch(in: child, type: element, structName: structName, fieldPath: fieldPath, path: path + [key]) { return found }
            }
        case .named(let name):
            guard case .object(let fields) = value else { return mismatch("v1alpha5.\(name)") }
            for (key, child) in fields.sorted() {
                guard let field = (schema.structs[name] ?? []).first(where: { $0.name == key }) else { continue }
                let deeper = fieldPath.isEmpty ? key : "\(fieldPath).\(key)"
                if let found = typeMismatch(in: child, type: field.type, structName: name, fieldPath: deeper, path: path + [key]) { return found }
            }
        }
        return nil
    }

    private func goName(_ type: ConfigType) -> String {
        switch schema.resolve(type) {
        case .string: "string"
        case .integer: "int"
        case .number: "float64"
        case .boolean: "bool"
        case .any: "interface {}"
        case .list(let element): "[]\(goName(element))"
        case .map(let element): "map[string]\(goName(element))"
        case .named(let name): "v1alpha5.\(name)"
        }
    }
}
