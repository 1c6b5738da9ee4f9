import APIMachinery
import KubernetesObjects

/// An object that a command works on, and where it came from.
struct ResourceInfo {
    var entry: ResourceEntry
    var namespace: String
    var name: String
    /// The object, the list or the table; null when it was not fetched.
    var object: Value
    /// The file, `STDIN`, or empty.
    var source = ""

    /// `deployment.apps/web`.
    var printedName: String { "\(entry.printedKind)/\(name)" }

    func request(_ verb: APIVerb) -> APIRequest {
        APIRequest(verb, entry.resource, namespace: entry.isNamespaced ? namespace : "", name: name)
    }

    /// The info with another state of the object.
    func refreshed(with object: Value) -> ResourceInfo {
        var copy = self
        copy.object = object
        if !object.name.isEmpty { copy.name = object.name }
        return copy
    }
}
