import APIMachinery
import KubernetesObjects
import SimulationKernel

extension Describer {
    func configMap() throws(Failure) -> String {
        var text = new
        text.head(object)
        text.put(0, "\nData\n====\n")
        for (key, value) in object["data"]?.fields?.sorted() ?? [:] { text.put(0, "\(key):\n----\n\(value.stringValue ?? "")\n\n") }
        text.put(0, "\nBinaryData\n====\n")
        for (key, value) in object["binaryData"]?.fields?.sorted() ?? [:] {
            text.put(0, "\(key): \(Base64.decode(value.stringValue ?? "")?.count ?? 0) bytes\n")
        }
        text.put(0, "\n")
        return try finish(text)
    }

    func secret() -> String {
        var text = new
        text.head(object)
        let type = object["type"]?.stringValue ?? ""
        text.put(0, "\nType:\t\(type)\n")
        text.put(0, "\nData\n====\n")
        for (key, value) in object["data"]?.fields?.sorted() ?? [:] {
            let bytes = Base64.decode(value.stringValue ?? "") ?? []
            if key == "token", type == "kubernetes.io/service-account-token" {
                text.field(key, String(decoding: bytes, as: UTF8.self))
            } else {
                text.field(key, "\(bytes.count) bytes")
            }
        }
        return text.aligned
    }

    func serviceAccount() throws(Failure) -> String {
        var text = new
        text.head(object)
        let secrets = (object["imagePullSecrets"]?.elements ?? []).compactMap { $0["name"]?.stringValue }
        if secrets.isEmpty { text.line(0, "Image pull secrets:\t<none>") }
        for (index, name) in secrets.enumerated() {
            text.line(0, (index == 0 ? "Image pull secrets:" : String(repeating: " ", count: 19)) + "\t\(name)")
        }
        return try finish(text)
    }

    func quota() -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        scopes(of: object, level: 0, bullet: " * ", &text)
        text.line(0, "Resource\tUsed\tHard")
        text.line(0, "--------\t----\t----")
        quotaRows(object, level: 0, &text)
        return text.aligned
    }

    private static let scopeHelp = [
        "Terminating":
            "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
        "NotTerminating":
            "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
        "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
        "NotBestEffort":
            "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
    ]

    private func scopes(of quota: Value, level: Int, bullet: String, _ text: inout DescribeText) {
        let scopes = (quota["spec", "scopes"]?.elements ?? []).compactMap(\.stringValue).sorted()
        if scopes.isEmpty { return }
        text.field("Scopes", scopes.joined(separator: ", "), level: level)
        for scope in scopes { if let help = Self.scopeHelp[scope] { text.line(level, bullet + help) } }
    }

    private func quotaRows(_ quota: Value, level: Int, _ text: inout DescribeText) {
        for (name, hard) in quota["status", "hard"]?.fields?.sorted() ?? [:] {
            text.line(level, "\(name)\t\(quota["status", "used"]?[name].map(goText) ?? "0")\t\(goText(hard))")
        }
    }

    func limitRange() -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        text.line(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio")
        text.line(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------")
        limits(object, prefix: "", &text)
        return text.aligned
    }

    private func limits(_ range: Value, prefix: String, _ text: inout DescribeText) {
        let keys = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"]
        for item in range["spec", "limits"]?.elements ?? [] {
            var names: Set<String> = []
            for key in keys { for (name, _) in item[key]?.fields ?? [:] { names.insert(name) } }
            for name in names.sorted() {
                let cells = keys.map { item[$0]?[name].map(goText) ?? "-" }
                text.line(0, "\(prefix)\(item["type"]?.stringValue ?? "")\t\(name)\t" + cells.joined(separator: "\t"))
            }
        }
    }

    func namespace() throws(Failure) -> String {
        var text = new
        text.head(object, namespaced: false)
        text.field("Status", status["phase"]?.stringValue ?? "")
        text.conditions(
            object,
            columns: [
                ("Type", "type"), ("Status", "status"), ("LastTransitionTime", "lastTransitionTime"), ("Reason", "reason"), ("Message", "message"),
            ])
        text.line(0, "")
        let quotas = try list(GroupResource("resourcequotas"), namespace: object.name).sorted { $0.name < $1.name }
        if quotas.isEmpty { text.line(0, "No resource quota.") } else { text.line(0, "Resource Quotas") }
        for quota in quotas {
            text.field("Name", quota.name, level: 1)
            scopes(of: quota, level: 1, bullet: "* ", &text)
            text.line(1, "Resource\tUsed\tHard")
            text.line(1, "--------\t---\t---")
            quotaRows(quota, level: 1, &text)
        }
        text.line(0, "")
        let ranges = try list(GroupResource("limitranges"), namespace: object.name)
        if ranges.isEmpty {
            text.line(0, "No LimitRange resource.")
        } else {
            text.line(0, "Resource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio")
            text.line(0, " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------")
        }
        for range in ranges { limits(range, prefix: " ", &text) }
        return text.aligned
    }

    func priorityClass() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Value", object["value"].map(goText) ?? "0")
        text.field("GlobalDefault", object["globalDefault"]?.boolValue == true ? "true" : "false")
        text.field("PreemptionPolicy", object["preemptionPolicy"]?.stringValue ?? "PreemptLowerPriority")
        text.field("Description", object["description"]?.stringValue ?? "")
        text.field("Annotations", formatLabels(object.annotations))
        return try finish(text)
    }

    func signingRequest() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Labels", formatLabels(object.labels))
        text.field("Annotations", formatLabels(object.annotations))
        text.field("CreationTimestamp", rfc1123(object["metadata", "creationTimestamp"]))
        text.field("Requesting User", spec["username"]?.stringValue ?? "")
        if let signer = spec["signerName"]?.stringValue, !signer.isEmpty { text.field("Signer", signer) }
        if let seconds = spec["expirationSeconds"]?.intValue { text.field("Requested Duration", humanDuration(.seconds(seconds))) }
        let types = Set((status["conditions"]?.elements ?? []).compactMap { $0["type"]?.stringValue })
        var state = types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending"
        if types.contains("Failed") { state += ",Failed" }
        if let certificate = status["certificate"]?.stringValue, !certificate.isEmpty { state += ",Issued" }
        text.field("Status", state)
        let subject = CertificateSubject(request: spec["request"]?.stringValue ?? "")
        text.line(0, "Subject:")
        text.line(0, "\tCommon Name:\t\(subject.commonName)")
        text.line(0, "\tSerial Number:\t\(subject.serialNumber)")
        for (title, values) in [
            ("Organization", subject.organizations), ("Organizational Unit", subject.units), ("Country", subject.countries),
            ("Locality", subject.localities), ("Province", subject.provinces),
        ] where !values.isEmpty {
            text.line(0, "\t\(title):\t" + values.joined(separator: "\n\t\t"))
        }
        return try finish(text)
    }

    func role() -> String {
        var text = new
        text.head(object, namespaced: false)
        text.line(0, "PolicyRule:")
        text.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs")
        text.line(1, "---------\t-----------------\t--------------\t-----")
        for rule in PolicyRule.compacted(object["rules"]?.elements ?? []) {
            text.line(1, "\(rule.combinedResource)\t\(list(rule.urls))\t\(list(rule.names))\t\(list(rule.verbs))")
        }
        return text.aligned
    }

    private func list(_ words: [String]) -> String { "[" + words.joined(separator: " ") + "]" }

    func roleBinding() -> String {
        var text = new
        text.head(object, namespaced: false)
        text.line(0, "Role:")
        text.field("Kind", object["roleRef", "kind"]?.stringValue ?? "", level: 1)
        text.field("Name", object["roleRef", "name"]?.stringValue ?? "", level: 1)
        text.line(0, "Subjects:")
        text.line(1, "Kind\tName\tNamespace")
        text.line(1, "----\t----\t---------")
        for subject in object["subjects"]?.elements ?? [] {
            text.line(1, ["kind", "name", "namespace"].map { subject[$0]?.stringValue ?? "" }.joined(separator: "\t"))
        }
        return text.aligned
    }

    func storageClass() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        let isDefault =
            object.annotation("storageclass.kubernetes.io/is-default-class") == "true"
            || object.annotation("storageclass.beta.kubernetes.io/is-default-class") == "true"
        text.field("IsDefaultClass", isDefault ? "Yes" : "No")
        text.field("Annotations", formatLabels(object.annotations))
        text.field("Provisioner", object["provisioner"]?.stringValue ?? "")
        text.field("Parameters", formatLabels(object["parameters"]?.fields))
        text.field("AllowVolumeExpansion", object["allowVolumeExpansion"]?.boolValue.map { $0 ? "True" : "False" } ?? "<unset>")
        let options = (object["mountOptions"]?.elements ?? []).compactMap(\.stringValue)
        text.put(0, options.isEmpty ? "MountOptions:\t<none>\n" : "MountOptions:\n")
        for option in options { text.line(1, option) }
        for (title, key) in [("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")] {
            if let value = object[key]?.stringValue { text.field(title, value) }
        }
        if let topologies = object["allowedTopologies"]?.arrayValue {
            text.put(0, "AllowedTopologies:\t")
            text.line(0, topologies.isEmpty ? "<none>" : "")
            for (index, term) in topologies.enumerated() {
                text.put(1, "Term \(index):\t")
                terms(term["matchLabelExpressions"]?.elements ?? [], level: 1, &text)
            }
        }
        return try finish(text)
    }

    private func terms(_ requirements: [Value], level: Int, _ text: inout DescribeText) {
        if requirements.isEmpty { text.line(0, "<none>") }
        for (index, requirement) in requirements.enumerated() {
            if index > 0 { text.put(level, "\t") }
            let values = (requirement["values"]?.elements ?? []).compactMap(\.stringValue)
            let verb = (requirement["operator"]?.stringValue ?? "in").lowercased()
            text.line(0, "\(requirement["key"]?.stringValue ?? "") \(verb)" + (values.isEmpty ? "" : " [\(values.joined(separator: ", "))]"))
        }
    }

    func volumeAttributesClass() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Annotations", formatLabels(object.annotations))
        text.field("DriverName", object["driverName"]?.stringValue ?? "")
        text.field("Parameters", formatLabels(object["parameters"]?.fields))
        return try finish(text)
    }

    func csiNode() throws(Failure) -> String {
        var text = new
        text.head(object, namespaced: false)
        text.field("CreationTimestamp", rfc1123(object["metadata", "creationTimestamp"]))
        text.line(0, "Spec:")
        if let drivers = spec["drivers"]?.arrayValue {
            text.line(1, "Drivers:")
            for driver in drivers {
                text.line(2, "\(driver["name"]?.stringValue ?? ""):")
                text.field("Node ID", driver["nodeID"]?.stringValue ?? "", level: 3)
                if let count = driver["allocatable", "count"] {
                    text.line(3, "Allocatables:")
                    text.field("Count", goText(count), level: 4)
                }
                if let keys = driver["topologyKeys"] { text.field("Topology Keys", goText(keys), level: 3) }
            }
        }
        return try finish(text)
    }

    func persistentVolume() throws(Failure) -> String {
        var text = new
        text.head(object, namespaced: false)
        text.field("Finalizers", "[" + object.finalizers.joined(separator: " ") + "]")
        text.field("StorageClass", object.annotation("volume.beta.kubernetes.io/storage-class") ?? spec["storageClassName"]?.stringValue ?? "")
        text.status(object)
        text.field("Claim", spec["claimRef"].map { "\($0["namespace"]?.stringValue ?? "")/\($0["name"]?.stringValue ?? "")" } ?? "")
        text.field("Reclaim Policy", spec["persistentVolumeReclaimPolicy"]?.stringValue ?? "")
        text.field("Access Modes", accessModes(spec["accessModes"]))
        if let mode = spec["volumeMode"]?.stringValue { text.field("VolumeMode", mode) }
        text.field("Capacity", spec["capacity", "storage"].map(goText) ?? "0")
        text.put(0, "Node Affinity:\t")
        if let required = spec["nodeAffinity", "required"] {
            text.line(0, "")
            text.put(1, "Required Terms:\t")
            let selector = required["nodeSelectorTerms"]?.elements ?? []
            text.line(0, selector.isEmpty ? "<none>" : "")
            for (index, term) in selector.enumerated() {
                text.put(2, "Term \(index):\t")
                terms(term["matchExpressions"]?.elements ?? [], level: 2, &text)
            }
        } else {
            text.line(0, "<none>")
        }
        text.field("Message", status["message"]?.stringValue ?? "")
        text.line(0, "Source:")
        text.source(of: spec, persistent: true)
        return try finish(text)
    }

    func claim() throws(Failure) -> String {
        var text = new
        text.claim(object, isFull: true)
        var users = try list(.pods, namespace: object.namespace).filter { pod in
            (pod["spec", "volumes"]?.elements ?? []).contains { $0["persistentVolumeClaim", "claimName"]?.stringValue == object.name }
                || object.ownerReferences.contains { $0["kind"]?.stringValue == "Pod" && $0["uid"]?.stringValue == pod.uid }
        }
        users.sort { $0.name < $1.name }
        text.put(0, "Used By:\t")
        if users.isEmpty { text.line(0, "<none>") }
        for (index, pod) in users.enumerated() { text.line(0, (index > 0 ? "\t" : "") + pod.name) }
        let conditions = status["conditions"]?.elements ?? []
        if !conditions.isEmpty {
            text.line(0, "Conditions:")
            text.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage")
            text.line(1, "----\t------\t-----------------\t------------------\t------\t-------")
            for condition in conditions {
                text.line(
                    1,
                    "\(condition["type"]?.stringValue ?? "") \t\(condition["status"]?.stringValue ?? "") \t\(rfc1123(condition["lastProbeTime"])) \t\(rfc1123(condition["lastTransitionTime"])) \t\(condition["reason"]?.stringValue ?? "") \t\(condition["message"]?.stringValue ?? "")"
                )
            }
        }
        return try finish(text)
    }

    // MARK: Any kind

    func generic() throws(Failure) -> String {
        var text = new
        text.head(object)
        var content = object
        for field in ["managedFields", "name", "namespace", "labels", "annotations"] { content["metadata"]?[field] = nil }
        fields(content, level: 0, &text)
        return try finish(text)
    }

    private func fields(_ value: Value, level: Int, _ text: inout DescribeText) {
        for (key, item) in value.fields?.sorted() ?? [:] {
            let title = Self.title(key)
            switch item {
            case .object:
                text.line(level, "\(title):")
                fields(item, level: level + 1, &text)
            case .array(let list):
                text.line(level, "\(title):")
                for element in list {
                    if case .object = element { fields(element, level: level + 1, &text) } else { text.line(level + 1, goText(element)) }
                }
            default: text.field(title, goText(item), level: level)
            }
        }
    }

    /// `creationTimestamp` as `Creation Timestamp`, `apiVersion` as `API Version`.
    static func title(_ field: String) -> String {
        if field.contains(where: { !$0.isLetter && $0 != "-" }) { return field }
        var parts: [String] = []
        var current = ""
        let letters = Array(field)
        for (index, letter) in letters.enumerated() {
            let startsWord =
                letter.isUppercase
                && (index == 0 || !letters[index - 1].isUppercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
            if (startsWord || letter == "-" || (index > 0 && letters[index - 1] == "-")), !current.isEmpty {
                parts.append(current)
                current = ""
            }
            current.append(letter)
        }
        parts.append(current)
        return parts.map { part in
            if ["API", "URL", "UID", "GUID"].contains(part.uppercased()) { return part.uppercased() }
            return part == part.lowercased() ? part.prefix(1).uppercased() + part.dropFirst() : part
        }.joined(separator: " ")
    }
}
