import KubernetesObjects

/// What a kubelet finds wrong with a container's user before it makes the container.
///
/// - Source: kubelet `kuberuntime/security_context.go`, `verifyRunAsNonRoot`.
enum SecurityRefusal {
    static func problem(_ spec: Value, pod: Value, image: ImageProfile) -> String? {
        let (own, shared) = (spec["securityContext"], pod["spec"]?["securityContext"])
        guard own?["runAsNonRoot"]?.boolValue ?? shared?["runAsNonRoot"]?.boolValue ?? false else { return nil }
        let place = "(pod: \"\(pod.name)_\(pod.namespace)(\(pod.uid))\", container: \(spec["name"]?.stringValue ?? ""))"
        if let user = own?["runAsUser"]?.intValue ?? shared?["runAsUser"]?.intValue {
            return user == 0 ? "container's runAsUser breaks non-root policy \(place)" : nil
        }
        if !image.userName.isEmpty {
            return "container has runAsNonRoot and image has non-numeric user (\(image.userName)), cannot verify user is non-root \(place)"
        }
        return image.user == 0 ? "container has runAsNonRoot and image will run as root \(place)" : nil
    }
}
