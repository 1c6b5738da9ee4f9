/// An expression made ready for evaluation: names are places, functions are known.
indirect enum CELNode: Sendable {
    case constant(CELValue)
    case local(Int)
    case variable(String)
    case select(CELNode, String, isOptional: Bool)
    case has(CELNode, String)
    case index(CELNode, CELNode, isOptional: Bool)
    case and(CELNode, CELNode)
    case or(CELNode, CELNode)
    case conditional(CELNode, CELNode, CELNode)
    case equals(CELNode, CELNode, isNegated: Bool)
    case call(CELFunction, [CELNode])
    case list([CELNode], optional: Set<Int>)
    /// A map, or an object of a named type that the expression makes.
    case map([(key: CELNode, value: CELNode, isOptional: Bool)], typeName: String? = nil)
    /// The variables' place, the macro, what it walks over, its condition and its body.
    case comprehension(Int, CELExpression.Comprehension.Macro, variableCount: Int, CELNode, condition: CELNode?, CELNode)
}

extension CELNode {
    /// Whether a variable is named in the expression.
    func uses(_ name: String) -> Bool {
        switch self {
        case .constant, .local: false
        case .variable(let own): own == name
        case .select(let operand, _, _), .has(let operand, _): operand.uses(name)
        case .index(let a, let b, _), .and(let a, let b), .or(let a, let b), .equals(let a, let b, _): a.uses(name) || b.uses(name)
        case .conditional(let a, let b, let c): a.uses(name) || b.uses(name) || c.uses(name)
        case .call(_, let nodes), .list(let nodes, _): nodes.contains { $0.uses(name) }
        case .map(let entries, _): entries.contains { $0.key.uses(name) || $0.value.uses(name) }
        case .comprehension(_, _, _, let range, let condition, let body): range.uses(name) || body.uses(name) || condition?.uses(name) ?? false
        }
    }
}
