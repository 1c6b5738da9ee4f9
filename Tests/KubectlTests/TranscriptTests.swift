import Foundation
import Testing

/// Sessions with kubectl, played again.
///
/// - Shape: `file NAME` up to `end` makes a file; `$ kubectl …` is a command, what follows is what it prints, errors after `! `,
///   and `=> N` its exit status when it is not 0. `set NAME=VALUE` is a variable from there on, `type TEXT` what is typed into
///   the next command, and `show NAME` a file as it is then. `RECORD_GOLDEN=1` writes them anew.
@Suite struct TranscriptTests {
    struct Session: CustomTestStringConvertible, Sendable {
        let url: URL
        var testDescription: String { url.deletingPathExtension().lastPathComponent }
    }

    static let all: [Session] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Transcripts")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".session") }.sorted().map { Session(url: folder.appendingPathComponent($0)) }
    }()

    @Test(arguments: all)
    func `prints what it printed before`(_ session: Session) throws {
        let text = try String(contentsOf: session.url, encoding: .utf8)
        let played = play(text)
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, played != text {
            try played.write(to: session.url, atomically: true, encoding: .utf8)
            Issue.record("recorded anew: \(session.testDescription)")
        }
        if played != text {
            let (old, new) = (text.components(separatedBy: "\n"), played.components(separatedBy: "\n"))
            let index = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
            Issue.record(
                "\(session.testDescription) line \(index + 1):\n- \(old.indices.contains(index) ? old[index] : "end")\n+ \(new.indices.contains(index) ? new[index] : "end")"
            )
        }
    }

    private static func isDirective(_ line: String) -> Bool { ["$ ", "file ", "set ", "type ", "show ", "# "].contains { line.hasPrefix($0) } }

    private func play(_ text: String) -> String {
        let terminal = Terminal()
        var result: [String] = []
        var lines = text.components(separatedBy: "\n")[...]
        while let line = lines.first {
            lines = lines.dropFirst()
            if line.hasPrefix("file ") {
                let body = lines.prefix { $0 != "end" }
                lines = lines.dropFirst(body.count + 1)
                try? terminal.files.write(String(line.dropFirst(5)), Array((body.joined(separator: "\n") + "\n").utf8))
                result += [line] + body + ["end"]
            } else if line.hasPrefix("set ") {
                result.append(line)
                let pair = line.dropFirst(4).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                terminal.variables[pair[0]] = pair.count > 1 ? pair[1] : nil
            } else if line.hasPrefix("type ") {
                result.append(line)
                terminal.input = line.dropFirst(5) + "\n"
            } else if line.hasPrefix("show ") {
                result.append(line)
                lines = lines.drop { !Self.isDirective($0) }
                let bytes = (try? terminal.files.read(String(line.dropFirst(5)))) ?? Array("no such file\n".utf8)
                result += String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
            } else if line.hasPrefix("$ kubectl ") {
                result.append(line)
                lines = lines.drop { !Self.isDirective($0) }
                let answer = terminal.run(String(line.dropFirst("$ kubectl ".count)))
                terminal.input = ""
                result += answer.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
                if !answer.output.isEmpty, !answer.output.hasSuffix("\n") { result.append(String(answer.output.split(separator: "\n").last ?? "")) }
                result += answer.errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "! \($0)" }
                if answer.status != 0 { result.append("=> \(answer.status)") }
            } else {
                result.append(line)
            }
        }
        while result.last == "" { result.removeLast() }
        return result.joined(separator: "\n") + "\n"
    }
}
