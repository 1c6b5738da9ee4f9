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
///     pull: denied | notFound         a pull that fails
///     run: server | shell | exit | idle
///     programs: [nginx]               first words of a command that mean the image's own program
///     entrypoint: ['sh', '-c']        joined with args as a runtime does; run with the shell
///     command: ['sh']
///     startup: 500ms                  until it listens
///     exit: {code: 0, after: 3s}
///     ports: [80]
///     portFlags: [-listen]            flags that set the port
///     load: {cpuFlags: [--cpu], memoryFlags: [--vm-bytes]}
///     subcommands: {netexec: {ports: [8080], routes: []}}
///     requires: [{anyOf: [A, B], message: "text", code: 1}]
///     waitsFor: [DB_HOST]             environment variables that name what it depends on
///     root: /usr/share/nginx/html     files it serves
///     routes: [{path: /, status: 200, type: text/html, body: "…${hostname} ${env:NAME} ${path}…"}]
///     cost: {cpuMilliseconds: 1, idleMilliCPU: 1, idleMemoryMB: 8, memoryKBPerRequest: 64, concurrency: 100, waitMilliseconds: 1}
///     env: {PATH: …}                  what the image itself sets
///     user: 0
///     workdir: /
///     commands: [sh, wget]            commands that exist; all when left out
///     files: {/etc/x: text}
///     log: ["line"]                   printed when it has started
///     accessLog: nginx | none
///   ```
/// - Units: sizes are in millions of bytes; durations as Go writes them.
package struct ImageProfile: Sendable {
    package enum Run: String, Sendable { case server, shell, exit, idle }
    package enum PullFailure: String, Sendable { case denied, notFound, slow }

    package struct Route: Sendable {
        package var path: String
        package var isPrefix: Bool
        package var status: Int
        package var type: String
        package var body: String
        package var cpuMilliseconds: Double?
        package var delay: Duration
    }

    package struct Subcommand: Sendable {
        package var ports: [Int]
        package var routes: [Route]
    }

    package struct Requirement: Sendable {
        package var anyOf: [String]
        package var message: String
        package var code: Int
    }

    package struct Cost: Hashable, Sendable {
        package var cpuMillisecondsPerRequest = 1.0
        package var idleMilliCPU: Int64 = 1
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
    package var waitsFor: [String]
    package var root: String
    package var routes: [Route]
    package var cost: Cost
    package var environment: [(name: String, value: String)]
    package var user: Int
    package var directory: String
    package var commands: Set<String>?
    package var files: [(path: String, text: String)]
    package var log: [String]
    package var accessLog: String
    /// False for an image that nobody described: it runs, stays up and serves the ports its container declares.
    package var isKnown = true

    /// Reads a profile from an object of kind `Image`.
    package init(_ object: Value) {
        let spec = object["spec"] ?? [:]
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
        cpuFlags = strings(spec["load"]?["cpuFlags"])
        memoryFlags = strings(spec["load"]?["memoryFlags"])
        subcommands = [:]
        for (name, entry) in spec["subcommands"]?.fields ?? Fields() {
            subcommands[name] = Subcommand(ports: entry["ports"]?.elements.compactMap(\.intValue) ?? [], routes: Self.routes(entry["routes"]))
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
        waitsFor = strings(spec["waitsFor"])
        root = spec["root"]?.stringValue ?? ""
        routes = Self.routes(spec["routes"])
        cost = Cost()
        if let given = spec["cost"] {
            if let number = given["cpuMilliseconds"]?.doubleValue { cost.cpuMillisecondsPerRequest = number }
            if let number = given["idleMilliCPU"]?.intValue { cost.idleMilliCPU = Int64(number) }
            if let number = given["idleMemoryMB"]?.doubleValue { cost.idleMemoryBytes = Int64(number * 1_000_000) }
            if let number = given["memoryKBPerRequest"]?.doubleValue { cost.memoryBytesPerRequest = Int64(number * 1000) }
            if let number = given["concurrency"]?.intValue { cost.concurrency = number }
            if let number = given["waitMilliseconds"]?.doubleValue { cost.waitMilliseconds = number }
        }
        environment = (spec["env"]?.fields ?? Fields()).map { ($0.key, $0.value.stringValue ?? $0.value.intValue.map(String.init) ?? "") }
        user = spec["user"]?.intValue ?? 0
        directory = spec["workdir"]?.stringValue ?? "/"
        commands = spec["commands"].map { Set(strings($0)) }
        files = (spec["files"]?.fields ?? Fields()).map { ($0.key, $0.value.stringValue ?? "") }
        log = strings(spec["log"])
        accessLog = spec["accessLog"]?.stringValue ?? "none"
    }

    private static func routes(_ list: Value?) -> [Route] {
        (list?.elements ?? []).map { route in
            let path = route["path"]?.stringValue ?? "/"
            return Route(
                path: path.hasSuffix("*") ? String(path.dropLast()) : path, isPrefix: path.hasSuffix("*"), status: route["status"]?.intValue ?? 200,
                type: route["type"]?.stringValue ?? "text/plain", body: route["body"]?.stringValue ?? "",
                cpuMilliseconds: route["cpuMilliseconds"]?.doubleValue, delay: Self.duration(route["delay"]) ?? .zero)
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
    /// The prompt of `sh` in an image: busybox shows the directory, Debian's shell does not.
    func prompt(ofImage reference: String) -> String {
        ["busybox", "alpine", "curl"].contains { reference.contains($0) } || run == .shell ? "\\w \\$ " : "\\$ "
    }
}
