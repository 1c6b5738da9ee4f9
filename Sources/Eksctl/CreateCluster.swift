import CloudModel
import KubernetesObjects
import SimulationKernel

extension EksctlRun {
    /// `eksctl create cluster`.
    ///
    /// - Source: eksctl `pkg/ctl/create/cluster.go`; a control plane takes about nine minutes, a node group about two and a half.
    func createCluster() throws(ConfigError) {
        let config = try config()
        if arguments.isOn("dry-run") {
            environment.writeOutput(dryRun(config).yaml())
            return
        }
        if account.eksClusters[config.name] != nil {
            begin(config)
            let stack = "eksctl-\(config.name)-cluster"
            log.critical(
                "creating CloudFormation stack \"\(stack)\": operation error CloudFormation: CreateStack, https response error StatusCode: 400, AlreadyExistsException: Stack [\(stack)] already exists")
            throw ConfigError("failed to create cluster \"\(config.name)\"")
        }
        begin(config)
        announce(config)
        var cluster = EKSCluster(config: config, createdAt: account.now)
        let stack = "eksctl-\(config.name)-cluster"
        log.info("building cluster stack \"\(stack)\"")
        log.info("deploying stack \"\(stack)\"")
        for seconds in [30, 30, 60, 60, 60, 60, 60, 60, 60, 60] {
            account.advance(by: .seconds(seconds))
            log.info("waiting for CloudFormation stack \"\(stack)\"")
        }
        if cluster.addons.isEmpty, !config.isAutoMode { cluster.addons = defaultAddons(config).filter { $0 != "metrics-server" } }
        account.eksClusters[config.name] = cluster
        for addon in cluster.addons where addon != "metrics-server" {
            log.info("creating addon: \(addon)")
            log.info("successfully created addon: \(addon)")
        }
        var instances: [EC2Instance] = []
        for group in arguments.isOn("without-nodegroup") ? [] : config.nodeGroups { instances += launch(group, config: config) }
        log.info("waiting for the control plane to become ready")
        cluster.instances = instances
        account.eksClusters[config.name] = cluster
        log.success("saved kubeconfig as \"\(kubeconfigPath)\"")
        log.info("no tasks")
        log.success("all EKS cluster resources for \"\(config.name)\" have been created")
        for group in arguments.isOn("without-nodegroup") ? [] : config.nodeGroups {
            let own = instances.filter { $0.nodeGroup == group.name }
            reportNodes(own, group: group.name)
            if group.minimum > 0 {
                log.info("waiting for at least \(group.minimum) node(s) to become ready in \"\(group.name)\"")
                try waitForNodes(own, minimum: min(group.minimum, own.count), group: group.name)
                reportNodes(own, group: group.name)
            }
        }
        for (groups, kind) in [(config.selfManagedNodeGroups, "nodegroup(s)"), (config.managedNodeGroups, "managed nodegroup(s)")] where !groups.isEmpty {
            log.success("created \(groups.count) \(kind) in cluster \"\(config.name)\"")
        }
        if config.addons.isEmpty, !config.isAutoMode {
            log.info("creating addon: metrics-server")
            log.info("successfully created addon: metrics-server")
            account.eksClusters[config.name]?.addons.append("metrics-server")
        }
        log.info("kubectl command should work with \"\(kubeconfigPath)\", try 'kubectl get nodes'")
        log.success("EKS cluster \"\(config.name)\" in \"\(config.region)\" region is ready")
    }

    var kubeconfigPath: String { arguments["kubeconfig"] ?? "/root/.kube/config" }

    private func begin(_ config: ClusterConfig) {
        log.info("eksctl version \(EKSVersions.eksctlVersion)")
        log.info("using region \(config.region)")
        if config.areZonesChosen { log.info("setting availability zones to [\(config.zones.joined(separator: " "))]") }
        let layout = VPCLayout(config: config)
        for zone in config.zones {
            log.info(
                "subnets for \(zone) - public:\(layout.subnet(zone: zone, isPrivate: false).description) private:\(layout.subnet(zone: zone, isPrivate: true).description)")
        }
        for group in config.nodeGroups {
            log.info("nodegroup \"\(group.name)\" will use \"\(group.isManaged ? "" : "ami-0c1f2e3d4a5b6c7d8")\" [\(group.amiFamily)/\(config.version)]")
            let ssh = group.value["ssh"]
            guard ssh?["allow"]?.boolValue == true else { continue }
            if let path = ssh?["publicKeyPath"]?.stringValue {
                log.info("using SSH public key \"\(path)\" as \"eksctl-\(config.name)-nodegroup-\(group.name)-\(fingerprint(path))\" ")
            } else if let name = ssh?["publicKeyName"]?.stringValue {
                log.info("using EC2 key pair \"\(name)\"")
            }
        }
    }

    /// Eight pairs of digits that stand for a key, the same for the same path.
    private func fingerprint(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return stride(from: 0, to: 16, by: 2).map { String(padded.dropFirst($0).prefix(2)) }.joined(separator: ":")
    }

    private func announce(_ config: ClusterConfig) {
        if config.value["autoModeConfig"]?["enabled"] == nil {
            log.warning(
                "Auto Mode will be enabled by default in an upcoming release of eksctl. This means managed node groups and managed networking add-ons will no longer be created by default. To maintain current behavior, explicitly set 'autoModeConfig.enabled: false' in your cluster configuration. Learn more: https://eksctl.io/usage/auto-mode/")
        }
        log.info("using Kubernetes version \(config.version)")
        var parts: [String] = []
        if !config.fargateProfiles.isEmpty { parts.append("Fargate profile") }
        if !config.managedNodeGroups.isEmpty { parts.append("managed nodes") }
        if !config.selfManagedNodeGroups.isEmpty { parts.append("un-managed nodes") }
        let with = parts.isEmpty ? "" : " with \(parts.joined(separator: " and "))"
        log.info("creating EKS cluster \"\(config.name)\" in \"\(config.region)\" region\(with)")
        let names = config.nodeGroups.map(\.name)
        if !names.isEmpty {
            let word = names.count == 1 ? "nodegroup (\(names[0])) was" : "nodegroups (\(names.joined(separator: ", "))) were"
            log.info("\(names.count) \(word) included (based on the include/exclude rules)")
        }
        for (groups, kind) in [(config.selfManagedNodeGroups, "nodegroup"), (config.managedNodeGroups, "managed nodegroup")] where !groups.isEmpty {
            log.info("will create a CloudFormation stack for cluster itself and \(groups.count) \(kind) stack(s)")
        }
        log.info(
            "if you encounter any issues, check CloudFormation console or try 'eksctl utils describe-stacks --region=\(config.region) --cluster=\(config.name)'")
        let endpoints = config.value["vpc"]?["clusterEndpoints"]
        let (isPublic, isPrivate) = (endpoints?["publicAccess"]?.boolValue ?? true, endpoints?["privateAccess"]?.boolValue ?? false)
        let manner = isPublic && !isPrivate ? "use default of" : "use provided values"
        log.info(
            "Kubernetes API endpoint access will \(manner) {publicAccess=\(isPublic), privateAccess=\(isPrivate)} for cluster \"\(config.name)\" in \"\(config.region)\"")
        logLogging(config)
        if config.addons.isEmpty, !config.isAutoMode {
            log.info("default addons \(defaultAddons(config).joined(separator: ", ")) were not specified, will install them as EKS addons")
        }
        environment.writeOutput(TaskTree.text(for: config))
    }

    private func logLogging(_ config: ClusterConfig) {
        let enabled = config.loggingTypes
        guard !enabled.isEmpty else {
            log.info("CloudWatch logging will not be enabled for cluster \"\(config.name)\" in \"\(config.region)\"")
            log.info(
                "you can enable it with 'eksctl utils update-cluster-logging --enable-types={SPECIFY-YOUR-LOG-TYPES-HERE (e.g. all)} --region=\(config.region) --cluster=\(config.name)'")
            return
        }
        let on = ClusterConfig.logTypes.filter(enabled.contains)
        let off = ClusterConfig.logTypes.filter { !enabled.contains($0) }
        let disabled = off.isEmpty ? "no types disabled" : "disabled types: \(off.joined(separator: ", "))"
        log.info(
            "configuring CloudWatch logging for cluster \"\(config.name)\" in \"\(config.region)\" (enabled types: \(on.joined(separator: ", ")) & \(disabled))")
    }

    private func defaultAddons(_ config: ClusterConfig) -> [String] { ["vpc-cni", "kube-proxy", "coredns", "metrics-server"] }

    /// Starts the machines of a group and waits for their stack.
    func launch(_ group: NodeGroupConfig, config: ClusterConfig) -> [EC2Instance] {
        let stack = "eksctl-\(config.name)-nodegroup-\(group.name)"
        log.info("building \(group.isManaged ? "managed " : "")nodegroup stack \"\(stack)\"")
        log.info("deploying stack \"\(stack)\"")
        var instances: [EC2Instance] = []
        for _ in 0..<max(group.desired, 0) {
            let zone = InstanceLauncher.nextZone(group.zones, occupied: instances.map(\.zone))
            instances.append(account.launcher.launch(group, of: config, zone: zone))
        }
        account.boot(instances)
        for seconds in [30, 30, 60, 40] {
            account.advance(by: .seconds(seconds))
            log.info("waiting for CloudFormation stack \"\(stack)\"")
        }
        return instances
    }

    /// The configuration with its defaults, as `--dry-run` prints it.
    private func dryRun(_ config: ClusterConfig) -> Value {
        var value = config.value
        value["metadata", "version"] = .string(config.version)
        value["availabilityZones"] = Value(config.zones)
        if value["cloudWatch"]?["clusterLogging"] == nil { value["cloudWatch", "clusterLogging"] = [:] }
        return value
    }
}

/// The plan that eksctl prints before it begins.
///
/// - Source: eksctl `pkg/utils/tasks`.
enum TaskTree {
    static func text(for config: ClusterConfig) -> String {
        var inner = ["1 task: { create addons }", "wait for control plane to become ready"]
        if config.value["iam"]?["withOIDC"]?.boolValue == true { inner.append("associate IAM OIDC provider") }
        for account in config.value["iam"]?["serviceAccounts"]?.elements ?? [] {
            let name = "\(account["metadata"]?["namespace"]?.stringValue ?? "default")/\(account["metadata"]?["name"]?.stringValue ?? "")"
            inner.append("2 sequential sub-tasks: { create IAM role for serviceaccount \"\(name)\", create serviceaccount \"\(name)\" }")
        }
        if config.value["cloudWatch"]?["clusterLogging"]?["logRetentionInDays"] != nil { inner.append("update CloudWatch log retention") }
        if !config.fargateProfiles.isEmpty { inner.append("create fargate profiles") }
        let after = sequence(inner, indent: 8)
        let groups = config.nodeGroups.map { "create \($0.isManaged ? "managed " : "")nodegroup \"\($0.name)\"" }
        let create = "create cluster control plane \"\(config.name)\""
        if groups.isEmpty { return "\n2 sequential tasks: { \(create), \n    \(after.dropLast(0)) \n}\n" }
        let nodes = groups.count == 1 ? groups[0] : "\(groups.count) parallel sub-tasks: { \n" + groups.map { "            \($0),\n" }.joined() + "        }"
        return "\n2 sequential tasks: { \(create), \n    2 sequential sub-tasks: { \n        \(after),\n        \(nodes),\n    } \n}\n"
    }

    private static func sequence(_ tasks: [String], indent: Int) -> String {
        if tasks.count == 1 { return tasks[0] }
        let spaces = String(repeating: " ", count: indent)
        return "\(tasks.count) sequential sub-tasks: { \n" + tasks.map { "\(spaces)    \($0),\n" }.joined() + "\(spaces)}"
    }
}
