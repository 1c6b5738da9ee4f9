import KubernetesObjects
import Shell
import SimulationKernel

/// How much a kubelet wants to free by deleting images, and what it says when it cannot.
///
/// | use of the disk | wanted |
/// |---|---|
/// | less than 85 % | nothing |
/// | more | down to 80 % |
///
/// - Units: bytes.
/// - Source: kubelet `images/image_gc_manager.go` with the default thresholds.
struct ImageCollection: Hashable, Sendable {
    var capacity: Int64
    var available: Int64

    static let highThresholdPercent: Int64 = 85
    static let lowThresholdPercent: Int64 = 80

    var usedPercent: Int64 { capacity > 0 ? 100 - max(available, 0) * 100 / capacity : 0 }
    var isDue: Bool { usedPercent >= Self.highThresholdPercent }
    var wanted: Int64 { isDue ? capacity * (100 - Self.lowThresholdPercent) / 100 - max(available, 0) : 0 }

    func complaint(freed: Int64) -> String? {
        guard isDue, freed < wanted else { return nil }
        return "Insufficient free disk space on the node's image filesystem (\(usedPercent)% of \(Self.size(capacity)) used). Failed to free sufficient space by deleting unused images (freed \(freed) bytes). Investigate disk usage, as it could be used by active images, logs, volumes, or other data."
    }

    /// With one digit after the point: `80.0 GiB`.
    static func size(_ bytes: Int64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (value, unit) = (Double(max(bytes, 0)), 0)
        while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}

/// The disk of a node: the images on it, and what is left of it for those who write.
extension Kubelets {
    /// Deletes images that no pod of the node runs on, by name, until enough is freed; all of them unless told how much.
    ///
    /// - Returns: the bytes that it freed.
    mutating func deleteUnusedImages(ofNode name: String, atLeast wanted: Int64 = .max) -> Int64 {
        guard let record = nodes[name], !record.images.isEmpty else { return 0 }
        var inUse: Set<String> = []
        for pod in pods.values where pod.node == name && pod.finalPhase == nil && pod.stage != .finished {
            for ref in pod.refs { if let image = pod[ref]?.image { inUse.insert(image) } }
        }
        var freed: Int64 = 0
        for image in record.images.keys.sorted() where freed < wanted && !inUse.contains(image) {
            freed += Int64(nodes[name]!.images.removeValue(forKey: image) ?? 0)
        }
        if freed > 0 {
            noteLastingChange()
            if let left = nodes[name]!.pressure.diskLeft { nodes[name]!.pressure.diskLeft = left + Int(freed) }
        }
        return freed
    }

    /// Gives files of a container what they lie on while something writes: the volumes, and what is left on their node's disk.
    /// To be given back with `takeDisk`.
    mutating func lendDisk(to files: inout VirtualFileSystem, node: String) {
        swap(&files.volumes, &volumes)
        files.diskRoom = nodes[node]?.pressure.diskLeft
    }

    mutating func takeDisk(from files: inout VirtualFileSystem, node: String) {
        swap(&files.volumes, &volumes)
        guard let left = files.diskRoom else { return }
        files.diskRoom = nil
        if nodes[node]?.pressure.diskLeft != nil { nodes[node]!.pressure.diskLeft = left }
    }

    /// What a runtime says of an image for which there is no room; nil when there is.
    func roomProblem(_ image: ImageProfile, named name: String, onNode node: String) -> String? {
        guard let left = nodes[node]?.pressure.diskLeft, image.sizeBytes > left, let full = try? ImageReference(name).full else { return nil }
        return "failed to pull and unpack image \"\(full)\": failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/data: no space left on device"
    }
}
