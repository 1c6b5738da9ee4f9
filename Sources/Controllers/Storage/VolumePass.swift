import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// One pass over a claim or a volume.
struct VolumePass {
    let view: ClusterView
    private(set) var plan = Plan()

    init(view: ClusterView) { self.view = view }

    // MARK: Claims

    mutating func sync(claim: Value) {
        let volumeName = claim["spec"]?["volumeName"]?.stringValue ?? ""
        if claim.annotation(VolumeBinderController.bindCompleted) != nil { return syncBound(claim, volumeName) }
        if volumeName.isEmpty { return syncUnbound(claim) }
        guard let volume = view.get(.persistentVolumes, name: volumeName) else { return setPhase(claim, "Pending") }
        if let reference = volume["spec"]?["claimRef"], !reference.isNull {
            if isBound(reference, claim) { return bind(volume, claim) }
            if claim.annotation(VolumeBinderController.boundByController) == nil {
                plan.event(
                    on: claim, type: .warning, reason: "FailedBinding",
                    message: "volume \"\(volumeName)\" already bound to a different claim.")
            }
            return setPhase(claim, "Pending")
        }
        guard let mismatch = VolumeMatching.mismatch(of: volume, for: claim) else { return bind(volume, claim) }
        plan.event(
            on: claim, type: .warning, reason: "VolumeMismatch", message: "Cannot bind to requested volume \"\(volumeName)\": \(mismatch)")
        setPhase(claim, "Pending")
    }

    private func isBound(_ reference: Value, _ claim: Value) -> Bool {
        guard reference["name"]?.stringValue == claim.name, reference["namespace"]?.stringValue == claim.namespace else { return false }
        let uid = reference["uid"]?.stringValue ?? ""
        return uid.isEmpty || uid == claim.uid
    }

    private mutating func syncBound(_ claim: Value, _ volumeName: String) {
        if volumeName.isEmpty {
            return lose(claim, "ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!")
        }
        guard let volume = view.get(.persistentVolumes, name: volumeName) else {
            return lose(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
        }
        guard let reference = volume["spec"]?["claimRef"], !reference.isNull else { return bind(volume, claim) }
        if reference["uid"]?.stringValue == claim.uid { return bind(volume, claim) }
        lose(claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly")
    }

    private mutating func lose(_ claim: Value, _ reason: String, _ message: String) {
        if claim.statusString("phase") == "Lost" { return }
        var next = claim
        next["status"] = ["phase": "Lost"]
        plan.add(.updateStatus(.persistentVolumeClaims, next), ifRefused: .continuing)
        plan.event(on: claim, type: .warning, reason: reason, message: message)
    }

    private mutating func syncUnbound(_ claim: Value) {
        if let name = lateDefaultClass(for: claim) {
            plan.add(.patch(key(claim), .merge, ["spec": ["storageClassName": .string(name)]]), ifRefused: .continuing)
            return
        }
        let className = VolumeMatching.className(ofClaim: claim) ?? ""
        let storageClass = className.isEmpty ? nil : view.get(.storageClasses, name: className)
        let waits = storageClass?["volumeBindingMode"]?.stringValue == "WaitForFirstConsumer"
        let match = VolumeMatching.candidates(for: claim, className: className, in: view).first { volume in
            !waits || (volume["spec"]?["claimRef"].map { !$0.isNull } ?? false)
        }
        if let match { return bind(match, claim) }
        let isSelected = claim.annotation(VolumeBinderController.selectedNode) != nil
        if waits, !isSelected {
            tellWaiting(claim)
        } else if !className.isEmpty {
            provision(claim, className, storageClass)
        } else {
            plan.event(
                on: claim, reason: "FailedBinding", message: "no persistent volumes available for this claim and no storage class is set")
        }
        setPhase(claim, "Pending")
    }

    /// The default class of a claim that was made before there was one, and that no volume without a class fits.
    private func lateDefaultClass(for claim: Value) -> String? {
        guard VolumeMatching.className(ofClaim: claim) == nil, VolumeMatching.candidates(for: claim, className: "", in: view).isEmpty else { return nil }
        return DefaultStorageClass.defaultClass(view.store)?.name
    }

    private mutating func tellWaiting(_ claim: Value) {
        var names: [String] = []
        view.store.forEach(.pods, namespace: claim.namespace) { pod in
            if pod.nodeName.isEmpty, !pod.isPodTerminal, PodVolumes.claims(of: pod).contains(claim.name) { names.append(pod.name) }
        }
        if names.isEmpty {
            plan.event(on: claim, reason: "WaitForFirstConsumer", message: "waiting for first consumer to be created before binding")
        } else {
            let subject = names.count == 1 ? "pod \(names[0])" : "pods \(names.sorted().joined(separator: ","))"
            plan.event(on: claim, reason: "WaitForPodScheduled", message: "waiting for \(subject) to be scheduled")
        }
    }

    private mutating func provision(_ claim: Value, _ className: String, _ storageClass: Value?) {
        guard let storageClass else {
            plan.event(
                on: claim, type: .warning, reason: "ProvisioningFailed", message: "storageclass.storage.k8s.io \"\(className)\" not found")
            return
        }
        let provisioner = storageClass["provisioner"]?.stringValue ?? ""
        if provisioner == "kubernetes.io/no-provisioner" {
            plan.event(
                on: claim, type: .warning, reason: "ProvisioningFailed", message: "no volume plugin matched name: \(provisioner)")
            return
        }
        if VolumeBinderController.provisionerKeys.contains(where: { claim.annotation($0) != provisioner }) {
            var annotations: Value = [:]
            for key in VolumeBinderController.provisionerKeys { annotations[key] = .string(provisioner) }
            plan.add(.patch(key(claim), .merge, ["metadata": ["annotations": annotations]]), ifRefused: .continuing)
        }
        plan.event(
            on: claim, reason: "ExternalProvisioning",
            message:
                "Waiting for a volume to be created either by the external provisioner '\(provisioner)' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered."
        )
    }

    private func key(_ claim: Value) -> ObjectKey { ObjectKey(.persistentVolumeClaims, namespace: claim.namespace, name: claim.name) }

    private mutating func setPhase(_ claim: Value, _ phase: String) {
        if claim.statusString("phase") == phase { return }
        var next = claim
        next["status", default: [:]]["phase"] = .string(phase)
        next["metadata", "resourceVersion"] = nil
        plan.add(.updateStatus(.persistentVolumeClaims, next), ifRefused: .continuing)
    }

    // MARK: Binding

    /// Makes volume and claim name each other, in the order volume, volume's phase, claim, claim's phase.
    private mutating func bind(_ volume: Value, _ claim: Value) {
        var boundVolume = volume
        let reference = volume["spec"]?["claimRef"]
        let isNamed = reference.map { !$0.isNull } ?? false
        if !isNamed || reference?["uid"]?.stringValue != claim.uid {
            if !isNamed { boundVolume["metadata", default: [:]]["annotations", default: [:]][VolumeBinderController.boundByController] = "yes" }
            boundVolume["spec", "claimRef"] = VolumeMatching.reference(to: claim)
            plan.add(.update(.persistentVolumes, boundVolume))
        }
        setPhase(volume: boundVolume, "Bound", isChanged: boundVolume != volume)
        var boundClaim = claim
        if (claim["spec"]?["volumeName"]?.stringValue ?? "").isEmpty {
            boundClaim["spec", "volumeName"] = .string(volume.name)
            boundClaim["metadata", default: [:]]["annotations", default: [:]][VolumeBinderController.boundByController] = "yes"
        }
        boundClaim["metadata", default: [:]]["annotations", default: [:]][VolumeBinderController.bindCompleted] = "yes"
        if boundClaim != claim { plan.add(.update(.persistentVolumeClaims, boundClaim)) }
        var status = claim["status"] ?? [:]
        status["phase"] = "Bound"
        status["accessModes"] = volume["spec"]?["accessModes"]
        if claim.statusString("phase") != "Bound" { status["capacity"] = volume["spec"]?["capacity"] }
        guard status != claim["status"] else { return }
        boundClaim["status"] = status
        if boundClaim.annotations != claim.annotations { boundClaim["metadata", "resourceVersion"] = nil }
        plan.add(.updateStatus(.persistentVolumeClaims, boundClaim), ifRefused: .continuing)
    }

    private mutating func setPhase(volume: Value, _ phase: String, message: String? = nil, isChanged: Bool = false) {
        if volume.statusString("phase") == phase { return }
        var next = volume
        next["status", default: [:]]["phase"] = .string(phase)
        next["status", default: [:]]["message"] = message.map { .string($0) }
        next["status", default: [:]]["lastPhaseTransitionTime"] = .string(view.now.rfc3339)
        if isChanged { next["metadata", "resourceVersion"] = nil }
        plan.add(.updateStatus(.persistentVolumes, next), ifRefused: .continuing)
    }

    // MARK: Volumes

    mutating func sync(volume: Value) {
        guard let reference = volume["spec"]?["claimRef"], !reference.isNull else { return setPhase(volume: volume, "Available") }
        let uid = reference["uid"]?.stringValue ?? ""
        if uid.isEmpty { return setPhase(volume: volume, "Available") }
        let claim = view.get(
            .persistentVolumeClaims, namespace: reference["namespace"]?.stringValue ?? "", name: reference["name"]?.stringValue ?? "")
        guard let claim, claim.uid == uid else {
            let phase = volume.statusString("phase")
            if phase != "Released", phase != "Failed" {
                setPhase(volume: volume, "Released")
                reclaim(volume)
            }
            return
        }
        let name = claim["spec"]?["volumeName"]?.stringValue ?? ""
        if name == volume.name {
            setPhase(volume: volume, "Bound")
        } else if name.isEmpty {
            if VolumeMatching.differInMode(claim, volume) { tellOfMode(claim, volume) }
        } else if volume.annotation("pv.kubernetes.io/provisioned-by") != nil, volume.specString("persistentVolumeReclaimPolicy") == "Delete" {
            // It was made for this claim, which took another.
            if volume.statusString("phase") != "Released", volume.statusString("phase") != "Failed" {
                setPhase(volume: volume, "Released")
                reclaim(volume)
            }
        } else {
            unbind(volume)
        }
    }

    private mutating func tellOfMode(_ claim: Value, _ volume: Value) {
        plan.event(
            on: volume, type: .warning, reason: "VolumeMismatch",
            message: "Cannot bind PersistentVolume to requested PersistentVolumeClaim \"\(claim.name)\" due to incompatible volumeMode.")
        plan.event(
            on: claim, type: .warning, reason: "VolumeMismatch",
            message: "Cannot bind PersistentVolume \"\(volume.name)\" to requested PersistentVolumeClaim due to incompatible volumeMode.")
    }

    /// Takes the claim off a volume; of one that somebody set aside for the name, only the UID.
    private mutating func unbind(_ volume: Value) {
        var next = volume
        if volume.annotation(VolumeBinderController.boundByController) != nil {
            next["spec", "claimRef"] = nil
            next["metadata", "annotations", VolumeBinderController.boundByController] = nil
        } else {
            next["spec", "claimRef", "uid"] = nil
        }
        plan.add(.update(.persistentVolumes, next), ifRefused: .continuing)
        setPhase(volume: next, "Available", isChanged: true)
    }

    /// What the reclaim policy asks of a volume that nobody drives.
    private mutating func reclaim(_ volume: Value) {
        let policy = volume["spec"]?["persistentVolumeReclaimPolicy"]?.stringValue
        guard policy == "Delete", volume["spec"]?["csi"] == nil else { return }
        let message: String
        if let path = volume["spec"]?["hostPath"]?["path"]?.stringValue {
            if path.hasPrefix("/tmp/"), path.utf8.count > 5 {
                plan.add(.delete(ObjectKey(.persistentVolumes, name: volume.name), uid: volume.uid), ifRefused: .continuing)
                return
            }
            message = "host_path deleter only supports /tmp/.+ but received provided \(path)"
        } else {
            message = "error getting deleter volume plugin for volume \"\(volume.name)\": no deletable volume plugin matched"
        }
        var failed = volume
        failed["metadata", "resourceVersion"] = nil
        failed["status", default: [:]]["phase"] = "Released"
        setPhase(volume: failed, "Failed", message: message)
        plan.event(on: volume, type: .warning, reason: "VolumeFailedDelete", message: message)
    }
}

/// The claims that pods use.
enum PodVolumes {
    /// Claims by name; those of ephemeral volumes by the name that they have.
    static func claims(of pod: Value) -> [String] {
        (pod["spec"]?["volumes"]?.elements ?? []).compactMap { volume in
            if let claim = volume["persistentVolumeClaim"]?["claimName"]?.stringValue { return claim }
            return volume["ephemeral"] != nil ? "\(pod.name)-\(volume["name"]?.stringValue ?? "")" : nil
        }
    }
}
