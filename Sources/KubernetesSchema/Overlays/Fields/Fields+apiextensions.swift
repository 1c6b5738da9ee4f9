extension FieldTables {
    /// CustomResourceDefinitions.
    static let apiextensions: StaticString = #"""
v1.CustomResourceColumnDefinition
 plain priority
v1.CustomResourceDefinitionCondition
 plain observedGeneration
 written lastTransitionTime
 named status ConditionStatus
 named type CustomResourceDefinitionConditionType
v1.CustomResourceDefinitionSpec
 plain preserveUnknownFields
 named scope ResourceScope
v1.CustomResourceDefinitionStatus
 plain observedGeneration
 written acceptedNames conditions storedVersions
v1.CustomResourceDefinitionVersion
 plain deprecated
 pointer deprecationWarning
v1.CustomResourceConversion
 named strategy ConversionStrategyType
v1.CustomResourceSubresourceScale
 pointer labelSelectorPath
v1.JSONSchemaProps
 plain exclusiveMaximum exclusiveMinimum nullable uniqueItems x-kubernetes-embedded-resource x-kubernetes-int-or-string
 pointer $ref x-kubernetes-list-type x-kubernetes-map-type
v1.ServiceReference
 pointer path
v1.ValidationRule
 pointer reason
 named reason FieldValueErrorReason FieldValueDuplicate|FieldValueForbidden|FieldValueInvalid|FieldValueRequired
v1.WebhookClientConfig
 pointer url

"""#
}
