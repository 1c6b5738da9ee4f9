import APIMachinery
import APIServer
import Cluster
import Glibc
import KubernetesObjects
import SimulationKernel

/// A folder of its own for one test, gone when the test is.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/labrunner-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }

    deinit {
        for name in Self.names(in: path) { unlink(path + "/" + name) }
        rmdir(path)
    }

    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

enum Bytes {
    static func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count <= 0 { return result }
            result += buffer[..<count]
        }
    }

    static func write(_ bytes: [UInt8], to path: String, append: Bool = false) {
        let descriptor = open(path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0o600)
        defer { close(descriptor) }
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}

enum Kept {
    static let start = Instant.simulationStart
    static let settings = ClusterSettings(profile: "recording", seed: 5, wallStart: start, clusterStart: start, speed: 1, port: 20_000)
    static let configMaps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")

    static func fresh() -> Cluster {
        var cluster = Cluster(profile: .recording, seed: 5, startingAt: start)
        cluster.settle()
        return cluster
    }

    /// Writes a ConfigMap and returns its resource version.
    @discardableResult
    static func put(_ name: String, _ text: String = "x", in cluster: inout Cluster) throws -> UInt64 {
        var request = APIRequest(.create, configMaps, namespace: "default")
        request.body = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": ["text": .string(text)]]
        return UInt64(try cluster.send(request).body.resourceVersion) ?? 0
    }

    static func has(_ name: String, in cluster: Cluster) -> Bool { cluster.store.get(.configMaps, namespace: "default", name: name) != nil }
}
