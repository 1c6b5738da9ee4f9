/// Runs scripts one after another to their ends, answering host commands on the spot: for command scripts and recorded steps.
///
/// Files, directory, variables and functions are kept from one script to the next.
package struct ShellSession: Sendable {
    package var files: VirtualFileSystem
    package var configuration: ShellConfiguration
    package var environment: [(name: String, value: String)]
    package var directory: String

    /// What a script came to.
    package struct Result: Sendable {
        package var status: Int
        package var output: [UInt8]
        package var errors: [UInt8]
        /// What stopped it before its end; its text is also the last line of `errors`.
        package var failure: ShellFailure?
        package var syntaxError: ScriptSyntaxError?

        package var outputText: String { String(decoding: output, as: UTF8.self) }
        package var errorText: String { String(decoding: errors, as: UTF8.self) }
    }

    /// What a host command may look at and change while it is answered.
    package struct HostContext {
        package var files: VirtualFileSystem
        package var call: HostCall
        /// Nanoseconds since 1970; a command that waits moves it.
        package var now: Int64
    }

    package init(files: VirtualFileSystem = .standard(), configuration: ShellConfiguration = ShellConfiguration(), environment: [(name: String, value: String)] = [], directory: String = "/") {
        self.files = files
        self.configuration = configuration
        self.environment = environment
        self.directory = directory
    }

    /// Reads and runs a script.
    ///
    /// - `name` is what complaints begin with, such as `commands.sh`.
    /// - `clock` gives the time before each turn; `sleep` is called with the moment to sleep until.
    /// - `host` answers a call of a host command.
    package mutating func run(
        _ text: String, name: String = "sh", arguments: [String] = [], input: [UInt8] = [], clock: () -> Int64 = { 0 },
        sleep: (Int64) -> Void = { _ in }, host: (inout HostContext) -> HostAnswer = { _ in HostAnswer(status: 127) }
    ) -> Result {
        if !files.isDirectory(directory) { try? files.makeDirectory(directory, intermediates: true) }
        let script: Script
        do throws(ScriptSyntaxError) {
            script = try Script(parsing: text)
        } catch {
            let message = name == "sh" ? "sh: \(error)\n" : "\(name):\(error.position.line): syntax error: \(error.message)\n"
            return Result(status: 2, output: [], errors: Array(message.utf8), failure: nil, syntaxError: error)
        }
        var machine = ShellMachine(
            script: script, name: name, arguments: arguments, environment: environment, directory: directory, files: VirtualFileSystem(),
            configuration: configuration, input: input)
        swap(&machine.files, &files)
        defer { swap(&machine.files, &files) }
        var result = Result(status: 0, output: [], errors: [], failure: nil, syntaxError: nil)
        // A clock that does not move would never wake a sleeper: time is at least what was slept for.
        var reached: Int64 = 0
        while true {
            machine.now = max(clock(), reached)
            let outcome = machine.run(steps: 100_000)
            for chunk in machine.takeOutput() {
                if chunk.stream == 1 { result.output += chunk.bytes } else { result.errors += chunk.bytes }
            }
            switch outcome {
            case .exited(let status):
                result.status = status
                return result
            case .failed(let failure):
                result.status = 2
                result.failure = failure
                result.errors += Array("\(name):\(failure.position.line): \(failure.message)\n".utf8)
                return result
            case .outOfSteps: break
            case .suspended(let calls, let wake):
                if let call = calls.first {
                    var context = HostContext(files: VirtualFileSystem(), call: call, now: machine.now)
                    swap(&context.files, &machine.files)
                    let answer = host(&context)
                    swap(&context.files, &machine.files)
                    machine.resume(call.id, with: answer)
                } else if let wake {
                    sleep(wake)
                    reached = max(reached, wake)
                } else {
                    let failure = ShellFailure(code: .steps, message: "the script waits for something that never happens", position: machine.mainPosition)
                    result.status = 2
                    result.failure = failure
                    result.errors += Array("\(name):\(failure.position.line): \(failure.message)\n".utf8)
                    return result
                }
            }
        }
    }
}

extension ShellMachine {
    /// Where the first process stands in its script.
    package var mainPosition: SourcePosition { processes.first?.position ?? SourcePosition(line: 1, column: 1) }
}
