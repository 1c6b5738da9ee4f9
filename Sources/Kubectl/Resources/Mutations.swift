import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Writes with the options that commands share: dry run, field manager and validation.
extension Invocation {
    private func prepared(_ request: APIRequest, manager: String?) throws(Failure) -> APIRequest {
        var request = request
        request.options.dryRun = try dryRun == .server
        request.options.fieldManager = manager ?? (flags.isKnown("field-manager") ? flags.string("field-manager") : "")
        if flags.isKnown("validate") { request.options.fieldValidation = try fieldValidation() }
        return request
    }

    /// `Strict`, `Warn` or `Ignore` for `--validate`.
    func fieldValidation() throws(Failure) -> String {
        switch flags.string("validate") {
        case "true", "strict": return "Strict"
        case "warn": return "Warn"
        case "false", "ignore": return "Ignore"
        case let value:
            throw Failure("invalid - validate option \(goQuoted(value)); must be one of: strict (or true), warn, ignore (or false)")
        }
    }

    func create(_ info: ResourceInfo, manager: String? = nil) throws(Failure) -> Value {
        var request = APIRequest(.create, info.entry.resource, namespace: info.entry.isNamespaced ? info.namespace : "")
        request.body = info.object
        // A version belongs to the object that it was read from.
        if info.object["metadata", "resourceVersion"] != nil { request.body?["metadata"]?["resourceVersion"] = nil }
        return try send(try prepared(request, manager: manager)).body
    }

    func update(_ info: ResourceInfo, subresource: String = "", manager: String? = nil) throws(Failure) -> Value {
        if info.name.isEmpty { throw Failure("resource name may not be empty") }
        var request = info.request(.update)
        request.body = info.object
        request.subresource = subresource
        return try send(try prepared(request, manager: manager)).body
    }

    func patch(
        _ info: ResourceInfo, _ type: PatchType, _ patch: Value, subresource: String = "", manager: String? = nil, force: Bool = false
    ) throws(Failure) -> Value {
        if info.name.isEmpty { throw Failure("resource name may not be empty") }
        var request = info.request(.patch)
        request.body = patch
        request.patchType = type
        request.subresource = subresource
        request.options.force = force
        return try send(try prepared(request, manager: manager)).body
    }

    func get(_ info: ResourceInfo) throws(Failure) -> Value {
        if info.name.isEmpty { throw Failure("resource name may not be empty") }
        return try send(info.request(.get)).body
    }

    /// Lets time pass; false when it stands still because the session's time is used up.
    func pass(_ duration: Duration) -> Bool {
        let before = client.now
        client.advance(by: duration)
        return client.now > before
    }

    /// Looks again and again until something is so.
    ///
    /// - Returns: false when the time was out first.
    /// - Bounds: steps of a tenth of a second, growing to a minute; ends with `timeout`, after a week without one, or when time stands still.
    func wait(atMost timeout: Duration?, until isSo: () throws(Failure) -> Bool) throws(Failure) -> Bool {
        let limit = timeout ?? .seconds(7 * 86_400)
        let start = client.now
        var step = Duration.milliseconds(100)
        while true {
            if try isSo() { return true }
            let passed = client.now - start
            if passed >= limit { return false }
            let rest = limit - passed
            if !pass(step < rest ? step : rest) { return false }
            step = passed > .seconds(3600) ? .seconds(60) : passed > .seconds(600) ? .seconds(5) : passed > .seconds(30) ? .seconds(1) : step
        }
    }
}
