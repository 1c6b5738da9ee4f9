import KubernetesObjects

/// A mark on a node that keeps pods away.
package struct Taint: Hashable, Sendable {
    package enum Effect: String, Sendable {
        case noSchedule = "NoSchedule"
        case preferNoSchedule = "PreferNoSchedule"
        case noExecute = "NoExecute"
    }

    package var key: String
    package var value: String
    package var effect: Effect

    package init(key: String, value: String = "", effect: Effect) {
        self.key = key
        self.value = value
        self.effect = effect
    }

    package init?(_ value: Value) {
        guard let effect = Effect(rawValue: value["effect"]?.stringValue ?? "") else { return nil }
        self.init(key: value["key"]?.stringValue ?? "", value: value["value"]?.stringValue ?? "", effect: effect)
    }

    package static func list(ofNode node: Value) -> [Taint] { (node["spec"]?["taints"]?.elements ?? []).compactMap { Taint($0) } }
}

/// What a pod puts up with.
///
/// - Source: k8s.io/api `Toleration.ToleratesTaint`.
package struct Toleration: Hashable, Sendable {
    package var key: String
    package var operation: String
    package var value: String
    /// Nil for every effect.
    package var effect: Taint.Effect?
    package var seconds: Int?

    package init(key: String = "", operation: String = "Equal", value: String = "", effect: Taint.Effect? = nil, seconds: Int? = nil) {
        self.key = key
        self.operation = operation
        self.value = value
        self.effect = effect
        self.seconds = seconds
    }

    package init(_ toleration: Value) {
        key = toleration["key"]?.stringValue ?? ""
        operation = toleration["operator"]?.stringValue ?? "Equal"
        value = toleration["value"]?.stringValue ?? ""
        effect = toleration["effect"]?.stringValue.flatMap { Taint.Effect(rawValue: $0) }
        seconds = toleration["tolerationSeconds"]?.intValue
    }

    package static func list(ofPodSpec spec: Value?) -> [Toleration] { (spec?["tolerations"]?.elements ?? []).map { Toleration($0) } }

    package func tolerates(_ taint: Taint) -> Bool {
        if let effect, effect != taint.effect { return false }
        if !key.isEmpty, key != taint.key { return false }
        switch operation {
        case "Exists": return true
        case "", "Equal": return value == taint.value
        case "Lt", "Gt":
            guard let mine = Int64(value), let other = Int64(taint.value) else { return false }
            return operation == "Lt" ? other < mine : other > mine
        default: return false
        }
    }
}

extension Array where Element == Toleration {
    package func tolerates(_ taint: Taint) -> Bool { contains { $0.tolerates(taint) } }
}
