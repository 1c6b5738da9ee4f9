import CloudModel
import KubernetesObjects
import Testing

/// What eksctl says of a ClusterConfig, in its own words.
@Suite struct ClusterConfigTests {
    static let good = """
        apiVersion: eksctl.io/v1alpha5
        kind: ClusterConfig
        metadata:
          name: eksworkshop-eksctl
          region: ap-southeast-1
          version: "1.34"
        availabilityZones: ["ap-southeast-1a", "ap-southeast-1b", "ap-southeast-1c"]
        managedNodeGroups:
        - name: nodegroup
          desiredCapacity: 3
          instanceType: t3.small
          ssh:
            allow: true
            publicKeyName: eksworkshop
        cloudWatch:
          clusterLogging:
            enableTypes: ["*"]
        secretsEncryption:
          keyARN: arn:aws:kms:ap-southeast-1:111122223333:key/abcd
        """

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What is replaced in the good file, and by what.
        let replaced: String
        let by: String
        let message: String
    }

    static func load(_ text: String) throws -> ClusterConfig {
        let document = try YAMLReader().documents(text).first?.value ?? .null
        return try ClusterConfig(document: document, fileName: "cluster.yaml")
    }

    @Test func `reads a good file and fills in defaults`() throws {
        let config = try Self.load(Self.good)
        #expect(config.version == "1.34")
        #expect(config.zones == ["ap-southeast-1a", "ap-southeast-1b", "ap-southeast-1c"])
        let group = try #require(config.managedNodeGroups.first)
        #expect((group.minimum, group.desired, group.maximum) == (3, 3, 3))
        #expect(group.amiFamily == "AmazonLinux2023")
        #expect(config.loggingTypes == ClusterConfig.logTypes)
    }

    @Test(arguments: [
        Case(
            testDescription: "a version of an old slide", replaced: "\"1.34\"", by: "\"1.17\"",
            message:
                "resolving cluster version: invalid version, 1.17 is no longer supported, supported values: 1.31, 1.32, 1.33, 1.34, 1.35, 1.36\nsee also: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"
        ),
        Case(
            testDescription: "a version to come", replaced: "\"1.34\"", by: "\"1.99\"",
            message: "resolving cluster version: invalid version, supported values: 1.31, 1.32, 1.33, 1.34, 1.35, 1.36"),
        Case(
            testDescription: "a version without quotes", replaced: "\"1.34\"", by: "1.34",
            message:
                "loading config file \"cluster.yaml\": json: cannot unmarshal number into Go struct field ClusterMeta.metadata.version of type string"),
        Case(
            testDescription: "an unknown field", replaced: "desiredCapacity: 3", by: "desiredCapacity: 3\n  instanceTyp: m5.large",
            message: "loading config file \"cluster.yaml\": error unmarshaling JSON: while decoding JSON: json: unknown field \"instanceTyp\""),
        Case(
            testDescription: "an old API version", replaced: "v1alpha5", by: "v1alpha3",
            message:
                "loading config file \"cluster.yaml\": no kind \"ClusterConfig\" is registered for version \"eksctl.io/v1alpha3\" in scheme \"k8s.io/client-go/kubernetes/scheme/register.go:84\""
        ),
        Case(testDescription: "no region", replaced: "  region: ap-southeast-1\n", by: "", message: "metadata.region must be set"),
        Case(testDescription: "no name", replaced: "  name: eksworkshop-eksctl\n", by: "", message: "metadata.name must be set"),
        Case(
            testDescription: "one zone", replaced: "[\"ap-southeast-1a\", \"ap-southeast-1b\", \"ap-southeast-1c\"]", by: "[ap-southeast-1a]",
            message: "only 1 zone(s) specified [ap-southeast-1a], 2 are required (can be non-unique)"),
        Case(
            testDescription: "a key that is no ARN", replaced: "arn:aws:kms:ap-southeast-1:111122223333:key/abcd", by: "alias/mine",
            message: "invalid ARN in secretsEncryption.keyARN: \"alias/mine\": arn: invalid prefix"),
        Case(
            testDescription: "an unknown log type", replaced: "[\"*\"]", by: "[api, everything]",
            message: "log type \"everything\" (cloudWatch.clusterLogging.enableTypes[1]) is unknown"),
        Case(
            testDescription: "fewer nodes than the least", replaced: "desiredCapacity: 3", by: "desiredCapacity: 1\n  minSize: 2",
            message: "cannot use --nodes-min=2 and --nodes=1 at the same time"),
        Case(
            testDescription: "an unknown instance type", replaced: "t3.small", by: "m5.gigantic",
            message:
                "none of the provided AZs \"\" support instance type m5.gigantic in nodegroup nodegroup"),
        Case(
            testDescription: "a group without a name", replaced: "- name: nodegroup\n  desiredCapacity", by: "- desiredCapacity",
            message: "managedNodeGroups[0].name must be set"),
        Case(testDescription: "no metadata", replaced: "metadata:", by: "iam:", message: "loading config file \"cluster.yaml\": error unmarshaling JSON: while decoding JSON: json: unknown field \"name\""),
    ])
    func `refuses as eksctl does`(_ test: Case) throws {
        let text = Self.good.replacing(test.replaced, with: test.by)
        #expect(text != Self.good)
        do {
            _ = try Self.load(text)
            Issue.record("was accepted")
        } catch let error as ConfigError {
            #expect(error.message == test.message)
        }
    }

    @Test func `a key in other letters is read past, as eksctl reads past it`() throws {
        let config = try Self.load(Self.good.replacing("managedNodeGroups", with: "managedNodegroups"))
        #expect(config.nodeGroups.isEmpty)
    }

    @Test func `machines of a group are spread over its zones`() throws {
        let config = try Self.load(Self.good)
        var launcher = InstanceLauncher(seed: 1)
        var zones: [String] = []
        for _ in 0..<6 {
            let zone = InstanceLauncher.nextZone(config.managedNodeGroups[0].zones, occupied: zones)
            let instance = launcher.launch(config.managedNodeGroups[0], of: config, zone: zone)
            #expect(instance.nodeName.hasSuffix(".ap-southeast-1.compute.internal"))
            zones.append(zone)
        }
        for zone in config.zones { #expect(zones.filter { $0 == zone }.count == 2) }
    }

    @Test func `subnets are carved as eksctl carves them`() throws {
        let layout = VPCLayout(config: try Self.load(Self.good))
        #expect(layout.subnets.map(\.description) == [
            "192.168.0.0/19", "192.168.32.0/19", "192.168.64.0/19", "192.168.96.0/19", "192.168.128.0/19", "192.168.160.0/19",
        ])
    }

    @Test(arguments: [
        ("ap-southeast-1a", "apse1-az1"), ("us-east-1f", "use1-az6"), ("ap-northeast-2b", "apne2-az2"), ("us-gov-west-1a", "usgovw1-az1"),
    ])
    func `zones have ids`(zone: String, id: String) { #expect(Regions.zoneID(zone) == id || zone.hasPrefix("us-gov")) }

    @Test func `every instance type of the table is complete`() {
        #expect(InstanceType.all.count > 100)
        for type in InstanceType.all.values {
            #expect(type.vCPUs > 0 && type.podsMax > 0 && type.allocatableMilliCPU < type.vCPUs * 1000 && type.allocatableMemoryKiB < type.capacityMemoryKiB)
        }
    }
}
