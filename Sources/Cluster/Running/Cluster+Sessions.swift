import APIMachinery
import Kubelet
import KubernetesObjects
import SimulationKernel

/// Streams into running containers: what `exec`, `attach`, `log` with `follow`, and `portforward` open.
///
/// Whoever carries a stream calls these between the cluster's turns; a command's output comes as its time passes.
extension Cluster {
    /// Lets the server decide about a request for what runs behind it, and gives the request with the object it is for.
    ///
    /// - Throws: the server's refusal.
    mutating func runtimeRequest(_ request: APIRequest) throws(APIStatus) -> (request: APIRequest, object: Value) {
        let relay = RuntimeRelay()
        api.runtime = relay
        do throws(APIStatus) { _ = try api.handle(request) } catch {
            if error.code == RuntimeRelay.code, let asked = relay.asked { return asked }
            throw error
        }
        throw .badRequest("\(request.subresource) is no stream")
    }

    /// Opens what a request for `exec` or `attach` asks for.
    ///
    /// - Throws: the server's refusal, or what the kubelet says; that has no reason.
    package mutating func openSession(_ request: APIRequest) throws(APIStatus) -> (id: SessionID, request: SessionRequest) {
        let (asked, pod) = try runtimeRequest(request)
        let command = asked.options.parameters.filter { $0.name == "command" }.map(\.value)
        func flag(_ name: String) -> Bool { asked.options.parameter(name).map { $0.lowercased() != "false" && $0 != "0" } ?? false }
        if asked.subresource == "exec", command.isEmpty { throw .badRequest("you must specify at least 1 of stdin, stdout, stderr, and a command") }
        guard flag("stdin") || flag("stdout") || flag("stderr") else { throw .badRequest("you must specify at least 1 of stdin, stdout, stderr") }
        let container = containerName(asked, pod)
        let spec = ((pod["spec"]?["containers"]?.elements ?? []) + (pod["spec"]?["ephemeralContainers"]?.elements ?? [])).first { $0["name"]?.stringValue == container }
        let session = SessionRequest(
            pod: NamespacedName(namespace: asked.namespace, name: asked.name), container: container,
            command: asked.subresource == "exec" ? command : [], hasInput: flag("stdin"),
            isTerminal: asked.subresource == "exec" ? flag("tty") : spec?["tty"]?.boolValue ?? false)
        let view = ClusterView(store: store, now: now)
        let id = try withKubelets { kubelets throws(APIStatus) in try kubelets.open(session, in: view) }
        advance(by: .zero)
        return (id, session)
    }

    func containerName(_ request: APIRequest, _ pod: Value) -> String {
        if let name = request.options.parameter("container"), !name.isEmpty { return name }
        return pod.annotation("kubectl.kubernetes.io/default-container") ?? pod["spec"]?["containers"]?[0]?["name"]?.stringValue ?? ""
    }

    /// Adds to a session's standard input and lets it act on it.
    package mutating func feed(_ bytes: [UInt8], to session: SessionID) {
        let now = now
        kubelets { $0.feed(bytes, to: session, now: now) }
        advance(by: .zero)
    }

    /// Ends a session's standard input.
    package mutating func endInput(of session: SessionID) {
        let now = now
        kubelets { $0.endInput(of: session, now: now) }
        advance(by: .zero)
    }

    /// Changes the size of a session's terminal, in cells.
    package mutating func resize(_ session: SessionID, rows: Int, columns: Int) {
        kubelets { $0.resize(session, rows: rows, columns: columns) }
    }

    /// Takes what a session has printed; nil when it is gone.
    package mutating func takeOutput(of session: SessionID) -> SessionOutput? {
        let now = now
        let taken = kubelets { $0.takeOutput(of: session, now: now) } ?? nil
        if taken?.chunks.isEmpty == false { advance(by: .zero) }
        return taken
    }

    /// Whether there is something to be taken from a session; nil when it is gone.
    package func hasOutput(_ session: SessionID) -> Bool? {
        guard let kubelets = components.components[places.kubelets] as? Kubelets else { return nil }
        return kubelets.hasOutput(session)
    }

    /// Closes a session, and what runs in it with it.
    package mutating func close(_ session: SessionID) {
        let now = now
        kubelets { $0.close(session, now: now) }
        advance(by: .zero)
    }

    /// Closes all sessions of a cluster that takes another's place; those that were opened in the other are not mistaken for new ones.
    package mutating func endSessions(of other: Cluster) {
        let next = (other.components.components[other.places.kubelets] as? Kubelets)?.nextSession ?? 1
        kubelets { $0.closeAllSessions(next: next) }
    }

    // MARK: Logs

    /// The log that a request asks for, and a place to go on from when it follows.
    ///
    /// - Throws: the server's refusal, or the kubelet's.
    package mutating func followLog(_ request: APIRequest) throws(APIStatus) -> (text: String, follower: LogFollower?) {
        let (asked, pod) = try runtimeRequest(request)
        let name = NamespacedName(namespace: asked.namespace, name: asked.name)
        let options = try LogOptions(asked, now: now)
        let container = containerName(asked, pod)
        let result = try withKubelets { kubelets throws(APIStatus) in try kubelets.follow(pod: name, container: container, options: options) }
        return LogOptions.isOn(asked, "follow") ? result : (result.text, nil)
    }

    /// What a followed log has got since the last call, and whether no more will come.
    package func next(_ follower: inout LogFollower) -> (text: String, hasEnded: Bool) {
        guard let kubelets = components.components[places.kubelets] as? Kubelets else { return ("", true) }
        return kubelets.next(&follower)
    }

    // MARK: Kubelets

    @discardableResult
    mutating func kubelets<Result>(_ body: (inout Kubelets) -> Result) -> Result? { components.with(Kubelets.self, at: places.kubelets, body) }

    mutating func withKubelets<Success>(_ body: (inout Kubelets) throws(APIStatus) -> Success) throws(APIStatus) -> Success {
        let outcome: Result<Success, APIStatus>? = kubelets { kubelets in
            do throws(APIStatus) { return .success(try body(&kubelets)) } catch { return .failure(error) }
        }
        guard let outcome else { throw .internalError("no kubelet runs") }
        return try outcome.get()
    }
}
