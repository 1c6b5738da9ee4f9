import Cluster
import Eksctl
import KubernetesObjects

/// One call of eksctl with all that it reads, so that the process that has the cluster can carry it out.
///
/// - Shape: `{"words": […], "files": {PATH: TEXT}, "input": TEXT}`.
struct EksctlCall: Sendable {
    var words: [String]
    var files: [String: String] = [:]
    var input = ""

    /// The call of this process: the files that it names are read here.
    init(words: [String]) {
        self.words = words
        for (index, word) in words.enumerated() {
            let path: String
            if word == "-f" || word == "--config-file", index + 1 < words.count {
                path = words[index + 1]
            } else if let equals = word.firstIndex(of: "="), ["-f", "--config-file"].contains(word[..<equals]) {
                path = String(word[word.index(after: equals)...])
            } else {
                continue
            }
            if path == "-" {
                input = String(decoding: Host.readInput(), as: UTF8.self)
            } else if let bytes = Host.readFile(path) {
                files[path] = String(decoding: bytes, as: UTF8.self)
            }
        }
    }

    var value: Value {
        let named = files.sorted { $0.key < $1.key }.map { ($0.key, Value.string($0.value)) }
        return ["words": Value(words), "files": .object(Fields(named)), "input": .string(input)]
    }

    init?(_ value: Value) {
        guard let words = value["words"]?.arrayValue?.compactMap(\.stringValue) else { return nil }
        self.words = words
        for (path, text) in value["files"]?.fields ?? Fields() { files[path] = text.stringValue ?? "" }
        input = value["input"]?.stringValue ?? ""
    }

    /// Carries the call out. What eksctl waits for passes at once: the cluster's time runs ahead by as much.
    func run(on session: ClusterSession) -> EksctlAnswer {
        var answer = EksctlAnswer()
        let (output, errors) = (Collected(), Collected())
        var eksctl = Eksctl(
            account: session,
            environment: EksctlEnvironment(
                writeOutput: { output.text += $0 }, writeError: { errors.text += $0 }, readFile: { files[$0] }, standardInput: { input }))
        answer.status = eksctl.run(words)
        (answer.output, answer.errors) = (output.text, errors.text)
        return answer
    }

    private final class Collected { var text = "" }
}

/// What a call of eksctl printed, and how it ended.
struct EksctlAnswer: Sendable {
    var status: Int32 = 0
    var output = ""
    var errors = ""

    init() {}

    var value: Value { ["status": Value(Int(status)), "output": .string(output), "errors": .string(errors)] }

    init?(_ value: Value) {
        guard let number = value["status"]?.intValue, let status = Int32(exactly: number) else { return nil }
        self.status = status
        output = value["output"]?.stringValue ?? ""
        errors = value["errors"]?.stringValue ?? ""
    }
}
