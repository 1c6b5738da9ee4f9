import APIMachinery
import KubernetesObjects

/// The patches of a kustomization: strategic or JSON, inline or in files, for one object or for all that a target selects.
struct KustomizePatcher {
    let invocation: Invocation
    let directory: String
    var schema = KustomizeSchema.none

    /// An entry of `patchesStrategicMerge`: a path or the patch itself.
    func applyStrategic(_ text: String, to resources: inout [KustomizedResource]) throws(Failure) {
        let isInline = text.contains("\n") || text.contains(": ")
        try apply(isInline ? ["patch": .string(text)] : ["path": .string(text)], to: &resources)
    }

    func apply(_ entry: Value, to resources: inout [KustomizedResource]) throws(Failure) {
        let path = entry["path"]?.stringValue ?? ""
        let inline = entry["patch"]?.stringValue ?? ""
        if path.isEmpty == inline.isEmpty { throw Failure("must specify one of patch and path in a patch of the kustomization in \(directory)") }
        var bytes = Array(inline.utf8)
        if !path.isEmpty { bytes = try KustomizeFiles.read(path, in: directory, invocation, doing: "failed to get the patch file from path(\(path))") }
        let documents: [Value]
        do { documents = try YAMLReader().documents(bytes).map(\.value).filter { !$0.isNull } } catch {
            throw Failure("unable to parse SM or JSON patch from [\(path.isEmpty ? inline : path)]: \(error.message)")
        }
        for document in documents {
            if let target = entry["target"] {
                let selector = try KustomizeSelector(target)
                for index in resources.indices.reversed() where selector.matches(resources[index]) {
                    try patch(index, with: document, keepsName: entry["options", "allowNameChange"]?.boolValue != true, &resources)
                }
                continue
            }
            guard document.fields != nil else { throw Failure("must specify a target for JSON patch [\(path.isEmpty ? inline : path)]") }
            guard
                let index = resources.firstIndex(where: {
                    $0.object.kind == document.kind && splitAPIVersion($0.object.apiVersion).group == splitAPIVersion(document.apiVersion).group
                        && [$0.originalName, $0.previousName, $0.object.name].contains(document.name)
                        && (document.namespace.isEmpty || document.namespace == $0.object.namespace || document.namespace == $0.previousNamespace)
                })
            else {
                let id = KustomizedResource.id(document)
                throw Failure("no resource matches strategic merge patch \(goQuoted(id)): no matches for Id \(id); failed to find unique target for patch \(id)")
            }
            try patch(index, with: document, keepsName: true, &resources)
        }
    }

    private func patch(_ index: Int, with patch: Value, keepsName: Bool, _ resources: inout [KustomizedResource]) throws(Failure) {
        let object = resources[index].object
        if patch["$patch"]?.stringValue == "delete" {
            resources.remove(at: index)
            return
        }
        let (group, version) = splitAPIVersion(object.apiVersion)
        let entry = ResourceEntry(
            group: group, version: version, plural: "", singular: "", kind: object.kind, shortNames: [], categories: [], isNamespaced: true, verbs: [])
        let info = ResourceInfo(entry: entry, namespace: object.namespace, name: object.name, object: object)
        var result: Value
        if case .array = patch {
            result = try LocalPatch.apply(patch, .json, to: info)
        } else {
            var body = patch
            body["apiVersion"] = nil
            body["kind"] = nil
            if keepsName {
                body["metadata"]?["name"] = nil
                body["metadata"]?["namespace"] = nil
            }
            if let merged = schema.merged(body, into: object) {
                result = merged
            } else {
                result = try LocalPatch.apply(body, .strategicMerge, to: info)
            }
        }
        if keepsName { result["metadata", "name"] = .string(object.name) }
        resources[index].object = result
    }
}

/// Which resources a patch or a replacement is for.
struct KustomizeSelector {
    private let patterns: [(field: String, pattern: LinearPattern)]
    private let labels: SelectorMatcher?
    private let annotations: SelectorMatcher?

    init(_ target: Value) throws(Failure) {
        var patterns: [(field: String, pattern: LinearPattern)] = []
        for field in ["group", "version", "kind", "name", "namespace"] {
            guard let text = target[field]?.stringValue, !text.isEmpty else { continue }
            // Patterns are anchored, also those that are alternatives.
            do throws(LinearPattern.Failure) { patterns.append((field, try LinearPattern("^(?:\(text))$"))) } catch {
                throw Failure("error parsing regexp: \(error)")
            }
        }
        self.patterns = patterns
        labels = target["labelSelector"]?.stringValue.map { SelectorMatcher($0) }
        annotations = target["annotationSelector"]?.stringValue.map { SelectorMatcher($0) }
    }

    func matches(_ resource: KustomizedResource) -> Bool {
        let (group, version) = splitAPIVersion(resource.object.apiVersion)
        for (field, pattern) in patterns {
            let values: [String]
            switch field {
            case "group": values = [group]
            case "version": values = [version]
            case "kind": values = [resource.object.kind]
            case "name": values = [resource.originalName, resource.previousName, resource.object.name]
            default: values = [resource.object.namespace, resource.previousNamespace]
            }
            if !values.contains(where: { pattern.matches($0) }) { return false }
        }
        if let labels, !labels.matches(resource.object.labels) { return false }
        if let annotations, !annotations.matches(resource.object.annotations) { return false }
        return true
    }
}

/// `replacements`: fields copied from one resource into others.
struct KustomizeReplacement {
    let invocation: Invocation
    let directory: String

    func apply(_ entry: Value, to resources: inout [KustomizedResource]) throws(Failure) {
        if let path = entry["path"]?.stringValue {
            let bytes = try KustomizeFiles.read(path, in: directory, invocation, doing: "replacements")
            guard let value = try? Value(parsingYAML: String(decoding: bytes, as: UTF8.self)) else { throw Failure("unable to parse the replacements of \(path)") }
            for item in value.arrayValue ?? [value] { try apply(item, to: &resources) }
            return
        }
        guard let source = entry["source"] else { throw Failure("replacements must specify a source and at least one target") }
        let selector = try KustomizeSelector(source)
        let sources = resources.filter { selector.matches($0) }
        guard sources.count == 1, let origin = sources.first else {
            throw Failure((sources.isEmpty ? "nothing selected by " : "multiple matches for selector ") + Self.id(source))
        }
        let path = Self.split(source["fieldPath"]?.stringValue ?? "metadata.name")
        guard var value = Self.get(origin.object, path[...]) else {
            throw Failure("fieldPath `\(source["fieldPath"]?.stringValue ?? "")` is missing for replacement source \(Self.id(source))")
        }
        if let delimiter = source["options", "delimiter"]?.stringValue, !delimiter.isEmpty, case .string(let text) = value {
            let parts = Self.parts(text, delimiter)
            let index = source["options", "index"]?.intValue ?? 0
            guard parts.indices.contains(index) else { throw Failure("options.index \(index) is out of bounds for value \(text)") }
            value = .string(parts[index])
        }
        for target in entry["targets"]?.elements ?? [] {
            guard let select = target["select"] else { throw Failure("target must specify resources to select") }
            let wanted = try KustomizeSelector(select)
            var rejected: [KustomizeSelector] = []
            for reject in target["reject"]?.elements ?? [] { rejected.append(try KustomizeSelector(reject)) }
            let paths = (target["fieldPaths"]?.elements ?? []).compactMap(\.stringValue)
            for index in resources.indices where wanted.matches(resources[index]) && !rejected.contains(where: { $0.matches(resources[index]) }) {
                for path in paths.isEmpty ? ["metadata.name"] : paths {
                    // Labels, annotations and names are texts whatever the source is.
                    let value: Value = path.hasPrefix("metadata.") && value.fields == nil && value.arrayValue == nil ? .string(goText(value)) : value
                    try Self.set(value, at: Self.split(path)[...], in: &resources[index].object, options: target["options"] ?? [:], path)
                }
            }
        }
    }

    /// `Service.[noVer].[noGrp]/web.[noNs]`: a selector in messages.
    private static func id(_ selector: Value) -> String {
        func text(_ field: String, _ missing: String) -> String {
            let text = selector[field]?.stringValue ?? ""
            return text.isEmpty ? "[\(missing)]" : text
        }
        return "\(text("kind", "noKind")).\(text("version", "noVer")).\(text("group", "noGrp"))/\(text("name", "noName")).\(text("namespace", "noNs"))"
    }

    /// A text cut at every occurrence of a delimiter.
    private static func parts(_ text: String, _ delimiter: String) -> [String] {
        var rest = text
        var result: [String] = []
        while let range = rest.range(of: delimiter) {
            result.append(String(rest[..<range.lowerBound]))
            rest = String(rest[range.upperBound...])
        }
        return result + [rest]
    }

    /// `spec.containers.[name=app].env.0` in parts.
    private static func split(_ path: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var depth = 0
        var isEscaped = false
        for letter in path {
            if isEscaped {
                current.append(letter)
                isEscaped = false
                continue
            }
            if letter == "\\" {
                isEscaped = true
                continue
            }
            if letter == "[" { depth += 1 }
            if letter == "]" { depth -= 1 }
            if letter == ".", depth == 0 {
                parts.append(current)
                current = ""
            } else {
                current.append(letter)
            }
        }
        return parts + [current]
    }

    private static func positions(_ part: String, _ list: [Value]) -> [Int] {
        if part == "*" { return Array(list.indices) }
        if let number = Int(part) { return list.indices.contains(number) ? [number] : [] }
        let pair = part.dropFirst().dropLast().split(separator: "=", maxSplits: 1).map(String.init)
        guard part.hasPrefix("["), pair.count == 2 else { return [] }
        return list.indices.filter { list[$0][pair[0]].map(goText) == pair[1] }
    }

    private static func get(_ value: Value, _ path: ArraySlice<String>) -> Value? {
        guard let first = path.first else { return value }
        if case .array(let list) = value { return positions(first, list).first.flatMap { get(list[$0], path.dropFirst()) } }
        return value[first].flatMap { get($0, path.dropFirst()) }
    }

    /// A scalar keeps the type of what it replaces.
    private static func fitted(_ new: Value, to old: Value) -> Value {
        if new.fields != nil || new.arrayValue != nil { return new }
        switch old {
        case .string: return .string(goText(new))
        case .null, .object, .array: return new
        default:
            guard case .string(let text) = new, let read = try? Value(parsingYAML: text), read.fields == nil, read.arrayValue == nil else { return new }
            return read
        }
    }

    private static func set(_ new: Value, at path: ArraySlice<String>, in value: inout Value, options: Value, _ whole: String) throws(Failure) {
        guard let first = path.first else {
            if let delimiter = options["delimiter"]?.stringValue, !delimiter.isEmpty, case .string(let text) = value {
                var parts = Self.parts(text, delimiter)
                let index = options["index"]?.intValue ?? 0
                if index < 0 { parts.insert(goText(new), at: 0) } else if index >= parts.count { parts.append(goText(new)) } else { parts[index] = goText(new) }
                value = .string(parts.joined(separator: delimiter))
            } else {
                value = fitted(new, to: value)
            }
            return
        }
        if case .array(var list) = value {
            let pair = first.dropFirst().dropLast().split(separator: "=", maxSplits: 1).map(String.init)
            if positions(first, list).isEmpty, first.hasPrefix("["), pair.count == 2, options["create"]?.boolValue == true {
                list.append(.object(Fields([(pair[0], .string(pair[1]))])))
            }
            for position in positions(first, list) { try set(new, at: path.dropFirst(), in: &list[position], options: options, whole) }
            value = .array(list)
            return
        }
        if first.hasPrefix("["), !first.contains("=") {
            throw Failure(
                "unable to find or create field \(goQuoted(whole)) in replacement target: list path element must contain fieldName=fieldValue for element to match")
        }
        if value[first] == nil {
            guard options["create"]?.boolValue == true else { throw Failure("unable to find field \(goQuoted(whole)) in replacement target") }
            value[first] = path.count == 1 ? .null : [:]
        }
        var inner = value[first] ?? .null
        try set(new, at: path.dropFirst(), in: &inner, options: options, whole)
        value[first] = inner
    }
}
