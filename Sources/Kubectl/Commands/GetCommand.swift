import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl get`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/get/get.go`.
enum GetCommand {
    static let command = Command(
        name: "get", suggestedFor: ["list", "ps"], summary: "Display one or many resources",
        details: "Show one or many resources, as a table or in another format.\n\nUse \"kubectl api-resources\" for a complete list of supported resources.",
        usage: "[(-o|--output=)json|yaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
        flags: SharedFlags.filename("the objects to show") + SharedFlags.output + [
            SharedFlags.selector, SharedFlags.fieldSelector, SharedFlags.allNamespaces, SharedFlags.chunkSize, SharedFlags.subresource,
            .flag("ignore-not-found", nil, "Objects that do not exist are no error."),
            FlagSpec("label-columns", short: "L", kind: .stringSlice, "Labels to show as columns."),
            .flag("no-headers", nil, "Leave out the header line."),
            .flag("output-watch-events", nil, "Show the kind of each watch event."),
            FlagSpec("raw", "Path to ask the server for, as it is."),
            .flag("server-print", nil, "Let the server make the table.", on: true),
            .flag("show-kind", nil, "Show the kind before each name."),
            .flag("show-labels", nil, "Show all labels as the last column."),
            FlagSpec("sort-by", "Path of the field to sort by."),
            .flag("watch", "w", "Go on showing changes."),
            .flag("watch-only", nil, "Show changes only."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let raw = flags.string("raw")
        if !raw.isEmpty {
            if !invocation.arguments.isEmpty || !flags.list("filename").isEmpty {
                throw Failure("arguments may not be passed when --raw is specified")
            }
            if flags.bool("watch") || flags.bool("watch-only") || !flags.string("selector").isEmpty {
                throw Failure("--raw may not be specified with other flags that filter the server request or alter the output")
            }
            if !flags.string("output").isEmpty { throw Failure("--raw and --output are mutually exclusive") }
            if !raw.hasPrefix("/"), !raw.contains("://") {
                throw Failure("--raw must be a valid URL path: parse \(goQuoted(raw)): invalid URI for request")
            }
            return invocation.out(RawRequest.text(try invocation.send(RawRequest.request(.get, raw, body: nil)).body))
        }
        if flags.isSet("raw") == false, flags.bool("output-watch-events"), !flags.bool("watch"), !flags.bool("watch-only") {
            throw Failure("--output-watch-events option can only be used with --watch or --watch-only")
        }
        let format = try OutputFormat(invocation, tables: true)
        if flags.bool("show-labels"), !format.isHuman {
            throw Failure("--show-labels option cannot be used with \(flags.string("output")) printer")
        }
        if invocation.arguments.isEmpty, flags.list("filename").isEmpty, flags.string("kustomize").isEmpty {
            invocation.errLine(
                "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n")
            throw Failure(
                "Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee '\(invocation.commandPath) -h' for help and examples"
            )
        }
        var query = try ResourceQuery(invocation, arguments: invocation.arguments)
        query.allowsEmptySelector = true
        query.fetchesLatest = true
        let isTable = format.isHuman && flags.bool("server-print")
        if isTable {
            query.representation = .table
            query.includesObjects = !flags.string("sort-by").isEmpty
        }
        if flags.bool("watch") || flags.bool("watch-only") {
            query.singleType = true
            query.keepsLists = true
            return try GetWatcher(invocation: invocation, format: format).run(query)
        }
        if isTable { query.keepsLists = true }
        var found = try query.find(invocation)
        // The one object of a name has an error of its own.
        if format.isHuman, !found.singleItemImplied || !found.infos.isEmpty || !flags.list("filename").isEmpty { found.listFailures() }
        if flags.bool("ignore-not-found") { found.failures.removeAll(where: \.isNotFound) }
        if format.isHuman {
            try HumanListing(invocation: invocation, format: format).print(found, serverTables: isTable)
        } else {
            try printObjects(found, format, invocation)
        }
    }

    /// Objects one by one or as a `List`.
    private static func printObjects(_ found: ResourceQuery.Found, _ format: OutputFormat, _ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        if let failure = Failure.aggregate(found.failures), found.singleItemImplied { throw failure }
        if found.infos.isEmpty, flags.bool("ignore-not-found") {
            if let failure = Failure.aggregate(found.failures) { throw failure }
            return
        }
        let managed = flags.bool("show-managed-fields")
        if found.singleItemImplied, found.infos.count == 1, Manifests.items(of: found.infos[0].object) == nil {
            let object = found.infos[0].object
            if case .columns(let columns) = format {
                invocation.out(columns.text([object]))
            } else {
                invocation.out(try format.text(of: object, showManagedFields: managed) ?? "")
            }
            return
        }
        var items = found.infos.map(\.object)
        let field = flags.string("sort-by")
        if !field.isEmpty {
            let objects = items
            items = try SortBy(field).order(objects).map { objects[$0] }
        }
        if case .columns(let columns) = format {
            invocation.out(columns.text(items))
        } else {
            let list: Value = ["apiVersion": "v1", "items": .array(items), "kind": "List", "metadata": ["resourceVersion": ""]]
            invocation.out(try format.text(of: list, showManagedFields: managed) ?? "")
        }
        if let failure = Failure.aggregate(found.failures) { throw failure }
    }
}

/// Prints lists for people: a table for each resource.
struct HumanListing {
    let invocation: Invocation
    let format: OutputFormat

    func print(_ found: ResourceQuery.Found, serverTables: Bool) throws(Failure) {
        let flags = invocation.flags
        let kinds = Set(found.infos.map { $0.entry.resource })
        let withKind = (found.infos.count > 1 && kinds.count > 1) || flags.bool("show-kind")
        var allNamespaced = !flags.bool("all-namespaces")
        var last: ResourceEntry?
        var writer = TabWriter.table
        var hasWritten = false
        var headerDue = true
        func flush() {
            let text = writer.flushed()
            if !text.isEmpty {
                if hasWritten, !flags.bool("no-headers") { invocation.out("\n") }
                invocation.out(text)
                hasWritten = true
            }
            writer = TabWriter.table
        }
        // Several tables are sorted as objects first, among which tables have none of the fields that their rows have.
        for info in try serverTables && found.infos.count < 2 ? found.infos : sorted(found.infos) {
            allNamespaced = allNamespaced && info.entry.isNamespaced
            if last?.resource != info.entry.resource {
                flush()
                headerDue = true
                last = info.entry
            }
            var table = serverTables ? TableData(info.object) ?? TableData() : PlainTable.table([info.object], now: invocation.client.now)
            if table.rows.isEmpty { continue }
            let field = flags.string("sort-by")
            if !field.isEmpty, table.rows.count > 1 {
                let order: [Int]
                do throws(Failure) { order = try SortBy(field).order(table.rows.map(\.object), inTable: true) } catch {
                    if case .text = error.kind { throw error }
                    // As in kubectl, a table whose rows lack the field is not printed.
                    continue
                }
                let rows = table.rows
                table.rows = order.map { rows[$0] }
            }
            printer(info.entry, withKind: withKind).write(table, header: headerDue, to: &writer)
            headerDue = false
        }
        flush()
        if !hasWritten, !flags.bool("ignore-not-found"), found.failures.isEmpty {
            invocation.errLine(allNamespaced ? "No resources found in \(try invocation.namespace().name) namespace." : "No resources found")
        }
        if let failure = found.failure { throw failure }
    }

    /// Objects that come one by one, in the order of `--sort-by`.
    private func sorted(_ infos: [ResourceInfo]) throws(Failure) -> [ResourceInfo] {
        let field = invocation.flags.string("sort-by")
        return field.isEmpty ? infos : try SortBy(field).order(infos.map(\.object)).map { infos[$0] }
    }

    func printer(_ entry: ResourceEntry, withKind: Bool) -> TablePrinter {
        let flags = invocation.flags
        var printer = TablePrinter()
        if case .wide = format { printer.isWide = true }
        printer.withNamespace = flags.bool("all-namespaces") && entry.isNamespaced
        printer.withKind = withKind ? entry.printedKind : nil
        printer.noHeaders = flags.bool("no-headers")
        printer.showLabels = flags.bool("show-labels")
        printer.columnLabels = flags.list("label-columns")
        return printer
    }
}

/// The table of a server that makes none: names and ages.
enum PlainTable {
    static func table(_ objects: [Value], now: Instant) -> TableData {
        var table = TableData()
        table.columns = [.init(name: "Name"), .init(name: "Age")]
        table.rows = objects.map { object in
            let age = instant(object["metadata", "creationTimestamp"]).map { humanDuration(now - $0) } ?? "<unknown>"
            return TableData.Row(cells: [.string(object.name), .string(age)], object: object)
        }
        return table
    }
}
