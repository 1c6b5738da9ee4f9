extension FieldTables {
    /// Certificate signing requests.
    static let certificates: StaticString = #"""
v1.CertificateSigningRequestCondition
 written lastTransitionTime lastUpdateTime
 named status v1.ConditionStatus
 named type RequestConditionType
v1.CertificateSigningRequestSpec
 written request
 named usages []KeyUsage

"""#
}
