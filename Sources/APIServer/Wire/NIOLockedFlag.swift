import NIOConcurrencyHelpers

/// Something that happens once.
final class NIOLockedFlag: Sendable {
    private let value = NIOLockedValueBox(false)

    var isSet: Bool { value.withLockedValue { $0 } }

    /// Returns whether this call was the one that set it.
    func set() -> Bool {
        value.withLockedValue { value in
            defer { value = true }
            return !value
        }
    }
}
