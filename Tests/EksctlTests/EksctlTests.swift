import CloudModel
import Eksctl
import KubernetesObjects
import SimulationKernel
import Testing

/// eksctl on an account that only keeps what it is told.
@Suite struct EksctlTests {
    final class Account: CloudAccount {
        var eksClusters: [String: EKSCluster] = [:]
        var launcher = InstanceLauncher(seed: 1)
        var now = Instant.simulationStart
        var ready: Set<String> = []
        func advance(by duration: Duration) { now += duration }
        func boot(_ instances: [EC2Instance]) { ready.formUnion(instances.map(\.nodeName)) }
        func terminate(_ instances: [EC2Instance]) { ready.subtract(instances.map(\.nodeName)) }
        func isNodeReady(_ name: String) -> Bool { ready.contains(name) }
        func hasFile(_ path: String) -> Bool { path != "missing.pub" }
    }

    static let config = """
        apiVersion: eksctl.io/v1alpha5
        kind: ClusterConfig
        metadata: {name: demo, region: ap-southeast-1}
        managedNodeGroups:
        - {name: ng-1, desiredCapacity: 3, minSize: 1, maxSize: 5}
        """

    static func run(_ words: [String], files: [String: String] = ["c.yaml": config], on account: Account = Account()) -> (
        status: Int32, output: String, errors: String, account: Account
    ) {
        var output = ""
        var errors = ""
        var eksctl = Eksctl(
            account: account,
            environment: EksctlEnvironment(writeOutput: { output += $0 }, writeError: { errors += $0 }, readFile: { files[$0] }))
        let status = eksctl.run(words)
        return (status, output, errors, account)
    }

    @Test func `creates a cluster and waits for its nodes`() {
        let result = Self.run(["create", "cluster", "-f", "c.yaml"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.account.ready.count == 3)
        #expect(result.output.contains("[✔]  EKS cluster \"demo\" in \"ap-southeast-1\" region is ready"))
        #expect(result.output.contains("[ℹ]  nodegroup \"ng-1\" has 3 node(s)"))
        #expect(result.output.contains("create managed nodegroup \"ng-1\""))
    }

    @Test func `a second cluster of the name is refused`() {
        let first = Self.run(["create", "cluster", "-f", "c.yaml"])
        let second = Self.run(["create", "cluster", "-f", "c.yaml"], on: first.account)
        #expect(second.status == 1)
        #expect(second.errors == "Error: failed to create cluster \"demo\"\n")
    }

    @Test(arguments: [
        (["create", "cluster", "-f", "none.yaml"], "Error: reading config file \"none.yaml\": open none.yaml: no such file or directory\n"),
        (["create", "cluster", "-f", "c.yaml", "--region", "us-west-2"], "Error: cannot use --region when --config-file/-f is set\n"),
        (["create", "cluster", "-f", "c.yaml", "demo"], "Error: cannot use name argument when --config-file/-f is set\n"),
        (["create", "cluster", "--nope"], "Error: unknown flag: --nope\n"),
        (["get", "nodegroup"], "Error: --cluster must be set\n"),
        (["frobnicate"], "Error: unknown command \"frobnicate\" for \"eksctl\"\nRun 'eksctl --help' for usage.\n"),
    ])
    func `refuses in eksctl's words`(words: [String], message: String) {
        let result = Self.run(words)
        #expect(result.status == 1)
        #expect(result.errors == message)
    }

    @Test func `a dry run makes nothing and prints the defaults`() {
        let result = Self.run(["create", "cluster", "-f", "c.yaml", "--dry-run"])
        #expect(result.status == 0)
        #expect(result.account.eksClusters.isEmpty)
        #expect(result.output.contains("instanceType: m5.large"))
        #expect(result.output.contains("amiFamily: AmazonLinux2023"))
    }

    @Test func `scales a node group within its bounds`() {
        let made = Self.run(["create", "cluster", "-f", "c.yaml"])
        let scaled = Self.run(["scale", "nodegroup", "--cluster", "demo", "--name", "ng-1", "--nodes", "5"], on: made.account)
        #expect(scaled.status == 0)
        #expect(scaled.account.ready.count == 5)
        let over = Self.run(["scale", "nodegroup", "--cluster", "demo", "--name", "ng-1", "--nodes", "9"], on: made.account)
        #expect(over.errors.contains("desired capacity 9 can't be greater than max size 5"))
    }

    @Test func `deletes what it made`() {
        let made = Self.run(["create", "cluster", "-f", "c.yaml"])
        let gone = Self.run(["delete", "cluster", "--name", "demo"], on: made.account)
        #expect(gone.status == 0)
        #expect(gone.account.ready.isEmpty)
        #expect(Self.run(["get", "cluster"], on: made.account).output == "No clusters found\n")
    }

    @Test func `no words crash it`() {
        var stream = RandomStream(seed: 5, name: "eksctl")
        let vocabulary = ["create", "cluster", "get", "scale", "nodegroup", "-f", "c.yaml", "--name", "demo", "--nodes", "x", "-1", "=", "--", "-", "", "ng-1", "--cluster", "delete", "utils"]
        for _ in 0..<300 {
            let words = (0..<stream.below(7)).map { _ in vocabulary[stream.below(vocabulary.count)] }
            _ = Self.run(words)
        }
    }
}
