import Foundation
import GitReading
import Grading

@testable import LabEngine

/// The labs of the repository, and ways to grade them.
enum Fixtures {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static func catalogue() throws -> LabCatalogue {
        var locator = SourceLocator()
        locator.readsProvenance = false
        return try LabCatalogue(locator.open(root + "/labs"), solutions: WorkTreeSource(root + "/solutions"))
    }

    static let runner = LabRunner(engineVersion: "test")
    static let koreanRunner = LabRunner(language: "ko", engineVersion: "test")

    static func grade(_ lab: String, _ source: any FileSource, runner: LabRunner = runner) throws -> LabReport {
        let catalogue = try catalogue()
        return try runner.grade(
            try catalogue.lab(lab), LocatedSource(source: source, provenance: Provenance(location: "submission")), labs: Provenance(location: "labs"))
    }

    /// The model submission of a lab with some files replaced.
    static func changed(_ lab: String, _ file: String, _ text: String, to other: String) throws -> any FileSource {
        let solution = try catalogue().solution(of: lab)!
        return OverlaySource(MemorySource([file: try solution.readText(file).replacing(text, with: other)]), over: solution)
    }

    static func cause(of check: String, in report: LabReport) -> String? {
        guard case .failed(let finding)? = report.checks.first(where: { $0.name == check })?.verdict else { return nil }
        return finding.causes.first?.description ?? finding.found
    }
}
