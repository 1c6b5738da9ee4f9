import Foundation
import GitReading
import LabEngine
import Testing

@testable import Commands

@Suite("Grading side by side")
struct GradingTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private func grader(labs: String, submission: String) throws -> Grader {
        try Grader(labs: try LabOptions.parse(["--labs", labs]), submissions: try SubmissionOptions.parse(["--submission", submission]))
    }

    @Test("several labs are graded as each of them alone, and told in the order of the call")
    func several() throws {
        let grader = try grader(labs: Self.root + "/labs", submission: Self.root + "/solutions")
        let names = ["nodeport", "deployment"]
        let together = try grader.grade(names)
        #expect(together.map(\.lab) == names && together.allSatisfy(\.isPassed))
        for (name, report) in zip(names, together) {
            let located = LocatedSource(source: try WorkTreeSource("\(Self.root)/solutions/\(name)"), provenance: report.receipt.submission)
            let alone = try grader.runner.grade(try grader.lab(name), located, labs: report.receipt.labs)
            #expect(alone.receipt.digest == report.receipt.digest)
        }
    }

    @Test("a lab whose checks an empty submission passes is refused, alone and with others", arguments: [["blank"], ["blank", "second"]])
    func blank(names: [String]) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("labrunner-blank-\(names.count)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in names {
            try FileManager.default.createDirectory(atPath: "\(folder)/labs/\(name)", withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: "\(folder)/submissions/\(name)", withIntermediateDirectories: true)
            let lab = """
                apiVersion: labrunner.dev/v1
                kind: Lab
                metadata:
                  name: \(name)
                  title: {en: Blank}
                checks:
                  - name: first
                    object: {apiVersion: v1, kind: ServiceAccount, metadata: {name: default}}

                """
            try lab.write(toFile: "\(folder)/labs/\(name)/lab.yaml", atomically: true, encoding: .utf8)
        }
        let grader = try grader(labs: folder + "/labs", submission: names.count == 1 ? folder + "/submissions/blank" : folder + "/submissions")
        let error = #expect(throws: CommandError.self) { _ = try grader.grade(names) }
        #expect(error?.message.contains("Lab blank asserts nothing") == true)
    }
}
