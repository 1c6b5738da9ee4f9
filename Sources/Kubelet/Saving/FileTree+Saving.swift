import KubernetesObjects
import Shell

/// Trees of files as values, so that they can be kept.
///
/// - Shape: a file is `{"text": …}` or, when its bytes are no UTF-8, `{"bytes": base64}`; a directory `{"entries": {name: node}}`;
///   a symlink `{"link": target}`; a device `{"device": name}`. `mode`, `user`, `group` and `time` stand beside where they are not 0.
enum FileTree {
    static func value(_ node: FileNode) -> Value {
        var value: Value = [:]
        switch node {
        case .file(let content):
            if let text = String(validating: content.bytes, as: UTF8.self) {
                value["text"] = .string(text)
            } else {
                value["bytes"] = .string(Base64.encode(content.bytes))
            }
            put(content.attributes, into: &value)
        case .directory(let directory):
            value["entries"] = .object(Fields(directory.names.map { ($0, self.value(directory.entries[$0]!)) }))
            put(directory.attributes, into: &value)
        case .symlink(let target, _):
            value["link"] = .string(target)
            put(node.attributes, into: &value)
        case .device(let device): value["device"] = .string(devices.first { $0.device == device }?.name ?? "null")
        }
        return value
    }

    /// Reads a node; nil when it is none.
    static func node(_ value: Value) -> FileNode? {
        if let text = value["text"]?.stringValue { return .file(FileContent(bytes: Array(text.utf8), attributes: attributes(value))) }
        if let text = value["bytes"]?.stringValue { return .file(FileContent(bytes: Base64.decode(text) ?? [], attributes: attributes(value))) }
        if let target = value["link"]?.stringValue { return .symlink(target, modified: attributes(value).modified) }
        if let name = value["device"]?.stringValue { return .device(devices.first { $0.name == name }?.device ?? .null) }
        return directory(value).map { .directory($0) }
    }

    static func directory(_ value: Value) -> FileDirectory? {
        guard let fields = value["entries"]?.fields else { return nil }
        var directory = FileDirectory(attributes: attributes(value))
        for (name, entry) in fields { if let node = node(entry) { directory.entries[name] = node } }
        return directory
    }

    private static let devices: [(name: String, device: FileDevice)] = [
        ("null", .null), ("zero", .zero), ("random", .random), ("full", .full), ("stdin", .standardInput), ("stdout", .standardOutput),
        ("stderr", .standardError),
    ]

    private static func put(_ attributes: FileAttributes, into value: inout Value) {
        for (name, number) in [("mode", attributes.mode), ("user", attributes.user), ("group", attributes.group), ("time", Int(attributes.modified))]
        where number != 0 { value[name] = Value(number) }
    }

    private static func attributes(_ value: Value) -> FileAttributes {
        FileAttributes(
            mode: value["mode"]?.intValue ?? 0, user: value["user"]?.intValue ?? 0, group: value["group"]?.intValue ?? 0,
            modified: Int64(value["time"]?.intValue ?? 0))
    }
}
