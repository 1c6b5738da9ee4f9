import KubernetesObjects

/// What is wrong with events that clients write themselves.
///
/// - Source: kubernetes `pkg/apis/core/validation/events.go`, v1.36. The paths are those of the core group in both versions.
enum EventValidation {
    private static let nameMax = 128
    private static let messageMax = 1024

    /// What has always been asked of events, in whichever version they come.
    static func legacy(_ event: Value, into errors: inout FieldErrors) {
        let namespace = event.namespace
        let subject = event["involvedObject"]?.text("namespace") ?? ""
        let subjectPath = FieldPath("involvedObject") / "namespace"
        let homes = event.has("eventTime") ? ["default", "kube-system"] : ["", "default"]
        if subject.isEmpty ? !homes.contains(namespace) : !event.has("eventTime") && subject != namespace {
            errors.invalid(subjectPath, subject, "does not match event.namespace")
        }
        if event.has("eventTime") { reporter(event, into: &errors) }
        errors.invalid(FieldPath("namespace"), namespace, each: NameFormats.dns1123Subdomain(namespace))
    }

    private static func reporter(_ event: Value, into errors: inout FieldErrors) {
        let controller = event.text("reportingComponent")
        if controller.isEmpty { errors.required(FieldPath("reportingController")) }
        errors.invalid(FieldPath("reportingController"), controller, each: NameFormats.qualifiedName(controller))
        for field in ["reportingInstance", "action", "reason"] {
            let text = event.text(field)
            if text.isEmpty { errors.required(FieldPath(field)) }
            if text.utf8.count > nameMax { errors.invalid(FieldPath(field), "", "can have at most \(nameMax) characters") }
        }
        if event.text("message").utf8.count > messageMax { errors.invalid(FieldPath("message"), "", "can have at most \(messageMax) characters") }
    }

    /// What the newer version asks of a new event: nothing of the old way of counting may be in it.
    static func strict(_ event: Value, into errors: inout FieldErrors) {
        series(event, into: &errors)
        if !event.has("eventTime") { errors.required(FieldPath("eventTime")) }
        let type = event.text("type")
        if type != "Normal", type != "Warning" { errors.invalid(FieldPath("type"), "", "has invalid value: \(type)") }
        for field in ["firstTimestamp", "lastTimestamp"] where event.has(field) { errors.invalid(FieldPath(field), "", "needs to be unset") }
        if (event.int("count") ?? 0) != 0 { errors.invalid(FieldPath("count"), "", "needs to be unset") }
        let source = event["source"] ?? [:]
        if !source.text("component").isEmpty || !source.text("host").isEmpty { errors.invalid(FieldPath("source"), "", "needs to be unset") }
    }

    private static func series(_ event: Value, into errors: inout FieldErrors) {
        guard let series = event.present("series") else { return }
        if (series.int("count") ?? 0) < 2 { errors.invalid(FieldPath("series.count"), "", "should be at least 2") }
        if !series.has("lastObservedTime") { errors.required(FieldPath("series.lastObservedTime")) }
    }

    /// Fields that stay what they were, in the order in which they are compared, with the Go types of those that are structs.
    private static let lasting: [(field: String, shown: String, type: String)] = [
        ("involvedObject", "involvedObject", "ObjectReference"), ("reason", "reason", ""), ("message", "message", ""),
        ("source", "source", "EventSource"), ("firstTimestamp", "firstTimestamp", "time"), ("lastTimestamp", "lastTimestamp", "time"),
        ("count", "count", "i"), ("type", "type", ""), ("eventTime", "eventTime", "time"), ("action", "action", ""),
        ("related", "related", "*ObjectReference"), ("reportingComponent", "reportingController", ""),
        ("reportingInstance", "reportingInstance", ""),
    ]

    /// What the newer version asks of a change: only the series goes on.
    static func strictUpdate(_ event: Value, old: Value, into errors: inout FieldErrors) {
        if event["series"] != old["series"] { series(event, into: &errors) }
        for (field, shown, type) in lasting where !isSame(event[field], old[field], type) {
            errors.invalid(FieldPath(shown), self.shown(event[field], type), "field is immutable")
        }
    }

    private static func isSame(_ new: Value?, _ old: Value?, _ type: String) -> Bool {
        shown(new, type) == shown(old, type)
    }

    /// A field as messages show it: absent texts, numbers and structs are zero values.
    private static func shown(_ value: Value?, _ type: String) -> Value {
        switch type {
        case "": .string(value?.stringValue ?? "")
        case "i": value ?? 0
        case "time": value ?? .null
        case "*ObjectReference": value.map { $0.isNull ? .null : InternalForm.value($0, as: "ObjectReference") } ?? .null
        default: InternalForm.value(value, as: type)
        }
    }
}
