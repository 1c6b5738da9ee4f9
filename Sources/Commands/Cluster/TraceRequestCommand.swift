import APIMachinery
import ArgumentParser
import Cluster
import Grading
import KubernetesObjects
import LabEngine
import ServiceNetwork

struct TraceRequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Show the way of one request, hop by hop, and why it stops where it stops.",
        discussion: """
            The request goes through the cluster of a submission, or with --cluster through one of your own; it leaves no mark there.
            The exit status is 0 when an answer came, whatever its status, and 1 when none did.

            Examples:
              labrunner trace request http://192.168.0.11:30080 nodeport
              labrunner trace request http://web.default --cluster demo --from pod/client
              labrunner trace request http://shop.example.com/cart --cluster demo --header 'X-User: anna' --format json
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "What is asked for: http://web.default:8080/path, a node's address with a node port, a load balancer's name.") var url: String
    @Argument(help: "The lab; the one that is started here unless given.") var lab: String?
    @Option(help: ArgumentHelp("A cluster of your own instead of a lab's.", valueName: "name")) var cluster: String?
    @Option(help: ArgumentHelp("Where it starts: outside, node/NAME, pod/NAME or pod/NAMESPACE/NAME.", valueName: "place")) var from = "outside"
    @Option(name: .shortAndLong, help: "The namespace of a pod that is named without one.") var namespace = "default"
    @Option(help: "GET, POST and so on.") var method = "GET"
    @Option(help: ArgumentHelp("A header of the request, such as 'Host: shop.example.com'; may be given more than once.", valueName: "name: value")) var header: [String] = []
    @Option(help: "text or json.") var format = Format.text
    @OptionGroup var labOptions: LabOptions
    @OptionGroup var submissionOptions: SubmissionOptions

    func run() throws {
        guard let target = RequestURL(url) else {
            throw CommandError(.usage, "'\(url)' is no URL: write http://HOST:PORT/PATH, with http, https, tcp or udp.")
        }
        let (cluster, record) = try scene()
        let origin = try origin(in: cluster.store)
        let request = SimulatedRequest(from: origin, method: method.uppercased(), url: target, headers: try headers())
        let trace = RequestTrace(request, in: cluster, submission: record, language: labOptions.language)
        switch format {
        case .text: Host.write(trace.text(labOptions.language))
        case .json: Host.write(trace.value.json(.pretty) + "\n")
        }
        if !trace.isAnswered { throw ExitCode(1) }
    }

    private func scene() throws -> (Cluster, SubmissionRecord) {
        if let cluster {
            guard lab == nil else { throw CommandError(.usage, "Give a lab or --cluster, not both.") }
            return (try DiskCluster(try ClusterFolder(cluster)).session.cluster, SubmissionRecord())
        }
        let grader = try Grader(labs: labOptions, submissions: submissionOptions)
        let run = try grader.state(try grader.names(lab.map { [$0] } ?? []).first ?? "")
        return (run.session.cluster, run.record)
    }

    private func headers() throws -> [(name: String, value: String)] {
        try header.map { text in
            guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
                throw CommandError(.usage, "'\(text)' is no header: write 'Name: value'.")
            }
            return (String(text[..<colon]), String(text[text.index(after: colon)...].drop { $0 == " " }))
        }
    }

    private func origin(in store: Store) throws -> RequestOrigin {
        let parts = from.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first ?? "", parts.count) {
        case ("outside", 1): return .outside
        case ("node", 2), ("nodes", 2), ("no", 2):
            guard store.get(.nodes, name: parts[1]) != nil else { throw unknown("node", parts[1], among: store.list(.nodes).map(\.name)) }
            return .node(parts[1])
        case ("pod", 2...3), ("pods", 2...3), ("po", 2...3):
            let space = parts.count == 3 ? parts[1] : namespace
            guard store.get(.pods, namespace: space, name: parts[parts.count - 1]) != nil else {
                throw unknown("pod", "\(space)/\(parts[parts.count - 1])", among: store.list(.pods).map { "\($0.namespace)/\($0.name)" })
            }
            return .pod(namespace: space, name: parts[parts.count - 1])
        default: throw CommandError(.usage, "'\(from)' is no place that a request can start from: write outside, node/NAME, pod/NAME or pod/NAMESPACE/NAME.")
        }
    }

    private func unknown(_ kind: String, _ name: String, among names: [String]) -> CommandError {
        let near = NearestName.of(name, among: names).map { " Did you mean \($0)?" } ?? ""
        let list = names.sorted().prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
        return CommandError(.usage, "The cluster has no \(kind) \(name).\(near) \(names.isEmpty ? "It has none." : "There are \(list).")")
    }
}
