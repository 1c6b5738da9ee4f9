import KubernetesObjects
import SimulationKernel

/// Reading: get and list, with selectors, pages and versions.
extension GenericAPIServer {
    func get(_ type: ServedResource, namespace: String, name: String) throws(APIStatus) -> Value {
        if type.storage == .componentStatuses { return try ControlPlane.status(name) }
        guard let object = store.get(type.key(namespace: namespace, name: name)) else { throw .notFound(type.groupResource, name: name) }
        return type.storage == .leases ? ControlPlane.renewed(object, now: now) : object
    }

    /// The objects a list or a watch is about.
    func filter(for scope: RequestScope) throws(APIStatus) -> ObjectFilter {
        var filter = try ObjectFilter(scope.type, labels: scope.options.labelSelector, fields: scope.options.fieldSelector)
        filter.namespace = scope.type.isNamespaced && !scope.namespace.isEmpty ? scope.namespace : nil
        return filter
    }

    func list(_ scope: RequestScope) throws(APIStatus) -> ListPage {
        let options = scope.options
        let filter = try filter(for: scope)
        var start = ""
        var revision = store.revision
        var isExact = false
        try options.checkList()
        if options.limit < 0 { throw .badRequest("limit parameter must be a positive value") }
        if !options.continueToken.isEmpty {
            let token = try ContinueToken(decoding: options.continueToken)
            if !options.resourceVersion.isEmpty, options.resourceVersion != "0" {
                throw .badRequest("specifying resource version is not allowed when using continue")
            }
            start = token.start
            if token.revision > 0 {
                revision = token.revision
                isExact = true
            }
        } else {
            let asked: UInt64?
            do throws(RevisionProblem) { asked = try Self.revision(options.resourceVersion) } catch {
                throw .badRequest("invalid resource version: \(error.message)")
            }
            if let asked {
                if asked > store.revision {
                    throw APIStatus(
                        code: 504, reason: "Timeout", message: "Too large resource version: \(asked), current: \(store.revision)",
                        details: ["causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]], "retryAfterSeconds": 1])
                }
                isExact = options.resourceVersionMatch == "Exact" || (options.limit > 0 && asked > 0 && options.resourceVersionMatch.isEmpty)
                if isExact { revision = asked }
            }
        }
        if isExact, revision < store.revision {
            guard let past = store.list(scope.type.storage, namespace: filter.namespace, at: revision) else {
                throw Self.listExpired(continuing: !options.continueToken.isEmpty, start: start, now: store.revision)
            }
            return page(past, filter, start: start, limit: options.limit, revision: revision)
        }
        let stored = store.sorted(scope.type.storage, namespace: filter.namespace)
        switch scope.type.storage {
        case .componentStatuses: return page(ControlPlane.statuses, filter, start: start, limit: options.limit, revision: revision)
        case .leases:
            return page(stored.map { ControlPlane.renewed($0, now: now) }, filter, start: start, limit: options.limit, revision: revision)
        default: return page(stored, filter, start: start, limit: options.limit, revision: revision)
        }
    }

    private func page<Objects: RandomAccessCollection<Value>>(
        _ objects: Objects, _ filter: ObjectFilter, start: String, limit: Int, revision: UInt64
    ) -> ListPage where Objects.Index == Int {
        var page = ListPage(revision: revision)
        var begin = 0
        if !start.isEmpty {
            var high = objects.count
            while begin < high {
                let middle = (begin + high) / 2
                if ContinueToken.position(of: objects[middle]) < start { begin = middle + 1 } else { high = middle }
            }
        }
        guard limit > 0 else {
            page.items = filter.selectsAll ? Array(objects[begin...]) : objects[begin...].filter(filter.matches)
            return page
        }
        for index in begin..<objects.count where filter.matches(objects[index]) {
            if page.items.count == limit {
                page.continueToken = ContinueToken(revision: revision, start: ContinueToken.position(of: objects[index])).encoded
                if filter.selectsAll { page.remaining = objects.count - index }
                break
            }
            page.items.append(objects[index])
        }
        return page
    }

    /// The version that a request names; nil for none and for "any".
    static func revision(_ text: String) throws(RevisionProblem) -> UInt64? {
        if text.isEmpty || text == "0" { return nil }
        guard let revision = UInt64(text) else { throw RevisionProblem(text: text) }
        return revision
    }

    /// A `resourceVersion` that is no number.
    struct RevisionProblem: Error {
        var text: String

        /// What Go says of it.
        var reason: String {
            let why = text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? "value out of range" : "invalid syntax"
            return "strconv.ParseUint: parsing \(goQuoted(text)): \(why)"
        }

        var message: String { "resourceVersion: Invalid value: \(goQuoted(text)): \(reason)" }
    }

    static func listExpired(continuing: Bool, start: String, now revision: UInt64) -> APIStatus {
        guard continuing else { return .expired("The resourceVersion for the provided list is too old.") }
        var status = APIStatus.expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
                + "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided "
                + "token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was "
                + "returned and now may show up in the list.")
        status.continueToken = ContinueToken(revision: 0, start: start).encoded
        return status
    }
}

/// A part of a list.
package struct ListPage: Sendable {
    package var items: [Value] = []
    package var revision: UInt64
    /// Where the next part begins; empty after the last one.
    package var continueToken = ""
    /// How many objects follow, where that is known.
    package var remaining: Int?

    package init(revision: UInt64) { self.revision = revision }

    /// `metadata` of the list object.
    var metadata: Value {
        var metadata: Value = ["resourceVersion": .string(String(revision))]
        if !continueToken.isEmpty { metadata["continue"] = .string(continueToken) }
        if let remaining { metadata["remainingItemCount"] = Value(remaining) }
        return metadata
    }
}

/// Where a list goes on.
///
/// - Shape: unpadded URL base64 of `{"v":"meta.k8s.io/v1","rv":REVISION,"start":"NAMESPACE/NAME\u0000"}`.
struct ContinueToken {
    var revision: UInt64
    var start: String

    init(revision: UInt64, start: String) {
        self.revision = revision
        self.start = start
    }

    /// Where an object stands in a list.
    static func position(of object: Value) -> String {
        let namespace = object.namespace
        return namespace.isEmpty ? object.name : namespace + "/" + object.name
    }

    init(decoding text: String) throws(APIStatus) {
        func invalid(_ why: String) -> APIStatus { .badRequest("invalid continue token: continue key is not valid: \(why)") }
        let bytes: [UInt8]
        switch Base64.decodingURL(text) {
        case .success(let decoded): bytes = decoded
        case .failure(let problem): throw invalid("\(problem)")
        }
        guard let object = try? Value(parsingJSON: bytes) else { throw invalid("illegal base64 data at input byte 0") }
        guard object["v"]?.stringValue == "meta.k8s.io/v1" else {
            throw invalid("server does not recognize this encoded version \(object["v"]?.stringValue ?? "")")
        }
        guard let revision = object["rv"]?.intValue, revision != 0, revision >= -1 else {
            throw invalid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
        }
        guard let start = object["start"]?.stringValue, !start.isEmpty else { throw invalid("encoded start key empty (version meta.k8s.io/v1)") }
        self.revision = revision < 0 ? 0 : UInt64(revision)
        self.start = start.hasSuffix("\u{0}") ? String(start.dropLast()) : start
    }

    var encoded: String {
        let object: Value = [
            "v": "meta.k8s.io/v1", "rv": revision == 0 ? -1 : .int(Int64(clamping: revision)), "start": .string(start + "\u{0}"),
        ]
        return Base64.encodeURL(compactJSON(object).utf8)
    }
}

extension APIStatus {
    /// The token with which an expired list may go on; stands in the status' metadata.
    var continueToken: String? {
        get { details?["continue"]?.stringValue }
        set { if let newValue { details = ["continue": .string(newValue)] } }
    }
}
