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
