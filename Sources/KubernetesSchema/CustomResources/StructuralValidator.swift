import KubernetesObjects

/// Checks values against a structural schema.
///
/// What an object had before it may keep: a value that stays what it was is not looked at, whatever the schema says of it now. Entries
/// of keyed lists are found again by their keys; other lists, and structures that are one whole, are new when anything in them is.
///
/// - Order: of a node: type, combinations, its own bounds, enum, then fields by name, then missing fields.
/// - Bounds: one pass, times the number of alternatives of `anyOf` and `oneOf`; at most `problemsMax` problems.
/// - Source: kube-openapi `validation/validate` with the texts of `validation/errors`, and the list types'
///   uniqueness and the ratcheting of apiextensions-apiserver, v1.36.
package struct StructuralValidator {
    /// Whether a text matches an RE2 pattern; nil when the pattern cannot be read.
    package typealias PatternMatcher = (_ pattern: String, _ text: String) -> Bool?

    private static let problemsMax = 1000

    private let matches: PatternMatcher
    private var problems: [SchemaProblem] = []

    private init(matches: @escaping PatternMatcher) { self.matches = matches }

    /// What is wrong with a value; its `apiVersion`, `kind` and `metadata` are not looked at when it is a whole object.
    package static func validate(
        _ value: Value, old: Value? = nil, by schema: StructuralSchema, at path: String = "", isObject: Bool = true, matches: @escaping PatternMatcher
    ) -> [SchemaProblem] {
        var validator = StructuralValidator(matches: matches)
        validator.check(value, schema, path, isObject: isObject, old: old)
        var lists = StructuralValidator(matches: matches)
        lists.checkLists(value, schema, path)
        if lists.problems.isEmpty { return validator.problems }
        if let old {
            // Where entries were twice in a list before, they may be so again.
            var before = StructuralValidator(matches: matches)
            before.checkLists(old, schema, path)
            if !before.problems.isEmpty { return validator.problems }
        }
        return validator.problems + lists.problems
    }

    private mutating func add(_ problem: SchemaProblem) {
        if problems.count < Self.problemsMax { problems.append(problem) }
    }

    private mutating func invalid(_ path: String, _ value: Value, _ text: String) {
        add(SchemaProblem(.invalid, path, value: value, detail: "\(path) in body \(text)"))
    }

    private mutating func check(_ value: Value, _ schema: StructuralSchema, _ path: String, isObject: Bool, old: Value? = nil) {
        if let old, old == value { return }
        guard checkType(value, schema, path) else { return }
        if value.isNull { return }
        checkCombinations(value, schema, path)
        switch value {
        case .string(let text): checkString(text, schema, path)
        case .int, .number: checkNumber(value, schema, path)
        case .array(let list): checkList(list, schema, path, old: old)
        default: break
        }
        checkEnum(value, schema, path)
        if case .object(let fields) = value { checkFields(fields, schema, path, isObject: isObject, old: schema.mapType == "atomic" ? nil : old) }
    }

    // MARK: - Types and formats

    private mutating func checkType(_ value: Value, _ schema: StructuralSchema, _ path: String) -> Bool {
        let expected = schema.isIntOrString ? ["integer", "string"] : schema.type.isEmpty ? [] : [schema.type]
        if value.isNull, schema.isNullable { return true }
        guard !expected.isEmpty else { return true }
        let actual = value.typeName
        let fits: Bool =
            switch value {
            case .int: expected.contains("integer") || expected.contains("number")
            case .number: expected.contains("number") || expected.contains("integer") && value.intValue != nil
            default: expected.contains(actual)
            }
        if fits { return true }
        add(
            SchemaProblem(
                .typeInvalid, path, value: .string(actual),
                detail: "\(path) in body must be of type \(expected.joined(separator: ",")): \(GoText.quoted(actual))"))
        return false
    }

    // MARK: - Combinations

    private func passes(_ value: Value, _ schema: StructuralSchema, _ path: String) -> [SchemaProblem] {
        var validator = StructuralValidator(matches: matches)
        validator.check(value, schema, path, isObject: false)
        return validator.problems
    }

    private mutating func checkCombinations(_ value: Value, _ schema: StructuralSchema, _ path: String) {
        let name = GoText.quoted(path)
        if !schema.anyOf.isEmpty {
            var best: [SchemaProblem]?
            var isMet = false
            for alternative in schema.anyOf {
                let failures = passes(value, alternative, path)
                if failures.isEmpty {
                    isMet = true
                    break
                }
                if best.map({ failures.count < $0.count }) ?? true { best = failures }
            }
            if !isMet {
                add(SchemaProblem(.invalid, "", value: "", detail: "\(name) must validate at least one schema (anyOf)"))
                for failure in best ?? [] { add(failure) }
            }
        }
        if !schema.oneOf.isEmpty {
            var best: [SchemaProblem]?
            var met = 0
            for alternative in schema.oneOf {
                let failures = passes(value, alternative, path)
                if failures.isEmpty { met += 1 } else if best.map({ failures.count < $0.count }) ?? true { best = failures }
            }
            if met != 1 {
                let found = met == 0 ? "Found none valid" : "Found \(met) valid alternatives"
                add(SchemaProblem(.invalid, "", value: "", detail: "\(name) must validate one and only one schema (oneOf). \(found)"))
                if met == 0 { for failure in best ?? [] { add(failure) } }
            }
        }
        if !schema.allOf.isEmpty {
            let failures = schema.allOf.map { passes(value, $0, path) }
            for failure in failures.joined() { add(failure) }
            if failures.contains(where: { !$0.isEmpty }) {
                let suffix = failures.allSatisfy { !$0.isEmpty } ? ". None validated" : ""
                add(SchemaProblem(.invalid, "", value: "", detail: "\(name) must validate all the schemas (allOf)\(suffix)"))
            }
        }
        if let not = schema.not, passes(value, not, path).isEmpty {
            add(SchemaProblem(.invalid, "", value: "", detail: "\(name) must not validate the schema (not)"))
        }
    }

    // MARK: - Scalars

    private mutating func checkString(_ text: String, _ schema: StructuralSchema, _ path: String) {
        let limits = schema.limits
        let length = text.unicodeScalars.count
        if let max = limits.maxLength, length > max {
            add(SchemaProblem(.tooLong, path, detail: "may not be more than \(max) \(max == 1 ? "byte" : "bytes")"))
        }
        if let min = limits.minLength, length < min {
            invalid(path, .string(text), "should be at least \(min) chars long")
        }
        if !schema.pattern.isEmpty, matches(schema.pattern, text) == false {
            invalid(path, .string(text), "should match '\(schema.pattern)'")
        }
        if !schema.format.isEmpty, schema.type.isEmpty || schema.type == "string", !StringFormat.accepts(text, format: schema.format) {
            add(
                SchemaProblem(
                    .typeInvalid, path, value: .string(text),
                    detail: "\(path) in body must be of type \(schema.format): \(GoText.quoted(text))"))
        }
    }

    /// A number must fit into the type that its format names.
    private mutating func checkWidth(_ value: Value, _ schema: StructuralSchema, _ path: String) {
        let fits: Bool =
            switch (schema.type, schema.format) {
            case ("integer", "int32"): value.intValue.map { Int32(exactly: $0) != nil } ?? false
            case ("integer", "int64"): value.intValue != nil
            case ("number", "float"): abs(value.doubleValue ?? 0) <= Double(Float.greatestFiniteMagnitude)
            default: true
            }
        if !fits {
            add(SchemaProblem(.invalid, "", value: "", detail: "Checked value must be of type \(schema.type) with format \(schema.format) in \(path)"))
        }
    }

    private mutating func checkNumber(_ value: Value, _ schema: StructuralSchema, _ path: String) {
        checkWidth(value, schema, path)
        let limits = schema.limits
        if let factor = limits.multipleOf, let divisor = factor.doubleValue, divisor != 0, let number = value.doubleValue {
            let quotient = number / divisor
            if quotient != quotient.rounded() { invalid(path, value, "should be a multiple of \(Self.shown(factor))") }
        }
        if let maximum = limits.maximum {
            if limits.isMaximumExclusive, !Self.isLess(value, maximum) {
                invalid(path, value, "should be less than \(Self.shown(maximum))")
            } else if Self.isLess(maximum, value) {
                invalid(path, value, "should be less than or equal to \(Self.shown(maximum))")
            }
        }
        if let minimum = limits.minimum {
            if limits.isMinimumExclusive, !Self.isLess(minimum, value) {
                invalid(path, value, "should be greater than \(Self.shown(minimum))")
            } else if Self.isLess(value, minimum) {
                invalid(path, value, "should be greater than or equal to \(Self.shown(minimum))")
            }
        }
    }

    private static func isLess(_ left: Value, _ right: Value) -> Bool {
        if case .int(let a) = left, case .int(let b) = right { return a < b }
        return (left.doubleValue ?? 0) < (right.doubleValue ?? 0)
    }

    private static func shown(_ number: Value) -> String { GoFloat.general(number.doubleValue ?? 0) }

    private mutating func checkEnum(_ value: Value, _ schema: StructuralSchema, _ path: String) {
        guard !schema.enumValues.isEmpty, !schema.enumValues.contains(value) else { return }
        let supported = schema.enumValues.map { GoText.quoted($0.stringValue ?? $0.json(sortedKeys: true)) }
        add(SchemaProblem(.notSupported, path, value: value, detail: "supported values: \(supported.joined(separator: ", "))"))
    }

    // MARK: - Lists and structures

    private mutating func checkList(_ list: [Value], _ schema: StructuralSchema, _ path: String, old: Value?) {
        let limits = schema.limits
        if let items = schema.items {
            var before: [Value: Value] = [:]
            if schema.listType == "map" { for entry in old?.elements ?? [] { before[Self.identity(entry, schema)] = entry } }
            for index in list.indices {
                let entry = list[index]
                let old = before.isEmpty ? nil : before[Self.identity(entry, schema)]
                check(entry, items, "\(path)[\(index)]", isObject: items.isEmbeddedResource, old: old)
            }
        }
        if let min = limits.minItems, list.count < min {
            invalid(path, Value(list.count), "should have at least \(min) items")
        }
        if let max = limits.maxItems, list.count > max {
            add(
                SchemaProblem(
                    .tooMany, path, value: Value(list.count), detail: "must have at most \(max) \(max == 1 ? "item" : "items")"))
        }
        if limits.uniqueItems, Set(list).count != list.count {
            invalid(path, .array(list), "shouldn't contain duplicates")
        }
    }

    /// The keys of an entry of a keyed list.
    private static func identity(_ entry: Value, _ schema: StructuralSchema) -> Value {
        .object(Fields(schema.listMapKeys.compactMap { key in entry[key].map { (key, $0) } }))
    }

    private mutating func checkFields(_ fields: Fields, _ schema: StructuralSchema, _ path: String, isObject: Bool, old: Value?) {
        let limits = schema.limits
        if let min = limits.minProperties, fields.count < min {
            invalid(path, Value(fields.count), "should have at least \(min) properties")
        }
        if let max = limits.maxProperties, fields.count > max {
            add(
                SchemaProblem(
                    .tooMany, path, value: Value(fields.count), detail: "must have at most \(max) \(max == 1 ? "item" : "items")"))
        }
        func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        if let additional = schema.additionalProperties {
            for (name, member) in fields.sorted() where schema.property(name) == nil {
                check(member, additional, place(name), isObject: additional.isEmbeddedResource, old: old?[name])
            }
        }
        let members = KeyedFields(fields)
        for (name, property) in schema.properties {
            if isObject, name == "apiVersion" || name == "kind" || name == "metadata" { continue }
            if let member = members[name] { check(member, property, place(name), isObject: property.isEmbeddedResource, old: old?[name]) }
        }
        for name in schema.required where !members.contains(name) { add(SchemaProblem(.required, place(name))) }
    }

    /// Entries of sets and keyed lists must differ.
    private mutating func checkLists(_ value: Value, _ schema: StructuralSchema, _ path: String) {
        switch value {
        case .array(let list):
            if schema.listType == "set" || schema.listType == "map" {
                var seen: Set<Value> = []
                for index in list.indices {
                    let identity =
                        schema.listType == "set"
                        ? list[index]
                        : Self.identity(list[index], schema)
                    if !seen.insert(identity).inserted { add(SchemaProblem(.duplicate, "\(path)[\(index)]", value: identity)) }
                }
            }
            guard let items = schema.items else { return }
            for index in list.indices { checkLists(list[index], items, "\(path)[\(index)]") }
        case .object(let fields):
            for index in fields.indices {
                let (name, member) = fields[index]
                guard let inner = schema.property(name) ?? schema.additionalProperties else { continue }
                checkLists(member, inner, path.isEmpty ? name : "\(path).\(name)")
            }
        default: break
        }
    }
}
