/// The overlay tables of all API groups, keyed by a type's short name.
enum OverlayTables {
    static let plainFields: [String: [String]] = [:]
    static let writtenFields: [String: [String]] = [:]
    static let pointerStrings: [String: [String]] = [:]
    static let enums: [String: [String: [String]]] = [:]
    static let goTypes: [String: [String: String]] = [:]
}
