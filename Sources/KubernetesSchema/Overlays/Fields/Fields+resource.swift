extension FieldTables {
    /// Dynamic resource allocation.
    static let resource: StaticString = #"""
v1.AllocationResult
 written devices
v1.ResourceClaimSpec
 written devices
v1.ResourceClaimTemplateSpec
 written metadata
v1.DeviceRequestAllocationResult
 plain adminAccess
v1.CapacityRequestPolicyRange
 pointer min
v1.ResourceSliceSpec
 pointer nodeName

"""#
}
