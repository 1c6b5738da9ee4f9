import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Tables as the server prints them for `Accept: application/json;as=Table`.
package enum Tables {
    /// What each row carries besides its cells.
    package enum RowObjects: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    /// The table of some objects of a resource.
    package static func table(_ objects: [Value], _ type: ServedResource, now: Instant, metadata: Value, rows: RowObjects) -> Value {
        let columns = type.type.columns
        let definitions: [Value] = columns.map {
            [
                "name": .string($0.name), "type": .string($0.type), "format": .string($0.format), "description": .string($0.description),
                "priority": Value($0.priority),
            ]
        }
        let lines: [Value] = objects.map { object in
            var row: Value = ["cells": .array(cells(of: object, type, now: now))]
            switch rows {
            case .none: break
            case .metadata: row["object"] = GenericAPIServer.partial(object)
            case .object: row["object"] = VersionConversion.served(object, type)
            }
            return row
        }
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": .array(definitions), "rows": .array(lines),
        ]
    }

    /// The cells of one object, in the order of the resource's columns.
    static func cells(of object: Value, _ type: ServedResource, now: Instant) -> [Value] {
        [.string(object.name), .string(object["metadata"]?["creationTimestamp"]?.stringValue ?? "<unknown>")]
    }
}
