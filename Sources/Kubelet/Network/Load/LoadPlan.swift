import KubernetesObjects
import SimulationKernel

/// What a load generator is asked to do.
package struct LoadPlan: Sendable {
    package var url: String
    package var method = "GET"
    package var headers: [(name: String, value: String)] = []
    package var body = ""
    /// Who send one request after another; each waits for its answer.
    package var workers = 1
    /// Steps of a number of workers that changes; empty for always the same.
    package var stages: [(after: Duration, workers: Double)] = []
    /// Requests a second in all, whatever becomes of them; nil for as many as the workers manage.
    package var ratePerSecond: Double?
    package var requests: Int?
    package var duration: Duration?
    /// What a worker waits after each answer.
    package var pause: Duration = .zero
    /// What each tool's report tells besides: threads, the script's name.
    var threads = 1
    var script = ""

    package static let durationMax: Duration = .seconds(3600)

    init(url: String) { self.url = url }

    /// Reads a command line.
    ///
    /// - `file` gives the text of a script.
    /// - Throws: what the tool says of a call that it does not take.
    static func read(_ tool: String, _ arguments: [String], input: [UInt8], file: (String) -> String?) throws(LoadUsage) -> LoadPlan {
        var plan: LoadPlan
        switch tool {
        case "hey": plan = try hey(arguments)
        case "ab": plan = try ab(arguments)
        case "wrk", "wrk2": plan = try wrk(arguments)
        case "fortio": plan = try fortio(arguments)
        case "vegeta": plan = try vegeta(arguments, input: input)
        case "k6": plan = try k6(arguments, input: input, file: file)
        default: plan = try locust(arguments, file: file)
        }
        guard URLParts(plan.url) != nil else { throw LoadUsage("\(tool): \"\(plan.url)\" is no URL", status: 1) }
        if let duration = plan.duration { plan.duration = min(max(duration, .milliseconds(1)), durationMax) }
        plan.workers = max(1, min(plan.workers, 100_000))
        return plan
    }

    /// Options of a tool by name, with the words between them.
    private struct Options {
        var values: [String: [String]] = [:]
        var flags: Set<String> = []
        var words: [String] = []

        /// - `taking` are those with a value, which may be joined by `=`, or directly to a single letter.
        init(_ arguments: [String], taking: Set<String>) {
            var rest = arguments[...]
            while let word = rest.popFirst() {
                guard word.hasPrefix("-"), word.count > 1 else {
                    words.append(word)
                    continue
                }
                let name = String(word.prefix { $0 != "=" })
                if taking.contains(name) {
                    values[name, default: []].append(word.contains("=") ? String(word.dropFirst(name.count + 1)) : rest.popFirst() ?? "")
                } else if taking.contains(String(word.prefix(2))), !word.hasPrefix("--") {
                    values[String(word.prefix(2)), default: []].append(String(word.dropFirst(2)))
                } else {
                    flags.insert(name)
                }
            }
        }

        func text(_ names: String...) -> String? { names.lazy.compactMap { values[$0]?.last }.first }
        func number(_ names: String...) -> Int? { names.lazy.compactMap { values[$0]?.last }.first.flatMap { Int($0) } }
    }

    private static func headers(_ texts: [String]?) -> [(name: String, value: String)] { (texts ?? []).map { NetworkCommand.header($0) } }

    private static func hey(_ arguments: [String]) throws(LoadUsage) -> LoadPlan {
        let options = Options(arguments, taking: ["-n", "-c", "-q", "-z", "-o", "-m", "-H", "-t", "-A", "-d", "-D", "-T", "-a", "-x", "-host", "-cpus", "-U"])
        guard let url = options.words.last else { throw LoadUsage("Usage: hey [options...] <url>\n\nOptions:\n  -n  Number of requests to run. Default is 200.\n  -c  Number of workers to run concurrently. Default is 50.\n  -q  Rate limit, in queries per second (QPS) per worker.\n  -z  Duration of application to send requests.", status: 1) }
        var plan = LoadPlan(url: url)
        plan.workers = options.number("-c") ?? 50
        plan.duration = options.text("-z").flatMap { NetworkCommand.duration($0) }
        if plan.duration == nil {
            let count = options.number("-n") ?? 200
            if count < plan.workers { throw LoadUsage("-n cannot be less than -c.", status: 1) }
            // Each worker sends its share.
            plan.requests = count / plan.workers * plan.workers
        }
        if let rate = options.text("-q").flatMap({ Double($0) }), rate > 0 { plan.ratePerSecond = rate * Double(plan.workers) }
        plan.method = options.text("-m") ?? "GET"
        plan.body = options.text("-d") ?? ""
        plan.headers = headers(options.values["-H"])
        return plan
    }

    private static func ab(_ arguments: [String]) throws(LoadUsage) -> LoadPlan {
        let options = Options(arguments, taking: ["-n", "-c", "-t", "-s", "-b", "-B", "-p", "-u", "-T", "-C", "-H", "-A", "-P", "-X", "-g", "-e", "-m", "-v", "-f", "-Z"])
        guard let url = options.words.last else { throw LoadUsage("ab: wrong number of arguments\nUsage: ab [options] [http[s]://]hostname[:port]/path", status: 22) }
        // ab insists on a path.
        let rest = url.split(separator: "://").last ?? ""
        guard rest.contains("/") else { throw LoadUsage("ab: invalid URL\nUsage: ab [options] [http[s]://]hostname[:port]/path", status: 22) }
        var plan = LoadPlan(url: url.contains("://") ? url : "http://" + url)
        plan.workers = options.number("-c") ?? 1
        plan.duration = options.number("-t").map { .seconds($0) }
        plan.requests = options.number("-n") ?? (plan.duration == nil ? 1 : 50_000)
        if let requests = plan.requests, requests < plan.workers { throw LoadUsage("ab: Cannot use concurrency level greater than total number of requests\nUsage: ab [options] [http[s]://]hostname[:port]/path", status: 22) }
        plan.method = options.text("-m") ?? (options.text("-p") != nil ? "POST" : options.flags.contains("-i") ? "HEAD" : "GET")
        plan.headers = headers(options.values["-H"])
        return plan
    }

    private static func wrk(_ arguments: [String]) throws(LoadUsage) -> LoadPlan {
        let options = Options(arguments, taking: ["-c", "--connections", "-d", "--duration", "-t", "--threads", "-s", "--script", "-H", "--header", "-R", "--rate", "--timeout"])
        guard let url = options.words.last else { throw LoadUsage("Usage: wrk <options> <url>\n  Options:\n    -c, --connections <N>  Connections to keep open\n    -d, --duration    <T>  Duration of test\n    -t, --threads     <N>  Number of threads to use", status: 1) }
        var plan = LoadPlan(url: url)
        plan.workers = options.number("-c", "--connections") ?? 10
        plan.threads = options.number("-t", "--threads") ?? 2
        if plan.workers < plan.threads { throw LoadUsage("number of connections must be >= threads", status: 1) }
        plan.duration = options.text("-d", "--duration").flatMap { NetworkCommand.duration($0) } ?? .seconds(10)
        plan.ratePerSecond = options.text("-R", "--rate").flatMap { Double($0) }
        plan.script = options.flags.contains("--latency") || options.flags.contains("-L") ? "latency" : ""
        plan.headers = headers(options.values["-H"] ?? options.values["--header"])
        return plan
    }

    private static func fortio(_ arguments: [String]) throws(LoadUsage) -> LoadPlan {
        guard arguments.first == "load" || arguments.first == "curl" else { throw LoadUsage("Fortio usage:\n\tfortio command [flags] target\nwhere command is one of: load, server, curl, nc, report, version", status: 1) }
        let options = Options(Array(arguments.dropFirst()), taking: ["-qps", "-c", "-t", "-n", "-H", "-timeout", "-p", "-r", "-payload", "-labels", "-a", "-loglevel", "-json", "-X"])
        guard let url = options.words.last else { throw LoadUsage("Error: fortio load/curl needs a url or destination", status: 1) }
        var plan = LoadPlan(url: url.contains("://") ? url : "http://" + url)
        plan.workers = options.number("-c") ?? 4
        let rate = options.text("-qps").flatMap { $0 == "max" ? 0 : Double($0) } ?? 8
        if rate > 0 { plan.ratePerSecond = rate }
        plan.requests = options.number("-n")
        if arguments.first == "curl" { (plan.workers, plan.requests, plan.ratePerSecond) = (1, 1, nil) }
        if plan.requests == nil { plan.duration = options.text("-t").flatMap { NetworkCommand.duration($0) } ?? .seconds(5) }
        plan.headers = headers(options.values["-H"])
        return plan
    }

    private static func vegeta(_ arguments: [String], input: [UInt8]) throws(LoadUsage) -> LoadPlan {
        guard arguments.first == "attack" else { throw LoadUsage("Usage: vegeta [global flags] <command> [command flags]", status: 1) }
        let options = Options(Array(arguments.dropFirst()), taking: ["-rate", "-duration", "-targets", "-workers", "-max-workers", "-header", "-timeout", "-output", "-name", "-connections", "-body", "--rate", "--duration"])
        let words = String(decoding: input, as: UTF8.self).split(whereSeparator: { $0 == "\n" }).first?.split(separator: " ").map(String.init) ?? []
        guard words.count >= 2 else { throw LoadUsage("bad target: no targets to attack", status: 1) }
        var plan = LoadPlan(url: words[1])
        plan.method = words[0]
        let rate = options.text("-rate", "--rate") ?? "50/1s"
        let parts = rate.split(separator: "/", maxSplits: 1).map(String.init)
        let per = parts.count > 1 ? NetworkCommand.duration(parts[1].first?.isNumber == true ? parts[1] : "1" + parts[1])?.inSeconds ?? 1 : 1
        plan.ratePerSecond = (Double(parts.first ?? "") ?? 50) / max(per, 0.001)
        if rate == "0" { plan.ratePerSecond = nil }
        plan.workers = options.number("-max-workers", "-workers") ?? 10
        plan.duration = options.text("-duration", "--duration").flatMap { NetworkCommand.duration($0) } ?? .seconds(10)
        plan.headers = headers(options.values["-header"])
        return plan
    }
}

/// A call that a load generator does not take, with what it says.
struct LoadUsage: Error {
    var text: String
    var status: Int

    init(_ text: String, status: Int) {
        self.text = text
        self.status = status
    }
}

// MARK: Scripted generators

extension LoadPlan {
    /// The texts that follow a word up to a closing quote: `http.get('URL')`.
    private static func quoted(after word: String, in text: String) -> String? {
        var rest = text[...]
        while let found = rest.firstIndex(of: word.first ?? "x") {
            rest = rest[found...]
            if rest.hasPrefix(word) {
                let inside = rest.dropFirst(word.count).drop { $0 == " " }
                guard let quote = inside.first, "'\"`".contains(quote) else {
                    rest = rest.dropFirst()
                    continue
                }
                return String(inside.dropFirst().prefix { $0 != quote })
            }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// The number that follows a word: `vus: 10`, `sleep(1)`.
    private static func number(after word: String, in text: String) -> Double? {
        var rest = text[...]
        while let found = rest.firstIndex(of: word.first ?? "x") {
            rest = rest[found...]
            if rest.hasPrefix(word), let number = Double(rest.dropFirst(word.count).drop { $0 == " " || $0 == ":" || $0 == "(" || $0 == "=" }.prefix { $0.isNumber || $0 == "." }) { return number }
            rest = rest.dropFirst()
        }
        return nil
    }

    fileprivate static func k6(_ arguments: [String], input: [UInt8], file: (String) -> String?) throws(LoadUsage) -> LoadPlan {
        guard arguments.first == "run" else { throw LoadUsage("Usage:\n  k6 [command]\n\nAvailable Commands:\n  run         Run a test\n  version     Show application version", status: arguments.isEmpty ? 0 : 255) }
        let options = Options(
            Array(arguments.dropFirst()), taking: ["-u", "--vus", "-d", "--duration", "-i", "--iterations", "-s", "--stage", "-e", "--env", "-o", "--out", "--rps", "--tag", "--summary-export"])
        guard let name = options.words.first else { throw LoadUsage("accepts 1 arg(s), received 0: arg should either be \"-\", if reading script from stdin, or a path to a script file", status: 255) }
        guard let script = name == "-" ? String(decoding: input, as: UTF8.self) : file(name) else {
            throw LoadUsage("level=error msg=\"The moduleSpecifier \\\"\(name)\\\" couldn't be found on local disk. Make sure that you've specified the right path to the file.\"", status: 255)
        }
        let variables = (options.values["-e"] ?? []) + (options.values["--env"] ?? [])
        var url = ["http.get(", "http.post(", "http.request('GET',", "http.put(", "http.del("].lazy.compactMap { quoted(after: $0, in: script) }.first ?? ""
        for pair in variables {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { url = url.split(separator: "${__ENV.\(parts[0])}", omittingEmptySubsequences: false).joined(separator: parts[1]) }
        }
        if url.isEmpty { throw LoadUsage("level=error msg=\"no request is made: the script has no http.get or http.post with a URL in quotes, which is what is understood here\"", status: 107) }
        var plan = LoadPlan(url: url)
        plan.script = name
        if script.contains("http.post(") { plan.method = "POST" }
        plan.workers = options.number("-u", "--vus") ?? number(after: "vus", in: script).map { Int($0) } ?? 1
        plan.duration = (options.text("-d", "--duration") ?? quoted(after: "duration:", in: script).flatMap { script.contains("stages") ? nil : $0 }).flatMap { NetworkCommand.duration($0) }
        plan.requests = options.number("-i", "--iterations") ?? number(after: "iterations", in: script).map { Int($0) }
        plan.pause = number(after: "sleep(", in: script).map { .nanoseconds(Int64(min($0, 3600) * 1e9)) } ?? .zero
        var stages: [(Duration, Double)] = (options.values["-s"] ?? options.values["--stage"] ?? []).flatMap { $0.split(separator: ",") }.compactMap { text in
            let parts = text.split(separator: ":").map(String.init)
            guard parts.count == 2, let time = NetworkCommand.duration(parts[0]), let target = Double(parts[1]) else { return nil }
            return (time, target)
        }
        if stages.isEmpty, let start = script.split(separator: "stages", maxSplits: 1).dropFirst().first {
            for part in start.split(separator: "{").dropFirst().prefix(50) {
                let text = String(part.prefix { $0 != "}" })
                guard let time = quoted(after: "duration:", in: text).flatMap({ NetworkCommand.duration($0) }), let target = number(after: "target", in: text) else { continue }
                stages.append((time, target))
            }
        }
        if !stages.isEmpty {
            var (at, from) = (Duration.zero, Double(number(after: "startVUs", in: script) ?? Double(plan.workers)))
            for (time, target) in stages {
                for step in 0..<10 {
                    plan.stages.append((at + .nanoseconds(Int64(time.inSeconds * Double(step) / 10 * 1e9)), from + (target - from) * (Double(step) + 0.5) / 10))
                }
                at += time
                from = target
            }
            plan.duration = at
            plan.workers = Int(stages.map(\.1).max() ?? 1)
        }
        if plan.duration == nil, plan.requests == nil { plan.requests = 1 }
        return plan
    }

    fileprivate static func locust(_ arguments: [String], file: (String) -> String?) throws(LoadUsage) -> LoadPlan {
        let options = Options(
            arguments, taking: ["-f", "--locustfile", "-H", "--host", "-u", "--users", "-r", "--spawn-rate", "-t", "--run-time", "--csv", "--html", "-L", "--loglevel", "-P", "--web-port"])
        let name = options.text("-f", "--locustfile") ?? "locustfile.py"
        guard let script = file(name) else { throw LoadUsage("Could not find '\(name)'. Ensure file ends with '.py' and see --help for available options.", status: 1) }
        guard let host = options.text("-H", "--host") ?? quoted(after: "host =", in: script) ?? quoted(after: "host=", in: script) else {
            throw LoadUsage("You must specify the base host. Either in the host attribute in the User class, or on the command line using the --host option.", status: 1)
        }
        let path = quoted(after: "client.get(", in: script) ?? quoted(after: "client.post(", in: script) ?? "/"
        var plan = LoadPlan(url: (host.hasSuffix("/") ? String(host.dropLast()) : host) + (path.hasPrefix("/") ? path : "/" + path))
        plan.script = path
        plan.workers = options.number("-u", "--users") ?? 1
        plan.duration = options.text("-t", "--run-time").flatMap { NetworkCommand.duration($0) } ?? durationMax
        let (low, high) = (number(after: "between(", in: script), script.split(separator: "between(").dropFirst().first.flatMap { $0.split(separator: ",").dropFirst().first }.flatMap { Double($0.prefix { $0 != ")" }.filter { $0 != " " }) })
        let pause = low.map { ($0 + (high ?? $0)) / 2 } ?? number(after: "constant(", in: script) ?? 0
        plan.pause = .nanoseconds(Int64(min(max(pause, 0), 3600) * 1e9))
        let spawn = max(options.text("-r", "--spawn-rate").flatMap { Double($0) } ?? 1, 0.01)
        let ramp = Double(plan.workers) / spawn
        if ramp > 1 {
            for step in 0..<10 { plan.stages.append((.nanoseconds(Int64(ramp * Double(step) / 10 * 1e9)), Double(plan.workers) * (Double(step) + 0.5) / 10)) }
            plan.stages.append((.nanoseconds(Int64(ramp * 1e9)), Double(plan.workers)))
        }
        return plan
    }
}
