import APIServer
import Foundation
import KubernetesObjects

@testable import Commands

/// `labrunner cluster up` as a process of its own, of the program that was built beside these tests.
final class ServedProcess {
    /// The program; nil when only tests were built.
    static let program: String? = {
        let beside = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("labrunner").path
        return beside.flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }
    }()

    let folder: ClusterFolder
    private let process: Process

    /// Starts to serve a cluster and waits until it is reached.
    init(_ folder: ClusterFolder, arguments: [String] = []) throws {
        self.folder = folder
        process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program ?? "")
        process.arguments = ["cluster", "up", folder.name, "--foreground"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["LABRUNNER_HOME": String(ClusterFolder.root.dropLast("/clusters".count))]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// Waits until the process says where it serves.
    func served(within seconds: Double = 30) -> ServedCluster? {
        let end = Date() + seconds
        while Date() < end, process.isRunning {
            if let served = ServedCluster(folder), served.process == process.processIdentifier { return served }
            usleep(2000)
        }
        return nil
    }

    /// Ends it as the power does.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to end and waits.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}
