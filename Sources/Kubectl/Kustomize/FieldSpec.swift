import KubernetesObjects

/// A path into objects of certain kinds, as kustomize's field specs have it: lists on the way mean each of their entries.
struct FieldSpec: Equatable {
    var group = ""
    var version = ""
    var kind = ""
    /// Parts divided by slashes; a slash inside a part is written `\/`, and `[]` after a part marks a list.
    var path: String
    /// Makes what is missing on the way; otherwise objects without the field stay as they are.
    var creates = false

    init(path: String, kind: String = "", creates: Bool = false) {
        self.path = path
        self.kind = kind
        self.creates = creates
    }

    /// A spec as configurations and transformers write it.
    init(_ value: Value) {
        group = value["group"]?.stringValue ?? ""
        version = value["version"]?.stringValue ?? ""
        kind = value["kind"]?.stringValue ?? ""
        path = value["path"]?.stringValue ?? ""
        creates = value["create"]?.boolValue ?? false
    }

    static func list(_ value: Value?) -> [FieldSpec] { (value?.elements ?? []).map(FieldSpec.init) }

    /// Whether the spec is about an object of this kind.
    func applies(to object: Value) -> Bool {
        let (group, version) = splitAPIVersion(object.apiVersion)
        return (kind.isEmpty || kind == object.kind) && (self.group.isEmpty || self.group == group) && (self.version.isEmpty || self.version == version)
    }

    /// Changes the value at the path wherever it leads; objects of other kinds stay as they are.
    func change(_ object: inout Value, _ body: (inout Value) -> Void) {
        if applies(to: object) { walk(&object, Self.parts(path)[...], body) }
    }

    static func parts(_ path: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var isEscaped = false
        for letter in path {
            if isEscaped {
                current.append(letter)
                isEscaped = false
            } else if letter == "\\" {
                isEscaped = true
            } else if letter == "/" {
                parts.append(current)
                current = ""
            } else {
                current.append(letter)
            }
        }
        return (parts + [current]).filter { !$0.isEmpty }.map { $0.hasSuffix("[]") ? String($0.dropLast(2)) : $0 }
    }

    private func walk(_ value: inout Value, _ rest: ArraySlice<String>, _ body: (inout Value) -> Void) {
        if case .array(var list) = value {
            for index in list.indices { walk(&list[index], rest, body) }
            value = .array(list)
            return
        }
        guard let first = rest.first else { return body(&value) }
        guard value.fields != nil || value.isNull else { return }
        if value[first] == nil || value[first]?.isNull == true {
            guard creates else { return }
            value[first] = [:]
        }
        var child = value[first] ?? [:]
        walk(&child, rest.dropFirst(), body)
        value[first] = child
    }
}
