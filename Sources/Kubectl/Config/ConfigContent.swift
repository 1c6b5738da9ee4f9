import KubernetesObjects

/// What a kubeconfig file says: entries by name, in the fields that clients know.
///
/// - Shape: written as clients write it, so that reading and writing a file loses only what no client reads.
/// - Source: k8s.io/client-go `tools/clientcmd/api/v1`.
struct ConfigContent: Equatable {
    /// The three lists of entries; `rawValue` is the list's name.
    enum List: String, CaseIterable {
        case clusters, users, contexts

        /// What an entry's content stands under.
        var field: String { self == .clusters ? "cluster" : self == .users ? "user" : "context" }
    }

    var clusters: [String: Value] = [:]
    var users: [String: Value] = [:]
    var contexts: [String: Value] = [:]
    var currentContext = ""
    var preferences: Value = [:]
    var extensions: Value?

    init() {}

    /// Reads a file's content; entries that come again in a list are refused.
    init(_ value: Value, file: String) throws(Failure) {
        currentContext = value["current-context"]?.stringValue ?? ""
        extensions = value["extensions"].flatMap { $0.elements.isEmpty ? nil : $0 }
        if value["preferences", "colors"]?.boolValue == true { preferences = ["colors": true] }
        for list in List.allCases {
            for entry in value[list.rawValue]?.elements ?? [] {
                let name = entry["name"]?.stringValue ?? ""
                if self[list][name] != nil {
                    throw Failure(
                        "error loading config file \"\(file)\": error converting *[]Named\(list.field.capitalizedFirst) into *map[string]*api.\(list.field.capitalizedFirst): duplicate name \"\(name)\" in list")
                }
                self[list][name] = Self.ordered(entry[list.field] ?? [:], list)
            }
        }
    }

    subscript(list: List) -> [String: Value] {
        get {
            switch list {
            case .clusters: clusters
            case .users: users
            case .contexts: contexts
            }
        }
        set {
            switch list {
            case .clusters: clusters = newValue
            case .users: users = newValue
            case .contexts: contexts = newValue
            }
        }
    }

    func names(_ list: List) -> [String] { self[list].keys.sorted() }

    /// The whole as an object, in the order of its type.
    var value: Value {
        var result: Value = ["kind": "Config", "apiVersion": "v1"]
        if preferences != [:] { result["preferences"] = preferences }
        for list in List.allCases {
            let entries = names(list).map { name -> Value in
                ["name": .string(name), .init(list.field): Self.ordered(self[list][name] ?? [:], list)]
            }
            result[list.rawValue] = entries.isEmpty ? .null : .array(entries)
        }
        result["current-context"] = .string(currentContext)
        if let extensions { result["extensions"] = extensions }
        return result
    }

    /// The text of a file.
    var text: String { Manifests.sorted(value).yaml() }

    // MARK: Fields

    /// The fields of an entry in their order; those that are written even when they are empty.
    private static let fields: [List: (all: [String], always: [String])] = [
        .clusters: (
            [
                "server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority", "certificate-authority-data", "proxy-url",
                "disable-compression", "extensions",
            ], ["server"]
        ),
        .users: (
            [
                "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile", "as", "as-uid", "as-groups",
                "as-user-extra", "username", "password", "auth-provider", "exec", "extensions",
            ], []
        ),
        .contexts: (["cluster", "user", "namespace", "extensions"], ["cluster", "user"]),
    ]

    static func known(_ list: List) -> [String] { fields[list]?.all ?? [] }

    private static func ordered(_ entry: Value, _ list: List) -> Value {
        let (all, always) = fields[list] ?? ([], [])
        var result = Fields()
        for key in all {
            guard let field = entry[key], !isEmpty(field) else {
                if always.contains(key) { result[key] = "" }
                continue
            }
            result[key] = key == "exec" ? program(field) : key == "auth-provider" ? provider(field) : field
        }
        return .object(result)
    }

    private static func isEmpty(_ value: Value) -> Bool {
        switch value {
        case .null, .bool(false): true
        case .string(let text): text.isEmpty
        case .array(let list): list.isEmpty
        default: false
        }
    }

    /// The program that gets credentials.
    private static func program(_ exec: Value) -> Value {
        let version = exec["apiVersion"]?.stringValue ?? ""
        var result: Value = [
            "command": exec["command"] ?? "", "args": exec["args"].flatMap { isEmpty($0) ? nil : $0 } ?? .null,
            "env": exec["env"].flatMap { isEmpty($0) ? nil : $0 } ?? .null,
        ]
        if !version.isEmpty { result["apiVersion"] = .string(version) }
        if let hint = exec["installHint"], !isEmpty(hint) { result["installHint"] = hint }
        result["provideClusterInfo"] = .bool(exec["provideClusterInfo"]?.boolValue ?? false)
        var mode = exec["interactiveMode"]?.stringValue ?? ""
        // Old versions of the protocol always had a terminal when there was one.
        if mode.isEmpty, version.hasPrefix("client.authentication.k8s.io/v1beta1") || version.hasPrefix("client.authentication.k8s.io/v1alpha1") {
            mode = "IfAvailable"
        }
        if !mode.isEmpty { result["interactiveMode"] = .string(mode) }
        return result
    }

    private static func provider(_ provider: Value) -> Value {
        let settings = provider["config"]?.fields ?? Fields()
        return ["name": provider["name"] ?? "", "config": settings.isEmpty ? .null : .object(settings.sorted())]
    }
}

extension String {
    /// `cluster` as `Cluster`.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
