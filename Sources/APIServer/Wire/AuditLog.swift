import APIMachinery
import KubernetesObjects
import NIOConcurrencyHelpers
import SimulationKernel

/// Writes what was asked for, one `audit.k8s.io/v1` Event a line, at the level Metadata.
package final class AuditLog: Sendable {
    private let write: NIOLockedValueBox<@Sendable ([UInt8]) -> Void>

    /// - Parameter write: appends bytes to the log; called for one line at a time.
    package init(_ write: @escaping @Sendable ([UInt8]) -> Void) { self.write = NIOLockedValueBox(write) }

    func write(_ record: RequestRecord, now: Instant) {
        let begin = now - .nanoseconds(WallClock.elapsed - record.wire.begin)
        var user: Value = ["username": .string(record.user?.name ?? "")]
        if let groups = record.user?.groups, !groups.isEmpty { user["groups"] = Value(groups) }
        var event: Value = [
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": .string(record.wire.auditID),
            "stage": "ResponseComplete", "requestURI": .string(record.wire.head.uri), "verb": .string(record.verb), "user": user,
        ]
        if let other = record.request?.impersonating {
            // Everybody who is somebody is authenticated, and so is whom a request acts as.
            let isAnonymous = other.name == "system:anonymous"
            let standard = isAnonymous ? "system:unauthenticated" : "system:authenticated"
            let isSaid = other.groups.contains(standard) || other.groups.contains("system:unauthenticated")
            event["impersonatedUser"] = ["username": .string(other.name), "groups": Value(other.groups + (isSaid ? [] : [standard]))]
        }
        event["sourceIPs"] = [.string(record.wire.connection.address)]
        event["userAgent"] = .string(record.wire.header("user-agent"))
        if let request = record.request, request.verb != .nonResource {
            var reference: Value = ["resource": .string(request.resource.resource)]
            if !request.namespace.isEmpty { reference["namespace"] = .string(request.namespace) }
            if !request.name.isEmpty { reference["name"] = .string(request.name) }
            if !request.resource.group.isEmpty { reference["apiGroup"] = .string(request.resource.group) }
            reference["apiVersion"] = .string(request.resource.version)
            if !request.subresource.isEmpty { reference["subresource"] = .string(request.subresource) }
            event["objectRef"] = reference
        }
        event["responseStatus"] = ["metadata": [:], "code": Value(record.code)]
        event["requestReceivedTimestamp"] = .string(begin.rfc3339Micro)
        event["stageTimestamp"] = .string(now.rfc3339Micro)
        if !record.annotations.isEmpty {
            event["annotations"] = .object(Fields(record.annotations.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        let line = event.jsonBytes() + [10]
        write.withLockedValue { $0(line) }
    }
}
