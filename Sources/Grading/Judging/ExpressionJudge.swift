import KubernetesObjects

/// Works out the expression of a check over the objects of a scene.
struct ExpressionJudge {
    let scene: Scene

    init(_ scene: Scene) { self.scene = scene }

    func judge(_ assertion: ExpressionAssertion) -> Judgement {
        .cannot(GraderFault("no expressions"))
    }

    /// The objects that the variables of an expression stand for.
    func bindings(_ assertion: ExpressionAssertion) -> [(name: String, value: Value)] {
        assertion.variables.map { variable in
            let reference = variable.reference
            let all = scene.list(apiVersion: reference.apiVersion, kind: reference.kind, namespace: reference.namespace)
            if !reference.name.isEmpty { return (variable.name, all.first { $0.name == reference.name } ?? .null) }
            let chosen = all.filter { object in reference.labels.allSatisfy { object.label($0.key) == $0.value } }
            return (variable.name, .array(chosen))
        }
    }
}
