/// Utilities that show the state of a container's network and processes: ip, ifconfig, ss, netstat, route, top, pidof.
enum NetworkStateUtilities {
    /// The pod's address: what its own name stands for in `/etc/hosts`.
    private static func address(_ io: UtilityIO) -> String {
        let hosts = String(decoding: (try? io.files.read("/etc/hosts")) ?? [], as: UTF8.self)
        for line in hosts.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            if words.dropFirst().contains(where: { $0 == io.hostName }) { return String(words[0]) }
        }
        return "127.0.0.1"
    }

    /// A link's hardware address, made of the pod's address as the runtime's bridge does.
    private static func hardware(_ address: String) -> String {
        let bytes = address.split(separator: ".").compactMap { UInt8($0) }
        return "0a:58:" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }

    private static let gateway = "169.254.1.1"

    @Sendable static func ip(_ io: inout UtilityIO) -> Int {
        let words = io.arguments.filter { !$0.hasPrefix("-") }
        let isBrief = io.arguments.contains { $0.hasPrefix("-br") }
        let address = address(io)
        switch words.first?.first {
        case "a":
            if isBrief {
                io.print("lo               UNKNOWN        127.0.0.1/8 ::1/128 \neth0@if12        UP             \(address)/32 \n")
                return 0
            }
            io.print(
                "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n"
                    + "3: eth0@if12: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc noqueue state UP group default \n    link/ether \(hardware(address)) brd ff:ff:ff:ff:ff:ff\n    inet \(address)/32 scope global eth0\n       valid_lft forever preferred_lft forever\n")
        case "l":
            io.print(
                "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
                    + "3: eth0@if12: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc noqueue state UP mode DEFAULT group default \n    link/ether \(hardware(address)) brd ff:ff:ff:ff:ff:ff\n")
        case "r":
            if words.dropFirst().first == "get", words.count > 2 {
                io.printLine("\(words[2]) via \(gateway) dev eth0 src \(address) uid \(io.files.user) ")
                return 0
            }
            io.print("default via \(gateway) dev eth0 \n\(gateway) dev eth0 scope link \n")
        case "n": io.printLine("\(gateway) dev eth0 lladdr \(hardware(address)) PERMANENT ")
        default:
            io.errors += Array("Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       OBJECT := { address | link | neigh | route }\n".utf8)
            return 255
        }
        return 0
    }

    @Sendable static func ifconfig(_ io: inout UtilityIO) -> Int {
        let address = address(io)
        io.print(
            "eth0      Link encap:Ethernet  HWaddr \(hardware(address).uppercased())  \n          inet addr:\(address)  Bcast:0.0.0.0  Mask:255.255.255.255\n          UP BROADCAST RUNNING MULTICAST  MTU:9001  Metric:1\n\n"
                + "lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n")
        return 0
    }

    @Sendable static func route(_ io: inout UtilityIO) -> Int {
        io.print(
            "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\ndefault         \(gateway)     0.0.0.0         UG    0      0        0 eth0\n\(gateway)     *               255.255.255.255 UH    0      0        0 eth0\n")
        return 0
    }

    private static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

    @Sendable static func netstat(_ io: inout UtilityIO) -> Int {
        let flags = Set(io.arguments.flatMap { $0.dropFirst() })
        if flags.contains("r") { return route(&io) }
        io.printLine("Active Internet connections (\(flags.contains("l") ? "only servers" : flags.contains("a") ? "servers and established" : "w/o servers"))")
        io.printLine("Proto Recv-Q Send-Q Local Address           Foreign Address         State       " + (flags.contains("p") ? "PID/Program name    " : ""))
        guard flags.contains("l") || flags.contains("a") else { return 0 }
        for socket in io.sockets {
            io.printLine(
                "tcp        0      0 \(padded("0.0.0.0:\(socket.port)", 23)) \(padded("0.0.0.0:*", 23)) LISTEN      " + (flags.contains("p") ? padded("1/\(socket.program)", 20) : ""))
        }
        return 0
    }

    @Sendable static func ss(_ io: inout UtilityIO) -> Int {
        let flags = Set(io.arguments.flatMap { $0.dropFirst() })
        let withState = !(flags.contains("t") != flags.contains("u"))
        io.printLine((withState ? "Netid " : "") + "State  Recv-Q Send-Q Local Address:Port  Peer Address:Port " + (flags.contains("p") ? "Process" : ""))
        guard flags.contains("l") || flags.contains("a"), !flags.contains("u") || flags.contains("t") else { return 0 }
        for socket in io.sockets {
            let process = flags.contains("p") ? "users:((\"\(socket.program)\",pid=1,fd=6))" : ""
            io.printLine((withState ? "tcp   " : "") + "LISTEN 0      511    \(padded("0.0.0.0:\(socket.port)", 19)) \(padded("0.0.0.0:*", 17)) \(process)")
        }
        return 0
    }

    /// One screen of `top`, as with `-b -n 1`; on a terminal too, since nothing redraws it.
    @Sendable static func top(_ io: inout UtilityIO) -> Int {
        io.printLine("Mem: 1048576K used, 2883584K free, 1024K shrd, 1024K buff, 524288K cached")
        io.printLine("CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq")
        io.printLine("Load average: 0.00 0.00 0.00 1/100 \(io.processes.map(\.id).max() ?? 1)")
        io.printLine("  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND")
        for process in io.processes {
            let user = SystemUtilities.userName(io.files.user)
            func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
            io.printLine("\(right(String(process.id), 5)) \(right(String(process.parent), 5)) \(padded(user, 8)) S     4400   0%   0   0% \(process.title)")
        }
        return 0
    }

    /// Editors need a screen that is not there: what to do instead is said.
    @Sendable static func editor(_ io: inout UtilityIO) -> Int {
        io.complain("full-screen editors are not available in simulated containers; write files with 'cat > FILE', 'sed -i' or 'kubectl cp'")
        return 1
    }
}
