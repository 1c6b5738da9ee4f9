import CloudModel
import KubernetesObjects
import SimulationKernel

extension EksctlRun {
    /// `eksctl get cluster`.
    func getClusters() throws(ConfigError) {
        if let name = arguments["name"] ?? arguments.positional.first {
            guard let cluster = account.eksClusters[name] else { _ = try namedCluster("name"); return }
            environment.writeOutput(
                table([
                    ["NAME", "VERSION", "STATUS", "CREATED", "VPC", "SUBNETS", "SECURITYGROUPS", "PROVIDER"],
                    [name, cluster.config.version, "ACTIVE", cluster.createdAt.rfc3339, "vpc-0a1b2c3d4e5f60718", "", "", "EKS"],
                ]))
            return
        }
        let clusters = account.eksClusters.keys.sorted().map { account.eksClusters[$0]! }
        if clusters.isEmpty {
            environment.writeOutput("No clusters found\n")
            return
        }
        environment.writeOutput(table([["NAME", "REGION", "EKSCTL CREATED"]] + clusters.map { [$0.config.name, $0.config.region, "True"] }))
    }

    /// `eksctl get nodegroup`.
    func getNodeGroups() throws(ConfigError) {
        let cluster = try namedCluster()
        let groups = cluster.groups.filter { arguments["name"] == nil || $0.name == arguments["name"] }
        if groups.isEmpty { throw ConfigError("No nodegroups found") }
        let rows = groups.map { state -> [String] in
            let config = cluster.config.nodeGroups.first { $0.name == state.name }
            let image = config.map { "\($0.amiFamily == "AmazonLinux2023" ? "AL2023" : $0.amiFamily)_x86_64_STANDARD" } ?? ""
            return [
                cluster.config.name, state.name, "ACTIVE", cluster.createdAt.rfc3339, String(state.minimum), String(state.maximum),
                String(state.desired), config?.instanceType ?? "", state.isManaged ? image : "ami-0c1f2e3d4a5b6c7d8", "eks-\(state.name)",
                state.isManaged ? "managed" : "unmanaged",
            ]
        }
        environment.writeOutput(
            table(
                [["CLUSTER", "NODEGROUP", "STATUS", "CREATED", "MIN SIZE", "MAX SIZE", "DESIRED CAPACITY", "INSTANCE TYPE", "IMAGE ID", "ASG NAME", "TYPE"]]
                    + rows))
    }

    /// `eksctl get addon`.
    func getAddons() throws(ConfigError) {
        let cluster = try namedCluster()
        log.info("Kubernetes version \"\(cluster.config.version)\" in use by cluster \"\(cluster.config.name)\"")
        environment.writeOutput(
            table(
                [["NAME", "VERSION", "STATUS", "ISSUES", "IAMROLE", "UPDATE AVAILABLE", "CONFIGURATION VALUES", "NAMESPACE", "POD IDENTITY ASSOCIATION ROLES"]]
                    + cluster.addons.sorted().map { [$0, "", "ACTIVE", "0", "", "", "", "kube-system", ""] }))
    }

    /// `eksctl scale nodegroup`.
    func scaleNodeGroup() throws(ConfigError) {
        var cluster = try namedCluster()
        let name = arguments["name"] ?? arguments.positional.first ?? ""
        let (desired, minimum, maximum) = (try arguments.number("nodes"), try arguments.number("nodes-min"), try arguments.number("nodes-max"))
        if desired == nil, minimum == nil, maximum == nil { throw ConfigError("at least one of minimum, maximum and desired nodes must be set") }
        if let desired, let maximum, maximum < desired { throw ConfigError("maximum number of nodes must be greater than or equal to number of nodes") }
        if let desired, let minimum, minimum > desired { throw ConfigError("minimum number of nodes must be fewer than or equal to number of nodes") }
        guard let index = cluster.groups.firstIndex(where: { $0.name == name }), let group = cluster.config.nodeGroups.first(where: { $0.name == name }) else {
            throw ConfigError("failed to scale nodegroup \"\(name)\" for cluster \"\(cluster.config.name)\", error: no nodegroup found with name \"\(name)\"")
        }
        var state = cluster.groups[index]
        state.minimum = minimum ?? state.minimum
        state.maximum = maximum ?? state.maximum
        state.desired = desired ?? state.desired
        func refused(_ text: String) -> ConfigError {
            ConfigError("failed to scale nodegroup \"\(name)\" for cluster \"\(cluster.config.name)\", error: \(text)")
        }
        if state.desired > state.maximum {
            throw refused("InvalidParameterException: desired capacity \(state.desired) can't be greater than max size \(state.maximum)")
        }
        if state.desired < state.minimum {
            throw refused("InvalidParameterException: Minimum capacity \(state.minimum) can't be greater than desired size \(state.desired)")
        }
        log.info("scaling nodegroup \"\(name)\" in cluster \(cluster.config.name)")
        log.info("initiated scaling of nodegroup")
        log.info("to see the status of the scaling run `eksctl get nodegroup --cluster \(cluster.config.name) --region \(cluster.config.region) --name \(name)`")
        cluster.groups[index] = state
        resize(&cluster, group: group, to: state.desired)
        account.eksClusters[cluster.config.name] = cluster
        if arguments.isOn("wait") {
            log.info("waiting for scaling of nodegroup \"\(name)\" to complete")
            let own = cluster.instances.filter { $0.nodeGroup == name }
            try waitForNodes(own, minimum: own.count, group: name)
            log.info("nodegroup successfully scaled")
        }
    }

    /// Starts or ends machines until a group has as many as it should.
    private func resize(_ cluster: inout EKSCluster, group: NodeGroupConfig, to desired: Int) {
        var own = cluster.instances.filter { $0.nodeGroup == group.name }
        var started: [EC2Instance] = []
        while own.count < desired {
            let zone = InstanceLauncher.nextZone(group.zones, occupied: own.map(\.zone))
            let instance = account.launcher.launch(group, of: cluster.config, zone: zone)
            own.append(instance)
            started.append(instance)
        }
        let ended = Array(own.dropFirst(desired))
        own = Array(own.prefix(desired))
        cluster.instances = cluster.instances.filter { $0.nodeGroup != group.name } + own
        if !started.isEmpty { account.boot(started) }
        if !ended.isEmpty { account.terminate(ended) }
    }

    /// `eksctl create nodegroup -f`: starts the groups of the file that the cluster does not have yet.
    func createNodeGroup() throws(ConfigError) {
        var cluster = try namedCluster()
        let config: ClusterConfig
        if arguments.has("config-file") {
            config = try self.config()
        } else {
            var document = cluster.config.value
            document["managedNodeGroups"] = [try groupOfFlags()]
            document["nodeGroups"] = nil
            document["metadata", "version"] = .string(cluster.config.version)
            config = try ClusterConfig(document: document, fileName: "", hasKeyFile: account.hasFile)
        }
        let existing = Set(cluster.groups.map(\.name))
        let new = config.nodeGroups.filter { !existing.contains($0.name) }
        log.info("will use version \(cluster.config.version) for new nodegroup(s) based on control plane version")
        let excluded = config.nodeGroups.filter { existing.contains($0.name) }.map(\.name)
        if !excluded.isEmpty { log.info("\(excluded.count) existing nodegroup(s) (\(excluded.joined(separator: ", "))) will be excluded") }
        var instances: [EC2Instance] = []
        for group in new {
            let started = launch(group, config: config)
            instances += started
            cluster.groups.append(
                NodeGroupState(name: group.name, minimum: group.minimum, maximum: group.maximum, desired: group.desired, isManaged: group.isManaged))
            reportNodes(started, group: group.name)
            try waitForNodes(started, minimum: min(group.minimum, started.count), group: group.name)
        }
        cluster.instances += instances
        if arguments.has("config-file") { cluster.config = config }
        account.eksClusters[cluster.config.name] = cluster
        log.success("created \(new.filter(\.isManaged).count) managed nodegroup(s) in cluster \"\(cluster.config.name)\"")
        log.info("checking security group configuration for all nodegroups")
        log.info("all nodegroups have up-to-date cloudformation templates")
    }

    /// `eksctl delete nodegroup`.
    func deleteNodeGroup() throws(ConfigError) {
        var cluster = try namedCluster()
        let name = arguments["name"] ?? arguments.positional.first ?? ""
        guard cluster.groups.contains(where: { $0.name == name }) else { throw ConfigError("no nodegroup found with name \"\(name)\"") }
        let own = cluster.instances.filter { $0.nodeGroup == name }
        log.info("will drain 1 nodegroup(s) in cluster \"\(cluster.config.name)\"")
        log.info("starting parallel draining, max in-flight of 1")
        for instance in own { log.info("cordon node \"\(instance.nodeName)\"") }
        log.success("drained all nodes: [\(own.map(\.nodeName).joined(separator: " "))]")
        log.info("will delete 1 nodegroups from cluster \"\(cluster.config.name)\"")
        log.info("will delete stack \"eksctl-\(cluster.config.name)-nodegroup-\(name)\"")
        account.terminate(own)
        cluster.instances.removeAll { $0.nodeGroup == name }
        cluster.groups.removeAll { $0.name == name }
        account.eksClusters[cluster.config.name] = cluster
        log.success("deleted 1 nodegroup(s) from cluster \"\(cluster.config.name)\"")
    }

    /// `eksctl delete cluster`.
    func deleteCluster() throws(ConfigError) {
        let cluster = try namedCluster("name")
        let name = cluster.config.name
        log.info("deleting EKS cluster \"\(name)\"")
        log.info("will drain \(cluster.groups.filter { !$0.isManaged }.count) unmanaged nodegroup(s) in cluster \"\(name)\"")
        log.info("starting parallel draining, max in-flight of 1")
        log.info("deleted 0 Fargate profile(s)")
        log.success("kubeconfig has been updated")
        log.info("cleaning up AWS load balancers created by Kubernetes objects of Kind Service, Ingress, or Gateway")
        for group in cluster.groups { log.info("will delete stack \"eksctl-\(name)-nodegroup-\(group.name)\"") }
        account.terminate(cluster.instances)
        account.advance(by: .seconds(180))
        log.info("will delete stack \"eksctl-\(name)-cluster\"")
        account.eksClusters[name] = nil
        log.success("all cluster resources were deleted")
    }

    /// `eksctl utils write-kubeconfig`.
    func writeKubeconfig() throws(ConfigError) {
        _ = try namedCluster()
        log.success("saved kubeconfig as \"\(kubeconfigPath)\"")
    }

    /// `eksctl utils associate-iam-oidc-provider`.
    func associateProvider() throws(ConfigError) {
        var cluster = try namedCluster()
        let (name, region) = (cluster.config.name, cluster.config.region)
        if cluster.hasOIDCProvider {
            log.info("IAM Open ID Connect provider is already associated with cluster \"\(name)\" in \"\(region)\"")
            return
        }
        guard arguments.isOn("approve") else {
            log.info("(plan) would create IAM Open ID Connect provider for cluster \"\(name)\" in \"\(region)\"")
            log.warning("no changes were applied, run again with '--approve' to apply the changes")
            return
        }
        log.info("will create IAM Open ID Connect provider for cluster \"\(name)\" in \"\(region)\"")
        cluster.hasOIDCProvider = true
        account.eksClusters[name] = cluster
        log.success("created IAM Open ID Connect provider for cluster \"\(name)\" in \"\(region)\"")
    }
}
