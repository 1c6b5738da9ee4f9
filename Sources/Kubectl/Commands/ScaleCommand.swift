import APIMachinery
import KubernetesObjects

/// `kubectl scale`.
enum ScaleCommand {
    static let command = Command(
        name: "scale", summary: "Set a new size for a deployment, replica set, or replication controller",
        usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
        flags: SharedFlags.filename("the objects") + SharedFlags.output + [
            SharedFlags.selector, SharedFlags.all, SharedFlags.record, SharedFlags.dryRun, FlagSpec("replicas", kind: .int, "The new size."),
            FlagSpec("current-replicas", kind: .int, fallback: "-1", "Only scale from this size."),
            FlagSpec("resource-version", "Only scale the object in this version."),
            FlagSpec("timeout", kind: .duration, "How long to wait for the new size; 0 not to wait."),
        ],
        requiredFlags: ["replicas"], run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let dryRun = try invocation.dryRun
        let replicas = flags.int("replicas")
        if replicas < 0 { throw Failure("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0") }
        if flags.isSet("current-replicas"), flags.int("current-replicas") < -1 {
            throw Failure("The --current-replicas must specify an integer of -1 or greater")
        }
        var query = try ResourceQuery(invocation, arguments: invocation.arguments)
        query.fetchesLatest = true
        let found = try query.find(invocation)
        let infos = found.infos
        if infos.isEmpty { throw Failure.aggregate(found.failures) ?? Failure("no objects passed to scale") }
        if !flags.string("resource-version").isEmpty, infos.count > 1 {
            throw Failure("cannot use --resource-version with multiple resources")
        }
        var reporter = try ObjectReporter(invocation)
        for info in infos {
            let size = dryRun == .client ? replicas : try scale(info, to: replicas, invocation)
            if dryRun == .none { _ = invocation.record(in: info, info.object) }
            try reporter.report(shown(info, size), "scaled" + dryRun.suffix)
        }
        if let failure = Failure.aggregate(found.failures) { throw failure }
    }

    /// The object as it was found, with its new size where the kinds that come with Kubernetes have it.
    ///
    /// - Source: k8s.io/kubectl `pkg/cmd/scale`: other groups may keep their number elsewhere.
    private static func shown(_ info: ResourceInfo, _ replicas: Int) -> Value {
        var object = info.object
        if ["", "apps"].contains(info.entry.group) { object["spec", "replicas"] = Value(replicas) }
        return object
    }

    /// Asks for a size; what the server says the size is now to be.
    private static func scale(_ info: ResourceInfo, to replicas: Int, _ invocation: Invocation) throws(Failure) -> Int {
        let flags = invocation.flags
        let expected = flags.int("current-replicas")
        let version = flags.string("resource-version")
        let scaled: Value
        if expected != -1 || !version.isEmpty {
            var request = info.request(.get)
            request.subresource = "scale"
            var scale = try invocation.send(request).body
            let current = scale["spec", "replicas"]?.intValue ?? 0
            if expected != -1, current != expected { throw Failure("Expected replicas to be \(expected), was \(current)") }
            if !version.isEmpty, scale.resourceVersion != version {
                throw Failure("Expected resource version to be \(version), was \(scale.resourceVersion)")
            }
            scale["spec", "replicas"] = Value(replicas)
            scaled = try invocation.update(info.refreshed(with: scale), subresource: "scale")
        } else {
            scaled = try invocation.patch(info, .merge, ["spec": ["replicas": Value(replicas)]], subresource: "scale")
        }
        let timeout = flags.seconds("timeout")
        if timeout > .zero {
            let isDone = try invocation.wait(atMost: timeout) { () throws(Failure) in
                let live = try invocation.get(info)
                return live["status", "replicas"]?.intValue ?? 0 == replicas
                    && live["status", "observedGeneration"]?.intValue ?? 0 >= live.generation
            }
            if !isDone { throw Failure("timed out waiting for \(goQuoted(info.name)) to be synced") }
        }
        return scaled["spec", "replicas"]?.intValue ?? 0
    }
}
