import KubernetesObjects
import KubernetesSchema
import Testing

@Suite struct DefaulterTests {
    /// Objects as a real control plane kept them: decoding and defaulting must add and take nothing.
    @Test func `leaves recorded objects as they are`() throws {
        for recorded in try Fixtures.value("recorded-objects.json").elements {
            let type = try #require(Catalogue.standard.resource(apiVersion: recorded.apiVersion, kind: recorded.kind))
            var decoded = try SchemaDecoder.decode(recorded, as: type.schema)
            Catalogue.standard.applyDefaults(to: &decoded.value, type: type)
            #expect(decoded.problems == [], "\(recorded.kind) \(recorded.name)")
            let isSame = decoded.value == recorded
            #expect(isSame, "\(recorded.kind) \(recorded.name): \(decoded.value.json(sortedKeys: true))")
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let kind: String
        let json: String
        let path: [String]
        let expected: Value
        var testDescription: String { "\(kind) \(json)" }
    }

    private func completed(_ kind: String, _ json: String) throws -> Value {
        let type = try #require(Catalogue.standard.lookUp(kind))
        var value = try SchemaDecoder.decode(try Value(parsingJSON: json), as: type.schema).value
        Catalogue.standard.applyDefaults(to: &value, type: type)
        return value
    }

    @Test(arguments: [
        Case(
            kind: "deploy", json: "{}", path: ["spec", "strategy"],
            expected: ["rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"], "type": "RollingUpdate"]),
        Case(kind: "deploy", json: #"{"spec":{"strategy":{"type":"Recreate"}}}"#, path: ["spec", "strategy"], expected: ["type": "Recreate"]),
        Case(kind: "deploy", json: #"{"spec":{"replicas":0}}"#, path: ["spec", "replicas"], expected: 0),
        Case(
            kind: "ds", json: "{}", path: ["spec", "updateStrategy"],
            expected: ["rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1], "type": "RollingUpdate"]),
        Case(
            kind: "job", json: #"{"spec":{"completions":3}}"#, path: ["spec"],
            expected: [
                "backoffLimit": 6, "completionMode": "NonIndexed", "completions": 3, "manualSelector": false, "parallelism": 1,
                "podReplacementPolicy": "TerminatingOrFailed", "suspend": false,
                "template": [
                    "metadata": [:],
                    "spec": [
                        "containers": .null, "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler",
                        "securityContext": [:], "terminationGracePeriodSeconds": 30,
                    ],
                ],
            ]),
        Case(
            kind: "svc", json: #"{"spec":{"type":"NodePort","ports":[{"port":80}]}}"#, path: ["spec"],
            expected: [
                "externalTrafficPolicy": "Cluster", "internalTrafficPolicy": "Cluster",
                "ports": [["port": 80, "protocol": "TCP", "targetPort": 80]], "sessionAffinity": "None", "type": "NodePort",
            ]),
        Case(
            kind: "svc", json: #"{"spec":{"sessionAffinity":"ClientIP"}}"#, path: ["spec", "sessionAffinityConfig"],
            expected: ["clientIP": ["timeoutSeconds": 10800]]),
        Case(kind: "netpol", json: #"{"spec":{"egress":[{}]}}"#, path: ["spec", "policyTypes"], expected: ["Ingress", "Egress"]),
        Case(
            kind: "limits", json: #"{"spec":{"limits":[{"type":"Container","max":{"cpu":"2"}}]}}"#, path: ["spec", "limits"],
            expected: [["default": ["cpu": "2"], "defaultRequest": ["cpu": "2"], "max": ["cpu": "2"], "type": "Container"]]),
        Case(kind: "sts", json: #"{"spec":{"volumeClaimTemplates":[{"metadata":{"name":"a"}}]}}"#, path: ["spec", "volumeClaimTemplates"],
            expected: [
                [
                    "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": ["name": "a"],
                    "spec": ["resources": [:], "volumeMode": "Filesystem"], "status": ["phase": "Pending"],
                ]
            ]),
        Case(kind: "sts", json: "{}", path: ["spec", "persistentVolumeClaimRetentionPolicy"], expected: ["whenDeleted": "Retain", "whenScaled": "Retain"]),
        Case(kind: "cj", json: "{}", path: ["spec", "jobTemplate", "spec", "backoffLimit"], expected: .null),
        Case(kind: "cj", json: "{}", path: ["spec", "successfulJobsHistoryLimit"], expected: 3),
        Case(kind: "rc", json: #"{"spec":{"template":{"metadata":{"labels":{"a":"b"}}}}}"#, path: ["spec", "selector"], expected: ["a": "b"]),
        Case(
            kind: "secret", json: #"{"data":{"a":"eA=="},"stringData":{"a":"y","b":"z"}}"#, path: ["data"], expected: ["a": "eQ==", "b": "eg=="]),
        Case(kind: "secret", json: #"{"stringData":{"b":"z"}}"#, path: ["stringData"], expected: .null),
        Case(kind: "pod", json: #"{"spec":{"serviceAccount":"a"}}"#, path: ["spec", "serviceAccountName"], expected: "a"),
        Case(kind: "pod", json: #"{"spec":{"volumes":[{"name":"a"}]}}"#, path: ["spec", "volumes"], expected: [["emptyDir": [:], "name": "a"]]),
        Case(
            kind: "pod", json: #"{"spec":{"volumes":[{"name":"a","configMap":{"name":"b"}},{"name":"c","hostPath":{"path":"/"}}]}}"#,
            path: ["spec", "volumes"],
            expected: [["configMap": ["defaultMode": 420, "name": "b"], "name": "a"], ["hostPath": ["path": "/", "type": ""], "name": "c"]]),
        Case(
            kind: "hpa", json: #"{"spec":{"maxReplicas":3}}"#, path: ["spec", "metrics"],
            expected: [["resource": ["name": "cpu", "target": ["averageUtilization": 80, "type": "Utilization"]], "type": "Resource"]]),
        Case(
            kind: "hpa", json: #"{"spec":{"behavior":{"scaleDown":{"stabilizationWindowSeconds":5}}}}"#, path: ["spec", "behavior"],
            expected: [
                "scaleDown": [
                    "policies": [["periodSeconds": 15, "type": "Percent", "value": 100]], "selectPolicy": "Max",
                    "stabilizationWindowSeconds": 5,
                ],
                "scaleUp": [
                    "policies": [
                        ["periodSeconds": 15, "type": "Pods", "value": 4], ["periodSeconds": 15, "type": "Percent", "value": 100],
                    ],
                    "selectPolicy": "Max", "stabilizationWindowSeconds": 0,
                ],
            ]),
        Case(
            kind: "sc", json: #"{"provisioner":"a"}"#, path: [],
            expected: ["metadata": [:], "provisioner": "a", "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"]),
        Case(kind: "pv", json: "{}", path: [], expected: [
            "metadata": [:], "spec": ["persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"], "status": ["phase": "Pending"],
        ]),
        Case(kind: "pc", json: #"{"value":0}"#, path: [], expected: ["metadata": [:], "preemptionPolicy": "PreemptLowerPriority", "value": 0]),
        Case(
            kind: "csidriver", json: "{}", path: ["spec"],
            expected: [
                "attachRequired": true, "fsGroupPolicy": "ReadWriteOnceWithFSType", "podInfoOnMount": false, "requiresRepublish": false,
                "seLinuxMount": false, "storageCapacity": false, "volumeLifecycleModes": ["Persistent"],
            ]),
        Case(
            kind: "validatingwebhookconfiguration", json: #"{"webhooks":[{"name":"a","rules":[{}],"clientConfig":{"service":{"name":"s"}}}]}"#,
            path: ["webhooks"],
            expected: [
                [
                    "admissionReviewVersions": .null, "clientConfig": ["service": ["name": "s", "namespace": "", "port": 443]],
                    "failurePolicy": "Fail", "matchPolicy": "Equivalent", "name": "a", "namespaceSelector": [:], "objectSelector": [:],
                    "rules": [["scope": "*"]], "timeoutSeconds": 10,
                ]
            ]),
        Case(
            kind: "crd", json: #"{"spec":{"names":{"kind":"Gadget","plural":"gadgets"}}}"#, path: ["spec", "names"],
            expected: ["kind": "Gadget", "listKind": "GadgetList", "plural": "gadgets", "singular": "gadget"]),
        Case(kind: "crd", json: "{}", path: ["spec", "conversion"], expected: ["strategy": "None"]),
        Case(
            kind: "endpointslice", json: #"{"ports":[{"port":80}]}"#, path: ["ports"], expected: [["name": "", "port": 80, "protocol": "TCP"]]),
        Case(kind: "flowschema", json: "{}", path: ["spec", "matchingPrecedence"], expected: 1000),
        Case(kind: "ns", json: #"{"metadata":{"name":"a"}}"#, path: ["metadata", "labels"], expected: ["kubernetes.io/metadata.name": "a"]),
        Case(
            kind: "rolebinding", json: #"{"subjects":[{"kind":"User","name":"a"},{"kind":"ServiceAccount","name":"b"}]}"#, path: ["subjects"],
            expected: [
                ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "a"], ["kind": "ServiceAccount", "name": "b"],
            ]),
    ])
    func `fills in what is left out`(_ c: Case) throws {
        #expect((try completed(c.kind, c.json)[path: c.path] ?? .null) == c.expected)
    }

    @Test(arguments: [
        ("nginx", "Always"), ("nginx:latest", "Always"), ("nginx:1.27", "IfNotPresent"), ("host:5000/nginx", "Always"),
        ("host:5000/nginx:1", "IfNotPresent"), ("nginx@sha256:ab", "IfNotPresent"),
    ])
    func `pulls an image by its tag`(_ image: String, _ policy: String) throws {
        let pod = try completed("pod", #"{"spec":{"containers":[{"name":"a","image":"\#(image)"}]}}"#)
        #expect(pod["spec"]?["containers"]?[0]?["imagePullPolicy"] == .string(policy))
    }

    @Test(arguments: [
        ("1000m", "1"), ("0.0001", "1m"), ("1.5", "1500m"), ("2048Ki", "2Mi"), ("1e3", "1e3"), ("0.5Gi", "512Mi"), ("64m", "64m"),
        ("1024", "1024"), ("0", "0"), ("-1", "-1"),
    ])
    func `writes resource quantities in canonical form`(_ given: String, _ expected: String) throws {
        let pod = try completed(
            "pod", #"{"spec":{"containers":[{"name":"a","image":"a","resources":{"limits":{"cpu":"\#(given)"}}}]}}"#)
        #expect(pod["spec"]?["containers"]?[0]?["resources"]?["limits"]?["cpu"] == .string(expected))
    }

    @Test(arguments: [("1024Mi", "1024Mi"), ("1000m", "1000m"), ("0.5Gi", "512Mi")])
    func `keeps the text of other quantities`(_ given: String, _ expected: String) throws {
        let pod = try completed("pod", #"{"spec":{"volumes":[{"name":"a","emptyDir":{"sizeLimit":"\#(given)"}}]}}"#)
        #expect(pod["spec"]?["volumes"]?[0]?["emptyDir"]?["sizeLimit"] == .string(expected))
    }

    @Test func `gives pods, not templates, requests from their limits`() throws {
        let container = #"{"name":"a","image":"a:1","resources":{"limits":{"cpu":"1"}}}"#
        let pod = try completed("pod", #"{"spec":{"containers":[\#(container)]}}"#)
        #expect(pod["spec"]?["containers"]?[0]?["resources"]?["requests"] == ["cpu": "1"])
        let deployment = try completed("deploy", #"{"spec":{"template":{"spec":{"containers":[\#(container)]}}}}"#)
        #expect(deployment["spec", "template", "spec", "containers"]?[0]?["resources"]?["requests"] == nil)
    }
}
