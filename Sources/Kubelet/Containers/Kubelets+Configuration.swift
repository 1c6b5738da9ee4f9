import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// Servers that do what their configuration files say.
extension Kubelets {
    /// A container that was just planned, with what its configuration files say, or the end that they lead to.
    mutating func configured(_ container: RunningContainer, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, in view: ClusterView) -> RunningContainer {
        switch container.image.reads {
        case "nginx": configuredNginx(container, record, ref, pod, in: view)
        case "redis": configuredRedis(container, record, ref, pod, in: view)
        default: container
        }
    }

    /// `redis-server [FILE] [--NAME VALUE]…`
    private mutating func configuredRedis(_ container: RunningContainer, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, in view: ClusterView) -> RunningContainer {
        guard case .server(let ports, let routes, let flags, let log) = container.plan else { return container }
        let spec = pod.containerSpec(ref)
        var options = ContainerPlan.line(spec, image: container.image)[...]
        while let first = options.first, !first.hasPrefix("-"), container.image.programs.contains(where: { $0.matches(first.split(separator: "/").last.map(String.init) ?? first) }) { options.removeFirst() }
        var container = container
        func fail(_ lines: [String]) -> RunningContainer {
            container.plan = .exit(code: 1, after: .milliseconds(200), log: lines)
            return container
        }
        var text = ""
        if let path = options.first, !path.hasPrefix("-") {
            options.removeFirst()
            var files = fileSystem(record, ref, pod, container.image, in: view)
            swap(&files.volumes, &volumes)
            let found = Result { () throws(FileError) in try files.read(VirtualFileSystem.absolute(path, from: spec["workingDir"]?.stringValue ?? container.image.directory)) }
            swap(&files.volumes, &volumes)
            switch found {
            case .success(let bytes): text = String(decoding: bytes, as: UTF8.self)
            case .failure(let error): return fail(["1:C ${time:redis} # Fatal error, can't open config file '\(path)': \(error.code.rawValue)"])
            }
        }
        do throws(RedisConfiguration.Problem) {
            let settings = try RedisConfiguration(file: text, options: Array(options))
            container.redis = settings
            let port = Int(settings["port"]) ?? 6379
            container.plan = .server(ports: Array(Set(ports.filter { $0 != 6379 } + [port])).sorted(), routes: routes, flags: flags, log: log)
        } catch {
            return fail(error.report(version: version(record[ref]?.image ?? "")).split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
        return container
    }
}
