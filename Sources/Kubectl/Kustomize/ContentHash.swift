import KubernetesObjects

/// The ten letters that kustomize and `--append-hash` put after a name.
///
/// - Shape: the first ten hexadecimal digits of the SHA-256 of the content as JSON, with the digits that could spell words replaced.
/// - Source: sigs.k8s.io/kustomize `api/hasher`.
enum ContentHash {
    /// The letters for an object.
    ///
    /// - Parameter name: what stands for the name: the object's own for kubectl, nothing for kustomize.
    static func of(_ object: Value, name: String) -> String {
        var content: Value = ["kind": .string(object.kind), "name": .string(name), "data": object["data"] ?? ""]
        if object.kind == "Secret" {
            content["type"] = object["type"] ?? ""
            if let text = object["stringData"] { content["stringData"] = text }
        } else if object.kind == "ConfigMap" {
            if let binary = object["binaryData"], !binary.isEmptyValue { content["binaryData"] = binary }
        } else {
            content = object
        }
        return encoded(SHA256.hex(Array(content.json(.compact, sortedKeys: true).utf8)))
    }

    private static func encoded(_ hex: String) -> String {
        let letters: [Character: Character] = ["0": "g", "1": "h", "3": "k", "a": "m", "e": "t"]
        return String(hex.prefix(10).map { letters[$0] ?? $0 })
    }
}
