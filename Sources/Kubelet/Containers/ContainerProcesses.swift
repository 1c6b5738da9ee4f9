import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// The processes of a pod's containers, as commands in them see and signal them.
///
/// - Source: Linux `pid_namespaces(7)`: a container sees its own processes, from number 1 on, or with `shareProcessNamespace` those of the whole pod;
///   `targetContainerName` of an ephemeral container lets it share those of the container that it debugs.
extension Kubelets {
    /// The number of a container's first process.
    static func firstProcess(of ref: ContainerRef, _ record: PodRecord, _ pod: Value) -> Int {
        let place = 7 * ((record.refs.firstIndex(of: ref) ?? 0) + 1)
        // The sandbox's `pause` is the first.
        if sharesProcesses(pod) { return place }
        return owner(of: ref, record, pod) == ref ? 1 : place + 28
    }

    static func sharesProcesses(_ pod: Value) -> Bool { pod["spec"]?["shareProcessNamespace"]?.boolValue == true }

    /// The container whose processes one's own are among: itself, or the one that it debugs.
    private static func owner(of ref: ContainerRef, _ record: PodRecord, _ pod: Value) -> ContainerRef {
        guard ref.kind == .ephemeral, let name = pod.containerSpec(ref)["targetContainerName"]?.stringValue, !name.isEmpty else { return ref }
        return record.refs.first { record[$0]?.name == name } ?? ref
    }

    /// The processes that a container's commands see, by container: of the whole pod where it shares them, else its own and those of who debugs it.
    func processes(of record: PodRecord, seenFrom ref: ContainerRef, _ pod: Value) -> [(ref: ContainerRef?, list: [ProcessEntry])] {
        let isShared = Self.sharesProcesses(pod)
        let own = Self.owner(of: ref, record, pod)
        let seen = isShared ? record.refs : record.ephemeralContainers.isEmpty ? [ref] : record.refs.filter { Self.owner(of: $0, record, pod) == own }
        var result: [(ref: ContainerRef?, list: [ProcessEntry])] = isShared ? [(nil, [ProcessEntry(id: 1, parent: 0, title: "/pause")])] : []
        for other in seen where record[other]?.state.isRunning == true {
            let key = ContainerKey(pod: record.uid, ref: other)
            let first = Self.firstProcess(of: other, record, pod)
            if let process = processes[key] {
                result.append((other, process.machine.processList))
            } else if let running = plans[key] {
                result.append((other, Self.serverProcesses(running.image, pod.containerSpec(other), first: first)))
            }
        }
        return result
    }

    /// The processes of a program that is no shell.
    private static func serverProcesses(_ image: ImageProfile, _ spec: Value, first: Int) -> [ProcessEntry] {
        let command = spec["command"]?.elements.compactMap(\.stringValue) ?? []
        let arguments = spec["args"]?.elements.compactMap(\.stringValue) ?? []
        if image.name == "nginx" {
            return [
                ProcessEntry(id: first, parent: 0, title: "nginx: master process nginx -g daemon off;"),
                ProcessEntry(id: first + 28, parent: first, title: "nginx: worker process"),
            ]
        }
        let line = command.isEmpty ? image.entrypoint + (arguments.isEmpty ? image.command : arguments) : command + arguments
        return [ProcessEntry(id: first, parent: 0, title: line.isEmpty ? image.name : line.joined(separator: " "))]
    }

    /// Brings the signals that a command sent to the containers whose processes they name.
    ///
    /// - Source: Linux `kill(2)`: the first process of a namespace cannot be killed from inside, and gets only signals that it handles.
    ///   Servers are taken to handle those that ask them to end.
    mutating func deliver(_ signals: [SentSignal], from ref: ContainerRef, of record: PodRecord, _ pod: Value, in view: ClusterView) {
        let now = view.now
        for signal in signals {
            guard let target = processes(of: record, seenFrom: ref, pod).first(where: { $0.list.contains { $0.id == signal.process } })?.ref else { continue }
            let key = ContainerKey(pod: record.uid, ref: target)
            if processes[key] != nil {
                processes[key]!.machine.signal(signal.name, process: signal.process)
                wake(key, now: now)
            } else if signal.process == Self.firstProcess(of: target, record, pod), let run = record[target]?.run {
                if signal.name == "HUP" { reload(record, target, pod, in: view) }
                let asksToEnd = ["TERM", "INT", "QUIT"].contains(signal.name)
                guard asksToEnd || (signal.name == "KILL" && signal.process != 1) else { continue }
                let code = if !asksToEnd { 137 } else if case .idle? = plans[key]?.plan { 2 } else { 0 }
                schedule(.ended(record.uid, target, run, code: code), at: now + .milliseconds(50))
            }
        }
    }
}
