// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let flowcontrolTypes: StaticString = #"""
v1.ExemptPriorityLevelConfiguration
 lendablePercent int32
 nominalConcurrencyShares int32
v1.FlowDistinguisherMethod
 type string required
v1.FlowSchema kind=flowcontrol.apiserver.k8s.io/v1/FlowSchema
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec flowcontrol.v1.FlowSchemaSpec
 status flowcontrol.v1.FlowSchemaStatus
v1.FlowSchemaCondition
 lastTransitionTime Time
 message string
 reason string
 status string
 type string
v1.FlowSchemaList kind=flowcontrol.apiserver.k8s.io/v1/FlowSchemaList
 apiVersion string
 items []flowcontrol.v1.FlowSchema required
 kind string
 metadata meta.v1.ListMeta
v1.FlowSchemaSpec
 distinguisherMethod flowcontrol.v1.FlowDistinguisherMethod
 matchingPrecedence int32
 priorityLevelConfiguration flowcontrol.v1.PriorityLevelConfigurationReference required
 rules []flowcontrol.v1.PolicyRulesWithSubjects list=atomic
v1.FlowSchemaStatus
 conditions []flowcontrol.v1.FlowSchemaCondition list=map(type) patch=merge(type)
v1.GroupSubject
 name string required
v1.LimitResponse union=type
 queuing flowcontrol.v1.QueuingConfiguration
 type string required
v1.LimitedPriorityLevelConfiguration
 borrowingLimitPercent int32
 lendablePercent int32
 limitResponse flowcontrol.v1.LimitResponse
 nominalConcurrencyShares int32
v1.NonResourcePolicyRule
 nonResourceURLs []string required list=set
 verbs []string required list=set
v1.PolicyRulesWithSubjects
 nonResourceRules []flowcontrol.v1.NonResourcePolicyRule list=atomic
 resourceRules []flowcontrol.v1.ResourcePolicyRule list=atomic
 subjects []flowcontrol.v1.Subject required list=atomic
v1.PriorityLevelConfiguration kind=flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec flowcontrol.v1.PriorityLevelConfigurationSpec
 status flowcontrol.v1.PriorityLevelConfigurationStatus
v1.PriorityLevelConfigurationCondition
 lastTransitionTime Time
 message string
 reason string
 status string
 type string
v1.PriorityLevelConfigurationList kind=flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfigurationList
 apiVersion string
 items []flowcontrol.v1.PriorityLevelConfiguration required
 kind string
 metadata meta.v1.ListMeta
v1.PriorityLevelConfigurationReference
 name string required
v1.PriorityLevelConfigurationSpec union=type
 exempt flowcontrol.v1.ExemptPriorityLevelConfiguration
 limited flowcontrol.v1.LimitedPriorityLevelConfiguration
 type string required
v1.PriorityLevelConfigurationStatus
 conditions []flowcontrol.v1.PriorityLevelConfigurationCondition list=map(type) patch=merge(type)
v1.QueuingConfiguration
 handSize int32
 queueLengthLimit int32
 queues int32
v1.ResourcePolicyRule
 apiGroups []string required list=set
 clusterScope bool
 namespaces []string list=set
 resources []string required list=set
 verbs []string required list=set
v1.ServiceAccountSubject
 name string required
 namespace string required
v1.Subject union=kind
 group flowcontrol.v1.GroupSubject
 kind string required
 serviceAccount flowcontrol.v1.ServiceAccountSubject
 user flowcontrol.v1.UserSubject
v1.UserSubject
 name string required

"""#
}
