import CloudModel
import KubernetesObjects
import SimulationKernel

/// One call of eksctl: its arguments and what its steps share.
struct EksctlRun {
    let account: any CloudAccount
    let environment: EksctlEnvironment
    let arguments: EksctlArguments

    var log: EksctlLog { EksctlLog(account: account, write: environment.writeOutput) }

    /// The document of `-f`.
    func configDocument() throws(ConfigError) -> (document: Value, fileName: String) {
        let file = arguments["config-file"] ?? ""
        let text: String
        if file == "-" {
            text = environment.standardInput()
        } else if let found = environment.readFile(file) {
            text = found
        } else {
            throw ConfigError("reading config file \"\(file)\": open \(file): no such file or directory")
        }
        do {
            return (try YAMLReader().documents(text).first?.value ?? .null, file)
        } catch {
            throw ConfigError("loading config file \"\(file)\": error converting YAML to JSON: \(error.message)")
        }
    }

    /// The configuration of `-f`, or of flags.
    func config() throws(ConfigError) -> ClusterConfig {
        if arguments.has("config-file") {
            try arguments.checkAgainstConfigFile()
            let (document, file) = try configDocument()
            return try ClusterConfig(document: document, fileName: file, hasKeyFile: account.hasFile)
        }
        return try ClusterConfig(document: try documentOfFlags(), fileName: "", hasKeyFile: account.hasFile)
    }

    /// What the flags of `create cluster` stand for.
    private func documentOfFlags() throws(ConfigError) -> Value {
        let name = arguments["name"] ?? arguments.positional.first ?? "fabulous-mushroom-\(account.now.seconds)"
        guard let region = arguments["region"] else {
            throw ConfigError("AWS Region must be set, please set the AWS Region in AWS config file or as environment variable")
        }
        var document: Value = [
            "apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig", "metadata": ["name": .string(name), "region": .string(region)],
        ]
        if let version = arguments["version"] { document["metadata", "version"] = .string(version) }
        if let zones = arguments["zones"] { document["availabilityZones"] = Value(zones.split(separator: ",").map(String.init)) }
        if let cidr = arguments["vpc-cidr"] { document["vpc", "cidr"] = .string(cidr) }
        if arguments.isOn("with-oidc") { document["iam", "withOIDC"] = true }
        if arguments.isOn("fargate") {
            document["fargateProfiles"] = [["name": "fp-default", "selectors": [["namespace": "default"], ["namespace": "kube-system"]]]]
        } else if !arguments.isOn("without-nodegroup") {
            document[arguments["managed"] == "false" ? "nodeGroups" : "managedNodeGroups"] = [try groupOfFlags()]
        }
        return document
    }

    func groupOfFlags() throws(ConfigError) -> Value {
        var group: Value = ["name": .string(arguments["nodegroup-name"] ?? arguments["name"].flatMap { arguments.has("cluster") ? $0 : nil } ?? "ng-1")]
        if let type = arguments["node-type"] { group["instanceType"] = .string(type) }
        if let types = arguments["instance-types"] { group["instanceTypes"] = Value(types.split(separator: ",").map(String.init)) }
        if let count = try arguments.number("nodes") { group["desiredCapacity"] = Value(count) }
        if let count = try arguments.number("nodes-min") { group["minSize"] = Value(count) }
        if let count = try arguments.number("nodes-max") { group["maxSize"] = Value(count) }
        if let size = try arguments.number("node-volume-size") { group["volumeSize"] = Value(size) }
        if let family = arguments["node-ami-family"] { group["amiFamily"] = .string(family) }
        if arguments.isOn("node-private-networking") { group["privateNetworking"] = true }
        if arguments.isOn("spot") { group["spot"] = true }
        if arguments.isOn("ssh-access") { group["ssh"] = ["allow": true] }
        if let key = arguments["ssh-public-key"] { group["ssh", "publicKeyPath"] = .string(key) }
        for pair in (arguments["node-labels"] ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { group["labels", parts[0]] = .string(parts[1]) }
        }
        return group
    }

    /// The cluster that `--cluster`, `--name` or `-f` names.
    func namedCluster(_ flag: String = "cluster") throws(ConfigError) -> EKSCluster {
        var name = arguments[flag] ?? arguments.positional.first ?? ""
        if name.isEmpty, arguments.has("config-file") { name = try configDocument().document["metadata"]?["name"]?.stringValue ?? "" }
        if name.isEmpty { throw ConfigError("--\(flag) must be set") }
        guard let cluster = account.eksClusters[name] else {
            throw ConfigError(
                "unable to describe control plane \"\(name)\": operation error EKS: DescribeCluster, https response error StatusCode: 404, ResourceNotFoundException: No cluster found for name: \(name).")
        }
        return cluster
    }

    /// Waits until at least `minimum` nodes of a group are ready, for at most 25 minutes.
    func waitForNodes(_ instances: [EC2Instance], minimum: Int, group: String) throws(ConfigError) {
        var waited = 0
        while instances.filter({ account.isNodeReady($0.nodeName) }).count < minimum {
            guard waited < 25 * 60 else {
                throw ConfigError(
                    "timed out waiting for at least \(minimum) nodes to join the cluster and become ready in \"\(group)\": context deadline exceeded")
            }
            account.advance(by: .seconds(5))
            waited += 5
        }
    }

    func reportNodes(_ instances: [EC2Instance], group: String) {
        log.info("nodegroup \"\(group)\" has \(instances.count) node(s)")
        for instance in instances.sorted(by: { $0.nodeName < $1.nodeName }) {
            log.info("node \"\(instance.nodeName)\" is \(account.isNodeReady(instance.nodeName) ? "ready" : "not ready")")
        }
    }

    /// Lines of cells, each column as wide as its widest cell, with tabs as eksctl's table printer lays them out.
    func table(_ rows: [[String]]) -> String {
        rows.map { $0.joined(separator: "\t") + "\n" }.joined()
    }
}
