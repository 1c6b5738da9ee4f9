import APIMachinery
import KubernetesObjects
import SimulationKernel

/// A pod as the scheduler knows it: decoded once, then shared.
package final class PodInfo: Sendable {
    package let key: NamespacedName
    package let uid: String
    package let labels: [String: String]
    package let nodeName: String
    package let nominatedNode: String
    package let priority: Int
    package let neverPreempts: Bool
    package let schedulerName: String
    package let isGated: Bool
    package let isTerminal: Bool
    package let isTerminating: Bool
    package let created: Instant
    package let started: Instant?
    package let requests: PodRequests
    package let selection: NodeSelection?
    package let preferredNodes: [(weight: Int64, term: NodeTerm)]
    package let tolerations: [Toleration]
    package let affinity: [PodTerm]
    package let antiAffinity: [PodTerm]
    package let preferredAffinity: [WeightedPodTerm]
    package let preferredAntiAffinity: [WeightedPodTerm]
    package let spread: [SpreadConstraint]
    package let hostPorts: [HostPort]
    package let images: [String]
    package let containerCount: Int
    /// Claims by name; those of ephemeral volumes by the name that they will have.
    package let claims: [Claim]
    package let diskVolumes: [String]
    package let ownerUID: String?
    package let ownerKind: String
    package let ownerName: String

    package struct HostPort: Hashable, Sendable {
        package var address: String
        package var protocolName: String
        package var port: Int

        func conflicts(with other: HostPort) -> Bool {
            port == other.port && protocolName == other.protocolName
                && (address == other.address || address == "0.0.0.0" || other.address == "0.0.0.0")
        }
    }

    package struct Claim: Hashable, Sendable {
        package var name: String
        package var isEphemeral: Bool
    }

    /// Reads a pod.
    ///
    /// - Parameter known: an earlier reading whose spec differs in nothing but the node: what was made of the spec is taken from it.
    package init(_ pod: Value, known: PodInfo? = nil) {
        let spec = pod["spec"]
        let namespace = pod.namespace
        let labels = stringMap(pod["metadata"]?["labels"])
        key = known?.key ?? NamespacedName(namespace: namespace, name: pod.name)
        uid = pod.uid
        self.labels = labels
        nodeName = spec?["nodeName"]?.stringValue ?? ""
        nominatedNode = pod["status"]?["nominatedNodeName"]?.stringValue ?? ""
        isGated = !(spec?["schedulingGates"]?.elements ?? []).isEmpty
        let phase = pod["status"]?["phase"]?.stringValue ?? ""
        isTerminal = phase == "Succeeded" || phase == "Failed"
        isTerminating = pod.isBeingDeleted
        started = pod["status"]?["startTime"]?.stringValue.flatMap { Instant(rfc3339: $0) }
        if let known {
            (priority, neverPreempts, schedulerName, created) = (known.priority, known.neverPreempts, known.schedulerName, known.created)
            (requests, selection, tolerations, preferredNodes) = (known.requests, known.selection, known.tolerations, known.preferredNodes)
            (affinity, preferredAffinity) = (known.affinity, known.preferredAffinity)
            (antiAffinity, preferredAntiAffinity) = (known.antiAffinity, known.preferredAntiAffinity)
            spread = known.spread.isEmpty ? [] : Self.spread(spec, labels)
            (hostPorts, images, containerCount, claims, diskVolumes) = (
                known.hostPorts, known.images, known.containerCount, known.claims, known.diskVolumes
            )
            (ownerUID, ownerKind, ownerName) = (known.ownerUID, known.ownerKind, known.ownerName)
            return
        }
        priority = spec?["priority"]?.intValue ?? 0
        neverPreempts = spec?["preemptionPolicy"]?.stringValue == "Never"
        schedulerName = spec?["schedulerName"]?.stringValue ?? "default-scheduler"
        created = pod["metadata"]?["creationTimestamp"]?.stringValue.flatMap { Instant(rfc3339: $0) } ?? Instant(nanoseconds: 0)
        requests = PodRequests(podSpec: spec)
        selection = NodeSelection(podSpec: spec)
        tolerations = Toleration.list(ofPodSpec: spec)
        let affinity = spec?["affinity"]
        preferredNodes = (affinity?["nodeAffinity"]?["preferredDuringSchedulingIgnoredDuringExecution"]?.elements ?? []).map {
            (Int64($0["weight"]?.intValue ?? 1), NodeTerm($0["preference"] ?? [:]))
        }
        (self.affinity, preferredAffinity) = PodTerm.read(affinity?["podAffinity"], namespace: namespace)
        (antiAffinity, preferredAntiAffinity) = PodTerm.read(affinity?["podAntiAffinity"], namespace: namespace)
        spread = Self.spread(spec, labels)
        var ports: [HostPort] = []
        var images: [String] = []
        var count = 0
        for container in spec?["containers"]?.elements ?? [] {
            count += 1
            if let image = container["image"]?.stringValue { images.append(image) }
            ports += Self.hostPorts(of: container)
        }
        for container in spec?["initContainers"]?.elements ?? [] {
            count += 1
            if let image = container["image"]?.stringValue { images.append(image) }
            if container["restartPolicy"]?.stringValue == "Always" { ports += Self.hostPorts(of: container) }
        }
        hostPorts = ports
        self.images = images
        containerCount = count
        (claims, diskVolumes) = Self.volumes(of: spec, pod: pod.name)
        let owner = pod.controllerReference
        ownerUID = owner?["uid"]?.stringValue
        ownerKind = owner?["kind"]?.stringValue ?? ""
        ownerName = owner?["name"]?.stringValue ?? ""
    }

    private static func spread(_ spec: Value?, _ labels: [String: String]) -> [SpreadConstraint] {
        (spec?["topologySpreadConstraints"]?.elements ?? []).map { SpreadConstraint($0, podLabels: labels) }
    }

    private static func hostPorts(of container: Value) -> [HostPort] {
        (container["ports"]?.elements ?? []).compactMap { port in
            guard let number = port["hostPort"]?.intValue, number > 0 else { return nil }
            let address = port["hostIP"]?.stringValue ?? ""
            return HostPort(address: address.isEmpty ? "0.0.0.0" : address, protocolName: port["protocol"]?.stringValue ?? "TCP", port: number)
        }
    }

    private static func volumes(of spec: Value?, pod: String) -> (claims: [Claim], disks: [String]) {
        var claims: [Claim] = []
        var disks: [String] = []
        for volume in spec?["volumes"]?.elements ?? [] {
            if let claim = volume["persistentVolumeClaim"]?["claimName"]?.stringValue {
                claims.append(Claim(name: claim, isEphemeral: false))
            } else if volume["ephemeral"] != nil {
                claims.append(Claim(name: "\(pod)-\(volume["name"]?.stringValue ?? "")", isEphemeral: true))
            } else if let disk = volume["gcePersistentDisk"], disk["readOnly"]?.boolValue != true {
                disks.append("gce/\(disk["pdName"]?.stringValue ?? "")")
            } else if let disk = volume["awsElasticBlockStore"] {
                disks.append("aws/\(disk["volumeID"]?.stringValue ?? "")")
            }
        }
        return (claims, disks)
    }

    /// Whether the pod of an event has the spec that this was read of, but for its node: a spec that changes counts a generation.
    func sharesSpec(of event: StoreEvent) -> Bool {
        guard let old = event.old, event.key.name == key.name, event.key.namespace == key.namespace else { return false }
        return old.uid == uid && old.generation == event.object.generation && old.ownerReferences == event.object.ownerReferences
    }

    package var needsPlainFilters: Bool { affinity.isEmpty && antiAffinity.isEmpty && spread.isEmpty && claims.isEmpty }
}
