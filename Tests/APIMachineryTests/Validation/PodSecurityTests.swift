import KubernetesObjects
import Testing

@testable import APIMachinery

/// Every control of the Pod Security Standards with its text, and from which version on it holds.
@Suite struct PodSecurityTests {
    struct Control: CustomTestStringConvertible {
        var testDescription: String
        /// YAML of a pod's spec, or of metadata and spec.
        var spec: String
        var metadata = ""
        var level = "baseline"
        /// What is said at `latest`; empty for a pod that is let in.
        var text: String
        /// The first minor version at which the same is said; nil when it is said by none.
        var since: Int? = 0
        /// What is said by the version before that one.
        var before = ""
    }

    static let sound = "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}"
    /// A container that passes everything, with more in its context.
    static func container(_ more: String = "", context: String = "", name: String = "a") -> String {
        "{name: \(name), image: x, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}\(context.isEmpty ? "" : ", " + context)}\(more.isEmpty ? "" : ", " + more)}"
    }

    static let controls: [Control] = [
        Control(testDescription: "a plain pod", spec: "containers: [{name: a, image: x}]", text: "", since: nil),
        Control(
            testDescription: "AppArmor field", spec: "containers: [{name: a, image: x, securityContext: {appArmorProfile: {type: Unconfined}}}]",
            text: "forbidden AppArmor profile (container \"a\" must not set AppArmor profile type to \"Unconfined\")"),
        Control(
            testDescription: "AppArmor annotation", spec: "containers: [{name: a, image: x}]",
            metadata: "annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}",
            text:
                "forbidden AppArmor profile (annotation must not set AppArmor profile type to \"container.apparmor.security.beta.kubernetes.io/a=\"unconfined\"\")"
        ),
        Control(
            testDescription: "AppArmor annotations and fields",
            spec:
                "securityContext: {appArmorProfile: {type: Unconfined}}\ncontainers: [{name: a, image: x, securityContext: {appArmorProfile: {type: Unconfined}}}]",
            metadata:
                "annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined, container.apparmor.security.beta.kubernetes.io/: bogus, container.apparmor.security.beta.kubernetes.io/b: runtime/default, container.apparmor.security.beta.kubernetes.io/d: localhost/foo}",
            text:
                "forbidden AppArmor profiles (pod and container \"a\" and annotations must not set AppArmor profile type to \"Unconfined\", \"container.apparmor.security.beta.kubernetes.io/=\"bogus\"\", \"container.apparmor.security.beta.kubernetes.io/a=\"unconfined\"\")"
        ),
        Control(
            testDescription: "hosts of several probes",
            spec:
                "containers: [{name: b, image: x, startupProbe: {tcpSocket: {host: b.com, port: 80}}}, {name: a, image: x, readinessProbe: {httpGet: {host: a.com, port: 80}}}]",
            text: "probe or lifecycle host (containers \"a\", \"b\" use probe or lifecycle hosts \"a.com\", \"b.com\")", since: 34),
        Control(
            testDescription: "capabilities", spec: "containers: [{name: a, image: x, securityContext: {capabilities: {add: [NET_RAW, SYS_ADMIN]}}}, {name: b, image: x, securityContext: {capabilities: {add: [CHOWN, BPF]}}}]",
            text: "non-default capabilities (containers \"a\", \"b\" must not include \"BPF\", \"NET_RAW\", \"SYS_ADMIN\" in securityContext.capabilities.add)"),
        Control(
            testDescription: "host namespaces", spec: "hostNetwork: true\nhostPID: true\nhostIPC: true\ncontainers: [{name: a, image: x}]",
            text: "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)"),
        Control(
            testDescription: "host paths", spec: "volumes: [{name: v, hostPath: {path: /}}, {name: w, hostPath: {path: /}}, {name: e, emptyDir: {}}]\ncontainers: [{name: a, image: x}]",
            text: "hostPath volumes (volumes \"v\", \"w\")"),
        Control(
            testDescription: "host ports", spec: "containers: [{name: a, image: x, ports: [{containerPort: 80, hostPort: 80}, {containerPort: 81, hostPort: 9000}]}]",
            text: "hostPort (container \"a\" uses hostPorts 80, 9000)"),
        Control(
            testDescription: "hosts of probes", spec: "containers: [{name: a, image: x, livenessProbe: {httpGet: {host: 10.0.0.1, port: 80}}, lifecycle: {preStop: {httpGet: {host: b.example, port: 80}}}}]",
            text: "probe or lifecycle host (container \"a\" uses probe or lifecycle hosts \"10.0.0.1\", \"b.example\")", since: 34),
        Control(
            testDescription: "privileged", spec: "containers: [{name: a, image: x, securityContext: {privileged: true}}]",
            text: "privileged (container \"a\" must not set securityContext.privileged=true)"),
        Control(
            testDescription: "procMount", spec: "containers: [{name: a, image: x, securityContext: {procMount: Unmasked}}]",
            text: "procMount (container \"a\" must not set securityContext.procMount to \"Unmasked\")"),
        Control(
            testDescription: "procMount with users of its own", spec: "hostUsers: false\ncontainers: [{name: a, image: x, securityContext: {procMount: Unmasked}}]",
            text: "", since: 35, before: "procMount (container \"a\" must not set securityContext.procMount to \"Unmasked\")"),
        Control(
            testDescription: "procMount with users of its own, restricted",
            spec: "hostUsers: false\n\(sound)\ncontainers: [\(container(context: "procMount: Unmasked"))]", level: "restricted",
            text: "procMount (container \"a\" must not set securityContext.procMount to \"Unmasked\")", since: 0),
        Control(
            testDescription: "SELinux type", spec: "securityContext: {seLinuxOptions: {type: spc_t}}\ncontainers: [{name: a, image: x, securityContext: {seLinuxOptions: {user: u, role: r}}}]",
            text: "seLinuxOptions (pod and container \"a\" set forbidden securityContext.seLinuxOptions: type \"spc_t\"; user may not be set; role may not be set)"),
        Control(
            testDescription: "SELinux type of container engines", spec: "securityContext: {seLinuxOptions: {type: container_engine_t}}\ncontainers: [{name: a, image: x}]",
            text: "", since: 31, before: "seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type \"container_engine_t\")"),
        Control(
            testDescription: "seccomp field", spec: "securityContext: {seccompProfile: {type: Unconfined}}\ncontainers: [{name: a, image: x}]",
            text: "seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")", since: 19),
        Control(
            testDescription: "seccomp annotation", spec: "containers: [{name: a, image: x}]",
            metadata: "annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}", text: "", since: 19,
            before: "seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod=\"unconfined\")"),
        Control(
            testDescription: "sysctls", spec: "securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}, {name: net.ipv4.tcp_syncookies, value: '1'}]}\ncontainers: [{name: a, image: x}]",
            text: "forbidden sysctls (kernel.msgmax)"),
        Control(
            testDescription: "reserved ports", spec: "securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports, value: '1'}]}\ncontainers: [{name: a, image: x}]",
            text: "", since: 27, before: "forbidden sysctls (net.ipv4.ip_local_reserved_ports)"),
        Control(
            testDescription: "keepalive", spec: "securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_time, value: '1'}]}\ncontainers: [{name: a, image: x}]",
            text: "", since: 29, before: "forbidden sysctls (net.ipv4.tcp_keepalive_time)"),
        Control(
            testDescription: "buffers", spec: "securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]}\ncontainers: [{name: a, image: x}]",
            text: "", since: 32, before: "forbidden sysctls (net.ipv4.tcp_rmem)"),
        Control(
            testDescription: "host process", spec: "securityContext: {windowsOptions: {hostProcess: true}}\nhostNetwork: true\ncontainers: [{name: a, image: x}]",
            text: "host namespaces (hostNetwork=true), hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)"),
        // restricted
        Control(testDescription: "a sound pod", spec: "\(sound)\ncontainers: [\(container())]", level: "restricted", text: "", since: nil),
        Control(
            testDescription: "everything missing", spec: "containers: [{name: a, image: x}]", level: "restricted",
            text: "allowPrivilegeEscalation != false (container \"a\" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"a\" must set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or container \"a\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \"a\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
            since: 22,
            before:
                "allowPrivilegeEscalation != false (container \"a\" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container \"a\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \"a\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")"
        ),
        Control(
            testDescription: "escalation", spec: "\(sound)\ncontainers: [{name: a, image: x, securityContext: {capabilities: {drop: [ALL]}}}]", level: "restricted",
            text: "allowPrivilegeEscalation != false (container \"a\" must set securityContext.allowPrivilegeEscalation=false)", since: 8),
        Control(
            testDescription: "capabilities added", spec: "\(sound)\ncontainers: [{name: a, image: x, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [CHOWN, NET_BIND_SERVICE]}}}]",
            level: "restricted",
            text: "unrestricted capabilities (container \"a\" must not include \"CHOWN\" in securityContext.capabilities.add)", since: 22),
        Control(
            testDescription: "volumes", spec: "\(sound)\nvolumes: [{name: v, hostPath: {path: /}}, {name: nf, nfs: {server: s, path: /}}, {name: c, configMap: {name: c}}, {name: i, image: {reference: x}}]\ncontainers: [\(container())]",
            level: "restricted", text: "restricted volume types (volumes \"v\", \"nf\" use restricted volume types \"hostPath\", \"nfs\")"),
        Control(
            testDescription: "a volume of two kinds", spec: "\(sound)\nvolumes: [{name: v, hostPath: {path: /}, secret: {}}, {name: w, nfs: {}, gitRepo: {}}]\ncontainers: [\(container())]",
            level: "restricted", text: "restricted volume types (volume \"w\" uses restricted volume type \"gitRepo\")"),
        Control(
            testDescription: "root allowed", spec: "securityContext: {runAsNonRoot: false, seccompProfile: {type: RuntimeDefault}}\ncontainers: [\(container())]",
            level: "restricted", text: "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)"),
        Control(
            testDescription: "root with users of its own", spec: "hostUsers: false\nsecurityContext: {seccompProfile: {type: RuntimeDefault}, runAsUser: 0}\ncontainers: [\(container())]",
            level: "restricted", text: "", since: 35,
            before:
                "runAsNonRoot != true (pod or container \"a\" must set securityContext.runAsNonRoot=true), runAsUser=0 (pod must not set runAsUser=0)"
        ),
        Control(
            testDescription: "user 0", spec: "\(sound)\ncontainers: [\(container(context: "runAsUser: 0")), \(container(context: "runAsUser: 0", name: "b"))]",
            level: "restricted", text: "runAsUser=0 (containers \"a\", \"b\" must not set runAsUser=0)", since: 23),
        Control(
            testDescription: "seccomp unconfined", spec: "\(sound)\ncontainers: [\(container(context: "seccompProfile: {type: Unconfined}"))]", level: "restricted",
            text: "seccompProfile (container \"a\" must not set securityContext.seccompProfile.type to \"Unconfined\")", since: 19),
        Control(
            testDescription: "Windows", spec: "os: {name: windows}\nsecurityContext: {runAsNonRoot: true}\ncontainers: [{name: a, image: x}]", level: "restricted",
            text: "", since: 25,
            before:
                "allowPrivilegeEscalation != false (container \"a\" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"a\" must set securityContext.capabilities.drop=[\"ALL\"]), seccompProfile (pod or container \"a\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")"
        ),
    ]

    private func said(_ c: Control, _ version: String) -> String {
        let policy = PodSecurityAdmission.Policy(level: c.level, version: version)
        return PodSecurityStandard.findings(policy, metadata: ValidationBench.parse(c.metadata), spec: ValidationBench.parse(c.spec))
            .map(\.text).joined(separator: ", ")
    }

    @Test(arguments: controls) func `each control has its text and its version`(_ c: Control) {
        #expect(said(c, "latest") == c.text)
        #expect(said(c, "v1.36") == c.text)
        #expect(said(c, "v1.99") == c.text, "versions to come are as the latest")
        guard let since = c.since else { return }
        #expect(said(c, "v1.\(since)") == c.text)
        if since > 0 { #expect(said(c, "v1.\(since - 1)") == c.before) }
    }

    // MARK: Admission

    private func bench(_ labels: String) -> ValidationBench {
        var bench = ValidationBench()
        #expect(bench.patch("Namespace", "v1", "lab", "metadata: {labels: {\(labels)}}") == "")
        return bench
    }

    private static let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x, livenessProbe: {httpGet: {host: 10.0.0.1, port: 80}}}]}"

    @Test func `the version of a namespace decides, and is named`() {
        var old = bench("pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.33")
        #expect(old.create(Self.pod) == "")
        var new = bench("pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.34")
        #expect(
            new.create(Self.pod)
                == "pods \"p\" is forbidden: violates PodSecurity \"baseline:v1.34\": probe or lifecycle host (container \"a\" uses probe or lifecycle host \"10.0.0.1\")"
        )
        var warned = bench("pod-security.kubernetes.io/warn: baseline, pod-security.kubernetes.io/warn-version: v1.35")
        #expect(
            warned.create(Self.pod)
                == "would violate PodSecurity \"baseline:v1.35\": probe or lifecycle host (container \"a\" uses probe or lifecycle host \"10.0.0.1\")"
        )
    }

    @Test func `labels that name no version are refused`() {
        var bench = ValidationBench()
        #expect(
            bench.patch("Namespace", "v1", "lab", "metadata: {labels: {pod-security.kubernetes.io/warn-version: '1.30'}}").contains(
                "metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: \"1.30\": must be \"latest\" or \"v1.x\""))
        #expect(
            bench.patch("Namespace", "v1", "lab", "metadata: {labels: {pod-security.kubernetes.io/enforce: strict}}").contains(
                "must be one of privileged, baseline, restricted"))
    }

    @Test func `a stricter version warns of the pods there are`() {
        var bench = bench("pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.33")
        #expect(bench.create(Self.pod) == "")
        #expect(
            bench.patch("Namespace", "v1", "lab", "metadata: {labels: {pod-security.kubernetes.io/enforce-version: v1.34}}")
                == "existing pods in namespace \"lab\" violate the new PodSecurity enforce level \"baseline:v1.34\"\np: probe or lifecycle host")
    }
}

/// What the audit log is told of admission's decisions.
@Suite struct AuditAnnotationTests {
    @Test func `pods that break the audited level are noted`() throws {
        var server = TestServer()
        _ = try server.send(
            "PATCH", "/api/v1/namespaces/default",
            ["metadata": ["labels": ["pod-security.kubernetes.io/audit": "restricted", "pod-security.kubernetes.io/audit-version": "v1.21"]]], type: merge)
        let answer = try server.send(
            "POST", "/api/v1/namespaces/default/pods",
            ["metadata": ["name": "p"], "spec": ["containers": [["name": "a", "image": "x", "securityContext": ["allowPrivilegeEscalation": false, "runAsNonRoot": true]]]]])
        #expect(answer.warnings.isEmpty)
        #expect(
            answer.auditAnnotations == [
                "pod-security.kubernetes.io/enforce-policy": "privileged:latest",
                "pod-security.kubernetes.io/audit-violations":
                    "would violate PodSecurity \"restricted:v1.21\": seccompProfile (pod or container \"a\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
            ])
    }

    @Test func `policies that audit say what they found`() throws {
        var server = TestServer()
        _ = try server.send(
            "POST", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
            ValidationBench.parse(
                AdmissionPolicyTests.policy(
                    "  validations: [{expression: 'true'}, {expression: object.spec.replicas < 3, message: too many}]\n  auditAnnotations: [{key: replicas, valueExpression: \"'has ' + string(object.spec.replicas)\"}]"
                )))
        _ = try server.send(
            "POST", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
            ValidationBench.parse(AdmissionPolicyTests.binding("validationActions: [Audit]")))
        let answer = try server.send("POST", "/apis/apps/v1/namespaces/default/deployments", deployment("web", replicas: 5))
        #expect(
            answer.auditAnnotations == [
                "demo/replicas": "has 5",
                "validation.policy.admission.k8s.io/validation_failure":
                    #"[{"message":"too many","policy":"demo","binding":"demo-binding","expressionIndex":1,"validationActions":["Audit"]}]"#,
            ])
    }
}
