import APIMachinery
import KubernetesObjects
import SimulationKernel

/// One run of one command: what was asked, and the ways to the server, the files and the terminal.
final class Invocation {
    let client: any APIClient
    let environment: KubectlEnvironment
    let command: Command
    /// `kubectl create service`.
    let commandPath: String
    let flags: FlagValues
    let arguments: [String]
    let argumentsBeforeDash: Int?
    let cache: ResourceCache
    private let given: [(name: String, value: String)]
    private var warningsSeen: Set<String> = []
    private(set) var warningCount = 0
    private var loadedConfig: Kubeconfig?
    private var userIsChosen = false
    private var requestUser: UserInfo
    private var loadedInput: [UInt8]?
    private var hasAdvisedOnDryRun = false
    /// What is asked in order to know the server's resources is not told in the log.
    var isDiscovering = false

    init(
        client: any APIClient, environment: KubectlEnvironment, command: Command, path: [String], line: ParsedLine, cache: ResourceCache
    ) {
        self.client = client
        self.environment = environment
        self.command = command
        commandPath = path.joined(separator: " ")
        flags = line.flags
        arguments = line.arguments
        given = line.given
        argumentsBeforeDash = line.argumentsBeforeDash
        self.cache = cache
        requestUser = client.user
    }

    // MARK: Texts

    func out(_ text: String) { environment.writeOutput(text) }
    func outLine(_ text: String) { environment.writeOutput(text + "\n") }
    func err(_ text: String) { environment.writeError(text) }
    func errLine(_ text: String) { environment.writeError(text + "\n") }

    /// Says a warning of the client itself.
    func warn(_ text: String) { errLine("Warning: " + text) }

    /// A warning that stands once, however often its reason comes up.
    func warnOnce(_ text: String) {
        if warningsSeen.insert(text).inserted { warn(text) }
    }

    /// Standard input, read once.
    func input() -> [UInt8] {
        if let loadedInput { return loadedInput }
        let bytes = environment.standardInput()
        loadedInput = bytes
        return bytes
    }

    /// A wrong use of the command, with the line that points at its help.
    func usage(_ message: String) -> Failure { Failure("\(message)\nSee '\(commandPath) -h' for help and examples") }

    /// What `--record` keeps of the command line; nil without it.
    ///
    /// - Source: k8s.io/cli-runtime `pkg/genericclioptions/record_flags.go`.
    private var changeCause: String? {
        guard flags.isKnown("record"), flags.bool("record") else { return nil }
        return ([commandPath] + arguments + given.map { "--\($0.name)=\($0.value)" }).joined(separator: " ")
    }

    static let changeCauseAnnotation = "kubernetes.io/change-cause"

    /// The object with the command line as its change cause, when that was asked for.
    func recorded(_ object: Value) -> Value {
        guard let cause = changeCause else { return object }
        var copy = object
        copy["metadata", "annotations", Self.changeCauseAnnotation] = .string(cause)
        return copy
    }

    /// Keeps the command line in an object that was changed otherwise; what the server then has.
    func record(in info: ResourceInfo, _ object: Value) -> Value {
        guard let cause = changeCause else { return object }
        let patch: Value = ["metadata": ["annotations": .object(Fields([(Self.changeCauseAnnotation, .string(cause))]))]]
        return (try? self.patch(info, .merge, patch)) ?? object
    }

    // MARK: Settings

    func config() throws(Failure) -> Kubeconfig {
        if let loadedConfig { return loadedConfig }
        let loaded = try Kubeconfig.load(self)
        loadedConfig = loaded
        RequestLog(self)?.configLoaded(from: loaded.files)
        return loaded
    }

    /// The namespace of the request, and whether it was named on the command line.
    func namespace() throws(Failure) -> (name: String, isExplicit: Bool) {
        let named = flags.string("namespace")
        if !named.isEmpty { return (named, true) }
        return (try config().namespace, false)
    }

    /// `--request-timeout`: seconds, or a number with its unit; nil when it is neither.
    static func timeout(_ text: String) -> Duration? {
        if let seconds = parseGoInt(text, bits: 32).value, seconds >= 0 { return .seconds(Int64(seconds)) }
        return parseGoDuration(text)
    }

    /// When a request that begins now has taken as long as `--request-timeout` lets it; nil for no end.
    var requestEnd: Instant? {
        guard let limit = Self.timeout(flags.string("request-timeout")), limit > .zero else { return nil }
        return client.now + limit
    }

    /// What Go says of an answer that was still coming at that time.
    static let timeoutText = "net/http: request canceled (Client.Timeout or context cancellation while reading body)"

    var dryRun: DryRun {
        get throws(Failure) {
            let (mode, advice) = try DryRun.read(flags)
            if let advice, !hasAdvisedOnDryRun {
                hasAdvisedOnDryRun = true
                log("W", at: "helpers.go:720", advice)
            }
            return mode
        }
    }

    /// A line as kubectl's log prints it: level, time, process, place in its source.
    func log(_ level: String, at place: String, _ text: String) {
        let stamp = client.now.civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        errLine("\(level)\(two(stamp.month))\(two(stamp.day)) \(two(stamp.hour)):\(two(stamp.minute)):\(two(stamp.second)).000000       1 \(place)] \(text)")
    }

    // MARK: Requests

    /// Sends a request as the user asked for and prints the server's warnings.
    func send(_ request: APIRequest) throws(Failure) -> APIResponse {
        try chooseUser()
        return try sendAsChosen(request)
    }

    private func sendAsChosen(_ request: APIRequest) throws(Failure) -> APIResponse {
        let request = signed(request)
        let log = isDiscovering ? nil : RequestLog(self)
        let start = client.now
        log?.sending(request)
        let response: APIResponse
        do { response = try client.send(request) } catch {
            if error.code > 0 { log?.answered(request, code: error.code, body: error.value, after: client.now - start) }
            throw Failure(error)
        }
        log?.answered(request, code: response.code, body: response.body, after: client.now - start)
        for warning in response.warnings where warningsSeen.insert(warning).inserted {
            warn(warning)
            warningCount += 1
        }
        return response
    }

    func watch(_ request: APIRequest) throws(Failure) -> any WatchStream {
        try chooseUser()
        var request = signed(request)
        request.verb = .watch
        let log = RequestLog(self)
        let start = client.now
        log?.sending(request)
        do {
            let stream = try client.watch(request)
            log?.answered(request, code: 200, body: nil, after: client.now - start)
            return stream
        } catch { throw Failure(error) }
    }

    /// A request as it is sent, for a connection that is held.
    func prepared(_ request: APIRequest) throws(Failure) -> APIRequest {
        try chooseUser()
        return signed(request)
    }

    private func signed(_ request: APIRequest) -> APIRequest {
        var request = request
        request.user = requestUser
        request.userAgent = userAgent
        return request
    }

    private var userAgent: String { "kubectl/\(environment.clientVersion) (linux/amd64) kubernetes/labrunner" }

    /// Takes the user of the kubeconfig, or the one of `--as` if the former may act as them.
    private func chooseUser() throws(Failure) {
        if userIsChosen { return }
        userIsChosen = true
        let config = try config()
        try config.check()
        try config.confirmUsable(flags, environment.files)
        let server = try config.server(flags)
        let isNamed = !flags.string("server").isEmpty
        if environment.reaches.map({ !$0(server) }) ?? (isNamed && server != environment.serverAddress) {
            var host = server.isEmpty ? "localhost:8080" : server
            if let scheme = host.range(of: "://") { host = String(host[scheme.upperBound...]) }
            while host.hasSuffix("/") { host.removeLast() }
            throw .text("The connection to the server \(host) was refused - did you specify the right host or port?")
        }
        var credentials = config.user
        for name in ["token", "client-certificate", "client-key", "username", "password"] where !flags.string(name).isEmpty {
            if environment.resolveUser == nil { throw Failure("--\(name) is not supported by this kubectl: name a user of the kubeconfig with --user") }
            credentials = config.userAsAsked(flags)
        }
        let exec = try config.user?["exec"].map { (entry) throws(Failure) in try ExecCredential(entry, user: config.userName) }
        if let exec, let entry = credentials, ExecCredential.isNeeded(by: entry), let run = environment.credentials {
            let readsInput = flags.isKnown("filename") && flags.list("filename").contains("-") || arguments.contains("-")
            credentials = try exec.obtained(by: run, readsInput: readsInput, hasTerminal: environment.isTerminal)
        }
        if let entry = credentials, let resolve = environment.resolveUser {
            guard let user = resolve(entry) else { throw Failure(APIStatus.unauthorized()) }
            requestUser = user
        }
        let entry = config.user
        var name = flags.string("as")
        var groups = flags.list("as-group")
        var extra = try userExtra()
        var uid = flags.string("as-uid")
        // What the options leave open, the user's entry may say.
        if name.isEmpty { name = entry?["as"]?.stringValue ?? "" }
        if groups.isEmpty { groups = (entry?["as-groups"]?.elements ?? []).compactMap(\.stringValue) }
        if uid.isEmpty { uid = entry?["as-uid"]?.stringValue ?? "" }
        if extra.isEmpty {
            for (key, values) in entry?["as-user-extra"]?.fields?.sorted() ?? [:] { extra += values.elements.compactMap(\.stringValue).map { (key, $0) } }
        }
        if name.isEmpty {
            if !groups.isEmpty || !extra.isEmpty || !uid.isEmpty || flags.isSet("as-uid") {
                throw Failure("requesting uid, groups or user-extra for \(config.userName) without impersonating a user")
            }
            return
        }
        if !requestUser.groups.contains("system:masters") {
            try checkMayImpersonate(name)
            for group in groups { try checkMayImpersonate("groups", group) }
            for (key, value) in extra { try checkMayImpersonate("userextras", value, group: "authentication.k8s.io", subresource: key) }
            if !uid.isEmpty { try checkMayImpersonate("uids", uid, group: "authentication.k8s.io") }
        }
        requestUser = Self.impersonated(name, groups: groups, uid: uid)
        for (key, value) in extra { requestUser.extra[key, default: []].append(value) }
    }

    /// `--as-user-extra` as pairs.
    private func userExtra() throws(Failure) -> [(key: String, value: String)] {
        var pairs: [(key: String, value: String)] = []
        for text in flags.list("as-user-extra") {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw Failure("invalid argument \(goQuoted(text)) for \"--as-user-extra\" flag: \(text) must be formatted as key=value")
            }
            pairs.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
        }
        return pairs
    }

    private func checkMayImpersonate(_ name: String) throws(Failure) {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" {
            try checkMayImpersonate("serviceaccounts", String(parts[3]), namespace: String(parts[2]))
        } else {
            try checkMayImpersonate("users", name)
        }
    }

    private func checkMayImpersonate(
        _ resource: String, _ target: String, namespace: String = "", group: String = "", subresource: String = ""
    ) throws(Failure) {
        var request = APIRequest(.create, GroupVersionResource(group: "authorization.k8s.io", version: "v1", resource: "selfsubjectaccessreviews"))
        var attributes: Value = [
            "verb": "impersonate", "resource": .string(resource), "name": .string(target), "namespace": .string(namespace),
            "group": .string(group),
        ]
        if !subresource.isEmpty { attributes["subresource"] = .string(subresource) }
        request.body = [
            "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": [:],
            "spec": ["resourceAttributes": attributes],
        ]
        let answer = try sendAsChosen(request).body
        if answer["status", "allowed"]?.boolValue == true { return }
        let scope = namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(namespace)\""
        let full = subresource.isEmpty ? resource : "\(resource)/\(subresource)"
        throw Failure(
            .forbidden(
                GroupResource(resource, group: group), name: target,
                because: "User \"\(requestUser.name)\" cannot impersonate resource \"\(full)\" in API group \"\(group)\" \(scope)"))
    }

    private static func impersonated(_ name: String, groups: [String], uid: String) -> UserInfo {
        var groups = groups
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        if groups.isEmpty, parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" {
            groups = ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])"]
        }
        if name == "system:anonymous" {
            if !groups.contains("system:unauthenticated") { groups.append("system:unauthenticated") }
        } else if !groups.contains("system:authenticated") {
            groups.append("system:authenticated")
        }
        return UserInfo(name: name, uid: uid, groups: groups)
    }
}

extension String {
    /// The first place where a text occurs.
    func range(of part: String) -> Range<String.Index>? {
        if part.isEmpty { return startIndex..<startIndex }
        let bytes = Array(utf8)
        let wanted = Array(part.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start] == wanted[0] {
            if bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
                let from = utf8.index(startIndex, offsetBy: start)
                return from..<utf8.index(from, offsetBy: wanted.count)
            }
        }
        return nil
    }

    func contains(text part: String) -> Bool { range(of: part) != nil }

    /// Every occurrence of a text replaced.
    func replacing(text part: String, with other: String) -> String {
        var rest = self
        var result = ""
        while let range = rest.range(of: part), !part.isEmpty {
            result += rest[..<range.lowerBound] + other
            rest = String(rest[range.upperBound...])
        }
        return result + rest
    }
}

/// Whether a change is really made.
enum DryRun: Sendable {
    case none, client, server

    /// The mode, and what is to be said of an outdated spelling.
    static func read(_ flags: FlagValues) throws(Failure) -> (DryRun, advice: String?) {
        guard flags.isKnown("dry-run") else { return (.none, nil) }
        switch flags.string("dry-run") {
        case "none": return (.none, nil)
        case "client": return (.client, nil)
        case "server": return (.server, nil)
        case "unchanged": return (.client, "--dry-run is deprecated and can be replaced with --dry-run=client.")
        case let value:
            guard let isDry = parseGoBool(value) else { throw Failure("Invalid dry-run value (\(value)). Must be \"none\", \"server\", or \"client\".") }
            return (
                isDry ? .client : .none,
                "--dry-run=\(value) is deprecated (boolean value) and can be replaced with --dry-run=\(isDry ? "client" : "none")."
            )
        }
    }

    /// What is put after a command's report.
    var suffix: String {
        switch self {
        case .none: ""
        case .client: " (dry run)"
        case .server: " (server dry run)"
        }
    }
}
