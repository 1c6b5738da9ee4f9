/// What a kernel tells of itself, of a container and of its processes.
///
/// - Units: millicores, bytes.
package struct KernelFacts: Sendable {
    package var release = "6.12.0"
    /// The machine, which a container sees whole.
    package var processors = 2
    package var memoryBytes = 3932160 << 10
    /// How long the machine has been up, in seconds since 1970.
    package var bootedAt: Int64 = 0
    /// What the container may use; nil for no limit.
    package var limitMilliCPU: Int?
    package var limitMemoryBytes: Int?
    package var usedMemoryBytes = 0
    /// The capabilities that the container's programs can get at all.
    package var capabilities = CapabilitySet.standard
    package var forbidsNewPrivileges = false
    /// Whether a seccomp profile holds.
    package var isFiltered = false
    package var user = 0
    package var group = 0
    /// Where the users of a user namespace of its own begin on the machine; nil for the machine's own users.
    package var firstUser: Int?
    package var groups: [Int] = []
    /// Settings of the kernel that differ in this pod, by dotted name.
    package var settings: [(name: String, value: String)] = []
    /// The environment of the first process.
    package var environment: [(name: String, value: String)] = []
    /// The files of other containers whose processes are seen, by process; all others see the own ones.
    package var roots: [Int: FileDirectory] = [:]
    package var processes: [ProcessEntry] = []
    /// The process that looks.
    package var own = 1

    package init() {}
}

/// Linux capabilities as a kernel writes them: a bit each.
package struct CapabilitySet: Hashable, Sendable {
    package var bits: UInt64

    package init(bits: UInt64) { self.bits = bits }

    /// What container runtimes give a container that asks for nothing.
    package static let standard = CapabilitySet(bits: 0xa804_25fb)
    package static let all = CapabilitySet(bits: (1 << UInt64(names.count)) - 1)

    /// In the order of their numbers.
    private static let names = """
        CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW
        IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD
        LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    /// The set with some added and some taken away, by names with or without `CAP_`; `ALL` stands for all.
    package func changed(adding added: [String], dropping dropped: [String]) -> CapabilitySet {
        func set(_ list: [String]) -> UInt64 {
            list.reduce(0) { bits, name in
                let bare = name.uppercased().hasPrefix("CAP_") ? String(name.dropFirst(4)).uppercased() : name.uppercased()
                if bare == "ALL" { return Self.all.bits }
                return bits | (Self.names.firstIndex(of: bare).map { 1 << UInt64($0) } ?? 0)
            }
        }
        // What is named comes after what `ALL` says.
        var bits = bits
        if dropped.contains(where: { $0.uppercased() == "ALL" }) { bits = 0 }
        if added.contains(where: { $0.uppercased() == "ALL" }) { bits = Self.all.bits }
        bits |= set(added.filter { $0.uppercased() != "ALL" })
        bits &= ~set(dropped.filter { $0.uppercased() != "ALL" })
        return CapabilitySet(bits: bits)
    }

    /// `00000000a80425fb`
    package var text: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: max(0, 16 - digits.count)) + digits
    }
}
