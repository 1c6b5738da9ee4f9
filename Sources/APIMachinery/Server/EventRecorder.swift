import KubernetesObjects
import SimulationKernel

/// Counts up equal events and limits floods, as client-go's recorder does before it sends them.
///
/// - Shape: events that agree in all but count are one object with a count; more than ten that differ in nothing but
///   their message, within ten minutes, are one object whose message begins with `(combined from similar events): `.
/// - Bounds: 4096 remembered events, 25 at once and one each five minutes for one source and object.
/// - Source: client-go `tools/record/events_cache.go`.
package struct EventRecorder: Sendable {
    struct Seen: Sendable {
        var name: String
        var count: Int
        var first: Instant
    }
    struct Similar: Sendable {
        var messages: [String] = []
        var last: Instant

        /// Notes a message; says whether there have been so many others that it is one of a flood.
        fileprivate mutating func note(_ message: String, _ now: Instant) -> Bool {
            if now - last > EventRecorder.similarWindow { messages = [] }
            last = now
            // Ten are enough to know a flood by.
            if messages.count < EventRecorder.similarMax, !messages.contains(message) { messages.append(message) }
            return messages.count >= EventRecorder.similarMax
        }
    }
    struct Bucket: Sendable {
        var tokens: Double
        var last: Instant

        /// Takes a token, if there is one.
        fileprivate mutating func take(_ now: Instant) -> Bool {
            tokens = min(EventRecorder.burst, tokens + (now - last).inSeconds * EventRecorder.tokensPerSecond)
            last = now
            guard tokens >= 1 else { return false }
            tokens -= 1
            return true
        }
    }

    var seen: [String: Seen] = [:]
    var similar: [String: Similar] = [:]
    var buckets: [String: Bucket] = [:]
    /// Stored events by when they end.
    var ending = TimedQueue<ObjectKey>()

    static let remembered = 4096
    static let similarMax = 10
    static let similarWindow: Duration = .seconds(600)
    static let burst = 25.0
    static let tokensPerSecond = 1.0 / 300

    /// Whether an event of a source on an object may be sent now.
    mutating func admits(_ key: String, now: Instant) -> Bool {
        Self.forgetMany(&buckets, but: key)
        return buckets[key, default: Bucket(tokens: Self.burst, last: now)].take(now)
    }

    /// The message under which an event is sent, and whether it is one of a flood.
    mutating func aggregate(_ key: String, message: String, now: Instant) -> (message: String, isCombined: Bool) {
        Self.forgetMany(&similar, but: key)
        let isFlood = similar[key, default: Similar(last: now)].note(message, now)
        return isFlood ? (Self.combined + message, true) : (message, false)
    }

    /// Forgets all when too much is remembered, but not what is asked for right now.
    private static func forgetMany<Memory>(_ memory: inout [String: Memory], but key: String) {
        guard memory.count > remembered else { return }
        let kept = memory[key]
        memory.removeAll()
        memory[key] = kept
    }

    static let combined = "(combined from similar events): "

    /// Takes note of an event that was stored before a restart, so that it is counted up and not stored again.
    ///
    /// - Order: events come as they were written.
    mutating func recall(_ event: Value) {
        guard let reference = event["involvedObject"], seen.count < Self.remembered, similar.count < Self.remembered else { return }
        let subject = EventSubject(
            component: event["reportingComponent"]?.stringValue ?? "", host: event["source", "host"]?.stringValue ?? "", reference: reference,
            type: event["type"]?.stringValue ?? "", reason: event["reason"]?.stringValue ?? "", action: event["action"]?.stringValue ?? "")
        let text = event["message"]?.stringValue ?? ""
        let first = (event["firstTimestamp"] ?? event["eventTime"])?.stringValue.flatMap { Instant(rfc3339: $0) }
        let last = event["lastTimestamp"]?.stringValue.flatMap { Instant(rfc3339: $0) }
        let entry = Seen(name: event.name, count: event["count"]?.intValue ?? 1, first: first ?? Instant(nanoseconds: 0))
        guard subject.action.isEmpty, let last else {
            seen[subject.key(text)] = entry
            return
        }
        let isCombined = text.hasPrefix(Self.combined)
        seen[isCombined ? subject.group : subject.key(text)] = entry
        _ = aggregate(subject.group, message: isCombined ? String(text.dropFirst(Self.combined.count)) : text, now: last)
    }
}

/// What makes events equal, but for their message.
struct EventSubject {
    /// The component and the object that it speaks of.
    let source: String
    /// Those that differ in nothing but their message.
    let group: String
    let action: String
    private let fieldPath: String

    init(component: String, host: String, reference: Value, type: String, reason: String, action: String) {
        func part(_ name: String) -> String { reference[name]?.stringValue ?? "" }
        // A UID stands for all else that names an object.
        let uid = part("uid")
        let object = uid.isEmpty ? Self.joined(part("kind"), part("namespace"), part("name"), part("apiVersion")) : uid
        source = Self.joined(component, host, object)
        group = Self.joined(source, type, reason)
        self.action = action
        fieldPath = part("fieldPath")
    }

    func key(_ message: String) -> String { Self.joined(group, fieldPath, action, message) }

    private static func joined(_ parts: String...) -> String {
        var text = ""
        text.reserveCapacity(parts.reduce(parts.count) { $0 + $1.utf8.count })
        for part in parts {
            text += part
            text += "\u{1}"
        }
        return text
    }
}

extension GenericAPIServer {
    /// Stores an Event of a component, or counts up the one it is equal to.
    ///
    /// - Returns: the stored event; null when it is one too many.
    mutating func record(_ draft: EventDraft, _ user: UserInfo, _ actor: String, _ cause: TraceID?) throws(APIStatus) -> Value {
        let component = draft.component ?? actor
        let object = draft.object
        let reference = Self.reference(to: object, fieldPath: draft.fieldPath, in: resources)
        let namespace = object.namespace.isEmpty ? "default" : object.namespace
        let subject = EventSubject(
            component: component, host: draft.host, reference: reference, type: draft.type.rawValue, reason: draft.reason, action: draft.action)
        let isSeries = !draft.action.isEmpty
        var message = draft.message.utf8Prefix(1024)
        let key: String
        if isSeries {
            key = subject.key(message)
        } else {
            if !recorder.admits(subject.source, now: now) { return .null }
            let (text, isCombined) = recorder.aggregate(subject.group, message: message, now: now)
            message = text
            key = isCombined ? subject.group : subject.key(message)
        }
        var scope = try componentScope(.events, namespace: namespace, name: "", user, actor, cause)
        if let seen = recorder.seen[key], let stored = store.get(.events, namespace: namespace, name: seen.name) {
            return try countUp(stored, seen, key, message, isSeries: isSeries, &scope)
        }
        try checkRoom()
        let name = "\(object.name.utf8Prefix(220)).\(String(UInt64(bitPattern: now.nanoseconds) &+ UInt64(recorder.seen.count % 1000), radix: 16))"
        var fields = Fields()
        fields.reserveCapacity(isSeries ? 17 : 14)
        fields.appendDistinct("apiVersion", "v1")
        fields.appendDistinct("kind", "Event")
        let isPlain = passesUnseen(.create, .events, namespace: namespace)
        scope.name = uniqueEventName(name, namespace)
        var metadata = Fields()
        metadata.reserveCapacity(5)
        metadata.appendDistinct("name", .string(scope.name))
        metadata.appendDistinct("namespace", .string(namespace))
        if isPlain {
            metadata.appendDistinct("uid", .string(uids.uuid()))
            metadata.appendDistinct("creationTimestamp", stamp)
        }
        fields.appendDistinct("metadata", .object(metadata))
        fields.appendDistinct("involvedObject", reference)
        fields.appendDistinct("reason", .string(draft.reason))
        fields.appendDistinct("message", .string(message))
        if isSeries {
            fields.appendDistinct("source", [:])
            fields.appendDistinct("firstTimestamp", .null)
            fields.appendDistinct("lastTimestamp", .null)
        } else {
            fields.appendDistinct(
                "source",
                draft.host.isEmpty ? ["component": .string(component)] : ["component": .string(component), "host": .string(draft.host)])
            fields.appendDistinct("firstTimestamp", stamp)
            fields.appendDistinct("lastTimestamp", stamp)
            fields.appendDistinct("count", 1)
        }
        fields.appendDistinct("type", .string(draft.type.rawValue))
        fields.appendDistinct("eventTime", isSeries ? .string(now.rfc3339Micro) : .null)
        if isSeries { fields.appendDistinct("action", .string(draft.action)) }
        if let related = draft.related { fields.appendDistinct("related", Self.reference(to: related, fieldPath: "", in: resources)) }
        fields.appendDistinct("reportingComponent", .string(component))
        fields.appendDistinct("reportingInstance", .string(draft.host.isEmpty && isSeries ? component + "-0" : draft.host))
        let stored = isPlain ? put(.object(fields), scope.key, action: "create", scope) : try create(.object(fields), &scope)
        if recorder.seen.count > EventRecorder.remembered { recorder.seen.removeAll() }
        recorder.seen[key] = EventRecorder.Seen(name: stored.name, count: 1, first: now)
        return stored
    }

    private mutating func countUp(
        _ stored: Value, _ seen: EventRecorder.Seen, _ key: String, _ message: String, isSeries: Bool, _ scope: inout RequestScope
    ) throws(APIStatus) -> Value {
        var event = stored
        if isSeries {
            let count = stored["series"]?["count"]?.intValue ?? 1
            event["series"] = ["count": Value(count + 1), "lastObservedTime": .string(now.rfc3339Micro)]
        } else {
            event["count"] = Value((stored["count"]?.intValue ?? 1) + 1)
            event["lastTimestamp"] = .string(now.rfc3339)
            event["message"] = .string(message)
        }
        recorder.seen[key]?.count += 1
        scope.name = stored.name
        return try update(&scope) { (_: Value, _: inout RequestScope) throws(APIStatus) in event }.object
    }

    private func uniqueEventName(_ base: String, _ namespace: String) -> String {
        var name = base
        var number = 1
        while store.get(.events, namespace: namespace, name: name) != nil {
            name = base + String(number, radix: 16)
            number += 1
        }
        return name
    }

    /// The object reference to an object, as client-go's `reference.GetReference` makes it.
    static func reference(to object: Value, fieldPath: String, in resources: ResourceIndex) -> Value {
        var reference = Fields()
        reference.reserveCapacity(7)
        reference.appendDistinct("kind", .string(object.kind))
        let metadata = object["metadata"]
        for (name, value) in [("namespace", metadata?["namespace"]), ("name", metadata?["name"]), ("uid", metadata?["uid"])] {
            if let value, name == "name" || value.stringValue?.isEmpty == false { reference.appendDistinct(name, value) }
        }
        reference.appendDistinct("apiVersion", .string(object.apiVersion))
        if let version = metadata?["resourceVersion"], version.stringValue?.isEmpty == false { reference.appendDistinct("resourceVersion", version) }
        if !fieldPath.isEmpty { reference.appendDistinct("fieldPath", .string(fieldPath)) }
        return .object(reference)
    }

    /// When the first stored event may end; nil when there is none.
    package var nextEventEnd: Instant? { recorder.ending.nextDue }

    /// Removes events whose lifetime is over; to be called when `nextEventEnd` has come.
    ///
    /// - Source: kube-apiserver `--event-ttl`: a lease of etcd, which each new write of the event begins anew.
    package mutating func expireEvents() {
        while let (_, key) = recorder.ending.popDue(by: now) {
            guard let event = store.get(key) else { continue }
            let renewals = [event["lastTimestamp"], event["series"]?["lastObservedTime"]].compactMap { $0?.stringValue.flatMap(Instant.init(rfc3339:)) }
            if let renewed = renewals.max(), renewed + settings.eventLifetime > now {
                recorder.ending.add(key, at: renewed + settings.eventLifetime)
                continue
            }
            guard let scope = try? componentScope(.events, namespace: key.namespace, name: key.name, .apiServer, "apiserver", nil) else { continue }
            remove(key, last: nil, scope)
        }
    }
}
