import CloudModel
import Kubelet
import KubernetesObjects

extension NodeDescription {
    /// The description of an EC2 machine that joins an EKS cluster.
    ///
    /// - Units: a managed node is ready about 40 s after it starts.
    package init(_ instance: EC2Instance) {
        self.init(
            name: instance.nodeName, internalIP: instance.privateIP, milliCPU: instance.type.vCPUs * 1000, memoryKiB: instance.type.capacityMemoryKiB,
            podsMax: instance.type.podsMax, ephemeralKiB: instance.volumeGiB * 1_048_307, labels: instance.nodeLabels,
            kubeletVersion: EKSVersions.kubelet(instance.version))
        externalIP = instance.publicIP
        allocatableMilliCPU = instance.type.allocatableMilliCPU
        allocatableMemoryKiB = instance.type.allocatableMemoryKiB
        taints = instance.taints
        architecture = instance.type.architecture
        kernelVersion = EKSVersions.kernel(instance.version)
        providerID = instance.providerID
        gpus = instance.type.gpus
        interfacesMax = instance.type.networkInterfaces
        addressesPerInterface = instance.type.addressesPerInterface
        bootTime = .seconds(40)
    }
}
