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
            if parts.count != 2 { throw Failure("--for must be in resource/name form") }
            let entry = try invocation.resource(named: parts[0])
            request.options.fieldSelector = "involvedObject.kind=\(entry.kind),involvedObject.name=\(parts[1])"
            if !entry.isNamespaced { request.namespace = "" }
        }
        var events = try invocation.send(request).body["items"]?.elements ?? []
        let types = flags.list("types").map { $0.lowercased() }
        if !types.isEmpty { events = events.filter { types.contains(($0["type"]?.stringValue ?? "").lowercased()) } }
        if events.isEmpty {
            invocation.errLine(everywhere ? "No events found." : "No events found in \(namespace) namespace.")
            return
        }
        events = EventOrder.sorted(events)
        let format = try OutputFormat(invocation)
        let list: Value = ["apiVersion": "v1", "items": .array(events), "kind": "List", "metadata": ["resourceVersion": ""]]
        if let text = try format.text(of: list) { return invocation.out(text) }
        var writer = TabWriter.table
        if !flags.bool("no-headers") { writer.write((everywhere ? "NAMESPACE\t" : "") + "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n") }
        let clock = DescribeText(now: invocation.client.now)
        for event in events {
            let object = event["involvedObject"] ?? [:]
            var cells = [
                interval(event, clock), event["type"]?.stringValue ?? "", event["reason"]?.stringValue ?? "",
                "\(object["kind"]?.stringValue ?? "")/\(object["name"]?.stringValue ?? "")", trimmed(event["message"]?.stringValue ?? ""),
            ]
            if everywhere { cells.insert(event.namespace, at: 0) }
            writer.write(cells.joined(separator: "\t") + "\n")
        }
        invocation.out(writer.flushed())
    }

    private static func interval(_ event: Value, _ clock: DescribeText) -> String {
        let text = Describer.interval(event, clock)
        return text
    }
}
