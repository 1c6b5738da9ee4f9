import KubernetesObjects
import Testing

@testable import APIMachinery

/// Rules of pods that are seldom broken: annotations, volumes, addresses, keys of labels, changes of what waits or grows.
@Suite struct PodRulesTests {
    typealias Case = ObjectValidationTests.Case

    private static let context = "containers: [{name: a, image: x}]"
    private static func pod(_ rest: String = "", annotations: String = "{}") -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: \(annotations)}\nspec: {\(rest.contains("containers:") ? "" : context + ", ")\(rest)}"
    }
    private static func container(_ rest: String, _ more: String = "") -> String { pod("containers: [{name: a, image: x, \(rest)}]\(more)") }
    private static func volume(_ source: String) -> String { pod("volumes: [{name: v, \(source)}]") }
    private static func template(_ rest: String, annotations: String) -> String {
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}, annotations: \(annotations)}, spec: {containers: [{name: a, image: x\(rest)}]}}}"
    }
    private static let armor = "container.apparmor.security.beta.kubernetes.io/"
    private static let filter = "container.seccomp.security.alpha.kubernetes.io/"

    static let cases = [
        Case("a cost of deletion that is no number", pod(annotations: "{controller.kubernetes.io/pod-deletion-cost: '+1'}"), "metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"+1\": must be a 32bit integer"),
        Case("a mirror of no node", pod(annotations: "{kubernetes.io/config.mirror: x}"), "metadata.annotations[kubernetes.io/config.mirror]: Invalid value: \"x\": must set spec.nodeName if mirror pod annotation is set"),
        Case("AppArmor for a container that is not there", pod(annotations: "{\(armor)b: runtime/default}"), "metadata.annotations[\(armor)b]: Invalid value: \"b\": container not found"),
        Case("an AppArmor profile that is none", pod(annotations: "{\(armor)a: odd}"), "metadata.annotations[\(armor)a]: Invalid value: \"odd\": invalid AppArmor profile name: \"odd\""),
        Case(
            "AppArmor said in two ways", container("securityContext: {appArmorProfile: {type: Unconfined}}").replacing("annotations: {}", with: "annotations: {\(armor)a: runtime/default}"),
            "spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in annotation and field must match"),
        Case(
            "two profiles of the host", template(", securityContext: {appArmorProfile: {type: Localhost, localhostProfile: one}}", annotations: "{\(armor)a: localhost/two}"),
            "spec.template.spec.containers[0].securityContext.appArmorProfile.localhostProfile: Forbidden: apparmor profile in annotation and field must match"),
        Case("a template's AppArmor profile that is none", template("", annotations: "{\(armor)a: odd}"), "spec.template.annotations[\(armor)a]: Invalid value: \"odd\": invalid AppArmor profile name: \"odd\""),
        Case("a seccomp profile that is none", pod(annotations: "{\(filter)a: odd}"), "metadata.annotations.\(filter)a: Invalid value: \"odd\": must be a valid seccomp profile"),
        Case(
            "seccomp said in two ways", pod("securityContext: {seccompProfile: {type: RuntimeDefault}}", annotations: "{seccomp.security.alpha.kubernetes.io/pod: unconfined}"),
            "spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match"),
        Case("name servers", pod("dnsPolicy: None, dnsConfig: {nameservers: [010.0.0.1, '::ffff:1.2.3.4', x]}"), "spec.dnsConfig.nameservers[0]: Invalid value: \"010.0.0.1\": must not have leading 0s\nspec.dnsConfig.nameservers[1]: Invalid value: \"::ffff:1.2.3.4\": must not be an IPv4-mapped IPv6 address\nspec.dnsConfig.nameservers[2]: Invalid value: \"x\": \(IPText.message)"),
        Case("names to search in, of services and of all", pod("dnsConfig: {searches: [_ldap._tcp.a.io, b_c., .]}"), ""),
        Case("a name to search in that ends in a dash", pod("dnsConfig: {searches: [a-.]}"), "spec.dnsConfig.searches[0]: Invalid value: \"a-\": \(NameFormats.underscoredMessage)"),
        Case(
            "a part of a name", container("env: [{name: E, valueFrom: {fieldRef: {fieldPath: \"metadata.name['k']\"}}}]"),
            "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"metadata.name['k']\": error converting fieldPath: field label does not support subscript: metadata.name['k']"),
        Case("an alias' address", pod("hostAliases: [{ip: 1.2.3.04, hostnames: [a]}]"), "spec.hostAliases[0].ip: Invalid value: \"1.2.3.04\": must not have leading 0s"),
        Case("what is written of an end", container("terminationMessagePolicy: Log"), "spec.containers[0].terminationMessagePolicy: Unsupported value: \"Log\": supported values: \"File\", \"FallbackToLogsOnError\""),
        Case("an odd system", pod("os: {name: bsd}"), "spec.os: Unsupported value: \"bsd\": supported values: \"linux\", \"windows\""),
        Case("a toleration's value", pod("tolerations: [{key: a, operator: Equal, value: '-'}]"), "spec.tolerations[0].operator: Invalid value: \"-\": \(NameFormats.labelValueMessage)"),
        Case("a system control", pod("securityContext: {sysctls: [{name: Net.x, value: '1'}]}"), "spec.securityContext.sysctls[0].name: Invalid value: \"Net.x\": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"),
        Case("a system control of the host's network", pod("hostNetwork: true, securityContext: {sysctls: [{name: net.ipv4.ip_forward, value: '1'}]}"), "spec.securityContext.sysctls[0].name: Invalid value: \"net.ipv4.ip_forward\": may not be specified when 'hostNetwork' is true"),
        Case("labels of its own for no selector", pod("affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, matchLabelKeys: [a, b]}]}}"), "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"),
        Case("labels wanted and not wanted", pod("affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, labelSelector: {matchLabels: {a: b}}, matchLabelKeys: [k], mismatchLabelKeys: [k]}]}}"), "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: Invalid value: \"k\": exists in both matchLabelKeys and mismatchLabelKeys"),
        Case("host ports in the node's network", container("ports: [{containerPort: 80, hostPort: 81}]", ", hostNetwork: true"), "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true"),

        Case("a share of nothing", volume("nfs: {server: s}"), "spec.volumes[0].nfs.path: Required value\nspec.volumes[0].nfs.path: Invalid value: \"\": must be an absolute path"),
        Case("a driver of no name", volume("csi: {}"), "spec.volumes[0].csi.driver: Required value\nspec.volumes[0].csi.driver: Invalid value: \"\": \(NameFormats.dns1123Subdomain("")[0])"),
        Case("a target's name", volume("iscsi: {targetPortal: p, lun: 300, iqn: eui.1}"), "spec.volumes[0].iscsi.iqn: Invalid value: \"eui.1\": must be valid format\nspec.volumes[0].iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive"),
        Case("a block device of no monitors", volume("rbd: {}"), "spec.volumes[0].rbd.monitors: Required value\nspec.volumes[0].rbd.image: Required value"),
        Case("reserved options", volume("flexVolume: {driver: d, options: {a.kubernetes.io/x: one}}"), "spec.volumes[0].flexVolume.options[a.kubernetes.io/x]: Invalid value: \"a.kubernetes.io/x\": kubernetes.io and k8s.io namespaces are reserved"),
        Case("one file of two sources", volume("projected: {sources: [{configMap: {name: c, items: [{key: k, path: f}]}}, {secret: {name: s, items: [{key: k, path: f}]}}]}"), "spec.volumes[0].projected: Invalid value: \"s\": conflicting duplicate paths"),
        Case("two kinds in one source", volume("projected: {sources: [{configMap: {name: c}, secret: {name: s}}]}"), "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source"),
        Case("a token of no file", volume("projected: {sources: [{serviceAccountToken: {expirationSeconds: 10}}]}"), "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes\nspec.volumes[0].projected.path: Required value"),
        Case("a bundle of nobody", volume("projected: {sources: [{clusterTrustBundle: {path: f}}]}"), "spec.volumes[0].projected.sources[0].clusterTrustBundlePEM: Required value: either name or signerName must be specified"),
        Case("a bundle of an odd signer", volume("projected: {sources: [{clusterTrustBundle: {path: f, signerName: a.io/b/c}}]}"), "spec.volumes[0].projected.sources[0].clusterTrustBundlePEM.signerName: Invalid value: \"a.io/b/c\": must be a fully qualified domain and path of the form 'example.com/signer-name'"),
    ]

    @Test(arguments: cases) func `refuses in the real server's words`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }

    @Test(arguments: [
        Case("a profile in an annotation", pod(annotations: "{\(armor)a: localhost/one}"), "metadata.annotations[\(armor)a]: deprecated since v1.30; use the \"appArmorProfile\" field instead"),
        Case("the pod's own again", pod("securityContext: {appArmorProfile: {type: Localhost, localhostProfile: one}}", annotations: "{\(armor)a: localhost/one}"), ""),
        Case("a field alone", container("securityContext: {appArmorProfile: {type: Localhost, localhostProfile: one}}"), ""),
    ])
    func `AppArmor's annotations and fields say the same`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
        let pod = bench.get(.pods, "p")
        #expect(pod?.annotation("\(Self.armor)a") == "localhost/one")
        let spec = pod?["spec"]
        let profile = spec?["containers"]?[0]?["securityContext"]?["appArmorProfile"] ?? spec?["securityContext"]?["appArmorProfile"]
        #expect(profile == ["type": "Localhost", "localhostProfile": "one"])
    }

    @Test func `what a pod was told at its beginning stays`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.pod(annotations: "{\(Self.armor)a: runtime/default}")).hasSuffix("instead"))
        func patch(_ annotation: String) -> String { bench.patch("Pod", "v1", "p", "metadata: {annotations: {\(annotation)}}") }
        #expect(patch("\(Self.armor)a: unconfined") == "metadata.annotations[\(Self.armor)a]: Forbidden: may not remove or update AppArmor annotations")
        #expect(patch("kubernetes.io/config.mirror: x, x: one").contains("metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation"))
        #expect(patch("controller.kubernetes.io/pod-deletion-cost: '01'") == "metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"01\": must be a 32bit integer")
        #expect(patch("controller.kubernetes.io/pod-deletion-cost: '-7'") == "")
    }

    @Test func `what waits at a gate may be narrowed`() {
        var bench = ValidationBench()
        let terms = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}}"
        #expect(bench.create(Self.pod("schedulingGates: [{name: g}], nodeSelector: {x: one}, \(terms)")) == "")
        func patch(_ spec: String) -> String { bench.patch("Pod", "v1", "p", "spec: {\(spec)}") }
        #expect(patch("nodeSelector: {x: two}") == "spec.nodeSelector: Invalid value: {\"x\":\"two\"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)")
        #expect(patch("schedulingGates: [{name: g}, {name: h}]") == "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'h'")
        #expect(patch(terms.replacing("key: a", with: "key: b")).hasSuffix(": only additions are allowed (no mutations or deletions)"))
        #expect(patch(terms.replacing("operator: Exists}", with: "operator: Exists}, {key: b, operator: Exists}")) == "")
        #expect(patch("nodeSelector: {x: one, z: w}") == "")
    }

    @Test func `the status of a pod`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.pod("restartPolicy: Never")) == "")
        func status(_ yaml: String) -> String { bench.patchStatus("Pod", "v1", "p", "status: {\(yaml)}") }
        #expect(status("qosClass: Guaranteed") == "status.qosClass: Invalid value: \"Guaranteed\": field is immutable")
        #expect(status("conditions: [{type: 'a b', status: 'True'}]").hasPrefix("metadata.conditions[0].Type: Invalid value: \"a b\": name part must consist of"))
        #expect(status("podIPs: [{ip: 1.2.3.4}, {ip: 1.2.3.5}]").hasSuffix(": may specify no more than one IP for each IP family"))
        #expect(status("podIPs: [{ip: 1.2.3.04}]") == "status.podIPs[0]: Invalid value: \"1.2.3.04\": must not have leading 0s")
        #expect(status("hostIP: 1.2.3.4, hostIPs: [{ip: 1.2.3.5}]") == "status.hostIPs[0].ip: Invalid value: \"1.2.3.5\": must be equal to `hostIP`")
        #expect(status("containerStatuses: [{name: a, image: x, imageID: '', ready: false, restartCount: 0, state: {terminated: {exitCode: 1}}}]") == "")
        #expect(
            status("containerStatuses: [{name: a, image: x, imageID: '', ready: true, restartCount: 1, state: {running: {}}}]")
                == "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state")
        #expect(status("resourceClaimStatuses: [{name: b}]") == "status.resourceClaimStatuses[0].name: Invalid value: \"b\": must match the name of an entry in `spec.resourceClaims`")
    }
}
