extension FieldTables {
    /// What every object carries.
    static let meta: StaticString = #"""
v1.Condition
 plain observedGeneration
 named status ConditionStatus False|True|Unknown
v1.LabelSelectorRequirement
 named operator LabelSelectorOperator
v1.ManagedFieldsEntry
 named operation ManagedFieldsOperationType
v1.ObjectMeta
 plain generation
 named uid types.UID
v1.OwnerReference
 named uid types.UID
v1.DeleteOptions
 pointer propagationPolicy
 named propagationPolicy DeletionPropagation
v1.Preconditions
 pointer resourceVersion uid
v1.Status
 plain code

"""#
}
