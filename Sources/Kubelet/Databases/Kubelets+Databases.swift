import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// Containers of databases answer their clients; what they keep is a file, so that it lives as long as the volume under it.
extension Kubelets {
    static let databaseType = "application/x-database"
    /// Asks Redis for an answer in JSON rather than as `redis-cli` would print it.
    package static let typedHeader = "X-Typed"
    /// The database that a client has chosen.
    package static let databaseHeader = "X-Database"
    /// In place of a password: that it is known, shown with a salt, both in base64.
    package static let scrambleHeader = "X-Scramble", saltHeader = "X-Salt"

    /// What a port of a pod speaks: empty for HTTP; nil when nothing listens there.
    package func wireProtocol(ofPort port: Int, pod name: NamespacedName, in view: ClusterView) -> String? {
        guard let uid = uids[name], let record = pods[uid], let pod = view.get(.pods, namespace: name.namespace, name: name.name) else { return nil }
        return listener(record, port: port, pod: pod, now: view.now)?.running.image.wireProtocol
    }

    /// Answers a client's commands: `REDIS` with one command a line, words in base64; `SQL` with statements.
    mutating func askDatabase(
        _ request: ContainerRequest, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, _ running: RunningContainer, in view: ClusterView
    ) -> ContainerAnswer {
        let key = ContainerKey(pod: record.uid, ref: ref)
        func answered(_ status: Int, _ body: String) -> ContainerAnswer {
            .response(status: status, headers: [("Content-Type", Self.databaseType)], body: .text(body), latency: .milliseconds(1))
        }
        let image = running.image
        guard !image.wireProtocol.isEmpty, (request.method == "REDIS") == (image.wireProtocol == "redis") else {
            return .response(status: 400, headers: [("Content-Type", "text/plain")], body: "", latency: .milliseconds(1))
        }
        let known = Dictionary(environment(record, ref, pod.containerSpec(ref), pod, image, in: view).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        if let refusal = Self.refusal(request, image.wireProtocol, known) { return answered(401, refusal) }
        var files = fileSystem(record, ref, pod, image, in: view)
        lendDisk(to: &files, node: record.node)
        defer { takeDisk(from: &files, node: record.node) }
        let (body, changes) = request.method == "REDIS"
            ? askRedis(request, key, running, files)
            : askSQL(request, image.wireProtocol == "postgres" ? .postgres : .mysql, image.dataDirectory, known, files, record, now: view.now)
        if !changes.isEmpty {
            do throws(FileError) {
                for change in changes {
                    try files.makeDirectory(change.folder, intermediates: true)
                    if let bytes = change.bytes { try files.write(bytes, to: change.path) } else { try files.remove(change.folder, recursively: true) }
                }
            } catch { return answered(500, "ERROR: \(error)") }
            keepFiles(files, key)
        }
        return answered(200, body)
    }

    /// A file of a database that a command has changed.
    private struct DatabaseFile {
        var folder: String
        var name: String
        /// What it holds now; nil when its folder is to go.
        var bytes: [UInt8]?

        var path: String { folder + "/" + name }
    }

    private mutating func askRedis(
        _ request: ContainerRequest, _ key: ContainerKey, _ running: RunningContainer, _ files: VirtualFileSystem
    ) -> (body: String, changes: [DatabaseFile]) {
        var dump = DatabaseFile(folder: running.image.dataDirectory, name: "dump.rdb")
        let before = (try? files.read(dump.path)) ?? []
        var data = RedisData(before)
        data.configuration = running.redis ?? RedisConfiguration()
        let password = request.headers.first { $0.name == "X-Password" }?.value
        var replies: [RedisData.Reply] = []
        for line in request.body.text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map { Base64.decode(String($0)).map { String(decoding: $0, as: UTF8.self) } ?? "" }
            let isAdmitted = data.isAdmitted(password ?? "") || ["AUTH", "HELLO", "QUIT"].contains(words[0].uppercased())
            replies.append(isAdmitted ? data.reply(words) : .failed("NOAUTH Authentication required."))
        }
        if data.configuration != running.redis ?? RedisConfiguration() {
            plans[key]?.redis = data.configuration
            noteLastingChange()
        }
        dump.bytes = data.bytes
        let isTyped = request.headers.contains { $0.name == Self.typedHeader }
        return (isTyped ? replies.first?.value.json() ?? "" : replies.map(\.printed).joined(separator: "\n"), data.bytes == before ? [] : [dump])
    }

    private mutating func askSQL(
        _ request: ContainerRequest, _ dialect: SQLDialect, _ directory: String, _ known: [String: String], _ files: VirtualFileSystem, _ record: PodRecord, now: Instant
    ) -> (body: String, changes: [DatabaseFile]) {
        let before = Self.tables(in: files, directory, dialect, known)
        let session = Self.session(request, dialect, known, record, now: now)
        // What a database does is of the steps that all containers share; ten of SQLite's are one of the shell's.
        let steps = 10 * max(commonAllowance.steps(upTo: SQLServer.stepsMax / 10, at: now), 2_000)
        var server = SQLServer(dialect, tables: before, session: session, steps: steps)
        if before.values.allSatisfy(\.isEmpty) { server.initialize(with: Self.scripts(in: files), database: Self.firstDatabase(dialect, known)) }
        let answers = server.run(request.body.text)
        commonAllowance.spend((steps - server.stepsLeft) / 10)
        let changes = Set(before.keys).union(server.tables.keys).sorted().filter { before[$0] != server.tables[$0] }.map {
            DatabaseFile(folder: "\(directory)/\($0)", name: Self.tablesFile, bytes: server.tables[$0])
        }
        return (Value.array(answers.map(\.value)).json(), changes)
    }

    /// Keeps a container's own files after a change; its volumes are elsewhere.
    private mutating func keepFiles(_ files: VirtualFileSystem, _ key: ContainerKey) {
        var own = files
        own.volumes = VolumeStore()
        touched.insert(key)
        if processes[key] != nil { processes[key]!.machine.files = own } else { keep(own, key) }
    }

    /// Under the data directory each database has a folder with this file.
    private static let tablesFile = "tables.sqlite"

    /// The databases of a server: those that its files hold, and those that it begins with.
    private static func tables(in files: VirtualFileSystem, _ directory: String, _ dialect: SQLDialect, _ known: [String: String]) -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        for name in dialect.systemDatabases + [firstDatabase(dialect, known)].compactMap({ $0 }) { result[name] = [] }
        for name in (try? files.names(in: directory)) ?? [] {
            if let bytes = try? files.read("\(directory)/\(name)/\(tablesFile)") { result[name] = bytes }
        }
        return result
    }

    /// The database that a server makes when it starts for the first time.
    private static func firstDatabase(_ dialect: SQLDialect, _ known: [String: String]) -> String? {
        dialect == .postgres ? known["POSTGRES_DB"] ?? known["POSTGRES_USER"] ?? "postgres" : known["MYSQL_DATABASE"] ?? known["MARIADB_DATABASE"]
    }

    /// What a server runs when its data directory is empty, in the order of the files' names.
    ///
    /// - Source: "Initializing a fresh instance" of the images' pages on Docker Hub. Differs: scripts of shells are left out.
    private static func scripts(in files: VirtualFileSystem) -> [String] {
        let folder = "/docker-entrypoint-initdb.d"
        let names = ((try? files.names(in: folder)) ?? []).filter { $0.hasSuffix(".sql") }.sorted()
        return names.compactMap { try? files.read(folder + "/" + $0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func session(_ request: ContainerRequest, _ dialect: SQLDialect, _ known: [String: String], _ record: PodRecord, now: Instant) -> SQLServer.Session {
        func header(_ name: String) -> String? { request.headers.first { $0.name == name }?.value }
        let user = header("X-User") ?? ""
        let chosen = header(databaseHeader) ?? (dialect == .postgres ? known["POSTGRES_DB"] ?? user : nil)
        let time = now.rfc3339.prefix(19).split(separator: "T").joined(separator: " ")
        var stream = RandomStream(seed: UInt64(bitPattern: now.nanoseconds), name: record.uid)
        return SQLServer.Session(user: user, database: chosen, now: time, seed: stream.next())
    }

    /// What a client of MySQL shows that knows a password.
    ///
    /// - Source: MySQL's `mysql_native_password`.
    package static func nativeScramble(of password: String, salt: [UInt8]) -> [UInt8] {
        if password.isEmpty { return [] }
        let first = Digests.sha1(Array(password.utf8))
        return zip(first, Digests.sha1(salt + Digests.sha1(first))).map { $0 ^ $1 }
    }

    /// What a database says to a client without the right name and password; nil when they are right.
    private static func refusal(_ request: ContainerRequest, _ wireProtocol: String, _ known: [String: String]) -> String? {
        func header(_ name: String) -> String { request.headers.first { $0.name == name }?.value ?? "" }
        let (user, password) = (header("X-User"), header("X-Password"))
        let isLocal = request.client == "127.0.0.1"
        switch wireProtocol {
        case "mysql":
            if known["MYSQL_ALLOW_EMPTY_PASSWORD"] != nil, password.isEmpty, header(scrambleHeader).isEmpty, user == "root" { return nil }
            let right = user == "root" ? known["MYSQL_ROOT_PASSWORD"] ?? known["MARIADB_ROOT_PASSWORD"] : user == known["MYSQL_USER"] ? known["MYSQL_PASSWORD"] : nil
            let scramble = header(scrambleHeader)
            if let right, right == password || !scramble.isEmpty && scramble == Base64.encode(nativeScramble(of: right, salt: Base64.decode(header(saltHeader)) ?? [])) {
                return nil
            }
            return "ERROR 1045 (28000): Access denied for user '\(user)'@'\(isLocal ? "localhost" : request.client)' (using password: \(password.isEmpty && scramble.isEmpty ? "NO" : "YES"))\n"
        case "postgres":
            let owner = known["POSTGRES_USER"] ?? "postgres"
            if user != owner { return "psql: error: connection to server failed: FATAL:  role \"\(user)\" does not exist\n" }
            // Inside its own container a client is trusted.
            if isLocal || known["POSTGRES_HOST_AUTH_METHOD"] == "trust" { return nil }
            if let right = known["POSTGRES_PASSWORD"], right == password { return nil }
            return password.isEmpty ? "psql: error: connection to server failed: fe_sendauth: no password supplied\n" : "psql: error: connection to server failed: FATAL:  password authentication failed for user \"\(user)\"\n"
        default: return nil
        }
    }
}
