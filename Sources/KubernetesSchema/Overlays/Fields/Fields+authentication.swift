extension FieldTables {
    /// Token reviews and requests.
    static let authentication: StaticString = #"""
v1.SelfSubjectReviewStatus
 written userInfo
v1.TokenRequestSpec
 null boundObjectRef
v1.TokenReviewStatus
 plain authenticated
 written user

"""#
}
