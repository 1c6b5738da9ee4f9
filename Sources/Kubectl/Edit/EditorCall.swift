/// What is started to edit a file.
///
/// - Source: k8s.io/kubectl `pkg/cmd/util/editor`: words are split at each space, and a text with quotes is a shell's to read.
package struct EditorCall: Sendable {
    /// The program and what it is called with; a shell's last word is its script.
    package let words: [String]
    private let isScript: Bool

    /// The editor of `KUBE_EDITOR` or `EDITOR`.
    init(_ variables: [String: String]) {
        func variable(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        let editor = variable("KUBE_EDITOR") ?? variable("EDITOR") ?? "vi"
        isScript = editor.contains(" ") && editor.contains { "\"'\\".contains($0) }
        if isScript {
            words = [variable("SHELL") ?? "/bin/bash", "-c", editor]
        } else {
            words = editor.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The words that open a file.
    package func words(opening path: String) -> [String] {
        isScript ? words.dropLast() + ["\(words[words.count - 1]) \(goQuoted(path))"] : words + [path]
    }

    /// The editor as messages name it.
    var name: String { goQuoted(words.joined(separator: " ")) }
}

/// How an editor ended.
package enum EditorAnswer {
    /// A text was saved, in a file.
    case saved(KubectlEnvironment.EditedText)
    case failed
    /// There is no such program.
    case missing
}
