/// What of Python's library there is.
enum PythonLibrary {
    static let modules: Set<String> = ["os", "os.path", "sys", "time", "math", "random", "socket"]
    static let members: Set<String> = [
        "os.environ", "os.getenv", "os.getpid", "os.path", "os.path.exists", "os.path.join", "os.path.basename", "os.listdir", "sys.exit", "sys.argv", "sys.stdout", "sys.stderr", "sys.version",
        "sys.stdout.write", "sys.stdout.flush", "sys.stderr.write", "sys.stderr.flush", "time.sleep", "time.time", "math.pi", "math.sqrt", "math.floor", "math.ceil", "random.random", "random.randint",
        "random.choice", "socket.gethostname",
    ]
    static let builtins: Set<String> = [
        "print", "int", "float", "str", "bool", "len", "range", "abs", "min", "max", "sum", "repr", "round", "sorted", "list", "exit", "quit", "Exception", "ValueError", "RuntimeError", "SystemExit",
        "KeyError", "TypeError",
    ]
    /// Builtins that Python has and that are not here.
    static let otherBuiltins: Set<String> = [
        "open", "input", "map", "filter", "zip", "enumerate", "dict", "set", "tuple", "isinstance", "type", "getattr", "setattr", "any", "all", "iter", "next", "eval", "exec", "format", "hash", "id",
        "chr", "ord", "hex", "bin", "oct", "divmod", "pow", "reversed", "vars", "globals", "locals", "bytes", "bytearray", "object", "super", "callable", "dir", "help", "__import__", "__name__",
        "OSError", "IOError", "IndexError", "ZeroDivisionError", "KeyboardInterrupt", "StopIteration", "NotImplementedError", "AssertionError", "ArithmeticError", "BaseException",
    ]
    static let exceptions: Set<String> = ["Exception", "ValueError", "RuntimeError", "KeyError", "TypeError", "SystemExit"]
    static let methods: Set<String> = [
        "upper", "lower", "strip", "rstrip", "lstrip", "split", "join", "replace", "startswith", "endswith", "format", "isdigit", "count", "append", "get", "keys", "values", "items",
    ]

    /// The dotted path of an expression such as `os.environ`; nil for others.
    private static func path(_ expression: PythonProgram.Expression) -> String? {
        switch expression {
        case .name(let name): modules.contains(name) ? name : nil
        case .attribute(let base, let name): path(base).map { "\($0).\(name)" }
        default: nil
        }
    }

    /// Whether a value may have this member as far as is known before it runs.
    static func isMember(_ name: String, of value: PythonProgram.Expression) -> Bool {
        if let path = path(value), path != "os.environ" { return members.contains("\(path).\(name)") }
        return methods.contains(name) || members.contains { $0.hasSuffix(".\(name)") }
    }
}
