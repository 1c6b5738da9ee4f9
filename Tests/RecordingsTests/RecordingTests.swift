import Foundation
import TestSupport
import Testing

/// Recordings of a real Kubernetes v1.36 control plane, replayed in process: one case a scenario.
@Suite struct RecordingTests {
    struct Recording: CustomTestStringConvertible, Sendable {
        let folder: URL
        var testDescription: String { folder.pathComponents.suffix(2).joined(separator: "/") }
    }

    static let all: [Recording] = {
        let only = ProcessInfo.processInfo.environment["RECORDING"]
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        return Replay.scenarios(under: folder).map(Recording.init).filter { only == nil || $0.testDescription.contains(only!) }
    }()

    /// Recordings that the product does not follow on purpose, with the reason.
    static let departures = ["apimachinery/explain": "what fields are for is said in our own words"]

    @Test(arguments: all)
    func `behaves as recorded`(_ recording: Recording) throws {
        let differences = try Replay.differences(of: recording.folder)
        let text = Comment("\(recording.testDescription):\n\(differences.prefix(12).joined(separator: "\n"))")
        if let reason = Self.departures[recording.testDescription] {
            withKnownIssue(Comment(rawValue: reason)) { #expect(differences.isEmpty, text) }
        } else {
            #expect(differences.isEmpty, text)
        }
    }
}
