import APIMachinery
import KubernetesObjects

/// What a command gets from outside: texts in and out, files, variables, and who is asking.
///
/// Nothing in this room looks at the process, the disk, the network or the wall clock by itself.
package struct KubectlEnvironment {
    /// Reads all of standard input; called at most once for each command that wants it.
    package var standardInput: () -> [UInt8] = { [] }
    package var writeOutput: (String) -> Void
    package var writeError: (String) -> Void
    /// Writes bytes that are no text, such as a file copied out of a container.
    package var writeBytes: ([UInt8]) -> Void
    package var files: any KubectlFiles
    /// This process's own streams, for commands that hold a connection; nil where there are none, as in a script.
    package var streams: StreamEnds?
    /// Does something while the terminal hands over every key as it is typed.
    package var withRawTerminal: (() -> Void) -> Void = { $0() }
    /// `KUBECONFIG`, `HOME`, `KUBE_EDITOR`, `EDITOR`, `NO_COLOR`.
    package var variables: [String: String] = [:]
    /// Whether standard input and output are a terminal.
    package var isTerminal = false
    /// What an editor has saved, and the file that has it; no path when the file is gone.
    package struct EditedText {
        package var text: String
        package var path: String

        package init(text: String, path: String = "") {
            self.text = text
            self.path = path
        }
    }

    package typealias Editor = (_ editor: EditorCall, _ suffix: String, _ text: String) -> EditorAnswer

    /// Opens an editor on a text in a file whose name has this end, and returns what was saved, or why nothing was.
    /// Nil where there is no editor: `edit` is then refused with advice.
    package var edit: Editor?
    /// Runs the program of `KUBECTL_EXTERNAL_DIFF` over two folders of files, shows what it prints, and returns its exit status.
    /// Nil where no program can be run: the difference is then told by kubectl itself.
    package var compare: ((_ program: String, _ live: [(name: String, text: String)], _ merged: [(name: String, text: String)]) -> Int32?)?
    /// The user's programs that kubectl may run as plug-ins; nil where no program can be run.
    package struct Programs {
        /// Files of the folders in `PATH` whose names begin with `kubectl-`, in the order in which they are found.
        package var list: () -> [(path: String, isExecutable: Bool)]
        /// Runs one with arguments and returns its exit status.
        package var run: (_ path: String, _ arguments: [String]) -> Int32
        /// The folders of `PATH` that cannot be read, and why.
        package var unreadable: () -> [(folder: String, reason: String)]

        package init(
            list: @escaping () -> [(path: String, isExecutable: Bool)], unreadable: @escaping () -> [(folder: String, reason: String)] = { [] },
            run: @escaping (_ path: String, _ arguments: [String]) -> Int32
        ) {
            self.list = list
            self.unreadable = unreadable
            self.run = run
        }
    }

    package var programs: Programs?
    /// The kubeconfig that is used when no file is named and none is found.
    package var implicitConfig: Value?
    /// A program that makes credentials.
    package struct CredentialProgram: Sendable {
        package var command: String
        package var arguments: [String]
        /// What it finds in its environment besides what there is.
        package var variables: [(name: String, value: String)]

        package enum Answer: Sendable {
            case output([UInt8])
            case failed(Int32)
            case missing
        }
    }

    /// Runs a program that makes credentials; nil where no programs are run.
    package var credentials: ((CredentialProgram) -> CredentialProgram.Answer)?
    /// The user that a kubeconfig's user entry stands for; nil when the server would not know them.
    package var resolveUser: ((Value) -> UserInfo?)?
    /// Whether there is a server at an address; nil when every address leads to the client.
    package var reaches: ((String) -> Bool)?
    /// The address that `cluster-info` prints when no kubeconfig names one.
    package var serverAddress = "https://127.0.0.1:6443"
    /// The version that the client says it has.
    package var clientVersion = "v1.36.2"

    package init(files: any KubectlFiles, writeOutput: @escaping (String) -> Void, writeError: @escaping (String) -> Void) {
        self.files = files
        self.writeOutput = writeOutput
        self.writeError = writeError
        writeBytes = { writeOutput(String(decoding: $0, as: UTF8.self)) }
    }
}
