import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What a container waits for before it serves.
struct AwaitedService: Sendable {
    var host: String
    var port: Int
    var isAnswered = false
    /// What it prints each time it finds nothing there.
    var message: String
    /// How long it tries before it ends, and with which code; nil when it tries for ever.
    var patience: Duration?
    var code: Int
    /// Only the name must be known.
    var isName = false
}

/// Containers that need other services before they work.
///
/// - Order: all services are asked at once; those that did not answer are asked again every two seconds.
extension Kubelets {
    static let dependencyPeriod: Duration = .seconds(2)

    /// What a container's image and environment say that it needs.
    static func awaited(_ image: ImageProfile, _ environment: [(name: String, value: String)]) -> [AwaitedService] {
        guard !image.waitsFor.isEmpty else { return [] }
        let table = Dictionary(environment.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        var result: [AwaitedService] = []
        for dependency in image.waitsFor {
            guard dependency.when.allSatisfy({ table[$0.name] == $0.value }), let text = table[dependency.variable], !text.isEmpty else { continue }
            for part in text.split(separator: ",") {
                guard let (host, port) = endpoint(String(part), defaultPort: dependency.port) else { continue }
                let message = Template.replace(dependency.message, ["host": host, "port": String(port)])
                result.append(AwaitedService(host: host, port: port, message: message, patience: dependency.patience, code: dependency.code))
            }
        }
        return result
    }

    /// Host and port in `http://a:80/x`, `jdbc:mysql://a/db`, `redis://a:6379` and `a:3306`.
    static func endpoint(_ text: String, defaultPort: Int) -> (host: String, port: Int)? {
        var rest = text[...]
        var port = defaultPort
        if let mark = rest.range(of: "://") {
            if rest.hasPrefix("https") { port = 443 } else if rest.hasPrefix("http") { port = 80 }
            rest = rest[mark.upperBound...]
        }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        rest = rest.prefix { $0 != "/" && $0 != "?" }
        if let colon = rest.lastIndex(of: ":") {
            port = Int(rest[rest.index(after: colon)...]) ?? port
            rest = rest[..<colon]
        }
        return rest.isEmpty || port <= 0 ? nil : (String(rest), port)
    }

    /// Asks the services that have not answered yet.
    mutating func askDependencies(_ record: PodRecord, _ ref: ContainerRef, now: Instant) {
        let key = ContainerKey(pod: record.uid, ref: ref)
        guard let running = plans[key] else { return }
        for (index, service) in running.awaited.enumerated() where !service.isAnswered {
            let id = nextCall
            nextCall += 1
            calls[id] = ContainerCall(
                id: id, pod: record.key, container: record[ref]?.name ?? "", node: record.node, address: record.address,
                command: NetworkCommand(service.isName ? ["getent", "hosts", service.host] : ["nc", "-z", service.host, String(service.port)], environment: []), environment: [], input: [], directory: "/", key: key,
                machineCall: -1 - index)
        }
    }

    /// One of the services answered, or did not.
    mutating func dependencyAnswered(_ call: ContainerCall, _ outcome: NetworkOutcome, now: Instant) {
        let index = -1 - call.machineCall
        guard let record = pods[call.key.pod], var running = plans[call.key], running.awaited.indices.contains(index) else { return }
        let run = record[call.key.ref]?.run ?? 0
        let isAnswered =
            switch outcome {
            case .connected, .http: true
            case .resolved(_, let records, _): !records.isEmpty
            default: false
            }
        switch outcome {
        case _ where isAnswered:
            running.awaited[index].isAnswered = true
            if running.awaited.allSatisfy(\.isAnswered) {
                running.servesFrom = now + running.image.startup
                schedule(.sync(record.uid), at: now + running.image.startup)
            }
            plans[call.key] = running
        default:
            let service = running.awaited[index]
            if !service.message.isEmpty { logs[call.key, default: ContainerLog()].add(Template.stamped(service.message, now), stream: 2, now: now) }
            let age = now - running.startedAt
            if let patience = service.patience, age >= patience {
                schedule(.ended(record.uid, call.key.ref, run, code: service.code), at: now)
            } else if running.nextAsk ?? now <= now {
                plans[call.key]!.nextAsk = now + Self.dependencyPeriod
                schedule(.dependencies(record.uid, call.key.ref, run), at: now + Self.dependencyPeriod, isPeriodic: age > .seconds(120))
            }
        }
    }
}
