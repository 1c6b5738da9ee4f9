import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl top`.
enum TopCommand {
    static let command = Command(
        name: "top", summary: "Display resource (CPU/memory) usage", details: "Display resource (CPU/memory) usage.", usage: "",
        subcommands: [node, pod])

    private static let flags: [FlagSpec] = [
        SharedFlags.selector, .flag("no-headers", nil, "Leave out the header line."), FlagSpec("sort-by", "cpu or memory."),
        .flag("use-protocol-buffers", nil, "How to talk to the metrics API.", on: true), .flag("show-swap", nil, "Show swap."),
    ]

    private static let node = Command(
        name: "node", aliases: ["nodes", "no"], summary: "Display resource (CPU/memory) usage of nodes", usage: "[NAME | -l label]",
        flags: flags + [.flag("show-capacity", nil, "In percent of the capacity.")], run: { (invocation) throws(Failure) in try runNodes(invocation) })

    private static let pod = Command(
        name: "pod", aliases: ["pods", "po"], summary: "Display resource (CPU/memory) usage of pods", usage: "[NAME | -l label]",
        flags: flags + [
            SharedFlags.allNamespaces, SharedFlags.fieldSelector, .flag("containers", nil, "Show each container."), .flag("sum", nil, "Show the sum."),
        ], run: { (invocation) throws(Failure) in try runPods(invocation) })

    private static func metrics(_ resource: String, _ namespace: String, _ invocation: Invocation) throws(Failure) -> [Value] {
        if invocation.arguments.count > 1 { throw invocation.usage("\(invocation.command.name) \(invocation.command.usage)") }
        let order = invocation.flags.string("sort-by")
        if !["", "cpu", "memory"].contains(order) { throw Failure("--sort-by accepts only cpu or memory") }
        let selectors = ["selector", "field-selector"].filter { invocation.flags.isKnown($0) && !invocation.flags.string($0).isEmpty }
        if !invocation.arguments.isEmpty, !selectors.isEmpty {
            throw Failure("only one of NAME or \(resource == "nodes" ? "--selector" : "selector") can be provided")
        }
        guard try invocation.lookup({ $0.isKnown(group: "metrics.k8s.io") ? true : nil }) != nil else { throw Failure("Metrics API not available") }
        let type = GroupVersionResource(group: "metrics.k8s.io", version: "v1beta1", resource: resource)
        if let name = invocation.arguments.first { return [try invocation.send(APIRequest(.get, type, namespace: namespace, name: name)).body] }
        var request = APIRequest(.list, type, namespace: namespace)
        request.options.labelSelector = invocation.flags.string("selector")
        return try invocation.send(request).body["items"]?.elements ?? []
    }

    private static func amount(_ usage: Value?, _ name: String) -> ResourceAmount { usage?[name].flatMap { ResourceAmount(goText($0)) } ?? .zero }
    private static func cpu(_ amount: ResourceAmount) -> String { "\(amount.milli)m" }
    private static func memory(_ amount: ResourceAmount) -> String { "\(amount.units / 1_048_576)Mi" }

    private static func sorted<Row>(_ rows: [Row], by order: String, _ cpu: (Row) -> Int, _ memory: (Row) -> Int, _ name: (Row) -> String) -> [Row] {
        rows.sorted {
            switch order {
            case "cpu": cpu($0) == cpu($1) ? name($0) < name($1) : cpu($0) > cpu($1)
            case "memory": memory($0) == memory($1) ? name($0) < name($1) : memory($0) > memory($1)
            default: name($0) < name($1)
            }
        }
    }

    private static func runNodes(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let all = try metrics("nodes", "", invocation)
        if all.isEmpty { throw Failure("metrics not available yet") }
        let entry = try invocation.resource(named: "nodes")
        var writer = TabWriter.table
        if !flags.bool("no-headers") { writer.write("NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\t\n") }
        let rows = sorted(all, by: flags.string("sort-by"), { amount($0["usage"], "cpu").milli }, { amount($0["usage"], "memory").milli }, \.name)
        for item in rows {
            let live = try? invocation.get(ResourceInfo(entry: entry, namespace: "", name: item.name, object: .null))
            let room = live?["status"]?[flags.bool("show-capacity") ? "capacity" : "allocatable"]
            func share(_ name: String) -> String {
                let whole = amount(room, name).milli
                return whole == 0 ? "<unknown>" : "\(Int(Double(amount(item["usage"], name).milli) / Double(whole) * 100))%"
            }
            let (used, bytes) = (amount(item["usage"], "cpu"), amount(item["usage"], "memory"))
            writer.write("\(item.name)\t\(cpu(used))\t\(share("cpu"))\t\(memory(bytes))\t\(share("memory"))\t\n")
        }
        invocation.out(writer.flushed())
    }

    /// Refuses to call a place empty whose pods are only not measured.
    private static func checkUnmeasured(_ namespace: String, _ invocation: Invocation) throws(Failure) {
        var request = APIRequest(.list, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: namespace)
        request.options.labelSelector = invocation.flags.string("selector")
        request.options.fieldSelector = invocation.flags.string("field-selector")
        let pods = try invocation.send(request).body["items"]?.elements ?? []
        for pod in pods {
            guard let made = instant(pod["metadata", "creationTimestamp"]) else { continue }
            let age = invocation.client.now - made
            if age > .seconds(120) { throw Failure("Metrics not available for pod \(pod.namespace)/\(pod.name), age: \(goDuration(age))") }
        }
        if !pods.isEmpty { throw Failure("metrics not available yet") }
    }

    private static func runPods(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let everywhere = flags.bool("all-namespaces")
        let namespace = everywhere ? "" : try invocation.namespace().name
        let all = try metrics("pods", namespace, invocation)
        if all.isEmpty {
            try checkUnmeasured(namespace, invocation)
            invocation.errLine(everywhere ? "No resources found" : "No resources found in \(namespace) namespace.")
            return
        }
        struct Row {
            var cells: [String]
            var cpu: ResourceAmount
            var memory: ResourceAmount
        }
        var rows: [Row] = []
        for item in all {
            var (used, bytes) = (ResourceAmount.zero, ResourceAmount.zero)
            for container in item["containers"]?.elements ?? [] {
                let (one, two) = (amount(container["usage"], "cpu"), amount(container["usage"], "memory"))
                used = used + one
                bytes = bytes + two
                if flags.bool("containers") {
                    rows.append(Row(cells: (everywhere ? [item.namespace] : []) + [item.name, container["name"]?.stringValue ?? ""], cpu: one, memory: two))
                }
            }
            if !flags.bool("containers") { rows.append(Row(cells: (everywhere ? [item.namespace] : []) + [item.name], cpu: used, memory: bytes)) }
        }
        rows = sorted(rows, by: flags.string("sort-by"), { $0.cpu.milli }, { $0.memory.milli }, { $0.cells.joined(separator: "/") })
        var writer = TabWriter.table
        if !flags.bool("no-headers") {
            writer.write((everywhere ? "NAMESPACE\t" : "") + (flags.bool("containers") ? "POD\tNAME" : "NAME") + "\tCPU(cores)\tMEMORY(bytes)\t\n")
        }
        for row in rows { writer.write(row.cells.joined(separator: "\t") + "\t\(cpu(row.cpu))\t\(memory(row.memory))\t\n") }
        if flags.bool("sum") {
            let total = rows.reduce((ResourceAmount.zero, ResourceAmount.zero)) { ($0.0 + $1.cpu, $0.1 + $1.memory) }
            let blanks = String(repeating: "\t", count: (rows.first?.cells.count ?? 1))
            writer.write("\(blanks)________\t________\t\n\(blanks)\(cpu(total.0))\t\(memory(total.1))\t\n")
        }
        invocation.out(writer.flushed())
    }
}
