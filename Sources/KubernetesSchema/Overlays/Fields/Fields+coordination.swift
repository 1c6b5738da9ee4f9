extension FieldTables {
    /// Leases.
    static let coordination: StaticString = #"""
v1.LeaseSpec
 pointer holderIdentity preferredHolder strategy
 named strategy CoordinatedLeaseStrategy

"""#
}
