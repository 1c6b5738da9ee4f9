import KubernetesObjects

/// The program of a kubeconfig's user entry that makes a token or a certificate, such as `aws eks get-token`.
///
/// - Source: k8s.io/client-go `plugin/pkg/client/auth/exec` and `tools/clientcmd/validation.go`.
///   Differs: it is run for each command anew, and stops no other use of standard input than `-f -`.
struct ExecCredential {
    private let user: String
    private let command: String
    private let arguments: [String]
    private let variables: [(name: String, value: String)]
    private let apiVersion: String
    private let isInteractive: Bool
    private let installHint: String

    /// - Throws: when the entry does not say enough.
    init(_ entry: Value, user: String) throws(Failure) {
        self.user = user
        func text(_ key: String) -> String { entry[key]?.stringValue ?? "" }
        command = text("command")
        apiVersion = text("apiVersion")
        installHint = text("installHint")
        arguments = (entry["args"]?.elements ?? []).compactMap(\.stringValue)
        variables = (entry["env"]?.elements ?? []).map { ($0["name"]?.stringValue ?? "", $0["value"]?.stringValue ?? "") }
        let mode = text("interactiveMode")
        isInteractive = mode == "Always"
        let purpose = "for \(user) to use exec authentication plugin"
        if command.isEmpty { throw Failure("command must be specified \(purpose)") }
        if apiVersion.isEmpty { throw Failure("apiVersion must be specified \(purpose)") }
        if variables.contains(where: \.name.isEmpty) { throw Failure("env variable name must be specified \(purpose)") }
        // Older versions of the interface take a terminal when there is one.
        if mode.isEmpty, apiVersion.hasSuffix("/v1") { throw Failure("interactiveMode must be specified \(purpose)") }
        if !["", "Never", "IfAvailable", "Always"].contains(mode) { throw Failure("invalid interactiveMode for \(user): \(goQuoted(mode))") }
    }

    /// Whether an entry has nothing else to show.
    static func isNeeded(by entry: Value) -> Bool {
        entry["exec"] != nil
            && ["token", "tokenFile", "username", "client-certificate", "client-certificate-data"].allSatisfy { (entry[$0]?.stringValue ?? "").isEmpty }
    }

    /// Runs the program; an entry with what it made.
    func obtained(by run: (KubectlEnvironment.CredentialProgram) -> KubectlEnvironment.CredentialProgram.Answer, readsInput: Bool, hasTerminal: Bool)
        throws(Failure) -> Value
    {
        if isInteractive {
            if readsInput { throw failure("exec plugin cannot support interactive mode: standard input is unavailable: used by stdin resource manifest reader") }
            if !hasTerminal { throw failure("exec plugin cannot support interactive mode: standard input is not a terminal") }
        }
        let information: Value = ["kind": "ExecCredential", "apiVersion": .string(apiVersion), "spec": ["interactive": .bool(isInteractive)]]
        let program = KubectlEnvironment.CredentialProgram(
            command: command, arguments: arguments, variables: variables + [("KUBERNETES_EXEC_INFO", information.json(.compact))])
        switch run(program) {
        case .missing: throw failure("exec: executable \(command) not found" + (installHint.isEmpty ? "" : "\n\n\(installHint)"))
        case .failed(let status): throw failure("exec: executable \(command) failed with exit code \(status)")
        case .output(let bytes): return try read(bytes)
        }
    }

    private func read(_ bytes: [UInt8]) throws(Failure) -> Value {
        guard let answer = try? Value(parsingJSON: bytes), case .object = answer else {
            throw failure(
                "decoding stdout: couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }"
            )
        }
        let version = answer["apiVersion"]?.stringValue ?? "client.authentication.k8s.io/__internal"
        if version != apiVersion { throw failure("exec plugin is configured to use API version \(apiVersion), plugin returned version \(version)") }
        guard let status = answer["status"] else { throw failure("exec plugin didn't return a status field") }
        func text(_ key: String) -> String { status[key]?.stringValue ?? "" }
        let (token, certificate, key) = (text("token"), text("clientCertificateData"), text("clientKeyData"))
        if token.isEmpty, certificate.isEmpty, key.isEmpty { throw failure("exec plugin didn't return a token or cert/key pair") }
        if certificate.isEmpty != key.isEmpty { throw failure("exec plugin returned only certificate or key, not both") }
        if !token.isEmpty { return ["token": .string(token)] }
        return ["client-certificate-data": .string(Base64.encode(certificate)), "client-key-data": .string(Base64.encode(key))]
    }

    private func failure(_ text: String) -> Failure { .text("Unable to connect to the server: getting credentials: \(text)") }
}
