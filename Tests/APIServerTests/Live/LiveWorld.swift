import APIMachinery
import Cluster
import Foundation
import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIServer

/// A live cluster in this process and a folder with a kubeconfig that leads to it, for real clients.
final class LiveWorld: Sendable {
    let host: ClusterHost
    let server: ClusterServer
    let folder: String

    /// - Parameter objects: what is created before the cluster comes to rest.
    init(profile: ClusterProfile? = nil, objects: String = "") async throws {
        var profile = profile ?? ClusterProfile.named("eks-2x-m5.large")!
        let identity = try ClusterIdentity()
        profile.adopt(identity)
        var cluster = Cluster(profile: profile, startingAt: WallClock.now)
        cluster.settle()
        for object in try YAMLReader().documents(objects).map(\.value) where !object.isNull {
            let kinds = ["Pod": "pods", "Deployment": "deployments", "Service": "services", "ConfigMap": "configmaps"]
            let parts = object.apiVersion.split(separator: "/").map(String.init)
            let resource = GroupVersionResource(group: parts.count == 2 ? parts[0] : "", version: parts.last ?? "v1", resource: kinds[object.kind] ?? "")
            var request = APIRequest(.create, resource, namespace: "default")
            request.body = object
            _ = try cluster.send(request)
        }
        cluster.settle()
        host = ClusterHost(cluster: cluster)
        let service = RequestService(host: host, upgrader: StreamUpgrader(), streamer: LogStreamer())
        server = try await ClusterServer.start(service, identity: identity, at: ServerAddress(port: 0))
        await host.start()
        let (certificate, key) = try identity.clientCertificate(name: "kubernetes-admin", groups: ["system:masters"])
        folder = NSTemporaryDirectory() + "live-\(server.address.port)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let config: Value = [
            "apiVersion": "v1", "kind": "Config", "current-context": "live",
            "clusters": [["name": "live", "cluster": ["server": .string("https://127.0.0.1:\(server.address.port)"), "certificate-authority-data": .string(Base64.encode(identity.authorityPEM))]]],
            "contexts": [["name": "live", "context": ["cluster": "live", "user": "admin"]]],
            "users": [["name": "admin", "user": ["client-certificate-data": .string(Base64.encode(certificate)), "client-key-data": .string(Base64.encode(key))]]],
        ]
        for (name, text) in [("ca.crt", identity.authorityPEM), ("client.crt", certificate), ("client.key", key)] {
            try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        }
        try config.yaml().write(toFile: folder + "/config", atomically: true, encoding: .utf8)
    }

    func stop() async {
        try? await host.close()
        await server.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What a client printed and how it ended.
    struct Outcome: Sendable {
        var output: String
        var errors: String
        var status: Int32
    }

    /// Runs a program with the cluster's kubeconfig; it is ended after `limit` seconds.
    func run(_ program: String, _ arguments: [String], input: String? = nil, environment: [String: String] = [:], limit: Double = 60) async throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ["KUBECONFIG": folder + "/config", "HOME": folder, "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        let (output, errors, typed) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = typed
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                do { try process.run() } catch { return continuation.resume(throwing: error) }
                let timer = DispatchWorkItem { process.terminate() }
                DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: timer)
                let errorText = Locked("")
                let reading = DispatchWorkItem { errorText.value = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
                DispatchQueue.global().async(execute: reading)
                if let input { typed.fileHandleForWriting.write(Data(input.utf8)) }
                try? typed.fileHandleForWriting.close()
                let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                reading.wait()
                process.waitUntilExit()
                timer.cancel()
                continuation.resume(returning: Outcome(output: text, errors: errorText.value, status: process.terminationStatus))
            }
        }
    }
}

/// A value that two threads may touch.
final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var stored: Value

    init(_ value: Value) { stored = value }

    var value: Value {
        get { lock.withLock { stored } }
        set { lock.withLock { stored = newValue } }
    }
}

/// Real clients that are found on this machine.
enum RealClient {
    /// The kubectl of the machine; nil when there is none.
    static let kubectl = ["/usr/bin/kubectl", "/usr/local/bin/kubectl"].first { FileManager.default.isExecutableFile(atPath: $0) }

    /// An old kubectl, which speaks SPDY and wants OpenAPI as a protocol buffer: where CI puts it, or where a developer says.
    static let oldKubectl = [ProcessInfo.processInfo.environment["KUBECTL_1_20"], "/tmp/kubectl-1.20/usr/bin/kubectl"].compactMap { $0 }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static var all: [String] { [kubectl, oldKubectl].compactMap { $0 } }
}
