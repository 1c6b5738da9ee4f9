import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl version`.
enum SmallCommands {
    static let version = Command(
        name: "version", summary: "Print the client and server version information", usage: "[flags]",
        flags: [.flag("client", nil, "Only the client's."), FlagSpec("output", short: "o", "yaml or json.")],
        run: { (invocation) throws(Failure) in
            let output = invocation.flags.string("output")
            if !["", "yaml", "json"].contains(output) { throw Failure("--output must be 'yaml' or 'json'") }
            if !invocation.arguments.isEmpty { throw Failure("unknown command \(goQuoted(invocation.arguments[0])) for \"kubectl version\"") }
            let version = invocation.environment.clientVersion
            let parts = version.drop { $0 == "v" }.split(separator: ".").map(String.init)
            let client: Value = [
                "major": .string(parts.first ?? ""), "minor": .string(parts.count > 1 ? parts[1] : ""), "gitVersion": .string(version),
                "gitCommit": .string(String(repeating: "0", count: 40)), "gitTreeState": "clean", "buildDate": "2026-01-01T00:00:00Z",
                "goVersion": "go1.26.0", "compiler": "gc", "platform": "linux/amd64",
            ]
            var answer: Value = ["clientVersion": client, "kustomizeVersion": "v5.8.1"]
            if !invocation.flags.bool("client") { answer["serverVersion"] = try invocation.get(path: "/version") }
            switch output {
            case "json": invocation.outLine(answer.json(.indented(by: 2)))
            // The document ends with a line end, and kubectl prints it as a line.
            case "yaml": invocation.outLine(answer.yaml())
            default:
                invocation.outLine("Client Version: \(version)")
                invocation.outLine("Kustomize Version: v5.8.1")
                if let server = answer["serverVersion"] { invocation.outLine("Server Version: \(server["gitVersion"]?.stringValue ?? "")") }
            }
        })
}
