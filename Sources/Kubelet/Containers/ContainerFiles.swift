import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// The files of containers: what the image has, what a kubelet puts there, and the volumes.
extension Kubelets {
    /// The files a container sees, to read from; what was made for an earlier request of the same start is used again.
    mutating func readableFiles(_ record: PodRecord, _ ref: ContainerRef, _ pod: Value, _ image: ImageProfile, in view: ClusterView) -> VirtualFileSystem {
        let key = ContainerKey(pod: record.uid, ref: ref)
        if let made = unwrittenFiles[key] { return made }
        let files = fileSystem(record, ref, pod, image, in: view)
        if processes[key] == nil, keptFiles[key] == nil { unwrittenFiles[key] = files }
        return files
    }

    /// The files a container sees; its process's own when it has one.
    mutating func fileSystem(_ record: PodRecord, _ ref: ContainerRef, _ pod: Value, _ image: ImageProfile, in view: ClusterView) -> VirtualFileSystem {
        let key = ContainerKey(pod: record.uid, ref: ref)
        if let process = processes[key] { return process.machine.files }
        if var kept = keptFiles[key] ?? unwrittenFiles[key] {
            kept.now = view.now.nanoseconds
            return kept
        }
        var files = VirtualFileSystem.standard(now: view.now.nanoseconds)
        for name in ["bin", "etc", "home", "proc", "root", "run", "sys", "tmp", "usr/bin", "usr/local/bin", "var/log", "var/run", "var/lib"] {
            try? files.makeDirectory("/" + name, intermediates: true, mode: name == "tmp" ? 0o1777 : 0o755)
        }
        if let release = image.system?.release { files.install(Array(release.utf8), at: "/etc/os-release") }
        for (path, text) in image.files { files.install(Array(text.utf8), at: path, mode: text.hasPrefix("#!") ? 0o755 : 0o644) }
        for (path, text) in Self.systemFiles(record, pod, image, dnsAddress: dnsAddress(in: view)) { files.install(Array(text.utf8), at: path) }
        files.install([], at: pod.containerSpec(ref)["terminationMessagePath"]?.stringValue ?? "/dev/termination-log", mode: 0o666)
        swap(&files.volumes, &volumes)
        // A runtime mounts the outer ones first.
        let order = (pod.containerSpec(ref)["volumeMounts"]?.elements ?? []).sorted { Self.depth($0) < Self.depth($1) }
        for mount in order {
            guard let name = mount["name"]?.stringValue, let path = mount["mountPath"]?.stringValue else { continue }
            swap(&files.volumes, &volumes)
            let found = self.volume(name, record, pod, in: view)
            swap(&files.volumes, &volumes)
            guard let (mounted, base) = found else { continue }
            var volume = mounted
            var inner = mount["subPath"]?.stringValue ?? ""
            if let expression = mount["subPathExpr"]?.stringValue {
                let known = environment(record, ref, pod.containerSpec(ref), pod, image, in: view)
                inner = ContainerEnvironment.expand(expression, Dictionary(known.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
            }
            if !base.isEmpty { inner = base + "/" + inner } else if !inner.isEmpty { volume = frozen(volume, name, inner, record, ref, pod, &files.volumes) }
            if !inner.isEmpty, files.volumes[volume]?.root[path: inner.split(separator: "/").map(String.init)[...]] == nil {
                var holder = VirtualFileSystem(root: files.volumes[volume]?.root ?? FileDirectory())
                try? holder.makeDirectory("/" + inner, intermediates: true)
                files.volumes[volume]?.root = holder.root
            }
            files.mount(volume, at: path, subPath: inner, isReadOnly: mount["readOnly"]?.boolValue ?? isReadOnly(name, pod))
        }
        // A runtime makes the working directory where the image has none.
        let directory = pod.containerSpec(ref)["workingDir"]?.stringValue ?? image.directory
        if !files.isDirectory(directory) {
            try? files.makeDirectory(directory, intermediates: true)
            // An image's own directory belongs to its user.
            if directory == image.directory, image.user != 0 { try? files.setAttributes(directory) { $0.user = image.user } }
        }
        swap(&files.volumes, &volumes)
        let security = pod.containerSpec(ref)["securityContext"]
        let podSecurity = pod["spec"]?["securityContext"]
        files.user = security?["runAsUser"]?.intValue ?? podSecurity?["runAsUser"]?.intValue ?? image.user
        files.group = security?["runAsGroup"]?.intValue ?? podSecurity?["runAsGroup"]?.intValue ?? 0
        files.groups = Set([podSecurity?["fsGroup"]].compactMap { $0?.intValue } + (podSecurity?["supplementalGroups"]?.elements ?? []).compactMap(\.intValue))
        files.isRootReadOnly = security?["readOnlyRootFilesystem"]?.boolValue ?? false
        return files
    }

    private static func depth(_ mount: Value) -> Int { mount["mountPath"]?.stringValue?.split(separator: "/").count ?? 0 }

    /// What is mounted by a path inside of a ConfigMap or the like does not follow changes until the container starts again.
    private mutating func frozen(
        _ volume: VolumeID, _ name: String, _ inner: String, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, _ store: inout VolumeStore
    ) -> VolumeID {
        guard isFilledByKubelet(name, pod), let root = store[volume]?.root else { return volume }
        let known = "\(name)/\(inner)/\(record[ref]?.name ?? "")/\(record[ref]?.run ?? 0)"
        if let copy = podVolumes[record.uid]?[known] { return copy }
        let copy = store.add(Volume(root: AtomicFiles.files(of: root)))
        podVolumes[record.uid, default: [:]][known] = copy
        return copy
    }

    private func isFilledByKubelet(_ name: String, _ pod: Value) -> Bool {
        guard let volume = (pod["spec"]?["volumes"]?.elements ?? []).first(where: { $0["name"]?.stringValue == name }) else { return false }
        return volume["configMap"] != nil || volume["secret"] != nil || volume["projected"] != nil || volume["downwardAPI"] != nil
    }

    private func isReadOnly(_ name: String, _ pod: Value) -> Bool {
        guard let volume = (pod["spec"]?["volumes"]?.elements ?? []).first(where: { $0["name"]?.stringValue == name }) else { return false }
        return isFilledByKubelet(name, pod)
            || volume["persistentVolumeClaim"]?["readOnly"]?.boolValue == true
    }

    private func dnsAddress(in view: ClusterView) -> String {
        view.get(.services, namespace: "kube-system", name: "kube-dns")?["spec"]?["clusterIP"]?.stringValue ?? "10.100.0.10"
    }

    /// The first name server of a pod; empty when it has none.
    func nameServer(of pod: Value, in view: ClusterView) -> String {
        let lines = PodResolver(pod).file(server: dnsAddress(in: view), nodeServer: Self.nodeNameServer).split(separator: "\n")
        return lines.first { $0.hasPrefix("nameserver ") }.map { String($0.dropFirst(11)) } ?? ""
    }

    private static let nodeNameServer = "169.254.169.253"

    /// `/etc/hosts`, `/etc/resolv.conf` and the like.
    private static func systemFiles(_ record: PodRecord, _ pod: Value, _ image: ImageProfile, dnsAddress: String) -> [(String, String)] {
        let host = ContainerEnvironment.hostName(pod)
        let local =
            "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n"
        var hosts = "# Kubernetes-managed hosts file.\n\(local)"
        if pod["spec"]?["hostNetwork"]?.boolValue == true {
            // What stands in the node's own file.
            hosts = "# Kubernetes-managed hosts file (host network).\n\(local)"
        } else if let subdomain = pod["spec"]?["subdomain"]?.stringValue, !subdomain.isEmpty {
            hosts += "\(record.address)\t\(host).\(subdomain).\(pod.namespace).svc.cluster.local\t\(host)\n"
        } else {
            hosts += "\(record.address)\t\(host)\n"
        }
        let aliases = pod["spec"]?["hostAliases"]?.elements ?? []
        if !aliases.isEmpty { hosts += "\n# Entries added by HostAliases.\n" }
        for alias in aliases {
            hosts += "\(alias["ip"]?.stringValue ?? "")\t\((alias["hostnames"]?.elements ?? []).compactMap(\.stringValue).joined(separator: "\t"))\n"
        }
        let resolver = PodResolver(pod).file(server: dnsAddress, nodeServer: Self.nodeNameServer)
        let users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n"
        return [
            ("/etc/hosts", hosts), ("/etc/resolv.conf", resolver), ("/etc/hostname", host + "\n"), ("/etc/passwd", users), ("/etc/group", "root:x:0:\n"),
        ]
    }

    // MARK: Volumes

    /// Writes what ConfigMaps and Secrets say now into the volumes that show them.
    mutating func refreshVolumes(of record: PodRecord, _ pod: Value, in view: ClusterView) {
        let node = nodes[record.node]?.description
        for (name, id) in (podVolumes[record.uid] ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let spec = (pod["spec"]?["volumes"]?.elements ?? []).first(where: { $0["name"]?.stringValue == name }),
                let files = VolumeContents.files(spec, pod: pod, record: record, hostIP: node?.internalIP ?? "", node: node, tokens: tokens, in: view)
            else { continue }
            volumes[id]?.root = files
            own(id, spec, pod, in: view)
        }
    }
}
