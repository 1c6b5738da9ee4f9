// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let apiextensionsTypes: StaticString = #"""
v1.CustomResourceColumnDefinition
 description string
 format string
 jsonPath string required
 name string required
 priority int32
 type string required
v1.CustomResourceConversion
 strategy string required
 webhook apiextensions.v1.WebhookConversion
v1.CustomResourceDefinition kind=apiextensions.k8s.io/v1/CustomResourceDefinition
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apiextensions.v1.CustomResourceDefinitionSpec required
 status apiextensions.v1.CustomResourceDefinitionStatus
v1.CustomResourceDefinitionCondition
 lastTransitionTime Time
 message string
 observedGeneration int64
 reason string
 status string required
 type string required
v1.CustomResourceDefinitionList kind=apiextensions.k8s.io/v1/CustomResourceDefinitionList
 apiVersion string
 items []apiextensions.v1.CustomResourceDefinition required
 kind string
 metadata meta.v1.ListMeta
v1.CustomResourceDefinitionNames
 categories []string list=atomic
 kind string required
 listKind string
 plural string required
 shortNames []string list=atomic
 singular string
v1.CustomResourceDefinitionSpec
 conversion apiextensions.v1.CustomResourceConversion
 group string required
 names apiextensions.v1.CustomResourceDefinitionNames required
 preserveUnknownFields bool
 scope string required
 versions []apiextensions.v1.CustomResourceDefinitionVersion required list=atomic
v1.CustomResourceDefinitionStatus
 acceptedNames apiextensions.v1.CustomResourceDefinitionNames
 conditions []apiextensions.v1.CustomResourceDefinitionCondition list=map(type)
 observedGeneration int64
 storedVersions []string list=atomic
v1.CustomResourceDefinitionVersion
 additionalPrinterColumns []apiextensions.v1.CustomResourceColumnDefinition list=atomic
 deprecated bool
 deprecationWarning string
 name string required
 schema apiextensions.v1.CustomResourceValidation
 selectableFields []apiextensions.v1.SelectableField list=atomic
 served bool required
 storage bool required
 subresources apiextensions.v1.CustomResourceSubresources
v1.CustomResourceSubresourceScale
 labelSelectorPath string
 specReplicasPath string required
 statusReplicasPath string required
v1.CustomResourceSubresourceStatus
v1.CustomResourceSubresources
 scale apiextensions.v1.CustomResourceSubresourceScale
 status apiextensions.v1.CustomResourceSubresourceStatus
v1.CustomResourceValidation
 openAPIV3Schema apiextensions.v1.JSONSchemaProps
v1.ExternalDocumentation
 description string
 url string
v1.JSONSchemaProps
 $ref string
 $schema string
 additionalItems SchemaOrBool
 additionalProperties SchemaOrBool
 allOf []apiextensions.v1.JSONSchemaProps list=atomic
 anyOf []apiextensions.v1.JSONSchemaProps list=atomic
 default Any
 definitions map:apiextensions.v1.JSONSchemaProps
 dependencies map:SchemaOrStringArray
 description string
 enum []Any list=atomic
 example Any
 exclusiveMaximum bool
 exclusiveMinimum bool
 externalDocs apiextensions.v1.ExternalDocumentation
 format string
 id string
 items SchemaOrArray
 maxItems int64
 maxLength int64
 maxProperties int64
 maximum double
 minItems int64
 minLength int64
 minProperties int64
 minimum double
 multipleOf double
 not apiextensions.v1.JSONSchemaProps
 nullable bool
 oneOf []apiextensions.v1.JSONSchemaProps list=atomic
 pattern string
 patternProperties map:apiextensions.v1.JSONSchemaProps
 properties map:apiextensions.v1.JSONSchemaProps
 required []string list=atomic
 title string
 type string
 uniqueItems bool
 x-kubernetes-embedded-resource bool
 x-kubernetes-int-or-string bool
 x-kubernetes-list-map-keys []string list=atomic
 x-kubernetes-list-type string
 x-kubernetes-map-type string
 x-kubernetes-preserve-unknown-fields bool
 x-kubernetes-validations []apiextensions.v1.ValidationRule list=map(rule) patch=merge(rule)
v1.SelectableField
 jsonPath string required
v1.ServiceReference
 name string required
 namespace string required
 path string
 port int32
v1.ValidationRule
 fieldPath string
 message string
 messageExpression string
 optionalOldSelf bool
 reason string
 rule string required
v1.WebhookClientConfig
 caBundle bytes
 service apiextensions.v1.ServiceReference
 url string
v1.WebhookConversion
 clientConfig apiextensions.v1.WebhookClientConfig
 conversionReviewVersions []string required list=atomic

"""#
}
