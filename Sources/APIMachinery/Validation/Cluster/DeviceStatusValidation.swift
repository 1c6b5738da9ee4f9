import KubernetesObjects

/// What is wrong with a write to a ResourceClaim's `status`: who uses it, which devices it was given, and what their drivers tell of them.
///
/// - Source: kubernetes `pkg/apis/resource/validation.ValidateResourceClaimStatusUpdate`, v1.36.
enum DeviceStatusValidation {
    private static let reservedMax = 256
    private static let resultsMax = 32
    private static let configMax = 64
    private static let conditionsMax = 8
    private static let dataMax = 10 * 1024
    private static let addressesMax = 16

    static func check(_ claim: Value, old: Value?, into errors: inout FieldErrors) {
        let status = claim["status"] ?? [:]
        let before = old?["status"] ?? [:]
        let allocation = status.present("allocation")
        reserved(status.list("reservedFor"), into: &errors)
        devices(status.list("devices"), given: allocation?["devices"]?.list("results") ?? [], into: &errors)
        let path = FieldPath.status / "reservedFor"
        if !status.list("reservedFor").isEmpty {
            if allocation == nil {
                errors.forbidden(path, "may not be specified when `allocated` is not set")
            } else if claim["metadata"]?.has("deletionTimestamp") == true,
                !Set(status.list("reservedFor")).isSubset(of: before.list("reservedFor"))
            {
                errors.forbidden(path, "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set")
            }
        }
        guard let allocation else { return }
        if let given = before.present("allocation") {
            errors.checkImmutable(allocation, given, .status / "allocation")
        } else {
            let names = DeviceValidation.names(of: claim["spec", "devices"]?.list("requests") ?? [])
            self.allocation(allocation, names, at: .status / "allocation", into: &errors)
        }
    }

    private static func reserved(_ users: [Value], into errors: inout FieldErrors) {
        let path = FieldPath.status / "reservedFor"
        for (index, user) in DeviceValidation.few(users, max: reservedMax, at: path, into: &errors) {
            for field in ["resource", "name", "uid"] where user.text(field).isEmpty { errors.required(path[index] / field) }
        }
        var seen: Set<String> = []
        for (index, user) in users.enumerated() where users.count <= reservedMax && !seen.insert(user.text("uid")).inserted {
            errors.duplicate(path[index], user.text("uid"))
        }
    }

    // MARK: What was given

    private static func allocation(_ allocation: Value, _ names: [String: Set<String>], at path: FieldPath, into errors: inout FieldErrors) {
        let devices = allocation["devices"] ?? [:]
        let results = path / "devices" / "results"
        for (index, result) in DeviceValidation.few(devices.list("results"), max: resultsMax, at: results, into: &errors) {
            let at = results[index]
            DeviceValidation.reference(result.text("request"), to: names, at: at / "request", into: &errors)
            identity(result, at: at, into: &errors)
            DeviceValidation.bindingConditions(result, at: at, into: &errors)
            for (number, toleration) in result.list("tolerations").enumerated() {
                DeviceValidation.toleration(toleration, at: (at / "tolerations")[number], into: &errors)
            }
            share(of: result, at: at, into: &errors)
        }
        let config = path / "devices" / "config"
        for (index, entry) in DeviceValidation.few(devices.list("config"), max: configMax, at: config, into: &errors) {
            let at = config[index]
            errors.checkEnum(entry.text("source"), at / "source", ["FromClaim", "FromClass"])
            DeviceValidation.references(entry.texts("requests"), to: names, at: at / "requests", into: &errors)
            DeviceValidation.opaque(entry, at: at, into: &errors)
        }
        if let selector = allocation.present("nodeSelector") {
            AffinityValidation.nodeSelector(selector, at: path / "nodeSelector", into: &errors)
        }
    }

    private static func identity(_ device: Value, at path: FieldPath, into errors: inout FieldErrors) {
        DeviceValidation.driver(device.text("driver"), at: path / "driver", into: &errors)
        DeviceValidation.pool(device.text("pool"), at: path / "pool", into: &errors)
        let name = device.text("device")
        errors.invalid(path / "device", name, each: NameFormats.dns1123Label(name))
    }

    private static func share(of device: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if let share = device.present("shareID")?.stringValue { DeviceValidation.uid(share, at: path / "shareID", into: &errors) }
    }

    // MARK: What drivers tell

    private static func devices(_ devices: [Value], given: [Value], into errors: inout FieldErrors) {
        let known = Set(given.map(identifier))
        var seen: Set<String> = []
        for (index, device) in devices.enumerated() {
            let path = (FieldPath.status / "devices")[index]
            identity(device, at: path, into: &errors)
            share(of: device, at: path, into: &errors)
            if !known.contains(identifier(device)) {
                errors.append(
                    FieldError(.invalid, path.description, .text(identifier(device)), detail: "must be an allocated device in the claim"))
            }
            let conditions = device.list("conditions")
            if conditions.count > conditionsMax { errors.tooMany(path / "conditions", actual: conditions.count, max: conditionsMax) }
            ConditionValidation.check(conditions, at: path / "conditions", into: &errors)
            if let data = device.present("data") { self.data(data, at: path / "data", into: &errors) }
            if let network = device.present("networkData") { self.network(network, at: path / "networkData", into: &errors) }
            if !seen.insert(identifier(device)).inserted { errors.append(FieldError(.duplicate, path.description, .text(identifier(device)))) }
        }
    }

    /// `driver/pool/device`, and what tells shares of one device apart.
    private static func identifier(_ device: Value) -> String {
        let name = ["driver", "pool", "device"].map(device.text).joined(separator: "/")
        return device.has("shareID") ? "\(name)/\(device.text("shareID"))" : name
    }

    private static func data(_ data: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if data.jsonSizeExceeds(dataMax) {
            errors.tooLong(path, maxBytes: dataMax)
        } else if data.fields == nil {
            errors.invalid(path, "<value omitted>", "must be a valid JSON object")
        }
    }

    private static func network(_ network: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if network.text("interfaceName").utf8.count > 256 { errors.tooLong(path / "interfaceName", maxBytes: 256) }
        if network.text("hardwareAddress").utf8.count > 128 { errors.tooLong(path / "hardwareAddress", maxBytes: 128) }
        let addresses = network.texts("ips")
        for (index, address) in DeviceValidation.few(addresses, max: addressesMax, at: path / "ips", into: &errors)
        where IPBlock(address) == nil {
            errors.invalid((path / "ips")[index], address, "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)")
        }
        DeviceValidation.distinct(addresses, at: path / "ips", into: &errors)
    }
}
