import KubernetesObjects
import SimulationKernel

/// A machine as a profile describes it: what the kubelet on it will report.
package struct NodeDescription: Hashable, Sendable {
    package var name: String
    package var internalIP: String
    package var externalIP = ""
    /// Whole capacity in millicores.
    package var milliCPU: Int
    package var memoryKiB: Int
    package var podsMax: Int
    package var ephemeralKiB: Int
    /// What is left for pods in millicores; the capacity when equal.
    package var allocatableMilliCPU: Int
    package var allocatableMemoryKiB: Int
    package var labels: Fields
    package var taints: [Value] = []
    package var architecture = "amd64"
    package var osImage = "Amazon Linux 2023.9.20260105"
    package var kernelVersion = "6.18.30-62.119.amzn2023.x86_64"
    package var containerRuntimeVersion = "containerd://2.1.5"
    package var kubeletVersion: String
    package var providerID = ""
    package var gpus = 0
    /// How many network interfaces the machine takes and how many addresses each has, in a VPC; 0 for no such bounds.
    package var interfacesMax = 0
    package var addressesPerInterface = 0
    /// Whether the node reports huge pages, as machines do and hollow nodes do not.
    package var hasHugePages = true
    /// Manifests of pods that the kubelet runs from its own disk.
    package var staticPods: [Value] = []
    /// How long after the machine starts the node is ready.
    package var bootTime: Duration = .zero

    package init(
        name: String, internalIP: String, milliCPU: Int, memoryKiB: Int, podsMax: Int = 110, ephemeralKiB: Int = 83_864_556, labels: Fields = Fields(),
        kubeletVersion: String
    ) {
        self.name = name
        self.internalIP = internalIP
        self.milliCPU = milliCPU
        self.memoryKiB = memoryKiB
        self.podsMax = podsMax
        self.ephemeralKiB = ephemeralKiB
        allocatableMilliCPU = milliCPU
        allocatableMemoryKiB = memoryKiB
        self.labels = labels
        self.kubeletVersion = kubeletVersion
    }

    /// The node that the machine's kubelet would register, ready.
    package var nodeObject: Value { NodeStatus.node(self, podBlock: nil, now: Instant(nanoseconds: 0)) }
}
