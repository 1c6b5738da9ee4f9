extension FieldTables {
    /// Dynamic resource allocation.
    static let resource: StaticString = #"""
v1.DeviceRequestAllocationResult
 plain adminAccess
v1.ResourceSliceSpec
 pointer nodeName

"""#
}
