import Foundation

/// The repository that these tests stand in.
enum House {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct SourceFile: Sendable {
        /// From the root of the repository.
        var path: String
        var text: String

        /// The target that it belongs to.
        var room: String { String(path.split(separator: "/")[1]) }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    /// The Swift files below a folder of the repository, sorted by path.
    static func swiftFiles(in folder: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
        var files: [SourceFile] = []
        for case let name as String in walk where name.hasSuffix(".swift") {
            guard let text = try? String(contentsOf: base.appendingPathComponent(name), encoding: .utf8) else { continue }
            files.append(SourceFile(path: folder + "/" + name, text: text))
        }
        return files.sorted { $0.path < $1.path }
    }

    static func text(of path: String) -> String { (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? "" }
}

/// The floors of the house: a room imports rooms of lower floors, and those of its own floor that are named here.
enum Floors {
    static let floor: [String: Int] = [
        "KubernetesObjects": 0, "SimulationKernel": 0, "Shell": 0, "CLibGit2": 0, "CZlib": 0,
        "GitReading": 1, "CEL": 1, "KubernetesSchema": 1, "APIMachinery": 1,
        "Scheduler": 2, "Controllers": 2, "Kubelet": 2, "ServiceNetwork": 2, "Autoscaling": 2, "CloudModel": 2,
        "Cluster": 3,
        "Kubectl": 4, "Eksctl": 4, "APIServer": 4,
        "Grading": 5, "LabEngine": 5, "Gradebook": 5,
        "Commands": 6, "labrunner": 7, "SchemaGenerator": 6,
    ]

    /// Neighbours on one floor that a room may use all the same.
    static let neighbours: [String: Set<String>] = [
        "APIMachinery": ["KubernetesSchema", "CEL"],
        "Shell": ["CZlib"], "Controllers": ["Scheduler"], "Kubelet": ["Scheduler"], "Autoscaling": ["Scheduler"], "CloudModel": ["Scheduler"],
        "LabEngine": ["Grading"],
    ]

    static func mayImport(_ room: String, _ other: String) -> Bool {
        guard let own = floor[room], let theirs = floor[other] else { return true }
        return theirs < own || neighbours[room]?.contains(other) == true
    }
}
