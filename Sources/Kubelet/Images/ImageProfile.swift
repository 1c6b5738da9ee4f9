import KubernetesObjects
import Shell
import SimulationKernel

/// How an image behaves: data, read from the format below.
///
/// - Shape:
///   ```yaml
///   apiVersion: labrunner.dev/v1
///   kind: Image
///   metadata: {name: nginx}
///   spec:
///     names: [nginx, nginx/nginx]     repositories; the registry is ignored
///     tags: ['latest', '1.[0-9]*']    patterns of the tags that exist; all when left out
///     sizeMB: 72                      what a pull moves
///     pull: denied | notFound | private   a pull that fails, or that needs a pull secret
///     credentials: {username: a, password: b}   what a private registry accepts; any entry for it when left out
///     pullTime: 30s                   how long a pull takes, whatever its size
///     run: server | shell | exit | idle | program
///                                     program: an interpreter; what it runs is not known and serves the declared ports
///     programs: [nginx]               first words of a command that mean the image's own program
///     entrypoint: ['sh', '-c']        joined with args as a runtime does; run with the shell
///     command: ['sh']
///     startup: 500ms                  until it listens
///     exit: {code: 0, after: 3s}
///     ports: [80]
///     portFlags: [-listen]            flags that set the port
///     portVariables: [PORT]           environment variables that set it
///     load: {cpuFlags: [--cpu], memoryFlags: [--vm-bytes]}
///     subcommands: {netexec: {ports: [8080], routes: [], log: [], health: {}, portVariablePrefixes: [SERVE_PORT_]}}
///     requires: [{anyOf: [A, B], message: "text", code: 1}]
///     waitsFor:                       what must answer before it serves, named by environment variables
///     - DB_HOST
///     - {variable: DB_URL, port: 3306, when: {DB_KIND: mysql}, message: "${host} is away", exit: {code: 1, after: 10s}}
///     root: /usr/share/nginx/html     files it serves
///     routes: [{path: /, status: 200, type: text/html, body: "…${hostname} ${env:NAME} ${path}…",
///               asks: [{variable: BACKEND_URL, path: /items, status: 500, body: "no answer"}]}]
///                                     a route may change with age: after: {time: 10s, status: 500, body: "error"}
///     health: {"": SERVING}           services of gRPC's health protocol
///     cost: {cpuMilliseconds: 1, idleMilliCPU: 1, startupMilliCPU: 0, idleMemoryMB: 8, memoryKBPerRequest: 64, concurrency: 100, waitMilliseconds: 1}
///     env: {PATH: …}                  what the image itself sets
///     user: 0                         a number, or a name whose number only the image knows
///     workdir: /
///     system: busybox | alpine | debian | fedora   whose shell and commands it has; a tag with `alpine` in it means that
///     tools: [curl]                   commands beside those of the system
///     commands: [sh, wget]            commands that exist; those of the system, or all, when left out
///     files: {/etc/x: text}
///     log: ["line"]                   printed when it has started
///     accessLog: nginx | none
///     reads: nginx                    the server whose configuration files decide what it serves
///     protocol: redis | mysql | postgres   clients of a database get its answers; what it keeps is a file in `data`
///     data: /data
///     variants: [{tags: ['2.*'], routes: []}]   what differs for some tags
///   ```
/// - Units: sizes are in millions of bytes; durations as Go writes them.
package struct ImageProfile: Sendable {
    package enum Run: String, Sendable { case server, shell, exit, idle, program }
    package enum PullFailure: String, Sendable { case denied, notFound }

    /// Something that must answer before a container serves.
    package struct Dependency: Sendable {
        /// The environment variable that names it; without a value there is nothing to wait for.
        package var variable: String
        /// The port, where the variable gives none.
        package var port: Int
        /// Other variables that must have these values.
        package var when: [(name: String, value: String)]
        package var message: String
        /// How long it tries before it ends; nil for ever.
        package var patience: Duration?
        package var code: Int
    }

    /// A request that a route makes to another service before it answers.
    package struct Question: Sendable {
        package var variable: String
        /// The host where the variable has no value; empty to ask nobody then.
        package var host: String
        package var port: Int
        package var path: String
        /// What the route answers when the other service does not, or says 500 and more.
        package var status: Int
        package var body: String
    }

    package struct Route: Sendable {
        package var path: String
        package var isPrefix: Bool
        package var status: Int
        package var type: String
        package var body: String
        package var cpuMilliseconds: Double?
        package var delay: Duration
        package var asks: [Question] = []
        /// What it answers from some age of the container on.
        package var late: Late?
        /// A status that is a text with placeholders; empty for `status`.
        package var statusText = ""
        package var headers: [(name: String, value: String)] = []
        /// A command that the route runs in its container; empty for none.
        package var runs = ""
        /// With which code the route ends its container, and after which time; nil when it does not.
        package var exit: (code: String, after: String)?
    }

    package struct Late: Sendable {
        package var age: Duration
        package var status: Int
        package var body: String
    }

    package struct Subcommand: Sendable {
        package var ports: [Int]
        package var routes: [Route]
        package var log: [String]
        package var health: [String: String]?
        /// Variables of these names followed by a number open that port.
        package var portVariablePrefixes: [String]
    }

    package struct Requirement: Sendable {
        package var anyOf: [String]
        package var message: String
        package var code: Int
    }

    package struct Cost: Hashable, Sendable {
        package var cpuMillisecondsPerRequest = 1.0
        package var idleMilliCPU: Int64 = 1
        /// What it uses until it has started up.
        package var startupMilliCPU: Int64 = 0
        package var idleMemoryBytes: Int64 = 8 << 20
        package var memoryBytesPerRequest: Int64 = 64 << 10
        package var concurrency = 100
        package var waitMilliseconds = 1.0
    }

    package var name: String
    package var names: [String]
    package var tags: [GlobPattern] = []
    package var sizeBytes: Int
    package var pullFailure: PullFailure?
    package var pullTime: Duration?
    package var run: Run
    /// Patterns of first words that mean the image's own program.
    package var programs: [GlobPattern]
    /// What a program does by its first argument, as agnhost's `netexec`.
    package var subcommands: [String: Subcommand]
    /// Flags that set the port, as `-listen=:8080`.
    package var portFlags: [String]
    package var portVariables: [String]
    /// Flags that say how much CPU and memory a load generator takes, as `--cpu 2` and `--vm-bytes 150M`.
    package var cpuFlags: [String]
    package var memoryFlags: [String]
    package var entrypoint: [String]
    package var command: [String]
    package var startup: Duration
    package var exitCode: Int
    package var exitAfter: Duration
    package var ports: [Int]
    package var requirements: [Requirement]
    package var waitsFor: [Dependency]
    /// Set when a pull needs a pod's secret.
    var privateRegistry: PrivateRegistry?
    /// Services of gRPC's health protocol by name, with their status; nil when it does not speak that.
    package var healthServices: [String: String]?
    package var root: String
    package var routes: [Route]
    package var cost: Cost
    package var environment: [(name: String, value: String)]
    package var user: Int
    /// The user's name, when the image names it so; `user` is then the number behind it.
    package var userName = ""
    package var directory: String
    package var commands: Set<String>?
    /// What it is built on; nil when that is not known, and then all commands exist.
    package var system: ImageSystem?
    /// Whose `nslookup` it has.
    var lookupForm = NameLookupForm.bind
    package var files: [(path: String, text: String)]
    package var log: [String]
    package var accessLog: String
    /// The server whose configuration files decide what it serves: `nginx`; empty for none.
    package var reads: String
    /// What its clients speak, when that is not HTTP, and where it keeps its data.
    package var wireProtocol: String
    package var dataDirectory: String
    /// Fields of the spec that differ for some tags.
    var variants: [(tags: [GlobPattern], spec: Fields)] = []
    /// Whether some route asks another service.
    package var asksOthers = false
    /// False for an image that nobody described: it runs, stays up and serves the ports its container declares.
    package var isKnown = true

    /// Reads a profile from an object of kind `Image`.
    ///
    /// - `tag` chooses among its variants.
    package init(_ object: Value, tag: String = "") {
        var spec = object["spec"] ?? [:]
        variants = (spec["variants"]?.elements ?? []).map { variant in
            ((variant["tags"]?.elements ?? []).compactMap { $0.stringValue.map { GlobPattern($0) } }, variant.fields ?? Fields())
        }
        if let variant = variants.first(where: { $0.tags.contains { $0.matches(tag) } }) {
            for (name, value) in variant.spec where name != "tags" { spec[name] = value }
        }
        func strings(_ value: Value?) -> [String] { value?.elements.compactMap { $0.stringValue ?? $0.intValue.map(String.init) } ?? [] }
        name = object.name
        names = strings(spec["names"])
        if names.isEmpty { names = [object.name] }
        tags = strings(spec["tags"]).map { GlobPattern($0) }
        sizeBytes = Int((spec["sizeMB"]?.doubleValue ?? 30) * 1_000_000)
        pullFailure = spec["pull"]?.stringValue.flatMap { PullFailure(rawValue: $0) }
        pullTime = Self.duration(spec["pullTime"])
        run = spec["run"]?.stringValue.flatMap { Run(rawValue: $0) } ?? .server
        programs = strings(spec["programs"]).map { GlobPattern($0) }
        portFlags = strings(spec["portFlags"])
        portVariables = strings(spec["portVariables"])
        cpuFlags = strings(spec["load"]?["cpuFlags"])
        memoryFlags = strings(spec["load"]?["memoryFlags"])
        subcommands = [:]
        for (name, entry) in spec["subcommands"]?.fields ?? Fields() {
            subcommands[name] = Subcommand(
                ports: entry["ports"]?.elements.compactMap(\.intValue) ?? [], routes: Self.routes(entry["routes"]), log: strings(entry["log"]),
                health: Self.texts(entry["health"]), portVariablePrefixes: strings(entry["portVariablePrefixes"]))
        }
        entrypoint = strings(spec["entrypoint"])
        command = strings(spec["command"])
        startup = Self.duration(spec["startup"]) ?? .milliseconds(100)
        exitCode = spec["exit"]?["code"]?.intValue ?? 0
        exitAfter = Self.duration(spec["exit"]?["after"]) ?? .milliseconds(500)
        ports = spec["ports"]?.elements.compactMap(\.intValue) ?? []
        requirements = (spec["requires"]?.elements ?? []).map {
            Requirement(anyOf: strings($0["anyOf"]), message: $0["message"]?.stringValue ?? "", code: $0["code"]?.intValue ?? 1)
        }
        waitsFor = (spec["waitsFor"]?.elements ?? []).map(Self.dependency)
        if spec["pull"]?.stringValue == "private" {
            privateRegistry = PrivateRegistry(
                userName: spec["credentials"]?["username"]?.stringValue ?? "", password: spec["credentials"]?["password"]?.stringValue ?? "")
        }
        healthServices = Self.texts(spec["health"])
        root = spec["root"]?.stringValue ?? ""
        routes = Self.routes(spec["routes"])
        cost = Cost()
        if let given = spec["cost"] {
            if let number = given["cpuMilliseconds"]?.doubleValue { cost.cpuMillisecondsPerRequest = number }
            if let number = given["idleMilliCPU"]?.intValue { cost.idleMilliCPU = Int64(number) }
            if let number = given["startupMilliCPU"]?.intValue { cost.startupMilliCPU = Int64(max(number, 0)) }
            if let number = given["idleMemoryMB"]?.doubleValue { cost.idleMemoryBytes = Int64(number * 1_000_000) }
            if let number = given["memoryKBPerRequest"]?.doubleValue { cost.memoryBytesPerRequest = Int64(number * 1000) }
            if let number = given["concurrency"]?.intValue { cost.concurrency = number }
            if let number = given["waitMilliseconds"]?.doubleValue { cost.waitMilliseconds = number }
        }
        environment = (spec["env"]?.fields ?? Fields()).map { ($0.key, $0.value.stringValue ?? $0.value.intValue.map(String.init) ?? "") }
        user = spec["user"]?.intValue ?? (spec["user"] == nil ? 0 : 101)
        userName = spec["user"]?.stringValue ?? ""
        directory = spec["workdir"]?.stringValue ?? "/"
        system = spec["system"]?.stringValue.flatMap { ImageSystem(rawValue: $0) }
        if system == .debian, tag.contains("alpine") { system = .alpine }
        commands = spec["commands"].map { Set(strings($0)) } ?? system?.commands.union(strings(spec["tools"]))
        lookupForm = NameLookupForm(system, tag: tag, commands)
        files = (spec["files"]?.fields ?? Fields()).map { ($0.key, $0.value.stringValue ?? "") }
        log = strings(spec["log"])
        accessLog = spec["accessLog"]?.stringValue ?? "none"
        reads = spec["reads"]?.stringValue ?? ""
        wireProtocol = spec["protocol"]?.stringValue ?? ""
        dataDirectory = spec["data"]?.stringValue ?? "/data"
        asksOthers = routes.contains { !$0.asks.isEmpty }
    }

    private static func texts(_ value: Value?) -> [String: String]? {
        value?.fields.map { Dictionary($0.map { ($0.key, $0.value.stringValue ?? "") }, uniquingKeysWith: { $1 }) }
    }

    private static func dependency(_ value: Value) -> Dependency {
        Dependency(
            variable: value.stringValue ?? value["variable"]?.stringValue ?? "", port: value["port"]?.intValue ?? 80,
            when: (value["when"]?.fields ?? Fields()).map { ($0.key, $0.value.stringValue ?? "") }, message: value["message"]?.stringValue ?? "",
            patience: value["exit"].map { duration($0["after"]) ?? .seconds(10) }, code: value["exit"]?["code"]?.intValue ?? 1)
    }

    private static func routes(_ list: Value?) -> [Route] {
        (list?.elements ?? []).map { route in
            let path = route["path"]?.stringValue ?? "/"
            var made = Route(
                path: path.hasSuffix("*") ? String(path.dropLast()) : path, isPrefix: path.hasSuffix("*"), status: route["status"]?.intValue ?? 200,
                type: route["type"]?.stringValue ?? "text/plain", body: route["body"]?.stringValue ?? "",
                cpuMilliseconds: route["cpuMilliseconds"]?.doubleValue, delay: Self.duration(route["delay"]) ?? .zero,
                asks: (route["asks"]?.elements ?? []).map {
                    Question(
                        variable: $0["variable"]?.stringValue ?? $0.stringValue ?? "", host: $0["host"]?.stringValue ?? "", port: $0["port"]?.intValue ?? 80, path: $0["path"]?.stringValue ?? "/",
                        status: $0["status"]?.intValue ?? 500, body: $0["body"]?.stringValue ?? "Internal Server Error\n")
                },
                late: route["after"].map {
                    Late(age: Self.duration($0["time"]) ?? .seconds(10), status: $0["status"]?.intValue ?? 500, body: $0["body"]?.stringValue ?? "")
                })
            made.statusText = route["status"]?.stringValue ?? ""
            made.headers = (route["headers"]?.fields ?? Fields()).map { ($0.key, $0.value.stringValue ?? "") }
            made.runs = route["runs"]?.stringValue ?? ""
            made.exit = route["exit"].map { ($0["code"]?.stringValue ?? String($0["code"]?.intValue ?? 0), $0["after"]?.stringValue ?? "0s") }
            return made
        }
    }

    /// An image of which only the name is known.
    package static func unknown(_ name: String) -> ImageProfile {
        var profile = ImageProfile(["metadata": ["name": .string(name)], "spec": ["sizeMB": 80]])
        profile.isKnown = false
        return profile
    }

    static func duration(_ value: Value?) -> Duration? {
        if let seconds = value?.doubleValue { return .nanoseconds(Int64(min(max(seconds, 0), 1e8) * 1e9)) }
        guard let text = value?.stringValue, let parsed = try? GoDuration(parsing: text) else { return nil }
        return .nanoseconds(max(0, parsed.nanoseconds))
    }

    /// The route of a path; nil when there is none for it.
    package static func route(for path: String, in routes: [Route]) -> Route? {
        let bare = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? path
        if let exact = routes.first(where: { !$0.isPrefix && $0.path == bare }) { return exact }
        return routes.filter { $0.isPrefix && bare.hasPrefix($0.path) }.max { $0.path.utf8.count < $1.path.utf8.count }
    }
}

extension ImageProfile {
    /// Whether the tag changes more than the version.
    var dependsOnTag: Bool { !variants.isEmpty || system != nil && system != .fedora }

    /// The prompt of `sh` in an image: busybox shows the directory, Debian's shell does not.
    func prompt(ofImage reference: String) -> String {
        ["busybox", "alpine", "curl"].contains { reference.contains($0) } || run == .shell ? "\\w \\$ " : "\\$ "
    }
}
