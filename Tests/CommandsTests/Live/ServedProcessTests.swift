import APIServer
import Foundation
import KubernetesObjects
import Testing

@testable import Commands

/// Processes that serve clusters, as the commands that look after them find them.
@Suite(.serialized, .enabled(if: ServedProcess.program != nil, "the program is not built")) struct ServedProcessTests {
    private func isOver(_ process: ServedProcess, within seconds: Double = 30) -> Bool {
        let end = Date() + seconds
        while Date() < end, process.isRunning { usleep(20_000) }
        return !process.isRunning
    }

    @Test(.timeLimit(.minutes(2))) func `a process whose cluster's folder is gone ends`() throws {
        let folder = try CommandHome.folder("gone")
        try DiskCluster.make(folder, profile: "recording", seed: 1, speed: 1)
        let process = try ServedProcess(folder, arguments: ["--port", "0"])
        defer { process.kill() }
        #expect(process.served() != nil)
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(isOver(process))
        #expect(!folder.exists)
    }

    @Test(.timeLimit(.minutes(2))) func `a port that was asked for is kept, and a certificate is good for the address`() throws {
        let folder = try CommandHome.folder("ported")
        try DiskCluster.make(folder, profile: "recording", seed: 1, speed: 1)
        let standard = try folder.readSettings().port
        let first = try ServedProcess(folder, arguments: ["--port", "0", "--listen", "127.0.0.2"])
        defer { first.kill() }
        let served = try #require(first.served())
        #expect(served.server.hasPrefix("https://127.0.0.2:"))
        #expect(try served.ask("status")["nodes"] != nil)
        #expect(served.end() && isOver(first))
        #expect(try folder.readSettings().port == standard)
        let port = standard == 29_999 ? 29_998 : 29_999
        let second = try ServedProcess(folder, arguments: ["--port", "\(port)"])
        defer { second.kill() }
        #expect(second.served() != nil || !second.isRunning)
        second.stop()
        #expect(try folder.readSettings().port == port)
    }
}
