import KubernetesObjects
import KubernetesSchema
import Testing

@testable import APIMachinery

@Suite struct CustomRuleTests {
    static func schema(_ rules: String, on properties: String = #""min":{"type":"integer"},"max":{"type":"integer"}"#) -> StructuralSchema {
        let json = #"{"type":"object","properties":{"spec":{"type":"object","properties":{\#(properties)},"x-kubernetes-validations":[\#(rules)]}}}"#
        return StructuralSchema((try? Value(parsingJSON: json)) ?? .null)
    }

    private func messages(_ rules: String, _ spec: Value, old: Value? = nil, on properties: String? = nil) -> [String] {
        let schema = properties.map { Self.schema(rules, on: $0) } ?? Self.schema(rules)
        return CustomRules(schema).problems(["spec": spec], old: old.map { ["spec": $0] }, schema).map(\.message)
    }

    @Test func `a rule that does not hold gives its message`() {
        let rule = #"{"rule":"self.min <= self.max","message":" min above max "}"#
        #expect(messages(rule, ["min": 1, "max": 2]).isEmpty)
        #expect(messages(rule, ["min": 3, "max": 2]) == ["spec: Invalid value: min above max"])
        #expect(messages(#"{"rule":"self.min < 5"}"#, ["min": 7]) == ["spec: Invalid value: failed rule: self.min < 5"])
        #expect(
            messages(#"{"rule":"self.min < 5","messageExpression":"'got ' + string(self.min)","fieldPath":".min"}"#, ["min": 7])
                == ["spec.min: Invalid value: got 7"])
        #expect(messages(#"{"rule":"has(self.max)","reason":"FieldValueRequired","fieldPath":".max"}"#, [:]) == ["spec.max: Required value: failed rule: has(self.max)"])
    }

    @Test func `errors of evaluation name the rule`() {
        #expect(messages(#"{"rule":"self.min > 1"}"#, [:]) == [#"spec: Invalid value: "object": no such key: min evaluating rule: self.min > 1"#])
    }

    @Test func `transitions wait for an update, and unchanged values are left alone`() {
        let rule = #"{"rule":"self.min >= oldSelf.min","message":"must not shrink"}"#
        #expect(messages(rule, ["min": 1]).isEmpty)
        #expect(messages(rule, ["min": 1], old: ["min": 2]) == ["spec: Invalid value: must not shrink"])
        #expect(messages(rule, ["min": 3], old: ["min": 2]).isEmpty)
        #expect(messages(#"{"rule":"self.min < 5"}"#, ["min": 7], old: ["min": 7]).isEmpty)
        let optional = #"{"rule":"oldSelf.hasValue() || self.min == 0","optionalOldSelf":true,"message":"starts at 0"}"#
        #expect(messages(optional, ["min": 1]) == ["spec: Invalid value: starts at 0"])
        #expect(messages(optional, ["min": 1], old: ["min": 0]).isEmpty)
    }

    @Test func `formats give types, and rules of items meet each item`() {
        let properties = #"""
            "wait":{"type":"string","format":"duration"},"port":{"x-kubernetes-int-or-string":true},"a-b":{"type":"string"},
            "list":{"type":"array","items":{"type":"string","x-kubernetes-validations":[{"rule":"self.size() < 3"}]}}
            """#
        #expect(messages(#"{"rule":"self.wait > duration('1m')"}"#, ["wait": "90s"], on: properties).isEmpty)
        #expect(messages(#"{"rule":"self.a__dash__b == 'x'"}"#, ["a-b": "x"], on: properties).isEmpty)
        #expect(messages(#"{"rule":"type(self.port) == int ? self.port < 10 : self.port == 'http'"}"#, ["port": "http"], on: properties).isEmpty)
        #expect(
            messages(#"{"rule":"true"}"#, ["list": ["ab", "abc"]], on: properties)
                == [#"spec.list[1]: Invalid value: "abc": failed rule: self.size() < 3"#])
    }

    @Test func `what costs too much is refused`() {
        let properties = #""list":{"type":"array","items":{"type":"integer"}}"#
        let list = Value.array((0..<2000).map { .int(Int64($0)) })
        #expect(
            messages(#"{"rule":"self.list.all(a, self.list.all(b, a + b >= 0))"}"#, ["list": list], on: properties) == [
                #"spec: Invalid value: "object": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: self.list.all(a, self.list.all(b, a + b >= 0))"#
            ])
    }

    @Test func `rules of a definition must compile`() throws {
        var definition = try Value(parsingJSON: CustomResourceTests.definition)
        #expect(CustomRuleChecks.problems(in: definition).isEmpty)
        definition = try Value(parsingJSON: CustomResourceTests.definition.replacing("self.min <= self.size", with: "self.mim <= self.size"))
        let errors = CustomRuleChecks.problems(in: definition)
        #expect(errors.map(\.field) == ["spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule"])
        #expect(
            errors.first?.detail
                == "compilation failed: ERROR: <input>:1:23: undefined field 'mim'\n | !has(self.min) || self.mim <= self.size\n | ......................^")
    }
}

/// What rules may cost at worst, said when the definition is made.
@Suite struct CustomRuleCostTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var properties: String
        var rule: String
        /// The factor that the refusal names; nil for a rule that is taken.
        var factor: String?
    }

    private static func problems(_ properties: String, _ rule: String) throws -> [FieldError] {
        let schema = try Value(
            parsingJSON:
                #"{"type":"object","properties":{"spec":{"type":"object","properties":{\#(properties)},"x-kubernetes-validations":[{"rule":\#(Value.string(rule).json(escapesHTML: false))}]}}}"#
        )
        return CustomRuleChecks.problems(in: ["spec": ["versions": [["name": "v1", "schema": ["openAPIV3Schema": schema]]]]])
    }

    @Test(arguments: [
        Case(testDescription: "numbers", properties: #""min":{"type":"integer"},"max":{"type":"integer"}"#, rule: "self.min <= self.max"),
        Case(testDescription: "a prefix", properties: #""name":{"type":"string"}"#, rule: "self.name.startsWith('kube-') && self.name != 'x'"),
        Case(
            testDescription: "one walk over a list without a bound", properties: #""list":{"type":"array","items":{"type":"string"}}"#,
            rule: "self.list.all(x, x.startsWith('a'))"),
        Case(
            testDescription: "a walk in a walk without a bound", properties: #""list":{"type":"array","items":{"type":"integer"}}"#,
            rule: "self.list.all(x, self.list.all(y, x == y))", factor: "more than 100x"),
        Case(
            testDescription: "a walk in a walk with a bound", properties: #""list":{"type":"array","maxItems":100,"items":{"type":"integer"}}"#,
            rule: "self.list.all(x, self.list.all(y, x == y))"),
        Case(
            testDescription: "a bound that is not enough", properties: #""list":{"type":"array","maxItems":2000,"items":{"type":"integer"}}"#,
            rule: "self.list.all(x, self.list.all(y, x == y))", factor: "2.0x"),
        Case(
            testDescription: "texts that are compared", properties: #""a":{"type":"string"},"b":{"type":"string"}"#,
            rule: "self.a == self.b && self.a.contains(self.b)", factor: "more than 100x"),
        Case(
            testDescription: "short texts that are compared", properties: #""a":{"type":"string","maxLength":100},"b":{"type":"string","maxLength":100}"#,
            rule: "self.a.contains(self.b)"),
    ]) func `rules are weighed`(_ c: Case) throws {
        let errors = try Self.problems(c.properties, c.rule)
        guard let factor = c.factor else {
            #expect(errors.isEmpty, "\(errors.map(\.message))")
            return
        }
        #expect(errors.first?.kind == .forbidden)
        #expect(errors.first?.field == "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule")
        #expect(
            errors.first?.detail
                == "estimated rule cost exceeds budget by factor of \(factor) (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)"
        )
    }

    @Test func `rules of entries count as often as there may be entries`() throws {
        func messages(_ bound: String) throws -> [String] {
            let schema = try Value(
                parsingJSON:
                    #"{"type":"object","properties":{"list":{"type":"array"\#(bound),"items":{"type":"string","maxLength":64,"x-kubernetes-validations":[{"rule":"self.matches('^[a-z]+$') && self.contains(self)"}]}}}}"#
            )
            return CustomRuleChecks.problems(in: ["spec": ["versions": [["schema": ["openAPIV3Schema": schema]]]]]).map(\.message)
        }
        #expect(try messages(#","maxItems":50"#).isEmpty)
        let errors = try messages("")
        #expect(errors.first?.contains("estimated rule cost exceeds budget by factor of") == true, "\(errors)")
        #expect(
            errors.contains {
                $0.contains("contributed to estimated rule & messageExpression cost total exceeding cost limit for entire OpenAPIv3 schema")
            })
    }

    @Test func `expressions of messages must be texts`() throws {
        func messages(_ expression: String) throws -> [String] {
            let schema = try Value(
                parsingJSON:
                    #"{"type":"object","properties":{"n":{"type":"integer"}},"x-kubernetes-validations":[{"rule":"true","messageExpression":"\#(expression)"}]}"#
            )
            return CustomRuleChecks.problems(in: ["spec": ["versions": [["schema": ["openAPIV3Schema": schema]]]]]).map(\.detail)
        }
        #expect(try messages("'n is ' + string(self.n)").isEmpty)
        #expect(try messages("self.n + 1") == ["messageExpression must evaluate to a string"])
        #expect(
            try messages("self.m") == [
                "messageExpression compilation failed: ERROR: <input>:1:5: undefined field 'm'\n | self.m\n | ....^"
            ])
    }
}
