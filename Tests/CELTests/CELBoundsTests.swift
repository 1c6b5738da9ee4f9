import KubernetesObjects
import Testing

@testable import CEL

@Suite struct CELBoundsTests {
    private func outcome(_ source: String, limit: Int = CELProgram.costLimit) throws -> CELProgram.Outcome {
        try CELEnvironment(variables: ["l": .list(.int), "o": .dyn]).compile(source).run(
            ["l": .list(CELList((0..<2000).map { .int(Int64($0)) })), "o": CELValue(["a": ["b": 1]])], costLimit: limit)
    }

    @Test(arguments: [("1 + 2", 1), ("o.a.b", 3), ("[1, 2]", 10), ("\"ab\" + \"cd\"", 2), ("{\"a\": 1}", 30), ("has(o.a)", 2), ("true && false", 0)])
    func `counts costs`(source: String, cost: Int) throws { #expect(try outcome(source).cost == cost) }

    @Test(arguments: [
        "l.all(a, l.all(b, a + b >= 0))", "l.map(a, l.map(b, l))", "l.exists(a, l.exists(b, a + b < 0))",
        "cel.bind(a, \"0123456789\", cel.bind(b, a+a+a+a+a+a+a+a+a+a, cel.bind(c, b+b+b+b+b+b+b+b+b+b, cel.bind(d, c+c+c+c+c+c+c+c+c+c, cel.bind(e, d+d+d+d+d+d+d+d+d+d, cel.bind(f, e+e+e+e+e+e+e+e+e+e, cel.bind(g, f+f+f+f+f+f+f+f+f+f, g+g+g+g+g+g+g+g+g+g).size() > 0))))))",
        "cel.bind(a, l+l+l+l, cel.bind(b, a+a+a+a, cel.bind(c, b+b+b+b, cel.bind(d, c+c+c+c, cel.bind(e, d+d+d+d, cel.bind(f, e+e+e+e, cel.bind(g, f+f+f+f, cel.bind(h, g+g+g+g, h+h+h+h))))))))",
    ])
    func `stops what costs too much`(source: String) throws {
        let result = try outcome(source).result
        guard case .failure(let error) = result else {
            Issue.record("gave \(result)")
            return
        }
        #expect(error.isCostLimit && error.message == "operation cancelled: actual cost limit exceeded")
    }

    @Test(arguments: [
        String(repeating: "(", count: 5000), String(repeating: "[", count: 5000), String(repeating: "!", count: 300) + "true" + String(repeating: ")", count: 3),
        "1" + String(repeating: "+1", count: 5000), "o" + String(repeating: ".a", count: 5000), String(repeating: "a", count: 200_000),
        "true ? " + String(repeating: "true ? 1 : ", count: 1000) + "1 : 1", "\"", "'''", "1.", "o[", "{", "\\", "`", "\"\\", "b'\\x'", "0x", "1u1", "#",
    ])
    func `hostile sources are refused`(source: String) {
        #expect(throws: CELCompileError.self) { try CELEnvironment(variables: ["o": .dyn]).compile(source) }
    }

    @Test func `long chains of conditions stay shallow`() throws {
        let source = Array(repeating: "l.size() > 0", count: 2000).joined(separator: " && ")
        #expect(try outcome(source).result.map(ConformanceCase.print) == .success("true"))
    }

    @Test func `shows the place of a mistake`() {
        do throws(CELCompileError) {
            _ = try CELEnvironment(variables: ["a": .int]).compile("a +\n  b > 0")
            Issue.record("compiled")
        } catch {
            #expect(error.description == "ERROR: <input>:2:3: undeclared reference to 'b' (in container '')\n |   b > 0\n | ..^")
        }
    }

    @Test func `asks for a type`() throws {
        #expect(throws: Never.self) { try CELEnvironment().compile("1 < 2", expecting: .bool) }
        #expect(throws: CELCompileError.self) { try CELEnvironment().compile("1 + 2", expecting: .bool) }
    }

    @Test func `writes names of fields`() {
        for name in ["a", "foo-bar", "a.b", "x/y", "a__b", "namespace", "if"] {
            #expect(CELNames.escaped(name).map(CELNames.unescaped) == name)
        }
        #expect(CELNames.escaped("foo-bar") == "foo__dash__bar" && CELNames.escaped("if") == "__if__" && CELNames.escaped("a b") == nil)
    }

    @Test func `every signature can be read`() {
        for function in CELLibrary.functions.values {
            for text in function.signatures { #expect(CELSignature(text) != nil, "\(function.name): \(text)") }
        }
        for text in CELLibrary.operators.values.joined() { #expect(CELSignature(text) != nil, "\(text)") }
    }

    @Test(arguments: 0..<20) func `random sources never crash`(seed: Int) {
        var state = UInt64(seed + 1) &* 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let parts = [
            "1", "x", "\"a\"", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "==", "<", "in", "&&", "||", "!", "has(", ".all(i, ",
            ".map(i, ", "size(", "null", "true", "1u", "2.5", ".size()", "[?", ".?", "cel.bind(i, ", "i", "object", ".spec", "\"%s\".format(", "matches(", "self",
        ]
        for _ in 0..<400 {
            let source = (0..<(1 + next(12))).map { _ in parts[next(parts.count)] }.joined()
            _ = ConformanceCase(expression: source, expected: "").outcome()
        }
    }
}
