import APIMachinery
import KubernetesObjects
import SimulationKernel

/// The reclaim policy `Recycle`: a pod wipes a volume, which can then be claimed again.
///
/// - Source: kube-controller-manager `persistentvolume` (`recycleVolumeOperation`) and `volume/util/recyclerclient`, with the pod of
///   `plugins.go`; the images of the real default pod. Only hostPath and nfs can be recycled.
extension VolumePass {
    static let recyclerPrefix = "recycler-for-"

    /// Goes one step on with a released volume.
    mutating func recycle(_ volume: Value) {
        let source = volume["spec"] ?? [:]
        guard source["hostPath"] != nil || source["nfs"] != nil else { return fail(toRecycle: volume, "No recycler plugin found for the volume!") }
        let name = Self.recyclerPrefix + volume.name
        guard let pod = view.get(.pods, namespace: "default", name: name) else {
            plan.add(.create(.pods, Self.recycler(name, source)), ifRefused: .ignore)
            return
        }
        switch pod.podPhase {
        case "Succeeded":
            plan.add(.delete(ObjectKey(.pods, namespace: pod.namespace, name: pod.name), uid: pod.uid), ifRefused: .ignore)
            plan.event(on: volume, type: .normal, reason: "VolumeRecycled", message: "Volume recycled")
            var next = volume
            next["spec", "claimRef"] = nil
            next["metadata", "annotations", VolumeBinderController.boundByController] = nil
            plan.add(.update(.persistentVolumes, next), ifRefused: .continuing)
        case "Failed":
            plan.add(.delete(ObjectKey(.pods, namespace: pod.namespace, name: pod.name), uid: pod.uid), ifRefused: .ignore)
            fail(toRecycle: volume, "Recycle failed: \(pod["status"]?["message"]?.stringValue ?? "Pod failed, pod.Status.Message unknown.")")
        default: break
        }
    }

    private mutating func fail(toRecycle volume: Value, _ message: String) {
        var failed = volume
        failed["metadata", "resourceVersion"] = nil
        failed["status", default: [:]]["phase"] = "Released"
        setPhase(volume: failed, "Failed", message: message)
        plan.event(on: volume, type: .warning, reason: "VolumeFailedRecycle", message: message)
    }

    private static func recycler(_ name: String, _ source: Value) -> Value {
        var volume: Value = ["name": "vol"]
        for kind in ["hostPath", "nfs"] { if let part = source[kind] { volume[kind] = part } }
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "namespace": "default"],
            "spec": [
                "activeDeadlineSeconds": 60, "restartPolicy": "Never", "volumes": [volume],
                "containers": [
                    [
                        "name": "pv-recycler", "image": "registry.k8s.io/debian-base:v2.0.0", "command": ["/bin/sh"],
                        "args": ["-c", "test -e /scrub && find /scrub -mindepth 1 -delete && test -z \"$(ls -A /scrub)\" || exit 1"],
                        "volumeMounts": [["name": "vol", "mountPath": "/scrub"]],
                    ]
                ],
            ],
        ]
    }
}
