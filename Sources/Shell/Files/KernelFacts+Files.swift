/// The files at `/proc` and `/sys` in which a kernel tells its facts.
///
/// - Source: Linux `proc(5)` and `cgroups(7)`, version 2. Only what commands in containers look at.
extension KernelFacts {
    /// The node at `proc/…` or `sys/…`; nil where the kernel has none.
    func node(at place: [String], now: Int64) -> FileNode? {
        switch place.first {
        case "proc": proc(place.dropFirst(), now)
        case "sys": Self.directory(["fs": .directory(Self.directory(["cgroup": .directory(controlGroup)]))])[path: place.dropFirst()]
        default: nil
        }
    }

    private func proc(_ rest: ArraySlice<String>, _ now: Int64) -> FileNode? {
        guard let first = rest.first else {
            var entries = system(now)
            for process in processes { entries[String(process.id)] = .directory(FileDirectory(attributes: Self.attributes(0o555))) }
            return .directory(Self.directory(entries))
        }
        if let number = Int(first), let process = processes.first(where: { $0.id == number }) { return directory(of: process)[path: rest.dropFirst()] }
        return Self.directory(system(now))[path: rest]
    }

    // MARK: The machine

    private func system(_ now: Int64) -> [String: FileNode] {
        let total = memoryBytes >> 10
        let free = total - total / 4
        let age = max(now / 1_000_000_000 - bootedAt, 0)
        let cores = (0..<processors).map { "processor\t: \($0)\nvendor_id\t: GenuineIntel\nmodel name\t: simulated\ncpu cores\t: \(processors)\n" }
        return [
            "cpuinfo": Self.file(cores.joined(separator: "\n") + "\n"),
            "meminfo": Self.file(
                [("MemTotal", total), ("MemFree", free), ("MemAvailable", free), ("Buffers", 0), ("Cached", total / 8), ("SwapTotal", 0), ("SwapFree", 0)].map { name, number in
                    "\(name):".padded(to: 16) + String(number).aligned(to: 8) + " kB\n"
                }.joined()),
            "loadavg": Self.file("0.00 0.00 0.00 1/\(max(processes.count, 1)) \(own)\n"), "uptime": Self.file("\(age).00 \(age).00\n"),
            "version": Self.file("Linux version \(release) #1 SMP\n"), "self": .symlink(String(own)), "mounts": .symlink("self/mounts"),
            "filesystems": Self.file("nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n\txfs\n"), "sys": .directory(kernelSettings),
        ]
    }

    /// Settings by directories: `net.core.somaxconn` is `net/core/somaxconn`.
    private var kernelSettings: FileDirectory {
        var all = Self.standardSettings
        all["kernel.hostname"] = environment.first { $0.name == "HOSTNAME" }?.value ?? "localhost"
        all["kernel.osrelease"] = release
        for (name, value) in settings { all[name.split(separator: "/").joined(separator: ".")] = value }
        var tree = Self.directory([:])
        for (name, value) in all { Self.put(Self.file(value + "\n"), at: name.split(separator: ".").map(String.init)[...], into: &tree) }
        return tree
    }

    private static func put(_ node: FileNode, at path: ArraySlice<String>, into tree: inout FileDirectory) {
        guard let first = path.first else { return }
        if path.count == 1 { return tree.entries[first] = node }
        var inner = directory([:])
        if case .directory(let existing)? = tree.entries[first] { inner = existing }
        put(node, at: path.dropFirst(), into: &inner)
        tree.entries[first] = .directory(inner)
    }

    private static let standardSettings = [
        "kernel.ostype": "Linux", "kernel.pid_max": "4194304", "kernel.shm_rmid_forced": "0", "kernel.msgmax": "8192", "kernel.shmmax": "18446744073692774399",
        "kernel.sem": "32000\t1024000000\t500\t32000", "vm.overcommit_memory": "1", "vm.max_map_count": "262144", "vm.swappiness": "60",
        "fs.file-max": "9223372036854775807", "fs.inotify.max_user_watches": "524288", "fs.inotify.max_user_instances": "8192", "net.core.somaxconn": "4096",
        "net.ipv4.ip_forward": "1", "net.ipv4.ip_local_port_range": "32768\t60999", "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.tcp_syncookies": "1",
        "net.ipv4.ping_group_range": "0\t2147483647", "net.ipv4.tcp_keepalive_time": "7200", "net.ipv4.tcp_keepalive_intvl": "75",
        "net.ipv4.tcp_keepalive_probes": "9", "net.ipv4.tcp_fin_timeout": "60", "net.ipv4.tcp_rmem": "4096\t131072\t6291456", "net.ipv4.tcp_wmem": "4096\t16384\t4194304",
    ]

    // MARK: A process

    private func directory(of process: ProcessEntry) -> FileDirectory {
        let words = process.title.split(separator: " ").map(String.init)
        let name = (words.first ?? "").split(separator: "/").last.map { String($0.prefix(15)) } ?? ""
        let command = name.hasSuffix(":") ? String(name.dropLast()) : name
        let pairs = process.id == processes.first?.id ? environment : []
        return Self.directory(
            [
                "cmdline": Self.file(words.map { $0 + "\0" }.joined()), "comm": Self.file(command + "\n"), "status": Self.file(status(of: process, command)),
                "environ": Self.file(pairs.map { "\($0.name)=\($0.value)\0" }.joined(), mode: 0o400, user: user), "cgroup": Self.file("0::/\n"),
                "mounts": Self.file("overlay / overlay rw,relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n"),
                "root": roots[process.id].map { .directory($0) } ?? .symlink("/"), "cwd": .symlink("/"), "oom_score_adj": Self.file("0\n"),
                "uid_map": Self.file(userMap), "gid_map": Self.file(userMap), "ns": .directory(Self.directory(namespaces, mode: 0o511, user: user)),
                "limits": Self.file("Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1048576              1048576              files     \n"),
            ], mode: 0o555, user: user)
    }

    private func status(of process: ProcessEntry, _ command: String) -> String {
        // Who is not root starts with none of what may be got.
        let had = user == 0 ? capabilities : CapabilitySet(bits: 0)
        let lines: [(String, String)] = [
            ("Name", command), ("Umask", "0022"), ("State", process.id == own ? "R (running)" : "S (sleeping)"), ("Tgid", "\(process.id)"), ("Ngid", "0"),
            ("Pid", "\(process.id)"), ("PPid", "\(process.parent)"), ("TracerPid", "0"), ("Uid", four(user)), ("Gid", four(group)), ("FDSize", "64"),
            ("Groups", groups.map { "\($0) " }.joined()), ("NStgid", "\(process.id)"), ("NSpid", "\(process.id)"), ("VmSize", "    4340 kB"),
            ("VmRSS", "    \(max(usedMemoryBytes >> 10, 2900)) kB"), ("Threads", "1"), ("CapInh", CapabilitySet(bits: 0).text), ("CapPrm", had.text), ("CapEff", had.text),
            ("CapBnd", capabilities.text), ("CapAmb", CapabilitySet(bits: 0).text), ("NoNewPrivs", forbidsNewPrivileges ? "1" : "0"),
            ("Seccomp", isFiltered ? "2" : "0"), ("Seccomp_filters", isFiltered ? "1" : "0"),
        ]
        return lines.map { "\($0.0):\t\($0.1)\n" }.joined()
    }

    /// Users of the namespace, of the machine, and how many.
    private var userMap: String {
        [0, firstUser ?? 0, firstUser == nil ? 4_294_967_295 : 65_536].map { String($0).aligned(to: 10) }.joined(separator: " ") + "\n"
    }

    /// The namespaces by kind. Only that of users can be the machine's own.
    ///
    /// - Source: `namespaces(7)`; the numbers of the first ones are in `include/linux/proc_ns.h`.
    private var namespaces: [String: FileNode] {
        let own = 4_026_532_200 + (firstUser ?? 0) / 65_536 * 8
        var numbers = ["user": firstUser == nil ? 4_026_531_837 : own]
        for (index, kind) in ["cgroup", "ipc", "mnt", "net", "pid", "time", "uts"].enumerated() { numbers[kind] = kind == "time" ? 4_026_531_834 : own + index + 1 }
        return Dictionary(uniqueKeysWithValues: numbers.map { ($0.key, FileNode.symlink("\($0.key):[\($0.value)]")) })
    }

    private func four(_ number: Int) -> String { Array(repeating: String(number), count: 4).joined(separator: "\t") }

    // MARK: The control group

    private var controlGroup: FileDirectory {
        let cpu = limitMilliCPU.map { "\(max($0 * 100, 1000)) 100000" } ?? "max 100000"
        let texts = [
            "cgroup.controllers": "cpuset cpu io memory hugetlb pids rdma misc", "cpu.max": cpu, "cpuset.cpus.effective": processors > 1 ? "0-\(processors - 1)" : "0",
            "memory.max": limitMemoryBytes.map(String.init) ?? "max", "memory.high": "max", "memory.min": "0", "memory.current": String(usedMemoryBytes),
            "memory.swap.max": "0", "pids.max": "max", "pids.current": String(processes.count), "cgroup.procs": processes.map { String($0.id) }.joined(separator: "\n"),
        ]
        return Self.directory(texts.mapValues { Self.file($0 + "\n") })
    }

    // MARK: Nodes

    private static func attributes(_ mode: Int, user: Int = 0) -> FileAttributes { FileAttributes(mode: mode, user: user, group: user) }

    private static func file(_ text: String, mode: Int = 0o444, user: Int = 0) -> FileNode {
        .file(FileContent(bytes: Array(text.utf8), attributes: attributes(mode, user: user)))
    }

    private static func directory(_ entries: [String: FileNode], mode: Int = 0o555, user: Int = 0) -> FileDirectory {
        FileDirectory(entries: entries, attributes: attributes(mode, user: user))
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    fileprivate func aligned(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
