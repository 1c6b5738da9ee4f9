import KubernetesObjects

/// The defaults of all built-in structures, by short name.
enum DefaultRules {
    static func of(_ type: String) -> DefaultRule? { all[type] }

    private static let all: [String: DefaultRule] = {
        let tables = [
            PodDefaults.rules, VolumeDefaults.rules, CoreDefaults.rules, AppsDefaults.rules, BatchDefaults.rules,
            AutoscalingDefaults.rules, NetworkingDefaults.rules, PolicyDefaults.rules, ClusterDefaults.rules,
        ]
        var all: [String: DefaultRule] = [:]
        for table in tables { all.merge(table) { first, _ in first } }
        return all
    }()
}
