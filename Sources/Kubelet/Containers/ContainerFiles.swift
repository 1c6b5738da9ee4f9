import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// The files of containers: what the image has, what a kubelet puts there, and the volumes.
extension Kubelets {
    /// The files a container sees; its process's own when it has one.
    mutating func fileSystem(_ record: PodRecord, _ ref: ContainerRef, _ pod: Value, _ image: ImageProfile, in view: ClusterView) -> VirtualFileSystem {
        let key = ContainerKey(pod: record.uid, ref: ref)
        if let process = processes[key] { return process.machine.files }
        if let kept = keptFiles[key] { return kept }
        var files = VirtualFileSystem.standard()
        files.now = view.now.nanoseconds
        for name in ["bin", "etc", "home", "proc", "root", "run", "sys", "tmp", "usr/bin", "usr/local/bin", "var/log", "var/run", "var/lib"] {
            try? files.makeDirectory("/" + name, intermediates: true, mode: name == "tmp" ? 0o1777 : 0o755)
        }
        for (path, text) in image.files { files.install(Array(text.utf8), at: path, mode: text.hasPrefix("#!") ? 0o755 : 0o644) }
        for (path, text) in Self.systemFiles(record, pod, image, dnsAddress: dnsAddress(in: view)) { files.install(Array(text.utf8), at: path) }
        files.install([], at: pod.containerSpec(ref)["terminationMessagePath"]?.stringValue ?? "/dev/termination-log", mode: 0o666)
        swap(&files.volumes, &volumes)
        for mount in pod.containerSpec(ref)["volumeMounts"]?.elements ?? [] {
            guard let name = mount["name"]?.stringValue, let path = mount["mountPath"]?.stringValue else { continue }
            swap(&files.volumes, &volumes)
            let volume = volume(name, record, pod, in: view)
            swap(&files.volumes, &volumes)
            guard let volume else { continue }
            var inner = mount["subPath"]?.stringValue ?? ""
            if let expression = mount["subPathExpr"]?.stringValue {
                let known = environment(record, pod.containerSpec(ref), pod, image, in: view)
                inner = ContainerEnvironment.expand(expression, Dictionary(known.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
            }
            if !inner.isEmpty, files.volumes[volume]?.root[path: inner.split(separator: "/").map(String.init)[...]] == nil {
                var holder = VirtualFileSystem(root: files.volumes[volume]?.root ?? FileDirectory())
                try? holder.makeDirectory("/" + inner, intermediates: true)
                files.volumes[volume]?.root = holder.root
            }
            files.mount(volume, at: path, subPath: inner, isReadOnly: mount["readOnly"]?.boolValue ?? isReadOnly(name, pod))
        }
        swap(&files.volumes, &volumes)
        let security = pod.containerSpec(ref)["securityContext"]
        let podSecurity = pod["spec"]?["securityContext"]
        files.user = security?["runAsUser"]?.intValue ?? podSecurity?["runAsUser"]?.intValue ?? image.user
        files.group = security?["runAsGroup"]?.intValue ?? podSecurity?["runAsGroup"]?.intValue ?? podSecurity?["fsGroup"]?.intValue ?? 0
        files.isRootReadOnly = security?["readOnlyRootFilesystem"]?.boolValue ?? false
        return files
    }

    private func isReadOnly(_ name: String, _ pod: Value) -> Bool {
        guard let volume = (pod["spec"]?["volumes"]?.elements ?? []).first(where: { $0["name"]?.stringValue == name }) else { return false }
        return volume["configMap"] != nil || volume["secret"] != nil || volume["projected"] != nil || volume["downwardAPI"] != nil
            || volume["persistentVolumeClaim"]?["readOnly"]?.boolValue == true
    }

    private func dnsAddress(in view: ClusterView) -> String {
        view.get(.services, namespace: "kube-system", name: "kube-dns")?["spec"]?["clusterIP"]?.stringValue ?? "10.100.0.10"
    }

    /// `/etc/hosts`, `/etc/resolv.conf` and the like.
    private static func systemFiles(_ record: PodRecord, _ pod: Value, _ image: ImageProfile, dnsAddress: String) -> [(String, String)] {
        let host = ContainerEnvironment.hostName(pod)
        var hosts = "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n"
        if let subdomain = pod["spec"]?["subdomain"]?.stringValue, !subdomain.isEmpty {
            hosts += "\(record.address)\t\(host).\(subdomain).\(pod.namespace).svc.cluster.local\t\(host)\n"
        } else {
            hosts += "\(record.address)\t\(host)\n"
        }
        for alias in pod["spec"]?["hostAliases"]?.elements ?? [] {
            hosts += "\n# Entries added by HostAliases.\n\(alias["ip"]?.stringValue ?? "")\t\((alias["hostnames"]?.elements ?? []).compactMap(\.stringValue).joined(separator: "\t"))\n"
        }
        let resolver = "search \(pod.namespace).svc.cluster.local svc.cluster.local cluster.local\nnameserver \(dnsAddress)\noptions ndots:5\n"
        let users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n"
        return [
            ("/etc/hosts", hosts), ("/etc/resolv.conf", resolver), ("/etc/hostname", host + "\n"), ("/etc/passwd", users), ("/etc/group", "root:x:0:\n"),
            ("/proc/cpuinfo", "processor\t: 0\nmodel name\t: simulated\n\nprocessor\t: 1\nmodel name\t: simulated\n"),
            ("/proc/meminfo", "MemTotal:        3932160 kB\nMemFree:         2883584 kB\nMemAvailable:    3276800 kB\n"),
            ("/proc/version", "Linux version 6.12.0\n"), ("/proc/loadavg", "0.00 0.00 0.00 1/100 1\n"), ("/proc/uptime", "86400.00 86400.00\n"),
        ]
    }

    // MARK: Volumes

    /// The volume of a name in a pod, made when it is first used.
    mutating func volume(_ name: String, _ record: PodRecord, _ pod: Value, in view: ClusterView) -> VolumeID? {
        if let known = podVolumes[record.uid]?[name] { return known }
        guard let spec = (pod["spec"]?["volumes"]?.elements ?? []).first(where: { $0["name"]?.stringValue == name }) else { return nil }
        let made: VolumeID
        if let lasting = lastingName(spec, record, pod, in: view) {
            if let known = lastingVolumes[lasting.name] {
                made = known
            } else {
                made = volumes.add(Volume(capacityBytes: lasting.capacity))
                lastingVolumes[lasting.name] = made
            }
        } else if let files = VolumeContents.files(spec, pod: pod, record: record, hostIP: nodes[record.node]?.description.internalIP ?? "", node: nodes[record.node]?.description, in: view) {
            made = volumes.add(Volume(root: files))
            for key in PodDependencies.objects(of: pod) { mounting[key.description, default: []].insert(record.uid) }
        } else {
            // A limit on disk is looked after by eviction; one in memory is the file system's own size.
            let isInMemory = spec["emptyDir"]?["medium"]?.stringValue == "Memory"
            made = volumes.add(Volume(capacityBytes: isInMemory ? Quantity(spec["emptyDir"]?["sizeLimit"]).map { Int($0.value) } : nil))
            if isInMemory { memoryVolumes.insert(made) }
        }
        podVolumes[record.uid, default: [:]][name] = made
        return made
    }

    /// Under which name a volume outlives its pod; nil when it does not.
    private func lastingName(_ spec: Value, _ record: PodRecord, _ pod: Value, in view: ClusterView) -> (name: String, capacity: Int?)? {
        if let path = spec["hostPath"]?["path"]?.stringValue { return ("host/\(record.node)\(path)", nil) }
        if let server = spec["nfs"]?["server"]?.stringValue { return ("nfs/\(server)\(spec["nfs"]?["path"]?.stringValue ?? "")", nil) }
        var claim = spec["persistentVolumeClaim"]?["claimName"]?.stringValue
        if claim == nil, spec["ephemeral"] != nil { claim = "\(pod.name)-\(spec["name"]?.stringValue ?? "")" }
        guard let claim else { return nil }
        let object = view.get(.persistentVolumeClaims, namespace: pod.namespace, name: claim)
        let volumeName = object?["spec"]?["volumeName"]?.stringValue ?? "\(pod.namespace)/\(claim)"
        let persistent = view.get(.persistentVolumes, name: volumeName)
        if let path = persistent?["spec"]?["hostPath"]?["path"]?.stringValue ?? persistent?["spec"]?["local"]?["path"]?.stringValue { return ("host/\(record.node)\(path)", nil) }
        let capacity = Quantity(persistent?["spec"]?["capacity"]?["storage"] ?? object?["status"]?["capacity"]?["storage"]).map { Int($0.value) }
        return ("pv/\(volumeName)", capacity)
    }

    /// Writes what ConfigMaps and Secrets say now into the volumes that show them.
    mutating func refreshVolumes(of record: PodRecord, _ pod: Value, in view: ClusterView) {
        let node = nodes[record.node]?.description
        for (name, id) in (podVolumes[record.uid] ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let spec = (pod["spec"]?["volumes"]?.elements ?? []).first(where: { $0["name"]?.stringValue == name }),
                let files = VolumeContents.files(spec, pod: pod, record: record, hostIP: node?.internalIP ?? "", node: node, in: view)
            else { continue }
            volumes[id]?.root = files
        }
    }
}

/// The files that ConfigMaps, Secrets, the downward API and tokens make.
enum VolumeContents {
    /// The files of a volume that a kubelet fills; nil for one that it does not.
    static func files(_ spec: Value, pod: Value, record: PodRecord, hostIP: String, node: NodeDescription?, in view: ClusterView) -> FileDirectory? {
        var directory = FileDirectory(attributes: FileAttributes(mode: 0o777))
        let mode = (spec["configMap"] ?? spec["secret"] ?? spec["downwardAPI"] ?? spec["projected"])?["defaultMode"]?.intValue ?? 0o644
        func add(_ part: Value, kind: String) {
            switch kind {
            case "configMap":
                guard let object = view.get(.configMaps, namespace: pod.namespace, name: part["name"]?.stringValue ?? "") else { return }
                for (key, value) in object["data"]?.fields ?? Fields() { put(key, Array((value.stringValue ?? "").utf8), part) }
                for (key, value) in object["binaryData"]?.fields ?? Fields() { put(key, value.stringValue.flatMap { Base64.decode($0) } ?? [], part) }
            case "secret":
                guard let object = view.get(.secrets, namespace: pod.namespace, name: part["secretName"]?.stringValue ?? part["name"]?.stringValue ?? "") else { return }
                for (key, value) in object["data"]?.fields ?? Fields() { put(key, value.stringValue.flatMap { Base64.decode($0) } ?? [], part) }
            case "downwardAPI":
                for item in part["items"]?.elements ?? [] {
                    var text = ""
                    if let path = item["fieldRef"]?["fieldPath"]?.stringValue { text = DownwardAPI.field(path, pod: pod, hostIP: hostIP, podIP: record.address) ?? "" }
                    if let reference = item["resourceFieldRef"] { text = DownwardAPI.resource(reference, container: [:], pod: pod, node: node) ?? "" }
                    place(item["path"]?.stringValue ?? "", Array(text.utf8), item["mode"]?.intValue ?? mode)
                }
            case "serviceAccountToken":
                let account = pod["spec"]?["serviceAccountName"]?.stringValue ?? "default"
                let claims = "{\"sub\":\"system:serviceaccount:\(pod.namespace):\(account)\",\"kubernetes.io\":{\"namespace\":\"\(pod.namespace)\",\"pod\":{\"name\":\"\(pod.name)\"}}}"
                place(part["path"]?.stringValue ?? "token", Array("eyJhbGciOiJSUzI1NiJ9.\(Base64.encode(claims)).simulated".utf8), 0o600)
            default: break
            }
        }
        func put(_ key: String, _ bytes: [UInt8], _ part: Value) {
            if let items = part["items"]?.elements, !items.isEmpty {
                for item in items where item["key"]?.stringValue == key { place(item["path"]?.stringValue ?? key, bytes, item["mode"]?.intValue ?? mode) }
            } else {
                place(key, bytes, mode)
            }
        }
        func place(_ path: String, _ bytes: [UInt8], _ mode: Int) {
            var holder = VirtualFileSystem(root: directory)
            holder.install(bytes, at: "/" + path, mode: mode)
            directory = holder.root
        }
        for kind in ["configMap", "secret", "downwardAPI"] where spec[kind] != nil {
            add(spec[kind] ?? [:], kind: kind)
            return directory
        }
        guard let sources = spec["projected"]?["sources"]?.elements else { return nil }
        for source in sources {
            for kind in ["configMap", "secret", "downwardAPI", "serviceAccountToken"] { if let part = source[kind] { add(part, kind: kind) } }
        }
        return directory
    }
}
