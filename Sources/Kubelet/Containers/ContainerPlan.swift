import KubernetesObjects
import Shell
import SimulationKernel

/// What a container does when it runs: decided from its image and its command when it is started.
enum ContainerPlan: Sendable {
    /// Serves ports until it is stopped.
    case server(ports: [Int], routes: [ImageProfile.Route], flags: [String: String], log: [String] = [])
    /// Runs a command in the shell.
    case shell([String])
    /// Ends by itself after a while.
    case exit(code: Int, after: Duration, log: [String])
    /// Runs for ever and does nothing.
    case idle
    /// Cannot be started.
    case startError(String)

    /// What a container does, by its spec and its image.
    ///
    /// - Source: a runtime joins entrypoint and command as Docker's reference says: `command` replaces both.
    static func make(_ spec: Value, image: ImageProfile, environment: () -> [(name: String, value: String)]) -> ContainerPlan {
        let isOwn = (spec["command"]?.elements ?? []).isEmpty && (spec["args"]?.elements ?? []).isEmpty
        let line = line(spec, image: image)
        for requirement in image.requirements where isOwn || isProgram(line, image) {
            let known = environment()
            if !requirement.anyOf.contains(where: { name in known.contains { $0.name == name && !$0.value.isEmpty } }) {
                return .exit(code: requirement.code, after: .milliseconds(400), log: [requirement.message])
            }
        }
        if isOwn || isProgram(line, image) { return own(line, spec: spec, image: image, environment: environment) }
        if line.isEmpty { return .idle }
        if canRun(line[0], image) { return .shell(line) }
        // A program that we do not have: in an image nobody described it stays up, as its author surely meant.
        // In one that is described only a path may be something that the description left out.
        if !image.isKnown || image.commands == nil && image.run != .shell && line[0].contains("/") {
            return .server(ports: declaredPorts(spec), routes: [], flags: [:])
        }
        return .startError(
            "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: \(notFound(line[0]))"
        )
    }

    /// How a runtime says that there is no such program: one with a path is looked for there, others in `$PATH`.
    static func notFound(_ program: String) -> String {
        "exec: \"\(program)\": " + (program.contains("/") ? "stat \(program): no such file or directory" : "executable file not found in $PATH")
    }

    /// The words that a container runs.
    ///
    /// - Source: Docker's reference of `ENTRYPOINT` and `CMD`: `command` replaces both, `args` the latter.
    static func line(_ spec: Value, image: ImageProfile) -> [String] {
        let command = spec["command"]?.elements.compactMap(\.stringValue) ?? []
        let arguments = spec["args"]?.elements.compactMap(\.stringValue) ?? []
        return command.isEmpty ? image.entrypoint + (arguments.isEmpty ? image.command : arguments) : command + arguments
    }

    private static func isProgram(_ line: [String], _ image: ImageProfile) -> Bool {
        guard let first = line.first else { return true }
        let base = first.split(separator: "/").last.map(String.init) ?? first
        return image.programs.contains { $0.matches(first) || $0.matches(base) }
    }

    /// The image's own program.
    private static func own(_ line: [String], spec: Value, image: ImageProfile, environment: () -> [(name: String, value: String)]) -> ContainerPlan {
        let declared = declaredPorts(spec)
        switch image.run {
        case .shell: return line.isEmpty ? .exit(code: 0, after: .milliseconds(100), log: []) : .shell(line)
        case .program: return interpreted(line, declared: declared, image: image)
        case .exit: return .exit(code: image.exitCode, after: image.exitAfter, log: image.log)
        case .idle, .server:
            var ports = image.ports
            var routes = image.routes
            var log = image.log
            if let name = line.dropFirst().first(where: { !$0.hasPrefix("-") }), let subcommand = image.subcommands[name] {
                ports = subcommand.ports
                if subcommand.ports.isEmpty, subcommand.portVariablePrefixes.isEmpty { return .idle }
                if !subcommand.routes.isEmpty { routes = subcommand.routes }
                log = subcommand.log
                for prefix in subcommand.portVariablePrefixes { ports += environment().filter { $0.name.hasPrefix(prefix) }.compactMap { Int($0.name.dropFirst(prefix.count)) } }
            } else if line.count > 1, let script = image.files.first(where: { $0.path == line[0] || $0.path == "/" + line[0] }), script.text.hasPrefix("#!") {
                return .shell([script.path] + line.dropFirst())
            } else if let name = line.dropFirst().first, !name.hasPrefix("-"), !image.subcommands.isEmpty, canRun(line[0], image) {
                return .shell(line)
            } else if image.run == .idle {
                return .idle
            }
            let flags = flags(line)
            if !image.portVariables.isEmpty {
                let known = environment()
                for name in image.portVariables { if let text = known.last(where: { $0.name == name })?.value, let number = Int(text) { ports = [number] } }
            }
            for name in image.portFlags {
                if let text = flags[name], let number = Int(text.split(separator: ":").last ?? "") { ports = [number] }
            }
            // An image nobody described serves whatever its container declares.
            return .server(ports: image.isKnown ? Array(Set(ports + (image.accessLog == "nginx" ? [] : declared))).sorted() : declared, routes: routes, flags: flags, log: log)
        }
    }

    /// A program in a language: one-liners in Perl and Python run. What others do is not known: one that is given as a file stays up and serves
    /// the declared ports.
    private static func interpreted(_ line: [String], declared: [Int], image: ImageProfile) -> ContainerPlan {
        if let module = line.firstIndex(of: "http.server") {
            let port = line.dropFirst(module + 1).compactMap { Int($0) }.first ?? 8000
            return .server(ports: [port], routes: [], flags: [:])
        }
        let program = line.first?.split(separator: "/").last ?? ""
        if program == "perl" && PerlTask.runs(line) || ["python", "python3"].contains(program) && PythonTask.runs(line) { return .shell(line) }
        let isShort = line.count < 2 || ["-c", "-e", "-V", "-v", "--version", "-version", "install", "build", "version"].contains(line[1])
        if isShort { return .exit(code: image.exitCode, after: image.exitAfter, log: image.log) }
        return .server(ports: declared, routes: [], flags: [:])
    }

    /// `-a=b` and `-a b` as a table.
    static func flags(_ line: [String]) -> [String: String] {
        var result: [String: String] = [:]
        for (index, word) in line.enumerated() where word.hasPrefix("-") {
            if let equals = word.firstIndex(of: "=") { result[String(word[..<equals])] = String(word[word.index(after: equals)...]) } else if index + 1 < line.count { result[word] = line[index + 1] }
        }
        return result
    }

    static func declaredPorts(_ spec: Value) -> [Int] {
        (spec["ports"]?.elements ?? []).filter { $0["protocol"]?.stringValue ?? "TCP" == "TCP" }.compactMap { $0["containerPort"]?.intValue }
    }

    static func canRun(_ program: String, _ image: ImageProfile) -> Bool {
        // A script of the image, by its path or where commands are looked for.
        let places = program.contains("/") ? [program] : ShellMachine.commandDirectories.map { "\($0)/\(program)" }
        if image.files.contains(where: { places.contains($0.path) }) { return true }
        let base = program.split(separator: "/").last.map(String.init) ?? program
        if let commands = image.commands, !commands.contains(base) { return false }
        return ShellMachine.knows(base) || NetworkCommand.names.contains(base)
    }
}
