/// Well-known hosts of the Internet, so that a cluster has an outside that policies can close.
///
/// - Shape: each has one address, ports 80 and 443, and one page for all paths; name servers have port 53 too.
/// - Differs: the pages are our own.
enum OutsideHosts {
    static let addresses: [String: String] = {
        var result: [String: String] = [:]
        for (address, names) in hosts { for name in names { result[name] = address } }
        return result
    }()

    private static let hosts: [(address: String, names: [String])] = [
        ("188.184.100.82", ["info.cern.ch"]), ("142.250.4.100", ["google.com", "www.google.com"]), ("3.33.186.135", ["kubernetes.io", "www.kubernetes.io"]),
        ("34.107.204.206", ["registry.k8s.io"]), ("20.205.243.166", ["github.com", "www.github.com"]), ("20.205.243.168", ["api.github.com"]),
        ("185.199.108.133", ["raw.githubusercontent.com"]), ("98.82.161.185", ["amazon.com", "www.amazon.com"]), ("18.161.69.5", ["aws.amazon.com"]),
        ("52.74.223.119", [addressTeller]), ("34.160.111.145", ["ifconfig.me"]), ("103.102.166.224", ["wikipedia.org", "www.wikipedia.org", "en.wikipedia.org"]),
        ("104.16.132.229", ["cloudflare.com", "www.cloudflare.com"]), ("52.207.146.12", ["docker.com", "www.docker.com", "hub.docker.com"]), ("151.101.0.223", ["pypi.org"]),
        ("8.8.8.8", ["dns.google"]), ("8.8.4.4", []), ("1.1.1.1", ["one.one.one.one"]), ("1.0.0.1", []), ("9.9.9.9", ["dns.quad9.net"]),
    ]
    private static let nameServers: Set<String> = ["8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9"]
    private static let addressTeller = "checkip.amazonaws.com"
    private static let known = Set(hosts.map(\.address))

    /// The address from which a cluster's requests come.
    static let clusterAddress = "54.169.10.20"

    static func has(_ address: String) -> Bool { known.contains(address) }

    /// What a host answers on a port; nil when nothing listens there.
    static func answer(address: String, port: Int, host: String) -> NetworkAnswer? {
        guard [80, 443].contains(port) || port == 53 && nameServers.contains(address) else { return nil }
        if address == addresses[addressTeller] || address == addresses["ifconfig.me"] { return NetworkAnswer(status: 200, body: clusterAddress + "\n", type: "text/plain") }
        return NetworkAnswer(status: 200, body: "<!DOCTYPE html>\n<html><head><title>\(host)</title></head>\n<body><h1>\(host)</h1></body></html>\n")
    }
}
