extension FieldTables {
    /// EndpointSlices.
    static let discovery: StaticString = #"""
v1.Endpoint
 pointer hostname nodeName zone
 written conditions
v1.EndpointPort
 pointer appProtocol name protocol
 named protocol v1.Protocol SCTP|TCP|UDP
v1.EndpointSlice
 written endpoints ports
 named addressType AddressType FQDN|IPv4|IPv6

"""#
}
