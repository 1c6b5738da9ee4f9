extension FieldTables {
    /// PriorityClasses.
    static let scheduling: StaticString = #"""
v1.PriorityClass
 plain globalDefault
 written value
 pointer preemptionPolicy
 named preemptionPolicy v1.PreemptionPolicy Never|PreemptLowerPriority

"""#
}
