extension GroupResource {
    /// In a component's interests: every resource, those of custom resource definitions too.
    package static let everything = GroupResource("*", group: "*")
}
