import Foundation
import KubernetesObjects
import Testing

/// Files beside the tests.
enum Fixtures {
    static func value(_ name: String) throws -> Value {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
        return try Value(parsingJSON: Array(try Data(contentsOf: url)))
    }
}
