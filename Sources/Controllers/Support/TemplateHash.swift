import KubernetesObjects

/// A short stable name for the content of a pod template.
///
/// - Shape: FNV-1a of the tree with its keys sorted, written in decimal and moved into the alphabet of safe names.
/// - Source: kube-controller-manager `ComputeHash`, apimachinery `SafeEncodeString`. Differs: the text hashed is
///   canonical JSON and not Go's dump of the struct, so the values differ from a real cluster's.
enum TemplateHash {
    static func name(of template: Value, collisionCount: Int?) -> String {
        var hash: UInt32 = 2_166_136_261
        fold(template, into: &hash)
        if let collisionCount {
            for byte in String(collisionCount).utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        }
        return safeEncoded(String(hash))
    }

    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    static func safeEncoded(_ text: String) -> String {
        String(text.utf8.map { alphabet[Int($0) % alphabet.count] })
    }

    private static func fold(_ text: String, into hash: inout UInt32) {
        for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        hash = (hash ^ 0xff) &* 16_777_619
    }

    private static func fold(_ value: Value, into hash: inout UInt32) {
        switch value {
        case .null: break
        case .bool(let flag): fold(flag ? "true" : "false", into: &hash)
        case .int(let number): fold(String(number), into: &hash)
        case .number(let literal): fold(literal.text, into: &hash)
        case .string(let text):
            fold("\"", into: &hash)
            fold(text, into: &hash)
        case .array(let list):
            fold("[", into: &hash)
            for element in list { fold(element, into: &hash) }
            fold("]", into: &hash)
        case .object(let fields):
            fold("{", into: &hash)
            for (key, element) in fields.sorted() where !element.isNull {
                fold(key, into: &hash)
                fold(element, into: &hash)
            }
            fold("}", into: &hash)
        }
    }
}
