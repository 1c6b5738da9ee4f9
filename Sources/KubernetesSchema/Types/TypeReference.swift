import Synchronization

/// A type at hand, or the name of one that is read on first use.
package enum TypeReference: Sendable {
    case resolved(TypeSchema)
    case named(TypeSlot)
    /// A short name that is looked up only when it is needed.
    case lazy(String)

    package var type: TypeSchema {
        switch self {
        case .resolved(let type): type
        case .named(let slot): slot.type
        case .lazy(let name): TypeLibrary.shared.type(name) ?? TypeText.anyType
        }
    }
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
