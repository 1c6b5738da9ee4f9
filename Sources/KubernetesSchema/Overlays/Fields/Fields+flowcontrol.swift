extension FieldTables {
    /// Flow schemas and priority levels.
    static let flowcontrol: StaticString = #"""
v1.FlowSchemaCondition
 written lastTransitionTime
v1.FlowSchemaSpec
 written matchingPrecedence
v1.LimitedPriorityLevelConfiguration
 written limitResponse
v1.PriorityLevelConfigurationCondition
 written lastTransitionTime
v1.QueuingConfiguration
 written handSize queueLengthLimit queues
v1.ResourcePolicyRule
 plain clusterScope

"""#
}
