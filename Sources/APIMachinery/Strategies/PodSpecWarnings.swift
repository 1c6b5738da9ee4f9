import KubernetesObjects

/// What the server warns of in the spec and the annotations of a pod or of a template.
///
/// - Order: as the real ones; those of each container together.
/// - Source: kubernetes `pkg/api/pod/warnings.go`, v1.36.
struct PodSpecWarnings {
    private let spec: Value
    private let annotations: Fields
    private let metadataPath: FieldPath
    private let path: FieldPath
    private let isTemplate: Bool
    private var warnings: [String] = []

    /// The warnings of what stands at `path`; that of a pod is the root.
    static func of(_ template: Value, at path: FieldPath) -> [String] {
        var all = PodSpecWarnings(template, at: path)
        all.collect()
        return all.warnings
    }

    private init(_ template: Value, at path: FieldPath) {
        spec = template["spec"] ?? [:]
        annotations = template["metadata"]?.map("annotations") ?? Fields()
        if case .root = path {
            (self.path, metadataPath, isTemplate) = (.spec, .metadata, false)
        } else {
            (self.path, metadataPath, isTemplate) = (path / "spec", path / "metadata", true)
        }
    }

    private mutating func warn(_ place: FieldPath, _ text: String) { warnings.append("\(place): \(text)") }

    private mutating func collect() {
        nodeLabels()
        deprecatedAnnotations()
        volumes()
        warnings += VirtualPathWarnings.of(spec.list("volumes"))
        repeated("hostAliases", "ip", "duplicate ip")
        repeated("imagePullSecrets", "name", "duplicate name")
        for (index, secret) in spec.list("imagePullSecrets").enumerated() where secret.text("name").isEmpty {
            warn((path / "imagePullSecrets")[index] / "name", "invalid empty name \"\"")
        }
        fractions(spec.map("overhead"), at: path / "overhead")
        let hasSeccomp = spec["securityContext"]?.has("seccompProfile") == true
        if !hasSeccomp { annotation("seccomp.security.alpha.kubernetes.io/pod", "non-functional in v1.27+; use the \"seccompProfile\" field instead") }
        for (container, place) in Self.containers(spec, at: path) { self.container(container, at: place) }
        warnings += PortWarnings.of(spec, at: path)
        if let grace = spec.int("terminationGracePeriodSeconds"), grace < 0 {
            warn(path / "terminationGracePeriodSeconds", "must be >= 0; negative values are invalid and will be treated as 1")
        }
        for field in ["podAffinity", "podAntiAffinity"] { podAffinity(spec["affinity", field], at: path / "affinity" / field) }
        for (index, server) in (spec["dnsConfig"]?.texts("nameservers") ?? []).enumerated() {
            warnings += AddressWarnings.address(server, at: (path / "dnsConfig" / "nameservers")[index])
        }
        for (index, alias) in spec.list("hostAliases").enumerated() {
            warnings += AddressWarnings.address(alias.text("ip"), at: (path / "hostAliases")[index] / "ip")
        }
    }

    /// All containers of a pod: initial, regular, ephemeral.
    static func containers(_ spec: Value, at path: FieldPath) -> [(container: Value, path: FieldPath)] {
        ["initContainers", "containers", "ephemeralContainers"].flatMap { field in
            spec.list(field).enumerated().map { ($1, (path / field)[$0]) }
        }
    }

    // MARK: Scheduling

    private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
    private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"
    private static let noSelector = "a null labelSelector results in matching no pod"

    private mutating func nodeLabels() {
        for entry in spec.map("nodeSelector") {
            if let text = NodeLabelWarnings.message(entry.key) { warn((path / "nodeSelector").key(entry.key), text) }
        }
        let affinity = path / "affinity" / "nodeAffinity"
        let node = spec["affinity", "nodeAffinity"] ?? [:]
        for (index, term) in (node[Self.required]?.list("nodeSelectorTerms") ?? []).enumerated() {
            warnings += NodeLabelWarnings.term(term, at: (affinity / Self.required / "nodeSelectorTerms")[index])
        }
        for (index, term) in node.list(Self.preferred).enumerated() {
            warnings += NodeLabelWarnings.term(term["preference"] ?? [:], checksValues: true, at: (affinity / Self.preferred)[index] / "preference")
        }
        for (index, constraint) in spec.list("topologySpreadConstraints").enumerated() {
            let at = (path / "topologySpreadConstraints")[index]
            let key = constraint.text("topologyKey")
            if let text = NodeLabelWarnings.message(key) { warn(at / "topologyKey", "\(key) is \(text)") }
            if !constraint.has("labelSelector") { warn(at / "labelSelector", Self.noSelector) }
        }
    }

    private mutating func podAffinity(_ affinity: Value?, at place: FieldPath) {
        for (index, term) in (affinity?.list(Self.required) ?? []).enumerated() where !term.has("labelSelector") {
            warn((place / Self.required)[index] / "labelSelector", Self.noSelector)
        }
        for (index, term) in (affinity?.list(Self.preferred) ?? []).enumerated() where term["podAffinityTerm"]?.has("labelSelector") != true {
            warn((place / Self.preferred)[index] / "podAffinityTerm" / "labelSelector", Self.noSelector)
        }
    }

    // MARK: Annotations

    private mutating func annotation(_ key: String, _ text: String) {
        if annotations.contains(key) { warn((metadataPath / "annotations").key(key), text) }
    }

    private mutating func deprecatedAnnotations() {
        annotation("scheduler.alpha.kubernetes.io/critical-pod", "non-functional in v1.16+; use the \"priorityClassName\" field instead")
        annotation("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead")
        annotation("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead")
    }

    // MARK: Volumes and names

    private static let deprecatedVolumes: [(kind: String, shown: String, text: String)] = [
        ("photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
        ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
        ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
        ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
        ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
        ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
        ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
        ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
    ]

    private mutating func volumes() {
        for (index, volume) in spec.list("volumes").enumerated() {
            let at = (path / "volumes")[index]
            for (kind, shown, text) in Self.deprecatedVolumes where volume.has(kind) { warn(at / shown, text) }
            if let template = volume["ephemeral", "volumeClaimTemplate", "spec"] {
                warnings += StorageWarnings.claimSpec(template, at: at / "ephemeral" / "volumeClaimTemplate" / "spec")
            }
        }
    }

    private mutating func repeated(_ list: String, _ field: String, _ text: String) {
        var seen: Set<String> = []
        for (index, element) in spec.list(list).enumerated() {
            let value = element.text(field)
            if !seen.insert(value).inserted { warn((path / list)[index] / field, "\(text) \(goQuoted(value))") }
        }
    }

    // MARK: Containers

    private mutating func fractions(_ amounts: Fields, at place: FieldPath, _ names: [String] = ["memory", "ephemeral-storage"]) {
        for name in names {
            if let amount = Quantity(amounts[name]), !amount.isInteger {
                warn(place.key(name), "fractional byte value \"\(amount)\" is invalid, must be an integer")
            }
        }
    }

    private mutating func container(_ container: Value, at place: FieldPath) {
        let name = container.text("name")
        let context = container["securityContext"]
        if context?.has("seccompProfile") != true {
            annotation(
                "container.seccomp.security.alpha.kubernetes.io/\(name)", "non-functional in v1.27+; use the \"seccompProfile\" field instead")
        }
        // Pods are warned when their annotations become fields.
        if isTemplate, context?.has("appArmorProfile") != true, spec["securityContext"]?.has("appArmorProfile") != true {
            annotation("container.apparmor.security.beta.kubernetes.io/\(name)", "deprecated since v1.30; use the \"appArmorProfile\" field instead")
        }
        for amount in ["memory", "ephemeral-storage"] {
            for field in ["limits", "requests"] { fractions(container["resources"]?.map(field) ?? Fields(), at: place / "resources" / field, [amount]) }
        }
        var names: Set<String> = []
        for (index, variable) in container.list("env").enumerated() {
            let name = variable.text("name")
            if names.insert(name).inserted { continue }
            // A new value that is made of the old one is no mistake.
            let (value, reference) = (variable.text("value"), "$(\(name))")
            if variable.has("valueFrom") || value == reference || !value.contains(reference) {
                warn((place / "env")[index], "hides previous definition of \(goQuoted(name)), which may be dropped when using apply")
            }
        }
    }
}
