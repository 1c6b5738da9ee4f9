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
    case map([(key: CELNode, value: CELNode, isOptional: Bool)])
    /// The variables' place, the macro, what it walks over, its condition and its body.
    case comprehension(Int, CELExpression.Comprehension.Macro, variableCount: Int, CELNode, condition: CELNode?, CELNode)
}
