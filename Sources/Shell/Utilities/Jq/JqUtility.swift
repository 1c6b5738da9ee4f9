/// `jq`: filters over JSON, with `-r`, `-c`, `-e`, `-n`, `-s`, `-S`, `-j`, `-R`, `--arg`, `--argjson`, `--tab` and `--indent`.
///
/// - Source: jq 1.7, as its manual describes it. Differs: no modules, no `def`, no streaming.
enum JqUtility {
    struct Call {
        var program: String?
        var files: [String] = []
        var flags: Set<Character> = []
        var indent: Int? = 2
        var variables: [String: JqValue] = [:]
        var problem: String?
    }

    static func read(_ arguments: [String]) -> Call {
        var call = Call()
        var rest = arguments[...]
        let long: [String: Character] = [
            "--raw-output": "r", "--compact-output": "c", "--exit-status": "e", "--null-input": "n", "--slurp": "s", "--sort-keys": "S", "--join-output": "j", "--raw-input": "R",
            "--monochrome-output": "M", "--color-output": "C",
        ]
        while let word = rest.popFirst() {
            switch word {
            case "--arg", "--argjson":
                guard let name = rest.popFirst(), let text = rest.popFirst() else {
                    call.problem = "\(word) takes two parameters (e.g. \(word) varname value)"
                    return call
                }
                if word == "--arg" {
                    call.variables[name] = .string(text)
                } else {
                    var reader = JqReader(Array(text.utf8))
                    guard let value = try? reader.next() else {
                        call.problem = "Invalid JSON text passed to --argjson"
                        return call
                    }
                    call.variables[name] = value
                }
            case "--indent": call.indent = rest.popFirst().flatMap(Int.init).map { max(0, min($0, 7)) }
            case "--tab": call.indent = 1
            case _ where long[word] != nil: call.flags.insert(long[word]!)
            case _ where word.hasPrefix("--"): call.problem = "Unknown arguments"
            case _ where word.hasPrefix("-") && word.count > 1:
                for letter in word.dropFirst() { if "rcensSjRMCa".contains(letter) { call.flags.insert(letter) } else { call.problem = "Unknown arguments" } }
            default: if call.program == nil { call.program = word } else { call.files.append(word) }
            }
        }
        if call.flags.contains("c") || call.indent == 0 { call.indent = nil }
        return call
    }

    @Sendable static func readsInput(_ arguments: [String]) -> Bool {
        let call = read(arguments)
        return call.files.isEmpty && !call.flags.contains("n") && call.problem == nil
    }

    @Sendable static func run(_ io: inout UtilityIO) -> Int {
        let call = read(io.arguments)
        if let problem = call.problem {
            io.errors += Array("jq: error: \(problem)\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n".utf8)
            return 2
        }
        let filter: JqFilter
        do throws(JqError) { filter = try JqParser.parse(call.program ?? ".") } catch {
            io.errors += Array("jq: error: \(error.message) (Unix shell quoting issues?) at <top-level>, line 1:\n\(call.program ?? "")\njq: 1 compile error\n".utf8)
            return 3
        }
        var machine = JqMachine()
        machine.variables = call.variables
        machine.variables["ENV"] = .object(io.environment.map { ($0.name, .string($0.value)) })
        machine.variables["__prog_args"] = .null
        var status = 0
        var bytes = io.input
        for file in call.files {
            do throws(FileError) { bytes += try io.files.read(io.path(file)) } catch {
                io.errors += Array("jq: error: Could not open \(file): \(error.code.rawValue)\n".utf8)
                status = 2
            }
        }
        var inputs: [JqValue] = []
        var failure: String?
        if call.flags.contains("n") {
            inputs = [.null]
        } else if call.flags.contains("R") {
            let text = String(decoding: bytes, as: UTF8.self)
            inputs = call.flags.contains("s") ? [.string(text)] : TextUtilities.lines(bytes).map { .string(String(decoding: $0, as: UTF8.self)) }
        } else {
            var reader = JqReader(bytes)
            do throws(JqReader.Failure) { while let value = try reader.next() { inputs.append(value) } } catch { failure = error.message }
            if call.flags.contains("s"), failure == nil { inputs = [.array(inputs)] }
        }
        var last: JqValue?
        for input in inputs {
            do throws(JqError) {
                for result in try machine.run(filter, input) {
                    last = result
                    if case .string(let text) = result, call.flags.contains("r") || call.flags.contains("j") { io.print(text) } else { io.print(result.text(indent: call.indent, sorts: call.flags.contains("S"))) }
                    if !call.flags.contains("j") { io.print("\n") }
                }
            } catch {
                if error.isSyntax {
                    io.errors += Array("jq: error: \(error.message) at <top-level>, line 1:\n\(call.program ?? "")\njq: 1 compile error\n".utf8)
                    return 3
                }
                io.errors += Array("jq: error (at <stdin>:\(max(bytes.count { $0 == 10 }, 0))): \(error.message)\n".utf8)
                status = 5
            }
        }
        if let failure {
            io.errors += Array("jq: \(failure)\n".utf8)
            return 2
        }
        if status == 0, call.flags.contains("e") { return last.map { $0.isTrue ? 0 : 1 } ?? 4 }
        return status
    }
}
