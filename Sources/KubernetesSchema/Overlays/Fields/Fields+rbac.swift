extension FieldTables {
    /// Roles and their bindings.
    static let rbac: StaticString = #"""
v1.ClusterRole
 written rules
v1.Role
 written rules

"""#
}
