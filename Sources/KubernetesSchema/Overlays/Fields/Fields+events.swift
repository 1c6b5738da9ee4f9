extension FieldTables {
    /// Events of the newer group.
    static let events: StaticString = #"""
v1.Event
 plain deprecatedCount
 written deprecatedFirstTimestamp deprecatedLastTimestamp deprecatedSource regarding

"""#
}
