import Foundation

/// A temporary folder in which a test makes files and repositories; removed with its last holder.
final class Playground: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("git-reading-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    @discardableResult
    func git(_ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", path, "-c", "user.name=Test", "-c", "user.email=test@example.com"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A repository with two commits: `v1` tags the first, the branch `other` is there too.
    static func repository() throws -> Playground {
        let place = try Playground()
        try place.git("init", "-q", "-b", "main")
        try place.write("one\n", to: "labs/nodeport/lab.yaml")
        try place.write("readme\n", to: "README.md")
        try place.git("add", "-A")
        try place.git("commit", "-q", "-m", "first")
        try place.git("tag", "-a", "v1", "-m", "v1")
        try place.git("branch", "other")
        try place.write("two\n", to: "labs/nodeport/lab.yaml")
        try place.write("new\n", to: "labs/hpa/lab.yaml")
        try place.git("add", "-A")
        try place.git("commit", "-q", "-m", "second")
        return place
    }
}
