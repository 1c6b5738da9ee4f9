extension Value: CustomStringConvertible, CustomDebugStringConvertible {
    /// The value as compact JSON: what a person wants to see of it.
    public var description: String { json(.compact) }
    public var debugDescription: String { description }
}
