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

    @Test(arguments: all)
    func `behaves as recorded`(_ recording: Recording) throws {
        let differences = try Replay.differences(of: recording.folder)
        #expect(differences.isEmpty, "\(recording.testDescription):\n\(differences.prefix(12).joined(separator: "\n"))")
    }
}
