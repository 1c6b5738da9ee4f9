import ArgumentParser

struct EksctlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eksctl", abstract: "Run eksctl on a cluster of your own and its AWS account.",
        discussion: """
            The words go to the cluster that the kubeconfig leads to: what eksctl makes there become node groups of it, its
            machines nodes. What eksctl waits for passes at once, so the cluster's time runs ahead by some minutes.

            Examples:
              labrunner cluster up empty --profile empty
              labrunner eksctl create cluster -f cluster.yaml
              labrunner eksctl scale nodegroup --cluster demo --name ng-1 --nodes 4
            """)

    @Argument(parsing: .captureForPassthrough, help: "The words of the eksctl command.") var words: [String] = []

    func run() throws {
        if words.isEmpty { return Host.write(Root.helpMessage(for: Self.self) + "\n") }
        let folder = try ClusterFolder.meant(nil)
        let call = EksctlCall(words: words)
        let answer: EksctlAnswer
        if let served = ServedCluster(folder) {
            guard let told = EksctlAnswer(try served.ask("eksctl", call.value)) else {
                throw CommandError(.defect, "Cluster \(folder.name) is served by another version of labrunner, which knows no eksctl.")
            }
            answer = told
        } else {
            answer = try DiskCluster(folder).run(call)
        }
        Host.write(answer.output)
        Host.talk(answer.errors)
        if answer.status != 0 { throw ExitCode(answer.status) }
    }
}
