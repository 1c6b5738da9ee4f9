import CloudModel
import Kubelet
import KubernetesObjects
import SimulationKernel

extension MachineGroup {
    /// The group as it is kept.
    var value: Value {
        var value: Value = [
            "name": .string(name), "minimum": Value(minimum), "maximum": Value(maximum),
            "places": .array(places.map { [.string($0.zone), Value(Int($0.base)), Value($0.prefixLength)] }),
            "members": .array(
                members.map { member in
                    var entry: Value = ["node": .string(member.node), "zone": .string(member.zone)]
                    if let instance = member.instance { entry["instance"] = instance.value }
                    return entry
                }), "provisioningTime": .int(provisioningTime.nanoseconds),
        ]
        switch model {
        case .ec2(let instance): value["instance"] = instance.value
        case .plain(let description): value["machine"] = description.value
        }
        if let pricePerHour { value["price"] = Value(pricePerHour) }
        if let capacity { value["capacity"] = Value(capacity) }
        return value
    }

    /// Reads a group that was kept; nil when it is none.
    init?(_ value: Value) {
        let model: Model
        if let instance = value["instance"].flatMap({ EC2Instance($0) }) {
            model = .ec2(instance)
        } else if let machine = value["machine"].flatMap({ NodeDescription($0) }) {
            model = .plain(machine)
        } else {
            return nil
        }
        self.init(
            name: value["name"]?.stringValue ?? "", minimum: value["minimum"]?.intValue ?? 0, maximum: value["maximum"]?.intValue ?? 0, model: model,
            places: (value["places"]?.elements ?? []).map {
                Place(zone: $0[0]?.stringValue ?? "", base: UInt32(truncatingIfNeeded: $0[1]?.intValue ?? 0), prefixLength: $0[2]?.intValue ?? 24)
            },
            members: (value["members"]?.elements ?? []).map { entry in
                entry["instance"].flatMap { EC2Instance($0) }.map { Member($0) }
                    ?? Member(node: entry["node"]?.stringValue ?? "", zone: entry["zone"]?.stringValue ?? "")
            })
        pricePerHour = value["price"]?.doubleValue
        capacity = value["capacity"]?.intValue
        provisioningTime = .nanoseconds(Int64(value["provisioningTime"]?.intValue ?? 0))
    }
}
