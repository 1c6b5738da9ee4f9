import KubernetesObjects

extension Value {
    /// Whether it was made before another object; names decide between objects of one second.
    func isOlder(than other: Value) -> Bool {
        let (mine, theirs) = (self["metadata", "creationTimestamp"]?.stringValue ?? "", other["metadata", "creationTimestamp"]?.stringValue ?? "")
        return (mine, namespace, name) < (theirs, other.namespace, other.name)
    }
}
