import APIMachinery
import APIServer
import Glibc
import KubernetesObjects
import SimulationKernel

/// A named cluster that a process of this program serves at this moment.
///
/// - Shape: `server.json` in the cluster's folder, there for as long as the process runs: its number and its address.
struct ServedCluster {
    let folder: ClusterFolder
    let process: Int32
    let server: String

    static func file(_ folder: ClusterFolder) -> String { folder.path + "/server.json" }

    /// The serving process of a cluster; nil when there is none.
    init?(_ folder: ClusterFolder) {
        guard let bytes = Host.readFile(Self.file(folder)), let value = try? Value(parsingJSON: bytes), let number = value["pid"]?.intValue,
            let process = Int32(exactly: number), let server = value["server"]?.stringValue, ClusterLock.lastingHolder(folder.lockPath) == process
        else { return nil }
        self.folder = folder
        self.process = process
        self.server = server
    }

    /// Says where this process serves the cluster.
    static func announce(_ folder: ClusterFolder, server: String) throws(CommandError) {
        let value: Value = ["pid": Value(Int(getpid())), "server": .string(server)]
        try Host.writeFile(file(folder), Array((value.json() + "\n").utf8))
    }

    /// Takes this process's word back; another one's in a folder that was made anew stays.
    static func withdraw(_ folder: ClusterFolder) {
        guard let bytes = Host.readFile(file(folder)), let value = try? Value(parsingJSON: bytes), value["pid"]?.intValue == Int(getpid()) else { return }
        unlink(file(folder))
    }

    /// What takes as long as there is to do; everything else a process that is well does at once.
    private static let lasting: Set = ["step", "reset", "check", "eksctl", "snapshot"]
    private static let patience: Duration = .seconds(20)

    /// A client with the administrator's certificate.
    func client() throws(CommandError) -> HTTPSClient {
        let keys = try ClusterKeys(folder.path)
        do {
            return try HTTPSClient(
                server: server, authority: keys.identity.authorityText, credentials: .certificate(keys.certificate, key: keys.key))
        } catch {
            throw CommandError(.usage, "Cluster \(folder.name) cannot be reached at \(server): \(error)")
        }
    }

    /// A client for commands, with the cluster's own time.
    func kubectlClient() throws(CommandError) -> any APIClient {
        let client = try client()
        let status = try ask("status")
        var factor = 1.0
        if status["isPaused"]?.boolValue == true {
            factor = 0
        } else if let pace = status["speed"]?.stringValue.flatMap({ ClusterPace($0) }), case .factor(let speed) = pace.speed {
            factor = speed
        }
        client.clock = RemoteClock(now: Instant(nanoseconds: Int64(status["now"]?.intValue ?? 0)), factor: factor)
        return client
    }

    /// Asks the serving process to do something about the cluster as a whole.
    @discardableResult
    func ask(_ action: String, _ body: Value = [:]) throws(CommandError) -> Value {
        let client = try client()
        if !Self.lasting.contains(action) { client.patience = Self.patience }
        do throws(APIStatus) {
            return try client.post(LiveControl.prefix + action, body)
        } catch {
            if error.code == 0 { throw CommandError(.usage, "Cluster \(folder.name) does not answer at \(server): \(error.message)") }
            throw CommandError(.usage, "Cluster \(folder.name): \(error.message)")
        }
    }

    /// Ends the process, by force when it does not hear: what it has acknowledged is on the disk.
    ///
    /// - Returns: whether it has ended.
    func end() -> Bool {
        do { try ask("shutdown") } catch { kill(process, SIGTERM) }
        if waitForEnd() { return true }
        kill(process, SIGKILL)
        return waitForEnd()
    }

    /// Waits until the process has ended.
    private func waitForEnd(seconds: Int = 15) -> Bool {
        for _ in 0..<seconds * 50 {
            if kill(process, 0) != 0, errno == ESRCH { return true }
            if ServedCluster(folder)?.process != process { return true }
            usleep(20_000)
        }
        return false
    }
}
