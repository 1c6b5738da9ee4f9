import KubernetesObjects
import SimulationKernel

/// Saving a server's data and loading it again.
///
/// - Shape: one map: `revision`, `now`, `objects` (each `{resource, group, namespace, name, object}`), `streams`.
extension GenericAPIServer {
    /// Everything that must be kept of a server: its objects, its revision and its time.
    ///
    /// - Order: by resource, namespace and name.
    package func encodeState() -> Value {
        var objects: [Value] = []
        for resource in store.resources {
            for object in store.list(resource) {
                objects.append([
                    "group": .string(resource.group), "resource": .string(resource.resource), "namespace": .string(object.namespace),
                    "name": .string(object.name), "object": object,
                ])
            }
        }
        return [
            "version": 1, "revision": .int(Int64(clamping: store.revision)), "now": .int(now.nanoseconds), "objects": .array(objects),
            "counters": counters,
        ]
    }

    /// Where the streams of names and numbers stand.
    package var counters: Value {
        [
            "uids": .string(String(uids.saved)), "suffixes": .string(String(suffixes.saved)),
            "services": .string(String(allocators.saved)),
        ]
    }

    /// Loads what `encodeState` gave into a new server.
    ///
    /// - Throws: 500 for a state of another version or without its parts.
    package mutating func restore(_ state: Value) throws(APIStatus) {
        guard state["version"]?.intValue == 1, let revision = state["revision"]?.intValue, let time = state["now"]?.intValue, revision >= 0 else {
            throw .internalError("the saved state is not one of this version: expected version 1 with a revision and a time")
        }
        // The store's indexes keep the order in which objects were last written.
        let entries = (state["objects"]?.elements ?? []).map { ($0, UInt64($0["object"]?.resourceVersion ?? "") ?? 0) }.sorted { $0.1 < $1.1 }
        for (entry, _) in entries {
            guard let object = entry["object"], let plural = entry["resource"]?.stringValue else { continue }
            let resource = GroupResource(plural, group: entry["group"]?.stringValue ?? "")
            store.restore(
                object, at: ObjectKey(resource, namespace: entry["namespace"]?.stringValue ?? "", name: entry["name"]?.stringValue ?? ""))
            if resource == .services { allocators.adopt(object) }
        }
        store.restore(revision: UInt64(revision))
        now = Instant(nanoseconds: Int64(time))
        let counters = state["counters"]
        func saved(_ name: String) -> UInt64? { counters?[name]?.stringValue.flatMap { UInt64($0) } }
        if let number = saved("uids") { uids.restore(number) }
        if let number = saved("suffixes") { suffixes.restore(number) }
        if let number = saved("services") { allocators.restore(number) }
        serveStoredDefinitions()
        for (entry, _) in entries where entry["resource"]?.stringValue == GroupResource.events.resource {
            guard let event = entry["object"] else { continue }
            recorder.recall(event)
            let written = event["metadata"]?["creationTimestamp"]?.stringValue.flatMap { Instant(rfc3339: $0) } ?? now
            recorder.ending.add(
                ObjectKey(.events, namespace: event.namespace, name: event.name), at: max(written + settings.eventLifetime, now))
        }
    }
}
