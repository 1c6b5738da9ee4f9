import KubernetesObjects
import KubernetesSchema
import Testing

@testable import APIServer

/// Fields of a protocol buffer message by number, for tests.
struct ProtobufMessage {
    enum Field: Equatable {
        case number(UInt64)
        case bytes([UInt8])
        case fixed(UInt64)
    }

    var fields: [(number: Int, value: Field)] = []

    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        func varint() -> UInt64? {
            var (value, shift): (UInt64, UInt64) = (0, 0)
            while let byte = rest.popFirst() {
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
                if shift > 63 { return nil }
            }
            return nil
        }
        while !rest.isEmpty {
            guard let key = varint() else { return nil }
            switch key & 7 {
            case 0:
                guard let value = varint() else { return nil }
                fields.append((Int(key >> 3), .number(value)))
            case 1:
                guard rest.count >= 8 else { return nil }
                fields.append((Int(key >> 3), .fixed(rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })))
                rest = rest.dropFirst(8)
            case 2:
                guard let length = varint(), rest.count >= Int(length) else { return nil }
                fields.append((Int(key >> 3), .bytes(Array(rest.prefix(Int(length))))))
                rest = rest.dropFirst(Int(length))
            default: return nil
            }
        }
    }

    func messages(_ number: Int) -> [ProtobufMessage] {
        fields.compactMap { if $0.number == number, case .bytes(let bytes) = $0.value { ProtobufMessage(bytes) } else { nil } }
    }

    func texts(_ number: Int) -> [String] {
        fields.compactMap { if $0.number == number, case .bytes(let bytes) = $0.value { String(decoding: bytes, as: UTF8.self) } else { nil } }
    }
}

@Suite struct OpenAPIProtobufTests {
    @Test func `the whole document can be read back`() throws {
        let bytes = OpenAPIProtobuf.bytes(of: OpenAPIDocument.v2(catalogue: .standard, gitVersion: "v1.36.2"))
        let document = try #require(ProtobufMessage(bytes))
        #expect(document.texts(1) == ["2.0"])
        let definitions = try #require(document.messages(9).first).messages(1)
        let deployment = try #require(definitions.first { $0.texts(1) == ["io.k8s.api.apps.v1.Deployment"] }?.messages(2).first)
        #expect(deployment.messages(22).first?.texts(1) == ["object"])
        let kinds = deployment.messages(31).first { $0.texts(1) == ["x-kubernetes-group-version-kind"] }
        #expect(kinds?.messages(2).first?.texts(2) == ["[{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}]\n"])
        let spec = deployment.messages(25).first?.messages(1).first { $0.texts(1) == ["spec"] }?.messages(2).first
        #expect(spec?.texts(1) == ["#/definitions/io.k8s.api.apps.v1.DeploymentSpec"])
        let paths = try #require(document.messages(8).first).messages(2)
        let item = try #require(paths.first { $0.texts(1) == ["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"] }?.messages(2).first)
        let names = item.messages(8).first?.messages(8).compactMap { $0.messages(1).first?.messages(2).first?.messages(3).first?.texts(4).first }
        #expect(names?.contains("dryRun") == true)
    }

    @Test func `a document of version 3 can be read back`() throws {
        let bytes = OpenAPIV3Protobuf.bytes(of: OpenAPIDocument.v3(group: "apps", version: "v1", catalogue: .standard, gitVersion: "v1.36.2"))
        let document = try #require(ProtobufMessage(bytes))
        #expect(document.texts(1) == ["3.0.0"])
        #expect(document.messages(2).first?.texts(6) == ["v1.36.2"])
        let schemas = try #require(document.messages(5).first?.messages(1).first).messages(1)
        let deployment = try #require(schemas.first { $0.texts(1) == ["io.k8s.api.apps.v1.Deployment"] }?.messages(2).first?.messages(1).first)
        #expect(deployment.texts(25) == ["object"])
        let kinds = deployment.messages(36).first { $0.texts(1) == ["x-kubernetes-group-version-kind"] }
        #expect(kinds?.messages(2).first?.texts(2) == ["[{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}]\n"])
        let spec = deployment.messages(31).first?.messages(1).first { $0.texts(1) == ["spec"] }?.messages(2).first
        // A property that is a reference says so, by itself or as the one part of all that it is.
        let reference = spec?.messages(2).first ?? spec?.messages(1).first?.messages(26).first?.messages(2).first
        #expect(reference?.texts(1) == ["#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec"])
        let paths = try #require(document.messages(4).first).messages(1)
        let item = try #require(paths.first { $0.texts(1) == ["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"] }?.messages(2).first)
        // kubectl looks here for what a verb understands.
        let names = item.messages(10).first?.messages(6).compactMap { $0.messages(1).first?.texts(1).first }
        #expect(names?.contains("dryRun") == true && names?.contains("fieldValidation") == true)
    }

    @Test(arguments: [
        (["type": "string", "format": "byte"], [2: ["byte"]]),
        (["additionalProperties": true], [:]),
        (["enum": ["a", 1], "required": ["x", ""]], [19: ["x", ""]]),
        (["$ref": "#/definitions/x"], [1: ["#/definitions/x"]]),
    ] as [(Value, [Int: [String]])])
    func `schemas`(_ schema: Value, _ texts: [Int: [String]]) throws {
        let bytes = OpenAPIProtobuf.bytes(of: ["definitions": ["d": schema]])
        let found = try #require(ProtobufMessage(bytes)?.messages(9).first?.messages(1).first?.messages(2).first)
        for (number, expected) in texts { #expect(found.texts(number) == expected) }
        #expect(found.messages(20).map { $0.texts(2) } == (schema["enum"]?.elements ?? []).map { [$0.json(.compact) + "\n"] })
        if schema["additionalProperties"] != nil { #expect(found.messages(21).first?.fields.first?.value == .number(1)) }
    }
}
