import APIMachinery
import KubernetesObjects

/// `kubectl create token`.
enum CreateToken {
    static let command = Command(
        name: "token", summary: "Request a service account token", usage: "SERVICE_ACCOUNT_NAME",
        flags: SharedFlags.output + [
            FlagSpec("audience", kind: .stringArray, "For whom the token is; can be repeated."),
            FlagSpec("duration", kind: .duration, "How long the token lives."), FlagSpec("bound-object-kind", "Pod, Secret or Node."),
            FlagSpec("bound-object-name", "Name of the object that the token lives with."), FlagSpec("bound-object-uid", "UID of that object."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let name = try Creation.name(invocation)
        if flags.isSet("duration"), flags.seconds("duration") <= .zero { throw Failure("--duration must be greater than or equal to 1s") }
        let kind = flags.string("bound-object-kind")
        if flags.list("audience").contains("") { throw Failure("--audience must not be an empty string") }
        if kind.isEmpty, !flags.string("bound-object-uid").isEmpty { throw Failure("--bound-object-uid can only be set if --bound-object-kind is provided") }
        if kind.isEmpty, !flags.string("bound-object-name").isEmpty { throw Failure("--bound-object-name can only be set if --bound-object-kind is provided") }
        if !kind.isEmpty, !["Pod", "Secret", "Node"].contains(kind) { throw Failure("supported --bound-object-kind values are Node, Pod, Secret") }
        if !kind.isEmpty, flags.string("bound-object-name").isEmpty { throw Failure("--bound-object-name is required if --bound-object-kind is provided") }
        var spec: Value = [:]
        if !flags.list("audience").isEmpty { spec["audiences"] = Value(flags.list("audience")) }
        if flags.isSet("duration") { spec["expirationSeconds"] = Value(Int(flags.seconds("duration").nanoseconds / 1_000_000_000)) }
        if !kind.isEmpty {
            var reference: Value = ["kind": .string(kind), "apiVersion": "v1", "name": .string(flags.string("bound-object-name"))]
            if !flags.string("bound-object-uid").isEmpty { reference["uid"] = .string(flags.string("bound-object-uid")) }
            spec["boundObjectRef"] = reference
        }
        var request = APIRequest(
            .create, GroupVersionResource(group: "", version: "v1", resource: "serviceaccounts"), namespace: try invocation.namespace().name,
            name: name)
        request.subresource = "token"
        request.body = ["kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": [:], "spec": spec]
        let answer: Value
        do throws(Failure) { answer = try invocation.send(request).body } catch {
            throw error.status == nil ? error : Failure("failed to create token: \(error.plainText)")
        }
        let token = answer["status", "token"]?.stringValue ?? ""
        if token.isEmpty { throw Failure("failed to create token: no token in server response") }
        let format = try OutputFormat(invocation)
        invocation.out(try format.text(of: answer) ?? token + (invocation.environment.isTerminal ? "\n" : ""))
    }
}
