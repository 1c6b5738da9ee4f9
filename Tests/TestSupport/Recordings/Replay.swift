import Foundation
import KubernetesObjects

/// Replays recordings of a real control plane against the simulator.
public enum Replay {
    /// The folders of scenarios under a folder, sorted.
    public static func scenarios(under folder: URL) -> [URL] {
        guard let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
        var result: [URL] = []
        for case let url as URL in walk where url.lastPathComponent == "scenario.yaml" { result.append(url.deletingLastPathComponent()) }
        return result.sorted { $0.path < $1.path }
    }

    /// The differences between a recording and what the simulator does, the first differing field first; none when it passes.
    public static func differences(of folder: URL) throws -> [String] {
        let scenario = try Scenario(folder: folder)
        let outcome = ScenarioRun(scenario).outcome()
        return Comparison.differences(expected: scenario.expected, actual: outcome, timelineTolerance: scenario.timelineTolerance)
    }
}
