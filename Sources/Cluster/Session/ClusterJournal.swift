import APIMachinery
import KubernetesObjects
import SimulationKernel

/// One thing that somebody outside did to a cluster, and when.
///
/// A cluster is a function of its profile, its seed and its journal: doing the entries again, each at its instant,
/// gives the same cluster to the byte. That is how a cluster without a process is kept on disk.
///
/// - Shape: one JSON object a line: `{"at":NANOSECONDS,"request":{…}}`, `{"at":…,"chaos":{…}}`.
package struct JournalEntry: Sendable {
    package enum Action: Sendable {
        case request(APIRequest)
        /// A disturbance by its name and arguments: see `Disturbance`.
        case disturbance(Disturbance)
    }

    package var at: Instant
    package var action: Action

    package init(at: Instant, action: Action) {
        self.at = at
        self.action = action
    }
}

extension JournalEntry {
    /// The entry as one JSON object.
    package var value: Value {
        var value: Value = ["at": .int(at.nanoseconds)]
        switch action {
        case .request(let request): value["request"] = request.journalValue
        case .disturbance(let disturbance): value["chaos"] = disturbance.journalValue
        }
        return value
    }

    /// Reads an entry; nil when it is none.
    package init?(_ value: Value) {
        guard case .int(let nanoseconds)? = value["at"] else { return nil }
        at = Instant(nanoseconds: nanoseconds)
        if let request = value["request"].flatMap({ APIRequest(journal: $0) }) {
            action = .request(request)
        } else if let disturbance = value["chaos"].flatMap({ Disturbance(journal: $0) }) {
            action = .disturbance(disturbance)
        } else {
            return nil
        }
    }
}

extension APIRequest {
    /// The request as JSON, for a journal: everything that decides its outcome.
    fileprivate var journalValue: Value {
        var value: Value = ["verb": .string(verb.rawValue), "user": ["name": .string(user.name), "groups": Value(user.groups)]]
        if !user.uid.isEmpty { value["user", "uid"] = .string(user.uid) }
        for (key, values) in user.extra.sorted(by: { $0.key < $1.key }) { value["user", "extra", key] = Value(values) }
        func set(_ key: String, _ text: String) { if !text.isEmpty { value[key] = .string(text) } }
        set("group", resource.group)
        set("version", resource.version)
        set("resource", resource.resource)
        set("subresource", subresource)
        set("namespace", namespace)
        set("name", name)
        set("path", nonResourcePath)
        set("agent", userAgent)
        set("patch", patchType?.rawValue ?? "")
        if let body { value["body"] = body }
        let options = options.journalValue
        if !options.isEmptyValue { value["options"] = options }
        return value
    }

    fileprivate init?(journal value: Value) {
        guard let verb = value["verb"]?.stringValue.flatMap(APIVerb.init(rawValue:)) else { return nil }
        func text(_ key: String) -> String { value[key]?.stringValue ?? "" }
        let user = value["user"]
        self.init(
            verb, GroupVersionResource(group: text("group"), version: text("version"), resource: text("resource")), namespace: text("namespace"),
            name: text("name"),
            user: UserInfo(
                name: user?["name"]?.stringValue ?? "", uid: user?["uid"]?.stringValue ?? "",
                groups: (user?["groups"]?.elements ?? []).compactMap(\.stringValue),
                extra: Dictionary(
                    (user?["extra"]?.fields ?? [:]).map { ($0.key, $0.value.elements.compactMap(\.stringValue)) }, uniquingKeysWith: { $1 })))
        subresource = text("subresource")
        nonResourcePath = text("path")
        userAgent = text("agent")
        patchType = PatchType(rawValue: text("patch"))
        body = value["body"]
        options = RequestOptions(journal: value["options"] ?? [:])
    }
}

extension RequestOptions {
    /// The options that are strings, with their names in a journal.
    private static var texts: [(name: String, path: WritableKeyPath<RequestOptions, String>)] {
        [
            ("labelSelector", \.labelSelector), ("fieldSelector", \.fieldSelector), ("resourceVersion", \.resourceVersion),
            ("fieldManager", \.fieldManager), ("fieldValidation", \.fieldValidation),
        ]
    }

    private static var switches: [(name: String, path: WritableKeyPath<RequestOptions, Bool>)] {
        [("dryRun", \.dryRun), ("force", \.force)]
    }

    fileprivate var journalValue: Value {
        var value: Value = [:]
        for (name, path) in Self.texts where !self[keyPath: path].isEmpty { value[name] = .string(self[keyPath: path]) }
        for (name, path) in Self.switches where self[keyPath: path] { value[name] = true }
        if let propagationPolicy { value["propagation"] = .string(propagationPolicy.rawValue) }
        if let orphanDependents { value["orphan"] = .bool(orphanDependents) }
        if let gracePeriodSeconds { value["grace"] = Value(gracePeriodSeconds) }
        if let preconditionUID { value["uid"] = .string(preconditionUID) }
        if let preconditionResourceVersion { value["revision"] = .string(preconditionResourceVersion) }
        if !parameters.isEmpty { value["parameters"] = .array(parameters.map { [.string($0.name), .string($0.value)] }) }
        return value
    }

    fileprivate init(journal value: Value) {
        self.init()
        for (name, path) in Self.texts { self[keyPath: path] = value[name]?.stringValue ?? "" }
        for (name, path) in Self.switches { self[keyPath: path] = value[name]?.boolValue ?? false }
        propagationPolicy = value["propagation"]?.stringValue.flatMap(DeletionPropagation.init(rawValue:))
        orphanDependents = value["orphan"]?.boolValue
        gracePeriodSeconds = value["grace"]?.intValue
        preconditionUID = value["uid"]?.stringValue
        preconditionResourceVersion = value["revision"]?.stringValue
        parameters = (value["parameters"]?.elements ?? []).compactMap { pair in
            guard let name = pair[0]?.stringValue, let text = pair[1]?.stringValue else { return nil }
            return (name, text)
        }
    }
}

extension Cluster {
    /// Does a journal entry again at its instant.
    package mutating func replay(_ entry: JournalEntry) {
        if entry.at > now { advance(by: entry.at - now) }
        switch entry.action {
        case .request(let request): _ = try? send(request)
        case .disturbance(let disturbance): apply(disturbance)
        }
    }
}

extension APIRequest {
    /// Whether it reaches into a container, where it may change files.
    package var changesContainers: Bool { ["exec", "attach", "proxy"].contains(subresource.prefix { $0 != "/" }) }
}

extension APIVerb {
    /// Whether requests of this verb can change a cluster.
    package var isWrite: Bool {
        switch self {
        case .create, .update, .patch, .delete, .deletecollection: true
        case .get, .list, .watch, .nonResource: false
        }
    }
}
