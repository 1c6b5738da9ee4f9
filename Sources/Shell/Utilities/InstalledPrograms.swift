/// Programs that stand in the file system because a package manager put them there.
///
/// - Shape: an executable file whose contents begin with `mark`; its name says which of the shell's commands it is.
package enum InstalledPrograms {
    package static let mark: [UInt8] = Array("\u{7F}ELF\u{2}\u{1}\u{1}".utf8)

    /// What packages of Linux distributions have in them, by name; a package that is not here has a command of its own name.
    static let contents: [String: [String]] = [
        "bind-tools": ["dig", "nslookup", "host"], "bind-utils": ["dig", "nslookup", "host"], "dnsutils": ["dig", "nslookup", "host"],
        "bind9-dnsutils": ["dig", "nslookup", "host"], "bind9-host": ["host"], "iputils": ["ping"], "iputils-ping": ["ping"], "iproute2": ["ip", "ss"],
        "iproute": ["ip", "ss"], "net-tools": ["netstat", "ifconfig", "route", "arp"], "netcat": ["nc", "netcat"], "netcat-openbsd": ["nc", "netcat"],
        "netcat-traditional": ["nc", "netcat"], "nmap-ncat": ["nc", "ncat"], "ncat": ["nc", "ncat"], "procps": ["ps", "top", "free", "uptime", "watch", "pgrep", "pkill"],
        "procps-ng": ["ps", "top", "free", "uptime", "watch", "pgrep", "pkill"], "mysql-client": ["mysql", "mysqladmin"], "mariadb-client": ["mysql", "mysqladmin"],
        "default-mysql-client": ["mysql", "mysqladmin"], "mysql": ["mysql", "mysqladmin"], "postgresql-client": ["psql", "pg_isready"], "postgresql": ["psql", "pg_isready"],
        "redis": ["redis-cli"], "redis-tools": ["redis-cli"], "apache2-utils": ["ab"], "httpd-tools": ["ab"], "stress-ng": ["stress-ng"], "vim": ["vi", "vim"],
        "nano": ["nano"], "coreutils": [], "ca-certificates": [], "findutils": ["find", "xargs"], "util-linux": [], "tzdata": [], "traceroute": ["traceroute"],
        "inetutils-telnet": ["telnet"], "gettext": ["envsubst"], "gettext-base": ["envsubst"], "bash": ["bash"],
    ]
}

/// `apk`, `apt-get`, `yum` and their like: what is installed can be run from then on.
///
/// - Source: their everyday output. Differs: nothing is fetched, so a network without a way out does not stop them.
struct PackageTask: UtilityTask {
    let arguments: [String]
    private var until: Int64?

    init(arguments: [String]) { self.arguments = arguments }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        let words = arguments.filter { !$0.hasPrefix("-") }
        let packages = words.dropFirst().map { String($0.prefix { $0 != "=" && $0 != "~" && $0 != ">" && $0 != "<" }) }
        guard let verb = words.first else {
            io.printLine("usage: \(io.name) [OPTIONS] COMMAND")
            return .exit(1)
        }
        if io.files.user != 0, ["add", "install", "update", "upgrade", "del", "remove"].contains(verb) {
            if io.name == "apk" {
                io.errors += Array("ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n".utf8)
                return .exit(99)
            }
            if io.name.hasPrefix("apt") {
                io.errors += Array("E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n".utf8)
                return .exit(100)
            }
            io.errors += Array("Error: This command has to be run with superuser privileges (under the root user on most systems).\n".utf8)
            return .exit(1)
        }
        if until == nil {
            until = io.now &+ Int64(verb == "update" || verb == "upgrade" ? 2 : 1 + packages.count) * 1_000_000_000
            return .sleep(until: until!)
        }
        switch verb {
        case "add", "install":
            for package in packages {
                for command in InstalledPrograms.contents[package] ?? [package] {
                    io.files.install(InstalledPrograms.mark, at: "/usr/bin/" + command, mode: 0o755)
                }
            }
            tell(packages, &io)
        case "del", "remove", "purge":
            for package in packages {
                for command in InstalledPrograms.contents[package] ?? [package] { try? io.files.remove("/usr/bin/" + command) }
            }
            tell([], &io)
        case "update", "upgrade":
            if io.name == "apk" {
                io.print("fetch https://dl-cdn.alpinelinux.org/alpine/v3.23/main/x86_64/APKINDEX.tar.gz\nfetch https://dl-cdn.alpinelinux.org/alpine/v3.23/community/x86_64/APKINDEX.tar.gz\nOK: 27431 distinct packages available\n")
            } else if io.name.hasPrefix("apt") {
                io.print("Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]\nFetched 9,353 kB in 2s (4,677 kB/s)\nReading package lists...\n")
            } else {
                io.print("Metadata cache created.\n")
            }
        default: break
        }
        return .exit(0)
    }

    private func tell(_ packages: [String], _ io: inout UtilityIO) {
        let isQuiet = arguments.contains { $0 == "-q" || $0 == "--quiet" || $0 == "-qq" }
        if isQuiet { return }
        switch io.name {
        case "apk":
            for (index, package) in packages.enumerated() { io.printLine("(\(index + 1)/\(packages.count)) Installing \(package)") }
            io.printLine("OK: \(8 + packages.count * 4) MiB in \(16 + packages.count) packages")
        case "apt", "apt-get":
            io.printLine("Reading package lists...\nBuilding dependency tree...\nReading state information...")
            for package in packages { io.printLine("Setting up \(package) ...") }
        default:
            for package in packages { io.printLine("Installed: \(package)") }
            io.printLine("Complete!")
        }
    }
}
