import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// The cells of custom resources, by the paths that their CRD gives.
///
/// - Source: apiextensions-apiserver `registry/customresource/tableconvertor`.
enum CustomCells {
    static func cells(_ maker: CellMaker, columns: [PrinterColumn]) -> [Value] {
        columns.enumerated().map { index, column in
            if index == 0, column.path.isEmpty { return maker.name }
            return cell(column, maker)
        }
    }

    private static func cell(_ column: PrinterColumn, _ maker: CellMaker) -> Value {
        guard let found = find(column.path, in: maker.object), !found.isNull else { return .null }
        switch column.type {
        case "date":
            guard let text = found.stringValue, let instant = Instant(rfc3339: text) else { return "<invalid>" }
            return .string(humanDuration(maker.now - instant))
        case "integer":
            switch found {
            case .int: return found
            case .number(let literal): return .int(Int64(exactly: literal.doubleValue.rounded(.towardZero)) ?? 0)
            default: return .null
            }
        case "number": return found.doubleValue == nil ? .null : found
        case "boolean": return found.boolValue == nil ? .null : found
        default:
            switch found {
            case .array, .object: return .string(compactJSON(found, sortedKeys: true))
            default: return .string(CellMaker.text(found))
            }
        }
    }

    /// The value at a simple JSONPath: fields, indexes, quoted names, and one equality filter a step.
    ///
    /// - Bounds: linear in path and object.
    static func find(_ path: String, in object: Value) -> Value? {
        var current = object
        var rest = Substring(path)
        if rest.hasPrefix("{") { rest = rest.dropFirst().dropLast() }
        if rest.hasPrefix("$") { rest = rest.dropFirst() }
        while let first = rest.first {
            if first == "." {
                rest = rest.dropFirst()
                var name = ""
                var isEscaped = false
                while let next = rest.first {
                    if isEscaped {
                        name.append(next)
                        isEscaped = false
                    } else if next == "\\" {
                        isEscaped = true
                    } else if next == "." || next == "[" {
                        break
                    } else {
                        name.append(next)
                    }
                    rest = rest.dropFirst()
                }
                if name.isEmpty { continue }
                guard let child = current[name] else { return nil }
                current = child
            } else if first == "[", let end = closing(rest) {
                let inner = rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
                guard let child = step(String(inner), current) else { return nil }
                current = child
            } else {
                return nil
            }
        }
        return current
    }

    private static func closing(_ text: Substring) -> Substring.Index? {
        var depth = 0
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "[" {
                depth += 1
            } else if character == "]" {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    private static func step(_ inner: String, _ value: Value) -> Value? {
        if inner == "*" { return value.elements.first }
        if let index = Int(inner) {
            let list = value.elements
            let place = index < 0 ? list.count + index : index
            return list.indices.contains(place) ? list[place] : nil
        }
        if inner.hasPrefix("?(@."), inner.hasSuffix(")") {
            let condition = String(inner.dropFirst(4).dropLast())
            let parts = condition.split(separator: "=", omittingEmptySubsequences: true).map { String($0).trimmed }
            guard parts.count == 2 else { return nil }
            let wanted = unquoted(parts[1])
            return value.elements.first { CellMaker.text(find("." + parts[0], in: $0)) == wanted }
        }
        return value[unquoted(inner)]
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, let first = text.first, first == "'" || first == "\"", text.last == first else { return text }
        return String(text.dropFirst().dropLast())
    }
}
