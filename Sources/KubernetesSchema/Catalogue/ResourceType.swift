import KubernetesObjects
import Synchronization

/// One resource of the API in one version: its names, what may be done with it, and its schema.
package final class ResourceType: Sendable {
    /// Empty for the core group.
    package let group: String
    package let version: String
    package let kind: String
    /// `deployments`: the name in paths.
    package let plural: String
    package let singular: String
    package let shortNames: [String]
    /// `all`, `api-extensions` and the like.
    package let categories: [String]
    package let isNamespaced: Bool
    /// Sorted, as discovery lists them.
    package let verbs: [String]
    /// Sorted by name.
    package let subresources: [Subresource]
    package let listKind: String
    /// The version in which the store keeps objects of this resource.
    package let storageVersion: String
    /// Whether a cluster with default settings serves it (alpha and beta versions are not).
    package let isServed: Bool
    /// Whether a CustomResourceDefinition made it.
    package let isCustom: Bool
    /// The warning that a request in this version gets, for a version that is deprecated.
    package let deprecationWarning: String?
    private let schemaReference: TypeReference
    private let givenColumns: [PrinterColumn]?
    private let columnCache = AtomicLazyReference<PrinterColumnList>()

    package init(
        group: String, version: String, kind: String, plural: String, singular: String, shortNames: [String] = [], categories: [String] = [],
        isNamespaced: Bool, verbs: [String], subresources: [Subresource] = [], columns: [PrinterColumn]? = nil, listKind: String? = nil,
        storageVersion: String? = nil, isServed: Bool = true, isCustom: Bool = false, deprecationWarning: String? = nil, schema: TypeReference
    ) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.singular = singular
        self.shortNames = shortNames
        self.categories = categories
        self.isNamespaced = isNamespaced
        self.verbs = verbs
        self.subresources = subresources
        self.givenColumns = columns
        self.listKind = listKind ?? kind + "List"
        self.storageVersion = storageVersion ?? version
        self.isServed = isServed
        self.isCustom = isCustom
        self.deprecationWarning = deprecationWarning
        schemaReference = schema
    }

    /// What its objects look like; read on first use.
    package var schema: TypeSchema { schemaReference.type }

    /// The columns of a table, `Name` included.
    package var columns: [PrinterColumn] {
        if let givenColumns { return givenColumns }
        if let cached = columnCache.load() { return cached.columns }
        return columnCache.storeIfNil(PrinterColumnList(PrinterColumns.of(plural, group: group))).columns
    }

    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    package var groupVersionKind: GroupVersionKind { GroupVersionKind(group: group, version: version, kind: kind) }

    /// The subresource of a name (`status`, `scale`), or nil.
    package func subresource(_ name: String) -> Subresource? { subresources.first { $0.name == name } }

    package func allows(_ verb: String) -> Bool { verbs.contains(verb) }
}

/// A part of a resource that has a path of its own: `status`, `scale`, `eviction`.
package struct Subresource: Sendable, Hashable {
    package var name: String
    /// The kind that it takes and gives: `autoscaling/v1 Scale`.
    package var kind: GroupVersionKind
    /// Sorted, as discovery lists them.
    package var verbs: [String]

    package init(name: String, kind: GroupVersionKind, verbs: [String]) {
        self.name = name
        self.kind = kind
        self.verbs = verbs
    }
}

/// Columns that were looked up once.
private final class PrinterColumnList: Sendable {
    let columns: [PrinterColumn]
    init(_ columns: [PrinterColumn]) { self.columns = columns }
}

/// One column of a resource's table.
package struct PrinterColumn: Sendable, Hashable {
    package var name: String
    /// `string`, `integer`, `number`, `boolean` or `date`.
    package var type: String
    /// `name` for the column that names the object; else empty or an OpenAPI format.
    package var format: String
    /// 0 shows always, anything above only in wide output.
    package var priority: Int
    /// A JSONPath such as `.spec.size` that gives the cell, for columns that are nothing but a field; else empty.
    package var path: String
    package var description: String

    package init(name: String, type: String = "string", format: String = "", priority: Int = 0, path: String = "", description: String = "") {
        self.name = name
        self.type = type
        self.format = format
        self.priority = priority
        self.path = path
        self.description = description
    }
}
