import APIMachinery
import KubernetesObjects

/// The certificates that a `clusterTrustBundle` source of a projected volume stands for.
///
/// - Source: kubelet `clustertrustbundle/clustertrustbundle_manager.go`. Differs: certificates keep the order of their bundles'
///   names, and are shuffled there.
enum TrustBundles {
    /// The trust anchors in PEM, each once: of the bundle that is named, or of all of a signer that the labels select.
    static func anchors(_ source: Value, in view: ClusterView) -> String {
        var seen: Set<String> = []
        return bundles(source, in: view).flatMap { certificates($0["spec"]?["trustBundle"]?.stringValue ?? "") }.filter { seen.insert($0).inserted }.joined()
    }

    /// What is wrong with a source; nil when it has certificates, or may do without.
    static func problem(_ source: Value, volume: String, in view: ClusterView) -> String? {
        if source["optional"]?.boolValue == true || !bundles(source, in: view).isEmpty { return nil }
        let reason =
            source["name"]?.stringValue.map { "unable to fetch ClusterTrustBundle \"\($0)\": clustertrustbundle.certificates.k8s.io \"\($0)\" not found" }
            ?? "combination of signerName and labelSelector matched zero ClusterTrustBundles"
        return "MountVolume.SetUp failed for volume \"\(volume)\" : \(reason)"
    }

    private static func bundles(_ source: Value, in view: ClusterView) -> [Value] {
        if let name = source["name"]?.stringValue, !name.isEmpty { return view.get(.clusterTrustBundles, name: name).map { [$0] } ?? [] }
        guard let signer = source["signerName"]?.stringValue, let selector = source["labelSelector"] else { return [] }
        // Nobody is selected where the selector is left out, everybody where it is empty.
        let compiled = LabelSelector(object: selector)
        return view.list(.clusterTrustBundles).filter { $0["spec"]?["signerName"]?.stringValue == signer && compiled.matches($0.labels) }
    }

    /// The blocks of a PEM text, without what stands between them.
    private static func certificates(_ text: String) -> [String] {
        var result: [String] = []
        var block: [Substring]?
        for line in text.split(separator: "\n") {
            if line.hasPrefix("-----BEGIN ") { block = [] }
            block?.append(line)
            if line.hasPrefix("-----END "), let lines = block {
                result.append(lines.joined(separator: "\n") + "\n")
                block = nil
            }
        }
        return result
    }
}

extension GroupResource {
    static let clusterTrustBundles = GroupResource("clustertrustbundles", group: "certificates.k8s.io")
}
