/// Short descriptions of kinds and fields, in our own words, for `kubectl explain` and the OpenAPI documents.
///
/// - Shape: tables of a type's short name and what it is, then indented lines of a field and what it is for.
/// - Bounds: the tables are indexed on first use; nothing else needs them.
package enum Descriptions {
    /// What a type is for; empty where we say nothing.
    package static func of(_ type: String) -> String { index[type]?.text ?? "" }

    /// What a field is for; empty where we say nothing.
    package static func of(_ field: String, in type: String) -> String {
        if let text = index[type]?.fields[field] { return text }
        guard let common = common[field], TypeLibrary.shared.type(type)?.kind != nil else { return "" }
        return common
    }

    /// The types that something is said of, sorted.
    package static var describedTypes: [String] { index.keys.sorted() }

    /// The fields of a type that something is said of, sorted.
    package static func describedFields(of type: String) -> [String] { index[type]?.fields.keys.sorted() ?? [] }

    private struct Entry: Sendable {
        var text: String
        var fields: [String: String]
    }

    /// Fields that every whole object has.
    private static let common = [
        "apiVersion": "The group and version of the API that this object is written in.",
        "kind": "The type of this object, such as Pod or Service.",
        "metadata": "Name, namespace, labels and other data that every object carries.",
        "spec": "What is wanted of the object.",
        "status": "What was last observed of the object. It is written by the system.",
        "items": "The objects of the list.",
    ]

    private static let index: [String: Entry] = {
        var index: [String: Entry] = [:]
        for table in [coreTable, podTable, workloadTable, networkTable, storageTable, policyTable, detailTable] {
            var type = ""
            CatalogueText(table).forEachLine { line in
                var words = line.words
                guard words.count > 1 else { return }
                let head = words.removeFirst()
                let text = words.joined(separator: " ")
                if line.isIndented {
                    index[type]?.fields[head] = text
                } else {
                    type = head
                    index[type] = Entry(text: text, fields: [:])
                }
            }
        }
        return index
    }()
}
