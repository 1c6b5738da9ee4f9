/// Why an expression cannot be compiled: one or more problems with their places.
///
/// - Source: cel-go, whose texts and layout students and administrators see in the API server's answers.
package struct CELCompileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One problem.
    package struct Problem: Hashable, Sendable {
        package var message: String
        /// 1-based line, and column counted in characters from zero.
        package var line: Int
        package var column: Int
    }

    package var problems: [Problem]
    package var source: String

    /// All problems, each with its line of the source and a caret under the place:
    /// ```
    /// ERROR: <input>:1:5: undeclared reference to 'b' (in container '')
    ///  | a + b
    ///  | ....^
    /// ```
    package var description: String {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        return problems.map { problem in
            var text = "ERROR: <input>:\(problem.line):\(problem.column + 1): \(problem.message)"
            if lines.indices.contains(problem.line - 1) {
                let line = lines[problem.line - 1].replacing("\t", with: " ")
                text += "\n | \(line)\n | " + String(repeating: ".", count: min(problem.column, 100_000)) + "^"
            }
            return text
        }.joined(separator: "\n")
    }

    init(_ found: [(message: String, offset: Int)], source: String) {
        self.source = source
        let scalars = Array(source.unicodeScalars)
        problems = found.map { message, offset in
            var line = 1
            var column = 0
            for scalar in scalars.prefix(max(0, offset)) {
                if scalar == "\n" {
                    line += 1
                    column = 0
                } else {
                    column += 1
                }
            }
            return Problem(message: message, line: line, column: column)
        }.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }
}
