import CEL
import KubernetesObjects

/// Works out the expression of a check over the objects of a scene.
///
/// - Differs: an expression that cannot be compiled is a fault of the lab; one that fails while it is worked out, as on a
///   field that an object does not have, counts as not true.
struct ExpressionJudge {
    let scene: Scene

    init(_ scene: Scene) { self.scene = scene }

    func judge(_ assertion: ExpressionAssertion) -> Judgement {
        let bindings = bindings(assertion)
        let program: CELProgram
        do throws(CELCompileError) {
            program = try Self.compile(assertion)
        } catch {
            return .cannot(GraderFault(scene.say("the expression of the check cannot be compiled", "검사의 식을 컴파일할 수 없음") + ": \(error.description)"))
        }
        let expected = Expectation(scene.say).text(.cel(assertion))
        let values = Dictionary(bindings.map { ($0.name, CELValue($0.value)) }, uniquingKeysWith: { $1 })
        switch program.evaluate(values) {
        case .success(.bool(true)): return .holds
        case .success(.bool(false)): return .fails(finding(assertion, bindings, expected: expected, found: scene.say("\(assertion.expression) is false", "\(assertion.expression): 거짓")))
        case .success:
            let told = scene.say("the expression of the check gives something other than true or false", "검사의 식이 참·거짓이 아닌 값을 냄")
            return .cannot(GraderFault("\(told): \(assertion.expression)"))
        case .failure(let error):
            if error.isCostLimit {
                let told = scene.say("the expression of the check costs too much", "검사의 식이 비용 한도를 넘음")
                return .cannot(GraderFault("\(told): \(assertion.expression)"))
            }
            return .fails(finding(assertion, bindings, expected: expected, found: "\(assertion.expression): \(error.message)"))
        }
    }

    /// Compiles the expression of a check; all variables may hold anything.
    static func compile(_ assertion: ExpressionAssertion) throws(CELCompileError) -> CELProgram {
        let names = assertion.variables.map { ($0.name, CELType.dyn) }
        let environment = CELEnvironment(variables: Dictionary(names, uniquingKeysWith: { $1 }), requiresUniformLiterals: false)
        return try environment.compile(assertion.expression)
    }

    private func finding(_ assertion: ExpressionAssertion, _ bindings: [(name: String, value: Value)], expected: String, found: String) -> Finding {
        var finding = Finding(expected: expected, found: found)
        for (variable, binding) in zip(assertion.variables, bindings) {
            let reference = variable.reference
            if binding.value.isNull {
                let what = "\(reference.kind) \(reference.name)"
                finding.found += scene.say("; \(variable.name) is null: there is no \(what)", "; \(variable.name)은(는) null: \(what) 없음")
            }
            finding.involved.append(
                InvolvedObject(apiVersion: reference.apiVersion, kind: reference.kind, namespace: reference.namespace, name: reference.name))
        }
        return finding
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

extension ExpressionAssertion {
    /// What keeps the expression from being compiled; nil when nothing does.
    package var compileProblem: String? {
        do throws(CELCompileError) {
            _ = try ExpressionJudge.compile(self)
            return nil
        } catch {
            return error.problems.first.map { "\($0.message) (line \($0.line), column \($0.column + 1) of the expression)" } ?? error.description
        }
    }
}
