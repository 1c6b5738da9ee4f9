/// An expression of a Python program.
indirect enum PythonExpression: Sendable {
    case constant(PythonValue)
    case name(String)
    case list([PythonExpression], isTuple: Bool)
    /// A function of a module or of the language.
    case call(String, [PythonExpression], [String: PythonExpression])
    /// A method of a value.
    case method(PythonExpression, String, [PythonExpression])
    case index(PythonExpression, PythonExpression)
    case slice(PythonExpression, PythonExpression?, PythonExpression?)
    case not(PythonExpression)
    case negative(PythonExpression)
    case binary(String, PythonExpression, PythonExpression)
    /// `a < b <= c`
    case compare(PythonExpression, [(sign: String, value: PythonExpression)])
    case and(PythonExpression, PythonExpression)
    case or(PythonExpression, PythonExpression)
    case choice(PythonExpression, then: PythonExpression, else: PythonExpression)
    /// A formatted text: values, and how they are shown.
    case formatted([(value: PythonExpression, form: String)])
}

/// A Python program as instructions with jumps, so that it can be put aside while it sleeps.
struct PythonProgram: Sendable {
    enum Instruction: Sendable {
        case evaluate(PythonExpression)
        case assign([String], PythonExpression)
        case setItem(String, PythonExpression, PythonExpression)
        case augment(String, String, PythonExpression)
        case jump(Int)
        case jumpUnless(PythonExpression, Int)
        /// Begins to go through what a value has, in a slot.
        case begin(Int, PythonExpression)
        /// Takes the next item of a slot, or jumps when there is none.
        case next(Int, [String], Int)
        case sleep(PythonExpression)
        case raise(String, PythonExpression?)
    }

    var instructions: [(instruction: Instruction, line: Int)] = []

    init(_ source: String) throws(PythonRefusal) {
        var parser = PythonParser(try PythonReader.tokens(source))
        instructions = try parser.program()
    }
}
