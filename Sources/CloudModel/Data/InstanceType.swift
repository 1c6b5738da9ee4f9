import KubernetesObjects

/// What a kind of EC2 machine offers to a cluster.
package struct InstanceType: Hashable, Sendable {
    package var name: String
    package var vCPUs: Int
    package var memoryMiB: Int
    /// `amd64` or `arm64`.
    package var architecture: String
    package var networkInterfaces: Int
    package var addressesPerInterface: Int
    package var podsMax: Int
    /// Millicores left for pods.
    package var allocatableMilliCPU: Int
    package var capacityMemoryKiB: Int
    package var allocatableMemoryKiB: Int
    package var gpus: Int
    package var neuronDevices: Int

    /// Every known type by name.
    package static let all: [String: InstanceType] = {
        var result: [String: InstanceType] = [:]
        for line in "\(InstanceTypeData.text)".split(separator: "\n") {
            let columns = line.split(separator: " ")
            guard columns.count == 12 else { continue }
            let numbers = columns.map { Int($0) ?? 0 }
            let name = String(columns[0])
            result[name] = InstanceType(
                name: name, vCPUs: numbers[1], memoryMiB: numbers[2], architecture: String(columns[3]), networkInterfaces: numbers[4],
                addressesPerInterface: numbers[5], podsMax: numbers[6], allocatableMilliCPU: numbers[7], capacityMemoryKiB: numbers[8],
                allocatableMemoryKiB: numbers[9], gpus: numbers[10], neuronDevices: numbers[11])
        }
        return result
    }()

    package static func named(_ name: String) -> InstanceType? { all[name] }
}
