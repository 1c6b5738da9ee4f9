// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let authorizationTypes: StaticString = #"""
v1.FieldSelectorAttributes
 rawSelector string
 requirements []meta.v1.FieldSelectorRequirement list=atomic
v1.LabelSelectorAttributes
 rawSelector string
 requirements []meta.v1.LabelSelectorRequirement list=atomic
v1.LocalSubjectAccessReview kind=authorization.k8s.io/v1/LocalSubjectAccessReview
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec authorization.v1.SubjectAccessReviewSpec required
 status authorization.v1.SubjectAccessReviewStatus
v1.NonResourceAttributes
 path string
 verb string
v1.NonResourceRule
 nonResourceURLs []string list=atomic
 verbs []string required list=atomic
v1.ResourceAttributes
 fieldSelector authorization.v1.FieldSelectorAttributes
 group string
 labelSelector authorization.v1.LabelSelectorAttributes
 name string
 namespace string
 resource string
 subresource string
 verb string
 version string
v1.ResourceRule
 apiGroups []string list=atomic
 resourceNames []string list=atomic
 resources []string list=atomic
 verbs []string required list=atomic
v1.SelfSubjectAccessReview kind=authorization.k8s.io/v1/SelfSubjectAccessReview
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec authorization.v1.SelfSubjectAccessReviewSpec required
 status authorization.v1.SubjectAccessReviewStatus
v1.SelfSubjectAccessReviewSpec
 nonResourceAttributes authorization.v1.NonResourceAttributes
 resourceAttributes authorization.v1.ResourceAttributes
v1.SelfSubjectRulesReview kind=authorization.k8s.io/v1/SelfSubjectRulesReview
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec authorization.v1.SelfSubjectRulesReviewSpec required
 status authorization.v1.SubjectRulesReviewStatus
v1.SelfSubjectRulesReviewSpec
 namespace string
v1.SubjectAccessReview kind=authorization.k8s.io/v1/SubjectAccessReview
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec authorization.v1.SubjectAccessReviewSpec required
 status authorization.v1.SubjectAccessReviewStatus
v1.SubjectAccessReviewSpec
 extra map:[]string
 groups []string list=atomic
 nonResourceAttributes authorization.v1.NonResourceAttributes
 resourceAttributes authorization.v1.ResourceAttributes
 uid string
 user string
v1.SubjectAccessReviewStatus
 allowed bool required
 denied bool
 evaluationError string
 reason string
v1.SubjectRulesReviewStatus
 evaluationError string
 incomplete bool required
 nonResourceRules []authorization.v1.NonResourceRule required list=atomic
 resourceRules []authorization.v1.ResourceRule required list=atomic

"""#
}
