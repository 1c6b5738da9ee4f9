import KubernetesObjects

/// `vars` of kustomizations: `$(NAME)` in certain fields becomes a field of another object.
///
/// - Source: kustomize's `RefVarTransformer` and its default variable references.
struct KustomizeVariables {
    private let definitions: [Value]

    init(_ definitions: [Value]) { self.definitions = definitions }

    /// Fields of containers in which variables are looked for.
    private static let containerFields: Set = ["command", "args", "image"]

    func resolve(in resources: inout [KustomizedResource], _ invocation: Invocation) throws(Failure) {
        if definitions.isEmpty { return }
        var values: [String: String] = [:]
        for definition in definitions {
            let name = definition["name"]?.stringValue ?? ""
            if values[name] != nil { throw Failure("var '\(name)' already encountered") }
            let wanted = definition["objref"] ?? [:]
            let path = definition["fieldref", "fieldpath"]?.stringValue ?? "metadata.name"
            let found = resources.filter {
                $0.object.kind == wanted["kind"]?.stringValue && $0.originalName == wanted["name"]?.stringValue
                    && (wanted["apiVersion"]?.stringValue ?? $0.object.apiVersion) == $0.object.apiVersion
            }
            guard found.count == 1 else {
                throw Failure("found \(found.count) resId matches for var \(name) \(wanted.json(.compact)) (unable to disambiguate)")
            }
            let value: Value?
            do throws(JSONPath.Failure) { value = try JSONPath(relaxed: path, allowsMissingKeys: true).find(in: found[0].object).first?.first } catch {
                throw Failure("var \(name): \(error.message)")
            }
            guard let value else { throw Failure("field specified in var '\(name)' not found in corresponding resource") }
            values[name] = goText(value)
        }
        var used: Set<String> = []
        for index in resources.indices { resources[index].object = replaced(resources[index].object, "", values, &used) }
        let idle = values.keys.filter { !used.contains($0) }.sorted()
        if !idle.isEmpty { invocation.log("I", at: "log.go:245", "well-defined vars that were never replaced: \(idle.joined(separator: ","))") }
    }

    private func replaced(_ value: Value, _ key: String, _ values: [String: String], _ used: inout Set<String>) -> Value {
        switch value {
        case .object(let fields):
            var result = Fields()
            for (name, item) in fields { result[name] = replaced(item, name, values, &used) }
            return .object(result)
        case .array(let list):
            var result: [Value] = []
            for item in list { result.append(replaced(item, key, values, &used)) }
            return .array(result)
        case .string(let text):
            guard text.contains(text: "$("), Self.containerFields.contains(key) || ["value", "host", "path", "mountPath", "server", "externalName"].contains(key) else { return value }
            return expanded(text, values, &used)
        default: return value
        }
    }

    /// A text with its variables replaced; `$$(NAME)` stays `$(NAME)`. A number stands alone as a number.
    private func expanded(_ text: String, _ values: [String: String], _ used: inout Set<String>) -> Value {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
                continue
            }
            guard rest.first == "(", let close = rest.firstIndex(of: ")") else {
                result += "$"
                continue
            }
            let name = String(rest[rest.index(after: rest.startIndex)..<close])
            if let value = values[name] {
                used.insert(name)
                result += value
            } else {
                result += "$(\(name))"
            }
            rest = rest[rest.index(after: close)...]
        }
        return .string(result + rest)
    }
}
