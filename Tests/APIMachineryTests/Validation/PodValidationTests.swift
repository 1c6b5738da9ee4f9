import KubernetesObjects
import Testing

@testable import APIMachinery

@Suite struct PodValidationTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, yaml: String, refusal: String
    }

    static func pod(_ rest: String) -> String { "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n\(rest)" }

    @Test(arguments: [
        Case(
            testDescription: "affinity, tolerations and spread",
            yaml: pod(
                """
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                        - matchExpressions:
                          - key: disk
                            operator: Equals
                            values: [ssd]
                    podAntiAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                      - labelSelector:
                          matchLabels:
                            app: p
                  tolerations:
                  - key: a
                    operator: Exists
                    value: b
                  - key: c
                    effect: NoRun
                  topologySpreadConstraints:
                  - maxSkew: 0
                    topologyKey: zone
                    whenUnsatisfiable: Never
                  containers:
                  - name: p
                    image: nginx
                """),
            refusal: """
                spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "Equals": not a valid selector operator
                spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty
                spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty
                spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
                spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero
                spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"
                spec.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is 'Exists'
                spec.tolerations[1].effect: Unsupported value: "NoRun": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"
                """),
        Case(
            testDescription: "container names",
            yaml: pod(
                """
                  containers:
                  - {name: app, image: nginx}
                  - {name: app, image: nginx}
                  initContainers:
                  - {name: app, image: nginx}
                """),
            refusal: """
                spec.containers[1].name: Duplicate value: "app"
                spec.initContainers[0].name: Duplicate value: "app"
                """),
        Case(
            testDescription: "port names",
            yaml: pod(
                """
                  containers:
                  - name: p
                    image: nginx
                    ports: [{name: http, containerPort: 80}, {name: http, containerPort: 81}]
                """),
            refusal: "spec.containers[0].ports[1].name: Duplicate value: \"http\""),
        Case(
            testDescription: "restart policy", yaml: pod("  restartPolicy: always\n  containers: [{name: p, image: nginx}]"),
            refusal: "spec.restartPolicy: Unsupported value: \"always\": supported values: \"Always\", \"OnFailure\", \"Never\""),
        Case(
            testDescription: "pull policy", yaml: pod("  containers: [{name: p, image: nginx, imagePullPolicy: Sometimes}]"),
            refusal:
                "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\""),
        Case(testDescription: "no image", yaml: pod("  containers: [{name: p}]"), refusal: "spec.containers[0].image: Required value"),
        Case(
            testDescription: "blanks around an image", yaml: pod("  containers: [{name: p, image: ' nginx'}]"),
            refusal: "spec.containers[0].image: Invalid value: \" nginx\": must not have leading or trailing whitespace"),
        Case(
            testDescription: "port out of range", yaml: pod("  containers: [{name: p, image: nginx, ports: [{containerPort: 70000}]}]"),
            refusal: "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"),
        Case(
            testDescription: "probes",
            yaml: pod(
                """
                  containers:
                  - name: p
                    image: nginx
                    livenessProbe: {httpGet: {path: /}}
                    readinessProbe: {periodSeconds: 0, initialDelaySeconds: -1, tcpSocket: {port: 80}}
                """),
            refusal: """
                spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive
                spec.containers[0].readinessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0
                """),
        Case(
            testDescription: "negative request", yaml: pod("  containers: [{name: p, image: nginx, resources: {requests: {cpu: '-1'}}}]"),
            refusal: "spec.containers[0].resources.requests[cpu]: Invalid value: \"-1\": must be greater than or equal to 0"),
        Case(
            testDescription: "request above limit",
            yaml: pod("  containers: [{name: p, image: nginx, resources: {requests: {cpu: 800m}, limits: {cpu: 200m}}}]"),
            refusal: "spec.containers[0].resources.requests: Invalid value: \"800m\": must be less than or equal to cpu limit of 200m"),
        Case(
            testDescription: "fractional bytes are warned of",
            yaml: pod("  containers: [{name: p, image: nginx, resources: {requests: {memory: 64m}}}]"),
            refusal: "spec.containers[0].resources.requests[memory]: fractional byte value \"64m\" is invalid, must be an integer"),
        Case(
            testDescription: "volumes",
            yaml: pod(
                """
                  containers:
                  - name: p
                    image: nginx
                    volumeMounts:
                    - {name: data, mountPath: 'data:x'}
                    - {name: data2, mountPath: /x, subPath: ../etc}
                  volumes:
                  - {name: data, emptyDir: {}, hostPath: {path: /x}}
                  - {name: data2}
                """),
            refusal: """
                spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type
                spec.containers[0].volumeMounts[0].name: Not found: "data"
                spec.containers[0].volumeMounts.subPath: Invalid value: "../etc": must not contain '..'
                """),
    ])
    func `refuses what is wrong in the real server's words`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }

    @Test func `shows the difference of a pod that may not change`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.pod("  containers:\n  - name: p\n    image: nginx:1.27\n    ports:\n    - containerPort: 80\n")) == "")
        let lead =
            "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
        var pod = bench.get(.pods, "p")!
        var containers = pod["spec"]!["containers"]!.elements
        containers[0]["ports"] = [["containerPort": 81, "protocol": "TCP"]]
        pod["spec", "containers"] = .array(containers)
        var errors: FieldErrors = []
        PodValidation.check(pod, old: bench.get(.pods, "p")!, into: &errors)
        #expect(
            errors.map(\.message) == [
                lead + """
                    @@ -100,7 +100,7 @@
                         {
                          "Name": "",
                          "HostPort": 0,
                    -     "ContainerPort": 80,
                    +     "ContainerPort": 81,
                          "Protocol": "TCP",
                          "HostIP": ""
                         }

                    """
            ])
        #expect(bench.patch("Pod", "v1", "p", "spec: {nodeSelector: {a: b}}").hasPrefix(lead + "@@ -145,7 +145,9 @@\n"))
        #expect(bench.patch("Pod", "v1", "p", "metadata: {labels: {a: b}}") == "")
    }

    @Test func `lets a pod's time be given later and shortened`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.pod("  containers: [{name: p, image: nginx}]")) == "")
        let path = "spec.activeDeadlineSeconds: Invalid value:"
        func patched(_ spec: String) -> String { bench.patch("Pod", "v1", "p", "spec: {\(spec)}") }
        #expect(patched("activeDeadlineSeconds: 60") == "")
        #expect(patched("activeDeadlineSeconds: 90, nodeSelector: {a: b}") == "\(path) 90: must be less than or equal to previous value")
        #expect(
            patched("activeDeadlineSeconds: -1") == """
                \(path) -1: must be between 1 and 2147483647, inclusive
                \(path) -1: must be between 0 and 2147483647, inclusive
                """)
        #expect(patched("activeDeadlineSeconds: null") == "\(path) null: must not update from a positive integer to nil value")
        #expect(patched("activeDeadlineSeconds: 30") == "")
    }

    @Test func `fills in the pod's account, token, tolerations and class`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.pod("  containers: [{name: p, image: nginx}]")) == "")
        let spec = bench.get(.pods, "p")?["spec"]
        #expect(spec?["serviceAccountName"] == "default")
        #expect(spec?["priority"] == 0)
        #expect(spec?["tolerations"]?.elements.count == 2)
        #expect(spec?["volumes"]?.elements.first?["projected", "sources"]?.elements.count == 3)
        #expect(bench.get(.pods, "p")?["status"] == ["phase": "Pending", "qosClass": "BestEffort"])
        #expect(
            bench.create(Self.pod("  serviceAccountName: ghost\n  containers: [{name: p, image: nginx}]"))
                == "pods \"p\" is forbidden: error looking up service account lab/ghost: serviceaccount \"ghost\" not found")
    }
}
