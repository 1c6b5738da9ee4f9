import APIMachinery
import Kubelet
import KubernetesObjects

/// How a command's end is told to its client.
///
/// - Source: kubelet `cri/streaming/remotecommand/exec.go`.
enum CommandStatus {
    /// The `Status` that version 4 and later of the protocol end with.
    static func object(_ end: SessionEnd) -> Value {
        switch end {
        case .exited(0), .detached: ["metadata": [:], "status": "Success"]
        case .exited(let code):
            [
                "metadata": [:], "status": "Failure", "message": .string(text(end)), "reason": "NonZeroExitCode",
                "details": ["causes": [["reason": "ExitCode", "message": .string(String(code))]]],
            ]
        case .failed(let message):
            [
                "metadata": [:], "status": "Failure", "message": .string("Internal error occurred: error executing command in container: \(message)"),
                "reason": "InternalError", "details": ["causes": [["message": .string("error executing command in container: \(message)")]]], "code": 500,
            ]
        }
    }

    /// What earlier versions end with; empty for success.
    static func text(_ end: SessionEnd) -> String {
        switch end {
        case .exited(0), .detached: ""
        case .exited(let code): "command terminated with non-zero exit code: exit code \(code)"
        case .failed(let message): "error executing command in container: \(message)"
        }
    }

    static func bytes(_ end: SessionEnd, asObject: Bool) -> [UInt8] {
        asObject ? Array(object(end).json(.compact).utf8) : Array(text(end).utf8)
    }

    /// Reads what a resize stream says.
    ///
    /// - Shape: `{"Width":80,"Height":24}`.
    static func size(_ bytes: [UInt8]) -> (rows: Int, columns: Int)? {
        guard let value = try? JSONReader().read(bytes).value, let columns = value["Width"]?.intValue, let rows = value["Height"]?.intValue,
            (1...10_000).contains(rows), (1...10_000).contains(columns)
        else { return nil }
        return (rows, columns)
    }
}
