import KubernetesObjects

/// How a command prints objects, from `-o` and `--template`.
///
/// - Source: k8s.io/cli-runtime `pkg/genericclioptions` and `pkg/printers`.
enum OutputFormat {
    /// The command's own report, or a table.
    case human
    case wide
    case json, yaml, kyaml, name
    case jsonPath(JSONPathTemplate)
    case jsonPathAsJSON(JSONPathTemplate)
    case template(GoTemplate, text: String)
    case columns(CustomColumns)

    private static let objectFormats = [
        "go-template", "go-template-file", "json", "jsonpath", "jsonpath-as-json", "jsonpath-file", "kyaml", "name", "template", "templatefile",
        "yaml",
    ]

    var isHuman: Bool {
        switch self {
        case .human, .wide: true
        default: false
        }
    }

    /// Reads `-o`; `tables` allows what `get` has beyond other commands.
    init(_ invocation: Invocation, tables: Bool = false) throws(Failure) {
        let flags = invocation.flags
        var format = flags.string("output")
        var argument = flags.string("template")
        // A template is a format where none is named, also beside one that a command has by default.
        if !argument.isEmpty, format.isEmpty || !flags.isSet("output") { format = "go-template" }
        for prefix in Self.prefixes where format.hasPrefix(prefix + "=") {
            if !tables, prefix.hasPrefix("custom-columns") { continue }
            argument = String(format.dropFirst(prefix.count + 1))
            format = prefix
            break
        }
        // Formats without an argument are known in capitals, too.
        if ["json", "yaml", "kyaml", "name"].contains(format.lowercased()) { format = format.lowercased() }
        switch format {
        case "": self = .human
        case "wide" where tables: self = .wide
        case "json": self = .json
        case "yaml": self = .yaml
        case "kyaml": self = .kyaml
        case "name": self = .name
        case "jsonpath", "jsonpath-as-json", "jsonpath-file", "go-template", "go-template-file", "template", "templatefile":
            self = try Self.template(format, argument, invocation)
        case "custom-columns" where tables, "custom-columns-file" where tables:
            let noHeaders = flags.isKnown("no-headers") && flags.bool("no-headers")
            self = .columns(try CustomColumns(format, argument, invocation, noHeaders: noHeaders))
        default:
            let allowed = Self.objectFormats + (tables ? ["custom-columns", "custom-columns-file", "wide"] : [])
            throw Failure(
                "unable to match a printer suitable for the output format \(goQuoted(flags.string("output"))), allowed formats are: \(allowed.sorted().joined(separator: ","))"
            )
        }
    }

    private static let prefixes = [
        "jsonpath-as-json", "jsonpath-file", "jsonpath", "go-template-file", "go-template", "templatefile", "template", "custom-columns-file",
        "custom-columns",
    ]

    private static func template(_ format: String, _ argument: String, _ invocation: Invocation) throws(Failure) -> OutputFormat {
        if argument.isEmpty { throw Failure("template format specified but no template given") }
        var text = argument
        if format.hasSuffix("file") {
            do { text = String(decoding: try invocation.environment.files.read(argument), as: UTF8.self) } catch {
                throw Failure("error reading --template \(argument), open \(argument): \(error.reason)\n")
            }
        }
        if format.hasPrefix("jsonpath") {
            let allowsMissing = !invocation.flags.isKnown("allow-missing-template-keys") || invocation.flags.bool("allow-missing-template-keys")
            do {
                let path = try JSONPathTemplate(text, allowsMissingKeys: allowsMissing)
                return format == "jsonpath-as-json" ? .jsonPathAsJSON(path) : .jsonPath(path)
            } catch {
                throw Failure("error parsing jsonpath \(text), \(error.message)\n")
            }
        }
        let allowsMissing = !invocation.flags.isKnown("allow-missing-template-keys") || invocation.flags.bool("allow-missing-template-keys")
        do {
            var template = try GoTemplate(text)
            template.failsOnMissingKeys = !allowsMissing
            return .template(template, text: text)
        } catch {
            throw Failure("error parsing template \(text), \(error.message)\n")
        }
    }

    /// The object in this format; nil for the formats that are no text of one object.
    ///
    /// - Parameter sorted: keys of JSON in their order; objects that a command made keep the order of their types.
    func text(of object: Value, sorted: Bool = true, showManagedFields: Bool = false) throws(Failure) -> String? {
        switch self {
        case .human, .wide, .columns: return nil
        case .json: return Self.cleaned(object, showManagedFields).json(.pretty, sortedKeys: sorted) + "\n"
        case .yaml: return Self.cleaned(object, showManagedFields).yaml()
        case .kyaml: return KYAML.text(Self.cleaned(object, showManagedFields))
        case .name: return Self.names(of: object)
        case .jsonPath(let path):
            do { return try path.execute(object) } catch {
                throw Failure(
                    "error executing jsonpath \(goQuoted(path.text)): Error executing template: \(error.message). Printing more information for debugging the template:\n\ttemplate was:\n\t\t\(path.text)\n\tobject given to jsonpath engine was:\n\t\t\(goSyntax(object))\n\n\n"
                )
            }
        case .jsonPathAsJSON(let path):
            do { return try path.results(object).map { Value.array($0).json(.pretty, sortedKeys: true) + "\n" }.joined() } catch {
                throw Failure("error executing jsonpath \(goQuoted(path.text)): \(error.message)")
            }
        case .template(let template, let text):
            do { return try template.execute(object) } catch {
                // kubectl explains the failure where the output goes, as well.
                var failure = Failure("error executing template \(goQuoted(text)): \(error.message)")
                failure.output =
                    "\(error.output)Error executing template: \(error.message). Printing more information for debugging the template:\n\ttemplate was:\n\t\t\(text)\n\traw data was:\n\t\t\(object.json(.compact, sortedKeys: sorted))\n\tobject given to template engine was:\n\t\t\(goText(object))\n\n"
                throw failure
            }
        }
    }

    func cleaned(_ object: Value, _ showManagedFields: Bool) -> Value { Self.cleaned(object, showManagedFields) }

    private static func cleaned(_ object: Value, _ showManagedFields: Bool) -> Value {
        if showManagedFields { return object }
        var copy = object
        if copy["metadata", "managedFields"] != nil { copy["metadata"]?["managedFields"] = nil }
        if case .array(let items)? = copy["items"], items.contains(where: { $0["metadata", "managedFields"] != nil }) {
            copy["items"] = .array(items.map { cleaned($0, false) })
        }
        return copy
    }

    /// `deployment.apps/web`, one line for each item of a list.
    static func names(of object: Value) -> String {
        if let items = object["items"]?.arrayValue, object.kind.hasSuffix("List") { return items.map(names).joined() }
        let (group, _) = splitAPIVersion(object.apiVersion)
        let kind = object.kind.lowercased()
        return "\(group.isEmpty ? kind : "\(kind).\(group)")/\(object.name.isEmpty ? "<unknown>" : object.name)\n"
    }
}

/// Prints what a command did to objects, or the objects themselves with `-o`.
struct ObjectReporter {
    let invocation: Invocation
    let format: OutputFormat
    private var count = 0

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        format = try OutputFormat(invocation)
    }

    /// Reports an operation such as `created`.
    ///
    /// - Parameter typed: the object keeps the order of its type in JSON.
    mutating func report(_ object: Value, _ operation: String, name: String? = nil, typed: Bool = false) throws(Failure) {
        count += 1
        switch format {
        case .human, .wide:
            let line = name.map { $0 + "\n" } ?? OutputFormat.names(of: object)
            invocation.outLine(line.dropLast() + (operation.isEmpty ? "" : " \(operation)"))
        default:
            let managed = invocation.flags.isKnown("show-managed-fields") && invocation.flags.bool("show-managed-fields")
            if case .yaml = format, count > 1 { invocation.out("---\n") }
            invocation.out(try format.text(of: object, sorted: !typed, showManagedFields: managed) ?? "")
        }
    }
}
