public struct Quantity: Hashable, Sendable, CustomStringConvertible {
    public enum Format: Sendable { case decimalSI, binarySI }
    public var milliValue: Int64
    public init(milliValue: Int64, format: Format) { self.milliValue = milliValue }
    public init?(_ text: String) {
        let suffixes: [(String, Double)] = [("Ki", 1024), ("Mi", 1048576), ("Gi", 1073741824), ("Ti", 1099511627776), ("n", 1e-9), ("u", 1e-6), ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9)]
        for (s, f) in suffixes where text.hasSuffix(s) { guard let d = Double(text.dropLast(s.count)) else { return nil }; milliValue = Int64((d * f * 1000).rounded(.up)); return }
        guard let d = Double(text) else { return nil }
        milliValue = Int64((d * 1000).rounded(.up))
    }
    public var description: String { milliValue % 1000 == 0 ? "\(milliValue / 1000)" : "\(milliValue)m" }
}
public struct LabelSelector: Hashable, Sendable {
    var reqs: [(String, String, [String])] { [] }
    var object: Value
    public init(object: Value) { self.object = object }
    public init(parsing text: String) throws { var f = Fields(); for p in text.split(separator: ",") { let kv = p.split(separator: "="); f[String(kv[0])] = .string(String(kv.last!)) }; object = ["matchLabels": .object(f)] }
    public func matches(_ labels: Fields) -> Bool { (object["matchLabels"]?.fields ?? Fields()).allSatisfy { labels[$0.key] == $0.value } }
}
public struct GoDuration: Sendable { public var nanoseconds: Int64; public init?(_ text: String) { nanoseconds = Int64((Double(text.dropLast()) ?? 0) * 1e9) } }
public enum NameRules { public static func qualifiedName(_ t: String) -> [String] { [] }; public static func labelValue(_ t: String) -> [String] { [] } }
