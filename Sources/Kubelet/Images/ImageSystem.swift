import Shell

/// What an image is built on: whose shell `sh` is, whose utilities there are, and which.
///
/// - Source: what the official images of these systems have in them when nothing is installed.
package enum ImageSystem: String, Sendable {
    case busybox, alpine, debian, fedora

    package var language: ShellLanguage {
        switch self {
        case .busybox, .alpine: .ash
        case .debian: .dash
        case .fedora: .bash
        }
    }

    /// What `/etc/os-release` says; busybox has none.
    package var release: String? {
        switch self {
        case .busybox: nil
        case .alpine:
            "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.23.0\nPRETTY_NAME=\"Alpine Linux v3.23\"\nHOME_URL=\"https://alpinelinux.org/\"\nBUG_REPORT_URL=\"https://gitlab.alpinelinux.org/alpine/aports/-/issues\"\n"
        case .debian:
            "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\nVERSION=\"13 (trixie)\"\nVERSION_CODENAME=trixie\nID=debian\nHOME_URL=\"https://www.debian.org/\"\nSUPPORT_URL=\"https://www.debian.org/support\"\nBUG_REPORT_URL=\"https://bugs.debian.org/\"\n"
        case .fedora: "NAME=\"Oracle Linux Server\"\nVERSION=\"9.6\"\nID=\"ol\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"9.6\"\nPRETTY_NAME=\"Oracle Linux Server 9.6\"\n"
        }
    }

    package var tools: ToolFlavour { self == .busybox || self == .alpine ? .busybox : .gnu }

    /// The commands that exist in it.
    package var commands: Set<String> { Self.commandSets[self] ?? [] }

    private static let commandSets: [ImageSystem: Set<String>] = {
        // What the shell knows and busybox has no applet for.
        let foreign: Set<String> = [
            "bash", "dash", "curl", "dig", "host", "jq", "openssl", "ss", "getent", "apk", "apt", "apt-get", "yum", "dnf", "microdnf", "pip", "pip3", "npm", "kubectl", "aws",
            "hey", "ab", "wrk", "fortio", "k6", "locust", "vegeta", "redis-cli", "mysql", "mysqladmin", "psql", "pg_isready", "netcat", "gawk", "mawk", "column", "sudo", "vim",
            "nano", "envsubst", "reset", "shuffle", "perl", "python", "python3",
        ]
        let busybox = ShellMachine.allNames.union(["wget", "nslookup", "nc", "ping", "telnet"]).subtracting(foreign)
        let core: Set<String> = [
            "[", "arch", "base64", "basename", "cat", "chgrp", "chmod", "chown", "comm", "cp", "cut", "date", "dd", "df", "dirname", "du", "echo", "env", "expand", "expr", "factor",
            "false", "fold", "groups", "head", "id", "install", "ln", "logname", "ls", "md5sum", "mkdir", "mktemp", "mv", "nice", "nl", "nohup", "nproc", "od", "paste", "printenv",
            "printf", "pwd", "readlink", "realpath", "rm", "rmdir", "seq", "sha1sum", "sha256sum", "sha512sum", "shuf", "sleep", "sort", "split", "stat", "stty", "sync", "tac", "tail",
            "tee", "test", "timeout", "touch", "tr", "true", "truncate", "tty", "uname", "uniq", "unlink", "wc", "whoami", "yes", "grep", "egrep", "fgrep", "sed", "awk", "bash", "sh",
            "getent", "which",
        ]
        let debian = core.union(["dash", "mawk", "perl", "find", "xargs", "tar", "gzip", "gunzip", "zcat", "diff", "cmp", "hostname", "dnsdomainname", "mount", "more", "rev", "clear", "reset", "apt", "apt-get"])
        let fedora = core.union(["gawk", "find", "xargs", "gzip", "gunzip", "zcat", "curl", "yum", "dnf", "microdnf", "less", "mount", "diff", "cmp"])
        return [.busybox: busybox, .alpine: busybox.union(["apk", "getent", "reset"]), .debian: debian, .fedora: fedora]
    }()
}
