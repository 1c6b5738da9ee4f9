import APIMachinery
import KubernetesObjects

/// `kubectl set env`.
enum SetEnv {
    static let command = Command(
        name: "env", summary: "Update environment variables on a pod template", usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
        flags: SetCommand.flags + [
            SharedFlags.selector, FlagSpec("containers", short: "c", fallback: "*", "Containers to change; * for all."),
            FlagSpec("env", short: "e", kind: .stringArray, "NAME=VALUE; can be repeated."),
            FlagSpec("from", "ConfigMap or Secret to take variables from: configmap/NAME."),
            FlagSpec("keys", kind: .stringSlice, "Keys to take from it."), FlagSpec("prefix", "What to put before the names taken."),
            .flag("list", nil, "Show the variables."), .flag("resolve", nil, "Show what references lead to."),
            .flag("overwrite", nil, "Replace variables that are there already.", on: true),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    /// A variable to set, one to remove, or `-` for those that standard input lists.
    private static func isPair(_ word: String) -> Bool { word.dropFirst().contains("=") || word.hasSuffix("-") }

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let arguments = invocation.arguments
        if let first = arguments.firstIndex(where: isPair), !arguments[first...].allSatisfy(isPair) {
            throw Failure("all resources must be specified before environment changes: \(arguments.joined(separator: " "))")
        }
        let (resources, words) = try SetCommand.split(arguments, isPair: isPair, kind: "env")
        if resources.isEmpty, flags.list("filename").isEmpty, flags.string("kustomize").isEmpty {
            throw Failure("one or more resources must be specified as <resource> <name> or <resource>/<name>")
        }
        if !flags.list("keys").isEmpty, flags.string("from").isEmpty {
            throw Failure("when specifying --keys, a configmap or secret must be provided with --from")
        }
        var added: [Value] = []
        var removed: [String] = []
        for word in flags.list("env") + words {
            if word == "-" {
                added += Self.variables(listedIn: String(decoding: invocation.input(), as: UTF8.self))
            } else if let equals = word.firstIndex(of: "="), equals != word.startIndex {
                let name = String(word[..<equals])
                try EnvironmentNames.check(name)
                let value = String(word[word.index(after: equals)...])
                var variable: Value = ["name": .string(name)]
                if !value.isEmpty { variable["value"] = .string(value) }
                added.append(variable)
            } else if word.hasSuffix("-") {
                removed.append(String(word.dropLast()))
            } else {
                throw Failure("unknown environment variable: \(word)")
            }
        }
        if added.contains(where: { removed.contains($0["name"]?.stringValue ?? "") }) {
            throw Failure("can not both modify and remove the same environment variable in the same command")
        }
        if words.contains("-") || flags.list("env").contains("-"), flags.list("filename").contains("-") {
            throw Failure("standard input cannot be used for multiple arguments")
        }
        let from = flags.string("from")
        if !from.isEmpty { added += try variables(from: from, invocation) }
        let infos = try SetCommand.find(invocation, resources)
        let pattern = flags.string("containers")
        let change = { (object: inout Value, info: ResourceInfo) throws(Failure) in
            let path = try SetCommand.podPath(of: info, invocation)
            let found = try SetCommand.changeContainers(&object, path, matching: pattern) { (container) throws(Failure) in
                var variables = container["env"]?.elements ?? []
                if !flags.bool("overwrite") {
                    for variable in added where variables.contains(where: { $0["name"] == variable["name"] }) {
                        throw Failure("error: \(SetCommand.name(of: info, invocation)) '\(variable["name"]?.stringValue ?? "")' already has a value (\(variables.first { $0["name"] == variable["name"] }?["value"]?.stringValue ?? "")), and --overwrite is false\n")
                    }
                }
                for variable in added {
                    if let index = variables.firstIndex(where: { $0["name"] == variable["name"] }) { variables[index] = variable } else { variables.append(variable) }
                }
                variables.removeAll { removed.contains($0["name"]?.stringValue ?? "") }
                if !variables.isEmpty || container["env"] != nil { container["env"] = variables.isEmpty ? nil : .array(variables) }
            }
            if !found { invocation.warn("\(info.entry.kind)/\(info.name) does not have any containers matching \(goQuoted(pattern))") }
        }
        guard flags.bool("list") else {
            return try SetCommand.update(invocation, infos, message: "env updated", failing: "env update to pod template:", change)
        }
        // What is listed is what would be there.
        for var info in infos {
            try change(&info.object, info)
            try list(info, invocation)
        }
    }

    /// The variables of lines `NAME=VALUE`; what follows a `#` counts for nothing.
    private static func variables(listedIn text: String) -> [Value] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.prefix { $0 != "#" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            return parts[1].isEmpty ? ["name": .string(String(parts[0]))] : ["name": .string(String(parts[0])), "value": .string(String(parts[1]))]
        }
    }

    /// A reference to every key of a config map or secret.
    private static func variables(from: String, _ invocation: Invocation) throws(Failure) -> [Value] {
        var query = try ResourceQuery(invocation, arguments: [from])
        query.files = []
        query.kustomization = ""
        query.labelSelector = nil
        query.selectsAll = false
        var result: [Value] = []
        let keys = invocation.flags.list("keys")
        for info in try query.find(invocation).checked() {
            guard ["ConfigMap", "Secret"].contains(info.entry.kind) else { throw Failure("unsupported resource specified in --from") }
            let field = info.entry.kind == "Secret" ? "secretKeyRef" : "configMapKeyRef"
            for (key, _) in info.object["data"]?.fields?.sorted() ?? [:] where keys.isEmpty || keys.contains(key) {
                let name = String(key.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" ? $0 : "_" }).uppercased()
                if name != key { invocation.warn("key \(key) transferred to \(name)") }
                result.append([
                    "name": .string(invocation.flags.string("prefix") + name),
                    "valueFrom": .object(Fields([(field, ["name": .string(info.name), "key": .string(key)] as Value)])),
                ])
            }
        }
        return result
    }

    private static func list(_ info: ResourceInfo, _ invocation: Invocation) throws(Failure) {
        guard let path = SetCommand.podPath(info.entry) else { return }
        for key in ["containers", "initContainers"] {
            for container in info.object[path: path + [key]]?.elements ?? []
            where Glob.matches(invocation.flags.string("containers"), container["name"]?.stringValue ?? "") {
                invocation.outLine("# \(info.entry.kind) \(info.name), container \(container["name"]?.stringValue ?? "")")
                for variable in container["env"]?.elements ?? [] { invocation.outLine(try text(variable, info, invocation)) }
            }
        }
    }

    private static func text(_ variable: Value, _ info: ResourceInfo, _ invocation: Invocation) throws(Failure) -> String {
        let name = variable["name"]?.stringValue ?? ""
        guard let source = variable["valueFrom"] else { return "\(name)=\(variable["value"]?.stringValue ?? "")" }
        if let reference = source["fieldRef"] { return "# \(name) from field path \(reference["fieldPath"]?.stringValue ?? "")" }
        if let reference = source["resourceFieldRef"] {
            return "# \(name) from resource field \(reference["containerName"].map { "\($0.stringValue ?? "")/" } ?? "")\(reference["resource"]?.stringValue ?? "")"
        }
        for (field, title, resource) in [("configMapKeyRef", "configmap", GroupResource.configMaps), ("secretKeyRef", "secret", .secrets)] {
            guard let reference = source[field] else { continue }
            let (object, key) = (reference["name"]?.stringValue ?? "", reference["key"]?.stringValue ?? "")
            guard invocation.flags.bool("resolve") else { return "# \(name) from \(title) \(object), key \(key)" }
            guard let entry = try invocation.lookup({ $0.entry(resource) }) else { break }
            let live = try invocation.get(ResourceInfo(entry: entry, namespace: info.namespace, name: object, object: .null))
            let value = live["data"]?[key]?.stringValue ?? ""
            let decoded = title == "secret" ? String(decoding: Base64.decode(value) ?? [], as: UTF8.self) : value
            return "\(name)=\(decoded)"
        }
        return "# \(name) from unknown source"
    }
}
