import KubernetesObjects

/// The checks that eksctl makes while it reads the file.
///
/// - Source: eksctl `pkg/eks/api.go` and `pkg/ctl/cmdutils/configfile.go`.
enum ConfigLoading {
    static func check(_ document: Value, fileName: String) throws(ConfigError) {
        let prefix = "loading config file \"\(fileName)\": "
        let decoder = ConfigDecoder()
        guard case .object = document else {
            let got = document.isNull ? "null" : ["integer": "number", "boolean": "bool"][document.typeName] ?? document.typeName
            if document.isNull { throw ConfigError("\(prefix)Object 'Kind' is missing in 'null'") }
            throw ConfigError("\(prefix)error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \(got) into Go value of type v1alpha5.ClusterConfig")
        }
        if let path = decoder.unknownField(in: document, type: .named("ClusterConfig")) {
            throw ConfigError("\(prefix)error unmarshaling JSON: while decoding JSON: json: unknown field \"\(path.last!)\"", at: path)
        }
        let body = document.json(.compact, sortedKeys: true)
        guard let kind = document["kind"]?.stringValue, !kind.isEmpty else { throw ConfigError("\(prefix)Object 'Kind' is missing in '\(body)'") }
        guard let apiVersion = document["apiVersion"]?.stringValue, !apiVersion.isEmpty else {
            throw ConfigError("\(prefix)Object 'apiVersion' is missing in '\(body)'")
        }
        guard apiVersion == "eksctl.io/v1alpha5", kind == "ClusterConfig" else {
            throw ConfigError(
                "\(prefix)no kind \"\(kind)\" is registered for version \"\(apiVersion)\" in scheme \"k8s.io/client-go/kubernetes/scheme/register.go:84\"",
                at: [apiVersion == "eksctl.io/v1alpha5" ? "kind" : "apiVersion"])
        }
        if let mismatch = decoder.typeMismatch(in: document, type: .named("ClusterConfig")) {
            throw ConfigError(prefix + mismatch.message, at: mismatch.path)
        }
    }
}

/// A way to say that an ARN is none.
enum AmazonResourceName {
    /// What is wrong with an ARN in the words of AWS's SDK; nil when it is well formed.
    static func problem(_ text: String) -> String? {
        guard text.hasPrefix("arn:") else { return "arn: invalid prefix" }
        let sections = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return sections.count == 6 ? nil : "arn: not enough sections"
    }
}
