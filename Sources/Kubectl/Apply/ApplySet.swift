import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// A set of objects that are applied and pruned together: a parent object remembers its kinds and namespaces, a label its members.
///
/// - Order: the parent is brought to what was and will be in the set before anything is applied, and to what is in it after
///   pruning, so that a failure in between loses no member.
/// - Source: k8s.io/kubectl `pkg/cmd/apply/applyset.go`.
struct ApplySet {
    static let partOfLabel = "applyset.kubernetes.io/part-of"
    private static let idLabel = "applyset.kubernetes.io/id"
    private static let parentTypeLabel = "applyset.kubernetes.io/is-parent-type"
    private static let toolingAnnotation = "applyset.kubernetes.io/tooling"
    private static let kindsAnnotation = "applyset.kubernetes.io/contains-group-kinds"
    private static let namespacesAnnotation = "applyset.kubernetes.io/additional-namespaces"
    private static let manager = "kubectl-applyset"

    /// A kind with its group, `Deployment.apps`.
    private struct GroupKind: Hashable, Comparable, CustomStringConvertible {
        var group: String
        var kind: String

        var description: String { group.isEmpty ? kind : "\(kind).\(group)" }
        static func < (left: GroupKind, right: GroupKind) -> Bool { left.description < right.description }
    }

    private let invocation: Invocation
    private let dryRun: DryRun
    private let parent: ResourceInfo
    /// What the parent says of the set as it was.
    private var currentKinds: Set<GroupKind> = []
    private var currentNamespaces: Set<String> = []
    /// What is being applied.
    private var updatedKinds: Set<GroupKind> = []
    private var updatedNamespaces: Set<String> = []

    /// Reads `--applyset`: a name, or TYPE/NAME.
    init(_ reference: String, _ invocation: Invocation, dryRun: DryRun) throws(Failure) {
        self.invocation = invocation
        self.dryRun = dryRun
        var (type, name) = ("secrets", reference)
        if let slash = reference.firstIndex(of: "/") {
            type = String(reference[..<slash])
            name = String(reference[reference.index(after: slash)...])
        }
        if name.isEmpty { throw Failure("invalid parent reference \(goQuoted(reference)): name cannot be blank") }
        guard let entry = try invocation.lookup({ $0.find(type) }) else {
            throw Failure("invalid parent reference \(goQuoted(reference)): no matches for /, Resource=\(type)")
        }
        let place = try invocation.namespace()
        let namespace = entry.isNamespaced && place.isExplicit ? place.name : ""
        parent = ResourceInfo(entry: entry, namespace: namespace, name: name, object: .null)
    }

    /// `secrets./name`: how messages name the parent.
    private var printedParent: String { goQuoted("\(parent.entry.plural).\(parent.entry.group)/\(parent.name)") }
    private var isBuiltIn: Bool { parent.entry.groupResource == .secrets || parent.entry.groupResource == .configMaps }

    /// The value of the members' label: derived from the parent's name, namespace and kind.
    var id: String {
        let text = [parent.name, parent.namespace, parent.entry.kind, parent.entry.group].joined(separator: ".")
        let hex = Array(SHA256.hex(Array(text.utf8)))
        let bytes = stride(from: 0, to: hex.count - 1, by: 2).compactMap { UInt8(String(hex[$0...($0 + 1)]), radix: 16) }
        return "applyset-\(Base64.encodeURL(bytes))-v1"
    }

    /// Refuses a parent that cannot be one.
    func check() throws(Failure) {
        var failures: [Failure] = []
        if parent.entry.isNamespaced, parent.namespace.isEmpty { failures.append(Failure("namespace is required to use namespace-scoped ApplySet")) }
        if !isBuiltIn, try !isPermitted() {
            failures.append(Failure("resource \(goQuoted(parent.entry.printedResource)) is not permitted as an ApplySet parent"))
        }
        if failures.count > 1 { throw Failure("[" + failures.map(\.plainText).joined(separator: ", ") + "]") }
        if let failure = failures.first { throw failure }
    }

    /// Whether the parent's type is a custom one whose definition allows it.
    private func isPermitted() throws(Failure) -> Bool {
        let definitions = GroupResource("customresourcedefinitions", group: "apiextensions.k8s.io")
        guard let entry = try invocation.lookup({ $0.entry(definitions) }) else { return false }
        var request = APIRequest(.list, entry.resource)
        request.options.labelSelector = "\(Self.parentTypeLabel)=true"
        let names = (try invocation.send(request).body["items"]?.elements ?? []).map(\.name)
        return names.contains("\(parent.entry.plural).\(parent.entry.group)")
    }

    /// The objects with the label of the set's members.
    func labelled(_ infos: [ResourceInfo]) throws(Failure) -> [ResourceInfo] {
        try infos.map { info throws(Failure) in
            if info.object.label(Self.partOfLabel) != nil { throw Failure("ApplySet label \(goQuoted(Self.partOfLabel)) already set in input data") }
            var copy = info
            copy.object["metadata", "labels", Self.partOfLabel] = .string(id)
            copy.object = Manifests.sorted(copy.object)
            return copy
        }
    }

    // MARK: Before and after

    mutating func begin(_ infos: [ResourceInfo]) throws(Failure) {
        try fetchParent()
        for info in infos {
            updatedKinds.insert(GroupKind(group: info.entry.group, kind: info.entry.kind))
            if info.entry.isNamespaced, !info.namespace.isEmpty { updatedNamespaces.insert(info.namespace) }
        }
        try updateParent(kinds: currentKinds.union(updatedKinds), namespaces: currentNamespaces.union(updatedNamespaces))
    }

    /// Deletes the members that were not applied, and lets the parent forget them.
    func finish(keeping applied: [ResourceInfo]) throws(Failure) {
        let kept = Set(applied.map { $0.object.uid })
        let format = try OutputFormat(invocation)
        let deleter = Deleter(invocation: invocation, options: try DeleteOptions(invocation), dryRun: dryRun)
        for info in try members() where !kept.contains(info.object.uid) {
            if dryRun != .client { try deleter.delete(info) }
            invocation.outLine({ if case .name = format { info.printedName } else { "\(info.printedName) pruned\(dryRun.suffix)" } }())
        }
        do throws(Failure) { try updateParent(kinds: updatedKinds, namespaces: updatedNamespaces) } catch {
            throw error.prefixed("apply and prune succeeded, but ApplySet update failed: ")
        }
    }

    /// Objects of the set as the parent knew it, by kind and namespace.
    private func members() throws(Failure) -> [ResourceInfo] {
        var result: [ResourceInfo] = []
        for kind in currentKinds.sorted() {
            guard let entry = try invocation.lookup({ $0.preferred.first { $0.group == kind.group && $0.kind == kind.kind } }) else {
                throw Failure("could not find mapping for kind in \(goQuoted(Self.kindsAnnotation)) annotation: no matches for kind \(goQuoted(kind.kind)) in group \(goQuoted(kind.group))")
            }
            for namespace in entry.isNamespaced ? currentNamespaces.sorted() : [""] {
                var request = APIRequest(.list, entry.resource, namespace: namespace)
                request.options.labelSelector = "\(Self.partOfLabel)=\(id)"
                for item in try invocation.send(request).body["items"]?.elements ?? [] {
                    var object: Value = ["apiVersion": .string(entry.apiVersion), "kind": .string(entry.kind)]
                    for (key, value) in item.fields ?? [:] { object[key] = value }
                    result.append(ResourceInfo(entry: entry, namespace: item.namespace, name: item.name, object: object))
                }
            }
        }
        return result
    }

    // MARK: The parent

    private mutating func fetchParent() throws(Failure) {
        let live: Value
        do throws(Failure) { live = try invocation.get(parent) } catch {
            guard error.isNotFound else { throw error.prefixed("failed to fetch ApplySet parent object \(printedParent): ") }
            if !isBuiltIn { throw Failure("custom resource ApplySet parents cannot be created automatically") }
            return
        }
        guard let tooling = live.annotation(Self.toolingAnnotation) else {
            throw Failure("ApplySet parent object \(printedParent) already exists and is missing required annotation \(goQuoted(Self.toolingAnnotation))")
        }
        let tool = tooling.split(separator: "/").first.map(String.init) ?? tooling
        if tool != "kubectl" {
            throw Failure("ApplySet parent object \(printedParent) already exists and is managed by tooling \(goQuoted(tool)) instead of \"kubectl\"")
        }
        guard let label = live.label(Self.idLabel) else {
            throw Failure("ApplySet parent object \(printedParent) exists and does not have required label \(Self.idLabel)")
        }
        if label != id {
            throw Failure("ApplySet parent object \(printedParent) exists and has incorrect value for label \(goQuoted(Self.idLabel)) (got: \(label), want: \(id))")
        }
        guard let kinds = live.annotation(Self.kindsAnnotation) else {
            throw Failure("parsing ApplySet annotation on \(printedParent): kubectl requires the \(goQuoted(Self.kindsAnnotation)) annotation to be set on all ApplySet parent objects")
        }
        for word in kinds.split(separator: ",").map(String.init) {
            let parts = word.split(separator: ".", maxSplits: 1).map(String.init)
            currentKinds.insert(GroupKind(group: parts.count > 1 ? parts[1] : "", kind: parts[0]))
        }
        for namespace in (live.annotation(Self.namespacesAnnotation) ?? "").split(separator: ",") { currentNamespaces.insert(String(namespace)) }
        if parent.entry.isNamespaced { currentNamespaces.insert(parent.namespace) }
    }

    private func updateParent(kinds: Set<GroupKind>, namespaces: Set<String>) throws(Failure) {
        if dryRun == .client { return }
        var object: Value = [
            "apiVersion": .string(parent.entry.apiVersion), "kind": .string(parent.entry.kind), "metadata": ["name": .string(parent.name)],
        ]
        if !parent.namespace.isEmpty { object["metadata", "namespace"] = .string(parent.namespace) }
        object["metadata", "annotations"] = .object(
            Fields([
                (Self.namespacesAnnotation, .string(namespaces.subtracting([parent.namespace]).sorted().joined(separator: ","))),
                (Self.kindsAnnotation, .string(kinds.sorted().map(\.description).joined(separator: ","))),
                (Self.toolingAnnotation, .string("kubectl/\(invocation.environment.clientVersion)")),
            ]))
        object["metadata", "labels"] = .object(Fields([(Self.idLabel, .string(id))]))
        do throws(Failure) {
            _ = try invocation.patch(parent, .apply, object, manager: Self.manager)
        } catch {
            guard error.status?.isConflict == true else { throw error.prefixed("failed to update ApplySet: ") }
            invocation.errLine(
                "WARNING: failed to update ApplySet: \(error.plainText)\nApplySet field manager \(Self.manager) should own these fields. Retrying with conflicts forced.")
            _ = try invocation.patch(parent, .apply, object, manager: Self.manager, force: true)
        }
    }
}
