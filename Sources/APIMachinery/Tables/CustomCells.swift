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
        guard let path = try? JSONPath(relaxed: column.path, allowsMissingKeys: true),
            let found = (try? path.find(in: maker.object))?.first?.first, !found.isNull
        else { return .null }
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
}
