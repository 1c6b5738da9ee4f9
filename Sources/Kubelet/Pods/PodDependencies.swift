import APIMachinery
import KubernetesObjects

/// What a pod needs before its containers can start.
///
/// - Source: kubelet `kuberuntime` (environment) and the volume manager (volumes).
enum PodDependencies {
    /// The first volume that cannot be mounted, in words; nil when all can.
    static func missingVolume(of pod: Value, in view: ClusterView) -> String? {
        for volume in pod["spec"]?["volumes"]?.elements ?? [] {
            let name = volume["name"]?.stringValue ?? ""
            func missing(_ kind: String, _ object: String) -> String {
                "MountVolume.SetUp failed for volume \"\(name)\" : \(kind) \"\(object)\" not found"
            }
            if let source = volume["configMap"], source["optional"]?.boolValue != true, let object = source["name"]?.stringValue,
                view.get(.configMaps, namespace: pod.namespace, name: object) == nil
            {
                return missing("configmap", object)
            }
            if let problem = missingKey(volume["configMap"], "configmap", .configMaps, nameField: "name", pod, in: view)
                ?? missingKey(volume["secret"], "secret", .secrets, nameField: "secretName", pod, in: view)
            {
                return "MountVolume.SetUp failed for volume \"\(name)\" : \(problem)"
            }
            if let source = volume["secret"], source["optional"]?.boolValue != true, let object = source["secretName"]?.stringValue,
                view.get(.secrets, namespace: pod.namespace, name: object) == nil
            {
                return missing("secret", object)
            }
            for part in volume["projected"]?["sources"]?.elements ?? [] {
                if let source = part["configMap"], source["optional"]?.boolValue != true, let object = source["name"]?.stringValue,
                    view.get(.configMaps, namespace: pod.namespace, name: object) == nil
                {
                    return missing("configmap", object)
                }
                if let source = part["secret"], source["optional"]?.boolValue != true, let object = source["name"]?.stringValue,
                    view.get(.secrets, namespace: pod.namespace, name: object) == nil
                {
                    return missing("secret", object)
                }
                if let source = part["clusterTrustBundle"], let problem = TrustBundles.problem(source, volume: name, in: view) { return problem }
            }
        }
        return nil
    }

    /// A key that a volume names and that its object does not have.
    private static func missingKey(_ source: Value?, _ word: String, _ resource: GroupResource, nameField: String, _ pod: Value, in view: ClusterView) -> String? {
        guard let source, source["optional"]?.boolValue != true, let items = source["items"]?.elements, !items.isEmpty,
            let object = view.get(resource, namespace: pod.namespace, name: source[nameField]?.stringValue ?? "")
        else { return nil }
        for key in items.compactMap({ $0["key"]?.stringValue }) where object["data"]?[key] == nil && object["binaryData"]?[key] == nil {
            return word == "secret" ? "references non-existent secret key: \(key)" : "configmap references non-existent config key: \(key)"
        }
        return nil
    }

    /// What a container's environment lacks, in words; nil when nothing.
    static func missingConfiguration(of container: Value, namespace: String, in view: ClusterView) -> String? {
        func check(_ resource: GroupResource, _ word: String, _ reference: Value, key: String?) -> String? {
            let name = reference["name"]?.stringValue ?? ""
            if reference["optional"]?.boolValue == true { return nil }
            guard let object = view.get(resource, namespace: namespace, name: name) else { return "\(word) \"\(name)\" not found" }
            if let key, object["data"]?[key] == nil, object["binaryData"]?[key] == nil {
                return "couldn't find key \(key) in \(word == "secret" ? "Secret" : "ConfigMap") \(namespace)/\(name)"
            }
            return nil
        }
        for source in container["envFrom"]?.elements ?? [] {
            if let reference = source["configMapRef"], let problem = check(.configMaps, "configmap", reference, key: nil) { return problem }
            if let reference = source["secretRef"], let problem = check(.secrets, "secret", reference, key: nil) { return problem }
        }
        for variable in container["env"]?.elements ?? [] {
            let source = variable["valueFrom"]
            if let reference = source?["configMapKeyRef"],
                let problem = check(.configMaps, "configmap", reference, key: reference["key"]?.stringValue)
            {
                return problem
            }
            if let reference = source?["secretKeyRef"], let problem = check(.secrets, "secret", reference, key: reference["key"]?.stringValue) {
                return problem
            }
        }
        return nil
    }

    /// All ConfigMaps, Secrets and claims that a pod names.
    static func objects(of pod: Value) -> Set<ObjectKey> {
        var keys: Set<ObjectKey> = []
        func add(_ resource: GroupResource, _ name: Value?) {
            if let name = name?.stringValue { keys.insert(ObjectKey(resource, namespace: pod.namespace, name: name)) }
        }
        for volume in pod["spec"]?["volumes"]?.elements ?? [] {
            add(.configMaps, volume["configMap"]?["name"])
            add(.secrets, volume["secret"]?["secretName"])
            add(.persistentVolumeClaims, volume["persistentVolumeClaim"]?["claimName"])
            for part in volume["projected"]?["sources"]?.elements ?? [] {
                add(.configMaps, part["configMap"]?["name"])
                add(.secrets, part["secret"]?["name"])
            }
        }
        for container in (pod["spec"]?["initContainers"]?.elements ?? []) + (pod["spec"]?["containers"]?.elements ?? []) {
            for source in container["envFrom"]?.elements ?? [] {
                add(.configMaps, source["configMapRef"]?["name"])
                add(.secrets, source["secretRef"]?["name"])
            }
            for variable in container["env"]?.elements ?? [] {
                add(.configMaps, variable["valueFrom"]?["configMapKeyRef"]?["name"])
                add(.secrets, variable["valueFrom"]?["secretKeyRef"]?["name"])
            }
        }
        return keys
    }
}
