import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl certificate`.
enum CertificateCommand {
    static let command = Command(
        name: "certificate", summary: "Modify certificate resources", details: "Modify certificate resources.", usage: "SUBCOMMAND",
        subcommands: [
            subcommand("approve", "Approve a certificate signing request", type: "Approved", reason: "KubectlApprove", "This CSR was approved by kubectl certificate approve."),
            subcommand("deny", "Deny a certificate signing request", type: "Denied", reason: "KubectlDeny", "This CSR was denied by kubectl certificate deny."),
        ], helpOnStandardError: false, helpStatus: 0)

    private static func subcommand(_ name: String, _ summary: String, type: String, reason: String, _ message: String) -> Command {
        Command(
            name: name, summary: summary, usage: "(-f FILENAME | NAME)",
            flags: SharedFlags.filename("the requests") + SharedFlags.output + [.flag("force", nil, "Also when it is \(type.lowercased()) already.")],
            run: { (invocation) throws(Failure) in
                if invocation.arguments.isEmpty, invocation.flags.list("filename").isEmpty {
                    throw Failure("one or more CSRs must be specified as <name> or -f <filename>")
                }
                var query = try ResourceQuery(
                    invocation, arguments: invocation.arguments.map { $0.contains("/") ? $0 : "certificatesigningrequests.certificates.k8s.io/\($0)" })
                query.fetchesLatest = true
                var reporter = try ObjectReporter(invocation)
                for info in try query.find(invocation).checked() {
                    var object = info.object
                    var conditions = object["status", "conditions"]?.elements ?? []
                    let other = type == "Approved" ? "Denied" : "Approved"
                    if conditions.contains(where: { $0["type"]?.stringValue == other }) {
                        throw Failure("certificate signing request \(GoText.quoted(object.name)) is already \(other)")
                    }
                    let isDone = conditions.contains { $0["type"]?.stringValue == type }
                    if isDone, !invocation.flags.bool("force") {
                        try reporter.report(object, type.lowercased())
                        continue
                    }
                    if !isDone {
                        conditions.append([
                            "type": .string(type), "status": "True", "reason": .string(reason), "message": .string(message),
                            "lastUpdateTime": .string(invocation.client.now.rfc3339),
                        ])
                    }
                    object["status", "conditions"] = .array(conditions)
                    try reporter.report(try invocation.update(info.refreshed(with: object), subresource: "approval"), type.lowercased())
                }
            })
    }
}
