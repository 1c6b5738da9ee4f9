import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl api-resources` and `api-versions`.
enum APIResourcesCommand {
    static let versions = Command(
        name: "api-versions", summary: "Print the supported API versions on the server, in the form of \"group/version\"",
        run: { (invocation) throws(Failure) in
            if !invocation.arguments.isEmpty { throw invocation.usage("unexpected arguments: [\(invocation.arguments.joined(separator: " "))]") }
            for version in try invocation.catalogue(refresh: true).groupVersions.map(\.apiVersion).sorted() { invocation.outLine(version) }
        })

    static let resources = Command(
        name: "api-resources", summary: "Print the supported API resources on the server", usage: "[flags]",
        flags: [
            FlagSpec("api-group", "Only this group."), .flag("cached", nil, "Use what is known already."),
            FlagSpec("categories", kind: .stringSlice, "Only resources of these categories."), .flag("namespaced", nil, "Only resources in namespaces, or only others.", on: true),
            .flag("no-headers", nil, "Leave out the header line."), FlagSpec("output", short: "o", "json, yaml, kyaml, name or wide."),
            .flag("show-managed-fields", nil, "Show who owns which fields."),
            FlagSpec("sort-by", "name or kind."), FlagSpec("verbs", kind: .stringSlice, "Only resources that allow these verbs."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let (output, order) = (flags.string("output"), flags.string("sort-by"))
        if !["", "wide", "name", "json", "yaml", "kyaml"].contains(output) {
            throw Failure(
                "unable to match a printer suitable for the output format \(goQuoted(output)), allowed formats are: json,kyaml,name,wide,yaml")
        }
        if !["", "name", "kind"].contains(order) { throw Failure("--sort-by accepts only name or kind") }
        if !invocation.arguments.isEmpty { throw invocation.usage("unexpected arguments: [\(invocation.arguments.joined(separator: " "))]") }
        var entries = try invocation.catalogue(refresh: !flags.bool("cached")).preferred.filter { entry in
            (!flags.isSet("api-group") || entry.group == flags.string("api-group"))
                && (!flags.isSet("namespaced") || entry.isNamespaced == flags.bool("namespaced"))
                && flags.list("verbs").allSatisfy { entry.verbs.contains($0) } && flags.list("categories").allSatisfy { entry.categories.contains($0) }
                && !entry.verbs.isEmpty
        }
        entries.sort { left, right in
            switch order {
            case "name": (left.plural, left.group) < (right.plural, right.group)
            case "kind": (left.kind, left.group) < (right.kind, right.group)
            default: (left.group, left.plural) < (right.group, right.plural)
            }
        }
        switch output {
        case "name":
            for entry in entries { invocation.outLine(entry.groupResource.description) }
            return
        case "json", "yaml", "kyaml":
            let list: Value = [
                "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "", "resources": .array(entries.map(described)),
            ]
            return invocation.out(try OutputFormat(invocation).text(of: output == "json" ? list : Manifests.sorted(list), sorted: false) ?? "")
        default: break
        }
        var writer = TabWriter.table
        let isWide = output == "wide"
        if !flags.bool("no-headers") { writer.write("NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND" + (isWide ? "\tVERBS\tCATEGORIES" : "") + "\n") }
        for entry in entries {
            var cells = [
                entry.plural, entry.shortNames.joined(separator: ","), entry.apiVersion, entry.isNamespaced ? "true" : "false", entry.kind,
            ]
            if isWide { cells += [entry.verbs.joined(separator: ","), entry.categories.joined(separator: ",")] }
            writer.write(cells.joined(separator: "\t") + "\n")
        }
        invocation.out(writer.flushed())
    }

    /// A resource as discovery describes it.
    private static func described(_ entry: ResourceEntry) -> Value {
        var fields: Fields = ["name": .string(entry.plural), "singularName": .string(entry.singular), "namespaced": .bool(entry.isNamespaced)]
        if !entry.group.isEmpty { fields["group"] = .string(entry.group) }
        fields["version"] = .string(entry.version)
        fields["kind"] = .string(entry.kind)
        fields["verbs"] = Value(entry.verbs)
        if !entry.shortNames.isEmpty { fields["shortNames"] = Value(entry.shortNames) }
        if !entry.categories.isEmpty { fields["categories"] = Value(entry.categories) }
        return .object(fields)
    }
}
