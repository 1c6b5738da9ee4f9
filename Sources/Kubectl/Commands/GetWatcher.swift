import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl get --watch`: shows objects and then their changes.
///
/// - Bounds: ends with `--request-timeout`, and after `stepsMax` steps of virtual time when nobody interrupts.
struct GetWatcher {
    let invocation: Invocation
    let format: OutputFormat
    private static let step = Duration.milliseconds(100)
    private static let quietMax = Duration.seconds(600)

    func run(_ query: ResourceQuery) throws(Failure) {
        let flags = invocation.flags
        let found = try query.find(invocation)
        let infos = try found.checked()
        if Set(infos.map { $0.entry.resource }).count > 1 {
            throw Failure("watch is only supported on individual resources and resource collections - more than 1 resource was found")
        }
        guard let info = infos.first else { return }
        if infos.count > 1 {
            var isFirst = true
            var writer = TabWriter.growingTable
            if !flags.bool("watch-only") { for info in infos { try show(info.object, event: "ADDED", info.entry, &writer, isFirst: &isFirst) } }
            throw Failure(
                invocation.arguments.isEmpty
                    ? "watch is only supported on individual resources and resource collections - \(infos.count) resources were found"
                    : "you may only watch a single resource or type of resource at a time")
        }
        if !flags.string("sort-by").isEmpty {
            invocation.errLine("warning: --watch requested, --sort-by will be ignored for watch events received")
        }
        var isFirst = true
        var writer = TabWriter.growingTable
        if !flags.bool("watch-only") { try show(info.object, event: "ADDED", info.entry, &writer, isFirst: &isFirst) }
        var request = APIRequest(.watch, info.entry.resource, namespace: info.entry.isNamespaced ? info.namespace : "")
        request.options.labelSelector = query.labelSelector ?? ""
        request.options.fieldSelector = info.name.isEmpty ? query.fieldSelector ?? "" : "metadata.name=\(info.name)"
        request.representation = query.representation
        let version = info.object["metadata", "resourceVersion"]?.stringValue ?? ""
        request.options.resourceVersion = version.isEmpty ? info.object["rows"]?[0]?["object"]?.resourceVersion ?? "" : version
        let stream = try invocation.watch(request)
        defer { stream.cancel() }
        let end = invocation.requestEnd
        var quietSince = invocation.client.now
        while !stream.isEnded {
            while let event = stream.next() {
                quietSince = invocation.client.now
                if event.kind == .bookmark { continue }
                if event.kind == .error { return }
                try show(event.object, event: event.kind.rawValue, info.entry, &writer, isFirst: &isFirst)
            }
            if let end, invocation.client.now >= end {
                if flags.int("v") >= 5 {
                    invocation.log("I", at: "streamwatcher.go:114", "Unable to decode an event from the watch stream: \(Invocation.timeoutText)")
                }
                return
            }
            if invocation.client.now >= quietSince + Self.quietMax { return }
            if !invocation.pass(Self.step) { return }
        }
    }

    private func show(_ object: Value, event: String, _ entry: ResourceEntry, _ writer: inout TabWriter, isFirst: inout Bool) throws(Failure) {
        let flags = invocation.flags
        let showsEvents = flags.bool("output-watch-events")
        guard format.isHuman else {
            for item in Manifests.items(of: object) ?? [object] {
                let shown: Value = showsEvents ? ["type": .string(event), "object": item] : item
                if case .yaml = format, !isFirst { invocation.out("---\n") }
                if case .json = format, showsEvents {
                    // An event is one line, unlike an object.
                    invocation.outLine("{\"type\":\"\(event)\",\"object\":\(format.cleaned(item, flags.bool("show-managed-fields")).json(.compact, sortedKeys: true))}")
                } else if case .columns(let columns) = format {
                    invocation.out(columns.text([item]))
                } else {
                    invocation.out(try format.text(of: shown, showManagedFields: flags.bool("show-managed-fields")) ?? "")
                }
                isFirst = false
            }
            return
        }
        var table = TableData(object) ?? rows(of: object, entry)
        if table.rows.isEmpty { return }
        if showsEvents {
            table.columns.insert(.init(name: "Event"), at: 0)
            table.rows = table.rows.map { row in
                var row = row
                row.cells.insert(.string(event), at: 0)
                return row
            }
        }
        HumanListing(invocation: invocation, format: format).printer(entry, withKind: flags.bool("show-kind"))
            .write(table, header: isFirst, to: &writer)
        invocation.out(writer.flushed())
        isFirst = false
    }

    /// The table row of an object that came without one: asked for by name, or name and age when it is gone or `--server-print=false`.
    private func rows(of object: Value, _ entry: ResourceEntry) -> TableData {
        if !invocation.flags.bool("server-print") { return PlainTable.table(Manifests.items(of: object) ?? [object], now: invocation.client.now) }
        var request = APIRequest(.get, entry.resource, namespace: entry.isNamespaced ? object.namespace : "", name: object.name)
        request.representation = .table
        if let answer = try? invocation.send(request).body, let table = TableData(answer) { return table }
        return PlainTable.table([object], now: invocation.client.now)
    }
}
