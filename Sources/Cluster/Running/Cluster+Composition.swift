import APIMachinery
import Autoscaling
import Controllers
import Kubelet
import KubernetesObjects
import Scheduler
import ServiceNetwork
import SimulationKernel

extension Cluster {
    /// Makes a cluster of a profile and brings its control plane up; nodes join in virtual time: `settle()` waits for them.
    package init(profile: ClusterProfile, seed: UInt64 = 0, startingAt start: Instant = .simulationStart) {
        self.init(composing: profile, seed: seed, startingAt: start)
        bootstrap()
        if profile.hasMetricsServer { installMetricsServer() }
        installMetricsAdapter()
        for group in profile.nodeGroups { set(group) }
    }

    /// The processes of a cluster, with nothing stored yet.
    init(composing profile: ClusterProfile, seed: UInt64, startingAt start: Instant) {
        self.profile = profile
        self.seed = seed
        startedAt = start
        var settings = ServerSettings()
        settings.serviceRange = profile.serviceBlock
        settings.gitVersion = profile.serverVersion
        let signer = profile.tokenSigner ?? TokenSigner(seed: seed)
        settings.tokenSigner = signer
        if !profile.keysAddress.isEmpty { settings.keysAddress = profile.keysAddress }
        api = GenericAPIServer(
            seed: seed, now: start, pipeline: Self.pipeline(profile), settings: settings)
        dataPlane = DataPlane(seed: seed)
        // Kubelets come first: what they all do at one moment is written before a controller looks, which then counts once.
        places.kubelets = components.count
        var kubelets = Kubelets(
            profile: profile.runtime, nodes: profile.nodes, podBlock: profile.podBlock, subnetPrefix: profile.subnetPrefix, images: profile.images, now: start)
        kubelets.tokens = PodTokens(issuer: settings.tokenIssuer) { signer.token($0) }
        components.add(kubelets)
        var controllers = profile.controllers
        controllers.clusterCIDR = profile.podBlock ?? ""
        controllers.legacyToken = { signer.accountToken(namespace: $0, account: $1, uid: $2, secret: $3) }
        if profile.hasCloud {
            controllers.loadBalancers = LoadBalancerSettings(.names(region: profile.region))
        } else if let block = profile.loadBalancerBlock {
            controllers.loadBalancers = LoadBalancerSettings(.block(block))
        }
        for component in defaultControllers(controllers) { components.add(component) }
        components.add(ControllerComponent(HorizontalPodAutoscalerController(settings: profile.autoscaler)))
        components.add(VPARecommender())
        components.add(VPAUpdater())
        components.add(ClusterAutoscaler(seed: seed))
        places.nodeGroups = components.count
        components.add(NodeGroups(seed: seed))
        places.drains = components.count
        components.add(NodeDrains())
        components.add(SchedulerComponent(seed: seed))
    }

    /// What every request goes through: the plug-ins of the server, and after those that give defaults the webhook of the VPA.
    private static func pipeline(_ profile: ClusterProfile) -> ServerPipeline {
        var pipeline = ServerPipeline.standard(extraTokenSources: profile.extraTokenSources)
        let place = pipeline.plugins.firstIndex { $0.name == "ValidatingAdmissionWebhook" } ?? pipeline.plugins.count
        pipeline.plugins.insert(VPAAdmission(), at: place)
        return pipeline
    }

    /// Writes the objects that every cluster has from the start.
    private mutating func bootstrap() {
        for (key, object) in BootstrapPolicy.keyed() { api.install(object, at: key) }
        api.installAPIServices()
        api.installFlowControl()
        let addOns = profile.addOns.flatMap { $0.objects(serviceBlock: profile.serviceBlock) }
        for object in Bootstrap.objects(serviceBlock: profile.serviceBlock) + SystemObjects.priorityClasses + profile.setup + addOns {
            let parts = object.apiVersion.split(separator: "/").map(String.init)
            guard let resource = api.resources.resource(ofKind: object.kind, group: parts.count == 2 ? parts[0] : "") else { continue }
            _ = try? api.create(resource, object)
        }
        api.installControlPlane(host: Bootstrap.serverHost, authority: profile.controllers.certificateAuthority)
        dispatchEvents()
    }

    // MARK: Machines

    /// Starts a machine; its node joins when it has booted.
    package mutating func add(_ node: NodeDescription) {
        let now = now
        _ = components.with(Kubelets.self, at: places.kubelets) { $0.add(node, now: now) }
    }

    /// Ends a machine for good and takes its node away, as a cloud does.
    package mutating func remove(node name: String) {
        _ = components.with(Kubelets.self, at: places.kubelets) { $0.remove(node: name) }
        _ = try? api.delete(ObjectKey(.nodes, name: name), actor: "cloud-node-lifecycle-controller")
        dispatchEvents()
    }

    /// Stops or starts the kubelet of a node.
    package mutating func setKubelet(ofNode name: String, isRunning: Bool) {
        let now = now
        _ = components.with(Kubelets.self, at: places.kubelets) { $0.setRunning(isRunning, node: name, now: now) }
    }
}
