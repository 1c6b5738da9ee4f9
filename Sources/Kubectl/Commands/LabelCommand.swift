import APIMachinery
import KubernetesObjects

/// `kubectl label` and `kubectl annotate`.
enum LabelCommand {
    private static func flags(_ manager: String) -> [FlagSpec] {
        SharedFlags.filename("the objects") + SharedFlags.output + [
            SharedFlags.selector, SharedFlags.fieldSelector, SharedFlags.all, SharedFlags.allNamespaces, SharedFlags.dryRun, SharedFlags.local,
            SharedFlags.overwrite, SharedFlags.fieldManager(manager), SharedFlags.record, .flag("list", nil, "Show what is there."),
            FlagSpec("resource-version", "Only change the object in this version."),
        ]
    }

    static let label = Command(
        name: "label", summary: "Update the labels on a resource",
        usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]", flags: flags("kubectl-label"),
        run: { (invocation) throws(Failure) in try Labeling(invocation, kind: .label).run() })

    static let annotate = Command(
        name: "annotate", summary: "Update the annotations on a resource",
        details: "Set, change or remove annotations of resources.\n\nUse \"kubectl api-resources\" for a complete list of supported resources.",
        usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
        flags: flags("kubectl-annotate"), run: { (invocation) throws(Failure) in try Labeling(invocation, kind: .annotation).run() })
}

/// One run of `label` or `annotate`.
struct Labeling {
    enum Kind: String { case label, annotation }

    private let invocation: Invocation
    private let kind: Kind
    private let dryRun: DryRun
    private var resources: [String] = []
    private var values: [(key: String, value: String)] = []
    private var removed: [String] = []

    private var field: String { kind == .label ? "labels" : "annotations" }

    init(_ invocation: Invocation, kind: Kind) throws(Failure) {
        self.invocation = invocation
        self.kind = kind
        dryRun = try invocation.dryRun
        var pairs: [String] = []
        for word in invocation.arguments {
            let isPair = (word.contains("=") && !word.hasPrefix("=")) || (word.hasSuffix("-") && word != "-")
            if isPair {
                pairs.append(word)
            } else if pairs.isEmpty {
                resources.append(word)
            } else {
                throw Failure("all resources must be specified before \(kind.rawValue) changes: \(word)")
            }
        }
        for pair in pairs { try read(pair) }
        let both = removed.filter { key in values.contains { $0.key == key } }
        if !both.isEmpty {
            let what = kind == .label ? "a label in the same command" : "the following annotation(s) in the same command: \(both.joined(separator: ", "))"
            throw Failure("can not both modify and remove \(what)")
        }
    }

    private mutating func read(_ pair: String) throws(Failure) {
        guard let equals = pair.firstIndex(of: "=") else {
            removed.append(String(pair.dropLast()))
            return
        }
        let key = String(pair[..<equals])
        let value = String(pair[pair.index(after: equals)...])
        if kind == .label {
            if value.contains("=") { throw Failure("invalid label spec: \(pair)") }
            let problems = LabelRules.valueProblems(value)
            if !problems.isEmpty { throw Failure("invalid label value: \(goQuoted(pair)): \(problems.joined(separator: ";"))") }
        }
        values.removeAll { $0.key == key }
        values.append((key, value))
    }

    func run() throws(Failure) {
        let flags = invocation.flags
        if flags.bool("all"), !flags.string("selector").isEmpty { throw Failure("cannot set --all and --selector at the same time") }
        if flags.bool("all"), !flags.string("field-selector").isEmpty { throw Failure("cannot set --all and --field-selector at the same time") }
        let hasFiles = !flags.list("filename").isEmpty || !flags.string("kustomize").isEmpty
        if flags.bool("local"), !hasFiles {
            throw Failure("can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set")
        }
        if resources.isEmpty, !hasFiles { throw Failure("one or more resources must be specified as <resource> <name> or <resource>/<name>") }
        if values.isEmpty, removed.isEmpty, !flags.bool("list") { throw Failure("at least one \(kind.rawValue) update is required") }
        var query = try ResourceQuery(invocation, arguments: resources)
        query.fetchesLatest = !flags.bool("local")
        let found = try query.find(invocation)
        let version = flags.string("resource-version")
        if !version.isEmpty, !found.singleItemImplied { throw Failure("--resource-version may only be used with a single resource") }
        var failures = found.failures
        var reporter = try ObjectReporter(invocation)
        for info in found.infos {
            do throws(Failure) { try change(info, version, alone: found.infos.count == 1, &reporter) } catch { failures.append(error) }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private func change(_ info: ResourceInfo, _ version: String, alone: Bool, _ reporter: inout ObjectReporter) throws(Failure) {
        let flags = invocation.flags
        let before = info.object
        let isRemote = dryRun != .client && !flags.bool("local") && !flags.bool("list")
        let existing = before["metadata"]?[field]?.fields ?? Fields()
        if isRemote, kind == .label {
            for key in removed where existing[key] == nil { invocation.outLine("label \(goQuoted(key)) not found.") }
        }
        try checkOverwrites(existing)
        var after = before
        var changed = existing
        for (key, value) in values { changed[key] = .string(value) }
        for key in removed { changed[key] = nil }
        after["metadata"]?[field] = changed.isEmpty ? nil : .object(changed)
        if !version.isEmpty { after["metadata", "resourceVersion"] = .string(version) }
        var message = "annotated"
        if kind == .label {
            message = "not labeled"
            if before != after {
                let isShorter = after.json(.compact).utf8.count < before.json(.compact).utf8.count
                message = isShorter && !flags.bool("overwrite") ? "unlabeled" : "labeled"
            }
        }
        after = invocation.recorded(after)
        var result = after
        if isRemote {
            var patch = MergeDiff.twoWay(before, after)
            if !version.isEmpty { patch["metadata", "resourceVersion"] = .string(version) }
            if before == after { patch = [:] }
            result = try invocation.patch(info, .merge, patch)
        }
        if flags.bool("list") { return list(info, changed, alone: alone) }
        try reporter.report(result, message + dryRun.suffix)
    }

    private func list(_ info: ResourceInfo, _ values: Fields, alone: Bool) {
        var indent = ""
        if !alone {
            indent = " "
            let group = info.entry.group.isEmpty ? "" : ".\(info.entry.group)"
            invocation.outLine("Listing \(field) for \(info.entry.kind)\(group)/\(info.name):")
        }
        for (key, value) in values.sorted() { invocation.outLine("\(indent)\(key)=\(value.stringValue ?? "")") }
    }

    private func checkOverwrites(_ existing: Fields) throws(Failure) {
        if invocation.flags.bool("overwrite") { return }
        var clashes: [String] = []
        for (key, value) in values {
            if kind == .annotation, key == "kubernetes.io/change-cause" { continue }
            guard let old = existing[key]?.stringValue, old != value else { continue }
            clashes.append("'\(key)' already has a value (\(old))")
        }
        if clashes.isEmpty { return }
        if kind == .annotation {
            throw Failure("--overwrite is false but found the following declared annotation(s): \(clashes.joined(separator: "; "))")
        }
        throw Failure.aggregate(clashes.map { Failure("\($0), and --overwrite is false") }) ?? .quiet()
    }
}

/// What labels may look like.
enum LabelRules {
    /// What is wrong with a label's value, in the server's words.
    static func valueProblems(_ value: String) -> [String] {
        var problems: [String] = []
        if value.utf8.count > 63 { problems.append("must be no more than 63 bytes") }
        if !value.isEmpty, !isName(value) {
            problems.append(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
            )
        }
        return problems
    }

    /// What is wrong with a key such as `example.com/name`.
    static func keyProblems(_ key: String) -> [String] {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var problems: [String] = []
        var name = key
        if parts.count == 2 {
            name = parts[1]
            if parts[0].isEmpty { problems.append("prefix part must be non-empty") }
        } else if parts.count > 2 {
            return [
                "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ]
        }
        if name.isEmpty { problems.append("name part must be non-empty") }
        if name.utf8.count > 63 { problems.append("name part must be no more than 63 bytes") }
        if !isName(name) {
            problems.append(
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
            )
        }
        return problems
    }

    private static func isName(_ text: String) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool { (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 122) }
        guard let first = text.utf8.first, let last = text.utf8.last, isPlain(first), isPlain(last) else { return false }
        return text.utf8.allSatisfy { isPlain($0) || $0 == 45 || $0 == 95 || $0 == 46 }
    }
}
