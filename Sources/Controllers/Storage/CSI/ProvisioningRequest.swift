import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// One volume that a claim asks a driver for.
struct ProvisioningRequest {
    let claim: Value
    let storageClass: Value
    let driver: StorageDriver
    /// The node that the scheduler chose; nil when the claim does not wait for one.
    let node: String?
    let view: ClusterView

    private static let zoneKey = "topology.kubernetes.io/zone"
    /// How CSI names access modes.
    private static let capabilities = [
        "ReadWriteOnce": "SINGLE_NODE_WRITER", "ReadOnlyMany": "MULTI_NODE_READER_ONLY", "ReadWriteMany": "MULTI_NODE_MULTI_WRITER",
        "ReadWriteOncePod": "SINGLE_NODE_SINGLE_WRITER",
    ]

    private var modes: [String] { (claim["spec"]?["accessModes"]?.elements ?? []).compactMap(\.stringValue) }

    /// Why the driver does not make the volume, as the provisioner tells it; nil when it does.
    var problem: String? {
        func failed(_ code: String, _ text: String) -> String { "rpc error: code = \(code) desc = \(text)" }
        let isBlock = claim.specString("volumeMode") == "Block"
        if let mode = modes.first(where: { !driver.accessModes.contains($0) && !(isBlock && driver.isZonal && $0 == "ReadWriteMany") }) {
            return failed("InvalidArgument", "Volume capabilities \(Self.capabilities[mode] ?? mode) not supported. Only AccessModes[\(driver.accessModes.sorted()[0])] supported.")
        }
        let parameters = storageClass["parameters"]
        for name in driver.requiredParameters where (parameters?[name]?.stringValue ?? "").isEmpty {
            return failed("InvalidArgument", "Missing \(name) parameter")
        }
        if let source = source {
            if !driver.copies { return failed("InvalidArgument", "Volume cloning is not supported") }
            if case .missing(let text) = source { return text }
        }
        if driver.isZonal, zone == nil { return "error generating accessibility requirements: no topology key found on CSINode \(node ?? "")" }
        if !DriverState.isPermitted(driver, in: view) {
            return "rpc error: code = " + Self.filled(driver.denial, ["volume": "pvc-\(claim.uid)", "request": String(claim.uid.prefix(36))])
        }
        return nil
    }

    private static func filled(_ text: String, _ values: [String: String]) -> String {
        var result = text
        for (name, value) in values { result = result.split(separator: "${\(name)}", omittingEmptySubsequences: false).joined(separator: value) }
        return result
    }

    // MARK: Place

    /// The zone that the volume goes to: the chosen node's, or one of those that the class allows.
    private var zone: String? {
        if let node { return view.get(.nodes, name: node)?.label(Self.zoneKey) }
        let zones = Set(view.list(.nodes).compactMap { $0.label(Self.zoneKey) })
        let allowed = allowedZones
        let choices = allowed.isEmpty ? zones.sorted() : allowed
        guard !choices.isEmpty else { return nil }
        // The provisioner spreads by a hash of the claim's name.
        let hash = claim.name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return choices[Int(hash % UInt32(choices.count))]
    }

    private var allowedZones: [String] {
        (storageClass["allowedTopologies"]?.elements ?? []).flatMap { $0["matchLabelExpressions"]?.elements ?? [] }
            .filter { ($0["key"]?.stringValue ?? "").hasSuffix("/zone") }.flatMap { $0["values"]?.elements ?? [] }.compactMap(\.stringValue).sorted()
    }

    // MARK: Content

    private enum Source {
        case given
        case missing(String)
    }

    /// What the volume begins as a copy of.
    private var source: Source? {
        guard let reference = claim["spec"]?["dataSource"] ?? claim["spec"]?["dataSourceRef"], !reference.isNull, let name = reference["name"]?.stringValue else { return nil }
        switch reference["kind"]?.stringValue {
        case "VolumeSnapshot":
            guard let snapshot = view.get(VolumeSnapshots.snapshots, namespace: claim.namespace, name: name) else {
                return .missing("error getting handle for DataSource Type VolumeSnapshot by Name \(name): error getting snapshot \(name) from api server: volumesnapshots.snapshot.storage.k8s.io \"\(name)\" not found")
            }
            guard snapshot["status"]?["readyToUse"]?.boolValue == true else {
                return .missing("error getting handle for DataSource Type VolumeSnapshot by Name \(name): snapshot \(name) is not Ready")
            }
            if let least = Quantity(snapshot["status"]?["restoreSize"]), let asked = Quantity(claim["spec", "resources", "requests", "storage"]), asked < least {
                return .missing("error getting handle for DataSource Type VolumeSnapshot by Name \(name): requested volume size \(asked.value) is less than the size \(least.value) for the source snapshot \(name)")
            }
            return .given
        case "PersistentVolumeClaim":
            guard let other = view.get(.persistentVolumeClaims, namespace: claim.namespace, name: name), other.statusString("phase") == "Bound" else {
                return .missing("error getting handle for DataSource Type PersistentVolumeClaim by Name \(name): the PVC \(name) not in a bound state")
            }
            if let least = Quantity(other["status", "capacity", "storage"]), let asked = Quantity(claim["spec", "resources", "requests", "storage"]), asked < least {
                return .missing("error getting handle for DataSource Type PersistentVolumeClaim by Name \(name): error, new PVC request must be greater than or equal in size to the specified PVC data source, requested \(asked.value) but source is \(least.value)")
            }
            return .given
        default: return nil
        }
    }

    // MARK: Volume

    private var capacity: Quantity {
        let asked = Quantity(claim["spec", "resources", "requests", "storage"])?.value ?? 0
        let unit = max(driver.granularity, 1)
        return Quantity(max((asked + unit - 1) / unit * unit, unit), format: .binarySI)
    }

    func volume(named name: String) -> Value {
        var stream = RandomStream(seed: 5, name: claim.uid)
        let digits = String(stream.uuid().filter { $0 != "-" }.prefix(17))
        var handle = driver.handlePrefix + digits
        if !driver.handleParameter.isEmpty, let first = storageClass["parameters"]?[driver.handleParameter]?.stringValue { handle = "\(first)::\(handle)" }
        let isBlock = claim.specString("volumeMode") == "Block"
        var csi: Value = [
            "driver": .string(driver.name), "volumeHandle": .string(handle),
            "volumeAttributes": ["storage.kubernetes.io/csiProvisionerIdentity": .string("\(claim.created.nanoseconds / 1_000_000)-\(digits.prefix(4))-\(driver.name)")],
        ]
        if driver.attaches, !isBlock { csi["fsType"] = .string(storageClass["parameters"]?["csi.storage.k8s.io/fstype"]?.stringValue ?? "ext4") }
        var spec: Value = [
            "accessModes": claim["spec"]?["accessModes"] ?? [], "capacity": ["storage": .string(capacity.description)],
            "claimRef": VolumeMatching.reference(to: claim), "csi": csi,
            "persistentVolumeReclaimPolicy": .string(storageClass["reclaimPolicy"]?.stringValue ?? "Delete"), "storageClassName": .string(storageClass.name),
            "volumeMode": .string(isBlock ? "Block" : "Filesystem"),
        ]
        if let options = storageClass["mountOptions"] { spec["mountOptions"] = options }
        if let attributes = claim.specString("volumeAttributesClassName") { spec["volumeAttributesClassName"] = .string(attributes) }
        if driver.isZonal, let zone {
            spec["nodeAffinity"] = ["required": ["nodeSelectorTerms": [["matchExpressions": [["key": .string(Self.zoneKey), "operator": "In", "values": [.string(zone)]]]]]]]
        }
        // What is kept when its claim is gone needs nobody to take it away.
        let isKept = storageClass["reclaimPolicy"]?.stringValue == "Retain"
        return [
            "apiVersion": "v1", "kind": "PersistentVolume",
            "metadata": [
                "name": .string(name), "finalizers": isKept ? [] : [.string(ProvisioningController.finalizer)],
                "annotations": [
                    "pv.kubernetes.io/provisioned-by": .string(driver.name), "volume.kubernetes.io/provisioner-deletion-secret-name": "",
                    "volume.kubernetes.io/provisioner-deletion-secret-namespace": "",
                ],
            ],
            "spec": spec,
        ]
    }
}
