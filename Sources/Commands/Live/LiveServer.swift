import APIMachinery
import APIServer
import Cluster
import Glibc
import Kubectl
import KubernetesObjects
import NIOCore
import SimulationKernel

/// Serves one cluster from this process until it is told to stop.
struct LiveServer {
    let host: ClusterHost
    let control: LiveControl
    let server: ClusterServer

    /// Begins to serve.
    ///
    /// - Parameter port: 0 for any that is free; nil for the preferred one or else any.
    static func start(
        _ cluster: Cluster, name: String, identity: ClusterIdentity, storage: LiveStorage?, pace: ClusterPace, address: ServerAddress,
        auditLog: String?, remake: @escaping @Sendable () throws -> MadeCluster
    ) throws -> LiveServer {
        let audit = try auditLog.map { try Self.auditLog($0) }
        var cluster = cluster
        cluster.clientPrograms["kubectl"] = ContainerKubectl()
        return try Blocking.run { [cluster] in
            let host = ClusterHost(cluster: cluster, pace: pace, storage: storage)
            let control = LiveControl(host: host, name: name, storage: storage, remake: remake)
            let aggregated = await AggregatedAPIs.begin(for: host)
            let service = RequestService(
                host: host, upgrader: StreamUpgrader(), streamer: LogStreamer(), control: control, audit: audit, aggregated: aggregated)
            let server: ClusterServer
            do {
                server = try await ClusterServer.start(service, identity: try identity.serving(address.names), at: address)
            } catch {
                throw CommandError(.usage, "\(address.text) cannot be listened on: \(Self.reason(error))")
            }
            await host.start()
            return LiveServer(host: host, control: control, server: server)
        }
    }

    var url: String {
        let host = ["0.0.0.0", "::", ""].contains(server.address.host) ? "127.0.0.1" : server.address.host
        return "https://\(ServerAddress(host: host, port: server.address.port).text)"
    }

    /// Why an address cannot be listened on, and what helps.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "no such host is known. Choose an address of this machine with --listen." }
        switch error.errnoCode {
        case EADDRINUSE: return "another program listens there. Choose another port with --port, or 0 for any that is free."
        case EACCES: return "ports below 1024 are not for everybody. Choose a higher one with --port."
        case EADDRNOTAVAIL: return "this machine has no such address. Choose one that it has with --listen."
        default: return String(cString: strerror(error.errnoCode)).lowercased() + "."
        }
    }

    /// Ends serving: no more requests, then the state is put away.
    func stop() throws {
        try Blocking.run { [host, server] in
            try await host.close()
            await server.stop()
        }
    }

    private static func auditLog(_ path: String) throws(CommandError) -> AuditLog {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandError(.usage, "The audit log \(path) cannot be written: \(String(cString: strerror(errno)).lowercased()).") }
        return AuditLog { line in
            _ = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress!, $0.count) }
        }
    }
}
