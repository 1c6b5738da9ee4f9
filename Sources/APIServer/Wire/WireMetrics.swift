import APIMachinery
import NIOConcurrencyHelpers

/// Counts of requests, as `/metrics` shows them.
final class WireMetrics: Sendable {
    private struct Key: Hashable, Comparable {
        var verb, group, version, resource, subresource, scope: String
        var code: Int

        private var order: [String] { [group, resource, version, subresource, verb, scope] }
        static func < (left: Key, right: Key) -> Bool {
            left.order == right.order ? left.code < right.code : left.order.lexicographicallyPrecedes(right.order)
        }
    }

    private struct Counts {
        var requests: [Key: Int] = [:]
        var nanoseconds: [Key: Int64] = [:]
        var inFlight = 0
    }

    /// How many kinds of requests are told apart; what goes beyond is counted as one.
    private static let keysMax = 4000

    private let counts = NIOLockedValueBox(Counts())

    func begin() { counts.withLockedValue { $0.inFlight += 1 } }

    func end(_ record: RequestRecord) {
        let request = record.request
        let isKnown = record.code != 404
        let isResource = isKnown && request.map { $0.verb != .nonResource } ?? false
        let scope = !isResource ? "" : request?.name.isEmpty == false ? "resource" : request?.namespace.isEmpty == false ? "namespace" : "cluster"
        var key = Key(
            verb: record.verb.uppercased(), group: isResource ? request?.resource.group ?? "" : "", version: isResource ? request?.resource.version ?? "" : "",
            resource: isResource ? request?.resource.resource ?? "" : "", subresource: isResource ? request?.subresource ?? "" : "", scope: scope,
            code: record.code)
        let time = WallClock.elapsed - record.wire.begin
        counts.withLockedValue { counts in
            if counts.requests[key] == nil, counts.requests.count >= Self.keysMax {
                key = Key(verb: "OTHER", group: "", version: "", resource: "", subresource: "", scope: "", code: 0)
            }
            counts.requests[key, default: 0] += 1
            counts.nanoseconds[key, default: 0] += time
            counts.inFlight -= 1
        }
    }

    /// The counts in Prometheus' text format.
    var text: String {
        let counts = counts.withLockedValue { $0 }
        func quoted(_ text: String) -> String {
            "\"" + text.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : $0 == "\n" ? ["\\", "n"] : [$0] } + "\""
        }
        var text = """
            # HELP apiserver_current_inflight_requests Requests that are being answered.
            # TYPE apiserver_current_inflight_requests gauge
            apiserver_current_inflight_requests \(counts.inFlight)
            # HELP apiserver_request_total Requests by verb, resource and status code.
            # TYPE apiserver_request_total counter

            """
        let keys = counts.requests.keys.sorted()
        func labels(_ key: Key) -> String {
            let names = [
                "group=\(quoted(key.group))", "resource=\(quoted(key.resource))", "scope=\(quoted(key.scope))",
                "subresource=\(quoted(key.subresource))", "verb=\(quoted(key.verb))", "version=\(quoted(key.version))",
            ]
            return names.joined(separator: ",")
        }
        for key in keys { text += "apiserver_request_total{code=\"\(key.code)\",\(labels(key))} \(counts.requests[key] ?? 0)\n" }
        text += "# HELP apiserver_request_duration_seconds Time from a request's end to its answer's end.\n"
        text += "# TYPE apiserver_request_duration_seconds summary\n"
        for key in keys {
            text += "apiserver_request_duration_seconds_sum{code=\"\(key.code)\",\(labels(key))} \(Double(counts.nanoseconds[key] ?? 0) / 1e9)\n"
            text += "apiserver_request_duration_seconds_count{code=\"\(key.code)\",\(labels(key))} \(counts.requests[key] ?? 0)\n"
        }
        return text
    }
}
