import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// What a container printed, line by line with the time, and what its run before printed.
///
/// - Bounds: 10,000 lines and 1 MiB a run; older lines are dropped, as a kubelet rotates logs.
package struct ContainerLog: Sendable {
    package struct Line: Sendable {
        package var time: Instant
        package var stream: Int
        package var text: String
    }

    static let linesMax = 10_000
    static let bytesMax = 1 << 20

    package internal(set) var lines: [Line] = []
    package internal(set) var previous: [Line] = []
    /// Lines of this run and of the one before, with those that were dropped.
    var linesEver = 0
    var previousEver = 0
    var bytes = 0
    /// A line of each stream that has no end yet.
    var open: [Int: [UInt8]] = [:]
    /// Whether the last line was cut short by the end of its process.
    var endsOpen = false

    package init() {}

    mutating func append(_ text: [UInt8], stream: Int, now: Instant) {
        var rest = text[...]
        while let end = rest.firstIndex(of: 10) {
            add(String(decoding: (open.removeValue(forKey: stream) ?? []) + rest[..<end], as: UTF8.self), stream: stream, now: now)
            rest = rest[(end + 1)...]
        }
        if !rest.isEmpty {
            open[stream, default: []] += rest
            if open[stream]!.count > 16_384 { add(String(decoding: open.removeValue(forKey: stream) ?? [], as: UTF8.self), stream: stream, now: now) }
        }
    }

    mutating func add(_ text: String, stream: Int = 1, times: Int = 1, now: Instant) {
        let line = Line(time: now, stream: stream, text: text)
        for _ in 0..<times {
            lines.append(line)
            linesEver += 1
            bytes += text.utf8.count
            if lines.count > Self.linesMax || bytes > Self.bytesMax { dropOldest() }
        }
    }

    private mutating func dropOldest() {
        let dropped = max(lines.count / 4, 1)
        for line in lines[..<dropped] { bytes -= line.text.utf8.count }
        lines.removeFirst(dropped)
    }

    /// Ends what has no line end, when the process has ended.
    mutating func close(now: Instant) {
        endsOpen = !open.isEmpty
        for (stream, text) in open.sorted(by: { $0.key < $1.key }) { add(String(decoding: text, as: UTF8.self), stream: stream, now: now) }
        open = [:]
    }

    /// The log of the next run.
    func next() -> ContainerLog {
        var log = ContainerLog()
        log.previous = lines
        log.previousEver = linesEver
        return log
    }
}

/// What `kubectl logs` may ask for.
package struct LogOptions: Sendable {
    package var previous = false
    package var timestamps = false
    package var tailLines: Int?
    package var sinceTime: Instant?
    package var limitBytes: Int?

    package init() {}
}

extension Kubelets {
    /// Prints texts of an image, their placeholders filled in.
    mutating func log(_ texts: [String], _ key: ContainerKey, in view: ClusterView) {
        guard let record = pods[key.pod] else { return }
        let image = record[key.ref]?.image ?? ""
        for text in texts {
            let filled = Template.fill(text, request: nil, hostName: record.key.name, address: record.address, flags: [:], image: image, now: view.now) { [] }
            for line in filled.split(separator: "\n", omittingEmptySubsequences: false) { write(String(line), key, now: view.now) }
        }
    }

    /// Adds a line to what a container printed, as it stands, so many times.
    mutating func write(_ line: String, _ key: ContainerKey, times: Int = 1, now: Instant) {
        logs[key, default: ContainerLog()].add(line, times: times, now: now)
        if sessions.isEmpty { return }
        for _ in 0..<times { show(ShellMachine.OutputChunk(stream: 1, bytes: Array("\(line)\n".utf8)), of: key) }
    }

    /// The log of a container.
    ///
    /// - Throws: what a kubelet answers when there is none.
    package func logs(pod name: NamespacedName, container: String, options: LogOptions) throws(APIStatus) -> String {
        guard let uid = uids[name], let record = pods[uid], let ref = record.ref(named: container), let state = record[ref]?.state else {
            throw .badRequest("container \"\(container)\" in pod \"\(name.name)\" is waiting to start: ContainerCreating")
        }
        let key = ContainerKey(pod: uid, ref: ref)
        let hasBegun = !(record[ref]?.containerID.isEmpty ?? true)
        if case .waiting(let reason, let message) = state, !hasBegun {
            let cause = reason == "ContainerCreating" || reason == "PodInitializing" ? reason : message.isEmpty ? reason : reason == "ErrImagePull" || reason == "ImagePullBackOff" ? "trying and failing to pull image" : message
            throw .badRequest("container \"\(container)\" in pod \"\(name.name)\" is waiting to start: \(cause)")
        }
        if options.previous, record[ref]?.lastState?.isTerminated != true {
            throw .badRequest("previous terminated container \"\(container)\" in pod \"\(name.name)\" not found")
        }
        // While a container waits for its next start, the one that ended last is both the present and the previous one.
        let asksForEarlier = if case .waiting = state { false } else { options.previous }
        var lines = asksForEarlier ? logs[key]?.previous ?? [] : logs[key]?.lines ?? []
        if !options.previous, case .running(let startedAt) = state, let running = plans[key], case .server(_, _, _, let begin) = running.plan {
            // What a server prints at its start is not kept: it is always the same.
            let first = begin.flatMap { text in
                Template.fill(text, request: nil, hostName: name.name, address: record.address, flags: [:], image: record[ref]?.image ?? "", now: startedAt) { [] }
                    .split(separator: "\n", omittingEmptySubsequences: false).map { ContainerLog.Line(time: startedAt, stream: 1, text: String($0)) }
            }
            lines = first + lines
        }
        if let since = options.sinceTime { lines.removeAll { $0.time < since } }
        if let tail = options.tailLines, tail >= 0 { lines = Array(lines.suffix(tail)) }
        var text = lines.map { (options.timestamps ? Self.stamp($0.time) + " " : "") + $0.text + "\n" }.joined()
        if let limit = options.limitBytes, text.utf8.count > limit { text = String(decoding: Array(text.utf8).prefix(max(limit, 0)), as: UTF8.self) }
        return text
    }

    /// RFC 3339 with nanoseconds.
    static func stamp(_ time: Instant) -> String {
        let digits = String(time.civil.nanosecond)
        return String(time.rfc3339.dropLast()) + "." + String(repeating: "0", count: 9 - digits.utf8.count) + digits + "Z"
    }

    /// What a container left to be said of its end: what is in its file, or the end of its log where the policy says so.
    ///
    /// - Bounds: 4,096 bytes of the file, 80 lines and 2,048 bytes of a log.
    /// - Source: kubelet `kuberuntime_container.go`, `getTerminationMessage`.
    func terminationMessage(_ key: ContainerKey, _ spec: Value, code: Int) -> String {
        let path = spec["terminationMessagePath"]?.stringValue ?? "/dev/termination-log"
        if var files = processes[key]?.machine.files ?? keptFiles[key] {
            files.volumes = volumes
            if let bytes = try? files.read(path), !bytes.isEmpty { return String(decoding: bytes.prefix(4096), as: UTF8.self) }
        }
        guard spec["terminationMessagePolicy"]?.stringValue == "FallbackToLogsOnError", code != 0, let log = logs[key], !log.lines.isEmpty else { return "" }
        let text = log.lines.suffix(80).map(\.text).joined(separator: "\n") + (log.endsOpen ? "" : "\n")
        return String(decoding: Array(text.utf8).suffix(2048), as: UTF8.self)
    }
}
