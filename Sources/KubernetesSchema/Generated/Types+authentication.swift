// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let authenticationTypes: StaticString = #"""
v1.BoundObjectReference
 apiVersion string
 kind string
 name string
 uid string
v1.SelfSubjectReview kind=authentication.k8s.io/v1/SelfSubjectReview
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 status authentication.v1.SelfSubjectReviewStatus
v1.SelfSubjectReviewStatus
 userInfo authentication.v1.UserInfo
v1.TokenRequest kind=authentication.k8s.io/v1/TokenRequest
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec authentication.v1.TokenRequestSpec
 status authentication.v1.TokenRequestStatus
v1.TokenRequestSpec
 audiences []string list=atomic
 boundObjectRef authentication.v1.BoundObjectReference
 expirationSeconds int64
v1.TokenRequestStatus
 expirationTimestamp Time
 token string
v1.TokenReview kind=authentication.k8s.io/v1/TokenReview
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec authentication.v1.TokenReviewSpec required
 status authentication.v1.TokenReviewStatus
v1.TokenReviewSpec
 audiences []string list=atomic
 token string required
v1.TokenReviewStatus
 audiences []string list=atomic
 authenticated bool
 error string
 user authentication.v1.UserInfo
v1.UserInfo
 extra map:[]string
 groups []string list=atomic
 uid string
 username string

"""#
}
