import Foundation
import KubernetesObjects

/// What one run of a scenario has taught of names, hashes and addresses that differ from run to run.
///
/// - Source: the rules under "Learning volatile values" of the recordings' description.
struct VolatileNames {
    let inputs: String
    let masksNodes: Bool
    private var prefixes: Set<String> = []
    private var random: [String: String] = [:]
    private var hashes: [String: String] = [:]
    private var owners: [String: Int] = [:]
    private var values: [String: String] = [:]
    private(set) var nodePorts: Set<Int> = []

    static let random5 = "[bcdfghjklmnpqrstvwxz2456789]{5}"
    static let hash = "[bcdfghjklmnpqrstvwxz2456789]{6,10}"
    static let time3339 = Pattern(#"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"#)
    static let time1123 = Pattern(
        #"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|[A-Z]{3})"#)
    static let uid = Pattern(#"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"#)

    init(inputs: String, masksNodes: Bool) {
        self.inputs = inputs
        self.masksNodes = masksNodes
    }

    private mutating func add(value: String?, as placeholder: String) {
        guard let value, !value.isEmpty, value != "None", !inputs.contains(value), values[value] == nil else { return }
        values[value] = placeholder
    }

    private mutating func add(hash: String, owner: String, tag: String) {
        guard !hash.isEmpty, hashes[hash] == nil else { return }
        let number = owners["\(tag)/\(owner)", default: 0] + 1
        owners["\(tag)/\(owner)"] = number
        hashes[hash] = "<\(tag):\(owner):\(number)>"
    }

    mutating func learn(_ objects: [Value]) {
        var found: [(created: String, revision: Int, owner: String, hash: String, tag: String)] = []
        for object in objects {
            let (kind, name, generate) = (object.kind, object.name, object.generateName)
            let owner = object.controllerReference
            if !generate.isEmpty, name.hasPrefix(generate), Pattern(Self.random5).isWhole(String(name.dropFirst(generate.count))) {
                prefixes.insert(generate)
                random[name] = generate
            }
            if kind == "Job", let owner, owner["kind"]?.stringValue == "CronJob", let cron = owner["name"]?.stringValue,
                Pattern(Pattern.escape(cron) + #"-\d{7,}"#).isWhole(name)
            {
                values[name] = "\(cron)-<schedule>"
            }
            if ["ReplicaSet", "Job", "DaemonSet", "ReplicationController"].contains(kind) { prefixes.insert(name + "-") }
            if kind == "ReplicaSet", let hash = object.label("pod-template-hash"), let owner {
                let revision = Int(object.annotation("deployment.kubernetes.io/revision") ?? "0") ?? 0
                found.append((object["metadata"]?["creationTimestamp"]?.stringValue ?? "", revision, owner["name"]?.stringValue ?? "", hash, "hash"))
            }
            if kind == "ControllerRevision", let owner, let ownerName = owner["name"]?.stringValue {
                let hash = object.label("controller.kubernetes.io/hash") ?? object.label("controller-revision-hash") ?? String(name.dropFirst(ownerName.count + 1))
                found.append((object["metadata"]?["creationTimestamp"]?.stringValue ?? "", object["revision"]?.intValue ?? 0, ownerName, hash, "rev"))
            }
            let status = object["status"]
            switch kind {
            case "Pod":
                for ip in [status?["podIP"]] + (status?["podIPs"]?.elements ?? []).map({ $0["ip"] }) { add(value: ip?.stringValue, as: "<podIP>") }
                for ip in [status?["hostIP"]] + (status?["hostIPs"]?.elements ?? []).map({ $0["ip"] }) { add(value: ip?.stringValue, as: "<hostIP>") }
            case "Node":
                for address in status?["addresses"]?.elements ?? [] where address["type"]?.stringValue != "Hostname" {
                    add(value: address["address"]?.stringValue, as: "<hostIP>")
                }
            case "Service":
                let spec = object["spec"]
                for ip in [spec?["clusterIP"]] + (spec?["clusterIPs"]?.elements ?? []).map({ Optional($0) }) { add(value: ip?.stringValue, as: "<clusterIP>") }
                for port in spec?["ports"]?.elements ?? [] {
                    if let number = port["nodePort"]?.intValue, !inputs.contains(String(number)) { nodePorts.insert(number) }
                }
            default: break
            }
        }
        for entry in found.sorted(by: { ($0.created, $0.revision, $0.owner, $0.hash) < ($1.created, $1.revision, $1.owner, $1.hash) }) {
            add(hash: entry.hash, owner: entry.owner, tag: entry.tag)
        }
    }

    /// Hashes that are seen in text only, because their ReplicaSet was gone before anybody looked.
    mutating func learn(text: String, deployments: Set<String>) {
        for deployment in deployments.sorted() {
            let pattern = Pattern(#"(?<![\w.-])"# + Pattern.escape(deployment) + "-(" + Self.hash + ")(?=-" + Self.random5 + #"\b|[^\w-]|$)"#)
            for match in pattern.matches(in: text) where match[1].contains(where: \.isNumber) { add(hash: match[1], owner: deployment, tag: "hash") }
        }
    }

    /// Replaces volatile parts of a string by placeholders.
    func masked(_ original: String) -> String {
        var text = Self.uid.replace(in: original, with: "<uid>")
        text = Self.time3339.replace(in: text, with: "<time>")
        text = Self.time1123.replace(in: text, with: "<time>")
        for name in random.keys.sorted(by: longestFirst) where text.contains(name) {
            text = Pattern(#"(?<![\w-])"# + Pattern.escape(name) + #"(?![\w-])"#).replace(in: text, with: random[name]! + "<rand>")
        }
        for prefix in prefixes.sorted() where text.contains(prefix) {
            text = Pattern(#"(?<![\w-])"# + Pattern.escape(prefix) + Self.random5 + #"(?![\w-])"#).replace(in: text, with: prefix + "<rand>")
        }
        if text.contains("kube-api-access-") {
            text = Pattern(#"\b(kube-api-access-)"# + Self.random5 + #"\b"#).replace(in: text) { $0[1] + "<rand>" }
        }
        for hash in hashes.keys.sorted(by: longestFirst) where text.contains(hash) {
            text = Pattern("(?<![A-Za-z0-9])" + Pattern.escape(hash) + "(-" + Self.random5 + ")?(?![A-Za-z0-9])").replace(in: text) {
                hashes[hash]! + ($0.groups[1] != nil ? "-<rand>" : "")
            }
        }
        for value in values.keys.sorted(by: longestFirst) where text.contains(value) {
            text = Pattern(#"(?<![\w.-])"# + Pattern.escape(value) + #"(?![\w-])(?!\.\d)"#).replace(in: text, with: values[value]!)
        }
        if text.contains("The range of valid IPs") {
            text = Pattern("(The range of valid IPs is )[0-9./]+").replace(in: text) { $0[1] + "<serviceCIDR>" }
        }
        if masksNodes {
            if text.contains("node-") { text = Pattern(#"\bnode-[1-9]\b"#).replace(in: text, with: "<node>") }
            if text.contains("zone-") { text = Pattern(#"\bzone-[a-z]\b"#).replace(in: text, with: "<zone>") }
        }
        return text
    }

    private func longestFirst(_ left: String, _ right: String) -> Bool { (right.count, left) < (left.count, right) }
}
