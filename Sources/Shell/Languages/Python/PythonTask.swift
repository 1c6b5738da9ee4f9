/// `python3`, for small programs: what is given with `-c`, in a file, or on standard input.
///
/// - Source: The Python Language Reference. Differs: only the part of it that `docs/IMAGES.md` names; a program that needs more is refused.
package struct PythonTask: UtilityTask {
    private static let usage = "usage: python3 [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"

    private enum Source {
        case text(String), file(String), input
    }

    private var source = Source.input
    private var arguments: [String] = []
    private var isUnbuffered = false
    private var answer: (text: String, status: Int)?
    private var machine: PythonMachine?
    private var collected: [UInt8] = []

    init(arguments given: [String]) {
        var rest = given[...]
        while let word = rest.popFirst() {
            switch word {
            case "-c":
                source = .text(rest.popFirst() ?? "")
                arguments = ["-c"] + rest
                return
            case "-u": isUnbuffered = true
            case "-V", "--version": answer = ("", 0)
            case "-B", "-E", "-I", "-O", "-s", "-S", "-q": break
            case "-":
                arguments = ["-"] + rest
                return
            case _ where word.hasPrefix("-"):
                answer = (word == "-m" ? "python3: module '\(rest.first ?? "")' is not simulated\n" : "Unknown option: \(word)\n" + Self.usage, word == "-m" ? 1 : 2)
                return
            default:
                source = .file(word)
                arguments = [word] + rest
                return
            }
        }
    }

    /// Whether the program that a command line gives with `-c` can be run here, or is one that Python refuses too.
    package static func runs(_ line: [String]) -> Bool {
        guard let option = line.firstIndex(of: "-c"), option + 1 < line.count else { return line.contains { ["-V", "--version"].contains($0) } }
        do throws(PythonRefusal) {
            _ = try PythonProgram(line[option + 1])
            return true
        } catch {
            if case .unsupported = error { return false }
            return true
        }
    }

    static func version(_ io: UtilityIO) -> String { io.environment.last { $0.name == "PYTHON_VERSION" }?.value ?? "3.14.0" }

    package mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if machine != nil { return machine!.run(&io) }
        if let answer {
            if answer.text.isEmpty { io.printLine("Python " + Self.version(io)) } else { io.errors += Array(answer.text.utf8) }
            return .exit(answer.status)
        }
        let text: String
        switch source {
        case .text(let program): text = program
        case .file(let name):
            guard let bytes = try? io.files.read(io.path(name)) else {
                io.errors += Array("python3: can't open file '\(io.path(name))': [Errno 2] No such file or directory\n".utf8)
                return .exit(2)
            }
            text = String(decoding: bytes, as: UTF8.self)
        case .input:
            collected += io.input
            io.input = []
            guard io.inputEnded else { return .needsInput }
            text = String(decoding: collected, as: UTF8.self)
        }
        do throws(PythonRefusal) {
            let isHeld = !isUnbuffered && io.terminal == nil && io.environment.last { $0.name == "PYTHONUNBUFFERED" }?.value.isEmpty != false
            machine = PythonMachine(try PythonProgram(text), arguments: arguments, holdsOutput: isHeld)
            return machine!.run(&io)
        } catch {
            switch error {
            case .syntax(let message, let line):
                let shown = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(line - 1).first ?? ""
                io.errors += Array("  File \"<string>\", line \(line)\n    \(shown.drop { $0 == " " })\nSyntaxError: \(message)\n".utf8)
            case .unsupported(let what, let line): io.errors += Array("python3: line \(line): not simulated: \(what)\n".utf8)
            }
            return .exit(1)
        }
    }
}
