import Foundation
import Testing

@testable import Kubectl

/// Every option that a command declares is read somewhere, refused by name, or listed here with why it changes nothing.
@Suite struct FlagTests {
    /// Options that have nothing to change in this kubectl, and why.
    private static let idle: [String: String] = [
        "cache-dir": "discovery is not cached on disk",
        "concurrency": "requests are answered one after the other",
        "disable-compression": "there is no wire to compress on",
        "insecure-skip-tls-verify": "there is no certificate to verify",
        "insecure-skip-tls-verify-backend": "there is no certificate to verify",
        "certificate-authority": "there is no certificate to verify",
        "tls-server-name": "there is no certificate to verify",
        "log-flush-frequency": "logs are written at once",
        "match-server-version": "client and server are of one version",
        "profile-output": "only with a profile, which is refused",
        "vmodule": "there are no files of the log to tell apart",
        "openapi-patch": "the schemas are at hand",
        "use-protocol-buffers": "objects are values, not bytes",
        "windows-line-endings": "the editor gets lines as they are",
        "no-preserve": "files in containers have no owners to keep",
        "retries": "copies in process do not break off",
        "cached": "discovery is read once in a run",
        "leave-stdin-open": "read where the pod is made",
        "append-server-path": "the server has no path of its own", "keepalive": "connections are kept by the system",
        "kuberc": "read before the command line is", "detach-keys": "refused by name", "pod-running-timeout": "pods are waited for where logs and shells need them",
        "from-literal": "read by the sources of keys", "from-env-file": "read by the sources of keys",
    ]

    /// The names that the sources ask options by: texts that stand where an option is read, or in a list of options.
    private static let read: Set<String> = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/Kubectl")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        var names: Set<String> = []
        for file in files where file.pathExtension == "swift" {
            let pieces = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\"", omittingEmptySubsequences: false)
            for index in stride(from: 1, to: pieces.count - 1, by: 2) {
                let (before, after) = (pieces[index - 1], pieces[index + 1])
                let isCall = ["string(", "bool(", "int(", "list(", "seconds(", "isSet("].contains { before.hasSuffix($0) }
                let isInArray = (before.hasSuffix("[") || before == ", ") && (after.hasPrefix(", ") || after.hasPrefix("]"))
                let isListed = isInArray || (before.hasSuffix("(") && !before.hasSuffix("FlagSpec(") && !before.hasSuffix(".flag(") && after.hasPrefix(", "))
                    || after.hasPrefix(": ") || before.hasSuffix("? ") || before.hasSuffix(" : ") || (before.hasSuffix("[") && after.hasPrefix(", "))
                if isCall || isListed || file.lastPathComponent == "KustomizeCommand.swift" && after.hasPrefix(",") { names.insert(String(pieces[index])) }
            }
        }
        return names
    }()

    private static func all(_ command: Command, path: String) -> [(path: String, flag: FlagSpec)] {
        command.flags.map { (path, $0) } + command.subcommands.flatMap { all($0, path: "\(path) \($0.name)") }
    }

    @Test func `every option is read or refused`() {
        let declared = Self.all(CommandTree.root, path: "kubectl") + GlobalFlags.specs.map { ("", $0) }
        #expect(declared.count > 500)
        var missing: Set<String> = []
        for (path, flag) in declared {
            let name = flag.name
            let isRead = Self.read.contains(name) || name.hasPrefix("keep-")
            let isRefused = GlobalFlags.unsupported.contains { $0.flag == name && ($0.command.isEmpty || $0.command == path) }
            if !isRead, !isRefused, Self.idle[name] == nil { missing.insert("\(path) --\(name)") }
        }
        #expect(missing.sorted() == [])
    }

    /// Refused options are refused, and say their name.
    @Test func `unsupported options are refused by name`() {
        for (command, name, harmless) in GlobalFlags.unsupported where !command.isEmpty {
            let words = command.split(separator: " ").dropFirst().map(String.init)
            let value = ["true", "false"].contains(harmless) ? (harmless == "true" ? "false" : "true") : "x"
            var line = words + ["--\(name)=\(value)"]
            if command == "kubectl run" { line += ["p", "--image=a"] }
            let answer = Terminal().kubectl(line)
            #expect(answer.status == 1 && answer.errors.contains("--\(name)"), "\(line): \(answer.errors)")
        }
    }
}
