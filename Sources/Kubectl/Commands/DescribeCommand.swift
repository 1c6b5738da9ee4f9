import APIMachinery
import KubernetesObjects

/// `kubectl describe`.
enum DescribeCommand {
    static let command = Command(
        name: "describe", summary: "Show details of a specific resource or group of resources",
        details: "Show resources in detail, with what belongs to them and their events.\n\nUse \"kubectl api-resources\" for a complete list of supported resources.",
        usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
        flags: SharedFlags.filename("the objects") + [
            SharedFlags.selector, SharedFlags.allNamespaces, SharedFlags.chunkSize, .flag("show-events", nil, "Show the object's events.", on: true),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        var query = try ResourceQuery(invocation, arguments: invocation.arguments)
        query.allowsEmptySelector = true
        query.fetchesLatest = true
        if invocation.arguments.isEmpty, query.files.isEmpty, query.kustomization.isEmpty {
            throw Failure("You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of supported resources.\n")
        }
        var found = try query.find(invocation)
        found.listFailures()
        var isPrefix = false
        if found.infos.isEmpty, !found.failures.isEmpty, invocation.arguments.count == 2, found.failures.allSatisfy(\.isNotFound) {
            // A name that is none may be the beginning of some.
            if let matches = try? prefixed(invocation.arguments[0], invocation.arguments[1], invocation), !matches.isEmpty {
                found.infos = matches
                isPrefix = true
                found.failures = []
            }
        }
        var failures = found.failures
        var isFirst = true
        for info in found.infos {
            do throws(Failure) {
                let describer = Describer(
                    invocation: invocation, showEvents: invocation.flags.bool("show-events"), entry: info.entry, object: info.object)
                let text = try describer.text()
                // Objects found by the beginning of their name are printed one by one.
                invocation.out(isPrefix ? text + "\n" : isFirst ? text : "\n\n" + text)
                isFirst = false
            } catch {
                failures.append(error)
            }
        }
        if found.infos.isEmpty, failures.isEmpty {
            let namespaced = try areNamespaced(invocation)
            let isNamespaced = !invocation.flags.bool("all-namespaces") && namespaced
            invocation.errLine(isNamespaced ? "No resources found in \(try invocation.namespace().name) namespace." : "No resources found")
        }
        found.failures = failures
        if let failure = found.failure { throw failure }
    }

    private static func areNamespaced(_ invocation: Invocation) throws(Failure) -> Bool {
        guard let first = invocation.arguments.first, let word = first.split(separator: ",").first else { return true }
        return try invocation.lookup { $0.find(String(word)) }?.isNamespaced ?? true
    }

    private static func prefixed(_ type: String, _ prefix: String, _ invocation: Invocation) throws(Failure) -> [ResourceInfo] {
        var query = try ResourceQuery(invocation, arguments: [type])
        query.allowsEmptySelector = true
        return try query.find(invocation).checked().filter { $0.name.hasPrefix(prefix) }
    }
}
