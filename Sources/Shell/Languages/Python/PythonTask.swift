/// `python3 -c`, for programs that print, look at their environment, decide, loop, sleep and end.
///
/// - Source: "Command line and environment" of the Python documentation. Output that goes to no terminal is kept back until 8 KiB of it
///   are there or the program ends, unless `-u` or `PYTHONUNBUFFERED` is given.
/// - Differs: a program that needs more of Python than `PythonParser` reads is refused; a file's program stays up and does nothing.
package struct PythonTask: UtilityTask {
    static let version = "3.14.2"
    private static let bufferMax = 8192
    /// Options that change nothing of what is seen here, but for `-u`.
    private static let harmless = "uBEIOsSq"

    private var machine: PythonMachine?
    private var problem: String?
    private var answer: String?
    private var isUnbuffered = false
    private var until: Int64?
    private var staysUp = false

    init(arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "-V", "--version", "-VV":
                answer = "Python \(Self.version)\n"
                return
            case let option where option.hasPrefix("-") && !option.hasPrefix("--") && option.hasSuffix("c") && option.dropFirst().dropLast().allSatisfy({ Self.harmless.contains($0) }):
                isUnbuffered = isUnbuffered || option.contains("u")
                guard let source = rest.popFirst() else { break }
                do throws(PythonRefusal) { machine = PythonMachine(try PythonProgram(source), arguments: ["-c"] + rest) } catch { problem = "\(error.message) is not simulated" }
                return
            case let option where option.hasPrefix("-") && option.count > 1 && option.dropFirst().allSatisfy({ Self.harmless.contains($0) }):
                if option.contains("u") { isUnbuffered = true }
            case let option where option.hasPrefix("-"):
                problem = "the option \(option) is not simulated"
                return
            default:
                staysUp = true
                return
            }
        }
        problem = "only programs that are given with -c are simulated"
    }

    /// Whether a command line's program can be run here.
    package static func runs(_ line: [String]) -> Bool {
        let task = PythonTask(arguments: Array(line.dropFirst()))
        return task.problem == nil && !task.staysUp
    }

    package mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if let problem {
            io.complain(problem)
            return .exit(2)
        }
        if let answer {
            io.print(answer)
            return .exit(0)
        }
        if staysUp { return .sleep(until: io.now &+ 365 * 86_400 * 1_000_000_000) }
        if let until, until > io.now { return .sleep(until: until) }
        let keepsBack = !isUnbuffered && io.environment.last(where: { $0.name == "PYTHONUNBUFFERED" })?.value.isEmpty ?? true
        let outcome = machine!.run(&io)
        if case .exit = outcome { machine!.flush(&io) } else if !keepsBack || machine!.output.utf8.count >= Self.bufferMax { machine!.flush(&io) }
        if case .sleep(let instant) = outcome { until = instant }
        return outcome
    }
}
