import KubernetesObjects
import Testing

@testable import CEL

/// One line of a conformance table: `expression  =>  result`.
struct ConformanceCase: CustomTestStringConvertible, Sendable {
    var expression: String
    var expected: String

    var testDescription: String { expression }

    /// Reads a table: a case a line, empty lines and `//` lines left out.
    static func table(_ text: String) -> [ConformanceCase] {
        text.split(separator: "\n").compactMap { (line: Substring) -> ConformanceCase? in
            guard !line.hasPrefix("//"), let arrow = line.firstRange(of: "  =>  ") else { return nil }
            return ConformanceCase(expression: String(line[..<arrow.lowerBound]), expected: String(line[arrow.upperBound...]))
        }
    }

    /// What the expression gives: a value as CEL writes it, `error: …` or `compile: …`.
    func outcome() -> String {
        do throws(CELCompileError) {
            let program = try Self.environment.compile(expression)
            switch program.evaluate(Self.bindings) {
            case .success(let value): return Self.print(value)
            case .failure(let error): return "error: \(error.message)"
            }
        } catch {
            return "compile: " + error.problems.map(\.message).joined(separator: "; ")
        }
    }

    static func print(_ value: CELValue) -> String {
        switch value {
        case .uint(let number): return "\(number)u"
        case .double(let number):
            let text = CELText.plain(value) ?? ""
            return number.isFinite && !text.contains(".") ? text + ".0" : text
        case .string(let text): return GoText.quoted(text)
        case .bytes(let bytes): return "b" + GoText.quoted(String(decoding: bytes, as: UTF8.self))
        case .list(let list): return "[" + list.map(print).joined(separator: ", ") + "]"
        case .map(let map): return "{" + map.map { print($0.key) + ": " + print($0.value) }.joined(separator: ", ") + "}"
        case .optional(let wrapped): return wrapped.map { "optional(\(print($0)))" } ?? "none"
        case .ip(let address): return address.description
        case .cidr(let block): return block.description
        case .semver(let version): return version.description
        case .url(let url): return url.text
        default: return CELText.plain(value) ?? "?"
        }
    }

    static let object: Value = [
        "metadata": ["name": "web", "labels": ["app": "web", "a-b": "c"], "creationTimestamp": "2026-01-05T09:00:00Z"],
        "spec": ["replicas": 3, "ratio": 1, "ports": [["name": "http", "port": 80], ["name": "db", "port": 5432]], "timeout": "90s", "x-y": 1, "nothing": .null],
    ]

    static let bindings: [String: CELValue] = [
        "x": .int(7), "s": .string("héllo"), "d": .double(2.5), "flag": .bool(true), "names": .list(CELList(["a", "b", "a"].map(CELValue.string))),
        "object": CELValue(object), "self": CELValue(object, as: .object(CELObjectType(name: "App", schema: TestSchema(path: "")))),
        "config": CELValue(["a": 1, "b": [1, 2]]), "nothing": .null, "request.userInfo": .string("eve"),
        "authorizer": .authorizer(CELAuthorizer { question in
            CELAuthorizer.Decision(isAllowed: question.verb == "get" && question.resource == "pods", reason: "because")
        }),
    ]

    static let environment: CELEnvironment = {
        var environment = declared
        environment.objectTypes = ["Object", "JSONPatch"]
        return environment
    }()

    private static let declared = CELEnvironment(variables: [
        "x": .int, "s": .string, "d": .double, "flag": .bool, "names": .list(.string), "object": .dyn,
        "self": .object(CELObjectType(name: "App", schema: TestSchema(path: ""))), "config": .map(.string, .dyn), "nothing": .dyn, "missing": .dyn,
        "request.userInfo": .string, "authorizer": CELAuthorizer.type,
    ])

    /// A small schema: what a custom resource definition would say.
    struct TestSchema: CELObjectSchema {
        var path: String

        func fieldType(_ name: String) -> CELType? {
            func child(_ name: String) -> CELType { .object(CELObjectType(name: "App\(path).\(name)", schema: TestSchema(path: path + "." + name))) }
            return switch (path, name) {
            case ("", "metadata"), ("", "spec"): child(name)
            case (".metadata", "name"): .string
            case (".metadata", "labels"): .map(.string, .string)
            case (".metadata", "creationTimestamp"): .timestamp
            case (".spec", "replicas"), (".spec", "x__dash__y"), (".spec", "absent"): .int
            case (".spec", "ratio"): .double
            case (".spec", "timeout"): .duration
            case (".spec", "nothing"): .dyn
            case (".spec", "ports"): .list(child("ports"))
            case (".spec.ports", "name"): .string
            case (".spec.ports", "port"): .int
            default: nil
            }
        }
    }
}
