import KubernetesObjects

/// What an expression may name: variables with their types, and libraries of functions.
package struct CELEnvironment: Sendable {
    /// The variables; a name may have dots, as `authorizer.requestResource` has.
    package var variables: [String: CELType]
    /// Literals of lists and maps must have elements of one type.
    package var requiresUniformLiterals: Bool
    /// The first parts of the names of objects that expressions may make: `Object`, `JSONPatch`.
    package var objectTypes: Set<String> = []
    private var ownFunctions: [String: CELFunction] = [:]

    /// Kubernetes' libraries with these variables.
    package init(variables: [String: CELType] = [:], requiresUniformLiterals: Bool = true) {
        self.variables = variables
        self.requiresUniformLiterals = requiresUniformLiterals
    }

    /// Adds a function, or replaces one.
    package mutating func add(_ function: CELFunction) { ownFunctions[function.name] = function }

    func function(_ name: String) -> CELFunction? { ownFunctions[name] ?? CELLibrary.functions[name] }

    func signatures(_ name: String) -> [String] {
        CELLibrary.operators[name] ?? function(name)?.signatures ?? []
    }

    /// Types by the names that expressions give them.
    static let typeNames: [String: CELType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes, "list": .list(.dyn),
        "map": .map(.dyn, .dyn), "null_type": .null, "type": .type(.dyn), "dyn": .dyn, "google.protobuf.Timestamp": .timestamp,
        "google.protobuf.Duration": .duration, "optional_type": .optional(.dyn), "net.IP": .ip, "net.CIDR": .cidr,
        "kubernetes.Quantity": .quantity, "kubernetes.URL": .url, "kubernetes.Semver": .semver,
    ]

    /// Compiles an expression; with `expecting`, its value must be of that type.
    package func compile(_ source: String, expecting type: CELType? = nil) throws(CELCompileError) -> CELProgram {
        let expression = try CELParser.parse(source)
        var checker = CELChecker(self)
        let (node, found) = checker.check(expression)
        if !checker.problems.isEmpty { throw CELCompileError(checker.problems, source: source) }
        let result = checker.unifier.resolved(found)
        if let type {
            var unifier = CELUnifier()
            guard unifier.accepts(type, result) else {
                throw CELCompileError([("expected type '\(type.name)' but found '\(result.name)'", expression.offset)], source: source)
            }
        }
        return CELProgram(source: source, node: node, type: result)
    }
}

/// A compiled expression.
package struct CELProgram: Sendable {
    package let source: String
    let node: CELNode
    /// The type of its value.
    package let type: CELType

    /// The limit of Kubernetes for one evaluation of one expression.
    package static let costLimit = 1_000_000

    /// Whether the expression names a variable.
    package func uses(_ variable: String) -> Bool { node.uses(variable) }

    /// A value and what it cost.
    package struct Outcome: Sendable {
        package var result: Result<CELValue, CELEvaluationError>
        package var cost: Int
    }

    /// Evaluates with the variables' values.
    ///
    /// - Bounds: stops with `operation cancelled: actual cost limit exceeded` when it costs more than `costLimit`.
    package func run(_ bindings: [String: CELValue], costLimit: Int = CELProgram.costLimit) -> Outcome {
        var context = CELContext(bindings: bindings, costLimit: costLimit)
        do throws(CELEvaluationError) {
            return Outcome(result: .success(try context.evaluate(node)), cost: context.cost)
        } catch {
            return Outcome(result: .failure(error), cost: context.cost)
        }
    }

    /// Evaluates with the variables' values.
    package func evaluate(_ bindings: [String: CELValue] = [:], costLimit: Int = CELProgram.costLimit) -> Result<CELValue, CELEvaluationError> {
        run(bindings, costLimit: costLimit).result
    }
}
