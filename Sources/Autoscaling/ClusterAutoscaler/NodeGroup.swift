import APIMachinery
import KubernetesObjects
import SimulationKernel

/// A group of equal machines that can be made larger and smaller, as it stands in the store.
///
/// Whoever owns the machines (an EKS node group, a lab's nodes) keeps the object: the range, what a new node will be like, and
/// the machines that there are. Whoever scales writes `spec.desiredSize` and `spec.leaving`, and the owner follows.
///
/// - Shape: `nodegroups.cloud.labrunner.dev`, cluster-wide, not served by the API:
///   `spec: {minSize, maxSize, desiredSize, leaving: [node], pricePerHour}`, `template`: a Node,
///   `status: {instances: [{name, providerID, state: Creating|Running|Deleting, since, error: {code, message}}]}`.
package struct NodeGroup: Sendable {
    package struct Instance: Hashable, Sendable {
        package enum State: String, Sendable {
            case creating = "Creating"
            case running = "Running"
            case deleting = "Deleting"
        }

        /// The name that its node has.
        package var name: String
        package var providerID: String
        package var state: State
        package var since: Instant
        /// Why it cannot be made: the cloud's code and text; empty when nothing is wrong.
        package var errorCode: String
        package var errorMessage: String

        package init(name: String, providerID: String, state: State, since: Instant, errorCode: String = "", errorMessage: String = "") {
            self.name = name
            self.providerID = providerID
            self.state = state
            self.since = since
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }

    package var id: String
    package var minimum: Int
    package var maximum: Int
    package var target: Int
    /// Nodes whose machines are to end; each has already been taken off `target`.
    package var leaving: [String]
    /// What a node of the group will be like: labels, taints, allocatable.
    package var template: Value
    package var instances: [Instance]
    /// What a machine costs an hour, in the cloud's currency; nil where that is not known.
    package var pricePerHour: Double?

    package init(
        id: String, minimum: Int, maximum: Int, target: Int, template: Value, instances: [Instance] = [], leaving: [String] = [],
        pricePerHour: Double? = nil
    ) {
        self.id = id
        self.minimum = minimum
        self.maximum = maximum
        self.target = target
        self.template = template
        self.instances = instances
        self.leaving = leaving
        self.pricePerHour = pricePerHour
    }

    /// Reads a stored group.
    package init(_ object: Value) {
        let spec = object["spec"]
        id = object.name
        minimum = spec?["minSize"]?.intValue ?? 0
        maximum = spec?["maxSize"]?.intValue ?? 0
        target = spec?["desiredSize"]?.intValue ?? 0
        leaving = (spec?["leaving"]?.elements ?? []).compactMap(\.stringValue)
        pricePerHour = spec?["pricePerHour"]?.doubleValue
        template = object["template"] ?? [:]
        instances = (object["status"]?["instances"]?.elements ?? []).map { entry in
            Instance(
                name: entry["name"]?.stringValue ?? "", providerID: entry["providerID"]?.stringValue ?? "",
                state: entry["state"]?.stringValue.flatMap(Instance.State.init(rawValue:)) ?? .running,
                since: Instant(nanoseconds: Int64(entry["since"]?.intValue ?? 0)), errorCode: entry["error"]?["code"]?.stringValue ?? "",
                errorMessage: entry["error"]?["message"]?.stringValue ?? "")
        }
    }

    package var key: ObjectKey { ObjectKey(.nodeGroups, name: id) }

    /// The object to store.
    package var object: Value {
        var spec: Value = ["minSize": Value(minimum), "maxSize": Value(maximum), "desiredSize": Value(target)]
        if !leaving.isEmpty { spec["leaving"] = Value(leaving) }
        if let pricePerHour { spec["pricePerHour"] = Value(pricePerHour) }
        return [
            "apiVersion": "cloud.labrunner.dev/v1", "kind": "NodeGroup", "metadata": ["name": .string(id), "uid": .string("nodegroup-\(id)")], "spec": spec, "template": template,
            "status": [
                "instances": .array(
                    instances.map { instance in
                        var entry: Value = [
                            "name": .string(instance.name), "providerID": .string(instance.providerID), "state": .string(instance.state.rawValue),
                            "since": .int(instance.since.nanoseconds),
                        ]
                        if !instance.errorCode.isEmpty {
                            entry["error"] = ["code": .string(instance.errorCode), "message": .string(instance.errorMessage)]
                        }
                        return entry
                    })
            ],
        ]
    }

    /// All groups of a cluster, by name.
    package static func all(in view: ClusterView) -> [NodeGroup] { view.list(.nodeGroups).map { NodeGroup($0) } }
}

extension GroupResource {
    /// `NodeGroup` objects: what a cloud would keep of its groups of machines.
    package static let nodeGroups = GroupResource("nodegroups", group: "cloud.labrunner.dev")
}
