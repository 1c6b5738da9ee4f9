import KubernetesObjects

/// What the server warns of in pods and pod templates.
///
/// - Source: kubernetes `pkg/api/pod/warnings.go`, v1.36.
enum PodWarnings {
    static func pod(_ new: Value, _ old: Value?) -> [String] {
        if let old, old["spec"] == new["spec"], old.annotations == new.annotations { return [] }
        var warnings: [String] = []
        if old == nil {
            let messages = NameFormats.dns1123Label(new.name)
            if !messages.isEmpty {
                warnings.append(
                    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [\(messages.joined(separator: " "))]")
            }
        }
        return warnings + template(new, old, at: .root)
    }

    static func namedWorkload(_ new: Value, _ old: Value?) -> [String] { name(new, old) + workload(new, old) }

    static func workload(_ new: Value, _ old: Value?) -> [String] {
        if let old, old["spec", "template"] == new["spec", "template"] { return [] }
        return template(new["spec", "template"] ?? [:], old?["spec", "template"], at: .spec / "template")
    }

    static func statefulSet(_ new: Value, _ old: Value?) -> [String] {
        var warnings = workload(new, old)
        for (index, claim) in (new["spec"]?.list("volumeClaimTemplates") ?? []).enumerated() {
            warnings += StorageWarnings.claimSpec(claim["spec"] ?? [:], at: (.spec / "volumeClaimTemplates")[index] / "Spec")
        }
        if let limit = new["spec"]?.int("revisionHistoryLimit"), limit < 0 {
            warnings.append(
                "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended")
        }
        return warnings
    }

    static func cronJob(_ new: Value, _ old: Value?) -> [String] {
        var warnings = name(new, old)
        let template = new["spec", "jobTemplate", "spec", "template"]
        if old == nil || old?["spec", "jobTemplate"] != new["spec", "jobTemplate"] {
            warnings += self.template(
                template ?? [:], old?["spec", "jobTemplate", "spec", "template"], at: .spec / "jobTemplate" / "spec" / "template")
        }
        return warnings
    }

    private static func name(_ new: Value, _ old: Value?) -> [String] {
        guard old == nil else { return [] }
        let messages = NameFormats.dns1123Label(new.name)
        if messages.isEmpty { return [] }
        return [
            "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [\(messages.joined(separator: " "))]"
        ]
    }

    private static let deprecatedNodeLabels: [String: String] = [
        "beta.kubernetes.io/arch": "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        "beta.kubernetes.io/os": "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "failure-domain.beta.kubernetes.io/region": "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        "failure-domain.beta.kubernetes.io/zone": "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        "beta.kubernetes.io/instance-type": "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ]

    /// A pod or template: `path` is where its `spec` and `metadata` stand.
    private static func template(_ template: Value, _ old: Value?, at path: FieldPath) -> [String] {
        let spec = template["spec"] ?? [:]
        let at = path / "spec"
        var warnings: [String] = []
        func child(_ name: String) -> FieldPath { if case .root = path { FieldPath(name) } else { path / name } }
        let specPath = if case .root = path { FieldPath("spec") } else { at }
        for entry in spec.map("nodeSelector") {
            if let text = deprecatedNodeLabels[entry.key] { warnings.append("\((specPath / "nodeSelector").key(entry.key)): \(text)") }
        }
        warnings += nodeAffinity(spec, at: specPath / "affinity" / "nodeAffinity")
        for (index, constraint) in spec.list("topologySpreadConstraints").enumerated() {
            if let text = deprecatedNodeLabels[constraint.text("topologyKey")] {
                warnings.append(
                    "\((specPath / "topologySpreadConstraints")[index] / "topologyKey"): \(constraint.text("topologyKey")) is \(text)")
            }
        }
        let annotations = template["metadata"]?.map("annotations") ?? Fields()
        for entry in annotations.sortedTexts {
            let entryPath = (child("metadata") / "annotations").key(entry.key)
            if entry.key == "seccomp.security.alpha.kubernetes.io/pod" || entry.key.hasPrefix("container.seccomp.security.alpha.kubernetes.io/") {
                warnings.append("\(entryPath): non-functional in v1.27+; use the \"seccompProfile\" field instead")
            } else if entry.key.hasPrefix("container.apparmor.security.beta.kubernetes.io/") {
                warnings.append("\(entryPath): deprecated since v1.30; use the \"appArmorProfile\" field instead")
            } else if entry.key == "scheduler.alpha.kubernetes.io/critical-pod" {
                warnings.append("\(entryPath): non-functional in v1.16+; use the \"priorityClassName\" field instead")
            }
        }
        warnings += volumes(spec, at: specPath / "volumes")
        var secrets: Set<String> = []
        for (index, secret) in spec.list("imagePullSecrets").enumerated() {
            let name = secret.text("name")
            if name.isEmpty {
                warnings.append("\((specPath / "imagePullSecrets")[index]): invalid empty name \"\"")
            } else if !secrets.insert(name).inserted {
                warnings.append("\((specPath / "imagePullSecrets")[index]): duplicate imagePullSecret name \"\(name)\"")
            }
        }
        for field in ["initContainers", "containers"] {
            for (index, container) in spec.list(field).enumerated() {
                warnings += self.container(container, at: (specPath / field)[index])
            }
        }
        if let grace = spec.int("terminationGracePeriodSeconds"), grace < 0 {
            warnings.append(
                "\(specPath / "terminationGracePeriodSeconds"): must be >= 0; negative values are invalid and will be treated as 1")
        }
        return warnings + PortWarnings.of(spec, at: specPath)
    }

    private static func nodeAffinity(_ spec: Value, at path: FieldPath) -> [String] {
        guard let affinity = spec["affinity", "nodeAffinity"] else { return [] }
        var warnings: [String] = []
        func terms(_ expressions: [Value], _ at: FieldPath) {
            for (index, expression) in expressions.enumerated() {
                let key = expression.text("key")
                if let text = deprecatedNodeLabels[key] { warnings.append("\(at[index] / "key"): \(key) is \(text)") }
            }
        }
        let required = "requiredDuringSchedulingIgnoredDuringExecution"
        for (index, term) in (affinity[required]?.list("nodeSelectorTerms") ?? []).enumerated() {
            terms(term.list("matchExpressions"), (path / required / "nodeSelectorTerms")[index] / "matchExpressions")
        }
        let preferred = "preferredDuringSchedulingIgnoredDuringExecution"
        for (index, term) in affinity.list(preferred).enumerated() {
            terms(
                term["preference"]?.list("matchExpressions") ?? [], (path / preferred)[index] / "preference" / "matchExpressions")
        }
        return warnings
    }

    private static let deprecatedVolumes: [(kind: String, text: String)] = [
        ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
        ("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
        ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
        ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
        ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
        ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
        ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
        ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
    ]

    private static func volumes(_ spec: Value, at path: FieldPath) -> [String] {
        var warnings: [String] = []
        for (index, volume) in spec.list("volumes").enumerated() {
            for (kind, text) in deprecatedVolumes where volume.has(kind) { warnings.append("\(path[index] / kind): \(text)") }
        }
        return warnings
    }

    private static func container(_ container: Value, at path: FieldPath) -> [String] {
        var warnings: [String] = []
        for field in ["limits", "requests"] {
            for entry in container["resources"]?.map(field).sorted() ?? Fields() where entry.key == "memory" || entry.key == "ephemeral-storage" {
                if let amount = Quantity(entry.value), !amount.isInteger {
                    warnings.append(
                        "\((path / "resources" / field).key(entry.key)): fractional byte value \"\(amount)\" is invalid, must be an integer")
                }
            }
        }
        var names: Set<String> = []
        for (index, variable) in container.list("env").enumerated() {
            let name = variable.text("name")
            if !names.insert(name).inserted {
                warnings.append(
                    "\((path / "env")[index]): hides previous definition of \"\(name)\", which may be dropped when using apply")
            }
        }
        return warnings
    }
}

/// Warnings of ports that are said twice.
enum PortWarnings {
    static func of(_ spec: Value, at path: FieldPath) -> [String] {
        struct Seen { var port: Value; var path: FieldPath; var container: Int }
        var all: [Seen] = []
        var warnings: [String] = []
        for (index, container) in spec.list("containers").enumerated() {
            for (number, port) in container.list("ports").enumerated() {
                let at = ((path / "containers")[index] / "ports")[number]
                let name = port.text("name")
                if !name.isEmpty, let other = all.first(where: { $0.port.text("name") == name && $0.container != index }) {
                    warnings.append(
                        "\(at): duplicate port name \"\(name)\" with \(other.path), services and probes that select ports by name will use \(other.path)")
                }
                func isSamePort(_ seen: Seen) -> Bool {
                    seen.port.int("containerPort") == port.int("containerPort") && seen.port.text("protocol") == port.text("protocol")
                }
                if let other = all.first(where: isSamePort) {
                    let isSameHost =
                        (other.port.int("hostPort") ?? 0) == (port.int("hostPort") ?? 0) && other.port.text("hostIP") == port.text("hostIP")
                    if isSameHost {
                        warnings.append("\(at): duplicate port definition with \(other.path)")
                    } else if (other.port.int("hostPort") ?? 0) == 0 || (port.int("hostPort") ?? 0) == 0 {
                        warnings.append("\(at): overlapping port definition with \(other.path)")
                    }
                }
                all.append(Seen(port: port, path: at, container: index))
            }
        }
        return warnings
    }
}
