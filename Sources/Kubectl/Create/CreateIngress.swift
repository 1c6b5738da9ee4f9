import APIMachinery
import KubernetesObjects

/// `kubectl create ingress`.
enum CreateIngress {
    static let command = Command(
        name: "ingress", aliases: ["ing"], summary: "Create an ingress with the specified name",
        usage: "NAME --rule=host/path=service:port[,tls[=secret]] ",
        flags: Creation.flags + [
            FlagSpec("class", "Ingress class."), FlagSpec("rule", kind: .stringArray, "HOST/PATH=SERVICE:PORT[,tls[=SECRET]]; can be repeated."),
            FlagSpec("annotation", kind: .stringArray, "KEY=VALUE; can be repeated."), FlagSpec("default-backend", "SERVICE:PORT for all else."),
        ],
        run: { (invocation) throws(Failure) in try create(invocation) })

    private static func create(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let name = try Creation.name(invocation)
        let rules = flags.list("rule")
        let fallback = flags.string("default-backend")
        if rules.isEmpty, fallback.isEmpty { throw Failure("not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)") }
        var metadata = try Creation.metadata(invocation, name: name)
        var annotations = Fields()
        for annotation in flags.list("annotation") {
            let parts = annotation.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count != 2 { throw Failure("annotation \(annotation) is invalid and should be in format key=[value]") }
            annotations[parts[0]] = .string(parts[1])
        }
        if !annotations.isEmpty { metadata["annotations"] = .object(annotations) }
        var spec: Value = [:]
        if !flags.string("class").isEmpty { spec["ingressClassName"] = .string(flags.string("class")) }
        if !fallback.isEmpty { spec["defaultBackend"] = try backend(fallback) }
        let (hosts, secured) = try read(rules)
        if !secured.isEmpty { spec["tls"] = .array(secured) }
        if !hosts.isEmpty { spec["rules"] = .array(hosts) }
        let object: Value = [
            "kind": "Ingress", "apiVersion": "networking.k8s.io/v1", "metadata": metadata, "spec": spec, "status": ["loadBalancer": [:]],
        ]
        try Creation.create(object, GroupResource("ingresses", group: "networking.k8s.io"), failing: "failed to create ingress: ", invocation)
    }

    private static func backend(_ text: String) throws(Failure) -> Value {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts.count != 2 || parts[0].isEmpty || parts[1].isEmpty { throw Failure("default-backend should be in format servicename:serviceport") }
        return ["service": ["name": .string(parts[0]), "port": port(parts[1])]]
    }

    private static func port(_ text: String) -> Value { Int(text).map { ["number": Value($0)] } ?? ["name": .string(text)] }

    private static func read(_ rules: [String]) throws(Failure) -> (rules: [Value], tls: [Value]) {
        var order: [String] = []
        var paths: [String: [Value]] = [:]
        var secured: [Value] = []
        var securedHosts: Set<String> = []
        for rule in rules {
            let parts = rule.split(separator: ",", maxSplits: 1).map(String.init)
            let halves = (parts.first ?? "").split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard halves.count == 2, let slash = halves[0].firstIndex(of: "/") else {
                throw Failure("rule \(rule) is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
            }
            let target = halves[1].split(separator: ":").map(String.init)
            guard target.count == 2 else {
                throw Failure("rule \(rule) is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
            }
            let host = String(halves[0][..<slash])
            var path = String(halves[0][slash...])
            let isPrefix = path.hasSuffix("*")
            if isPrefix { path.removeLast() }
            if paths[host] == nil { order.append(host) }
            paths[host, default: []].append([
                "path": .string(path), "pathType": isPrefix ? "Prefix" : "Exact",
                "backend": ["service": ["name": .string(target[0]), "port": port(target[1])]],
            ])
            guard parts.count > 1, parts[1].hasPrefix("tls") else { continue }
            let secret = parts[1].hasPrefix("tls=") ? String(parts[1].dropFirst(4)) : ""
            // A host has one secret: the one of the first rule that names any.
            guard securedHosts.insert(host).inserted, !host.isEmpty || !secret.isEmpty else { continue }
            var entry: Value = [:]
            if !host.isEmpty { entry["hosts"] = [.string(host)] }
            if !secret.isEmpty { entry["secretName"] = .string(secret) }
            if let index = secured.firstIndex(where: { ($0["secretName"]?.stringValue ?? "") == secret }) {
                if !host.isEmpty {
                    secured[index]["hosts"] = .array((secured[index]["hosts"]?.elements ?? []) + [.string(host)])
                }
            } else {
                secured.append(entry)
            }
        }
        let result: [Value] = order.map { host in
            var rule: Value = [:]
            if !host.isEmpty { rule["host"] = .string(host) }
            rule["http"] = ["paths": .array(paths[host] ?? [])]
            return rule
        }
        return (result, secured)
    }
}
