import APIMachinery
import Autoscaling
import Cluster
import Foundation
import Kubectl
import KubernetesObjects
import LabEngine
import Shell
import SimulationKernel

/// Runs a scenario against a simulated cluster, in process and in virtual time, and describes what happened as a recording does.
final class ScenarioRun {
    private let scenario: Scenario
    private let session: ClusterSession
    private var shell: ShellSession
    private var names: VolatileNames
    private static let directory = "/oracle-run/work"
    /// How long a command takes: what a real kubectl needs for a round trip.
    private static let commandTime: Duration = .milliseconds(120)

    init(_ scenario: Scenario) {
        self.scenario = scenario
        session = ClusterSession(Cluster(profile: .recording, seed: 1))
        names = VolatileNames(inputs: scenario.inputs, masksNodes: scenario.masksNodes)
        var files = VirtualFileSystem.standard()
        for (name, bytes) in scenario.files where name != "scenario.yaml" && name != "expected.json" {
            files.install(bytes, at: "\(Self.directory)/\(name)")
        }
        try? files.makeDirectory(Self.directory, intermediates: true)
        files.install(Array(Self.kubeconfig(namespace: scenario.namespace).json().utf8), at: Self.configPath)
        var configuration = ShellConfiguration()
        configuration.hostCommands["kubectl"] = HostCommand()
        shell = ShellSession(
            files: files, configuration: configuration,
            environment: [("NAMESPACE", scenario.namespace ?? "default"), ("HOME", "/oracle-run/home"), ("KUBECONFIG", Self.configPath), ("TZ", "UTC")], directory: Self.directory)
    }

    /// The run as a recording describes it.
    func outcome() -> Value {
        session.settle()
        for namespace in scenario.namespaces {
            _ = kubectl(["create", "namespace", namespace])
            for label in scenario.namespaceLabels { _ = kubectl(["label", "namespace", namespace] + label.split(separator: " ").map(String.init)) }
        }
        session.settle()
        session.advance(by: .seconds(1))
        var raw: [(step: Scenario.Step, status: Int, output: String, errors: String)] = []
        for step in scenario.steps {
            let result = run(step.run, input: step.stdin)
            raw.append((step, result.status, result.outputText, result.errorText))
            for settle in step.settle { self.settle(settle) }
        }
        var timeline: [Value]?
        if let file = scenario.document["timeline"]?.stringValue {
            var feed = TimelineFeed(load: document(file), namespace: scenario.namespace ?? "default")
            timeline = feed.run(session)
            for step in scenario.after {
                let result = run(step.run, input: step.stdin)
                raw.append((step, result.status, result.outputText, result.errorText))
            }
        }
        if !scenario.observations.isEmpty { for settle in scenario.finalSettle where settle != "none" { self.settle(settle, isFinal: true) } }
        learn()
        return describe(raw, timeline: timeline)
    }

    // MARK: Running

    private func run(_ line: String, input: String = "") -> ShellSession.Result {
        let session = session
        return shell.run(
            line, input: Array(input.utf8), clock: { session.now.nanoseconds },
            sleep: { wake in session.advance(by: max(Instant(nanoseconds: wake) - session.now, .zero)) },
            host: { context in
                let files = ShellFiles(context.files, directory: context.call.directory)
                let answer = self.kubectl(Array(context.call.arguments.dropFirst()), input: context.call.input, files: files)
                context.files = files.system
                context.now = session.now.nanoseconds
                return answer
            })
    }

    private func kubectl(_ arguments: [String], input: [UInt8] = [], files: ShellFiles? = nil) -> HostAnswer {
        session.advance(by: Self.commandTime)
        var answer = HostAnswer()
        var output = ""
        var errors = ""
        let files = files ?? ShellFiles(shell.files, directory: Self.directory)
        var environment = KubectlEnvironment(files: files, writeOutput: { output += $0 }, writeError: { errors += $0 })
        environment.standardInput = { input }
        environment.variables = ["HOME": "/oracle-run/home", "KUBECONFIG": Self.configPath]
        environment.serverAddress = Self.server
        environment.reaches = { $0 == Self.server }
        let kubectl = Kubectl(client: session, environment: environment)
        answer.status = Int(kubectl.run(arguments))
        session.user = .admin
        answer.output = Array(output.utf8)
        answer.errors = Array(errors.utf8)
        return answer
    }

    private static let server = "https://127.0.0.1:20443"
    private static let configPath = "/oracle-run/home/config"

    private static func kubeconfig(namespace: String?) -> Value {
        [
            "apiVersion": "v1", "kind": "Config", "current-context": "recording",
            "clusters": [["name": "recording", "cluster": ["server": .string(server)]]],
            "users": [["name": "admin", "user": ["token": "admin"]]],
            "contexts": [["name": "recording", "context": ["cluster": "recording", "user": "admin", "namespace": .string(namespace ?? "default")]]],
        ]
    }

    private func settle(_ value: Value, isFinal: Bool = false) {
        if value == "stable" {
            waitUntilStable(quiet: isFinal ? .seconds(2) : .milliseconds(1300))
        } else if let seconds = value.doubleValue {
            session.advance(by: .nanoseconds(Int64(seconds * 1e9)))
        } else if let line = value.stringValue {
            _ = run(line)
        } else if let line = value["until"]?.stringValue {
            let limit = session.now + .seconds(value["timeout"]?.intValue ?? 30)
            while session.now < limit {
                let result = run(line)
                if let wanted = value["equals"], result.outputText.trimmingCharacters(in: .whitespacesAndNewlines) == text(wanted) { break }
                if let pattern = value["matches"]?.stringValue, Pattern(pattern).isFound(in: result.outputText + result.errorText) { break }
                if let code = value["exit"]?.intValue, result.status == code { break }
                session.advance(by: .milliseconds(200))
            }
        }
    }

    /// Polls as the recorder does until nothing has changed for a while, for at most 40 seconds.
    private func waitUntilStable(quiet: Duration) {
        let end = session.now + .seconds(40)
        var (before, since) = ([String](), session.now)
        while session.now < end {
            // The recorder rests 400 ms between polls, and a poll of its own takes about 100 ms.
            session.advance(by: .milliseconds(100))
            learn()
            let store = session.cluster.store
            let present = scenario.namespaces.flatMap { namespace in
                Self.watched.flatMap { resource in store.list(resource, namespace: namespace).map { "\($0.kind)/\($0.name)/\($0.resourceVersion)" } }
            }
            if present != before {
                (before, since) = (present, session.now)
            } else if session.now - since >= quiet {
                return
            }
            session.advance(by: .milliseconds(400))
        }
    }

    private static let watched: [GroupResource] = learned + [
        .configMaps, .cronJobs, .daemonSets, .deployments, .endpoints, .horizontalPodAutoscalers, .ingresses, .networkPolicies,
        .persistentVolumeClaims, .podDisruptionBudgets, .replicationControllers, .resourceQuotas, .secrets, .serviceAccounts, .statefulSets,
    ]

    private func text(_ value: Value) -> String { value.stringValue ?? value.json(.compact) }

    private func document(_ file: String) -> Value {
        (try? YAMLReader().documents(String(decoding: scenario.files[file] ?? [], as: UTF8.self)).first?.value) ?? [:]
    }

    // MARK: Looking

    private static let learned: [GroupResource] = [.pods, .replicaSets, .controllerRevisions, .services, .endpointSlices, .jobs, .nodes]

    private func learn() {
        let store = session.cluster.store
        for namespace in scenario.namespaces {
            names.learn(Self.learned.flatMap { resource in store.list(resource, namespace: resource == .nodes ? nil : namespace) })
        }
    }

    private func observe(_ observation: Scenario.Observation) -> [Value] {
        let answer = kubectl(["get"] + observation.arguments + ["-o", "json", "--show-managed-fields", "--ignore-not-found"])
        guard answer.status == 0, let value = try? Value(parsingJSON: String(decoding: answer.output, as: UTF8.self)) else { return [] }
        if value.kind.hasSuffix("List"), let items = value["items"]?.arrayValue { return items }
        return [value]
    }

    private func describe(_ raw: [(step: Scenario.Step, status: Int, output: String, errors: String)], timeline: [Value]?) -> Value {
        var state: [(key: String, items: [Value])] = []
        for observation in scenario.observations { state.append((observation.key, observe(observation))) }
        for entry in state { names.learn(entry.items) }
        var all = raw.map { $0.output + "\n" + $0.errors }.joined(separator: "\n")
        for (observation, entry) in zip(scenario.observations, state) where observation.isEvents {
            let ordered = entry.items.sorted { (Int($0.resourceVersion) ?? 0) < (Int($1.resourceVersion) ?? 0) }
            all += ordered.map { $0["message"]?.stringValue ?? "" }.joined(separator: "\n")
        }
        names.learn(text: all, deployments: scenario.deployments)

        var result: Value = ["kubernetes": "v1.36.2", "steps": [], "state": [:]]
        for (step, status, output, errors) in raw { result["steps", default: []].append(describe(step, status, output, errors)) }
        for (observation, entry) in zip(scenario.observations, state) {
            if observation.isEvents {
                result["events", default: [:]][observation.key] = .array(events(entry.items))
                continue
            }
            let objects = entry.items.map { object -> Value in
                var normal = ObjectNormalisation.normalised(object, names: names, keepsManagedFields: scenario.keepsManagedFields)
                for drop in scenario.drops { ObjectNormalisation.drop(drop[...], from: &normal) }
                return normal
            }
            result["state", default: [:]][observation.key] = .array(
                zip(entry.items, objects).filter { !ObjectNormalisation.isLeftOut($0.0) }.map(\.1))
        }
        if let timeline { result["timeline"] = .array(timeline) }
        return result
    }

    private func describe(_ step: Scenario.Step, _ status: Int, _ output: String, _ errors: String) -> Value {
        func cleaned(_ text: String) -> String {
            TextNormalisation.normalised(text.replacingOccurrences(of: Self.directory, with: "<dir>"), names: names)
        }
        func sortedLines(_ text: String) -> Value {
            Value(cleaned(text).components(separatedBy: "\n").filter { !$0.trimmingCharacters(in: .whitespaces).isEmpty }.sorted())
        }
        var entry: Value = ["run": .string(step.run)]
        for what in step.compare {
            switch what {
            case "exit": entry["exit"] = Value(status)
            case "stdout":
                entry["stdout"] = .string(cleaned(output))
                if TextNormalisation.isAligned(output) == true { entry["aligned"] = true }
            case "stderr": entry["stderr"] = .string(cleaned(errors))
            case "stdout-sorted": entry[what] = sortedLines(output)
            case "stderr-sorted": entry[what] = sortedLines(errors)
            case "stdout-last": entry[what] = .string(lastLine(cleaned(output)))
            case "stderr-last": entry[what] = .string(lastLine(cleaned(errors)))
            default: break
            }
        }
        return entry
    }

    private func lastLine(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines).components(separatedBy: "\n").last ?? ""
    }

    private func events(_ items: [Value]) -> [Value] {
        var counts: [Value: Set<String>] = [:]
        for event in items {
            let source = event["reportingComponent"]?.stringValue ?? ""
            let component = source.isEmpty ? event["source"]?["component"]?.stringValue ?? "" : source
            let reason = event["reason"]?.stringValue ?? ""
            if component == "kubelet" || TextNormalisation.noiseReasons.contains(reason) || scenario.ignoredReasons.contains(reason) { continue }
            let involved = event["involvedObject"]
            let object = "\(involved?["kind"]?.stringValue ?? "")/\(involved?["name"]?.stringValue ?? "")"
            let message = event["message"]?.stringValue ?? ""
            let raw = scenario.masksNodes ? Pattern(#"\bnode-[1-9]\b"#).replace(in: message, with: "<node>") : message
            let key: Value = [
                "type": event["type"] ?? .null, "reason": .string(reason), "message": .string(names.masked(message)),
                "object": .string(names.masked(object)), "component": .string(component),
            ]
            counts[key, default: []].insert(object + "\u{0}" + raw)
        }
        return counts.map { key, raw in
            var entry = key
            entry["n"] = Value(raw.count)
            return entry
        }
    }
}
