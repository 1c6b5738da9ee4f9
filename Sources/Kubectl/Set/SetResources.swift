import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl set resources`.
enum SetResources {
    static let command = Command(
        name: "resources", summary: "Update resource requests/limits on objects with pod templates",
        usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
        flags: SetCommand.flags + [
            SharedFlags.selector, SharedFlags.record, FlagSpec("containers", short: "c", fallback: "*", "Containers to change; * for all."),
            FlagSpec("limits", "RESOURCE=QUANTITY, divided by commas."), FlagSpec("requests", "RESOURCE=QUANTITY, divided by commas."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let infos = try SetCommand.find(invocation, invocation.arguments)
        if flags.string("limits").isEmpty, flags.string("requests").isEmpty {
            throw Failure("you must specify an update to requests or limits (in the form of --requests/--limits)")
        }
        let limits = try read(flags.string("limits"))
        let requests = try read(flags.string("requests"))
        let pattern = flags.string("containers")
        try SetCommand.update(invocation, infos, message: "resource requirements updated", failing: "resources update to pod template") {
            (object, info) throws(Failure) in
            let path = try SetCommand.podPath(of: info, invocation)
            let found = try SetCommand.changeContainers(&object, path, matching: pattern) { (container) throws(Failure) in
                for (key, amounts) in [("limits", limits), ("requests", requests)] where !amounts.isEmpty {
                    for (name, amount) in amounts { container["resources", key, name] = amount }
                }
            }
            if !found { throw Failure("error: unable to find container named \(pattern)") }
        }
    }

    private static func read(_ text: String) throws(Failure) -> Fields {
        var result = Fields()
        for part in text.split(separator: ",").map(String.init) {
            let halves = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            if halves.count != 2 { throw Failure("Invalid argument syntax \(part), expected <resource>=<value>") }
            guard ResourceAmount(halves[1]) != nil else {
                throw Failure("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
            }
            result[halves[0]] = .string(halves[1])
        }
        return result
    }
}
