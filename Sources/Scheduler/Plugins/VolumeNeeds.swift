import APIMachinery
import KubernetesObjects

/// What a pod's volumes ask of a node.
///
/// - Source: kube-scheduler VolumeRestrictions, NodeVolumeLimits, VolumeBinding and VolumeZone. Differs: storage
///   capacity objects are not looked at.
struct VolumeNeeds {
    /// For each bound volume with a rule on nodes: the slots that it can be reached from.
    var bound: [[Bool]] = []
    var zones: [[Bool]] = []
    var isMissing = false
    var isInUse = false

    struct Delayed {
        var claim: Value
        var candidates: [(volume: Value, slots: [Bool]?)]
        /// The slots for which a volume can be made; nil for none.
        var provisionable: [Bool]?
        var selectedNode: String?
    }
    var delayed: [Delayed] = []
    /// For each slot how many more volumes it takes and how many this pod adds, by driver; only slots with a limit.
    var overLimit: [Int: Bool] = [:]

    func verdict(_ cache: SchedulerCache, _ slot: Int) -> Verdict {
        if isInUse { return .claimInUse }
        if overLimit[slot] == true { return .tooManyVolumes }
        if isMissing { return [.volumeMissing, .unresolvable] }
        for slots in bound where !slots[slot] { return [.volumeNode, .unresolvable] }
        if !delayed.isEmpty, choice(cache, slot) == nil { return [.volumeBinding, .unresolvable] }
        for slots in zones where !slots[slot] { return [.volumeZone, .unresolvable] }
        return []
    }

    struct Choice {
        var bindings: [(claim: Value, volume: Value)] = []
        var provisions: [Value] = []
    }

    /// The volumes that unbound claims would get on a node; nil when one would get none.
    func choice(_ cache: SchedulerCache, _ slot: Int) -> Choice? {
        var choice = Choice()
        var taken: Set<String> = []
        for entry in delayed {
            if let selected = entry.selectedNode, selected != cache.nodes.details[slot].name { return nil }
            if entry.selectedNode == nil,
                let match = entry.candidates.first(where: { !taken.contains($0.volume.name) && ($0.slots?[slot] ?? true) })
            {
                taken.insert(match.volume.name)
                choice.bindings.append((entry.claim, match.volume))
            } else if let provisionable = entry.provisionable, provisionable[slot] {
                choice.provisions.append(entry.claim)
            } else {
                return nil
            }
        }
        return choice
    }
}

/// What the volumes of a pod came to before nodes are looked at.
enum VolumeOutcome {
    case none
    case needs(VolumeNeeds)
    /// The pod waits for this.
    case refused(String)
}

extension SchedulerCache {
    mutating func volumeNeeds(of pod: PodInfo, in view: ClusterView) -> VolumeOutcome {
        if pod.claims.isEmpty { return .none }
        var needs = VolumeNeeds()
        var unbound: [Value] = []
        var drivers: [String: Set<String>] = [:]
        for wanted in pod.claims {
            guard let claim = view.get(.persistentVolumeClaims, namespace: pod.key.namespace, name: wanted.name) else {
                return .refused(
                    wanted.isEphemeral
                        ? "waiting for ephemeral volume controller to create the persistentvolumeclaim \"\(wanted.name)\""
                        : "persistentvolumeclaim \"\(wanted.name)\" not found")
            }
            let volumeName = claim["spec"]?["volumeName"]?.stringValue ?? ""
            if claim["status"]?["phase"]?.stringValue == "Lost" {
                return .refused("persistentvolumeclaim \"\(wanted.name)\" bound to non-existent persistentvolume \"\(volumeName)\"")
            }
            if claim.isBeingDeleted { return .refused("persistentvolumeclaim \"\(wanted.name)\" is being deleted") }
            if (claim["spec"]?["accessModes"]?.elements ?? []).contains("ReadWriteOncePod"), isClaimUsed(wanted.name, pod) { needs.isInUse = true }
            if !volumeName.isEmpty, claim.annotation("pv.kubernetes.io/bind-completed") != nil {
                addBound(volumeName, &needs, &drivers, view)
            } else {
                unbound.append(claim)
            }
        }
        for claim in unbound.sorted(by: { Self.storage($0) < Self.storage($1) }) {
            guard let className = VolumeMatching.className(ofClaim: claim), let storageClass = view.get(.storageClasses, name: className),
                storageClass["volumeBindingMode"]?.stringValue == "WaitForFirstConsumer", (claim["spec"]?["volumeName"]?.stringValue ?? "").isEmpty
            else { return .refused("pod has unbound immediate PersistentVolumeClaims") }
            needs.delayed.append(delayed(claim, className, storageClass, view))
        }
        countLimits(pod, drivers, &needs, view)
        return .needs(needs)
    }

    private static func storage(_ claim: Value) -> Int64 { ResourceAmount.whole(claim["spec", "resources", "requests", "storage"]) }

    private func isClaimUsed(_ name: String, _ pod: PodInfo) -> Bool {
        for detail in nodes.details {
            for other in detail.pods where other.key.namespace == pod.key.namespace && other.uid != pod.uid {
                if other.claims.contains(where: { $0.name == name }) { return true }
            }
        }
        return false
    }

    private mutating func addBound(_ name: String, _ needs: inout VolumeNeeds, _ drivers: inout [String: Set<String>], _ view: ClusterView) {
        guard let volume = view.get(.persistentVolumes, name: name) else {
            needs.isMissing = true
            return
        }
        if let selection = NodeSelection(nodeSelector: volume["spec", "nodeAffinity", "required"]) { needs.bound.append(matches(of: selection)) }
        if let driver = volume["spec", "csi", "driver"]?.stringValue {
            drivers[driver, default: []].insert(volume["spec", "csi", "volumeHandle"]?.stringValue ?? name)
        }
        for key in ["topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region"] {
            guard let text = volume.label(key) else { continue }
            let allowed = Set(Self.split(text))
            needs.zones.append(
                nodes.details.map { detail in
                    guard let value = detail.labels[key] else { return false }
                    return allowed.contains(value)
                })
        }
    }

    /// Zone labels join several zones with two underscores.
    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var pending = false
        for character in text {
            if character == "_" {
                if pending {
                    parts.append(current)
                    current = ""
                }
                pending.toggle()
            } else {
                if pending { current += "_" }
                pending = false
                current.append(character)
            }
        }
        return parts + [current]
    }

    private mutating func delayed(_ claim: Value, _ className: String, _ storageClass: Value, _ view: ClusterView) -> VolumeNeeds.Delayed {
        let selected = claim.annotation("volume.kubernetes.io/selected-node")
        var candidates: [(volume: Value, slots: [Bool]?)] = []
        for volume in VolumeMatching.candidates(for: claim, className: className, in: view) {
            let selection = NodeSelection(nodeSelector: volume["spec", "nodeAffinity", "required"])
            candidates.append((volume, selection.map { matches(of: $0) }))
        }
        var provisionable: [Bool]?
        let provisioner = storageClass["provisioner"]?.stringValue ?? ""
        if !provisioner.isEmpty, provisioner != "kubernetes.io/no-provisioner" {
            let terms = storageClass["allowedTopologies"]?.elements ?? []
            provisionable = nodes.details.map { detail in
                terms.isEmpty
                    || terms.contains { term in
                        (term["matchLabelExpressions"]?.elements ?? []).allSatisfy { expression in
                            guard let value = detail.labels[expression["key"]?.stringValue ?? ""] else { return false }
                            return (expression["values"]?.elements ?? []).contains(.string(value))
                        }
                    }
            }
        }
        return VolumeNeeds.Delayed(claim: claim, candidates: candidates, provisionable: provisionable, selectedNode: selected)
    }

    private func countLimits(_ pod: PodInfo, _ drivers: [String: Set<String>], _ needs: inout VolumeNeeds, _ view: ClusterView) {
        var wanted = drivers
        for entry in needs.delayed {
            guard let name = VolumeMatching.className(ofClaim: entry.claim), let driver = view.get(.storageClasses, name: name)?["provisioner"]?.stringValue else { continue }
            wanted[driver, default: []].insert("\(entry.claim.namespace)/\(entry.claim.name)")
        }
        if wanted.isEmpty || view.store.count(.csiNodes) == 0 { return }
        for slot in nodes.details.indices where nodes.numbers[slot].flags.contains(.exists) {
            guard let info = view.get(.csiNodes, name: nodes.details[slot].name) else { continue }
            for entry in info["spec"]?["drivers"]?.elements ?? [] {
                guard let driver = entry["name"]?.stringValue, let new = wanted[driver], let limit = entry["allocatable"]?["count"]?.intValue else { continue }
                let present = handles(of: driver, slot, view)
                if present.union(new).count > limit, !new.isSubset(of: present) { needs.overLimit[slot] = true }
            }
        }
    }

    private func handles(of driver: String, _ slot: Int, _ view: ClusterView) -> Set<String> {
        var handles: Set<String> = []
        for pod in nodes.details[slot].pods {
            for claim in pod.claims {
                guard let object = view.get(.persistentVolumeClaims, namespace: pod.key.namespace, name: claim.name) else { continue }
                let name = object["spec"]?["volumeName"]?.stringValue ?? ""
                if let volume = view.get(.persistentVolumes, name: name) {
                    if volume["spec", "csi", "driver"]?.stringValue == driver {
                        handles.insert(volume["spec", "csi", "volumeHandle"]?.stringValue ?? name)
                    }
                } else if let className = VolumeMatching.className(ofClaim: object), view.get(.storageClasses, name: className)?["provisioner"]?.stringValue == driver {
                    handles.insert("\(object.namespace)/\(object.name)")
                }
            }
        }
        return handles
    }
}
