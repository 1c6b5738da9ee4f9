import CloudModel
import KubernetesObjects
import SimulationKernel

/// Where eksctl's words go and its files come from.
package struct EksctlEnvironment {
    package var writeOutput: (String) -> Void
    package var writeError: (String) -> Void
    /// The text of a file; nil when there is none.
    package var readFile: (String) -> String?
    package var standardInput: () -> String

    package init(
        writeOutput: @escaping (String) -> Void, writeError: @escaping (String) -> Void, readFile: @escaping (String) -> String?,
        standardInput: @escaping () -> String = { "" }
    ) {
        self.writeOutput = writeOutput
        self.writeError = writeError
        self.readFile = readFile
        self.standardInput = standardInput
    }
}

/// eksctl on a simulated AWS account.
///
/// - Source: eksctl 0.231: its commands, messages and order of checks.
package struct Eksctl {
    let account: any CloudAccount
    let environment: EksctlEnvironment
    /// What went wrong last, with the fields that it is about.
    package private(set) var lastError: ConfigError?

    package init(account: any CloudAccount, environment: EksctlEnvironment) {
        self.account = account
        self.environment = environment
    }

    /// Runs one command; the words do not hold `eksctl` itself.
    ///
    /// - Returns: 0, or 1 with the error on standard error.
    package mutating func run(_ words: [String]) -> Int32 {
        do {
            try dispatch(words)
            return 0
        } catch {
            lastError = error
            environment.writeError("Error: \(error.message)\n")
            return 1
        }
    }

    private func dispatch(_ words: [String]) throws(ConfigError) {
        if words.isEmpty || words.contains("--help") || words.contains("-h") || words.first == "help" {
            environment.writeOutput(EksctlHelp.text(for: words.filter { !$0.hasPrefix("-") && $0 != "help" }))
            return
        }
        if words[0] == "version" {
            environment.writeOutput("\(EKSVersions.eksctlVersion)\n")
            return
        }
        guard words.count >= 2, let command = EksctlCommand.all.first(where: { $0.verb == words[0] && $0.names.contains(words[1]) }) else {
            if let second = words.dropFirst().first, EksctlCommand.all.contains(where: { $0.verb == words[0] }) {
                throw ConfigError("unknown command \"\(second)\" for \"eksctl \(words[0])\"")
            }
            throw ConfigError("unknown command \"\(words[0])\" for \"eksctl\"\nRun 'eksctl --help' for usage.")
        }
        let arguments = try EksctlArguments(Array(words.dropFirst(2)), command: command)
        let run = EksctlRun(account: account, environment: environment, arguments: arguments)
        switch command.identifier {
        case "create cluster": try run.createCluster()
        case "create nodegroup": try run.createNodeGroup()
        case "get cluster": try run.getClusters()
        case "get nodegroup": try run.getNodeGroups()
        case "get addon": try run.getAddons()
        case "scale nodegroup": try run.scaleNodeGroup()
        case "delete nodegroup": try run.deleteNodeGroup()
        case "delete cluster": try run.deleteCluster()
        case "utils write-kubeconfig": try run.writeKubeconfig()
        case "utils associate-iam-oidc-provider": try run.associateProvider()
        default: throw ConfigError("\(command.identifier) is not available in labs")
        }
    }
}
