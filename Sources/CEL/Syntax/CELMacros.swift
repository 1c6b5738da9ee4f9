/// Calls that the parser replaces: `has`, `all`, `map`, `cel.bind` and their like.
enum CELMacros {
    typealias Macro = CELExpression.Comprehension.Macro

    static func expandGlobal(
        _ name: String, _ arguments: [CELExpression], offset: Int, isAbsolute: Bool
    ) throws(CELProblem) -> CELExpression {
        if name == "has", arguments.count == 1 {
            guard case .select(let operand, let field, false) = arguments[0].kind else {
                throw CELProblem(message: "invalid argument to has() macro", offset: arguments[0].offset)
            }
            return CELExpression(offset: offset, kind: .has(operand, field: field))
        }
        return CELExpression(offset: offset, kind: .call(name, target: nil, arguments: arguments))
    }

    static func expandMember(
        _ name: String, _ target: CELExpression, _ arguments: [CELExpression], offset: Int
    ) throws(CELProblem) -> CELExpression {
        func comprehension(
            _ macro: Macro, _ variables: [String], condition: CELExpression? = nil, _ body: CELExpression
        ) -> CELExpression {
            let parts = CELExpression.Comprehension(macro: macro, range: target, variables: variables, condition: condition, body: body)
            return CELExpression(offset: offset, kind: .comprehension(parts))
        }
        switch (name, arguments.count) {
        case ("all", 2), ("exists", 2), ("exists_one", 2), ("existsOne", 2), ("filter", 2), ("map", 2):
            let macro = name == "existsOne" ? Macro.existsOne : Macro(rawValue: name) ?? .all
            return comprehension(macro, [try variable(arguments[0])], arguments[1])
        case ("map", 3): return comprehension(.map, [try variable(arguments[0])], condition: arguments[1], arguments[2])
        case ("all", 3), ("exists", 3), ("existsOne", 3), ("exists_one", 3), ("transformList", 3), ("transformMap", 3), ("transformMapEntry", 3):
            let macro = name == "existsOne" ? Macro.existsOne : Macro(rawValue: name) ?? .all
            return comprehension(macro, try variables(arguments), arguments[2])
        case ("transformList", 4), ("transformMap", 4), ("transformMapEntry", 4):
            return comprehension(Macro(rawValue: name) ?? .transformList, try variables(arguments), condition: arguments[2], arguments[3])
        case ("sortBy", 2): return comprehension(.sortBy, [try variable(arguments[0])], arguments[1])
        case ("optMap", 2), ("optFlatMap", 2):
            return comprehension(name == "optMap" ? .optMap : .optFlatMap, [try variable(arguments[0])], arguments[1])
        case ("bind", 3):
            guard case .identifier("cel", _) = target.kind else { break }
            let parts = CELExpression.Comprehension(
                macro: .bind, range: arguments[1], variables: [try variable(arguments[0])], body: arguments[2])
            return CELExpression(offset: offset, kind: .comprehension(parts))
        default: break
        }
        return CELExpression(offset: offset, kind: .call(name, target: target, arguments: arguments))
    }

    private static func variable(_ expression: CELExpression) throws(CELProblem) -> String {
        guard case .identifier(let name, false) = expression.kind else {
            throw CELProblem(message: "argument must be a simple name", offset: expression.offset)
        }
        if name == "__result__" || name == "@result" {
            throw CELProblem(message: "iteration variable overwrites accumulator variable", offset: expression.offset)
        }
        return name
    }

    private static func variables(_ arguments: [CELExpression]) throws(CELProblem) -> [String] {
        let first = try variable(arguments[0])
        let second = try variable(arguments[1])
        if first == second { throw CELProblem(message: "duplicate variable name: \(first)", offset: arguments[1].offset) }
        return [first, second]
    }
}
