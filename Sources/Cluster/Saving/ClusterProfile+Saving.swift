import Kubelet
import KubernetesObjects

extension ClusterProfile {
    /// A profile that no name stands for, such as a lab's own, as it is kept.
    ///
    /// - Shape: `base` names the profile whose settings of controllers and kubelets it has; the rest is what it has of its own.
    package var value: Value {
        var value: Value = [
            "base": runtime == Self.recording.runtime ? "recording" : "empty", "name": .string(name), "serverVersion": .string(serverVersion),
            "nodes": .array(nodes.map(\.value)), "serviceBlock": .string(serviceBlock), "hasMetricsServer": .bool(hasMetricsServer),
            "extraTokenSources": .array(extraTokenSources), "images": .array(images), "setup": .array(setup), "region": .string(region),
            "hasCloud": .bool(hasCloud),
        ]
        if let podBlock { value["podBlock"] = .string(podBlock) }
        return value
    }

    /// Reads a profile that was kept; nil when it is none.
    package init?(_ value: Value) {
        guard let base = value["base"]?.stringValue.flatMap({ ClusterProfile.named($0) }), let name = value["name"]?.stringValue,
            let nodes = value["nodes"]?.elements
        else { return nil }
        self = base
        self.name = name
        self.nodes = nodes.compactMap { NodeDescription($0) }
        serverVersion = value["serverVersion"]?.stringValue ?? base.serverVersion
        serviceBlock = value["serviceBlock"]?.stringValue ?? base.serviceBlock
        podBlock = value["podBlock"]?.stringValue
        hasMetricsServer = value["hasMetricsServer"]?.boolValue ?? true
        extraTokenSources = value["extraTokenSources"]?.elements ?? []
        images = value["images"]?.elements ?? []
        setup = value["setup"]?.elements ?? []
        region = value["region"]?.stringValue ?? ""
        hasCloud = value["hasCloud"]?.boolValue ?? false
    }
}
