import Synchronization

/// A type at hand, or the name of one that is read on first use.
package enum TypeReference: Sendable {
    case resolved(TypeSchema)
    case named(TypeSlot)
    /// One that is looked up by its short name only when it is needed.
    case deferred(DeferredType)

    /// A type by its short name, which is looked up only when it is needed.
    package static func lazy(_ name: String) -> TypeReference { .deferred(DeferredType(name)) }

    package var type: TypeSchema {
        switch self {
        case .resolved(let type): type
        case .named(let slot): slot.type
        case .deferred(let deferred): deferred.type
        }
    }
}

/// A type that is known by name, and once somebody has asked for it also by itself; free-form when there is none of that name.
package final class DeferredType: Sendable {
    private let name: String
    private let cache = AtomicLazyReference<TypeSchema>()

    init(_ name: String) { self.name = name }

    var type: TypeSchema { cache.load() ?? cache.storeIfNil(TypeLibrary.shared.type(name) ?? TypeText.anyType) }
}

/// The place of one named structure in the catalogue's text, and the structure once it has been read.
///
/// - Order: whichever thread reads first wins; all readers make equal structures, so it never shows.
package final class TypeSlot: Sendable {
    /// `apps.v1.DeploymentSpec`.
    package let name: String
    /// The bytes of the type in its package's text.
    private let text: CatalogueText
    /// What the overlay tables say of the type, if anything.
    private let overlay: CatalogueText?
    private let library: TypeLibrary
    private let cache = AtomicLazyReference<TypeSchema>()

    init(name: String, text: CatalogueText, overlay: CatalogueText?, library: TypeLibrary) {
        self.name = name
        self.text = text
        self.overlay = overlay
        self.library = library
    }

    package var isRead: Bool { cache.load() != nil }

    package var type: TypeSchema {
        if let type = cache.load() { return type }
        return cache.storeIfNil(TypeText(name: name, text: text, overlay: overlay, library: library).read())
    }
}
