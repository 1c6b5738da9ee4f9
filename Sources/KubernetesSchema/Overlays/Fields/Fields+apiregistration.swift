extension FieldTables {
    /// APIServices.
    static let apiregistration: StaticString = #"""
v1.APIServiceCondition
 written lastTransitionTime
 named status ConditionStatus
 named type APIServiceConditionType
v1.APIServiceSpec
 plain insecureSkipTLSVerify

"""#
}
