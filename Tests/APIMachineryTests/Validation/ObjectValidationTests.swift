import KubernetesObjects
import Testing

@testable import APIMachinery

@Suite struct ObjectValidationTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, yaml: String, refusal: String
        init(_ description: String, _ yaml: String, _ refusal: String) {
            testDescription = description
            self.yaml = yaml
            self.refusal = refusal
        }
    }

    static func deployment(_ spec: String, labels: String = "{app: d}", selector: String = "selector: {matchLabels: {app: d}}") -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: d}
        spec:
          \(spec)
          \(selector)
          template:
            metadata: {labels: \(labels)}
            spec: {containers: [{name: d, image: nginx}]}
        """
    }
    static func service(_ spec: String, name: String = "s") -> String { "apiVersion: v1\nkind: Service\nmetadata: {name: \(name)}\nspec: {\(spec)}" }
    static func job(_ spec: String, restart: String = "restartPolicy: Never, ") -> String {
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  \(spec)\n  template: {spec: {\(restart)containers: [{name: j, image: busybox}]}}"
    }
    static func cronJob(_ schedule: String, _ more: String = "") -> String {
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {schedule: '\(schedule)', \(more)jobTemplate: {spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: c, image: busybox}]}}}}}"
    }
    static let subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

    static let workloads = [
        Case("negative replicas", deployment("replicas: -1"), "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        Case(
            "labels that do not match", deployment("replicas: 1", labels: "{app: x}"),
            "spec.template.metadata.labels: Invalid value: {\"app\":\"x\"}: `selector` does not match template `labels`"),
        Case(
            "no labels", deployment("replicas: 1", labels: "{}"),
            "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"),
        Case(
            "no selector", deployment("replicas: 1", selector: "minReadySeconds: 0"),
            "spec.selector: Required value\nspec.template.metadata.labels: Invalid value: {\"app\":\"d\"}: `selector` does not match template `labels`"
        ),
        Case(
            "no progress possible", deployment("strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}"),
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"),
        Case(
            "too many unavailable", deployment("strategy: {rollingUpdate: {maxSurge: 150%, maxUnavailable: 150%}}"),
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"150%\": must not be greater than 100%"),
        Case(
            "a word for a number", deployment("strategy: {rollingUpdate: {maxSurge: lots, maxUnavailable: 0}}"),
            "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"lots\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')\nspec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"
        ),
        Case(
            "parameters of another strategy", deployment("strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}"),
            "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"),
        Case(
            "a job that restarts always", job("parallelism: 1", restart: ""),
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""),
        Case(
            "negative numbers of a job", job("completions: -1\n  parallelism: -2\n  backoffLimit: -3"),
            "spec.parallelism: Invalid value: -2: must be greater than or equal to 0\nspec.completions: Invalid value: -1: must be greater than or equal to 0\nspec.backoffLimit: Invalid value: -3: must be greater than or equal to 0"
        ),
        Case(
            "a minute past the hour", cronJob("61 * * * *"),
            "spec.schedule: Invalid value: \"61 * * * *\": end of range (61) above maximum (59): 61"),
        Case(
            "words for a schedule", cronJob("every day"),
            "spec.schedule: Invalid value: \"every day\": expected exactly 5 fields, found 2: [every day]"),
        Case("a descriptor", cronJob("@hourly", "timeZone: Asia/Seoul, "), ""),
        Case("a zone that is none", cronJob("@daily", "timeZone: Mars/Base, "), "spec.timeZone: Invalid value: \"Mars/Base\": unknown time zone Mars/Base"),
    ]

    static let services = [
        Case(
            "duplicate ports",
            service("selector: {app: s}, ports: [{name: web, port: 80}, {name: web, port: 81}, {name: other, port: 80}]"),
            "spec.ports[1].name: Duplicate value: \"web\"\nspec.ports[2]: Duplicate value: {\"Name\":\"\",\"Protocol\":\"TCP\",\"AppProtocol\":null,\"Port\":80,\"TargetPort\":0,\"NodePort\":0}"
        ),
        Case(
            "an unknown type", service("type: Nodeport, ports: [{port: 80}]"),
            "spec.type: Unsupported value: \"Nodeport\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\""),
        Case(
            "an unknown protocol", service("ports: [{port: 80, protocol: HTTP}]"),
            "spec.ports[0].protocol: Unsupported value: \"HTTP\": supported values: \"SCTP\", \"TCP\", \"UDP\""),
        Case(
            "ports without names", service("ports: [{port: 80}, {port: 443}]"),
            "spec.ports[0].name: Required value\nspec.ports[1].name: Required value"),
        Case(
            "a cluster IP that is none", service("clusterIP: notanip, ports: [{port: 80}]"),
            "spec.clusterIPs[0]: Invalid value: \"notanip\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
        Case(
            "a node port of a cluster IP", service("ports: [{port: 80, nodePort: 30080}]"),
            "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"),
        Case(
            "port zero", service("ports: [{port: 0}]"),
            "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\nspec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive"
        ),
        Case(
            "a bad host and no path type",
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {rules: [{host: Shop_Example, http: {paths: [{path: shop, backend: {service: {name: web}}}]}}]}",
            "spec.rules[0].host: Invalid value: \"Shop_Example\": \(subdomain)\nspec.rules[0].http.paths[0].pathType: Required value: pathType must be specified"
        ),
    ]

    static let rest = [
        Case("a name in capitals", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: A}", "metadata.name: Invalid value: \"A\": \(subdomain)"),
        Case(
            "a namespace with dots", "apiVersion: v1\nkind: Namespace\nmetadata: {name: team.a}",
            "metadata.name: Invalid value: \"team.a\": must not contain dots"),
        Case(
            "a finalizer without a domain", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d, finalizers: [keep]}",
            "metadata.finalizers[0]: Invalid value: \"keep\": name is neither a standard finalizer name nor is it fully qualified"),
        Case(
            "a label with a blank", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d, labels: {app: 'my app'}}",
            "metadata.labels: Invalid value: \"my app\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        ),
        Case(
            "a claim without a size", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: [ReadWriteOnce]}",
            "spec.resources[storage]: Required value"),
        Case(
            "a volume without a size",
            "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {accessModes: [ReadWriteOnce], hostPath: {path: /tmp/../x}}",
            "spec.capacity: Required value\nspec.capacity: Unsupported value: null: supported values: \"storage\"\nspec.hostPath.path: Invalid value: \"/tmp/../x\": must not contain '..'"
        ),
        Case(
            "an autoscaler that is upside down",
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {minReplicas: 5, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}",
            "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"),
        Case(
            "a role without verbs", "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: [{apiGroups: [''], resources: [pods]}]",
            "rules[0].verbs: Required value: verbs must contain at least one value"),
        Case(
            "a secret of a kind", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: kubernetes.io/tls\ndata: {tls.crt: ''}",
            "data[tls.key]: Required value"),
    ]

    @Test(arguments: workloads + services + rest)
    func `refuses what is wrong in the real server's words`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }

    @Test func `selectors and services addresses do not change`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.deployment("replicas: 1")) == "")
        #expect(
            bench.patch(
                "Deployment", "apps/v1", "d",
                "spec: {selector: {matchLabels: {app: e}}, template: {metadata: {labels: {app: e}}}}")
                == "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"e\"}}: field is immutable")
        #expect(bench.create(Self.service("ports: [{port: 80}]")) == "")
        #expect(
            bench.patch("Service", "v1", "s", "spec: {clusterIP: 10.100.77.77}")
                == "spec.clusterIPs[0]: Invalid value: [\"10.100.77.77\"]: may not change once set")
        #expect(
            bench.patch("Service", "v1", "s", "spec: {sessionAffinity: Cookie}")
                == "spec.sessionAffinity: Unsupported value: \"Cookie\": supported values: \"ClientIP\", \"None\"")
    }

    @Test func `immutable configuration, claims, jobs and bindings`() {
        var bench = ValidationBench()
        #expect(bench.create("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nimmutable: true\ndata: {a: '1'}") == "")
        #expect(
            bench.patch("ConfigMap", "v1", "c", "data: {a: '2'}") == "data: Forbidden: field is immutable when `immutable` is set")
        #expect(
            bench.patch("ConfigMap", "v1", "c", "immutable: false") == "immutable: Forbidden: field is immutable when `immutable` is set")
        #expect(
            bench.create(
                "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: claim}\nspec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}"
            ) == "")
        #expect(
            bench.patch("PersistentVolumeClaim", "v1", "claim", "spec: {accessModes: [ReadWriteOnce]}") == """
                spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims
                @@ -1,6 +1,6 @@
                 {
                  "AccessModes": [
                -  "ReadWriteMany"
                +  "ReadWriteOnce"
                  ],
                  "Selector": null,
                  "Resources": {

                """)
        #expect(bench.create(Self.job("parallelism: 1")) == "")
        let refusal = bench.patch(
            "Job", "batch/v1", "j", "spec: {template: {spec: {containers: [{name: j, image: 'busybox:1'}]}}}")
        #expect(refusal.hasPrefix("spec.template: Invalid value: {\"labels\":{\"batch.kubernetes.io/controller-uid\":"))
        #expect(refusal.hasSuffix("field is immutable"))
        let binding =
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: rb}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}"
        #expect(bench.create(binding) == "")
        #expect(
            bench.patch("RoleBinding", "rbac.authorization.k8s.io/v1", "rb", "roleRef: {name: b}")
                == "roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\",\"Name\":\"b\"}: cannot change roleRef")
    }

    @Test func `a patch keeps the name`() {
        var bench = ValidationBench()
        #expect(bench.create("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: p}") == "")
        #expect(
            bench.patch("ConfigMap", "v1", "p", "metadata: {name: q}")
                == "the name of the object (q) does not match the name on the URL (p)")
    }

    @Test(arguments: [("data", ""), ("other", "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"other\"")])
    func `a StatefulSet's containers may mount the claims of its pods`(mounted: String, refusal: String) {
        var bench = ValidationBench()
        let said = bench.create(
            """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: web}
            spec:
              serviceName: web
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: c, image: nginx, volumeMounts: [{name: \(mounted), mountPath: /data}]}]}
              volumeClaimTemplates:
              - metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """)
        #expect(said == refusal)
    }

    @Test func `a StatefulSet keeps its service`() {
        var bench = ValidationBench()
        let yaml = Self.deployment("serviceName: db").replacing("kind: Deployment", with: "kind: StatefulSet")
        #expect(bench.create(yaml) == "")
        #expect(
            bench.patch("StatefulSet", "apps/v1", "d", "spec: {serviceName: other}")
                == "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
        )
    }
}
