import KubernetesObjects
import Shell
import SimulationKernel

/// A record that a name server gave.
package struct NameRecord: Sendable, Hashable {
    package var name: String
    /// `A`, `CNAME`, `SRV`, `PTR`.
    package var type: String
    package var value: String

    package init(name: String, type: String, value: String) {
        self.name = name
        self.type = type
        self.value = value
    }
}

/// What came of a request that left a container.
package enum NetworkOutcome: Sendable {
    package enum Failure: Sendable, Hashable { case refused, timedOut, noSuchHost, unreachable, reset }

    case http(status: Int, headers: [(name: String, value: String)], body: String, latency: Duration)
    /// The records of a name; `name` is the one that was found with the search path. None when it has none of the type.
    case resolved(name: String, records: [NameRecord], server: String)
    case connected(Duration)
    case failed(Failure, Duration)
    /// What a load generator has seen, when it has ended.
    case loaded(LoadPlan, LoadResult)
    /// What another command printed, such as `kubectl`.
    case answered(HostAnswer, Duration)
}

/// A command line of a tool that reaches out of a container: what it asks for, and how it tells what came back.
package struct NetworkCommand: Sendable {
    package enum Action: Sendable {
        case http(url: String, method: String, headers: [(name: String, value: String)], body: String)
        /// Looks a name up; the type is `A`, `SRV`, `PTR`, ...
        case resolve(name: String, type: String)
        /// Asks a host whether it is there.
        case ping(host: String)
        case connect(host: String, port: Int)
        /// Requests of a load generator; what it is asked to do may stand in a script, see `loadPlan`.
        case load
        /// What stands in the input is made a report of.
        case report
        /// A command of the cluster's own clients: `kubectl`, `aws`.
        case client
        case listen(port: Int)
        /// Nothing is asked: the command line is wrong, or the tool has nothing to do.
        case immediate(HostAnswer)
    }

    package var tool: String
    package var arguments: [String]
    package var action: Action
    var isQuiet = false
    var showsErrors = false
    var showsHeaders = false
    var headersOnly = false
    var failsOnStatus = false
    var isVerbose = false
    /// `curl -L`: an answer that points elsewhere is followed.
    package internal(set) var followsRedirects = false
    /// Addresses that names stand for by the command line's own word: `--resolve`.
    var resolutions: [(host: String, port: Int, address: String)] = []
    /// Where the body goes; empty for standard output, `-` too.
    var outputFile: String?
    var format = ""
    var timeout: Duration?
    /// The address that was found for the host it asks; empty while nobody has looked.
    package var address = ""
    /// The name server that is asked; empty while nobody has said.
    var nameServer = ""
    /// Whose `nslookup` it is.
    var lookupForm = NameLookupForm.bind
    /// How a client of SQL was called.
    var sql: SQLClient?
    /// Whether a connection is UDP.
    package internal(set) var isDatagram = false
    /// Whether a name is looked up with the search path.
    package internal(set) var usesSearchPath = true

    /// The tools that are known here.
    package static let names: Set<String> = [
        "wget", "curl", "nslookup", "dig", "host", "ping", "nc", "netcat", "ncat", "telnet", "hey", "ab", "wrk", "wrk2", "fortio", "vegeta", "k6", "locust", "kubectl", "aws", "getent", "redis-cli",
        "mysql", "mysqladmin", "psql", "pg_isready", "pip", "pip3", "npm",
    ]

    /// - Parameter input: what stands in its standard input, for tools that read commands there.
    package init(_ line: [String], environment: [(name: String, value: String)], input: [UInt8] = []) {
        tool = line.first ?? ""
        arguments = Array(line.dropFirst())
        action = .immediate(HostAnswer(status: 0))
        switch tool {
        case "wget": readWget()
        case "curl": readCurl()
        case "nslookup", "dig", "host", "getent": readLookup()
        case "ping", "nc", "netcat", "ncat", "telnet", "redis-cli", "mysql", "mysqladmin", "psql", "pg_isready": readConnection(environment, input: input)
        case "hey", "ab", "wrk", "wrk2", "fortio", "vegeta", "k6", "locust": readLoad()
        case "kubectl", "aws": action = .client
        default: action = .immediate(HostAnswer())
        }
    }

    /// Whether a tool reads its standard input when it is called by this line.
    static func readsInput(_ line: [String]) -> Bool {
        let (tool, arguments) = (line.first ?? "", line.dropFirst())
        switch tool {
        case "vegeta": return true
        case "mysql": return !arguments.contains { $0.hasPrefix("-e") || $0.hasPrefix("--execute") || $0 == "--version" || $0 == "-V" }
        case "psql": return !arguments.contains { $0.hasPrefix("-c") || $0.hasPrefix("--command") || $0 == "-l" || $0 == "--version" || $0 == "-V" }
        case "redis-cli":
            if case .connect = NetworkCommand(line, environment: []).action { return true }
            return false
        default: return ["curl", "kubectl", "k6"].contains(tool) && HostCommand.asksForInput(line)
        }
    }

    static func duration(_ text: String) -> Duration? {
        guard let nanoseconds = SleepDuration.nanoseconds(text) else { return nil }
        return .nanoseconds(nanoseconds)
    }

    mutating func readLoad() {
        switch (tool, arguments.first) {
        case ("vegeta", "report"?): action = .report
        case ("vegeta", "version"?), ("k6", "version"?), ("locust", "--version"?), ("fortio", "version"?):
            let text = tool == "k6" ? "k6 v1.4.0 (go1.25.4, linux/amd64)\n" : tool == "locust" ? "locust 2.42.5\n" : tool == "fortio" ? "1.69.5\n" : "Version: 12.12.0\n"
            action = .immediate(HostAnswer(output: text))
        default: action = .load
        }
    }

    /// What a load generator is to do.
    ///
    /// - Throws: the answer to a call that it does not take.
    package func loadPlan(input: [UInt8], file: (String) -> String?) throws(LoadRefusal) -> LoadPlan {
        do throws(LoadUsage) { return try LoadPlan.read(tool, arguments, input: input, file: file) } catch {
            throw LoadRefusal(answer: HostAnswer(output: "", errors: error.text + "\n", status: error.status))
        }
    }
}

/// What a load generator answers to a call that it does not take.
package struct LoadRefusal: Error {
    package var answer: HostAnswer
}

/// Durations as command-line tools take them.
enum SleepDuration {
    /// Nanoseconds of `5`, `1.5`, `30s`, `2m`, `1h`.
    static func nanoseconds(_ text: String) -> Int64? {
        var digits = text
        var unit = 1.0
        if text.hasSuffix("ms") {
            unit = 0.001
            digits.removeLast(2)
        } else if let last = text.last, let factor = ["s": 1.0, "m": 60, "h": 3600][last] {
            unit = factor
            digits.removeLast()
        }
        guard let number = Double(digits), number >= 0, number.isFinite else { return nil }
        return Int64(min(number * unit, 1e8) * 1e9)
    }
}
