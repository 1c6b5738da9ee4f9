/// Checks an expression against declared variables and functions, and makes it ready for evaluation.
///
/// - Source: the checker of cel-go with the options that Kubernetes sets: literals of lists and maps have elements of one
///   type; numbers of different types may be ordered, but not tested for equality unless one is `dyn`.
struct CELChecker {
    let environment: CELEnvironment
    var problems: [(message: String, offset: Int)] = []
    var unifier = CELUnifier()
    /// Variables of the macros around the expression being checked.
    var locals: [(name: String, type: CELType)] = []

    init(_ environment: CELEnvironment) { self.environment = environment }

    typealias Checked = (node: CELNode, type: CELType)

    mutating func fail(_ message: String, _ offset: Int) -> Checked {
        problems.append((message, offset))
        return (.constant(.null), .dyn)
    }

    mutating func check(_ expression: CELExpression) -> Checked {
        switch expression.kind {
        case .literal(let value): return (.constant(value), value.type)
        case .identifier(let name, let isAbsolute): return identifier(name, isAbsolute, expression.offset)
        case .select(let operand, let field, let isOptional): return select(operand, field, isOptional, expression)
        case .has(let operand, let field):
            let target = check(operand)
            _ = fieldType(unifier.resolved(target.type), field, expression.offset)
            return (.has(target.node, field), .bool)
        case .index(let operand, let key, let isOptional):
            let target = check(operand)
            let index = check(key)
            let name = isOptional ? CELOperator.optionalIndex : CELOperator.index
            let type = resolve(name, isMember: false, [target.type, index.type], expression.offset)
            return (.index(target.node, index.node, isOptional: isOptional), type)
        case .call(let name, let target, let arguments): return call(name, target, arguments, expression.offset)
        case .list(let elements, let optional): return list(elements, optional, expression.offset)
        case .map(let entries): return map(entries)
        case .message(let name, let fields): return message(name, fields, expression.offset)
        case .comprehension(let comprehension): return self.comprehension(comprehension, expression.offset)
        }
    }

    // MARK: Names and fields

    private func local(_ name: String) -> (place: Int, type: CELType)? {
        for (place, variable) in locals.enumerated().reversed() where variable.name == name { return (place, variable.type) }
        return nil
    }

    private mutating func identifier(_ name: String, _ isAbsolute: Bool, _ offset: Int) -> Checked {
        if !isAbsolute, let (place, type) = local(name) { return (.local(place), type) }
        if let type = environment.variables[name] { return (.variable(name), type) }
        if let type = CELEnvironment.typeNames[name] { return (.constant(.type(type)), .type(type)) }
        return fail("undeclared reference to '\(name)' (in container '')", offset)
    }

    /// `a.b.c` as one name, unless `a` is a variable of a macro.
    private func qualifiedName(_ expression: CELExpression) -> String? {
        switch expression.kind {
        case .identifier(let name, let isAbsolute): isAbsolute || local(name) == nil ? name : nil
        case .select(let operand, let field, false): qualifiedName(operand).map { "\($0).\(field)" }
        default: nil
        }
    }

    private mutating func select(_ operand: CELExpression, _ field: String, _ isOptional: Bool, _ expression: CELExpression) -> Checked {
        if !isOptional, let name = qualifiedName(expression) {
            if let type = environment.variables[name] { return (.variable(name), type) }
            if let type = CELEnvironment.typeNames[name] { return (.constant(.type(type)), .type(type)) }
        }
        let target = check(operand)
        var type = unifier.resolved(target.type)
        var isWrapped = isOptional
        if case .optional(let inner) = type {
            type = inner
            isWrapped = true
        }
        let result = fieldType(type, field, expression.offset)
        if isWrapped, case .optional = result { return (.select(target.node, field, isOptional: isOptional), result) }
        return (.select(target.node, field, isOptional: isOptional), isWrapped ? .optional(result) : result)
    }

    private mutating func fieldType(_ type: CELType, _ field: String, _ offset: Int) -> CELType {
        switch type {
        case .map(_, let value): return value
        case .object(let object):
            if let found = object.schema.fieldType(field) { return found }
            return fail("undefined field '\(field)'", offset).type
        case .optional(let inner): return fieldType(inner, field, offset)
        case .dyn, .parameter: return .dyn
        default: return fail("type '\(type.name)' does not support field selection", offset).type
        }
    }

    // MARK: Calls

    private mutating func call(_ name: String, _ target: CELExpression?, _ arguments: [CELExpression], _ offset: Int) -> Checked {
        if let target {
            // `math.greatest(…)` is a function of that whole name.
            if let prefix = qualifiedName(target), environment.function("\(prefix).\(name)") != nil, environment.variables[prefix] == nil {
                return plainCall("\(prefix).\(name)", isMember: false, arguments.map { check($0) }, offset)
            }
            let checked = check(target)
            return plainCall(name, isMember: true, [checked] + arguments.map { check($0) }, offset)
        }
        let checked = arguments.map { check($0) }
        let nodes = checked.map(\.node)
        switch name {
        case CELOperator.and: return (.and(nodes[0], nodes[1]), resolve(name, isMember: false, checked.map(\.type), offset))
        case CELOperator.or: return (.or(nodes[0], nodes[1]), resolve(name, isMember: false, checked.map(\.type), offset))
        case CELOperator.conditional:
            return (.conditional(nodes[0], nodes[1], nodes[2]), resolve(name, isMember: false, checked.map(\.type), offset))
        case "_==_", "_!=_":
            return (.equals(nodes[0], nodes[1], isNegated: name == "_!=_"), resolve(name, isMember: false, checked.map(\.type), offset))
        default: return plainCall(name, isMember: false, checked, offset)
        }
    }

    private mutating func plainCall(_ name: String, isMember: Bool, _ arguments: [Checked], _ offset: Int) -> Checked {
        guard let function = environment.function(name) else {
            return fail("undeclared reference to '\(name)' (in container '')", offset)
        }
        let type = resolve(name, isMember: isMember, arguments.map(\.type), offset)
        return (.call(function, arguments.map(\.node)), type)
    }

    /// The type of a call: that of the one signature that fits, or `dyn` when several with different results do.
    private mutating func resolve(_ name: String, isMember: Bool, _ arguments: [CELType], _ offset: Int) -> CELType {
        var result: CELType?
        for text in environment.signatures(name) {
            guard let signature = CELSignature(text), signature.isMember == isMember, signature.parameters.count == arguments.count else {
                continue
            }
            var trial = unifier
            let instance = trial.instance(signature)
            var fits = true
            for (wanted, given) in zip(instance.parameters, arguments) where fits { fits = trial.accepts(wanted, given) }
            guard fits else { continue }
            unifier = trial
            let type = unifier.resolved(instance.result, closesOpen: false)
            if let known = result {
                if unifier.resolved(known) != unifier.resolved(type) { result = .dyn }
            } else {
                result = type
            }
        }
        if let result { return result }
        let names = arguments.map { unifier.resolved($0).name }
        let applied = isMember ? "\(names[0]).(\(names.dropFirst().joined(separator: ", ")))" : "(\(names.joined(separator: ", ")))"
        return fail("found no matching overload for '\(name)' applied to '\(applied)'", offset).type
    }

    // MARK: Literals

    private mutating func list(_ elements: [CELExpression], _ optional: Set<Int>, _ offset: Int) -> Checked {
        var type: CELType?
        var nodes: [CELNode] = []
        for (index, element) in elements.enumerated() {
            let checked = check(element)
            nodes.append(checked.node)
            type = joined(type, unwrapped(checked.type, if: optional.contains(index), element.offset), element.offset)
        }
        return (.list(nodes, optional: optional), .list(type ?? unifier.fresh()))
    }

    private mutating func map(_ entries: [CELExpression.Entry]) -> Checked {
        var key: CELType?
        var value: CELType?
        var nodes: [(key: CELNode, value: CELNode, isOptional: Bool)] = []
        for entry in entries {
            let checkedKey = check(entry.key)
            let checkedValue = check(entry.value)
            nodes.append((checkedKey.node, checkedValue.node, entry.isOptional))
            key = joined(key, checkedKey.type, entry.key.offset)
            value = joined(value, unwrapped(checkedValue.type, if: entry.isOptional, entry.value.offset), entry.value.offset)
        }
        return (.map(nodes), .map(key ?? unifier.fresh(), value ?? unifier.fresh()))
    }

    /// An object that an expression makes, such as `Object{spec: …}`: a map with texts as keys.
    private mutating func message(_ name: String, _ fields: [CELExpression.Field], _ offset: Int) -> Checked {
        let root = name.split(separator: ".").first.map(String.init) ?? name
        guard environment.objectTypes.contains(root), root != "JSONPatch" || name == root else {
            return fail("undeclared reference to '\(name)' (in container '')", offset)
        }
        let type = CELObjectType(name: name, schema: CELMadeObject(isPatch: root == "JSONPatch"))
        var entries: [(key: CELNode, value: CELNode, isOptional: Bool)] = []
        for field in fields {
            let checked = check(field.value)
            entries.append((.constant(.string(CELNames.unescaped(field.name))), checked.node, field.isOptional))
            guard let wanted = type.schema.fieldType(field.name) else {
                return fail("undefined field '\(field.name)'", field.offset)
            }
            let given = unwrapped(checked.type, if: field.isOptional, field.value.offset)
            if !unifier.accepts(wanted, given) {
                return fail(
                    "expected type of field '\(field.name)' is '\(wanted.name)' but provided type is '\(unifier.resolved(given).name)'", field.offset)
            }
        }
        return (.map(entries, typeName: name), .object(type))
    }

    private mutating func unwrapped(_ type: CELType, if isOptional: Bool, _ offset: Int) -> CELType {
        guard isOptional else { return type }
        switch unifier.resolved(type) {
        case .optional(let inner): return inner
        case .dyn: return .dyn
        case let other: return fail("expected type 'optional_type(dyn)' but found '\(other.name)'", offset).type
        }
    }

    private mutating func joined(_ known: CELType?, _ type: CELType, _ offset: Int) -> CELType {
        guard let known else { return type }
        if unifier.accepts(known, type) { return unifier.resolved(known, closesOpen: false) == .dyn ? .dyn : type == .dyn ? .dyn : known }
        if !environment.requiresUniformLiterals { return .dyn }
        return fail("expected type '\(unifier.resolved(known).name)' but found '\(unifier.resolved(type).name)'", offset).type
    }

    // MARK: Macros

    private mutating func comprehension(_ parts: CELExpression.Comprehension, _ offset: Int) -> Checked {
        let range = check(parts.range)
        let rangeType = unifier.resolved(range.type)
        let place = locals.count
        var types: [CELType] = []
        switch (parts.macro, rangeType) {
        case (.bind, _): types = [range.type]
        case (.optMap, .optional(let inner)), (.optFlatMap, .optional(let inner)): types = [inner]
        case (.optMap, .dyn), (.optFlatMap, .dyn): types = [.dyn]
        case (.optMap, _), (.optFlatMap, _):
            return fail("found no matching overload for '\(parts.macro.rawValue)' applied to '\(rangeType.name)'", offset)
        case (_, .list(let element)): types = parts.variables.count == 2 ? [.int, element] : [element]
        case (_, .map(let key, let value)): types = parts.variables.count == 2 ? [key, value] : [key]
        case (_, .dyn): types = parts.variables.map { _ in .dyn }
        default:
            return fail("expression of type '\(rangeType.name)' cannot be range of a comprehension (must be list, map, or dynamic)", parts.range.offset)
        }
        for (name, type) in zip(parts.variables, types) { locals.append((name, type)) }
        let condition = parts.condition.map { condition in
            let checked = check(condition)
            wantsBool(checked.type, condition.offset, "_?_:_")
            return checked.node
        }
        let body = check(parts.body)
        locals.removeLast(types.count)
        let node = CELNode.comprehension(
            place, parts.macro, variableCount: types.count, range.node, condition: condition, body.node)
        switch parts.macro {
        case .all, .exists, .existsOne:
            wantsBool(body.type, parts.body.offset, parts.macro == .all ? "_&&_" : parts.macro == .exists ? "_||_" : "_?_:_")
            return (node, .bool)
        case .filter:
            wantsBool(body.type, parts.body.offset, "_?_:_")
            return (node, .list(types[0]))
        case .map, .transformList: return (node, .list(body.type))
        case .sortBy:
            guard rangeType == .dyn || rangeType.isList else {
                return fail("found no matching overload for 'sortBy' applied to '\(rangeType.name)'", offset)
            }
            let key = unifier.resolved(body.type)
            if !CELLibrary.sortable.contains(key), key != .dyn {
                return fail("found no matching overload for '@sortByAssociatedKeys' applied to '\(rangeType.name).(list(\(key.name)))'", offset)
            }
            return (node, .list(types[0]))
        case .transformMap: return (node, .map(types[0], body.type))
        case .transformMapEntry:
            if case .map = unifier.resolved(body.type) { return (node, body.type) }
            return (node, .map(.dyn, .dyn))
        case .optMap: return (node, .optional(body.type))
        case .optFlatMap, .bind: return (node, body.type)
        }
    }

    private mutating func wantsBool(_ type: CELType, _ offset: Int, _ operation: String) {
        if unifier.accepts(.bool, type) { return }
        let name = unifier.resolved(type).name
        let applied = operation == "_?_:_" ? "(\(name), list(dyn), list(dyn))" : "(bool, \(name))"
        _ = fail("found no matching overload for '\(operation)' applied to '\(applied)'", offset)
    }
}

/// What fields an object has that an expression makes: any, or those of an operation of a JSON patch.
///
/// - Source: apiserver `cel/mutation/dynamic` and `cel/mutation/unstructured`.
struct CELMadeObject: CELObjectSchema {
    var isPatch: Bool

    func fieldType(_ name: String) -> CELType? {
        if !isPatch { return .dyn }
        return ["op": .string, "path": .string, "from": .string, "value": .dyn][name]
    }
}
