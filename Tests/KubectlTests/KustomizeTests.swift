import Foundation
import Testing

@testable import Kubectl

/// Kustomizations, built to what a real `kubectl kustomize` (5.6) made of them, or refused in its words.
///
/// - Shape: a folder each below `Fixtures/Kustomizations/`, with `expected.yaml` or `expected-error.txt`; the folder is `/work` for them.
@Suite struct KustomizeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var output: String?
        var refusal: String?
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/Kustomizations")

    /// All files but the expectations, by their paths below `/work`.
    private static let files: [String: String] = {
        var result: [String: String] = [:]
        for path in FileManager.default.enumerator(atPath: folder.path)?.compactMap({ $0 as? String }) ?? [] where !path.contains("expected") {
            if let text = try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8) { result[path] = text }
        }
        return result
    }()

    static let cases: [Case] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            func text(_ file: String) -> String? { try? String(contentsOf: folder.appendingPathComponent(name).appendingPathComponent(file), encoding: .utf8) }
            let found = Case(testDescription: name, output: text("expected.yaml"), refusal: text("expected-error.txt"))
            return found.output == nil && found.refusal == nil ? nil : found
        }
    }()

    @Test func `there are cases`() { #expect(Self.cases.count > 50) }

    @Test(arguments: cases)
    func `builds what kustomize builds`(_ wanted: Case) {
        let answer = Terminal(Self.files).run("kustomize \(wanted.testDescription)")
        if let output = wanted.output {
            #expect(answer.status == 0, "\(answer.errors)")
            let (old, new) = (output.components(separatedBy: "\n"), answer.output.components(separatedBy: "\n"))
            let index = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
            #expect(
                output == answer.output,
                "line \(index + 1):\n- \(old.indices.contains(index) ? old[index] : "end")\n+ \(new.indices.contains(index) ? new[index] : "end")")
        } else if let refusal = wanted.refusal {
            #expect(answer.status == 1)
            let said = answer.errors.split(separator: "\n").filter { !$0.hasPrefix("# Warning") }.joined(separator: "\n") + "\n"
            #expect(said == refusal)
        }
    }

    @Test func `charts are refused with what to do instead`() {
        let answer = Terminal(Self.files).run("kustomize helm --enable-helm")
        #expect(answer.errors.contains("helm template"))
    }

    /// Directories that name each other again and again end the build, in time.
    @Test func `many readings of few directories end`() {
        var files: [String: String] = [:]
        for level in 0..<28 { files["d\(level)/kustomization.yaml"] = "resources: [../d\(level + 1), ../d\(level + 1)]\n" }
        files["d28/kustomization.yaml"] = "resources: []\n"
        let answer = Terminal(files).run("kustomize d0")
        #expect(answer.errors.hasPrefix("error: kustomizations name each other too often"))
    }
}
