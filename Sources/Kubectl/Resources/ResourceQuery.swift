import APIMachinery
import KubernetesObjects

/// What a command line names: files, types with names, types with selectors.
///
/// - Source: k8s.io/cli-runtime `pkg/resource.Builder`.
struct ResourceQuery {
    var files: [String] = []
    var kustomization = ""
    var recursive = false
    var arguments: [String] = []
    /// Nil when no selector was given; empty for everything.
    var labelSelector: String?
    var fieldSelector: String?
    var selectsAll = false
    /// Names beside `--all` are refused; else they go before it.
    var insistsOnAll = false
    /// A type without name means all of the type.
    var allowsEmptySelector = false
    var allNamespaces = false
    var namespace = ""
    var enforcesNamespace = false
    /// Objects of files are fetched anew.
    var fetchesLatest = false
    /// Named objects are fetched; otherwise only named.
    var fetches = true
    /// Lists stay lists.
    var keepsLists = false
    var representation = Representation.object
    /// Rows of tables carry their whole objects.
    var includesObjects = false
    var subresource = ""
    var singleType = false
    /// Files are checked for `apiVersion` and `kind` before anything else.
    var validates = false
    /// Names only one object: its failure is the command's, and output needs no list around it.
    private(set) var singleItemImplied = false

    private var names: [String] = []
    private var types: [String] = []
    private var tuples: [(type: String, name: String)] = []

    static let missing = Failure(
        "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'"
    )

    init() {}

    /// The query of a command with the usual options.
    init(_ invocation: Invocation, arguments: [String]) throws(Failure) {
        let flags = invocation.flags
        files = flags.list("filename")
        kustomization = flags.string("kustomize")
        recursive = flags.bool("recursive")
        self.arguments = arguments
        if flags.isSet("selector"), !flags.string("selector").isEmpty { labelSelector = flags.string("selector") }
        if flags.isSet("field-selector"), !flags.string("field-selector").isEmpty { fieldSelector = flags.string("field-selector") }
        selectsAll = flags.isKnown("all") && flags.bool("all")
        allNamespaces = flags.isKnown("all-namespaces") && flags.bool("all-namespaces")
        let place = try invocation.namespace()
        namespace = allNamespaces ? "" : place.name
        enforcesNamespace = place.isExplicit && !allNamespaces
        subresource = flags.isKnown("subresource") ? flags.string("subresource") : ""
    }

    /// What was found, and what could not be.
    struct Found {
        var infos: [ResourceInfo] = []
        var failures: [Failure] = []
        /// How many objects came before each failure; nil for a whole file that cannot be read, which is told of at the end.
        var positions: [Int?] = []
        var singleItemImplied = false

        mutating func fail(_ failure: Failure, at position: Int?) {
            positions += [Int?](repeating: nil, count: max(0, failures.count - positions.count))
            failures.append(failure)
            positions.append(position)
        }

        /// Works on each object; all failures in the order of the input.
        func visiting(_ body: (ResourceInfo) throws(Failure) -> Void) -> [Failure] {
            let places = positions + [Int?](repeating: nil, count: max(0, failures.count - positions.count))
            var pending = zip(places, failures).compactMap { place, failure in place.map { ($0, failure) } }[...]
            var result: [Failure] = []
            for (index, info) in infos.enumerated() {
                while let next = pending.first, next.0 <= index {
                    result.append(next.1)
                    pending = pending.dropFirst()
                }
                do throws(Failure) { try body(info) } catch { result.append(error) }
            }
            return result + pending.map(\.1) + zip(places, failures).filter { $0.0 == nil }.map(\.1)
        }

        /// The failures as one. A single one of several inputs stands as in a list, without `error: `.
        var failure: Failure? {
            failures.count == 1 && !infos.isEmpty && (positions.first.map { $0 != nil } ?? false || !singleItemImplied) ? Failure(kind: .many(failures)) : Failure.aggregate(failures)
        }

        /// What is wrong with an input, said as one of several: without `error: `.
        mutating func listFailures() {
            failures = failures.map { failure in
                guard case .message(let text) = failure.kind else { return failure }
                return Failure(kind: .text(text), exitStatus: failure.exitStatus)
            }
        }

        /// All infos, or the failures as one.
        func checked() throws(Failure) -> [ResourceInfo] {
            if let failure = Failure.aggregate(failures) { throw failure }
            return infos
        }
    }

    /// Finds the objects.
    ///
    /// - Throws: when the words make no sense; what is wrong with single objects is in the result.
    func find(_ invocation: Invocation) throws(Failure) -> Found {
        var query = self
        return try query.run(invocation)
    }

    private mutating func run(_ invocation: Invocation) throws(Failure) -> Found {
        if !files.isEmpty, !kustomization.isEmpty { throw Failure("only one of -f or -k can be specified") }
        if !kustomization.isEmpty, recursive { throw Failure("the -k flag can't be used with -f or -R") }
        try readArguments(invocation)
        if selectsAll, labelSelector == nil, insistsOnAll || names.isEmpty && tuples.isEmpty { labelSelector = "" }
        if !files.isEmpty || !kustomization.isEmpty { return try findInFiles(invocation) }
        if labelSelector != nil || fieldSelector != nil {
            if !subresource.isEmpty { throw Failure("subresource cannot be used when bulk resources are specified") }
            return try findBySelector(invocation)
        }
        if !tuples.isEmpty { return try findTuples(invocation) }
        if !names.isEmpty { return try findNames(invocation) }
        if !types.isEmpty {
            for type in types { _ = try invocation.resource(named: type) }
            throw Failure("resource(s) were provided, but no name was specified")
        }
        throw Self.missing
    }

    // MARK: Words

    private mutating func readArguments(_ invocation: Invocation) throws(Failure) {
        var words = arguments
        if let first = words.first {
            let listed = first.split(separator: ",").map(String.init)
            if listed.count > 1, words.count > 1, !first.contains("/") {
                let named = words.dropFirst()
                words = listed.flatMap { type in named.map { "\(type)/\($0)" } }
            }
        }
        let slashed = words.filter { $0.contains("/") }
        if !slashed.isEmpty {
            if slashed.count != words.count {
                throw Failure(
                    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
                )
            }
            for word in words {
                let parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
                if parts.count != 2 { throw Failure("arguments in resource/name form may not have more than one slash") }
                if parts[0].isEmpty || parts[1].isEmpty || parts[0].contains(",") {
                    throw Failure("arguments in resource/name form must have a single resource and name")
                }
                tuples.append((parts[0], parts[1]))
            }
            return
        }
        guard let first = words.first else { return }
        names = Array(words.dropFirst())
        for part in first.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            let members = try invocation.catalogue().category(part)
            if members.isEmpty {
                if !types.contains(part) { types.append(part) }
            } else {
                types += members.map { $0.group.isEmpty ? $0.plural : "\($0.plural).\($0.group)" }
            }
        }
        if names.isEmpty, allowsEmptySelector, labelSelector == nil { labelSelector = "" }
    }

    // MARK: Selectors

    private func findBySelector(_ invocation: Invocation) throws(Failure) -> Found {
        if !names.isEmpty { throw Failure("name cannot be provided when a selector is specified") }
        if !tuples.isEmpty { throw Failure("selectors and the all flag cannot be used when passing resource/name arguments") }
        if types.isEmpty { throw Failure("at least one resource must be specified to use a selector") }
        var found = Found()
        for entry in try entries(invocation) {
            var request = APIRequest(.list, entry.resource, namespace: entry.isNamespaced ? namespace : "")
            request.options.labelSelector = labelSelector ?? ""
            request.options.fieldSelector = fieldSelector ?? ""
            request.representation = representation
            if includesObjects { request.options.parameters.append(("includeObject", "Object")) }
            request.subresource = subresource
            do throws(Failure) {
                let list = try invocation.list(request)
                append(list, entry, to: &found)
            } catch {
                found.failures.append(explained(error, entry))
            }
        }
        return found
    }

    private func append(_ list: Value, _ entry: ResourceEntry, to found: inout Found) {
        if keepsLists {
            found.infos.append(ResourceInfo(entry: entry, namespace: namespace, name: "", object: list))
            return
        }
        for item in list["items"]?.elements ?? [] {
            var object = item
            if object.kind.isEmpty {
                object = ["apiVersion": .string(entry.apiVersion), "kind": .string(entry.kind)]
                for (key, value) in item.fields ?? [:] { object[key] = value }
            }
            found.infos.append(ResourceInfo(entry: entry, namespace: item.namespace, name: item.name, object: object))
        }
    }

    /// A refused list with the selectors it was asked with.
    private func explained(_ failure: Failure, _ entry: ResourceEntry) -> Failure {
        guard var status = failure.status, status.reason == "BadRequest" || status.reason == "NotFound" else { return failure }
        let (labels, fields) = (labelSelector ?? "", fieldSelector ?? "")
        status.message =
            labels.isEmpty && fields.isEmpty
            ? "Unable to list \(goQuoted(entry.printedResource)): \(status.message)"
            : "Unable to find \(goQuoted(entry.printedResource)) that match label selector \(goQuoted(labels)), field selector \(goQuoted(fields)): \(status.message)"
        return Failure(status)
    }

    private func entries(_ invocation: Invocation) throws(Failure) -> [ResourceEntry] {
        var result: [ResourceEntry] = []
        for type in types {
            let entry = try invocation.resource(named: type)
            if !result.contains(where: { $0.resource == entry.resource }) { result.append(entry) }
        }
        if singleType, result.count > 1 { throw Failure("you may only specify a single resource type") }
        return result
    }

    // MARK: Names

    private func findTuples(_ invocation: Invocation) throws(Failure) -> Found {
        var found = Found()
        found.singleItemImplied = tuples.count == 1
        var entries: [ResourceEntry] = []
        for tuple in tuples { entries.append(try invocation.resource(named: tuple.type)) }
        if singleType, Set(entries).count > 1 { throw Failure("you may only specify a single resource type") }
        for (tuple, entry) in zip(tuples, entries) { try add(tuple.name, entry, invocation, to: &found) }
        return found
    }

    private func findNames(_ invocation: Invocation) throws(Failure) -> Found {
        var found = Found()
        found.singleItemImplied = names.count == 1
        if types.isEmpty { throw Failure("you must provide a resource and a resource name together") }
        let entries = try entries(invocation)
        if entries.count > 1 { throw Failure("you must specify only one resource") }
        for name in names { try add(name, entries[0], invocation, to: &found) }
        return found
    }

    private func add(_ name: String, _ entry: ResourceEntry, _ invocation: Invocation, to found: inout Found) throws(Failure) {
        if entry.isNamespaced, namespace.isEmpty {
            throw Failure(
                allNamespaces
                    ? "a resource cannot be retrieved by name across all namespaces" : "namespace may not be empty when retrieving a resource by name")
        }
        var info = ResourceInfo(entry: entry, namespace: entry.isNamespaced ? namespace : "", name: name, object: .null)
        if fetches {
            do throws(Failure) { info.object = try fetch(info, invocation) } catch {
                found.failures.append(error)
                return
            }
        }
        found.infos.append(info)
    }

    private func fetch(_ info: ResourceInfo, _ invocation: Invocation) throws(Failure) -> Value {
        if info.name.isEmpty { throw Failure("resource name may not be empty") }
        var request = info.request(.get)
        request.subresource = subresource
        request.representation = representation
        if includesObjects { request.options.parameters.append(("includeObject", "Object")) }
        return try invocation.send(request).body
    }

    // MARK: Files

    private func findInFiles(_ invocation: Invocation) throws(Failure) -> Found {
        if !types.isEmpty {
            throw Failure("when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well")
        }
        if !names.isEmpty { throw Failure("name cannot be provided when a path is specified") }
        if !tuples.isEmpty { throw Failure("resource/name arguments cannot be provided when a path is specified") }
        var found = Found()
        found.singleItemImplied = files.count == 1 && !recursive && invocation.environment.files.isDirectory(files[0]) != true
        for text in try FileFinder(invocation: invocation, recursive: recursive).texts(files, kustomization: kustomization, failures: &found.failures) {
            let (objects, problem) = Manifests.read(text.bytes, source: text.source)
            var isBroken = false
            for object in objects {
                do throws(Failure) { if validates { try Manifests.check(object, source: text.source) } } catch {
                    found.fail(error, at: nil)
                    isBroken = true
                    break
                }
                do throws(Failure) {
                    try Manifests.checkKind(object, source: text.source)
                    try Manifests.checkMetadata(object, source: text.source)
                } catch {
                    found.fail(error, at: nil)
                    continue
                }
                if Manifests.items(of: object) != nil { found.singleItemImplied = false }
                for item in Manifests.items(of: object) ?? [object] { try add(item, from: text.source, invocation, to: &found) }
            }
            if let problem, !isBroken { found.fail(problem, at: nil) }
        }
        if found.infos.count > 1 { found.singleItemImplied = false }
        if let labelSelector, !labelSelector.isEmpty {
            found.infos = found.infos.filter { SelectorMatcher(labelSelector).matches($0.object.labels) }
        }
        return found
    }

    private func add(_ object: Value, from source: String, _ invocation: Invocation, to found: inout Found) throws(Failure) {
        do throws(Failure) {
            let entry: ResourceEntry
            do throws(Failure) {
                try Manifests.checkKind(object, source: source)
                entry = try invocation.resource(of: object, source: source)
            } catch { return found.fail(error, at: nil) }
            var info = ResourceInfo(entry: entry, namespace: object.namespace, name: object.name, object: object, source: source)
            let isLocal = invocation.flags.isKnown("local") && invocation.flags.bool("local")
            if entry.isNamespaced, !isLocal {
                if info.namespace.isEmpty {
                    info.namespace = namespace
                    if !namespace.isEmpty, object["metadata"]?.fields != nil || object["metadata"] == nil {
                        info.object["metadata", "namespace"] = .string(namespace)
                    }
                } else if enforcesNamespace, info.namespace != namespace {
                    throw Failure(
                        "the namespace from the provided object \(goQuoted(info.namespace)) does not match the namespace \(goQuoted(namespace)). You must pass '--namespace=\(info.namespace)' to perform this operation."
                    )
                }
            }
            if fetchesLatest { info.object = try fetch(info, invocation) }
            found.infos.append(info)
        } catch {
            found.fail(error, at: found.infos.count)
        }
    }
}
