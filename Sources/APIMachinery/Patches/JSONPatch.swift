import KubernetesObjects

/// Applies JSON patches (RFC 6902).
///
/// - Bounds: what `copy` adds may not be larger than a request's body, so that no document doubles with each operation.
/// - Source: gopkg.in/evanphx/json-patch.v4 as the API server uses it: array index -1 is the last element, removing what is not there
///   is an error, `test` of an absent path succeeds against null.
package enum JSONPatch {
    struct Failure: Error {
        var message: String
        /// Whether a `test` did not find what it names: the patch is in order, and does not apply.
        var isFailedTest = false
        init(_ message: String, isFailedTest: Bool = false) {
            self.message = message
            self.isFailedTest = isFailedTest
        }
    }

    static let operationsMax = 10_000
    /// What all copies of one patch may add, in bytes.
    static let copiesMax = 3_145_728

    package static func apply(_ patch: Value, to document: Value) throws(APIStatus) -> Value {
        guard case .array(let operations) = patch else {
            let got = switch patch {
            case .string: "string"
            case .bool: "bool"
            case .int, .number: "number"
            default: "object"
            }
            throw .badRequest("error decoding patch: json: cannot unmarshal \(got) into Go value of type []handlers.jsonPatchOp")
        }
        if operations.count > operationsMax {
            throw APIStatus(
                code: 413, reason: "RequestEntityTooLarge",
                message: "Request entity too large: The allowed maximum operations in a JSON patch is \(operationsMax), got \(operations.count)")
        }
        do throws(Failure) {
            return try applying(operations, to: document)
        } catch { throw .patchRejected }
    }

    /// Applies operations one after another.
    ///
    /// - Throws: the first that does not apply, in the words of json-patch.
    static func applying(_ operations: [Value], to document: Value) throws(Failure) -> Value {
        var result = document
        var room = copiesMax
        for operation in operations { try apply(operation, &result, &room) }
        return result
    }

    private static func apply(_ operation: Value, _ document: inout Value, _ room: inout Int) throws(Failure) {
        let path = try pointer(operation["path"])
        let place = operation["path"]?.stringValue ?? ""
        switch operation["op"]?.stringValue {
        case "add":
            try reachable(path, in: document, "add operation does not apply: doc is missing path: \"\(place)\": missing value")
            do throws(Failure) {
                try add(operation["value"] ?? .null, at: path[...], to: &document)
            } catch { throw Failure("error in add for path: '\(place)': \(error.message)") }
        case "remove":
            try reachable(path, in: document, "remove operation does not apply: doc is missing path: \"\(place)\": missing value")
            do throws(Failure) {
                _ = try remove(path[...], from: &document)
            } catch { throw Failure("error in remove for path: '\(place)': \(error.message)") }
        case "replace":
            try reachable(path, in: document, "replace operation does not apply: doc is missing path: \(place): missing value")
            do throws(Failure) {
                _ = try find(path[...], in: document)
            } catch { throw Failure("replace operation does not apply: doc is missing key: \(place): missing value") }
            if path.isEmpty {
                document = operation["value"] ?? .null
            } else {
                try replace(operation["value"] ?? .null, at: path[...], in: &document)
            }
        case "move":
            let from = try pointer(operation["from"])
            let moved = try remove(from[...], from: &document)
            try add(moved, at: path[...], to: &document)
        case "copy":
            let copied = try find(try pointer(operation["from"])[...], in: document)
            guard copied.takeJSONSize(from: &room) else { throw Failure("Unable to copy, the accumulated size increase of copy is too large") }
            try add(copied, at: path[...], to: &document)
        case "test":
            let found = (try? find(path[...], in: document)) ?? .null
            if found != (operation["value"] ?? .null) { throw Failure("testing value \(place) failed: test failed", isFailedTest: true) }
        default: throw Failure("Unexpected kind: \(operation["op"]?.stringValue ?? "unknown")")
        }
    }

    /// Refuses a path whose last container is not there.
    private static func reachable(_ path: [String], in document: Value, _ message: String) throws(Failure) {
        do throws(Failure) { _ = try find(path.dropLast(), in: document) } catch { throw Failure(message) }
    }

    private static func pointer(_ value: Value?) throws(Failure) -> [String] {
        guard let text = value?.stringValue else { throw Failure("missing path") }
        if text.isEmpty { return [] }
        guard text.hasPrefix("/") else { throw Failure("bad path") }
        return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            var result = ""
            var isEscape = false
            for character in part {
                if isEscape {
                    result.append(character == "0" ? "~" : character == "1" ? "/" : character)
                    isEscape = false
                } else if character == "~" {
                    isEscape = true
                } else {
                    result.append(character)
                }
            }
            return result
        }
    }

    private static func index(_ text: String, count: Int) throws(Failure) -> Int {
        guard var index = Int(text) else { throw Failure("strconv.Atoi: parsing \(goQuoted(text)): invalid syntax") }
        if index < 0 { index += count }
        guard index >= 0, index < count else { throw Failure("Unable to access invalid index: \(text): invalid index referenced") }
        return index
    }

    private static func find(_ path: ArraySlice<String>, in value: Value) throws(Failure) -> Value {
        guard let first = path.first else { return value }
        switch value {
        case .object(let fields):
            guard let next = fields[first] else { throw Failure("Unable to remove nonexistent key: \(first): missing value") }
            return try find(path.dropFirst(), in: next)
        case .array(let list): return try find(path.dropFirst(), in: list[try index(first, count: list.count)])
        default: throw Failure("missing")
        }
    }

    /// Changes a container in place: each level is taken out of its parent meanwhile, so that nothing is copied.
    private static func change(
        _ path: ArraySlice<String>, in value: inout Value, _ body: (inout Value, String) throws(Failure) -> Void
    ) throws(Failure) {
        guard let first = path.first else { throw Failure("empty path") }
        if path.count == 1 {
            try body(&value, first)
            return
        }
        switch value {
        case .object(var fields):
            value = .null
            guard let place = fields.firstIndex(where: { $0.key == first }) else { throw Failure("missing") }
            var failure: Failure?
            fields.modifyValue(at: place) { next in
                do throws(Failure) { try change(path.dropFirst(), in: &next, body) } catch { failure = error }
            }
            if let failure { throw failure }
            value = .object(fields)
        case .array(var list):
            value = .null
            let place = try index(first, count: list.count)
            try change(path.dropFirst(), in: &list[place], body)
            value = .array(list)
        default: throw Failure("missing")
        }
    }

    private static func add(_ new: Value, at path: ArraySlice<String>, to document: inout Value) throws(Failure) {
        if path.isEmpty {
            document = new
            return
        }
        try change(path, in: &document) { (container: inout Value, key: String) throws(Failure) in
            switch container {
            case .object(var fields):
                container = .null
                fields[key] = new
                container = .object(fields)
            case .array(var list):
                container = .null
                if key == "-" {
                    list.append(new)
                } else {
                    list.insert(new, at: try index(key, count: list.count + 1))
                }
                container = .array(list)
            default: throw Failure("no container")
            }
        }
    }

    private static func replace(_ new: Value, at path: ArraySlice<String>, in document: inout Value) throws(Failure) {
        try change(path, in: &document) { (container: inout Value, key: String) throws(Failure) in
            switch container {
            case .object(var fields):
                container = .null
                fields[key] = new
                container = .object(fields)
            case .array(var list):
                container = .null
                list[try index(key, count: list.count)] = new
                container = .array(list)
            default: throw Failure("no container")
            }
        }
    }

    private static func remove(_ path: ArraySlice<String>, from document: inout Value) throws(Failure) -> Value {
        let removed = try find(path, in: document)
        try change(path, in: &document) { (container: inout Value, key: String) throws(Failure) in
            switch container {
            case .object(var fields):
                container = .null
                fields.removeValue(forKey: key)
                container = .object(fields)
            case .array(var list):
                container = .null
                list.remove(at: try index(key, count: list.count))
                container = .array(list)
            default: throw Failure("no container")
            }
        }
        return removed
    }
}

extension APIStatus {
    /// A patch that is well-formed but does not fit its object.
    static let patchRejected = APIStatus(
        code: 422, reason: "Invalid", message: "the server rejected our request due to an error in our request", details: [:])
}
