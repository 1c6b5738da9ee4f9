import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl set image`.
enum SetImage {
    static let command = Command(
        name: "image", summary: "Update the image of a pod template",
        usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
        flags: SetCommand.flags + [SharedFlags.selector, SharedFlags.record], run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let (resources, pairs) = try SetCommand.split(
            invocation.arguments, isPair: { $0.contains("=") && !$0.hasPrefix("=") }, kind: "image")
        let infos = try SetCommand.find(invocation, resources)
        if pairs.isEmpty { throw Failure("at least one image update is required") }
        if pairs.count > 1, pairs.contains(where: { $0.hasPrefix("*=") }) {
            throw Failure("all containers are already specified by *, but saw more than one container_name=container_image pairs")
        }
        // What is not found is said first; the other containers are changed all the same.
        var missing: [Failure] = []
        var refused: [Failure] = []
        do throws(Failure) {
            try SetCommand.update(invocation, infos, message: "image updated", failing: "image update to pod template:") {
                (object, info) throws(Failure) in
                let path = try SetCommand.podPath(of: info, invocation)
                for pair in pairs {
                    let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                    let image = parts.count > 1 ? parts[1] : ""
                    // A name is no pattern here; * alone means all containers.
                    let isPattern = parts[0] != "*" && parts[0].contains { "*?[".contains($0) }
                    let found = isPattern ? false : try SetCommand.changeContainers(&object, path, matching: parts[0]) { (container) throws(Failure) in
                        container["image"] = .string(image)
                    }
                    if !found { missing.append(Failure("error: unable to find container named \(goQuoted(parts[0]))")) }
                }
            }
        } catch { refused = error.parts }
        if let failure = Failure.aggregate(missing + refused) { throw failure }
    }
}
