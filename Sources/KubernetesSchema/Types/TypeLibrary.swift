import Synchronization

/// All named structures of the built-in API, read piece by piece.
///
/// - Bounds: opening it costs nothing; asking for a type indexes the names of its
///   package (`core` has 220) and reads the lines of that one type.
package final class TypeLibrary: Sendable {
    package static let shared = TypeLibrary()

    private let packages: [String: LazyPackage]

    /// A library that has read nothing yet; all but tests use the shared one.
    package init() {
        var packages: [String: LazyPackage] = [:]
        for (name, types) in GeneratedCatalogue.packages {
            packages["\(name)"] = LazyPackage(name: "\(name)", text: CatalogueText(types))
        }
        self.packages = packages
    }

    /// The slot of a type by its short name, `core.v1.PodSpec`, or nil.
    package func slot(_ name: String) -> TypeSlot? {
        guard let dot = name.firstIndex(of: ".") else { return nil }
        return packages[String(name[..<dot])]?.content(for: self).slots[name]
    }

    /// The type of a short name, or nil.
    package func type(_ name: String) -> TypeSchema? { slot(name)?.type }

    /// The structure that a kind of the built-in API is, or nil.
    package func type(of kind: GroupVersionKind) -> TypeSchema? {
        slot("\(Self.package(of: kind.group)).\(kind.version).\(kind.kind)")?.type
    }

    /// All short names, sorted.
    package var names: [String] {
        packages.keys.sorted().flatMap { packages[$0]?.content(for: self).slots.keys.sorted() ?? [] }
    }

    /// How many types have been read so far in this process.
    package var readCount: Int {
        packages.values.reduce(0) { $0 + ($1.contentIfRead?.slots.values.reduce(0) { $0 + ($1.isRead ? 1 : 0) } ?? 0) }
    }

    /// The package in which the types of an API group are: `rbac` for `rbac.authorization.k8s.io`.
    package static func package(of group: String) -> String {
        switch group {
        case "": "core"
        case "internal.apiserver.k8s.io": "apiserverinternal"
        default: String(group.prefix { $0 != "." })
        }
    }
}

/// The types of one API group's package, indexed when first asked for.
private final class LazyPackage: Sendable {
    final class Content: Sendable {
        let slots: [String: TypeSlot]
        init(slots: [String: TypeSlot]) { self.slots = slots }
    }

    private let name: String
    private let text: CatalogueText
    private let cache = AtomicLazyReference<Content>()

    init(name: String, text: CatalogueText) {
        self.name = name
        self.text = text
    }

    var contentIfRead: Content? { cache.load() }

    func content(for library: TypeLibrary) -> Content {
        if let content = cache.load() { return content }
        var slots: [String: TypeSlot] = [:]
        var overlays: [String: CatalogueText] = [:]
        if let table = FieldTables.of(name) {
            CatalogueText(table).forEachBlock { heading, block in overlays[heading.firstWord] = block }
        }
        text.forEachBlock { heading, block in
            let word = heading.firstWord
            let typeName = "\(name).\(word)"
            slots[typeName] = TypeSlot(name: typeName, text: block, overlay: overlays[word], library: library)
        }
        return cache.storeIfNil(Content(slots: slots))
    }
}
