/// Why a selector cannot be read, in the words of apimachinery.
public struct SelectorError: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
