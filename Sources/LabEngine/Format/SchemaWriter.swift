import Grading
import KubernetesObjects

/// Writes the lab format as a JSON Schema for editors.
package struct SchemaWriter {
    let table: FormatTable

    package init(_ table: FormatTable = LabFormat.table) { self.table = table }

    package var schema: Value {
        var definitions = Fields()
        for type in table.types { definitions[type.name] = self.type(type) }
        return [
            "$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://labrunner.dev/schemas/lab-v1.json",
            "title": "labrunner lab, version 1", "$ref": .string("#/definitions/\(table.root)"), "definitions": .object(definitions),
        ]
    }

    private func type(_ type: TypeSpec) -> Value {
        var properties = Fields()
        for field in type.fields {
            var shape = self.shape(field.shape)
            if shape["$ref"] != nil { shape = ["allOf": [shape]] }
            shape["description"] = .string(field.about)
            properties[field.name] = shape
        }
        var value: Value = [
            "type": "object", "description": .string(type.about), "properties": .object(properties), "additionalProperties": false,
        ]
        let required = type.fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { value["required"] = Value(required) }
        if !type.exactlyOne.isEmpty { value["oneOf"] = .array(type.exactlyOne.map { ["required": [.string($0)]] }) }
        let exclusive = type.atMostOne.flatMap { group in
            group.indices.flatMap { first in group.indices.filter { $0 > first }.map { [group[first], group[$0]] } }
        }
        if !exclusive.isEmpty { value["not"] = ["anyOf": .array(exclusive.map { ["required": Value($0)] })] }
        return value
    }

    private func shape(_ shape: FieldShape) -> Value {
        switch shape {
        case .string: return ["type": "string"]
        case .text: return ["oneOf": [["type": "string"], ["type": "object", "additionalProperties": ["type": "string"], "minProperties": 1]]]
        case .integer(let range): return ["type": "integer", "minimum": Value(range.lowerBound), "maximum": Value(range.upperBound)]
        case .number: return ["type": "number"]
        case .bool: return ["type": "boolean"]
        case .duration: return ["type": "string", "pattern": "^(0|([0-9]+(ms|s|m|h))+)$"]
        case .word(let words): return ["type": "string", "enum": Value(words)]
        case .list(let element): return ["type": "array", "items": self.shape(element)]
        case .map(let element): return ["type": "object", "additionalProperties": self.shape(element)]
        case .object(let name): return ["$ref": .string("#/definitions/\(name)")]
        case .tree: return ["type": "object"]
        case .anything: return [:]
        case .either(let shapes): return ["anyOf": .array(shapes.map(self.shape))]
        }
    }
}

/// Writes the lab format as tables for docs/LAB-FORMAT.md.
package struct FormatReference {
    let table: FormatTable

    package init(_ table: FormatTable = LabFormat.table) { self.table = table }

    package var markdown: String {
        var text = ""
        for type in table.types {
            text += "### \(type.name)\n\n\(type.about)\n"
            if !type.exactlyOne.isEmpty { text += "Exactly one of \(type.exactlyOne.map { "`\($0)`" }.joined(separator: ", ")).\n" }
            for group in type.atMostOne { text += "At most one of \(group.map { "`\($0)`" }.joined(separator: ", ")).\n" }
            text += "\n| field | holds | |\n|---|---|---|\n"
            for field in type.fields {
                text += "| `\(field.name)`\(field.isRequired ? " (required)" : "") | \(holds(field.shape)) | \(field.about) |\n"
            }
            text += "\n"
        }
        return text
    }

    private func holds(_ shape: FieldShape) -> String {
        switch shape {
        case .string: "text"
        case .text: "text, or texts by language"
        case .integer(let range): "whole number, \(range.lowerBound) to \(range.upperBound)"
        case .number: "number"
        case .bool: "true or false"
        case .duration: "duration"
        case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let element): "list of \(holds(element))"
        case .map(let element): "map of \(holds(element))"
        case .object(let name): "[\(name)](#\(name.lowercased()))"
        case .tree: "map"
        case .anything: "anything"
        case .either(let shapes): shapes.map(holds).joined(separator: " or ")
        }
    }
}
