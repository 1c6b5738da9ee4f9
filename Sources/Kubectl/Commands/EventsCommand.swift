import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl events`.
enum EventsCommand {
    static let command = Command(
        name: "events", summary: "List events", usage: "[(-o|--output=)json|yaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
        flags: SharedFlags.output + [
            SharedFlags.allNamespaces, SharedFlags.chunkSize, FlagSpec("for", "Only the events of this object: TYPE/NAME."),
            .flag("no-headers", nil, "Leave out the header line."), FlagSpec("types", kind: .stringSlice, "Only events of these types."),
            .flag("watch", "w", "Go on showing events."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        for type in flags.list("types") where !["normal", "warning"].contains(type.lowercased()) {
            throw Failure("valid --types are Normal or Warning")
        }
        let everywhere = flags.bool("all-namespaces")
        let namespace = everywhere ? "" : try invocation.namespace().name
        var request = APIRequest(.list, GroupVersionResource(group: "", version: "v1", resource: "events"), namespace: namespace)
        let target = flags.string("for")
        if !target.isEmpty {
            let parts = target.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            if parts.count > 2 { throw Failure("arguments in resource/name form may not have more than one slash") }
            if parts.count != 2 { throw Failure("--for must be in resource/name form") }
            if parts[0].isEmpty { throw Failure("a resource must be present, got: /, Resource=") }
            guard let entry = try invocation.lookup({ $0.find(parts[0]) }) else {
                throw .text("the server doesn't have a resource type \(goQuoted(parts[0]))")
            }
            request.options.fieldSelector = "involvedObject.kind=\(entry.kind),involvedObject.name=\(parts[1])"
            if parts[1].isEmpty { request.options.fieldSelector = "" }
            if !entry.isNamespaced { request.namespace = "" }
        }
        let types = flags.list("types").map { $0.lowercased() }
        // A template alone does not ask for another form.
        let format = flags.string("output").isEmpty ? .human : try OutputFormat(invocation)
        if flags.bool("watch") { return try follow(request, types, format, invocation) }
        var events = try invocation.list(request)["items"]?.elements ?? []
        if !types.isEmpty { events = events.filter { types.contains(($0["type"]?.stringValue ?? "").lowercased()) } }
        if events.isEmpty {
            invocation.errLine(everywhere ? "No events found." : "No events found in \(namespace) namespace.")
            return
        }
        events = EventOrder.sorted(events)
        if let text = try format.text(of: TypedEvents.list(events), sorted: false) {
            // kubectl has them as objects of Go, whose lists have no names to print.
            if case .name = format {} else { invocation.out(text) }
        } else {
            var writer = TabWriter.table
            invocation.out(table(events, header: !flags.bool("no-headers"), &writer, invocation))
        }
    }

    private static func table(_ events: [Value], header: Bool, _ writer: inout TabWriter, _ invocation: Invocation) -> String {
        let everywhere = invocation.flags.bool("all-namespaces")
        if header { writer.write((everywhere ? "NAMESPACE\t" : "") + "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n") }
        let clock = DescribeText(now: invocation.client.now)
        for event in events {
            let object = event["involvedObject"] ?? [:]
            var cells = [
                Describer.interval(event, clock), event["type"]?.stringValue ?? "", event["reason"]?.stringValue ?? "",
                "\(object["kind"]?.stringValue ?? "")/\(object["name"]?.stringValue ?? "")", trimmed(event["message"]?.stringValue ?? ""),
            ]
            if everywhere { cells.insert(event.namespace, at: 0) }
            writer.write(cells.joined(separator: "\t") + "\n")
        }
        return writer.flushed()
    }

    /// Shows the events that there are, in the order in which the server tells of them, and then those that come.
    ///
    /// - Bounds: ends when the server ends the watch, with `--request-timeout`, or when nothing has come for ten minutes.
    private static func follow(_ list: APIRequest, _ types: [String], _ format: OutputFormat, _ invocation: Invocation) throws(Failure) {
        var request = list
        request.verb = .watch
        let stream = try invocation.watch(request)
        defer { stream.cancel() }
        let end = invocation.requestEnd
        var quietSince = invocation.client.now
        var writer = TabWriter.growingTable
        var isFirst = true
        while !stream.isEnded, invocation.client.now < end ?? quietSince + .seconds(600) {
            while let event = stream.next() {
                quietSince = invocation.client.now
                guard event.kind == .added || event.kind == .modified else { continue }
                if !types.isEmpty, !types.contains((event.object["type"]?.stringValue ?? "").lowercased()) { continue }
                if let text = try format.text(of: TypedEvents.typed(event.object), sorted: false) {
                    if case .yaml = format, !isFirst { invocation.out("---\n") }
                    invocation.out(text)
                } else {
                    invocation.out(table([event.object], header: isFirst && !invocation.flags.bool("no-headers"), &writer, invocation))
                }
                isFirst = false
            }
            if !invocation.pass(.milliseconds(500)) { return }
        }
    }
}

/// Events with their fields in the order of Go's types, as JSON shows them.
private enum TypedEvents {
    private static let event = [
        "kind", "apiVersion", "metadata", "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type",
        "eventTime", "series", "action", "related", "reportingComponent", "reportingInstance",
    ]
    private static let metadata = ["name", "generateName", "namespace", "uid", "resourceVersion", "creationTimestamp", "labels", "annotations"]
    private static let reference = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"]

    static func list(_ events: [Value]) -> Value {
        ["kind": "EventList", "apiVersion": "v1", "metadata": [:], "items": .array(events.map(typed))]
    }

    static func typed(_ event: Value) -> Value {
        var event = event
        event["kind"] = "Event"
        event["apiVersion"] = "v1"
        for (field, order) in [("metadata", metadata), ("involvedObject", reference), ("related", reference)] {
            if let value = event[field] { event[field] = ordered(value, order) }
        }
        return ordered(event, Self.event)
    }

    private static func ordered(_ object: Value, _ names: [String]) -> Value {
        let given = object.fields ?? Fields()
        let known = names.compactMap { name in given[name].map { (name, $0) } }
        return .object(Fields(known + given.filter { !names.contains($0.key) }.map { ($0.key, $0.value) }))
    }
}
