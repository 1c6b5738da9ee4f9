extension FieldTables {
    /// Access reviews.
    static let authorization: StaticString = #"""
v1.SubjectAccessReviewStatus
 plain denied

"""#
}
