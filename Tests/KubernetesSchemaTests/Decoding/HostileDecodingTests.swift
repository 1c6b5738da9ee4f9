import KubernetesObjects
import KubernetesSchema
import Testing

@Suite struct HostileDecodingTests {
    /// A small generator, so that a seed gives the same trees everywhere.
    struct Dice {
        var state: UInt64
        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
    }

    private static let scalars: [Value] = [
        .null, true, false, 0, -1, 80, .int(.max), .int(.min), .number(NumberLiteral(text: "1e400")), .number(NumberLiteral(text: "1.5")), "", "a",
        "10%", "500m", "1e3", "2026-01-01T00:00:00Z", "eA==", "\u{0}", "🦑", "-", "99999999999999999999999Ei",
    ]

    /// A tree that follows a type's fields now and then, and holds anything at its leaves.
    private func tree(_ type: TypeSchema?, depth: Int, _ dice: inout Dice) -> Value {
        guard depth > 0, dice.roll(5) > 0 else { return Self.scalars[dice.roll(Self.scalars.count)] }
        if let element = type?.element, dice.roll(4) > 0 {
            let members = (0..<dice.roll(3)).map { _ in tree(element, depth: depth - 1, &dice) }
            return type?.form == .list ? .array(members) : .object(Fields(members.enumerated().map { ("k\($0.offset)", $0.element) }))
        }
        guard let fields = type?.fields, !fields.isEmpty else {
            return dice.roll(2) == 0 ? .array([tree(nil, depth: depth - 1, &dice)]) : ["x": tree(nil, depth: depth - 1, &dice)]
        }
        var result = Fields()
        for _ in 0..<dice.roll(6) {
            let field = fields[dice.roll(fields.count)]
            result[field.name] = tree(field.type, depth: depth - 1, &dice)
        }
        if dice.roll(4) == 0 { result["unknown"] = tree(nil, depth: depth - 1, &dice) }
        return .object(result)
    }

    /// The first place in which two trees differ, with both values.
    private static func firstDifference(_ left: Value?, _ right: Value?, _ path: String) -> String? {
        if left == right { return nil }
        if case .object(let a)? = left, case .object(let b)? = right {
            for key in (a.keys + b.keys).sorted() {
                if let found = firstDifference(a[key], b[key], "\(path).\(key)") { return found }
            }
        }
        if case .array(let a)? = left, case .array(let b)? = right, a.count == b.count {
            for index in a.indices {
                if let found = firstDifference(a[index], b[index], "\(path)[\(index)]") { return found }
            }
        }
        return "\(path): \(left?.json() ?? "nothing") became \(right?.json() ?? "nothing")"
    }

    /// Whatever is sent, it is refused or read; and what was read and completed once stays as it is.
    @Test(arguments: 0..<8)
    func `reads any tree or refuses it`(_ seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        var read = 0
        for type in Catalogue.complete.resources {
            for _ in 0..<20 {
                let value = tree(type.schema, depth: 7, &dice)
                do throws(DecodingFailure) {
                    var first = try SchemaDecoder.decode(value, as: type.schema).value
                    Catalogue.standard.applyDefaults(to: &first, type: type)
                    var second = try SchemaDecoder.decode(first, as: type.schema)
                    Catalogue.standard.applyDefaults(to: &second.value, type: type)
                    let difference = Self.firstDifference(first, second.value, type.kind)
                    #expect(difference == nil)
                    #expect(second.problems == [])
                    read += 1
                } catch {
                    #expect(!error.message.isEmpty)
                }
            }
        }
        #expect(read > 100)
    }

    /// A copy with another tree at a few places.
    private func changed(_ value: Value, _ type: TypeSchema?, depth: Int, _ dice: inout Dice) -> Value {
        guard depth > 0, dice.roll(4) > 0 else { return tree(type, depth: depth, &dice) }
        switch value {
        case .object(let fields) where !fields.isEmpty:
            var result = fields
            for (key, member) in fields where dice.roll(3) == 0 {
                result[key] = changed(member, type?.field(key)?.type ?? type?.element, depth: depth - 1, &dice)
            }
            return .object(result)
        case .array(let list) where !list.isEmpty:
            var result = list
            let place = dice.roll(list.count)
            result[place] = changed(list[place], type?.element, depth: depth - 1, &dice)
            return .array(result)
        default: return tree(type, depth: depth, &dice)
        }
    }

    /// What an object shares with one that was read and completed before need not be read and completed again.
    @Test(arguments: 0..<8)
    func `reads a changed copy as it reads any tree`(_ seed: Int) throws {
        var dice = Dice(state: UInt64(seed) + 100)
        var read = 0
        for type in Catalogue.complete.resources {
            for _ in 0..<10 {
                guard var known = try? SchemaDecoder.decode(tree(type.schema, depth: 7, &dice), as: type.schema).value else { continue }
                Defaulter.apply(to: &known, as: type.schema)
                let value = changed(known, type.schema, depth: 7, &dice)
                guard var whole = try? SchemaDecoder.decode(value, as: type.schema) else {
                    #expect(throws: DecodingFailure.self) { try SchemaDecoder.decode(value, as: type.schema, known: known) }
                    continue
                }
                var shared = try SchemaDecoder.decode(value, as: type.schema, known: known)
                #expect(shared.problems == whole.problems)
                Defaulter.apply(to: &whole.value, as: type.schema)
                Defaulter.apply(to: &shared.value, as: type.schema, known: known)
                let difference = Self.firstDifference(whole.value, shared.value, type.kind)
                #expect(difference == nil)
                read += 1
            }
        }
        #expect(read > 50)
    }

    @Test func `reads a long list in proportion to its length`() throws {
        let pod = try #require(Catalogue.standard.lookUp("pod"))
        let containers = Value.array((0..<20_000).map { ["name": .string("c\($0)"), "bad": 1] })
        let decoded = try SchemaDecoder.decode(["spec": ["containers": containers]], as: pod.schema)
        #expect(decoded.problems.count == 100)
        #expect(decoded.value["spec"]?["containers"]?.elements.count == 20_000)
    }
}
